"""Claims on counts: captured feedback, and items of the backlog."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.documents.services.sources import (
    Definition,
    SourceContext,
    SourceValue,
    take_known,
)
from pilothouse.kernel.errors import InvalidValueError

FEEDBACK_WORDS = {"open": "feedback still open", "all": "feedback captured"}


def read_feedback_source(context: SourceContext, definition: Definition) -> SourceValue:
    """How many captures of kind feedback there are: ``{"feedback": "open"}`` or ``"all"``."""
    which = take_known(definition, {"feedback"}).get("feedback", "all")
    if not isinstance(which, str) or which not in FEEDBACK_WORDS:
        raise InvalidValueError("feedback is counted as open or all.", value=which)
    from pilothouse.apps.workspace.services.captures import count_captures

    number = count_captures(context.product, kind="feedback", only_open=which == "open")
    rules = (
        ("counted", "captures of kind feedback for this product, deleted ones left out"),
        ("not counted", "people who wrote nothing down: this is no share of users"),
    )
    return SourceValue(
        FEEDBACK_WORDS[which], "count", float(number), n=number, semantics=rules, url="/workspace/"
    )


def read_item_source(context: SourceContext, definition: Definition) -> SourceValue:
    """How many items there are: ``{"kinds": ["bug"], "statuses": ["new"]}``; empty is all."""
    given = take_known(definition, {"kinds", "statuses"})
    kinds, statuses = _words(given.get("kinds", [])), _words(given.get("statuses", []))
    number = sum(
        (not kinds or kind in kinds) and (not statuses or status in statuses)
        for kind, status in context.items
    )
    what = ", ".join(kinds) if kinds else "items of any kind"
    where = f" that are {' or '.join(statuses)}" if statuses else ""
    return SourceValue(
        f"{what}{where}", "count", float(number), n=number,
        semantics=(("counted", "items of this product's backlog, deleted ones left out"),),
        url=f"/p/{context.product.public_id}/backlog/",
    )  # fmt: skip


def _words(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InvalidValueError("kinds and statuses are lists of words.", value=given)
    if len(given) > 20 or any(len(each) > 40 for each in given):
        raise InvalidValueError("there are at most 20 words of 40 characters.", value=len(given))
    return list(given)

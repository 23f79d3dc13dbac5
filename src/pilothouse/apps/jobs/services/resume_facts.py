"""Statements: numbers from work that the ledger did not see, with where they can be looked up.

A statement is an act of the ledger with its day, and the weakest evidence there is: the person's
word. What it does is to fix a number once, so that no later telling makes it larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.resume_models import FactContext, ResumeFact
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.figures import days_in, numbers_in

MAX_FACTS = 500


@dataclass(frozen=True)
class FactDraft:
    """What a person states."""

    text: str
    source: str
    context: str = FactContext.EMPLOYMENT.value


@dataclass(frozen=True)
class FactView:
    """A statement as its person sees it."""

    public_id: str
    text: str
    source: str
    context: str
    sequence: int
    stated_at: datetime

    @property
    def key(self) -> str:
        """How a text refers to it."""
        return f"act:{self.sequence}"

    @property
    def reference(self) -> str:
        return "{" + self.key + "}"

    @property
    def context_label(self) -> str:
        return str(FactContext(self.context).label)


def state_fact(access: Access, draft: FactDraft) -> FactView:
    """Put a statement on record. It cannot be changed; a correction is another one."""
    text = check_line("a statement", draft.text, 500, least=5)
    source = check_line("where it can be looked up", draft.source, 300, least=3)
    if draft.context not in FactContext.values:
        known = ", ".join(FactContext.values)
        raise InvalidValueError(f"a context is one of {known}.", value=draft.context)
    figures = [*numbers_in(text)]
    days = [f"{year:04}-{month:02}-{day:02}" for year, month, day in days_in(text)]
    if not figures and not days:
        raise InvalidValueError(
            "a statement fixes a number or a day; this has none.",
            value=text,
            remedy="Words without a number need no statement.",
        )
    if _own(access).count() >= MAX_FACTS:
        raise ConflictError(f"at most {MAX_FACTS} statements.")
    with transaction.atomic():
        # The words stay with the person; the ledger, which members read, has the numbers.
        facts = {"figures": figures, "days": days, "context": draft.context}
        act = record_act(access, "achievement.stated", "achievement", "", facts)
        row = ResumeFact.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, text=text, source=source,
            context=draft.context, act_sequence=act.sequence, stated_at=timezone.now(),
        )  # fmt: skip
    return _to_view(row)


def list_facts(access: Access) -> list[FactView]:
    """The person's statements, the newest first."""
    return [_to_view(row) for row in _own(access).order_by("-pk")[:MAX_FACTS]]


def _own(access: Access) -> Any:
    return ResumeFact.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _to_view(row: ResumeFact) -> FactView:
    return FactView(
        row.public_id, row.text, row.source, row.context, row.act_sequence, row.stated_at
    )

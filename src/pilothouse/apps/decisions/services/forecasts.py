"""Forecasts: making them, saying something else later, changing their wording in the open.

What was said stays: a new estimate follows the old one, a new wording keeps the old one beside it,
and both are acts of the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.decisions.models import (
    Decision,
    Estimate,
    Forecast,
    ForecastKind,
    ForecastRevision,
)
from pilothouse.apps.decisions.services.forecast_views import (
    ForecastView,
    find_forecast,
    forecast_url,
    is_open,
    read_forecasts,
)
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.sources import check_source
from pilothouse.apps.decisions.services.texts import check_topics, take_number, today_of
from pilothouse.apps.decisions.services.views import find_row
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import set_capture_done
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.engines.decisions import LEVELS, check_probability
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_day, check_line, check_text

MAX_LISTED = 500


@dataclass(frozen=True)
class ForecastDraft:
    """What a person says about the future. ``person`` empty: whoever writes it down."""

    question: str
    resolve_by: date
    kind: str = ForecastKind.BINARY.value
    probability: float | None = None
    range: RangeSaid | None = None
    criteria: str = ""
    unit: str = ""
    topics: tuple[str, ...] = ()
    person: str = ""
    note: str = ""
    source_kind: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    decision_id: str = ""
    capture_id: str = ""
    is_expectation: bool = False


def create_forecast(access: Access, product: ProductView, draft: ForecastDraft) -> ForecastView:
    """Make a forecast with its first estimate."""
    access.require(Role.COMMENTER, to="making a forecast")
    kind = parse_kind(draft.kind)
    estimate = check_estimate(kind, draft.probability, draft.range)
    with transaction.atomic():
        row = Forecast(product_id=product.id, user_id=access.user_id, kind=kind)
        row.question = check_line("a question", draft.question, 300, least=1)
        row.criteria = check_text("the criteria", draft.criteria)
        row.unit = check_line("a unit", draft.unit, 40)
        row.topics = check_topics(draft.topics)
        row.person = check_line("a person's name", draft.person, 100) or access.user_name
        row.resolve_by = _check_last_day(draft.resolve_by)
        row.source_kind = draft.source_kind
        row.source = check_source(product, kind, draft.source_kind, draft.source)
        row.decision = _decision(product, draft.decision_id)
        row.is_expectation = draft.is_expectation
        row.capture_id = check_line("a capture", draft.capture_id, 40)
        row.number = take_number(product, "next_forecast")
        row.created_at = product.now
        row.save()
        _say(access, product, row, estimate, check_text("a note", draft.note))
        _record(access, product, "forecast.made", row, estimate_facts(*estimate))
        index_forecast(product, row)
        if row.capture_id:
            set_capture_done(access, row.capture_id, is_done=True)
    return get_forecast(product, row.public_id)


def revise_estimate(
    access: Access,
    product: ProductView,
    public_id: str,
    *,
    probability: float | None = None,
    said: RangeSaid | None = None,
    note: str = "",
) -> ForecastView:
    """Say something else; what was said before stays in the history."""
    access.require(Role.COMMENTER, to="revising a forecast")
    with transaction.atomic():
        row = find_forecast(product, public_id, lock=True)
        require_maker(access, row)
        if row.resolved_at is not None:
            raise ConflictError(
                "it is resolved; what is said now is no forecast.", value=row.question
            )
        checked = check_estimate(ForecastKind(row.kind), probability, said)
        _say(access, product, row, checked, check_text("a note", note))
        _record(access, product, "forecast.updated", row, estimate_facts(*checked))
    return get_forecast(product, public_id)


def edit_forecast(
    access: Access, product: ProductView, public_id: str, changes: Mapping[str, Any]
) -> ForecastView:
    """Change question, criteria, topics, unit or last day; the old text is kept and shown."""
    access.require(Role.COMMENTER, to="changing a forecast")
    with transaction.atomic():
        row = find_forecast(product, public_id, lock=True)
        require_maker(access, row)
        changed = {name: (getattr(row, name), value) for name, value in _checked(changes).items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if row.resolved_at is not None and set(changed) - {"topics"}:
            raise ConflictError(
                "a resolved forecast keeps its wording.",
                value=row.question,
                remedy="Correct its resolution instead.",
            )
        for name, (before, after) in changed.items():
            setattr(row, name, after)
            ForecastRevision.objects.create(
                forecast=row, field=name, before=_shown(before), after=_shown(after),
                at=product.now, user_id=access.user_id,
            )  # fmt: skip
        if changed:
            row.save()
            _record(access, product, "forecast.changed", row, {"fields": sorted(changed)})
            index_forecast(product, row)
    return get_forecast(product, public_id)


def set_forecast_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> ForecastView:
    """Delete a forecast, or bring it back. The ledger keeps that it was made."""
    access.require(Role.EDITOR, to="deleting a forecast")
    with transaction.atomic():
        row = find_forecast(product, public_id, with_deleted=True, lock=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "forecast.deleted" if is_deleted else "forecast.restored"
        _record(access, product, kind, row, {})
        if is_deleted:
            remove_entry(product.workspace_id, "forecast", public_id)
        else:
            index_forecast(product, row)
    rows = Forecast.objects.filter(pk=row.pk)
    return read_forecasts(product, rows, today_of(product))[0]


def get_forecast(product: ProductView, public_id: str) -> ForecastView:
    """One forecast with its history."""
    row = find_forecast(product, public_id)
    return read_forecasts(product, Forecast.objects.filter(pk=row.pk), today_of(product))[0]


def list_forecasts(
    product: ProductView,
    *,
    state: str = "",
    person: str = "",
    topic: str = "",
    decision_id: str = "",
    limit: int = MAX_LISTED,
) -> list[ForecastView]:
    """Forecasts: what is due first, then open ones by their last day, then the latest resolved."""
    rows = Forecast.objects.filter(product_id=product.id, deleted_at=None)
    day = today_of(product)
    if state in {"open", "due"}:
        rows = rows.filter(is_open())
    if state == "due":
        rows = rows.filter(resolve_by__lte=day)
    if state == "resolved":
        rows = rows.exclude(resolved_at=None)
    if person:
        rows = rows.filter(person=person)
    if decision_id:
        rows = rows.filter(decision__public_id=decision_id)
    found = read_forecasts(product, rows.order_by("resolve_by", "pk"), day)
    if state == "due":
        found = [each for each in found if each.is_due]
    if topic:
        found = [each for each in found if topic in each.topics]
    waiting = [each for each in found if each.resolution is None]
    over = [each for each in found if each.resolution is not None]
    over.sort(key=lambda each: each.resolve_by, reverse=True)
    return (waiting + over)[:limit]


@dataclass(frozen=True)
class ForecastKey:
    """As much of a forecast as filters and orders of a list need."""

    number: int
    person: str
    topics: tuple[str, ...]
    resolve_by: date
    is_over: bool
    is_due: bool


def list_keys(product: ProductView) -> list[ForecastKey]:
    """All forecasts in the order of ``list_forecasts``, in one quick query."""
    day = today_of(product)
    rows = Forecast.objects.filter(product_id=product.id, deleted_at=None).order_by(
        "resolve_by", "pk"
    )
    names = ("number", "person", "topics", "resolve_by", "resolved_at", "source_kind")
    keys = [
        ForecastKey(
            number, person, tuple(topics), last, resolved_at is not None,
            resolved_at is None and (last < day if source_kind else last <= day),
        )
        for number, person, topics, last, resolved_at, source_kind in rows.values_list(*names)
    ]  # fmt: skip
    over = sorted((k for k in keys if k.is_over), key=lambda k: k.resolve_by, reverse=True)
    return [*(key for key in keys if not key.is_over), *over]


def read_keys(product: ProductView, keys: Sequence[ForecastKey]) -> list[ForecastView]:
    """The forecasts of these keys, whole, in their order."""
    rows = Forecast.objects.filter(
        product_id=product.id, deleted_at=None, number__in=[key.number for key in keys]
    )
    found = {each.number: each for each in read_forecasts(product, rows, today_of(product))}
    return [found[key.number] for key in keys if key.number in found]


def parse_kind(text: str) -> ForecastKind:
    """binary, numeric or date."""
    if text not in ForecastKind.values:
        raise InvalidValueError(f"a kind is one of {', '.join(ForecastKind.values)}.", value=text)
    return ForecastKind(text)


def check_estimate(
    kind: ForecastKind, probability: float | None, said: RangeSaid | None
) -> tuple[float | None, RangeSaid | None]:
    """The estimate that belongs to a kind of forecast, checked."""
    if kind == ForecastKind.BINARY:
        if probability is None:
            raise InvalidValueError("a forecast of yes or no has a probability.")
        return check_probability(probability), None
    if said is None:
        raise InvalidValueError("a forecast of a number or a date has a low, a middle and a high.")
    is_dated = [isinstance(part, date) for part in (said.low, said.median, said.high)]
    if any(is_dated) != (kind == ForecastKind.DATE) or any(is_dated) != all(is_dated):
        raise InvalidValueError("a date is forecast by days, a number by numbers.")
    if said.level not in LEVELS:
        raise InvalidValueError("the level of a range is 50, 80, 90 or 95 %.", value=said.level)
    for part in (said.low, said.median, said.high):
        if isinstance(part, date):
            check_day("a day of a forecast", part)
    said.to_range()
    return None, said


def require_maker(access: Access, row: Forecast) -> None:
    """Only who made a forecast changes it, or an editor."""
    if row.user_id != access.user_id:
        access.require(Role.EDITOR, to="changing the forecast of another")


def estimate_facts(probability: float | None, said: RangeSaid | None) -> dict[str, Any]:
    """An estimate as facts of an act."""
    return {"range": said.to_json()} if said else {"probability": probability}


def index_forecast(product: ProductView, row: Forecast) -> None:
    """Make a forecast findable."""
    index_entry(
        product.workspace_id,
        kind="forecast",
        object_id=row.public_id,
        title=row.question,
        body=" ".join([row.criteria, *row.topics]),
        url=forecast_url(product, row.public_id),
        product_id=product.id,
    )


def _say(
    access: Access,
    product: ProductView,
    row: Forecast,
    estimate: tuple[float | None, RangeSaid | None],
    note: str,
) -> None:
    probability, said = estimate
    Estimate.objects.create(
        forecast=row,
        at=product.now,
        probability=probability,
        range=said.to_json() if said else None,
        note=note,
        user_id=access.user_id,
    )


def _record(
    access: Access, product: ProductView, kind: str, row: Forecast, facts: Mapping[str, Any]
) -> None:
    whole = {
        "name": row.question,
        "kind": row.kind,
        "resolve_by": row.resolve_by.isoformat(),
        "source": row.source_kind or "hand",
        **facts,
    }
    record_act(access, kind, "forecast", row.public_id, whole, product=product, personal=row.person)


def _decision(product: ProductView, public_id: str) -> Decision | None:
    return find_row(product, public_id) if public_id else None


def _check_last_day(day: date) -> date:
    checked = check_day("the last day of a forecast", day)
    assert checked is not None
    return checked


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        "question": lambda text: check_line("a question", text, 300, least=1),
        "criteria": lambda text: check_text("the criteria", text),
        "unit": lambda text: check_line("a unit", text, 40),
        "topics": check_topics,
        "resolve_by": _check_last_day,
    }
    for name in changes:
        if name not in checks:
            raise InvalidValueError(
                f"of a forecast one may change {', '.join(checks)}.", value=name
            )
    return {name: checks[name](value) for name, value in changes.items()}


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)

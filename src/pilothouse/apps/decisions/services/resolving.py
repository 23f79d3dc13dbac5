"""How forecasts end: by a person's word with evidence, or by the source they were tied to.

A resolution is never changed. A correction adds another and the one before stays, so that whoever
looks later sees both. What was said from ``known_at`` on is not scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.decisions.models import Forecast, ForecastKind, Outcome, Resolution
from pilothouse.apps.decisions.services.forecast_views import (
    ForecastView,
    find_forecast,
    is_open,
)
from pilothouse.apps.decisions.services.forecasts import get_forecast
from pilothouse.apps.decisions.services.sources import Finding, Waiting, list_resolvers
from pilothouse.apps.decisions.services.texts import end_of_day, start_of_day, today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.local import list_owner_accesses
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError
from pilothouse.kernel.texts import check_day, check_text

# A page that is looked at asks a real product's sources no more often than this.
LOOK_EVERY = timedelta(seconds=30)
LOOK_AT_ONCE = 10

_FITTING = {
    ForecastKind.BINARY: (Outcome.YES, Outcome.NO, Outcome.VOID),
    ForecastKind.NUMERIC: (Outcome.VALUE, Outcome.VOID),
    ForecastKind.DATE: (Outcome.DATE, Outcome.NEVER, Outcome.VOID),
}


@dataclass(frozen=True)
class ResolutionDraft:
    """What a person says came. ``known_on``: the day on which it could be known, if earlier."""

    outcome: str
    value: float | None = None
    day: date | None = None
    evidence: str = ""
    known_on: date | None = None


def resolve_by_hand(
    access: Access, product: ProductView, public_id: str, draft: ResolutionDraft
) -> ForecastView:
    """Say what came; said again it corrects, and what was said before is kept."""
    access.require(Role.EDITOR, to="resolving a forecast")
    with transaction.atomic():
        row = find_forecast(product, public_id, lock=True)
        outcome = _check_outcome(product, ForecastKind(row.kind), draft)
        evidence = check_text("the evidence", draft.evidence)
        if outcome == Outcome.VOID and not evidence:
            raise InvalidValueError("a void forecast needs a word on why it cannot be judged.")
        finding = Finding(
            outcome=outcome,
            known_at=_known_at(product, row, draft),
            evidence=evidence,
            value=draft.value if outcome == Outcome.VALUE else None,
            day=draft.day if outcome == Outcome.DATE else None,
        )
        _end(access, product, row, finding, how="hand")
    return get_forecast(product, public_id)


def reopen_forecast(access: Access, product: ProductView, public_id: str) -> ForecastView:
    """Take a resolution back: the forecast waits again, the resolution stays in its history."""
    access.require(Role.EDITOR, to="reopening a forecast")
    with transaction.atomic():
        row = find_forecast(product, public_id, lock=True)
        if row.resolved_at is None:
            raise ConflictError("this forecast is not resolved.", value=row.question)
        row.resolutions.filter(is_current=True).update(is_current=False)
        row.resolved_at = None
        # What has just been taken back must not come back by itself.
        row.source_kind, row.waiting_for = "", "reopened by hand; resolve it by hand"
        row.save(update_fields=["resolved_at", "source_kind", "waiting_for"])
        _record(access, product, "forecast.reopened", row, {})
    return get_forecast(product, public_id)


def look_at_sources(
    product: ProductView, *, public_id: str = "", force: bool = False, limit: int = LOOK_AT_ONCE
) -> int:
    """Resolve what its source can judge by now; how many were. One query where nothing is due."""
    rows = Forecast.objects.filter(is_open(), product_id=product.id).exclude(source_kind="")
    # A release or a readout may come before its day, so those are looked at all the time.
    early = rows.filter(source_kind__in=("release", "experiment"))
    due = rows.filter(resolve_by__lt=today_of(product)) | early
    if public_id:
        due = due.filter(public_id=public_id)
    if not force and product.clock is None:
        due = due.exclude(looked_at__gt=timezone.now() - LOOK_EVERY)
    ids = list(due.order_by("looked_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_look(product, pk) for pk in ids)


def look_at_all_sources() -> int:
    """The same for every product of every workspace: what the worker does regularly."""
    waiting = set(
        Forecast.objects.filter(is_open())
        .exclude(source_kind="")
        .values_list("product_id", flat=True)
    )
    if not waiting:
        return 0
    return sum(
        look_at_sources(product, force=True, limit=1000)
        for access in list_owner_accesses()
        for product in list_products(access)
        if product.id in waiting
    )


def _look(product: ProductView, pk: int) -> int:
    """Read one forecast's source; 1 if that resolved it."""
    row = Forecast.objects.get(pk=pk)
    found = _read(product, row)
    with transaction.atomic():
        row = Forecast.objects.select_for_update().get(pk=pk)
        row.looked_at = timezone.now()
        if row.resolved_at is not None:
            return 0
        if isinstance(found, Waiting):
            if product.clock is not None and row.waiting_for == found.reason[:300]:
                return 0  # looked at by every page, so nothing is written where nothing is new
            row.waiting_for = found.reason[:300]
            row.save(update_fields=["looked_at", "waiting_for"])
            return 0
        _end(_owner_of(product), product, row, found, how=row.source_kind)
    return 1


def _read(product: ProductView, row: Forecast) -> Finding | Waiting:
    resolver = list_resolvers().get(row.source_kind)
    if resolver is None:
        return Waiting(f"this version cannot read a {row.source_kind}; resolve it by hand")
    try:
        return resolver.read(product, ForecastKind(row.kind), row.source, row.resolve_by)
    except PilothouseError as error:
        return Waiting(f"its source does not answer: {error.sentence}")


def _owner_of(product: ProductView) -> Access:
    """Acts that nobody does stand under the workspace's first owner, marked as such."""
    return next(
        access for access in list_owner_accesses() if access.workspace_id == product.workspace_id
    )


def _end(
    access: Access, product: ProductView, row: Forecast, finding: Finding, *, how: str
) -> None:
    is_correction = row.resolutions.filter(is_current=True).update(is_current=False) > 0
    Resolution.objects.create(
        forecast=row,
        outcome=finding.outcome,
        value=finding.value,
        day=finding.day,
        how=how,
        evidence=finding.evidence,
        reading=dict(finding.reading),
        known_at=finding.known_at,
        at=product.now,
        user_id=access.user_id if how == "hand" else None,
    )
    row.resolved_at, row.waiting_for = product.now, ""
    row.save(update_fields=["resolved_at", "waiting_for", "looked_at"])
    kind = "forecast.corrected" if is_correction else "forecast.resolved"
    facts = {
        "outcome": finding.outcome.value,
        "value": finding.value,
        "day": finding.day.isoformat() if finding.day else None,
        "by_itself": how != "hand",
        "reading": dict(finding.reading),
        **score_facts(get_forecast(product, row.public_id)),
    }
    _record(access, product, kind, row, facts)


def score_facts(forecast: ForecastView) -> dict[str, Any]:
    """The scores of a resolved forecast as facts of an act."""
    judged = forecast.judgement
    if judged is None or not judged.is_scored:
        return {"scored": False, "reason": judged.reason if judged else ""}
    if judged.score is not None:
        return {
            "scored": True,
            "covered": judged.score.is_covered,
            "interval_score": judged.score.interval_score,
            "quantile_score": judged.score.quantile_score,
        }
    return {
        "scored": True,
        "probability": judged.probability,
        "brier": judged.brier,
        "log_score": judged.log_score,
    }


def _record(
    access: Access, product: ProductView, kind: str, row: Forecast, facts: Mapping[str, Any]
) -> None:
    whole = {"name": row.question, "kind": row.kind, **facts}
    record_act(access, kind, "forecast", row.public_id, whole, product=product)


def _check_outcome(product: ProductView, kind: ForecastKind, draft: ResolutionDraft) -> Outcome:
    fitting = _FITTING[kind]
    if draft.outcome not in {each.value for each in fitting}:
        names = ", ".join(each.value for each in fitting)
        raise InvalidValueError(f"the outcome is one of {names}.", value=draft.outcome)
    outcome = Outcome(draft.outcome)
    if outcome == Outcome.VALUE and draft.value is None:
        raise InvalidValueError("what number came?")
    if outcome == Outcome.DATE:
        if check_day("the day that came", draft.day) is None:
            raise InvalidValueError("on which day did it come?")
        if draft.day is not None and draft.day > today_of(product):
            raise InvalidValueError("this day has not come yet.", value=draft.day.isoformat())
    return outcome


def _known_at(product: ProductView, row: Forecast, draft: ResolutionDraft) -> datetime:
    """The earliest of: the day a person names, the day that came, the end of the last day, now."""
    moments = [product.now, end_of_day(product, row.resolve_by)]
    for day in (draft.known_on, draft.day if draft.outcome == Outcome.DATE else None):
        if check_day("the day on which it could be known", day) is not None:
            assert day is not None
            moments.append(start_of_day(product, day))
    return min(moments)

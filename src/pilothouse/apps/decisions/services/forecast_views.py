"""Forecasts as the screens see them: estimates, what came, and the scores made of both.

Scores are never stored: they follow from the estimates and the current resolution every time, so
that a correction cannot leave an old one behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from pilothouse.apps.decisions.models import (
    Estimate,
    Forecast,
    ForecastKind,
    ForecastRevision,
    Outcome,
    Resolution,
)
from pilothouse.apps.decisions.services.figures import show_number
from pilothouse.apps.decisions.services.judging import Judgement, RangeSaid, judge
from pilothouse.apps.decisions.services.sources import describe_source
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class EstimateView:
    """What was said at a time."""

    at: datetime
    probability: float | None
    range: RangeSaid | None
    note: str
    person: str
    # Said when the outcome could be known already: shown, never scored.
    is_late: bool

    @property
    def words(self) -> str:
        """What was said, short: ``70%``, ``100–220``, ``3 Dec–31 Dec 2026``."""
        if self.range is not None:
            return _span(self.range.low, self.range.high)
        return show_number(self.probability, "share")


@dataclass(frozen=True)
class ResolutionView:
    """What came, how it is known, and since when it could be."""

    outcome: Outcome
    value: float | None
    day: date | None
    how: str
    evidence: str
    reading: Mapping[str, Any]
    known_at: datetime
    at: datetime
    person: str
    is_current: bool


@dataclass(frozen=True)
class RevisionView:
    """A change of wording or date."""

    field: str
    before: str
    after: str
    at: datetime
    person: str


@dataclass(frozen=True)
class ForecastView:
    """A forecast with its history. ``now_day`` is the product's day when it was read."""

    public_id: str
    number: int
    kind: ForecastKind
    question: str
    criteria: str
    unit: str
    topics: tuple[str, ...]
    person: str
    maker_id: int | None
    resolve_by: date
    source_kind: str
    source: Mapping[str, Any]
    source_words: str
    waiting_for: str
    decision_id: str
    decision_title: str
    is_expectation: bool
    estimates: tuple[EstimateView, ...]
    resolutions: tuple[ResolutionView, ...]
    revisions: tuple[RevisionView, ...]
    judgement: Judgement | None
    created_at: datetime
    url: str
    now_day: date

    @property
    def ref(self) -> str:
        return f"F{self.number}"

    @property
    def latest(self) -> EstimateView | None:
        return self.estimates[-1] if self.estimates else None

    @property
    def resolution(self) -> ResolutionView | None:
        return next((each for each in self.resolutions if each.is_current), None)

    @property
    def is_due(self) -> bool:
        """Whether it waits for an answer: from its last day on, from a source when that is over."""
        has_come = self.resolve_by < self.now_day if self.source_kind else self.is_last_day
        return self.resolution is None and has_come

    @property
    def is_last_day(self) -> bool:
        """Whether its last day has come."""
        return self.resolve_by <= self.now_day

    @property
    def state(self) -> str:
        """open, due, resolved or void."""
        if self.resolution is None:
            return "due" if self.is_due else "open"
        return "void" if self.resolution.outcome == Outcome.VOID else "resolved"


def forecast_url(product: ProductView, public_id: str) -> str:
    """The address of a forecast's page."""
    return f"/p/{product.public_id}/decisions/forecasts/{public_id}/"


def find_forecast(
    product: ProductView, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Forecast:
    """The row of a forecast; NotFoundError where the product has none such."""
    rows = Forecast.objects.filter(product_id=product.id, public_id=public_id)
    rows = rows.select_for_update() if lock else rows
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such forecast in this product.", value=public_id)
    return row


def read_forecasts(product: ProductView, rows: QuerySet[Forecast], day: date) -> list[ForecastView]:
    """Rows with all that belongs to them, in four queries."""
    # Grouped here: for thousands of forecasts Django's own prefetching takes several times as long.
    ids = rows.values("pk")
    estimates = _by_forecast(Estimate.objects.filter(forecast__in=ids).order_by("at", "pk"))
    resolutions = _by_forecast(Resolution.objects.filter(forecast__in=ids).order_by("pk"))
    revisions = _by_forecast(ForecastRevision.objects.filter(forecast__in=ids).order_by("pk"))
    return [
        _to_view(product, row, day, estimates[row.pk], resolutions[row.pk], revisions[row.pk])
        for row in rows.select_related("decision")
    ]


def _by_forecast(rows: QuerySet[Any]) -> defaultdict[int, list[Any]]:
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("user"):
        groups[row.forecast_id].append(row)
    return groups


def is_open() -> Q:
    """The condition of forecasts that nobody has resolved."""
    return Q(resolved_at=None, deleted_at=None)


def _to_view(  # noqa: PLR0917 -- a forecast and the three lists that belong to it
    product: ProductView,
    row: Forecast,
    day: date,
    said: Sequence[Estimate],
    came: Sequence[Resolution],
    changed: Sequence[ForecastRevision],
) -> ForecastView:
    kind = ForecastKind(row.kind)
    resolutions = tuple(_resolution(each) for each in came)
    current = next((each for each in resolutions if each.is_current), None)
    estimates = tuple(_estimate(each, current.known_at if current else None) for each in said)
    decision = row.decision if row.decision and row.decision.deleted_at is None else None
    return ForecastView(
        public_id=row.public_id,
        number=row.number,
        kind=kind,
        question=row.question,
        criteria=row.criteria,
        unit=row.unit,
        topics=tuple(row.topics),
        person=row.person,
        maker_id=row.user_id,
        resolve_by=row.resolve_by,
        source_kind=row.source_kind,
        source=row.source,
        source_words=describe_source(kind, row.source_kind, row.source),
        waiting_for=row.waiting_for,
        decision_id=decision.public_id if decision else "",
        decision_title=decision.title if decision else "",
        is_expectation=row.is_expectation,
        estimates=estimates,
        resolutions=resolutions,
        revisions=tuple(
            RevisionView(each.field, each.before, each.after, each.at, _name(each.user))
            for each in changed
        ),
        judgement=_judge(kind, row, estimates, current),
        created_at=row.created_at,
        url=forecast_url(product, row.public_id),
        now_day=day,
    )


def _judge(
    kind: ForecastKind,
    row: Forecast,
    estimates: tuple[EstimateView, ...],
    current: ResolutionView | None,
) -> Judgement | None:
    if current is None:
        return None
    said = [(each.at, each.probability, each.range) for each in estimates]
    return judge(
        kind,
        said,
        outcome=current.outcome,
        value=current.value,
        day=current.day,
        known_at=current.known_at,
        resolve_by=row.resolve_by,
    )


def _estimate(row: Estimate, known_at: datetime | None) -> EstimateView:
    return EstimateView(
        at=row.at,
        probability=row.probability,
        range=None if row.range is None else RangeSaid.from_json(row.range),
        note=row.note,
        person=_name(row.user),
        is_late=known_at is not None and row.at >= known_at,
    )


def _resolution(row: Resolution) -> ResolutionView:
    return ResolutionView(
        outcome=Outcome(row.outcome),
        value=row.value,
        day=row.day,
        how=row.how,
        evidence=row.evidence,
        reading=row.reading,
        known_at=row.known_at,
        at=row.at,
        person=_name(row.user),
        is_current=row.is_current,
    )


def _span(low: float | date, high: float | date) -> str:
    if isinstance(low, date) and isinstance(high, date):
        year = "" if low.year == high.year else f" {low.year}"
        return f"{low:%-d %b}{year}–{high:%-d %b} {high.year}"
    return f"{show_number(float(low))}–{show_number(float(high))}"  # type: ignore[arg-type]


def _name(user: Any) -> str:
    return user.name if user else ""

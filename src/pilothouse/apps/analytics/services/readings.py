"""Readings: what a metric says now, and whether it moved beyond noise.

The latest complete period is held against the same place in earlier ones: a day against the same
weekday of the eight weeks before, a week or month against the eight before it. The distance is the
robust z; a reading counts as moved when the z, the relative change and the count all pass their
floors, so that neither a quiet metric's hiccup nor a huge metric's tremor rings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pilothouse.apps.analytics.services.answers import (
    asked_at,
    open_log,
    pack_fresh,
    run_query,
)
from pilothouse.apps.analytics.services.charts import unit_of
from pilothouse.apps.analytics.services.kept import keep
from pilothouse.apps.analytics.services.metrics import MetricView, to_metric_json
from pilothouse.apps.analytics.services.questions import Question, query_for
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.analytics.baseline import RobustZ, robust_z
from pilothouse.engines.analytics.queries import FunnelQuery, RetentionQuery, TrendQuery
from pilothouse.engines.analytics.results import FunnelResult, RetentionResult, TrendResult
from pilothouse.kernel.charts import Unit
from pilothouse.kernel.intervals import Rate, wilson
from pilothouse.kernel.times import (
    Period,
    TimeRange,
    add_periods,
    date_range,
    local_date,
    midnight_us,
    parse_period,
    parse_zone,
    period_start,
)

if TYPE_CHECKING:
    from pilothouse.engines.analytics.log import EventLog

HISTORY = 8
RECENT = 57
Z_FLOOR = 3.5
CHANGE_FLOOR = 0.05
COUNT_FLOOR = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Place:
    """One past period of a metric: its value and the n behind it."""

    period: date
    value: float | None
    n: int
    rate: Rate | None = None


@dataclass(frozen=True)
class Reading:
    """A metric's latest complete period beside its baseline.

    ``verdict``: ``moved`` beyond noise, ``noise``, or ``unknown`` with ``reason``.
    """

    metric: MetricView
    latest: Place | None
    recent: tuple[Place, ...]
    period: Period
    compared_with: str
    baseline: RobustZ | None
    change: float | None
    verdict: str
    reason: str
    unit: Unit
    currency: str = ""
    # The day of the last event, where that stands in for now.
    as_of: date | None = None

    @property
    def history(self) -> tuple[float | None, ...]:
        """The recent values, oldest first, for a small line."""
        return tuple(place.value for place in self.recent)

    @property
    def is_good(self) -> bool | None:
        """Whether the change goes the wanted way; None where neither way is wanted."""
        if self.change is None or self.metric.direction == "none" or self.change == 0:
            return None
        return (self.change > 0) == (self.metric.direction == "up")


@dataclass(frozen=True)
class Course:
    """A metric's whole periods up to now, the latest last; ``as_of`` as in ``Reading``."""

    period: Period
    places: tuple[Place, ...]
    as_of: date | None


def read_metrics(product: ProductView, metrics: Sequence[MetricView]) -> list[Reading]:
    """Readings of several metrics over one opening of the product's events."""
    if not metrics:
        return []
    stream_id = pack_fresh(product)

    def follow() -> dict[str, Any]:
        log = open_log(product)
        return {"courses": [_to_plain(_follow(product, metric, log)) for metric in metrics]}

    parts = [[metric.question.kind, metric.question.definition] for metric in metrics]
    kept = keep(stream_id, "readings", product, parts, follow)
    return [
        judge_course(product, metric, _from_plain(plain))
        for metric, plain in zip(metrics, kept["courses"], strict=True)
    ]


def read_metric(product: ProductView, metric: MetricView, log: EventLog) -> Reading:
    """What one metric says now."""
    return judge_course(product, metric, _follow(product, metric, log))


def judge_course(product: ProductView, metric: MetricView, course: Course) -> Reading:
    """A metric's latest period against the earlier ones."""
    unit, currency = unit_of(metric.question, product.currency)
    places = course.places
    blank = Reading(
        metric=metric,
        latest=places[-1] if places else None,
        recent=places[-RECENT:],
        period=course.period,
        compared_with="",
        baseline=None,
        change=None,
        verdict="unknown",
        reason="no data in it" if places else f"no whole {course.period} of data yet",
        unit=unit,
        currency=currency,
        as_of=course.as_of,
    )
    if blank.latest is None or blank.latest.value is None:
        return blank
    return _compare(blank, blank.latest, blank.latest.value, places)


def _follow(product: ProductView, metric: MetricView, log: EventLog) -> Course:
    now_us, stale_day = asked_at(product, log)
    period, places = _places(product, metric.question, log, now_us)
    return Course(period, tuple(places), stale_day)


def _to_plain(course: Course) -> dict[str, Any]:
    return {
        "period": course.period,
        "as_of": course.as_of and course.as_of.isoformat(),
        "places": [
            [place.period.isoformat(), place.value, place.n, place.rate and place.rate.hits]
            for place in course.places
        ],
    }


def _from_plain(plain: dict[str, Any]) -> Course:
    return Course(
        period=parse_period(plain["period"]),
        as_of=date.fromisoformat(plain["as_of"]) if plain["as_of"] else None,
        places=tuple(
            Place(date.fromisoformat(day), value, n, None if hits is None else wilson(hits, n))
            for day, value, n, hits in plain["places"]
        ),
    )


def to_reading_json(reading: Reading) -> dict[str, Any]:
    """A reading as the API and commands show it."""
    return {
        "metric": to_metric_json(reading.metric),
        "period": reading.period,
        "latest": asdict(reading.latest) if reading.latest else None,
        "compared_with": reading.compared_with,
        "baseline": asdict(reading.baseline) if reading.baseline else None,
        "change": reading.change,
        "verdict": reading.verdict,
        "reason": reading.reason,
    }


def _compare(blank: Reading, latest: Place, value: float, places: tuple[Place, ...]) -> Reading:
    stride = 7 if blank.period == "day" else 1
    history = places[-1 - stride :: -stride][:HISTORY]
    values = [place.value for place in history if place.value is not None]
    baseline = robust_z(values, value)
    change = _relative_change(value, baseline.median)
    verdict, reason = _judge(latest, baseline, change)
    day = WEEKDAYS[latest.period.weekday()] if blank.period == "day" else blank.period
    return replace(
        blank,
        compared_with=f"{len(values)} earlier {day}s",
        baseline=baseline,
        change=change,
        verdict=verdict,
        reason=reason,
    )


def _judge(latest: Place, baseline: RobustZ, change: float | None) -> tuple[str, str]:
    if baseline.z is None:
        return "unknown", baseline.reason
    if abs(baseline.z) < Z_FLOOR:
        return "noise", f"z {_signed(baseline.z)}, within ±{Z_FLOOR}"
    if change is not None and abs(change) < CHANGE_FLOOR:
        return "noise", f"z {_signed(baseline.z)}, but the change is under {CHANGE_FLOOR:.0%}"
    if latest.n < COUNT_FLOOR and (baseline.median or 0) < COUNT_FLOOR:
        return "noise", f"z {_signed(baseline.z)}, but fewer than {COUNT_FLOOR} cases"
    return "moved", f"z {_signed(baseline.z)}, beyond ±{Z_FLOOR}"


def _signed(z: float) -> str:
    return f"{z:+.1f}".replace("-", "\N{MINUS SIGN}")


def _relative_change(value: float, median: float | None) -> float | None:
    if not median:
        return None
    return value / median - 1


def _places(
    product: ProductView, question: Question, log: EventLog, now_us: int
) -> tuple[Period, list[Place]]:
    query = query_for(question, product, now_us)
    if isinstance(query, TrendQuery):
        return query.period, _trend_places(product, query, log, now_us)
    if isinstance(query, FunnelQuery):
        return "week", _funnel_places(product, query, log, now_us)
    return query.period, _retention_places(query, log)


def _trend_places(
    product: ProductView, query: TrendQuery, log: EventLog, now_us: int
) -> list[Place]:
    stride = 7 if query.period == "day" else 1
    within = _last_range(product, query.period, stride * HISTORY + 2, log, now_us)
    result = run_query(log, replace(query, range=within, breakdown=None))
    if not isinstance(result, TrendResult) or not result.series:
        return []
    return [
        Place(point.period, point.value, point.n)
        for point in result.series[0].values
        if point.complete
    ]


def _funnel_places(
    product: ProductView, query: FunnelQuery, log: EventLog, now_us: int
) -> list[Place]:
    """Overall conversion of the entrants of each whole week whose windows have all closed."""
    zone, week_start = parse_zone(product.zone), product.week_start
    closed = local_date(now_us - query.window_us, zone)
    end = period_start(closed, "week", week_start)
    places = []
    for back in range(HISTORY + 1, 0, -1):
        start = add_periods(end, -back, "week")
        within = date_range(start, add_periods(start, 6, "day"), zone)
        if log.first_us is None or within.end_us <= log.first_us:
            continue
        result = run_query(log, replace(query, range=within, breakdown=None, timing=False))
        if isinstance(result, FunnelResult):
            rate = result.steps[-1].rate
            places.append(Place(start, rate.share, rate.n, rate))
    return places


def _retention_places(query: RetentionQuery, log: EventLog) -> list[Place]:
    """The share of each cohort that came back one period later."""
    result = run_query(log, replace(query, range=None, periods=1))
    if not isinstance(result, RetentionResult):
        return []
    places = []
    for cohort in result.cohorts:
        returned = cohort.returned[1] if len(cohort.returned) > 1 else None
        if returned is not None and cohort.complete[1]:
            rate = wilson(returned, cohort.size)
            places.append(Place(cohort.period, rate.share, cohort.size, rate))
    return places[-(HISTORY + 1) :]


def _last_range(
    product: ProductView, period: Period, count: int, log: EventLog, now_us: int
) -> TimeRange | None:
    """The last ``count`` periods, but none before the first event: they are not zeros."""
    if log.first_us is None:
        return TimeRange(0, 0)
    zone = parse_zone(product.zone)
    today = local_date(now_us, zone)
    start = add_periods(period_start(today, period, product.week_start), -count, period)
    # The first event's own period is only partly covered, unless it begins with it.
    first = period_start(local_date(log.first_us, zone), period, product.week_start)
    start = max(start, first)
    return TimeRange(midnight_us(start, zone), max(midnight_us(start, zone), now_us))

"""Retention: of those who first started in a period, how many come back in later ones.

First-time: an actor belongs to the period of the first matching start event ever. Column 0 is a
true return in the same period, after the start. See docs/methods/analytics.md.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import (
    Calendar,
    Periods,
    cut_periods,
    cut_range,
    to_units,
)
from pilothouse.engines.analytics.postings import actor_bounds, select
from pilothouse.engines.analytics.queries import RetentionQuery
from pilothouse.engines.analytics.results import Cohort, RetentionResult, Semantics
from pilothouse.engines.analytics.rollups import active_days, roll_up
from pilothouse.kernel.intervals import Rate, wilson
from pilothouse.kernel.times import add_periods, format_instant, local_date

MAX_COLUMNS = 366
NEVER = 1 << 62


def retention(log: EventLog, query: RetentionQuery) -> RetentionResult:
    """The retention of ``query`` over ``log``.

    >>> from pilothouse.engines.analytics import EventLog, RetentionQuery, Selector, retention
    >>> day = 86_400_000_000
    >>> log = EventLog.from_rows([("ann", "visit", 0, {}), ("ann", "visit", day, {})])
    >>> visit = Selector("visit")
    >>> retention(log, RetentionQuery(visit, visit, period="day")).cohorts[0].returned
    (0, 1)
    """
    calendar = Calendar(query.period, query.zone, query.week_start)
    asked = cut_range(log, query.range, calendar)
    semantics = _semantics(log, query, calendar)
    if asked is None or log.last_us is None:
        return RetentionResult((), (), semantics)
    as_of = log.last_us if query.as_of_us is None else query.as_of_us
    columns = _count_columns(query, asked, as_of)
    # The columns of the last cohort reach beyond the cohorts.
    last = add_periods(asked.days[-1], columns - 1, query.period)
    periods = cut_periods(asked.days[0], last, calendar)
    size, back = _count(log, query, periods, columns)
    cohorts = tuple(
        _cohort(day, int(size[k]), back[k], periods.edges_us[k : k + columns + 1], as_of)
        for k, day in enumerate(asked.days)
    )
    return RetentionResult(cohorts, _mean(cohorts, columns), semantics)


def _count_columns(query: RetentionQuery, asked: Periods, as_of: int) -> int:
    if query.periods is not None:
        return query.periods + 1
    today = local_date(as_of, query.zone)
    calendar = Calendar(query.period, query.zone, query.week_start)
    reach = len(cut_periods(asked.days[0], max(today, asked.days[0]), calendar).days)
    return min(reach, MAX_COLUMNS)


def _count(
    log: EventLog, query: RetentionQuery, periods: Periods, columns: int
) -> tuple[Array, Array]:
    from pilothouse.engines.analytics import _kernels_retention as kernels

    starting = select(log, query.start, query.filters)
    returning = select(log, query.returning, query.filters)
    cuts = actor_bounds(log)
    s, r = starting.places(cuts), returning.places(cuts)
    edges = periods.edges(log)
    span = (-NEVER, NEVER)
    if query.range is not None:
        span = to_units(log, query.range.start_us), to_units(log, query.range.end_us)

    if query.returning.filters or query.filters:
        active = roll_up(log, returning, query.zone)
    else:
        active = active_days(log, returning, query.returning.event, query.zone)
    days = (active.offsets, active.days, active.periods(periods, query.zone))

    def work(chunk: int) -> tuple[Array, Array]:
        bounds = (s[chunk], s[chunk + 1], r[chunk], r[chunk + 1])
        return kernels.count_returns(  # type: ignore[no-any-return]
            starting.firsts,
            returning.arrays,
            days,
            bounds,
            edges,
            span,
            columns,
            query.rule == "on-or-after",
        )

    parts = run_chunks(work, len(cuts) - 1)
    return np.sum([p[0] for p in parts], axis=0), np.sum([p[1] for p in parts], axis=0)


def _cohort(period: date, size: int, back: Array, edges_us: Array, as_of: int) -> Cohort:
    begun, over = edges_us[:-1] <= as_of, edges_us[1:] <= as_of
    returned = tuple(int(n) if now else None for n, now in zip(back, begun, strict=True))
    return Cohort(period, size, returned, tuple(bool(done) for done in over))


def _mean(cohorts: tuple[Cohort, ...], columns: int) -> tuple[Rate, ...]:
    def pool(k: int) -> Rate:
        whole = [c for c in cohorts if c.complete[k]]
        return wilson(sum(c.returned[k] or 0 for c in whole), sum(c.size for c in whole))

    return tuple(pool(k) for k in range(columns))


def _semantics(log: EventLog, query: RetentionQuery, calendar: Calendar) -> Semantics:
    as_of = log.last_us if query.as_of_us is None else query.as_of_us
    rule = {
        "on": "on: returned in that very period",
        "on-or-after": "on or after: returned in that period or a later column; "
        "the last columns can only fall",
    }[query.rule]
    return (
        ("cohort", "the period of the first matching start event ever"),
        *calendar.rules,
        ("rule", rule),
        ("column 0", "a true return in the same period, after the start; the size stands apart"),
        ("range", "bounds the start only; returns may come later"),
        ("ties", "by time, then sequence"),
        ("mean", "pooled over complete cells, weighted by size; Wilson intervals, 95 %"),
        ("as of", "no events" if as_of is None else format_instant(as_of)),
    )

"""Trends: a measure per period, every period shown.

Counts and sums over nothing are 0; means and medians over nothing are None. WAU and MAU count
distinct actors in the 7 or 30 local days up to and with the last day of the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.groups import Group, rank_groups
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import (
    Calendar,
    Periods,
    cut_periods,
    cut_range,
    to_units,
)
from pilothouse.engines.analytics.postings import Posting, cut_evenly, keep, select
from pilothouse.engines.analytics.queries import TrendQuery
from pilothouse.engines.analytics.results import Semantics, TrendPoint, TrendResult, TrendSeries
from pilothouse.engines.analytics.rollups import (
    ActiveDays,
    active_days,
    count_gaps,
    count_trailing,
    is_whole_days,
    roll_up,
)
from pilothouse.engines.analytics.values import code_rows, list_numbers, measure_cells
from pilothouse.kernel.times import TimeRange, format_instant, local_date

TRAILING = {"wau": 7, "mau": 30}
_ONE = frozen(np.zeros(0, dtype=np.uint8))


@dataclass(frozen=True, eq=False)
class _Groups:
    """Groups of a breakdown; ``codes`` per row of the log (empty: one group of all)."""

    groups: tuple[Group, ...]
    codes: Array
    of_code: Array


def trend(log: EventLog, query: TrendQuery) -> TrendResult:
    """The trend of ``query`` over ``log``.

    >>> from pilothouse.engines.analytics import EventLog, Selector, TrendQuery, trend
    >>> log = EventLog.from_rows([("ann", "visit", 0, {}), ("bo", "visit", 1, {})])
    >>> [point.value for point in trend(log, TrendQuery(Selector("visit"))).series[0].values]
    [2.0]
    """
    calendar = Calendar(query.period, query.zone, query.week_start)
    asked = cut_range(log, query.range, calendar)
    semantics = _semantics(log, query, calendar)
    if asked is None:
        return TrendResult((), semantics)
    if query.measure.property is not None:
        groups, values, numbers = _measure_values(log, query, asked)
    else:
        groups, counts = _measure_counts(log, query, asked)
        values, numbers = counts.astype(np.float64), counts
    complete = _complete(log, query, asked)
    series = tuple(
        TrendSeries(
            _name(query, group), _points(asked, values[g], numbers[g], complete), group.rest
        )
        for g, group in enumerate(groups)
        if query.breakdown is None or numbers[g].any()
    )
    return TrendResult(series, semantics)


def _name(query: TrendQuery, group: Group) -> str | None:
    return query.selector.label if query.breakdown is None else group.value


def _points(
    asked: Periods, values: Array, numbers: Array, complete: list[bool]
) -> tuple[TrendPoint, ...]:
    return tuple(
        TrendPoint(day, None if np.isnan(value) else float(value), int(n), done)
        for day, value, n, done in zip(asked.days, values, numbers, complete, strict=True)
    )


def _complete(log: EventLog, query: TrendQuery, asked: Periods) -> list[bool]:
    """Whether each period is over, and none of it cut off by the range."""
    end = (log.last_us or 0) if query.as_of_us is None else query.as_of_us
    begin = int(asked.edges_us[0])
    if query.range is not None:
        begin, end = query.range.start_us, min(end, query.range.end_us)
    spans = zip(asked.edges_us[:-1], asked.edges_us[1:], strict=True)
    return [bool(begin <= low and high <= end) for low, high in spans]


def _clip(log: EventLog, periods: Periods, asked: TimeRange | None, *, start: bool = True) -> Array:
    """Edges in the log's units, the outer ones drawn in to the range."""
    edges = periods.edges(log).copy()
    if asked is not None:
        if start:
            edges[0] = max(edges[0], to_units(log, asked.start_us))
        edges[-1] = min(edges[-1], to_units(log, asked.end_us))
    return frozen(edges)


def _measure_counts(
    log: EventLog, query: TrendQuery, asked: Periods
) -> tuple[tuple[Group, ...], Array]:
    """Groups and counts int64[groups, periods]."""
    kind = query.measure.kind
    if kind != "count" and query.breakdown is None:
        return (Group(None),), _count_distinct(log, query, asked)[np.newaxis]
    days = _trailing_days(asked, query) if kind in TRAILING else asked
    posting = select(log, query.selector, query.filters)
    edges = _clip(log, days, query.range, start=kind not in TRAILING)
    groups = _find_groups(log, query, posting, edges)
    counts = _run(posting, edges, groups, 0 if kind == "count" else TRAILING.get(kind, 1))
    if kind in TRAILING:
        place = {day: k for k, day in enumerate(days.days)}
        counts = counts[:, [place[day] for day in _last_days(asked, query)]]
    return groups.groups, counts


def _last_days(asked: Periods, query: TrendQuery) -> list[date]:
    return [local_date(int(edge) - 1, query.zone) for edge in asked.edges_us[1:]]


def _trailing_days(asked: Periods, query: TrendQuery) -> Periods:
    lead = timedelta(days=TRAILING[query.measure.kind] - 1)
    last = _last_days(asked, query)[-1]
    return cut_periods(asked.days[0] - lead, last, Calendar("day", query.zone))


def _count_distinct(log: EventLog, query: TrendQuery, asked: Periods) -> Array:
    """Distinct actors of each period, or in the days up to its last: int64[periods]."""
    if not log.rows:
        return np.zeros(len(asked.days), dtype=np.int64)
    active, is_kept = _active_days(log, query)
    if query.measure.kind == "actors" and query.period != "day":
        of_day = active.periods(asked, query.zone)
        of_day[_outside(active, query) | (of_day >= len(asked.days))] = -1
        counts: Array = count_gaps(active, of_day, len(asked.days)).sum(axis=1)
        return counts
    lasts = _last_days(asked, query)
    if is_kept and query.period == "day":
        # Each day asked for lies wholly in the range: one table answers for every range.
        key = ("gaps", query.selector.event, query.zone.key)
        gaps = keep(log, key, lambda: _daily_gaps(active, query))
    else:
        gaps = _daily_gaps(active, query)
    seen = count_trailing(gaps, TRAILING.get(query.measure.kind, 1))
    places = np.array([active.place(day) for day in lasts])
    inside = (places >= 0) & (places < len(seen))
    return np.where(inside, seen[np.where(inside, places, 0)], 0)


def _active_days(log: EventLog, query: TrendQuery) -> tuple[ActiveDays, bool]:
    """The days that count, and whether they are those of the plain event, which are kept."""
    posting = select(log, query.selector, query.filters)
    whole = is_whole_days(query.range, query.zone)
    if whole and not (query.filters or query.selector.filters):
        return active_days(log, posting, query.selector.event, query.zone), True
    within = query.range
    if within is not None and query.measure.kind in TRAILING:
        within = TimeRange(min(within.start_us, log.first_us or 0), within.end_us)
    return roll_up(log, posting, query.zone, within), False


def _daily_gaps(active: ActiveDays, query: TrendQuery) -> Array:
    of_day = np.arange(active.count)
    if query.period != "day":
        of_day[_outside(active, query)] = -1
    return count_gaps(active, of_day, active.count)


def _outside(active: ActiveDays, query: TrendQuery) -> Array:
    """Which days of the log lie outside of the range; before it none does for a look back."""
    days = np.arange(active.count)
    if query.range is None:
        return days < 0
    low = active.place(local_date(query.range.start_us, query.zone))
    high = active.place(local_date(query.range.end_us - 1, query.zone))
    return (days > high) | ((days < low) & (query.measure.kind not in TRAILING))


def _run(posting: Posting, edges: Array, groups: _Groups, width: int) -> Array:
    """Rows per period for ``width`` 0, else distinct actors in as many periods up to each."""
    from pilothouse.engines.analytics import _kernels_trend as kernels

    cuts = cut_evenly(posting.offsets)
    how = (groups.codes, groups.of_code, len(groups.groups))

    def work(chunk: int) -> Array:
        span = (cuts[chunk], cuts[chunk + 1])
        if width == 0:
            return kernels.count_rows(posting.arrays, *span, edges, *how)  # type: ignore[no-any-return]
        return kernels.count_active(posting.arrays, *span, edges, width, *how)  # type: ignore[no-any-return]

    total: Array = np.sum(run_chunks(work, len(cuts) - 1), axis=0)
    return total


def _find_groups(log: EventLog, query: TrendQuery, posting: Posting, edges: Array) -> _Groups:
    """The groups by number of selected events in the periods."""
    if query.breakdown is None or not log.rows:
        return _Groups((Group(None),), _ONE, _ONE)
    codes, values = code_rows(log.property(query.breakdown))
    inside = (posting.times >= edges[0]) & (posting.times < edges[-1])
    chosen = codes[posting.rows] if len(posting.rows) or not log.rows else codes
    chosen = chosen[: len(inside)][inside]
    of_code, groups = rank_groups(values, np.bincount(chosen, minlength=len(values) + 1))
    return _Groups(groups, frozen(codes), frozen(of_code))


def _measure_values(
    log: EventLog, query: TrendQuery, asked: Periods
) -> tuple[tuple[Group, ...], Array, Array]:
    """Groups, values float64[groups, periods] (NaN: none) and how many numbers each has."""
    from pilothouse.engines.analytics import _kernels_trend as kernels

    assert query.measure.property is not None
    posting = select(log, query.selector, query.filters)
    edges = _clip(log, asked, query.range)
    groups = _find_groups(log, query, posting, edges)
    cells = np.empty(len(posting.times), dtype=np.int64)
    kernels.place_rows(posting.arrays, 0, len(posting.actors), edges, cells)
    rows = posting.rows if len(posting.rows) else np.arange(len(cells), dtype=np.uint32)
    if query.breakdown is not None:
        of_row = groups.of_code[groups.codes[rows]].astype(np.int64)
        cells[cells >= 0] += (of_row * len(asked.days))[cells >= 0]
    numbers = list_numbers(log.property(query.measure.property), rows)
    shape = (len(groups.groups), len(asked.days))
    values, counts = measure_cells(query.measure.kind, cells, numbers, shape[0] * shape[1])
    return groups.groups, values.reshape(shape), counts.reshape(shape)


def _semantics(log: EventLog, query: TrendQuery, calendar: Calendar) -> Semantics:
    as_of = log.last_us if query.as_of_us is None else query.as_of_us
    kind, name = query.measure.kind, query.measure.property
    measure = {
        "count": "number of events",
        "actors": "distinct actors in the period",
        "wau": "distinct actors in the 7 local days up to and with the period's last day",
        "mau": "distinct actors in the 30 local days up to and with the period's last day",
        "sum": f"sum of {name}; 0 over no data",
        "mean": f"mean of {name} over events that have it; nothing over no data",
        "median": f"median of {name} over events that have it; nothing over no data",
    }[kind]
    rules = [
        ("measure", measure),
        *calendar.rules,
        ("periods", "every period of the range is shown; one not over is marked"),
        ("as of", "no events" if as_of is None else format_instant(as_of)),
    ]
    if query.breakdown is not None:
        rules.append(
            ("breakdown", f"{query.breakdown} of each event; 25 largest, Other counted anew")
        )
    return tuple(rules)

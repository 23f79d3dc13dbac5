"""Flow of work: throughput, cycle times, ageing, cumulative flow, Little's law.

Days are calendar days of the product's zone. A cycle time counts both the day of starting and the
day of finishing, so work done within a day took 1 day; age is counted in the same way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, comb

from pilothouse.engines.roadmap.forecast import PERCENTILES, Throughput
from pilothouse.kernel.times import Period, add_periods, period_start

FEWEST_CYCLES = 10
SLE_PERCENT = 85


@dataclass(frozen=True)
class WorkItem:
    """A piece of work: when it was created, started and done, as far as it was."""

    key: str
    created: date
    started: date | None = None
    done: date | None = None

    @property
    def begun(self) -> date | None:
        """The day work began; what was done without being started began on that day."""
        return self.started or self.done

    @property
    def cycle_days(self) -> int | None:
        """Days from start to finish, both in; None while it is not done."""
        if self.done is None or self.begun is None:
            return None
        return max((self.done - self.begun).days, 0) + 1


@dataclass(frozen=True)
class CycleTimes:
    """Cycle times in days, sorted.

    ``percentiles`` are by nearest rank, each with the 95 % interval that holds for any distribution
    (order statistics), None where n is too small for one.
    """

    days: tuple[int, ...]
    percentiles: Mapping[int, int]
    intervals: Mapping[int, tuple[int, int] | None]
    sentence: str

    @property
    def n(self) -> int:
        return len(self.days)

    @property
    def is_thin(self) -> bool:
        return self.n < FEWEST_CYCLES


@dataclass(frozen=True)
class Ageing:
    """An item in progress: its age in days, the share of finished ones that took at most as long
    (None without any), and whether it is older than the 85th percentile."""

    key: str
    age_days: int
    share_done_by_now: float | None
    is_past: bool


@dataclass(frozen=True)
class FlowDay:
    """One day of the cumulative flow: items ever created, begun and done by its end."""

    day: date
    created: int
    begun: int
    done: int

    @property
    def in_progress(self) -> int:
        return self.begun - self.done

    @property
    def waiting(self) -> int:
        return self.created - self.begun


@dataclass(frozen=True)
class LittleLaw:
    """WIP against throughput x cycle time over a window of ``days``.

    ``ratio`` is measured WIP over expected; near 1 where the window is stable. Values are None
    where nothing was finished.
    """

    days: int
    wip: float
    throughput: float
    cycle_days: float | None
    expected_wip: float | None
    ratio: float | None
    is_stable: bool
    sentence: str


def count_throughput(
    items: Sequence[WorkItem],
    today: date,
    periods: int,
    period: Period = "week",
    week_start: int = 0,
) -> Throughput | None:
    """Finished items in each of the last ``periods`` whole periods before today's, zeros included.

    History begins with the first work ever begun or done, for before that nothing could be
    finished; None where there is no whole period since.
    """
    current = period_start(today, period, week_start)
    first_days = [item.begun for item in items if item.begun is not None]
    if not first_days:
        return None
    earliest = period_start(min(first_days), period, week_start)
    starts = [add_periods(current, -back, period) for back in range(periods, 0, -1)]
    kept = [start for start in starts if start >= earliest]
    if not kept:
        return None
    done = Counter(
        period_start(item.done, period, week_start) for item in items if item.done is not None
    )
    return Throughput(tuple(done[start] for start in kept), period)


def measure_cycle_times(items: Sequence[WorkItem]) -> CycleTimes | None:
    """Cycle times of what is done; None where nothing is."""
    days = tuple(sorted(item.cycle_days for item in items if item.cycle_days is not None))
    if not days:
        return None
    percentiles = {p: days[_rank(len(days), p) - 1] for p in PERCENTILES}
    intervals = {p: _order_interval(days, p / 100) for p in PERCENTILES}
    return CycleTimes(days, percentiles, intervals, _sle(days, percentiles, intervals))


def list_ageing(
    items: Sequence[WorkItem], cycles: CycleTimes | None, today: date
) -> tuple[Ageing, ...]:
    """What is begun and not done, the oldest first."""
    rows = []
    for item in items:
        if item.started is None or item.done is not None or item.started > today:
            continue
        age = (today - item.started).days + 1
        if cycles is None:
            rows.append(Ageing(item.key, age, None, is_past=False))
            continue
        share = bisect_right(cycles.days, age) / cycles.n
        is_past = not cycles.is_thin and age > cycles.percentiles[SLE_PERCENT]
        rows.append(Ageing(item.key, age, share, is_past))
    return tuple(sorted(rows, key=lambda row: (-row.age_days, row.key)))


def cumulate_flow(items: Sequence[WorkItem], first: date, last: date) -> tuple[FlowDay, ...]:
    """Created, begun and done by the end of each day from ``first`` to ``last``, both in."""
    created = sorted(item.created for item in items)
    begun = sorted(item.begun for item in items if item.begun is not None)
    done = sorted(item.done for item in items if item.done is not None)
    span = (last - first).days + 1
    return tuple(
        FlowDay(day, bisect_right(created, day), bisect_right(begun, day), bisect_right(done, day))
        for day in (first + timedelta(days=place) for place in range(max(span, 0)))
    )


def check_littles_law(items: Sequence[WorkItem], first: date, last: date) -> LittleLaw:
    """Does WIP = throughput x cycle time hold from ``first`` to ``last`` (both in)?

    The law is about averages of a system in balance: where more begins than ends, or the other way
    round, it says nothing about the future, and forecasts from throughput are too rosy or too dark.
    """
    days = (last - first).days + 1
    worked = sum(_days_in_progress(item, first, last) for item in items)
    cycles = [
        item.cycle_days
        for item in items
        if item.done is not None and first <= item.done <= last and item.cycle_days is not None
    ]
    begun = sum(item.begun is not None and first <= item.begun <= last for item in items)
    wip, throughput = worked / days, len(cycles) / days
    cycle = sum(cycles) / len(cycles) if cycles else None
    expected = throughput * cycle if cycle is not None else None
    ratio = wip / expected if expected else None
    is_stable, sentence = _judge(begun, len(cycles), ratio, days)
    return LittleLaw(days, wip, throughput, cycle, expected, ratio, is_stable, sentence)


def _days_in_progress(item: WorkItem, first: date, last: date) -> int:
    """Days of the window on which the item was begun and not yet done, its last day in."""
    if item.begun is None:
        return 0
    start = max(item.begun, first)
    end = min(max(item.done, item.begun) if item.done is not None else last, last)
    return max((end - start).days + 1, 0)


def _judge(begun: int, done: int, ratio: float | None, days: int) -> tuple[bool, str]:
    if ratio is None or done < FEWEST_CYCLES:
        return False, f"Too few: {done} items done in {days} days; {FEWEST_CYCLES} are needed."
    # Arrivals and departures as two Poisson counts: a difference of two standard deviations.
    drift = (begun - done) / (begun + done) ** 0.5
    if drift > 2:
        return False, (
            f"Not stable: {begun} items begun and {done} done. Work in progress grows, so cycle "
            "times will grow too."
        )
    if drift < -2:
        return False, (
            f"Not stable: {begun} items begun and {done} done. Work in progress shrinks; this pace "
            "of finishing cannot last without new starts."
        )
    if not 0.75 <= ratio <= 1.33:
        return False, (
            f"Begun and done are in balance, but work in progress is {ratio:.2f} times what "
            "throughput x cycle time gives: old items lie unfinished beside the flow."
        )
    return True, f"Stable: {begun} items begun, {done} done; Little's law holds within a third."


def _rank(n: int, percent: int) -> int:
    # Whole numbers, so that 85 % of 20 is rank 17 and not 18 by a rounding.
    return max(1, ceil(n * percent / 100 - 1e-9))


def _order_interval(
    days: Sequence[int], share: float, level: float = 0.95
) -> tuple[int, int] | None:
    """Two order statistics that hold the quantile with at least ``level``; None if n is too small.

    P(X(l) <= q <= X(u)) = P(l <= B < u) with B binomial(n, share) (David and Nagaraja 2003, 7.1).
    """
    n = len(days)
    if n > 500:
        half = 1.96 * (n * share * (1 - share)) ** 0.5
        low, high = int(n * share - half), ceil(n * share + half) + 1
        return days[max(low, 1) - 1], days[min(high, n) - 1]
    masses = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    tail = (1 - level) / 2
    low, below = 0, masses[0]
    while low < n and below <= tail:
        low += 1
        below += masses[low]
    high, above = n + 1, 0.0
    while high > 0 and above + masses[high - 1] <= tail:
        high -= 1
        above += masses[high]
    if low < 1 or high > n:
        return None
    return days[low - 1], days[high - 1]


def _sle(
    days: Sequence[int],
    percentiles: Mapping[int, int],
    intervals: Mapping[int, tuple[int, int] | None],
) -> str:
    if len(days) < FEWEST_CYCLES:
        return f"Too few: {len(days)} finished items; {FEWEST_CYCLES} are needed for a promise."
    value, interval = percentiles[SLE_PERCENT], intervals[SLE_PERCENT]
    words = f"{SLE_PERCENT}% of items are done within {value} day{'s' if value != 1 else ''}"
    if interval is None:
        return f"{words} (n {len(days)}; too few for an interval)."
    return f"{words} (n {len(days)}, 95% interval {interval[0]} to {interval[1]} days)."

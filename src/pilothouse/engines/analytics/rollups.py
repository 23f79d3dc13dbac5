"""The user-day roll-up: the local days on which each actor did an event.

A tenth of the rows or less. That of a plain event is kept while the log is open; under filters,
or within a range that is not made of whole days, it is made for the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import Calendar, Periods, cut_range, to_units
from pilothouse.engines.analytics.postings import Posting, cut_evenly, keep
from pilothouse.kernel.times import TimeRange, local_date, midnight_us

NEVER = 1 << 62
# The longest look back of a measure.
MAX_GAP = 30


@dataclass(frozen=True, eq=False)
class ActiveDays:
    """Days of the actors of a posting: those at ``offsets[k]:offsets[k + 1]``, ascending.

    ``days`` uint32 are numbers since the day ``first``, the first of ``count`` of the log;
    ``offsets`` uint32. Arrays are made read-only.
    """

    first: date
    count: int
    offsets: Array
    days: Array

    def __post_init__(self) -> None:
        for name in ("offsets", "days"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def place(self, day: date) -> int:
        """The number of ``day``; outside of the log too."""
        return day.toordinal() - self.first.toordinal()

    def periods(self, periods: Periods, zone: ZoneInfo) -> Array:
        """The period of each day of the log, -1 before the first and ``len`` after the last."""
        starts = [self.place(local_date(int(edge), zone)) for edge in periods.edges_us]
        return np.searchsorted(starts, np.arange(self.count), side="right") - 1


def roll_up(
    log: EventLog, posting: Posting, zone: ZoneInfo, asked: TimeRange | None = None
) -> ActiveDays:
    """The active days of ``posting``; of its rows within ``asked``, if that is given."""
    from pilothouse.engines.analytics import _kernels_periods as kernels

    whole = cut_range(log, None, Calendar("day", zone))
    assert whole is not None, "an empty log has no days"
    edges = whole.edges(log)
    span = (-NEVER, NEVER)
    if asked is not None:
        span = to_units(log, asked.start_us), to_units(log, asked.end_us)
    spans = list(pairwise(cut_evenly(posting.offsets)))
    counts = np.zeros(len(posting.actors), dtype=np.uint32)
    room = np.empty(len(posting.times), dtype=np.uint32)

    def work(k: int) -> Array:
        end = kernels.list_days(
            posting.offsets, posting.times, edges, span, *spans[k], counts, room
        )
        return room[posting.offsets[spans[k][0]] : end]

    days = np.concatenate(run_chunks(work, len(spans)))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
    return ActiveDays(whole.days[0], len(whole.days), offsets, days)


def active_days(log: EventLog, posting: Posting, event: str | None, zone: ZoneInfo) -> ActiveDays:
    """The roll-up of a plain event (None: any) with its ``posting``, kept."""
    return keep(log, ("days", event, zone.key), lambda: roll_up(log, posting, zone))


def count_gaps(active: ActiveDays, of_day: Array, periods: int) -> Array:
    """Actors by period and number of periods to their next: int64[periods, MAX_GAP + 1].

    ``of_day`` is the period of each day, negative for days that do not count.
    """
    from pilothouse.engines.analytics import _kernels_periods as kernels

    spans = list(pairwise(cut_evenly(active.offsets)))
    table = of_day.astype(np.int64)
    parts = run_chunks(
        lambda k: kernels.count_gaps(
            active.offsets, active.days, table, periods, MAX_GAP, *spans[k]
        ),
        len(spans),
    )
    total: Array = np.sum(parts, axis=0)
    return total


def count_trailing(gaps: Array, width: int) -> Array:
    """Distinct actors in the ``width`` periods up to each one, and to those after: int64.

    An actor active in period p is seen from p to p + width - 1, or to the next active period.
    """
    periods = len(gaps)
    change = np.zeros(periods + MAX_GAP + 1, dtype=np.int64)
    change[:periods] = gaps.sum(axis=1)
    for gap in range(1, MAX_GAP + 1):
        last = min(gap, width)
        change[last : last + periods] -= gaps[:, gap]
    return np.cumsum(change)


def is_whole_days(asked: TimeRange | None, zone: ZoneInfo) -> bool:
    """Whether a range begins and ends at local midnights."""
    ends = () if asked is None else (asked.start_us, asked.end_us)
    return all(midnight_us(local_date(end, zone), zone) == end for end in ends)

"""Periods of a zone as bounds in a log's units, so that kernels need no calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.log import EventLog
from pilothouse.kernel.times import (
    Period,
    TimeRange,
    iter_periods,
    local_date,
    midnight_us,
    next_period,
)


@dataclass(frozen=True)
class Calendar:
    """How periods are cut: their length, the zone, and the first day of a week."""

    period: Period
    zone: ZoneInfo
    week_start: int = 0

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """The calendar in words."""
        rules = [("period", self.period), ("zone", str(self.zone))]
        if self.period == "week":
            days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            rules.append(("week starts", days[self.week_start]))
        return tuple(rules)


@dataclass(frozen=True, eq=False)
class Periods:
    """Consecutive periods: their first days, and ``edges_us`` int64[len + 1]."""

    days: tuple[date, ...]
    edges_us: Array

    def edges(self, log: EventLog) -> Array:
        """The edges in the log's units, rounded up: ``edges[k] <= t < edges[k + 1]``."""
        return frozen(-((log.time_base_us - self.edges_us) // log.time_unit_us))


@lru_cache(maxsize=64)
def cut_periods(first: date, last: date, calendar: Calendar) -> Periods:
    """All periods from the one that holds ``first`` to the one that holds ``last``."""
    until = last + timedelta(days=1)
    days = tuple(iter_periods(first, until, calendar.period, calendar.week_start))
    edges = [midnight_us(day, calendar.zone) for day in days]
    edges.append(midnight_us(next_period(days[-1], calendar.period), calendar.zone))
    return Periods(days, frozen(np.array(edges, dtype=np.int64)))


def cut_range(log: EventLog, asked: TimeRange | None, calendar: Calendar) -> Periods | None:
    """Periods of the range, or of the whole log; None where there is nothing to cut."""
    if asked is not None and asked.end_us > asked.start_us:
        first, last = asked.start_us, asked.end_us - 1
    elif asked is None and log.first_us is not None and log.last_us is not None:
        first, last = log.first_us, log.last_us
    else:
        return None
    return cut_periods(local_date(first, calendar.zone), local_date(last, calendar.zone), calendar)


def to_units(log: EventLog, time_us: int) -> int:
    """The first time of the log's units that is not before ``time_us``."""
    return -((log.time_base_us - time_us) // log.time_unit_us)

"""The user-day roll-up: the local days on which each actor did an event.

A tenth of the rows or less; kept while the log is open. Exact for every question whose periods
are made of whole local days and that looks at no property.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import Calendar, Periods, cut_periods, cut_range
from pilothouse.engines.analytics.postings import NO_ROWS, Posting, cut_evenly, keep, select
from pilothouse.engines.analytics.queries import Selector
from pilothouse.kernel.times import TimeRange, local_date, midnight_us


def active_days(log: EventLog, event: str | None, zone: ZoneInfo) -> Posting:
    """Days of each actor that did ``event`` (None: any), as numbers since ``first_day``."""
    return keep(log, ("days", event, zone.key), lambda: _build(log, event, zone))


def first_day(log: EventLog, zone: ZoneInfo) -> date:
    """The local day of the log's first event; the log must not be empty."""
    assert log.first_us is not None
    return local_date(log.first_us, zone)


def day_edges(log: EventLog, periods: Periods, zone: ZoneInfo) -> Array:
    """The edges of ``periods`` as numbers of days, for ``active_days``."""
    start = first_day(log, zone).toordinal()
    days = [local_date(int(edge), zone).toordinal() for edge in periods.edges_us]
    return frozen(np.array(days, dtype=np.int64) - start)


def is_whole_days(asked: TimeRange | None, zone: ZoneInfo) -> bool:
    """Whether a range begins and ends at local midnights."""
    ends = () if asked is None else (asked.start_us, asked.end_us)
    return all(midnight_us(local_date(end, zone), zone) == end for end in ends)


def _build(log: EventLog, event: str | None, zone: ZoneInfo) -> Posting:
    from pilothouse.engines.analytics import _kernels_periods as kernels

    posting = select(log, Selector(event))
    whole = cut_range(log, None, Calendar("day", zone))
    assert whole is not None
    edges = cut_periods(whole.days[0], whole.days[-1], Calendar("day", zone)).edges(log)
    cuts = cut_evenly(posting.offsets)
    spans = list(pairwise(cuts))
    counts = run_chunks(
        lambda k: kernels.count_days(posting.offsets, posting.times, edges, *spans[k]), len(spans)
    )
    begins = np.concatenate([[0], np.cumsum(counts)])
    days = np.empty(int(begins[-1]), dtype=log.time.dtype)
    ends = np.zeros(len(posting.offsets), dtype=np.uint32)
    run_chunks(
        lambda k: kernels.fill_days(
            posting.offsets, posting.times, edges, *spans[k], int(begins[k]), ends, days
        ),
        len(spans),
    )
    return Posting(posting.actors, ends, days, NO_ROWS)

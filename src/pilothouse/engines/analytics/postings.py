"""Postings: the rows of a log that a selector picks, grouped by actor.

The first question puts the log in order of (event, actor, time) and keeps that while the log is
open: a question then reads only the events it asks about. Filters thin a posting out; what they
leave is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np

from pilothouse.engines._numeric.parallel import count_threads, run_chunks
from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.filters import Condition, compile_filter
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.queries import Filter, Selector

T = TypeVar("T")
CHUNK_ROWS = 100_000
NO_ROWS = frozen(np.zeros(0, dtype=np.uint32))


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of actors, as kernels take them; the arrays are made read-only."""

    actors: Array
    offsets: Array
    times: Array
    rows: Array

    def __post_init__(self) -> None:
        for name in ("actors", "offsets", "times", "rows"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def arrays(self) -> tuple[Array, Array, Array, Array]:
        """What kernels take."""
        return self.actors, self.offsets, self.times, self.rows


@dataclass(frozen=True, eq=False)
class Posting(_Rows):
    """Selected rows: of ``actors[k]`` (ascending) those at ``offsets[k]:offsets[k + 1]``.

    ``actors`` and ``rows`` are uint32, ``offsets`` uint32 or int64, ``times`` as in the log.
    Empty ``rows`` mean that the posting is the whole log.
    """

    @cached_property
    def firsts(self) -> tuple[Array, Array, Array]:
        """Actors, and the time and row of the first event of each, side by side for speed."""
        places = self.offsets[:-1]
        rows = self.rows[places] if len(self.rows) else places
        return self.actors, frozen(self.times[places]), frozen(np.ascontiguousarray(rows))

    def places(self, actor_bounds: Array) -> Array:
        """Places in ``actors`` of the given actor numbers."""
        return find_places(self.actors, actor_bounds)


@dataclass(frozen=True, eq=False)
class EventLines(_Rows):
    """All rows in order of (event, actor, time): those of ``actors[p]`` with an event.

    ``actors`` uint32[places]: of event e ascending at ``ends[e]:ends[e + 1]`` (int64);
    ``offsets`` uint32[places + 1]; ``times`` as in the log and ``rows`` uint32 [rows].
    """

    ends: Array

    def posting(self, code: int) -> Posting:
        """The rows of one event."""
        first, last = self.ends[code], self.ends[code + 1]
        low, high = self.offsets[first], self.offsets[last]
        return Posting(
            self.actors[first:last],
            self.offsets[first : last + 1] - low,
            self.times[low:high],
            self.rows[low:high],
        )


def select(log: EventLog, selector: Selector, filters: tuple[Filter, ...] = ()) -> Posting:
    """The posting of ``selector`` under ``filters``."""
    posting = _plain(log, selector.event)
    conditions = [compile_filter(log, f) for f in (*filters, *selector.filters)]
    return _thin(posting, conditions) if conditions else posting


def actor_bounds(log: EventLog) -> Array:
    """Actor numbers that cut the log into chunks of about equal rows, for threads."""
    return keep(log, "bounds", lambda: cut_evenly(log.offsets))


def find_places(actors: Array, actor_bounds: Array) -> Array:
    """Places in ascending ``actors`` of the given actor numbers."""
    # Of one type with them, or the search would copy all of ``actors`` first.
    return np.searchsorted(actors, actor_bounds.astype(actors.dtype))


def cut_evenly(offsets: Array) -> Array:
    """Places of actors that cut ``offsets`` into chunks of about equal rows."""
    rows = int(offsets[-1])
    chunks = max(1, min(4 * count_threads(), rows // CHUNK_ROWS))
    cuts = np.searchsorted(offsets, np.linspace(0, rows, chunks + 1))
    cuts[0], cuts[-1] = 0, len(offsets) - 1
    return cuts


def keep(log: EventLog, key: object, make: Callable[[], T]) -> T:
    """What ``make`` gives, made once for this log."""
    if key not in log.derived:
        log.derived[key] = make()
    return log.derived[key]  # type: ignore[return-value]


def _plain(log: EventLog, event: str | None) -> Posting:
    if event is None:
        return keep(log, "all", lambda: _whole(log))
    if event not in log.event_names:
        return _nothing(log)
    code = list(log.event_names).index(event)
    return keep(log, ("event", code), lambda: by_event(log).posting(code))


def _whole(log: EventLog) -> Posting:
    # A log made of plain arrays may name actors who did nothing.
    actors = np.flatnonzero(np.diff(log.offsets))
    offsets = np.append(log.offsets[actors], log.rows).astype(np.uint32)
    return Posting(actors.astype(np.uint32), offsets, log.time, NO_ROWS)


def _nothing(log: EventLog) -> Posting:
    offsets = np.zeros(1, dtype=np.uint32)
    return Posting(NO_ROWS, offsets, np.zeros(0, log.time.dtype), NO_ROWS)


def by_event(log: EventLog) -> EventLines:
    """The log event by event."""
    return keep(log, "by event", lambda: _line_up(log))


def _line_up(log: EventLog) -> EventLines:
    from pilothouse.engines.analytics import _kernels_postings as kernels

    spans = list(pairwise(actor_bounds(log)))
    names = max(1, len(log.event_names))
    counts = np.array(
        run_chunks(
            lambda k: kernels.count_events(log.event, log.offsets, *spans[k], names), len(spans)
        )
    )
    # Event by event, and of each event chunk by chunk.
    ordered = counts.transpose(1, 2, 0).reshape(2, -1)
    begins = np.cumsum(ordered, axis=1) - ordered
    places = np.ascontiguousarray(begins.reshape(2, names, -1).transpose(2, 0, 1))
    out = _room(int(counts[:, 0].sum()), int(counts[:, 1].sum()), log.time.dtype)
    run_chunks(
        lambda k: kernels.fill_events(log.event, log.time, log.offsets, *spans[k], places[k], out),
        len(spans),
    )
    out[1][-1] = log.rows
    return EventLines(*out, np.append(places[0, 1], len(out[0])))


def _thin(posting: Posting, conditions: list[Condition]) -> Posting:
    from pilothouse.engines.analytics import _kernels_postings as kernels

    cuts = cut_evenly(posting.offsets)
    kept = np.ones(len(posting.times), dtype=np.bool_)

    def count(chunk: int) -> tuple[int, int]:
        first, last = cuts[chunk], cuts[chunk + 1]
        low, high = int(posting.offsets[first]), int(posting.offsets[last])
        for condition in conditions:
            condition.apply(posting.rows, low, high, kept)
        return kernels.count_kept(posting.offsets, kept, first, last)  # type: ignore[no-any-return]

    counts = np.array([(0, 0), *run_chunks(count, len(cuts) - 1)])
    places = np.cumsum(counts, axis=0).tolist()
    rows, actors = places[-1]
    out = _room(rows, actors, posting.times.dtype)

    def fill(chunk: int) -> None:
        row, slot = places[chunk]
        kernels.fill_kept(posting.arrays, kept, cuts[chunk], cuts[chunk + 1], row, slot, out)

    run_chunks(fill, len(cuts) - 1)
    return Posting(*out)


def _room(rows: int, actors: int, kind: np.dtype[np.generic]) -> tuple[Array, Array, Array, Array]:
    """Arrays of actors, offsets, times and rows to be filled."""
    return (
        np.empty(actors, dtype=np.uint32),
        np.zeros(actors + 1, dtype=np.uint32),
        np.empty(rows, dtype=kind),
        np.empty(rows, dtype=np.uint32),
    )

"""What a funnel reads: the rows of its steps, cut into chunks of actors, and masks for filters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilothouse.engines.analytics.columns import Array
from pilothouse.engines.analytics.filters import Condition, compile_filter
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.postings import (
    EventLines,
    Posting,
    actor_bounds,
    by_event,
    find_places,
    select,
)
from pilothouse.engines.analytics.queries import Filter, Selector


@dataclass(frozen=True, eq=False)
class Track:
    """The lines of a funnel's steps.

    ``spans`` int64[chunks, steps, 2]: the places in ``lines`` of each step's actors. Steps with
    ``conditions`` have a mask in ``keep``, one byte a row, from row ``-shifts[step]`` on.
    """

    lines: EventLines
    spans: Array
    conditions: tuple[tuple[Condition, ...], ...]
    shifts: Array
    keep: Array

    @property
    def chunks(self) -> int:
        """How many chunks of actors there are."""
        return len(self.spans)

    def mask(self, chunk: int) -> tuple[Array, Array, Array]:
        """Which steps have masks, their shifts, and the masks, made ready for a chunk."""
        for k, conditions in enumerate(self.conditions):
            low, high = (int(self.lines.offsets[place]) for place in self.spans[chunk, k])
            keep = self.keep[low + self.shifts[k] : high + self.shifts[k]]
            for condition in conditions:
                condition.apply(self.lines.rows[low:high], 0, high - low, keep)
        masked = np.array([len(own) > 0 for own in self.conditions])
        return masked, self.shifts, self.keep


def lay_track(log: EventLog, steps: tuple[Selector, ...], filters: tuple[Filter, ...]) -> Track:
    """The lines of ``steps`` under ``filters``."""
    lines, events = _find_lines(log, steps)
    bounds = actor_bounds(log)
    places = [first + find_places(lines.actors[first:last], bounds) for first, last in events]
    spans = np.stack([np.stack([p[:-1], p[1:]], axis=1) for p in places], axis=1)
    conditions = [[compile_filter(log, f) for f in (*filters, *step.filters)] for step in steps]
    shifts = np.zeros(len(steps), dtype=np.int64)
    room = 0
    for k, (first, last) in enumerate(events):
        if conditions[k]:
            low, high = int(lines.offsets[first]), int(lines.offsets[last])
            shifts[k] = room - low
            room += high - low
    keep = np.ones(room, dtype=np.bool_)
    return Track(lines, spans, tuple(map(tuple, conditions)), shifts, keep)


def _find_lines(
    log: EventLog, steps: tuple[Selector, ...]
) -> tuple[EventLines, list[tuple[int, int]]]:
    """Lines that hold all steps, and the places of each step's actors in them."""
    names = [step.event for step in steps]
    if None in names:
        lines = _join([select(log, Selector(name)) for name in dict.fromkeys(names)], log)
        codes = {name: code for code, name in enumerate(dict.fromkeys(names))}
    else:
        lines = by_event(log)
        codes = {name: code for code, name in enumerate(log.event_names)}
    found = [codes.get(name) for name in names]
    return lines, [
        (0, 0) if code is None else (int(lines.ends[code]), int(lines.ends[code + 1]))
        for code in found
    ]


def _join(postings: list[Posting], log: EventLog) -> EventLines:
    """Several postings as one set of lines."""
    rows = [p.rows if len(p.rows) else np.arange(len(p.times), dtype=np.uint32) for p in postings]
    begins = np.cumsum([0, *(len(r) for r in rows)])
    offsets = [p.offsets[:-1] + begin for p, begin in zip(postings, begins, strict=False)]
    return EventLines(
        np.concatenate([p.actors for p in postings]),
        np.append(np.concatenate(offsets), begins[-1]).astype(np.uint32),
        np.concatenate([p.times for p in postings]).astype(log.time.dtype),
        np.concatenate(rows),
        np.cumsum([0, *(len(p.actors) for p in postings)]),
    )

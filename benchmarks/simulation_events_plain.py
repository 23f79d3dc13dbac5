"""The same events in NumPy as one writes them first: an operation a rule, in double precision.

All sessions of a day walk one step at a time here too. What the quick version does with tables of
cells, gaps between what is rare and packed numbers is said by comparing, drawing and sorting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.simulation_numpy import People
from pilothouse.engines.simulation.emission import MAX_SESSION_EVENTS, NO_SESSION, Rows
from pilothouse.engines.simulation.kernel import (
    CANCELLATION,
    FAILURE,
    PAYMENT,
    SIGN_UP,
    STEPS_AFTER_SHIFT,
    STEPS_BEFORE_SHIFT,
    STEPS_MASK,
    SUBSCRIPTION,
    VISIT,
)
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.tables import EmissionTables
from pilothouse.kernel.times import DAY_US, HOUR_US, SECOND_US

Array = np.ndarray[Any, Any]
# Place in the record, session, event, offset.
Columns = tuple[Array, Array, Array, Array]

_LATEST_START_US = DAY_US - 30 * SECOND_US
_STEP_GAPS = 2.0
_RANGE = 2.0**32
_BILLS = ((SUBSCRIPTION, 2), (FAILURE, 4), (PAYMENT, 3), (CANCELLATION, 5))


def emit_plain(
    record: DayRecord, people: People, tables: EmissionTables, rng: np.random.Generator
) -> Rows:
    """All events of the day of ``record``, sorted by time."""
    visits = (record.flags & VISIT) != 0
    counts = np.maximum(record.sessions, visits)
    place = np.repeat(np.arange(len(counts)), counts)
    session = np.arange(len(place)) - (np.cumsum(counts, dtype=np.int64) - counts)[place]
    clock = _begin(place, session, counts, record, people, tables, rng)
    arriving = np.where(visits[place], tables.events[0], tables.events[1])
    written = [(place, session, arriving, clock.copy())]
    written += _climb(place, session, clock, record, tables, rng)
    written += _wander(place, session, clock, record, tables, rng)
    written += _bill(record, tables, rng)
    columns = [np.concatenate(column) for column in zip(*written, strict=True)]
    return _measure(*columns, record, people, tables, rng)


def _begin(
    place: Array,
    session: Array,
    counts: Array,
    record: DayRecord,
    people: People,
    tables: EmissionTables,
    rng: np.random.Generator,
) -> Array:
    """When sessions begin: one stratum of the person's own day each."""
    share = (session + rng.random(len(place))) / counts[place]
    hour = np.searchsorted(tables.hours, share, side="right") - 1
    own = hour + (share - tables.hours[hour]) / (tables.hours[hour + 1] - tables.hours[hour])
    behind = tables.country_hours[people.country[record.user[place]]]
    begin: Array = np.minimum((own + behind) % 24.0 * HOUR_US, _LATEST_START_US)
    return begin


def _climb(
    place: Array,
    session: Array,
    clock: Array,
    record: DayRecord,
    tables: EmissionTables,
    rng: np.random.Generator,
) -> list[Columns]:
    """The steps of the funnel, in the first session of each; moves ``clock`` on."""
    signs = (record.flags & SIGN_UP) != 0
    step = np.where(signs, 0, (record.flags >> STEPS_BEFORE_SHIFT & STEPS_MASK) + 1)
    until = (record.flags >> STEPS_AFTER_SHIFT & STEPS_MASK).astype(np.int64)
    until[((record.flags & VISIT) != 0) & ~signs] = -1
    step, until = step[place], until[place]
    number = 1.0 + sum(((record.flags & bit) != 0).astype(float) for bit, _ in _BILLS)[place]
    climbing, written = session == 0, []
    while (climbing := climbing & (step <= until)).any():
        gaps = _STEP_GAPS * tables.gap_seconds * SECOND_US * rng.exponential(size=climbing.sum())
        latest = _LATEST_START_US + (number[climbing] + 1.0) * SECOND_US
        clock[climbing] = np.minimum(clock[climbing] + gaps, latest)
        event = tables.steps[step[climbing]]
        written.append((place[climbing], session[climbing], event, clock[climbing]))
        step[climbing] += 1
        number[climbing] += 1.0
    return written


def _wander(
    place: Array,
    session: Array,
    clock: Array,
    record: DayRecord,
    tables: EmissionTables,
    rng: np.random.Generator,
) -> list[Columns]:
    """Walks over features, until people leave or the day ends."""
    leaving, walk = len(tables.features), tables.walk / _RANGE
    using = record.sessions[place] > 0
    place, session, clock = place[using], session[using], clock[using]
    at, written = np.full(len(place), leaving), []
    for _ in range(MAX_SESSION_EVENTS):
        at = (rng.random((len(at), 1)) >= walk[at]).sum(axis=1)
        on = at < leaving
        place, session, at, clock = place[on], session[on], at[on], clock[on]
        if not len(at):
            break
        clock = clock + tables.gap_seconds * SECOND_US * rng.exponential(size=len(at))
        written.append((place, session, tables.features[at], clock))
    return written


def _bill(record: DayRecord, tables: EmissionTables, rng: np.random.Generator) -> list[Columns]:
    """What the server sends in the early hours, a second apart."""
    clock, written = 2 * HOUR_US * (1.0 + rng.random(len(record.flags))), []
    for bit, fixed in _BILLS:
        on = np.flatnonzero(record.flags & bit)
        event = np.full(len(on), tables.events[fixed])
        written.append((on, np.full(len(on), NO_SESSION), event, clock[on]))
        clock[on] += SECOND_US
    return written


def _measure(
    place: Array,
    session: Array,
    event: Array,
    time_us: Array,
    record: DayRecord,
    people: People,
    tables: EmissionTables,
    rng: np.random.Generator,
) -> Rows:
    """Lose some events, send some twice and some late, and put all in order of time."""
    loss = tables.loss[people.platform[record.user[place]], event] / _RANGE
    kept = (time_us < DAY_US) & (rng.random(len(place)) >= loss)
    count = int(kept.sum())
    late = rng.random(count) < int(tables.late) / _RANGE
    delay = (np.where(late, tables.late_us, SECOND_US) * rng.exponential(size=count)).astype(int)
    ids = rng.integers(0, 2**32, (count, 4), np.uint32)
    twice = rng.random(count) < int(tables.duplicates) / _RANGE
    columns = [ids, place[kept], event[kept], session[kept], time_us[kept].astype(int), delay]
    ids, place, event, session, offset, delay = (
        np.concatenate([column, column[twice]]) for column in columns
    )
    delay[count:] += SECOND_US
    order = np.argsort(offset, kind="stable")
    event = event[order]
    return Rows(
        ids[order],
        place[order].astype(np.int32),
        event.astype(np.uint8),
        session[order].astype(np.uint8),
        event == tables.events[3],
        offset[order],
        delay[order],
    )

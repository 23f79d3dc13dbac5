"""The same events in NumPy: all sessions of a day walk one step at a time.

What makes it quick: numbers of 16 bits that choose the next feature from one large table, places of
what is rare (losses, doubles, late ones) by the gaps between them, one sort of whole numbers that
carry time, session and event, and columns of chance drawn only after it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

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

_BILLED = SUBSCRIPTION | PAYMENT | FAILURE | CANCELLATION
_LATEST_START_US = DAY_US - 30 * SECOND_US
_STEP_GAPS = 2.0
_CELLS, _PIECES = 1 << 16, 1 << 12
_RANGE = 2.0**32
# Places of the fixed events in EmissionTables.events.
_VISITED, _OPENED, _SUBSCRIBED, _PAID, _FAILED, _CANCELLED = range(6)
# A sorted number holds the time, the session it belongs to and the event.
_EVENT_BITS, _SESSION_BITS = 6, 20


class Writer(NamedTuple):
    """What holds for all days: tables, and ``cells`` (features + 1) * 65,536 of next features.

    ``hours`` is the hour by share of the day, in small pieces; ``lost`` the highest chance to lose
    an event, ``loss`` its share by platform and event.
    """

    tables: EmissionTables
    cells: Array
    codes: Array
    hours: Array
    lost: float
    loss: Array


class Sessions(NamedTuple):
    """All sessions of a day, then one line for each that pays: who, number, when it begins."""

    place: Array
    number: Array
    start_us: Array


class Written(NamedTuple):
    """Events before measuring: session, event, and when."""

    session: Array
    event: Array
    time_us: Array


def build_writer(tables: EmissionTables) -> Writer:
    """The writer of a world whose ``tables`` are the same on all days."""
    draws = (np.arange(_CELLS) + 0.5) * (_RANGE / _CELLS)
    cells = np.stack([np.searchsorted(row, draws, side="right") for row in tables.walk])
    lost = float(tables.loss.max()) / _RANGE
    share = tables.loss / _RANGE / lost if lost else tables.loss.astype(float)
    codes = np.append(tables.features, 0).astype(np.uint8)
    pieces = np.arange(_PIECES + 1) / _PIECES
    hours = np.interp(pieces, tables.hours, np.arange(25.0))
    return Writer(tables, cells.astype(np.uint8).ravel(), codes, hours, lost, share)


def rare(count: int, chance: float, rng: np.random.Generator) -> Array:
    """Which of ``count`` meet a small ``chance``: the gaps between them are geometric."""
    if chance <= 0.0:
        return np.zeros(0, np.int64)
    expected = count * chance
    # Ten standard deviations more than needed.
    gaps = rng.geometric(chance, int(expected + 10 * expected**0.5) + 10)
    places = np.cumsum(gaps) - 1
    found: Array = places[: np.searchsorted(places, count)]
    return found


def _begin(record: DayRecord, people: People, writer: Writer, rng: np.random.Generator) -> Sessions:
    """Sessions in strata of each person's own day."""
    visits = (record.flags & VISIT) != 0
    counts = np.maximum(record.sessions, visits)
    place = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    first = np.cumsum(counts, dtype=np.int32) - counts
    number = np.arange(len(place), dtype=np.int32) - first[place]
    share = (number + rng.random(len(place))) / counts[place]
    # A table of small pieces is ten times as quick as a search for each.
    share *= _PIECES
    piece = share.astype(np.int32)
    own = writer.hours.take(piece)
    share -= piece
    own += share * (writer.hours.take(piece + 1) - own)
    own += writer.tables.country_hours[people.country[record.user]][place]
    np.subtract(own, 24.0, out=own, where=own >= 24.0)
    own *= HOUR_US
    return Sessions(place, number.astype(np.uint8), np.minimum(own, _LATEST_START_US, out=own))


def _climb(
    record: DayRecord, sessions: Sessions, clock: Array, writer: Writer, rng: np.random.Generator
) -> list[Written]:
    """The funnel steps of the day, in the first session of each; moves ``clock`` on."""
    tables, gap_us = writer.tables, _STEP_GAPS * writer.tables.gap_seconds * SECOND_US
    flags = record.flags
    signs = (flags & SIGN_UP) != 0
    before = ((flags >> STEPS_BEFORE_SHIFT) & STEPS_MASK).astype(np.int8)
    until = ((flags >> STEPS_AFTER_SHIFT) & STEPS_MASK).astype(np.int8)
    step = np.where(signs, 0, before + 1).astype(np.int8)
    climbs = (step <= until) & (signs | ((flags & VISIT) == 0))
    who = np.flatnonzero((sessions.number == 0) & climbs[sessions.place])
    place = sessions.place[who]
    step, until = step[place], until[place]
    # What is billed comes before, and steps are hurried by their number.
    number = 1.0 + _bills(flags[place])
    written = []
    while len(who):
        now = clock[who] + gap_us * rng.standard_exponential(len(who))
        now = np.minimum(now, _LATEST_START_US + (number + 1.0) * SECOND_US)
        clock[who] = now
        written.append(Written(who.astype(np.int32), tables.steps[step].astype(np.uint8), now))
        step, number = step + 1, number + 1.0
        on = np.flatnonzero(step <= until)
        who, step, until, number = who[on], step[on], until[on], number[on]
    return written


def _bills(flags: Array) -> Array:
    count: Array = np.bitwise_count(flags & _BILLED)
    return count


def _wander(using: Array, clock: Array, writer: Writer, rng: np.random.Generator) -> list[Written]:
    """The walk over features of the sessions ``using``, all one step at a time."""
    gap_us = np.float32(writer.tables.gap_seconds * SECOND_US)
    features, written = len(writer.tables.features), []
    who, now = using.astype(np.int32), clock[using]
    at = np.full(len(who), features * _CELLS, np.int32)
    for _ in range(MAX_SESSION_EVENTS):
        draws = rng.integers(0, 2**64, len(who) // 4 + 1, np.uint64).view(np.uint16)
        feature = writer.cells.take(at + draws[: len(who)])
        on = np.flatnonzero(feature != features)
        if not len(on):
            break
        who, feature, now = who.take(on), feature.take(on), now.take(on)
        now += gap_us * rng.standard_exponential(len(on), np.float32)
        written.append(Written(who, writer.codes.take(feature), now))
        at = feature.astype(np.int32) << 16
    return written


def _bill(
    record: DayRecord, first: int, writer: Writer, rng: np.random.Generator
) -> tuple[Sessions, list[Written]]:
    """What the server sends in the early hours, in lines of their own from ``first`` on."""
    place = np.flatnonzero(record.flags & _BILLED).astype(np.int32)
    start = 2 * HOUR_US * (1.0 + rng.random(len(place)))
    flags, later, written = record.flags[place], np.zeros(len(place)), []
    for bit, fixed in (
        (SUBSCRIPTION, _SUBSCRIBED),
        (FAILURE, _FAILED),
        (PAYMENT, _PAID),
        (CANCELLATION, _CANCELLED),
    ):
        on = np.flatnonzero(flags & bit)
        code = np.full(len(on), writer.tables.events[fixed], np.uint8)
        written.append(Written((first + on).astype(np.int32), code, start[on] + later[on]))
        later[on] += SECOND_US
    return Sessions(place, np.full(len(place), NO_SESSION, np.uint8), start), written


def _measure(written: Written, platform: Array, writer: Writer, rng: np.random.Generator) -> Array:
    """Lose some events; the others as numbers in order of time, those sent twice twice."""
    session, event, time_us = written
    keeps = time_us < DAY_US
    at = rare(len(session), writer.lost, rng)
    share = writer.loss[platform[session[at]], event[at]]
    keeps[at[rng.random(len(at)) < share]] = False
    packed = time_us.astype(np.int64)
    packed <<= _SESSION_BITS
    packed |= session
    packed <<= _EVENT_BITS
    packed |= event
    packed = packed[keeps]
    packed.sort()
    return packed


def emit_numpy(record: DayRecord, people: People, writer: Writer, rng: np.random.Generator) -> Rows:
    """All events of the day of ``record``, sorted by time."""
    tables = writer.tables
    sessions = _begin(record, people, writer, rng)
    count = len(sessions.place)
    visits = ((record.flags & VISIT) != 0)[sessions.place]
    opened, visited = tables.events[_OPENED], tables.events[_VISITED]
    arriving = np.where(visits, np.uint8(visited), np.uint8(opened))
    clock = sessions.start_us.copy()
    written = [Written(np.arange(count, dtype=np.int32), arriving, sessions.start_us)]
    written += _climb(record, sessions, clock, writer, rng)
    using = np.flatnonzero((record.sessions > 0)[sessions.place])
    written += _wander(using, clock, writer, rng)
    bills, more = _bill(record, count, writer, rng)
    joined = Written(*(np.concatenate(column) for column in zip(*written, *more, strict=True)))
    place = np.concatenate([sessions.place, bills.place])
    number = np.concatenate([sessions.number, bills.number])
    assert len(place) < 1 << _SESSION_BITS
    platform = people.platform[record.user[place]]
    return _unpack(_measure(joined, platform, writer, rng), place, number, writer, rng)


def _unpack(
    packed: Array, place: Array, number: Array, writer: Writer, rng: np.random.Generator
) -> Rows:
    """The columns of what is sorted, with ids and delays, and some events twice."""
    tables = writer.tables
    twice = rare(len(packed), float(tables.duplicates) / _RANGE, rng)
    packed = np.insert(packed, twice + 1, packed[twice])
    twice += np.arange(len(twice))
    count = len(packed)
    event = (packed & ((1 << _EVENT_BITS) - 1)).astype(np.uint8)
    packed >>= _EVENT_BITS
    session = (packed & ((1 << _SESSION_BITS) - 1)).astype(np.int32)
    packed >>= _SESSION_BITS
    delay = (rng.standard_exponential(count, np.float32) * SECOND_US).astype(np.int64)
    late = rare(count, float(tables.late) / _RANGE, rng)
    delay[late] = tables.late_us * rng.standard_exponential(len(late))
    ids = rng.integers(0, 2**64, (count, 2), np.uint64)
    ids[twice + 1], delay[twice + 1] = ids[twice], delay[twice] + SECOND_US
    paid = event == tables.events[_PAID]
    return Rows(ids.view(np.uint32), place[session], event, number[session], paid, packed, delay)

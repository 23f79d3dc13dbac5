"""Rows of events from a day's records: sessions as walks, hours of a day, and what measuring does.

The instrumentation layer loses some events, sends some twice under the same id and some late. Rows
depend only on seed, day and person, so any day can be materialised again at any time, alone.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.distributions import log
from pilothouse.engines.simulation.kernel import (
    BASKET,
    CANCELLATION,
    FAILURE,
    ORDER,
    PAYMENT,
    SIGN_UP,
    STEPS_AFTER_SHIFT,
    STEPS_BEFORE_SHIFT,
    STEPS_MASK,
    SUBSCRIPTION,
    VISIT,
    Key,
)
from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.tables import EmissionTables
from pilothouse.engines.simulation.users import Traits, pick
from pilothouse.kernel.times import DAY_US, HOUR_US, SECOND_US

# Places of the fixed events in EmissionTables.events.
_VISITED, _OPENED, _SUBSCRIBED, _PAID, _FAILED, _CANCELLED, _BASKET, _ORDER = range(8)
MAX_SESSION_EVENTS = 200
NO_SESSION = 255
# Payments are taken in the early hours, from two o'clock on.
_BILLING_START_US, _BILLING_SPAN_US = 2 * HOUR_US, 2 * HOUR_US
_BILLED = SUBSCRIPTION | PAYMENT | FAILURE | CANCELLATION
# Leaves a second for each step of the funnel before midnight.
_LAST_START_US = float(DAY_US - 30 * SECOND_US)
# A step of the funnel takes twice as long as the use of a feature.
_STEP_GAPS = 2.0
_SESSION, _STEP = int(Stream.SESSION), int(Stream.STEP)
_INSTRUMENT, _EVENT_ID = int(Stream.INSTRUMENT), int(Stream.EVENT_ID)


class Rows(NamedTuple):
    """Columns of one day's rows; ``place`` points into the record, ``offset_us`` into the day."""

    id: NDArray[np.uint32]
    place: NDArray[np.int32]
    event: NDArray[np.uint8]
    session: NDArray[np.uint8]
    paid: NDArray[np.bool_]
    offset_us: NDArray[np.int64]
    delay_us: NDArray[np.int64]


class _Person(NamedTuple):
    """One person of the record: ``place`` in it, number, bits, sessions, platform, hours behind."""

    place: int
    user: int
    flags: int
    sessions: int
    platform: int
    hours_behind: float


class _Cursor(NamedTuple):
    """Where the next row goes, the number of the next event of the person, and its time."""

    row: int
    number: int
    offset_us: float


class _Event(NamedTuple):
    """What happens next: code of the event, session it belongs to, whether money moves."""

    code: int
    session: int
    paid: bool


@inlined
def _exponential(draw: np.uint64) -> float:
    return -log(uniform(draw))


@inlined
def _start_of_session(person: _Person, session: int, key: Key, tables: EmissionTables) -> float:
    """Offset in the product's day: one stratum of the person's own day for each session."""
    draw, _, _, _ = philox(person.user, key.day, session, key.replicate, key.seed, _SESSION)
    share = (session + uniform(draw)) / max(person.sessions, 1)
    hour = 0
    while hour < 23 and tables.hours[hour + 1] <= share:
        hour += 1
    width = tables.hours[hour + 1] - tables.hours[hour]
    own = hour + (share - tables.hours[hour]) / width
    start = ((own + person.hours_behind) % 24.0) * HOUR_US
    return float(min(start, _LAST_START_US))


@inlined
def _put(
    cursor: _Cursor, person: _Person, event: _Event, key: Key, tables: EmissionTables, rows: Rows
) -> _Cursor:
    """Add one event through the instrumentation layer; without room in ``rows`` only count it."""
    user, number = person.user, cursor.number
    after = _Cursor(cursor.row, number + 1, cursor.offset_us)
    # The use of features ends with the day.
    if cursor.offset_us >= DAY_US:
        return after
    lost, twice, late, delay = philox(user, key.day, number, key.replicate, key.seed, _INSTRUMENT)
    if lost < tables.loss[person.platform, event.code]:
        return after
    wait = (tables.late_us if late < tables.late else SECOND_US) * _exponential(delay)
    a, b, c, d = philox(user, key.day, number, key.replicate, key.seed, _EVENT_ID)
    row = cursor.row
    for copy in range(2 if twice < tables.duplicates else 1):
        if row < len(rows.event):
            rows.id[row, 0], rows.id[row, 1], rows.id[row, 2], rows.id[row, 3] = a, b, c, d
            rows.place[row] = person.place
            rows.event[row] = event.code
            rows.session[row] = event.session
            rows.paid[row] = event.paid
            rows.offset_us[row] = int(cursor.offset_us)
            rows.delay_us[row] = int(wait) + copy * SECOND_US
        row += 1
    return _Cursor(row, number + 1, cursor.offset_us)


@inlined
def _wait(cursor: _Cursor, person: _Person, key: Key, seconds: float) -> _Cursor:
    """Let an exponential time pass before the next event."""
    _, gap, _, _ = philox(person.user, key.day, cursor.number, key.replicate, key.seed, _STEP)
    passed = seconds * SECOND_US * _exponential(gap)
    return _Cursor(cursor.row, cursor.number, cursor.offset_us + passed)


@inlined
def _next_feature(
    cursor: _Cursor, person: _Person, at: int, key: Key, tables: EmissionTables
) -> int:
    """The feature used after ``at``; the number of features if the person leaves."""
    draw, _, _, _ = philox(person.user, key.day, cursor.number, key.replicate, key.seed, _STEP)
    return pick(tables.walk[at], draw)


@borrowing
def _emit_order(
    cursor: _Cursor, person: _Person, key: Key, tables: EmissionTables, rows: Rows
) -> _Cursor:
    """The basket at the end of the first session, and its order if there was one."""
    for bit, fixed in ((BASKET, _BASKET), (ORDER, _ORDER)):
        if person.flags & bit:
            cursor = _wait(cursor, person, key, _STEP_GAPS * tables.gap_seconds)
            latest = _LAST_START_US + (cursor.number + 1.0) * SECOND_US
            cursor = _Cursor(cursor.row, cursor.number, min(cursor.offset_us, latest))
            event = _Event(tables.events[fixed], 0, fixed == _ORDER)
            cursor = _put(cursor, person, event, key, tables, rows)
    return cursor


@borrowing
def _emit_session(
    cursor: _Cursor,
    person: _Person,
    session: int,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    """One session: arriving, the steps of the funnel taken today, then a walk over features."""
    start = _start_of_session(person, session, key, tables)
    cursor = _Cursor(cursor.row, cursor.number, start)
    flags, leaving = person.flags, len(tables.features)
    # The next step to take; signing up is step 0 and comes before what was done today.
    step = 0 if flags & SIGN_UP else ((flags >> STEPS_BEFORE_SHIFT) & STEPS_MASK) + 1
    until = (flags >> STEPS_AFTER_SHIFT) & STEPS_MASK if session == 0 else -1
    if session == 0 and flags & VISIT and not flags & SIGN_UP:
        until = -1
    at = leaving
    code = tables.events[_VISITED if flags & VISIT else _OPENED]
    for _ in range(MAX_SESSION_EVENTS):
        cursor = _put(cursor, person, _Event(code, session, False), key, tables, rows)
        if step <= until:
            code, step = tables.steps[step], step + 1
            cursor = _wait(cursor, person, key, _STEP_GAPS * tables.gap_seconds)
            # The truth has these on this day: late in the evening they are hurried, never dropped.
            latest = _LAST_START_US + (cursor.number + 1.0) * SECOND_US
            hurried = min(cursor.offset_us, latest)
            cursor = _Cursor(cursor.row, cursor.number, hurried)
            continue
        at = _next_feature(cursor, person, at, key, tables) if person.sessions > 0 else leaving
        if at == leaving:
            break
        code = tables.features[at]
        cursor = _wait(cursor, person, key, tables.gap_seconds)
    if session == 0 and flags & BASKET:
        cursor = _emit_order(cursor, person, key, tables, rows)
    return cursor


@borrowing
def _emit_billing(
    cursor: _Cursor, person: _Person, key: Key, tables: EmissionTables, rows: Rows
) -> _Cursor:
    """What the server sends about contract and money, one second apart."""
    draw, _, _, _ = philox(person.user, key.day, NO_SESSION, key.replicate, key.seed, _SESSION)
    start = _BILLING_START_US + _BILLING_SPAN_US * uniform(draw)
    cursor = _Cursor(cursor.row, cursor.number, start)
    for bit, fixed in (
        (SUBSCRIPTION, _SUBSCRIBED),
        (FAILURE, _FAILED),
        (PAYMENT, _PAID),
        (CANCELLATION, _CANCELLED),
    ):
        if person.flags & bit:
            event = _Event(tables.events[fixed], NO_SESSION, fixed == _PAID)
            cursor = _put(cursor, person, event, key, tables, rows)
            cursor = _Cursor(cursor.row, cursor.number, cursor.offset_us + SECOND_US)
    return cursor


@borrowing
def _emit(key: Key, record: DayRecord, traits: Traits, tables: EmissionTables, rows: Rows) -> int:
    """Write all rows of a day that fit into ``rows``; returns how many there are."""
    total = 0
    for place in range(len(record.user)):
        user = np.int64(record.user[place])
        flags, sessions = np.int64(record.flags[place]), np.int64(record.sessions[place])
        platform = np.int64(traits[user].platform)
        behind = tables.country_hours[traits[user].country]
        # Signed 64-bit numbers are plain integers to the compiler, unlike what int() would give.
        person = _Person(place, user, flags, sessions, platform, behind)  # type: ignore[arg-type]
        cursor = _Cursor(total, 0, 0.0)
        if flags & _BILLED:
            cursor = _emit_billing(cursor, person, key, tables, rows)
        for session in range(max(sessions, 1 if flags & VISIT else 0)):
            cursor = _emit_session(cursor, person, session, key, tables, rows)
        total = cursor.row
    return total


def _empty_rows(count: int) -> Rows:
    return Rows(
        id=np.empty((count, 4), np.uint32),
        place=np.empty(count, np.int32),
        event=np.empty(count, np.uint8),
        session=np.empty(count, np.uint8),
        paid=np.empty(count, np.bool_),
        offset_us=np.empty(count, np.int64),
        delay_us=np.empty(count, np.int64),
    )


def emit_rows(key: Key, record: DayRecord, traits: Traits, tables: EmissionTables) -> Rows:
    """The rows of one day, sorted by time (equal times keep their order). Counts, then writes."""
    rows = _empty_rows(_emit(key, record, traits, tables, _empty_rows(0)))
    _emit(key, record, traits, tables, rows)
    order = np.argsort(rows.offset_us, kind="stable")
    columns: Any = [column[order] for column in rows]
    return Rows(*columns)

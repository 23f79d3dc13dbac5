"""Rows of events from a day's records: sessions as walks, hours of the day, and what measuring does.

The instrumentation layer loses some events, sends some twice under the same id and some late. Rows
depend only on seed, day and person, so any day can be materialised again at any time, alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import compiled
from pilothouse.engines.simulation.distributions import log
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
    Key,
)
from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.tables import EmissionTables
from pilothouse.engines.simulation.users import Traits, pick
from pilothouse.kernel.times import DAY_US, HOUR_US, SECOND_US

# Places of the fixed events in EmissionTables.events.
_VISITED, _OPENED, _SUBSCRIBED, _PAID, _FAILED, _CANCELLED = range(6)
MAX_SESSION_EVENTS = 200
NO_SESSION = 255
# Payments are taken in the early hours, from two o'clock on.
_BILLING_START_US, _BILLING_SPAN_US = 2 * HOUR_US, 2 * HOUR_US
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


class _Cursor(NamedTuple):
    """Where the next row goes, the number of the next event of the person, and its time."""

    row: int
    number: int
    offset_us: float


@compiled
def _exponential(draw: np.uint64) -> float:
    return -log(uniform(draw))


@compiled
def _start_of_session(
    user: int, session: int, sessions: int, key: Key, hours_behind: float, tables: EmissionTables
) -> float:
    """Offset in the product's day: one stratum of the person's own day for each session."""
    draw, _, _, _ = philox(user, key.day, session, key.replicate, key.seed, _SESSION)
    share = (session + uniform(draw)) / sessions
    hour = 0
    while hour < 23 and tables.hours[hour + 1] <= share:
        hour += 1
    width = tables.hours[hour + 1] - tables.hours[hour]
    own = hour + (share - tables.hours[hour]) / width
    return ((own + hours_behind) % 24.0) * HOUR_US


@compiled
def _put(
    cursor: _Cursor,
    place: int,
    user: int,
    event: np.uint64,
    session: int,
    paid: bool,
    platform: int,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    """Add one event through the instrumentation layer; without room in ``rows`` only count it."""
    number = cursor.number + 1
    # A session ends with the day.
    if cursor.offset_us >= DAY_US:
        return _Cursor(cursor.row, number, cursor.offset_us)
    lost, twice, late, delay = philox(
        user, key.day, cursor.number, key.replicate, key.seed, _INSTRUMENT
    )
    if lost < tables.loss[platform, event]:
        return _Cursor(cursor.row, number, cursor.offset_us)
    row = cursor.row
    wait = (tables.late_us if late < tables.late else SECOND_US) * _exponential(delay)
    a, b, c, d = philox(user, key.day, cursor.number, key.replicate, key.seed, _EVENT_ID)
    for copy in range(2 if twice < tables.duplicates else 1):
        if row < len(rows.event):
            rows.id[row, 0], rows.id[row, 1] = a, b
            rows.id[row, 2], rows.id[row, 3] = c, d
            rows.place[row] = place
            rows.event[row] = event
            rows.session[row] = session
            rows.paid[row] = paid
            rows.offset_us[row] = int(cursor.offset_us)
            rows.delay_us[row] = int(wait) + copy * SECOND_US
        row += 1
    return _Cursor(row, number, cursor.offset_us)


@compiled
def _wait(cursor: _Cursor, user: int, key: Key, seconds: float) -> _Cursor:
    """Let an exponential time pass before the next event."""
    _, gap, _, _ = philox(user, key.day, cursor.number, key.replicate, key.seed, _STEP)
    passed = seconds * SECOND_US * _exponential(gap)
    return _Cursor(cursor.row, cursor.number, cursor.offset_us + passed)


@compiled
def _walk(
    cursor: _Cursor,
    place: int,
    user: int,
    session: int,
    platform: int,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    """Use features until the walk leaves."""
    at = len(tables.features)
    for _ in range(MAX_SESSION_EVENTS):
        draw, _, _, _ = philox(user, key.day, cursor.number, key.replicate, key.seed, _STEP)
        at = pick(tables.walk[at], draw)
        if at == len(tables.features):
            break
        cursor = _wait(cursor, user, key, tables.gap_seconds)
        event = tables.features[at]
        cursor = _put(cursor, place, user, event, session, False, platform, key, tables, rows)
    return cursor


@compiled
def _steps_done(
    cursor: _Cursor,
    place: int,
    user: int,
    flags: int,
    platform: int,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    """The steps of the funnel taken today, in the first session."""
    done = (flags >> STEPS_BEFORE_SHIFT) & STEPS_MASK
    until = (flags >> STEPS_AFTER_SHIFT) & STEPS_MASK
    while done < until:
        done += 1
        cursor = _wait(cursor, user, key, 2.0 * tables.gap_seconds)
        event = tables.steps[done]
        cursor = _put(cursor, place, user, event, 0, False, platform, key, tables, rows)
    return cursor


@compiled
def _emit_sessions(
    cursor: _Cursor,
    place: int,
    user: int,
    flags: int,
    sessions: int,
    platform: int,
    hours_behind: float,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    for session in range(max(sessions, 1 if flags & VISIT else 0)):
        count = max(sessions, 1)
        start = _start_of_session(user, session, count, key, hours_behind, tables)
        cursor = _Cursor(cursor.row, cursor.number, start)
        event = tables.events[_VISITED if flags & VISIT else _OPENED]
        cursor = _put(cursor, place, user, event, session, False, platform, key, tables, rows)
        if flags & SIGN_UP:
            cursor = _wait(cursor, user, key, 2.0 * tables.gap_seconds)
            event = tables.steps[0]
            cursor = _put(cursor, place, user, event, session, False, platform, key, tables, rows)
        if session == 0:
            cursor = _steps_done(cursor, place, user, flags, platform, key, tables, rows)
        if sessions > 0:
            cursor = _walk(cursor, place, user, session, platform, key, tables, rows)
    return cursor


@compiled
def _emit_billing(
    cursor: _Cursor,
    place: int,
    user: int,
    flags: int,
    platform: int,
    key: Key,
    tables: EmissionTables,
    rows: Rows,
) -> _Cursor:
    draw, _, _, _ = philox(user, key.day, NO_SESSION, key.replicate, key.seed, _SESSION)
    start = _BILLING_START_US + _BILLING_SPAN_US * uniform(draw)
    cursor = _Cursor(cursor.row, cursor.number, start)
    for bit, fixed in (
        (SUBSCRIPTION, _SUBSCRIBED),
        (FAILURE, _FAILED),
        (PAYMENT, _PAID),
        (CANCELLATION, _CANCELLED),
    ):
        if flags & bit:
            event = tables.events[fixed]
            paid = fixed == _PAID
            cursor = _put(
                cursor, place, user, event, NO_SESSION, paid, platform, key, tables, rows
            )
            cursor = _Cursor(cursor.row, cursor.number, cursor.offset_us + SECOND_US)
    return cursor


_BILLED = SUBSCRIPTION | PAYMENT | FAILURE | CANCELLATION


@compiled
def _emit(
    key: Key, record: DayRecord, traits: Traits, tables: EmissionTables, rows: Rows
) -> int:
    """Write all rows of a day that fit into ``rows``; returns how many there are."""
    total = 0
    for place in range(len(record.user)):
        user, flags = record.user[place], int(record.flags[place])
        platform = traits.platform[user]
        behind = tables.country_hours[traits.country[user]]
        cursor = _Cursor(total, 0, 0.0)
        if flags & _BILLED:
            cursor = _emit_billing(cursor, place, user, flags, platform, key, tables, rows)
        sessions = int(record.sessions[place])
        cursor = _emit_sessions(
            cursor, place, user, flags, sessions, platform, behind, key, tables, rows
        )
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
    return Rows(*(column[order] for column in rows))

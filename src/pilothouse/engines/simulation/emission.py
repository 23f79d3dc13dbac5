"""Rows of events from a day's records: what people do, and what measuring does to it.

The instrumentation layer loses some events, sends some twice under the same id and some late. Rows
depend only on seed, day and person, so any day can be materialised again at any time, alone.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.distributions import log_of_share
from pilothouse.engines.simulation.drafting import MAX_SESSION_EVENTS, NO_SESSION, draft_day
from pilothouse.engines.simulation.foresight import Numbers
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.philox import Draws, Stream, fill_numbered, uniform
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.tables import EmissionTables
from pilothouse.engines.simulation.timing import (
    INDEX_BITS,
    Draft,
    code_of,
    moves_money,
    number_of,
    place_of,
    session_of,
)
from pilothouse.engines.simulation.users import Traits
from pilothouse.kernel.times import SECOND_US

__all__ = ["MAX_SESSION_EVENTS", "NO_SESSION", "Rows", "emit_rows"]

_INSTRUMENT, _EVENT_ID = int(Stream.INSTRUMENT), int(Stream.EVENT_ID)
_BLOCK_EVENTS = 1024
_SENT, _LOST, _TWICE, _END = range(4)


class Rows(NamedTuple):
    """Columns of one day's rows; ``place`` points into the record, ``offset_us`` into the day."""

    id: NDArray[np.uint32]
    place: NDArray[np.int32]
    event: NDArray[np.uint8]
    session: NDArray[np.uint8]
    paid: NDArray[np.bool_]
    offset_us: NDArray[np.int64]
    delay_us: NDArray[np.int64]


class _Desk(NamedTuple):
    """Room for a block of events: what they are, whose and which of theirs, draws, and delays."""

    info: Numbers
    who: Numbers
    number: Numbers
    measured: Draws
    ids: Draws
    delay_us: Numbers


def _new_desk() -> _Desk:
    return _Desk(
        np.empty(_BLOCK_EVENTS, np.int64),
        np.empty(_BLOCK_EVENTS, np.int64),
        np.empty(_BLOCK_EVENTS, np.int64),
        np.empty((4, _BLOCK_EVENTS), np.uint32),
        np.empty((4, _BLOCK_EVENTS), np.uint32),
        np.empty(_BLOCK_EVENTS, np.int64),
    )


@borrowing
def _take(
    first: int,
    count: int,
    key: Key,
    record: DayRecord,
    draft: Draft,
    tables: EmissionTables,
    desk: _Desk,
) -> None:
    """Fill the desk with ``count`` events of ``draft`` from ``first`` on, in their order."""
    for place in range(count):
        index = np.int64(draft.key[first + place] & np.uint64((1 << INDEX_BITS) - 1))
        desk.info[place] = draft.info[index]
    for place in range(count):
        desk.who[place] = record.user[place_of(desk.info[place])]
        desk.number[place] = number_of(desk.info[place])
    who, number = desk.who[:count], desk.number[:count]
    fill_numbered(who, number, key.day, key.replicate, key.seed, _INSTRUMENT, desk.measured)
    fill_numbered(who, number, key.day, key.replicate, key.seed, _EVENT_ID, desk.ids)
    for place in range(count):
        late = np.uint64(desk.measured[2, place]) < tables.late
        mean_us = tables.late_us if late else float(SECOND_US)
        wait = mean_us * -log_of_share(uniform(np.uint64(desk.measured[3, place])))
        desk.delay_us[place] = int(wait)


@borrowing
def _copy(first: int, at: int, until: int, row: int, draft: Draft, desk: _Desk, rows: Rows) -> int:
    """Write the events of the desk from ``at`` to before ``until``, as many as fit, once each.

    Column by column, for such loops are vectorised. Returns the next row.
    """
    fits = max(min(until - at, len(rows.event) - row), 0)
    info, delay_us = desk.info[at : at + fits], desk.delay_us[at : at + fits]
    key, ids = draft.key[first + at : first + at + fits], desk.ids[:, at : at + fits]
    to = slice(row, row + fits)
    for part in range(4):
        column = rows.id[to, part]
        for n in range(fits):
            column[n] = ids[part, n]
    place, event, session, paid = rows.place[to], rows.event[to], rows.session[to], rows.paid[to]
    offset_us, written_us = rows.offset_us[to], rows.delay_us[to]
    for n in range(fits):
        place[n], event[n] = place_of(info[n]), code_of(info[n])
        session[n], paid[n] = session_of(info[n]), moves_money(info[n])
    for n in range(fits):
        offset_us[n], written_us[n] = key[n] >> np.uint64(INDEX_BITS), delay_us[n]
    return row + until - at


@inlined
def _fate(
    at: int, platform: NDArray[np.uint8], tables: EmissionTables, most: np.uint64, desk: _Desk
) -> int:
    """What becomes of an event of the desk; ``most`` is the highest of thresholds to lose one."""
    lost, info = desk.measured[0, at], desk.info[at]
    if lost < most and lost < tables.loss[platform[place_of(info)], code_of(info)]:
        return _LOST
    return _TWICE if desk.measured[1, at] < tables.duplicates else _SENT


@borrowing
def _write(
    key: Key,
    record: DayRecord,
    platform: NDArray[np.uint8],
    draft: Draft,
    tables: EmissionTables,
    most: np.uint64,
    desk: _Desk,
    rows: Rows,
) -> int:
    """Write what is not lost of ``draft``, as much as fits; returns how many rows there are."""
    # No constants, for which ``_copy`` would be compiled once more.
    none: Any = np.int64(0)
    row: int = none
    for first in range(0, len(draft.key), _BLOCK_EVENTS):
        count = min(_BLOCK_EVENTS, len(draft.key) - first)
        _take(first, count, key, record, draft, tables, desk)
        begun = none
        for at in range(count + 1):
            fate = _fate(at, platform, tables, most, desk) if at < count else _END
            # Nearly all events are sent once, and are written many at a time.
            if fate == _SENT:
                continue
            row = _copy(first, begun, at + (fate == _TWICE), row, draft, desk, rows)
            begun = at + (fate == _LOST)
            if fate == _TWICE:
                # The next to be written is the same, a second later.
                desk.delay_us[at] += SECOND_US
    return row


def emit_rows(key: Key, record: DayRecord, traits: Traits, tables: EmissionTables) -> Rows:
    """The rows of one day, sorted by time (equal times keep their order)."""
    draft = draft_day(key, record, traits, tables)
    draft.key.sort()
    platform, most, desk = traits["platform"][record.user], tables.loss.max(), _new_desk()
    rows = _empty_rows(_likely_rows(len(draft.key), tables))
    count = _write(key, record, platform, draft, tables, most, desk, rows)
    if count > len(rows.event):
        # Once more with as much room as it takes.
        rows = _empty_rows(count)
        _write(key, record, platform, draft, tables, most, desk, rows)
    columns: Any = [column[:count] for column in rows]
    return Rows(*columns)


def _likely_rows(events: int, tables: EmissionTables) -> int:
    """As many rows as ``events`` make but once in a thousand million days."""
    twice = events * float(tables.duplicates) / 2.0**32
    return events + int(twice + 6.0 * twice**0.5) + 1


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

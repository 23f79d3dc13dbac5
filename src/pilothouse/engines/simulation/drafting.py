"""What people do on a day, event by event: sessions as walks, hours of a day, money.

Only who, what and when; what measuring does to it is in ``emission``. Walks are taken person by
person; their draws are made before (``foresight``), and their times after (``timing``).
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.foresight import (
    BLOCK_PEOPLE,
    Foresight,
    foresee,
    new_foresight,
    session_draw,
    step_draws,
)
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
from pilothouse.engines.simulation.timing import (
    GIVEN,
    LAST_START_US,
    NO_DRAW,
    SECOND,
    STEPPED,
    UNSEEN,
    USED,
    At,
    Draft,
    Waiting,
    new_draft,
    new_waiting,
    note,
    note_money,
    settle,
    widened,
)
from pilothouse.engines.simulation.users import Traits
from pilothouse.kernel.times import HOUR_US, SECOND_US

# Places of the fixed events in EmissionTables.events.
_VISITED, _OPENED, _SUBSCRIBED, _PAID, _FAILED, _CANCELLED, _BASKET, _ORDER = range(8)
MAX_SESSION_EVENTS = 200
NO_SESSION = 255
# Payments are taken in the early hours, from two o'clock on.
_BILLING_START_US, _BILLING_SPAN_US = 2 * HOUR_US, 2 * HOUR_US
_BILLED = SUBSCRIPTION | PAYMENT | FAILURE | CANCELLATION
_SESSION = int(Stream.SESSION)

_LEAST_ROOM = 4096
# Besides those of sessions: four about money, two about goods, and one that is unseen.
_OTHER_EVENTS = 7
# Where walks and hours are looked up first: by the highest bits of a draw.
_CELL_BITS = 8
_CELLS = 1 << _CELL_BITS
_CELL_SHIFT = np.uint64(32 - _CELL_BITS)


class Guides(NamedTuple):
    """Where to begin to look: ``walk`` (features + 1, cells), and ``hours`` (cells) of a day."""

    walk: NDArray[np.uint8]
    hours: NDArray[np.uint8]


class Desk(NamedTuple):
    """Work in hand: draws made ahead, and events that wait for their time."""

    sight: Foresight
    waiting: Waiting


class _Person(NamedTuple):
    """One person: number, bits, sessions and hours behind.

    ``place`` is in the record, ``seat`` in the block, ``slot`` among those of it with steps.
    """

    place: int
    seat: int
    slot: int
    user: int
    flags: int
    sessions: int
    hours_behind: float


def build_guides(tables: EmissionTables) -> Guides:
    """The guides of one day's ``tables``."""
    draws = np.arange(_CELLS, dtype=np.uint64) << _CELL_SHIFT
    walk = np.stack([np.searchsorted(row, draws, side="right") for row in tables.walk])
    shares = np.arange(_CELLS) / _CELLS
    hours = np.searchsorted(tables.hours[1:24], shares, side="right")
    return Guides(walk.astype(np.uint8), hours.astype(np.uint8))


@inlined
def _most_events(sessions: int) -> int:
    return MAX_SESSION_EVENTS * max(sessions, 1) + _OTHER_EVENTS


@inlined
def _start_of_session(
    person: _Person,
    session: int,
    key: Key,
    tables: EmissionTables,
    guides: Guides,
    sight: Foresight,
) -> float:
    """Offset in the product's day: one stratum of the person's own day for each session."""
    draw = session_draw(person.seat, person.user, session, key, sight)
    share = (session + uniform(draw)) / max(person.sessions, 1)
    hour = np.int64(guides.hours[int(share * _CELLS)])
    while hour < 23 and tables.hours[hour + 1] <= share:
        hour += 1
    width = tables.hours[hour + 1] - tables.hours[hour]
    there = hour + (share - tables.hours[hour]) / width + person.hours_behind
    # The same as the remainder, which takes longer to find.
    there = there - 24.0 if 24.0 <= there < 48.0 else there
    start = (there if 0.0 <= there < 24.0 else there % 24.0) * HOUR_US
    return float(min(start, LAST_START_US))


@inlined
def _next_feature(at: int, draw: np.uint64, tables: EmissionTables, guides: Guides) -> int:
    """The feature used after ``at``; the number of features if the person leaves."""
    found = np.int64(guides.walk[at, draw >> _CELL_SHIFT])
    while found < len(tables.features) and draw >= tables.walk[at, found]:
        found += 1
    return int(found)


@borrowing
def _draft_order(at: At, person: _Person, key: Key, tables: EmissionTables, desk: Desk) -> At:
    """The basket at the end of the first session, and its order if there was one."""
    for bit, fixed in ((BASKET, _BASKET), (ORDER, _ORDER)):
        if person.flags & bit:
            _, gap = step_draws(person.slot, person.user, at.number, key, desk.sight)
            at = note(at, person.place, tables.events[fixed], 0, STEPPED, gap, 0.0, desk.waiting)
            if bit == ORDER:
                note_money(at, desk.waiting)
    return at


@borrowing
def _climb(
    at: At, person: _Person, step: int, until: int, key: Key, tables: EmissionTables, desk: Desk
) -> At:
    """The steps of the funnel taken today, from ``step`` to ``until``."""
    for taken in range(step, until + 1):
        _, gap = step_draws(person.slot, person.user, at.number, key, desk.sight)
        at = note(at, person.place, tables.steps[taken], 0, STEPPED, gap, 0.0, desk.waiting)
    return at


@inlined
def _wander(
    at: At,
    person: _Person,
    session: int,
    left: int,
    key: Key,
    tables: EmissionTables,
    guides: Guides,
    desk: Desk,
) -> At:
    """A walk over features, of ``left`` events at most."""
    leaving = len(tables.features)
    feature = leaving
    for more in range(left, -1, -1):
        draw, gap = step_draws(person.slot, person.user, at.number, key, desk.sight)
        feature = _next_feature(feature, draw, tables, guides)
        if feature == leaving:
            break
        code = tables.features[feature]
        if more == 0:
            after = note(at, person.place, code, session, USED | UNSEEN, gap, 0.0, desk.waiting)
            return At(after.used, at.number)
        at = note(at, person.place, code, session, USED, gap, 0.0, desk.waiting)
    return at


@inlined
def _draft_session(
    at: At,
    person: _Person,
    session: int,
    key: Key,
    tables: EmissionTables,
    guides: Guides,
    desk: Desk,
) -> At:
    """One session: arriving, the steps of the funnel taken today, then a walk over features."""
    flags, before = person.flags, at.number
    code = tables.events[_VISITED if flags & VISIT else _OPENED]
    start = _start_of_session(person, session, key, tables, guides, desk.sight)
    at = note(at, person.place, code, session, GIVEN, NO_DRAW, start, desk.waiting)
    if person.sessions == 0:
        return at
    if session == 0:
        # The next step to take; signing up is step 0 and comes before what was done today.
        step = 0 if flags & SIGN_UP else ((flags >> STEPS_BEFORE_SHIFT) & STEPS_MASK) + 1
        until = (flags >> STEPS_AFTER_SHIFT) & STEPS_MASK
        if step <= until:
            at = _climb(at, person, step, until, key, tables, desk)
    left = MAX_SESSION_EVENTS - (at.number - before)
    return _wander(at, person, session, left, key, tables, guides, desk)


@borrowing
def _draft_billing(at: At, person: _Person, key: Key, tables: EmissionTables, desk: Desk) -> At:
    """What the server sends about contract and money, one second apart."""
    draw, _, _, _ = philox(person.user, key.day, NO_SESSION, key.replicate, key.seed, _SESSION)
    start = _BILLING_START_US + _BILLING_SPAN_US * uniform(draw)
    kind, value = GIVEN, start
    for bit, fixed in (
        (SUBSCRIPTION, _SUBSCRIBED),
        (FAILURE, _FAILED),
        (PAYMENT, _PAID),
        (CANCELLATION, _CANCELLED),
    ):
        if person.flags & bit:
            code = tables.events[fixed]
            at = note(at, person.place, code, NO_SESSION, kind, NO_DRAW, value, desk.waiting)
            kind, value = SECOND, float(SECOND_US)
            if bit == PAYMENT:
                note_money(at, desk.waiting)
    return at


@inlined
def _draft_person(
    used: int, person: _Person, key: Key, tables: EmissionTables, guides: Guides, desk: Desk
) -> int:
    """Everything that one person does; returns how many events wait for their time then."""
    at = At(used, 0)
    desk.sight.more_first[0] = -1
    if person.flags & _BILLED:
        at = _draft_billing(at, person, key, tables, desk)
    for session in range(max(person.sessions, 1 if person.flags & VISIT else 0)):
        at = _draft_session(at, person, session, key, tables, guides, desk)
        if session == 0 and person.flags & BASKET:
            at = _draft_order(at, person, key, tables, desk)
    return at.used


@borrowing
def _draft_people(
    first: int,
    row: int,
    key: Key,
    record: DayRecord,
    traits: Traits,
    tables: EmissionTables,
    guides: Guides,
    desk: Desk,
    draft: Draft,
) -> tuple[int, int]:
    """Draft what people do from the place ``first`` on, into ``draft`` from ``row`` on.

    Returns the next place and row: there may be room for some of them only.
    """
    # No constants, for which what they are given to would be compiled once more.
    none: Any = np.int64(0)
    used = none
    for start in range(first, len(record.user), BLOCK_PEOPLE):
        last = min(start + BLOCK_PEOPLE, len(record.user))
        foresee(start, last, record, key, desk.sight)
        slot = 0
        for place in range(start, last):
            user, flags = np.int64(record.user[place]), np.int64(record.flags[place])
            # Signed 64-bit numbers are plain integers to the compiler; int() gives others.
            sessions: Any = np.int64(record.sessions[place])
            most = _most_events(sessions)
            if used + most > len(desk.waiting.kind):
                row = settle(used, tables.gap_seconds, desk.waiting, draft, row)
                used = none
            if row + used + most > len(draft.key):
                return place, settle(used, tables.gap_seconds, desk.waiting, draft, row)
            behind = tables.country_hours[traits[user].country]
            person = _Person(place, place - start, slot, user, flags, sessions, behind)  # type: ignore[arg-type]
            used = _draft_person(used, person, key, tables, guides, desk)
            slot += 1 if sessions > 0 else 0
    return len(record.user), settle(used, tables.gap_seconds, desk.waiting, draft, row)


def draft_day(key: Key, record: DayRecord, traits: Traits, tables: EmissionTables) -> Draft:
    """What people do on the day of ``record``; not yet sorted."""
    room = max(_LEAST_ROOM, _most_events(int(record.sessions.max(initial=0))))
    desk = Desk(new_foresight(), new_waiting(room))
    guides, draft = build_guides(tables), new_draft(_likely_events(record) + room)
    place, row = 0, 0
    while True:
        place, row = _draft_people(place, row, key, record, traits, tables, guides, desk, draft)
        if place == len(record.user):
            return Draft(draft.key[:row], draft.info[:row])
        draft = widened(draft, row)


def _likely_events(record: DayRecord) -> int:
    """Somewhat more than people do in most worlds."""
    return 8 * int(record.sessions.sum()) + 2 * len(record.user)

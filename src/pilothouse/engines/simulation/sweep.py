"""One day of everybody in one pass over the people, compiled.

Most people have nothing to do with the product on most days: they cost a byte and a quarter of a
draw. Of the others, block by block, draws and chances are reckoned in straight loops that a
compiler can vectorise, and only then is each day lived. All sums are of integers and nobody
depends on another, so blocks may run in any order on any thread.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled
from pilothouse.engines.simulation.distributions import Floats, exp
from pilothouse.engines.simulation.kernel import (
    ACTIVATION,
    ACTIVATIONS,
    ACTIVE,
    ACTIVES,
    BASKET,
    BASKETS,
    CANCELLATION,
    CANCELLATIONS,
    CENTS,
    FAILURE,
    FAILURES,
    LEAVERS,
    ORDER,
    ORDERS,
    PAYERS,
    SESSIONS,
    SIGN_UP,
    SIGN_UPS,
    SUBSCRIPTION,
    SUBSCRIPTIONS,
    VISIT,
    VISITS,
    Key,
    Today,
    feeling,
    live_day,
    odds_of,
    signs_up,
)
from pilothouse.engines.simulation.philox import Draws, Stream, fill_own, fill_shared
from pilothouse.engines.simulation.slots import Memory, People, Slots, fill_shifts, glow_table
from pilothouse.engines.simulation.tables import DayTables, Rules
from pilothouse.engines.simulation.users import CHURNED, NEVER, PAYING, VISITED, State, Traits

# A multiple of four, for four people share a draw; small enough for the first level of a cache.
BLOCK_USERS = 1024

# What is counted by a bit of its own.
_COUNTED = (
    (VISITS, VISIT),
    (SIGN_UPS, SIGN_UP),
    (ACTIVATIONS, ACTIVATION),
    (ACTIVES, ACTIVE),
    (SUBSCRIPTIONS, SUBSCRIPTION),
    (FAILURES, FAILURE),
    (CANCELLATIONS, CANCELLATION),
    (BASKETS, BASKET),
    (ORDERS, ORDER),
)
_VISIT, _USER_DAY = int(Stream.VISIT), int(Stream.USER_DAY)


class Outcome(NamedTuple):
    """Room for those to whom something happened: number, flags, number of sessions, money paid.

    Each call of ``step_users`` fills the places from its first person on.
    """

    user: NDArray[np.int32]
    flags: NDArray[np.uint32]
    sessions: NDArray[np.uint8]
    cents: NDArray[np.uint32]


class _Desk(NamedTuple):
    """Work in hand: who has something to do, in order; their draws, chances and shifts.

    ``visits`` has a draw for each of a block, the others room for twice as many people.
    ``chances`` (3, room): for those inside what they feel, as a factor on leaving, their habit as
    one on use, and the chance to use the product; for those who look e to minus the log-odds to
    sign up. ``shift`` has a column for each if the day has slots, else one of zeros.
    """

    visits: Draws
    who: People
    units: People
    draws: Draws
    chances: Floats
    glows: Floats
    felt: Floats
    shift: Floats


@compiled
def _new_desk(tables: DayTables, day: int) -> _Desk:
    room = 2 * BLOCK_USERS
    columns = room if len(tables.slots) > 0 else 1
    return _Desk(
        np.empty(BLOCK_USERS, np.uint32),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty((3, room), np.uint32),
        np.empty((3, room)),
        glow_table(tables.slots, day),
        np.empty(room),
        np.zeros((1 + tables.steps.shape[2], columns)),
    )


@borrowing
def _find_people(
    first: int,
    last: int,
    key: Key,
    traits: Traits,
    state: State,
    tables: DayTables,
    most: np.uint64,
    desk: _Desk,
    waiting: int,
) -> int:
    """Add those inside and those who come to look to ``desk.who``; returns how many are there.

    ``most`` is the highest of the day's thresholds to visit; ``waiting`` are there already.
    """
    stage, outside = state.stage[first:last], 0
    for place in range(len(stage)):
        outside += stage[place] <= VISITED
    if outside > 0:
        fill_shared(first, key.day, key.replicate, key.seed, _VISIT, desk.visits)
    found = waiting
    for place in range(len(stage)):
        looks = (stage[place] <= VISITED) & (np.uint64(desk.visits[place]) < most)
        inside = (stage[place] > VISITED) & (stage[place] < CHURNED)
        desk.who[found] = first + place
        found += looks | inside
    kept = waiting
    for place in range(waiting, found):
        user = desk.who[place]
        one = traits[user]
        chance = tables.visit[one.segment, one.platform, one.quarter]
        desk.who[kept] = user
        kept += (state.stage[user] > VISITED) | (np.uint64(desk.visits[user - first]) < chance)
    return kept


@borrowing
def _reckon(
    count: int,
    key: Key,
    traits: Traits,
    state: State,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
    desk: _Desk,
) -> None:
    """Fill draws, shifts and chances for the first ``count`` people of ``desk``."""
    if len(tables.slots) > 0:
        fill_shifts(
            desk.who[:count],
            key,
            traits,
            tables.slots,
            tables.effects,
            state.life,
            memory,
            desk.units,
            desk.draws,
            desk.glows,
            desk.felt,
            desk.shift,
        )
    fill_own(desk.who[:count], key.day, key.replicate, key.seed, _USER_DAY, desk.draws)
    leave, habit, active = desk.chances[0], desk.chances[1], desk.chances[2]
    for place in range(count):
        user = desk.who[place]
        segment, platform = traits[user].segment, traits[user].platform
        shift = desk.shift[:, min(place, desk.shift.shape[1] - 1)]
        if state.stage[user] <= VISITED:
            leave[place] = -odds_of(user, 0, traits, shift, rules, tables)
            habit[place], active[place] = 0.0, 0.0
        else:
            leave[place] = -feeling(user, traits, state.life, rules, tables)
            habit[place] = rules.activity_habit * (state.life[user].habit - 0.5)
            active[place] = traits[user].lam * tables.activity[segment, platform]
    for place in range(count):
        leave[place] = exp(leave[place])
        active[place] *= exp(habit[place])
    if len(tables.slots) > 0:
        for place in range(count):
            active[place] *= exp(rules.activity_utility * desk.shift[0, place])
    for place in range(count):
        active[place] = 1.0 - exp(-active[place])


@borrowing
def _live_block(
    count: int,
    key: Key,
    traits: Traits,
    state: State,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
    desk: _Desk,
    outcome: Outcome,
    row: int,
    totals: NDArray[np.int64],
) -> int:
    """Live the day of the first ``count`` people of ``desk``; returns the next free row."""
    payers, leavers = 0, 0
    for place in range(count):
        user, leave = desk.who[place], desk.chances[0, place]
        flags, sessions, cents = VISIT, 0, 0
        if state.stage[user] <= VISITED and not signs_up(user, key, leave):
            state.stage[user] = VISITED
        else:
            today = Today(
                leave,
                desk.chances[2, place],
                np.uint64(desk.draws[0, place]),
                np.uint64(desk.draws[1, place]),
                np.uint64(desk.draws[2, place]),
            )
            shift = desk.shift[:, min(place, desk.shift.shape[1] - 1)]
            flags, sessions, cents = live_day(
                user, key, today, traits, state, memory, shift, rules, tables, totals
            )
            payers += state.stage[user] == PAYING
            leavers += state.stage[user] == CHURNED
        outcome.user[row], outcome.flags[row] = user, flags
        outcome.sessions[row], outcome.cents[row] = sessions, cents
        row += flags != 0
    totals[PAYERS] += payers
    totals[LEAVERS] += leavers
    return row


@borrowing
def _expose(
    first: int, last: int, day: int, slots: Slots, memory: Memory, outcome: Outcome
) -> None:
    """Note for the rows ``first`` to before ``last`` who met a slot for the first time."""
    for slot in range(len(slots)):
        meets = np.uint32(ACTIVE | VISIT if slots[slot].at_visit == 1 else ACTIVE)
        place = slots[slot].place
        for row in range(first, last):
            user = outcome.user[row]
            if outcome.flags[row] & meets and memory[user, place] == NEVER:
                memory[user, place] = day


@borrowing
def _count(first: int, last: int, outcome: Outcome, totals: NDArray[np.int64]) -> None:
    """Add the rows ``first`` to before ``last`` to ``totals``."""
    for place, bit in _COUNTED:
        number = 0
        for row in range(first, last):
            number += (outcome.flags[row] & np.uint32(bit)) != 0
        totals[place] += number
    for row in range(first, last):
        totals[SESSIONS] += outcome.sessions[row]
        totals[CENTS] += outcome.cents[row]


@compiled
def step_users(
    first: int,
    last: int,
    key: Key,
    traits: Traits,
    state: State,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
    outcome: Outcome,
    totals: NDArray[np.int64],
) -> int:
    """Live one day for the people ``first`` (a multiple of four) to before ``last``.

    Changes ``state`` and ``memory``, adds to ``totals`` (int64, ``CONTENTMENT`` + two a segment),
    and writes ``outcome`` from ``first`` on; returns to how many people something happened.
    """
    desk, most, row = _new_desk(tables, key.day), tables.visit.max(), first
    count = 0
    for start in range(first, last, BLOCK_USERS):
        end = min(start + BLOCK_USERS, last)
        count = _find_people(start, end, key, traits, state, tables, most, desk, count)
        # Loops over a few people are not worth their beginning.
        if count >= BLOCK_USERS or end == last:
            _reckon(count, key, traits, state, memory, rules, tables, desk)
            row = _live_block(
                count, key, traits, state, memory, rules, tables, desk, outcome, row, totals
            )
            count = 0
    _expose(first, row, key.day, tables.slots, memory, outcome)
    _count(first, row, outcome, totals)
    return row - first

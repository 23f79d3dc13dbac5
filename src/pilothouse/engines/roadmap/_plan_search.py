# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Simulated annealing over whole plans, compiled by Numba without the interpreter's lock.

A move puts one bet into a quarter, draws what it needs along, pushes away what would then come
too early, and makes room by moving or dropping others; it is kept by the rule of Metropolis. Every
state between two moves keeps capacities and needs, so any of them is an answer.
(Kirkpatrick, Gelatt and Vecchi 1983; ejection chains after Glover 1996.)

What does not change: ``effort[bet, team]``; ``worth[bet, quarter + 1]``, the last column for "not
done", -inf where the bet may not stand; ``links`` with what bet b needs from ``starts[0, b]`` and
what needs it from ``starts[1, b]`` on. The plan: ``cards[bet]`` with place, spot in the list of its
quarter, whether the move at hand has touched it and whether it is held; ``room[team, quarter]``
that is left; ``members[quarter]``, first how many, then which. The move at hand: ``chain`` with the
bets it changed, where they were, and their number in the last column; ``delta[0]``, what it wins.
"""

from __future__ import annotations

import numpy as np
from numba import njit

PLACE, SPOT, TOUCHED, HELD = 0, 1, 2, 3
MOST_CHANGES = 24
MOST_TRIES = 12
SAMPLES = 3


@njit(nogil=True, cache=True)
def next_word(state):
    """The next 64 random bits of xorshift64* (Vigna 2016); ``state`` uint64[1], never 0."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)


@njit(nogil=True, cache=True)
def below(state, n):
    """A random whole number from 0 to ``n`` - 1."""
    return np.int64((next_word(state) >> np.uint64(33)) % np.uint64(n))


@njit(nogil=True, cache=True)
def shift(b, target, effort, cards, room, members):
    """Put bet ``b`` into ``target`` (-1: nowhere), keeping the room and the lists by quarter."""
    source = cards[b, PLACE]
    if source >= 0:
        moved = members[source, members[source, 0]]
        members[source, cards[b, SPOT]] = moved
        cards[moved, SPOT] = cards[b, SPOT]
        members[source, 0] -= 1
        for t in range(effort.shape[1]):
            room[t, source] += effort[b, t]
    if target >= 0:
        members[target, 0] += 1
        cards[b, SPOT] = members[target, 0]
        members[target, members[target, 0]] = b
        for t in range(effort.shape[1]):
            room[t, target] -= effort[b, t]
    cards[b, PLACE] = target


@njit(nogil=True, cache=True)
def change(b, target, effort, worth, cards, room, members, chain, delta):
    """Shift a bet as a part of the move; False where it may not be, or the move is too long."""
    n = chain[0, MOST_CHANGES]
    if cards[b, TOUCHED] or cards[b, HELD] or n == MOST_CHANGES or worth[b, target] == -np.inf:
        return False
    source = cards[b, PLACE]
    chain[0, n] = b
    chain[1, n] = source
    chain[0, MOST_CHANGES] = n + 1
    cards[b, TOUCHED] = 1
    delta[0] += worth[b, target] - worth[b, source]
    shift(b, target, effort, cards, room, members)
    return True


@njit(nogil=True, cache=True)
def settle(first, follow, effort, worth, links, starts, cards, room, members, chain, delta):
    """Bring needs along and push users away, for the changes from ``first`` on; False: no way.

    What needs a moved bet follows it where ``follow`` says so, else it is dropped.
    """
    i = first
    while i < chain[0, MOST_CHANGES]:
        c = chain[0, i]
        at = cards[c, PLACE]
        i += 1
        if at >= 0:
            for k in range(starts[0, c], starts[0, c + 1]):
                there = cards[links[k], PLACE]
                if (there < 0 or there > at) and not change(
                    links[k], at, effort, worth, cards, room, members, chain, delta
                ):
                    return False
        until = at if at >= 0 else room.shape[1]
        for k in range(starts[1, c], starts[1, c + 1]):
            d = links[k]
            if 0 <= cards[d, PLACE] < until:
                goal = at if follow and at >= 0 and worth[d, at] > -np.inf else -1
                if not change(d, goal, effort, worth, cards, room, members, chain, delta):
                    return False
    return True


@njit(nogil=True, cache=True)
def fits(b, target, effort, links, starts, cards, room):
    """Whether ``b`` may stand in ``target`` with all others where they are."""
    for t in range(effort.shape[1]):
        if effort[b, t] > room[t, target] and effort[b, t] > 0:
            return False
    for k in range(starts[0, b], starts[0, b + 1]):
        there = cards[links[k], PLACE]
        if there < 0 or there > target:
            return False
    for k in range(starts[1, b], starts[1, b + 1]):
        if 0 <= cards[links[k], PLACE] < target:
            return False
    return True


@njit(nogil=True, cache=True)
def best_quarter(b, other_than, effort, worth, links, starts, cards, room):
    """The quarter that is worth most and holds ``b`` as it is; -1 where none does."""
    goal = -1
    most = -np.inf
    for q in range(room.shape[1]):
        if (
            q != other_than
            and worth[b, q] > most
            and fits(b, q, effort, links, starts, cards, room)
        ):
            goal = q
            most = worth[b, q]
    return goal


@njit(nogil=True, cache=True)
def narrow_team(target, room):
    """The first team that is over its capacity in a quarter; -1 where none is."""
    for t in range(room.shape[0]):
        if room[t, target] < 0:
            return t
    return -1


@njit(nogil=True, cache=True)
def choose_least(target, team, effort, worth, cards, members, state):
    """Of a few random bets of a quarter, that with the least worth by week of ``team``; or -1."""
    chosen = -1
    lowest = 0.0
    for _ in range(SAMPLES):
        c = members[target, 1 + below(state, members[target, 0])]
        if cards[c, TOUCHED] or cards[c, HELD] or effort[c, team] == 0:
            continue
        rate = worth[c, target] / effort[c, team]
        if chosen < 0 or rate < lowest:
            chosen = c
            lowest = rate
    return chosen


@njit(nogil=True, cache=True)
def make_room(target, effort, worth, links, starts, cards, room, members, chain, delta, state):
    """Move or drop bets until a quarter holds what is in it; False where that takes too long."""
    for _ in range(MOST_TRIES):
        team = narrow_team(target, room)
        if team < 0:
            return True
        chosen = choose_least(target, team, effort, worth, cards, members, state)
        if chosen < 0:
            continue
        first = chain[0, MOST_CHANGES]
        goal = best_quarter(chosen, target, effort, worth, links, starts, cards, room)
        if not change(chosen, goal, effort, worth, cards, room, members, chain, delta):
            return False
        if goal < 0 and not settle(
            first, False, effort, worth, links, starts, cards, room, members, chain, delta
        ):
            return False
    return narrow_team(target, room) < 0


@njit(nogil=True, cache=True)
def is_accepted(delta, heat, state):
    """The rule of Metropolis."""
    if delta >= 0:
        return True
    return np.float64(next_word(state) >> np.uint64(11)) * 2.0**-53 < np.exp(delta / heat)


@njit(nogil=True, cache=True)
def end_move(is_kept, effort, cards, room, members, chain):
    """Forget the move at hand; take it back unless it is kept."""
    for k in range(chain[0, MOST_CHANGES] - 1, -1, -1):
        b = chain[0, k]
        cards[b, TOUCHED] = 0
        if not is_kept:
            shift(b, chain[1, k], effort, cards, room, members)
    chain[0, MOST_CHANGES] = 0


@njit(nogil=True, cache=True)
def anneal(fixed, plan, best, state, moves, heat, value, best_value):
    """``moves`` moves at one temperature; ``plan`` changes, ``best`` takes the best places seen.

    ``fixed`` is (effort, worth, links, starts), ``plan`` (cards, room, members). Gives the value
    now and the best value.
    """
    effort, worth, links, starts = fixed
    cards, room, members = plan
    chain = np.zeros((2, MOST_CHANGES + 1), dtype=np.int64)
    delta = np.zeros(1)
    for _ in range(moves):
        b = below(state, effort.shape[0])
        target = below(state, room.shape[1])
        follow = below(state, 2) == 0
        if target == cards[b, PLACE]:
            continue
        delta[0] = 0.0
        is_kept = (
            change(b, target, effort, worth, cards, room, members, chain, delta)
            and settle(
                0, follow, effort, worth, links, starts, cards, room, members, chain, delta
            )
            and make_room(
                target, effort, worth, links, starts, cards, room, members, chain, delta, state
            )
            and is_accepted(delta[0], heat, state)
        )  # fmt: skip
        end_move(is_kept, effort, cards, room, members, chain)
        if is_kept:
            value += delta[0]
            if value > best_value + 1e-9:
                best_value = value
                best[:] = cards[:, PLACE]
    return value, best_value

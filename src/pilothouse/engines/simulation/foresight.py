"""Draws of a day's events made before they are needed, many at a time.

A draw depends on who, when and what for alone, so that those of a person's first events may be made
before it is known how many there are. Loops over many draws are vectorised, single ones are not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.philox import Draws, Stream, fill_numbered, fill_own, philox
from pilothouse.engines.simulation.records import DayRecord

# People at a time, and how many events of each are foreseen: walks are short.
BLOCK_PEOPLE, _AHEAD = 128, 8
_SESSION, _STEP = int(Stream.SESSION), int(Stream.STEP)

Numbers = NDArray[np.int64]


class Foresight(NamedTuple):
    """Draws of a block of people, and more for one of them.

    ``who`` and ``number`` are room to say whose draws are made and which. ``first`` (3, people) is
    of first sessions. Those who take steps have 8 each in ``steps`` (4, 8 people). ``more`` (4, 8)
    are the steps from ``more_first[0]`` on of whom it is asked for.
    """

    who: Numbers
    number: Numbers
    first: Draws
    steps: Draws
    more: Draws
    more_first: Numbers


def new_foresight() -> Foresight:
    """Room for the draws of a block of people."""
    steps = BLOCK_PEOPLE * _AHEAD
    return Foresight(
        np.empty(steps, np.int64),
        np.empty(steps, np.int64),
        np.empty((3, BLOCK_PEOPLE), np.uint32),
        np.empty((4, steps), np.uint32),
        np.empty((4, _AHEAD), np.uint32),
        np.empty(1, np.int64),
    )


@borrowing
def foresee(first: int, last: int, record: DayRecord, key: Key, sight: Foresight) -> None:
    """Make the draws of the people from the place ``first`` to before ``last`` of the record."""
    for slot in range(last - first):
        sight.who[slot] = record.user[first + slot]
    who = sight.who[: last - first]
    fill_own(who, key.day, key.replicate, key.seed, _SESSION, sight.first)
    count = 0
    for place in range(first, last):
        for number in range(_AHEAD):
            sight.who[count + number], sight.number[count + number] = record.user[place], number
        # Whoever has no session takes no step.
        count += _AHEAD * (record.sessions[place] > 0)
    who, numbers = sight.who[:count], sight.number[:count]
    fill_numbered(who, numbers, key.day, key.replicate, key.seed, _STEP, sight.steps)


@inlined
def session_draw(place: int, user: int, session: int, key: Key, sight: Foresight) -> np.uint64:
    """When in its stratum a session begins; ``place`` is that of the person in the block."""
    if session == 0:
        return np.uint64(sight.first[0, place])
    draw, _, _, _ = philox(user, key.day, session, key.replicate, key.seed, _SESSION)
    return draw


@borrowing
def _see_more(user: int, first: int, key: Key, sight: Foresight) -> None:
    """Make the draws of steps of a person from number ``first`` on."""
    sight.more_first[0] = first
    # Whose draws the block has is no longer asked for.
    for ahead in range(_AHEAD):
        sight.who[ahead], sight.number[ahead] = user, first + ahead
    who, numbers = sight.who[:_AHEAD], sight.number[:_AHEAD]
    fill_numbered(who, numbers, key.day, key.replicate, key.seed, _STEP, sight.more)


@inlined
def step_draws(
    slot: int, user: int, number: int, key: Key, sight: Foresight
) -> tuple[np.uint64, np.uint64]:
    """Two draws for event ``number`` of a person: where to, and after how long.

    ``slot`` is the place of the person among those of the block who take steps.
    """
    if number < _AHEAD:
        at = slot * _AHEAD + number
        return np.uint64(sight.steps[0, at]), np.uint64(sight.steps[1, at])
    first = number - number % _AHEAD
    if sight.more_first[0] != first:
        _see_more(user, first, key, sight)
    at = number - first
    return np.uint64(sight.more[0, at]), np.uint64(sight.more[1, at])

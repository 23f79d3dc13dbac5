"""Events that wait for their time, and how they get it.

They are noted person by person with what their time follows from, and get it together, in straight
loops that a compiler can vectorise.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.distributions import Floats, log_of_share
from pilothouse.engines.simulation.foresight import Numbers
from pilothouse.engines.simulation.philox import Draws, uniform
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US, SECOND_US

# Leaves a second for each step of the funnel before midnight.
LAST_START_US = float(DAY_US - 30 * SECOND_US)
# A step of the funnel takes twice as long as the use of a feature.
_STEP_GAPS = 2.0

# How the time of an event follows from the one before: it is given; after the use of a feature;
# after a step of the funnel, which is never put off to another day; after a second. Bits, for sums
# of products are vectorised where a choice is not.
GIVEN, USED, STEPPED, SECOND = 0, 1, 2, 4
# Beyond the most events of a session the clock goes on once more without one.
UNSEEN = 8
NO_DRAW = np.uint64(0)

# A number to be sorted holds the time and, in these bits, which event it is.
INDEX_BITS = 27
_MOST_EVENTS = 1 << INDEX_BITS
# What an event is, in one number: whether money moves, place in the record (30 bits), number of the
# event (16), code (8) and session (8).
_MONEY, _PLACE_SHIFT, _NUMBER_SHIFT, _CODE_SHIFT = 1 << 62, 32, 16, 8


class Waiting(NamedTuple):
    """Room for events in the order of people and of their events.

    ``info`` is what they are, ``kind`` how their time follows, ``draw`` the chance of the gap and
    ``value`` the rest: the time that is given, or what comes to the time before.
    """

    info: Numbers
    kind: NDArray[np.uint8]
    draw: Draws
    value: Floats


class Draft(NamedTuple):
    """Events of a day: a ``key`` (n) in the order of time, and ``info`` (n) in that of people."""

    key: NDArray[np.uint64]
    info: Numbers


class At(NamedTuple):
    """How many events wait, and the number of the person's next."""

    used: int
    number: int


def new_waiting(room: int) -> Waiting:
    """Room for ``room`` events."""
    return Waiting(
        np.empty(room, np.int64),
        np.empty(room, np.uint8),
        np.empty(room, np.uint32),
        np.empty(room),
    )


def new_draft(room: int) -> Draft:
    """Room for ``room`` events of a day, or for as many as a day may have."""
    room = min(room, _MOST_EVENTS)
    return Draft(np.empty(room, np.uint64), np.empty(room, np.int64))


def widened(draft: Draft, row: int) -> Draft:
    """The first ``row`` events of ``draft`` with twice the room."""
    if len(draft.key) >= _MOST_EVENTS:
        raise InvalidValueError(
            f"a day can have {_MOST_EVENTS} events at most.",
            value=f"more than {row}",
            remedy="Simulate fewer people.",
        )
    wide = new_draft(2 * len(draft.key))
    wide.key[:row], wide.info[:row] = draft.key[:row], draft.info[:row]
    return wide


@inlined
def moves_money(info: int) -> bool:
    """Whether money moves with the event."""
    return info >= _MONEY


@inlined
def place_of(info: int) -> int:
    """The place in the record of whom it belongs to."""
    return (info >> _PLACE_SHIFT) & 0x3FFFFFFF


@inlined
def number_of(info: int) -> int:
    """Which of the person's events of the day it is."""
    return (info >> _NUMBER_SHIFT) & 0xFFFF


@inlined
def code_of(info: int) -> int:
    """The code of the event."""
    return (info >> _CODE_SHIFT) & 0xFF


@inlined
def session_of(info: int) -> int:
    """The session it belongs to."""
    return info & 0xFF


@inlined
def note(
    at: At,
    place: int,
    code: int,
    session: int,
    kind: int,
    draw: np.uint64,
    value: float,
    waiting: Waiting,
) -> At:
    """Add an event of the person at ``place`` of the record."""
    whose = place << _PLACE_SHIFT | at.number << _NUMBER_SHIFT
    waiting.info[at.used] = whose | code << _CODE_SHIFT | session
    waiting.kind[at.used] = kind
    waiting.draw[at.used] = draw
    waiting.value[at.used] = value
    return At(at.used + 1, at.number + 1)


@inlined
def note_money(at: At, waiting: Waiting) -> None:
    """Note that money moves with the event that was noted last."""
    waiting.info[at.used - 1] |= _MONEY


@borrowing
def settle(used: int, gap_seconds: float, waiting: Waiting, draft: Draft, row: int) -> int:
    """Give the first ``used`` events that wait their times, and write them from ``row`` on.

    Returns the next free row: the use of features ends with the day.
    """
    used_us, stepped_us = gap_seconds * SECOND_US, _STEP_GAPS * gap_seconds * SECOND_US
    for place in range(used):
        kind = waiting.kind[place]
        mean_us = used_us * ((kind & USED) != 0) + stepped_us * ((kind & STEPPED) != 0)
        gap = -log_of_share(uniform(np.uint64(waiting.draw[place])))
        waiting.value[place] += gap * mean_us
    offset_us = 0.0
    for place in range(used):
        kind = waiting.kind[place]
        # A factor and no choice, which would be guessed wrong at each session.
        offset_us = waiting.value[place] + (kind != GIVEN) * offset_us
        if kind & STEPPED:
            # The truth has these on this day: late in the evening they are hurried, never dropped.
            latest_us = LAST_START_US + (number_of(waiting.info[place]) + 1.0) * SECOND_US
            offset_us = min(offset_us, latest_us)
        draft.info[row] = waiting.info[place]
        draft.key[row] = np.uint64(np.int64(offset_us)) << np.uint64(INDEX_BITS) | np.uint64(row)
        row += (offset_us < DAY_US) & (kind < UNSEEN)
    return row

"""What differs from person to person today: arms of tests, and the glow of what is new.

A slot is one shipped idea whose effect is not the same for everybody: one under test, or one that
people who knew the product before see with other eyes at first. Whatever has settled is part of the
day's tables and costs nothing a person.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled
from pilothouse.engines.simulation.distributions import Floats, exp
from pilothouse.engines.simulation.philox import Stream, philox
from pilothouse.engines.simulation.users import NEVER, Lives

MAX_SLOTS = 8
TREATED, CONTROL, OUTSIDE = 1, 0, -1
_EXPERIMENT = int(Stream.EXPERIMENT)


# One row a slot. ``place`` is its column in what is kept of people; ``key`` the number of its
# experiment, 0 for shipped to everybody. Of units of ``unit`` neighbouring people a share below
# ``inside`` takes part, and of these one below ``treated`` gets it. ``start`` is a day number; the
# effect is 1 + glow exp(-days since first exposure / glow_days) times the lasting one. People meet
# it by using the product, or, where ``at_visit`` is 1, by looking at the site.
SLOT = np.dtype(
    [
        ("inside", np.uint64),
        ("treated", np.uint64),
        ("glow", np.float64),
        ("glow_days", np.float64),
        ("place", np.int64),
        ("key", np.int64),
        ("unit", np.int64),
        ("start", np.int64),
        ("at_visit", np.int64),
    ],
    align=True,
)
Slots = NDArray[np.void]
# (people, MAX_SLOTS + 1): the day of first exposure by place, then the brand bought last.
Memory = NDArray[np.int16]
BRAND = MAX_SLOTS


@compiled
def arm_of(unit: int, experiment: int, seed: int, inside: np.uint64, treated: np.uint64) -> int:
    """``TREATED``, ``CONTROL`` or ``OUTSIDE``: a function of unit and experiment alone."""
    a, b, _, _ = philox(unit, experiment, 0, 0, seed, _EXPERIMENT)
    if b >= inside:
        return -1
    return 1 if a < treated else 0


@compiled
def arms_of(
    people: int, size: int, experiment: int, seed: int, marks: tuple[np.uint64, np.uint64]
) -> NDArray[np.int8]:
    """The arm of everybody: (people) of ``TREATED``, ``CONTROL`` or ``OUTSIDE``."""
    arms = np.empty(people, np.int8)
    for user in range(people):
        arms[user] = arm_of(user // size, experiment, seed, marks[0], marks[1])
    return arms


@borrowing
def strength(
    user: int,
    slot: int,
    day: int,
    seed: int,
    slots: Slots,
    life: Lives,
    memory: Memory,
) -> float:
    """How much of the slot's lasting effect the person feels today; 0 without it."""
    if slots[slot].key > 0:
        unit = user // slots[slot].unit
        key, inside, treated = slots[slot].key, slots[slot].inside, slots[slot].treated
        if arm_of(unit, key, seed, inside, treated) != 1:
            return 0.0
    # Whoever came later has never known the product without it.
    if slots[slot].glow == 0.0 or life[user].first_day >= slots[slot].start:
        return 1.0
    first = memory[user, slots[slot].place]
    since = 0.0 if first == NEVER else float(day - first)
    return float(1.0 + slots[slot].glow * exp(-since / slots[slot].glow_days))


@borrowing
def fill_shift(
    user: int,
    segment: int,
    key: Any,
    slots: Slots,
    effects: Floats,
    life: Lives,
    memory: Memory,
    shift: Floats,
) -> None:
    """Write what the slots add for one person today: ``shift`` (1 + steps), worth first.

    ``effects`` is (slots, segments, 1 + steps); ``key`` has the day and the seed.
    """
    shift[:] = 0.0
    for slot in range(len(slots)):
        felt = strength(user, slot, key.day, key.seed, slots, life, memory)
        if felt != 0.0:
            for part in range(len(shift)):
                shift[part] += felt * effects[slot, segment, part]


@borrowing
def expose(user: int, day: int, active: int, slots: Slots, memory: Memory) -> None:
    """Note the first day on which the person met each live slot; ``active``: 0 for a mere look."""
    for slot in range(len(slots)):
        if active != 0 or slots[slot].at_visit == 1:
            place = slots[slot].place
            if memory[user, place] == NEVER:
                memory[user, place] = day

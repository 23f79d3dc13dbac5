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

from pilothouse.engines.simulation._compile import borrowing, compiled, inlined
from pilothouse.engines.simulation.distributions import Floats, exp
from pilothouse.engines.simulation.philox import Draws, Stream, fill_own, philox
from pilothouse.engines.simulation.users import NEVER, Lives, Traits

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
People = NDArray[np.int64]


@compiled
def arm_of(unit: int, experiment: int, seed: int, inside: np.uint64, treated: np.uint64) -> int:
    """``TREATED``, ``CONTROL`` or ``OUTSIDE``: a function of unit and experiment alone."""
    a, b, _, _ = philox(unit, experiment, 0, 0, seed, _EXPERIMENT)
    if b >= inside:
        return -1
    return 1 if a < treated else 0


@compiled
def arms_among(
    who: People, size: int, experiment: int, seed: int, marks: tuple[np.uint64, np.uint64]
) -> NDArray[np.int8]:
    """The arm of each of ``who`` (n): ``TREATED``, ``CONTROL`` or ``OUTSIDE``."""
    arms = np.empty(len(who), np.int8)
    for place in range(len(who)):
        arms[place] = arm_of(who[place] // size, experiment, seed, marks[0], marks[1])
    return arms


def arms_of(
    people: int, size: int, experiment: int, seed: int, marks: tuple[np.uint64, np.uint64]
) -> NDArray[np.int8]:
    """The arm of everybody: (people) of ``TREATED``, ``CONTROL`` or ``OUTSIDE``."""
    return arms_among(np.arange(people), size, experiment, seed, marks)


@inlined
def _glow(user: int, slot: int, day: int, slots: Slots, life: Lives, memory: Memory) -> float:
    """How much of the slot's lasting effect someone who has it feels today."""
    # Whoever came later has never known the product without it.
    if slots[slot].glow == 0.0 or life[user].first_day >= slots[slot].start:
        return 1.0
    first = memory[user, slots[slot].place]
    since = 0.0 if first == NEVER else float(day - first)
    return float(1.0 + slots[slot].glow * exp(-since / slots[slot].glow_days))


@borrowing
def _fill_arms(
    who: People, slot: int, seed: int, slots: Slots, units: People, draws: Draws
) -> None:
    """Two draws for the unit of each of ``who`` in the experiment of ``slot``: arm, and inside."""
    size = slots[slot].unit
    for place in range(len(who)):
        units[place] = who[place] // size
    fill_own(units[: len(who)], slots[slot].key, 0, seed, _EXPERIMENT, draws)


@borrowing
def fill_shifts(
    who: People,
    key: Any,
    traits: Traits,
    slots: Slots,
    effects: Floats,
    life: Lives,
    memory: Memory,
    units: People,
    draws: Draws,
    shift: Floats,
) -> None:
    """Write what the slots add today for each of ``who``: ``shift`` (n, 1 + steps), worth first.

    ``effects`` is (slots, segments, 1 + steps); ``key`` has the day and the seed; ``units`` (n)
    and ``draws`` (3, n) are room to work in.
    """
    shift[: len(who)] = 0.0
    for slot in range(len(slots)):
        inside, treated, tested = slots[slot].inside, slots[slot].treated, slots[slot].key > 0
        if tested:
            _fill_arms(who, slot, key.seed, slots, units, draws)
        for place in range(len(who)):
            if tested and (draws[1, place] >= inside or draws[0, place] >= treated):
                continue
            felt = _glow(who[place], slot, key.day, slots, life, memory)
            segment = traits[who[place]].segment
            for part in range(shift.shape[1]):
                shift[place, part] += felt * effects[slot, segment, part]


@borrowing
def expose(user: int, day: int, active: int, slots: Slots, memory: Memory) -> None:
    """Note the first day on which the person met each live slot; ``active``: 0 for a mere look."""
    for slot in range(len(slots)):
        if active != 0 or slots[slot].at_visit == 1:
            place = slots[slot].place
            if memory[user, place] == NEVER:
                memory[user, place] = day

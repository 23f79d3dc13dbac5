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


@compiled
def glow_table(slots: Slots, day: int) -> Floats:
    """(slots, day + 1): how strongly each is felt so many days after it was met first."""
    glows = np.empty((len(slots), day + 1))
    for slot in range(len(slots)):
        for since in range(day + 1):
            glow = slots[slot].glow
            # Without a glow there are no days of it either.
            glows[slot, since] = (
                1.0 if glow == 0.0 else 1.0 + glow * exp(-float(since) / slots[slot].glow_days)
            )
    return glows


@borrowing
def _fill_felt(
    who: People,
    slot: int,
    key: Any,
    slots: Slots,
    life: Lives,
    memory: Memory,
    units: People,
    draws: Draws,
    glows: Floats,
    felt: Floats,
) -> None:
    """How much of the slot's lasting effect each of ``who`` feels today; 0 without it."""
    for place in range(len(who)):
        felt[place] = 1.0
    if slots[slot].key > 0:
        size, inside, treated = slots[slot].unit, slots[slot].inside, slots[slot].treated
        for place in range(len(who)):
            units[place] = who[place] if size == 1 else who[place] // size
        fill_own(units[: len(who)], slots[slot].key, 0, key.seed, _EXPERIMENT, draws)
        for place in range(len(who)):
            has_it = (draws[1, place] < inside) & (draws[0, place] < treated)
            felt[place] = 1.0 if has_it else 0.0
    if slots[slot].glow != 0.0:
        for place in range(len(who)):
            # Whoever came later has never known the product without it.
            if life[who[place]].first_day < slots[slot].start:
                first = memory[who[place], slots[slot].place]
                since = 0 if first == NEVER else key.day - first
                felt[place] *= glows[slot, since]


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
    glows: Floats,
    felt: Floats,
    shift: Floats,
) -> None:
    """Write what the slots add today for each of ``who``: ``shift`` (1 + steps, n), worth first.

    ``effects`` is (slots, segments, 1 + steps); ``key`` has the day and the seed; ``units`` (n),
    ``draws`` (3, n) and ``felt`` (n) are room to work in; ``glows`` is the day's ``glow_table``.
    """
    shift[:, : len(who)] = 0.0
    for slot in range(len(slots)):
        _fill_felt(who, slot, key, slots, life, memory, units, draws, glows, felt)
        for part in range(len(shift)):
            matters = False
            for segment in range(effects.shape[1]):
                matters |= effects[slot, segment, part] != 0.0
            # Nearly all ideas change one thing.
            if matters:
                for place in range(len(who)):
                    effect = effects[slot, traits[who[place]].segment, part]
                    shift[part, place] += felt[place] * effect

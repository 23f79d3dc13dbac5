"""Experiments inside the world: who gets what, what is counted, and what can be read off.

Arms are a function of experiment and unit alone and are stored nowhere. Only people who met the
product since the start are counted, from the day they first did. By turns (a switchback) all have
it or nobody, and days are compared instead of people: so neighbours cannot take from each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation import kernel
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.slots import (
    CONTROL,
    OUTSIDE,
    TREATED,
    Memory,
    People,
    arm_of,
    arms_among,
)
from pilothouse.engines.simulation.users import NEVER
from pilothouse.kernel.errors import InvalidValueError

ARM_NAMES = {CONTROL: "control", TREATED: "treatment"}


class Measure(StrEnum):
    """What is counted for a person since first exposure."""

    ACTIVE_DAYS = "active days"
    SESSIONS = "sessions"
    SIGN_UP = "sign-up"
    ACTIVATION = "activation"
    SUBSCRIPTION = "subscription"
    ORDERS = "orders"
    REVENUE = "revenue"


_BITS: Mapping[Measure, int] = {
    Measure.ACTIVE_DAYS: kernel.ACTIVE,
    Measure.SIGN_UP: kernel.SIGN_UP,
    Measure.ACTIVATION: kernel.ACTIVATION,
    Measure.SUBSCRIPTION: kernel.SUBSCRIPTION,
    Measure.ORDERS: kernel.ORDER,
}


@dataclass
class Trial:
    """A running or ended experiment on one idea. ``unit`` people in a row share an arm.

    ``sums`` (people) is the measure since first exposure; ``exposed`` (people) that day.
    """

    number: int
    idea: int
    place: int
    measure: Measure
    start: int
    ends: int
    unit: int
    inside: float
    treated: float
    sums: NDArray[np.float64]
    exposed: NDArray[np.int16]
    stopped: int | None = None

    def arms(self, seed: int) -> NDArray[np.int8]:
        """The arm of everybody, ``OUTSIDE`` for those who take no part."""
        return self.arms_among(np.arange(len(self.sums)), seed)

    def arms_among(self, who: People, seed: int) -> NDArray[np.int8]:
        """The arm of each of ``who`` (n)."""
        marks = (threshold(self.inside), threshold(self.treated))
        return arms_among(who, self.unit, self.number, seed, marks)


@dataclass
class Turns(Trial):
    """An experiment by turns of ``turn`` days, the first ``washout`` of each not counted.

    ``counted`` is the measure of each day so far, summed over everybody inside.
    """

    turn: int = 7
    washout: int = 0
    counted: list[float] = field(default_factory=list)

    def is_on(self, day: int, seed: int) -> bool:
        """Whether people inside have it on ``day``: by lot in one of each two turns."""
        number = (day - self.start) // self.turn
        lot = arm_of(number // 2, self.number, seed, threshold(1.0), threshold(0.5))
        return (lot == TREATED) == (number % 2 == 0)


@dataclass(frozen=True)
class ArmReading:
    """One arm: units exposed, people, and mean and variance of the measure between units.

    Units are people or neighbourhoods. By turns they are turns, the measure is that of a person on
    a day, and the variance is half of that of the differences within pairs of turns.
    """

    arm: str
    units: int
    people: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Reading:
    """What an experiment shows on a day: both arms, the difference and its standard error."""

    day: int
    control: ArmReading
    treatment: ArmReading

    @property
    def difference(self) -> float:
        """Mean of the treatment less that of control."""
        return self.treatment.mean - self.control.mean

    @property
    def error(self) -> float:
        """Standard error of the difference; infinite while an arm has fewer than two units."""
        if min(self.control.units, self.treatment.units) < 2:
            return float("inf")
        spread = self.control.variance / self.control.units
        return float(np.sqrt(spread + self.treatment.variance / self.treatment.units))

    @property
    def z(self) -> float:
        """Difference in standard errors."""
        return self.difference / self.error if self.error > 0.0 else 0.0

    @property
    def relative(self) -> float:
        """Difference as a share of control's mean."""
        return self.difference / self.control.mean if self.control.mean else 0.0


def count_day(trial: Trial, record: DayRecord, memory: Memory, seed: int) -> NDArray[np.int32]:
    """Add a day to ``trial``; returns the people exposed for the first time on it."""
    people = record.user
    if isinstance(trial, Turns):
        inside = trial.arms_among(people.astype(np.int64), seed) != OUTSIDE
        trial.counted.append(float(_measured(trial.measure, record)[inside].sum()))
        return people[:0]
    met = memory[people, trial.place] != NEVER
    new: NDArray[np.int32] = people[met & (trial.exposed[people] == NEVER)]
    trial.exposed[new] = record.day
    counted = people[met]
    trial.sums[counted] += _measured(trial.measure, record)[met]
    return new


def _measured(measure: Measure, record: DayRecord) -> NDArray[np.float64]:
    counted: NDArray[Any] = record.flags
    if measure is Measure.SESSIONS:
        counted = record.sessions
    elif measure is Measure.REVENUE:
        counted = record.cents / 100.0
    else:
        counted = record.flags & _BITS[measure] != 0
    return counted.astype(np.float64)


def read_trial(
    trial: Trial, seed: int, day: int, among: NDArray[np.bool_] | None = None
) -> Reading:
    """What ``trial`` shows on ``day``, for everybody or only those ``among`` (people)."""
    if isinstance(trial, Turns):
        if among is not None:
            raise InvalidValueError("an experiment by turns is read over all people.", value=None)
        return _read_turns(trial, seed, day)
    arms = trial.arms(seed)
    counted = (trial.exposed != NEVER) & (arms != OUTSIDE)
    if among is not None:
        counted &= among
    return Reading(
        day,
        _read_arm(trial, CONTROL, counted & (arms == CONTROL)),
        _read_arm(trial, TREATED, counted & (arms == TREATED)),
    )


def _read_arm(trial: Trial, arm: int, people: NDArray[np.bool_]) -> ArmReading:
    who = np.flatnonzero(people)
    if trial.unit == 1:
        values = trial.sums[who]
    else:
        units, place = np.unique(who // trial.unit, return_inverse=True)
        values = np.bincount(place, trial.sums[who], len(units)) / np.bincount(place)
    count = len(values)
    mean = float(values.sum() / count) if count else 0.0
    spread = float(((values - mean) ** 2).sum() / (count - 1)) if count > 1 else 0.0
    return ArmReading(ARM_NAMES[arm], count, len(who), mean, spread)


def _read_turns(trial: Turns, seed: int, day: int) -> Reading:
    """Turns against turns, two by two, so that growth and seasons fall out of the error.

    A pair that was broken off says nothing.
    """
    people = int(np.sum(trial.arms(seed) != OUTSIDE))
    arms: dict[int, list[float]] = {TREATED: [], CONTROL: []}
    for pair in range(len(trial.counted) // (2 * trial.turn)):
        for first in (2 * pair * trial.turn, (2 * pair + 1) * trial.turn):
            days = trial.counted[first + trial.washout : first + trial.turn]
            arm = TREATED if trial.is_on(trial.start + first, seed) else CONTROL
            arms[arm].append(sum(days) / len(days) / max(people, 1))
    gaps = np.array(arms[TREATED]) - np.array(arms[CONTROL])
    spread = float(gaps.var(ddof=1)) / 2.0 if len(gaps) > 1 else 0.0
    control, treated = (
        ArmReading(ARM_NAMES[arm], len(gaps), people, float(np.mean(arms[arm] or [0.0])), spread)
        for arm in (CONTROL, TREATED)
    )
    return Reading(day, control, treated)

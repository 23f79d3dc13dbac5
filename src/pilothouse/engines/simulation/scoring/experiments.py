"""Scores of experiments: how one was laid out, how it was read, and what asking first is worth.

An effect V is Normal(``mean``, ``spread``) before the test, and the test tells it with a standard
error. All follows in closed form; tests hold it to simulation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines._numeric.tails import normal_critical, normal_density, normal_tail
from pilothouse.kernel.errors import InvalidValueError

ALPHA = 0.05
TARGET_POWER = 0.8
TWO_WEEKS_DAYS = 14
# Cells of the grid on which looks are followed, over eight standard deviations.
_CELLS = 2_001


@dataclass(frozen=True)
class Belief:
    """What is believed of an effect before the test: Normal(``mean``, ``spread``)."""

    mean: float
    spread: float


def decision_loss(value: float, *, shipped: bool) -> float:
    """What a decision to ship or not gave away where shipping is truly worth ``value``."""
    return max(0.0, value) - (value if shipped else 0.0)


def power(effect: float, error: float, *, alpha: float = ALPHA) -> float:
    """The chance that a two-sided test with standard error ``error`` finds ``effect``."""
    _check_error(error)
    critical, z = normal_critical(alpha / 2), effect / error
    return normal_tail(critical - z) + normal_tail(critical + z)


def best_gate(belief: Belief, error: float) -> float:
    """The estimate above which shipping is right: where the shrunk estimate is above nothing."""
    _check_error(error)
    return -belief.mean * error**2 / belief.spread**2


def design_loss(belief: Belief, error: float, gate: float) -> float:
    """What the rule "ship above ``gate``" is expected to give away against knowing the effect.

    E max(0, V) - E[V; estimate > gate]. The least that this ``error`` allows is at ``best_gate``.
    """
    _check_error(error)
    deviation = math.hypot(belief.spread, error)
    above = (belief.mean - gate) / deviation
    shipped = belief.mean * normal_tail(-above)
    shipped += belief.spread**2 / deviation * normal_density(above)
    return _mean_above_nothing(belief.mean, belief.spread) - shipped


def value_of_asking(belief: Belief, error: float) -> float:
    """What a test is worth before it is run: the mean of the best choice after it, less before it.

    Source: Raiffa and Schlaifer 1961, the expected value of sample information.
    """
    _check_error(error)
    moves = belief.spread**2 / math.hypot(belief.spread, error)
    return _mean_above_nothing(belief.mean, moves) - max(0.0, belief.mean)


def shrink(estimate: float, error: float, belief: Belief) -> float:
    """The estimate drawn towards the belief by what each is worth."""
    _check_error(error)
    weight = belief.spread**2 / (belief.spread**2 + error**2)
    return belief.mean + weight * (estimate - belief.mean)


def reading_loss(values: Sequence[float], shipped: Sequence[bool]) -> float:
    """Mean ``decision_loss`` of the same reader over replays of one experiment."""
    pairs = zip(values, shipped, strict=True)
    return math.fsum(decision_loss(value, shipped=s) for value, s in pairs) / len(values)


def estimate_excess(
    said: float, true: float, *, estimate: float, error: float, belief: Belief
) -> float:
    """How much larger the squared error of what was ``said`` is than that of shrinking."""
    return (said - true) ** 2 - (shrink(estimate, error, belief) - true) ** 2


def false_alarms(looks: int, *, alpha: float = ALPHA) -> float:
    """The chance that a test of nothing is called found at one of ``looks`` equally spaced looks.

    Source: Armitage, McPherson and Rowe 1969. Followed on a grid, look by look.
    """
    if looks < 1:
        raise InvalidValueError("there is at least one look.", value=looks)
    critical = normal_critical(alpha / 2)
    reach = 8.0 * math.sqrt(looks)
    grid = np.linspace(-reach, reach, _CELLS * 2 - 1)
    width = grid[1] - grid[0]
    step = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    density = step.copy()
    for look in range(1, looks + 1):
        if look > 1:
            density = np.convolve(density, step, mode="same") * width
        density = density * _inside(grid, critical * math.sqrt(look), width)
    return 1.0 - float(density.sum() * width)


def _inside(grid: np.ndarray, edge: float, width: float) -> np.ndarray:
    """The share of each cell that lies within the edges: 1 inside, 0 outside."""
    inside: np.ndarray = np.clip((edge - np.abs(grid)) / width + 0.5, 0.0, 1.0)
    return inside


@dataclass(frozen=True)
class Design:
    """How an experiment was laid out. ``power`` at its stated MDE; ``looks`` at its result."""

    power: float
    unit_is_right: bool
    guardrails: int
    days: int
    split_checked: bool
    looks: int = 1
    is_sequential: bool = False


def design_score(design: Design) -> float:
    """0 to 100: the mean of power against its target, unit, guardrail, two weeks, split check.

    Of it the false alarms that looking early adds are taken, unless the rule allows for looks.
    """
    parts = (
        min(1.0, design.power / TARGET_POWER),
        float(design.unit_is_right),
        float(design.guardrails > 0),
        min(1.0, design.days / TWO_WEEKS_DAYS),
        float(design.split_checked),
    )
    peeked = 0.0 if design.is_sequential else false_alarms(max(1, design.looks)) - ALPHA
    return 100.0 * max(0.0, math.fsum(parts) / len(parts) - max(0.0, peeked))


def _mean_above_nothing(mean: float, spread: float) -> float:
    """E max(0, X) of a normal X."""
    if spread <= 0.0:
        return max(0.0, mean)
    z = mean / spread
    return mean * normal_tail(-z) + spread * normal_density(z)


def _check_error(error: float) -> None:
    if not error > 0.0:
        raise InvalidValueError("a standard error is above 0.", value=error)

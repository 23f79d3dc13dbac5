"""Scores of forecasts of yes or no: Brier (1950) and logarithmic (Good 1952). Both are proper:
on average nobody does better than by saying what they believe. Lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.kernel.errors import InvalidValueError

# A forecast of exactly 0 or 1 that fails has lost without limit. Its loss enters means as that of
# the nearest probability that floats tell from certainty; how many there are is always said.
CLIP = 1e-15


@dataclass(frozen=True)
class Forecast:
    """A probability with what came: ``probability`` in 0..1, ``outcome`` whether it happened."""

    probability: float
    outcome: bool
    person: str = ""
    kind: str = ""
    topics: tuple[str, ...] = ()


def brier(probability: float, *, outcome: bool) -> float:
    """The squared distance from what came, 0 (best) to 1.

    >>> round(brier(0.7, outcome=False), 2)
    0.49
    """
    return (check_probability(probability) - float(outcome)) ** 2


def log_loss(probability: float, *, outcome: bool) -> float:
    """Minus the natural logarithm of the probability given to what came, 0 (best) to infinity.

    >>> round(log_loss(0.8, outcome=True), 3), log_loss(1.0, outcome=False)
    (0.223, inf)
    """
    given = check_probability(probability) if outcome else 1 - check_probability(probability)
    return math.inf if given == 0 else -math.log(given)


def clipped_log_loss(probability: float, *, outcome: bool) -> float:
    """The same with certainty that failed counted at ``CLIP``: about 34.5."""
    return min(log_loss(probability, outcome=outcome), -math.log(CLIP))


def weigh_brier(history: Sequence[tuple[float, float]], end: float, *, outcome: bool) -> float:
    """The mean Brier score of a revised forecast, each probability weighted by how long it stood.

    ``history`` holds (time, probability), oldest first; ``end`` is when the outcome could be
    known, in the same unit. What was said at ``end`` or later has no weight.

    >>> round(weigh_brier([(0, 0.5), (3, 0.9)], 4, outcome=True), 3)
    0.19
    """
    stood = [(at, probability) for at, probability in history if at < end]
    if not stood:
        raise InvalidValueError("no probability was given before the outcome could be known.")
    until = [*(at for at, _ in stood[1:]), end]
    lost = [
        (stop - at) * brier(p, outcome=outcome) for (at, p), stop in zip(stood, until, strict=True)
    ]
    return math.fsum(lost) / (end - stood[0][0])


def check_probability(probability: float) -> float:
    """The probability itself; ``InvalidValueError`` unless it lies in 0..1."""
    if not 0 <= probability <= 1:
        raise InvalidValueError("a probability lies between 0 and 1.", value=probability)
    return probability

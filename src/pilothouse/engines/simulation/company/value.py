"""What a product is worth to people: value around an expectation that moves.

People judge by the distance from what they are used to, and a shortfall weighs more than a surplus
(D. Kahneman and A. Tversky 1979; exponents and loss factor 1992). As what is good becomes usual, a
delighter turns into something expected and then into something missed: Kano's classes come out of
this and are nowhere written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pilothouse.engines.simulation.company.chance import Chance, normal, power
from pilothouse.engines.simulation.philox import Stream

CURVE = 0.88
LOSS = 2.25
# Own people soon take for granted nearly all that they have every day.
TAKEN_FOR_GRANTED = 0.95
# The curve is infinitely steep at 0; nearer than this it is taken as straight.
_NEAR = 0.1
# In a questionnaire: above the first people say that they like it, below the second that they
# dislike it. Saying so takes more than a small loss.
_LIKES, _DISLIKES = 0.25, -1.0


class Kano(StrEnum):
    """How a need answers to being met: nobody cares, delight, the more the better, expected."""

    INDIFFERENT = "indifferent"
    ATTRACTIVE = "attractive"
    ONE_DIMENSIONAL = "one-dimensional"
    MUST_BE = "must-be"


def value_of(gap: float) -> float:
    """Value of a quality that lies ``gap`` above what is expected; losses count 2.25 times."""
    if gap >= 0.0:
        return power(gap, CURVE)
    return -LOSS * power(-gap, CURVE)


def slope_at(gap: float) -> float:
    """How fast value rises at ``gap``."""
    steep = CURVE * power(max(abs(gap), _NEAR), CURVE - 1.0)
    return steep if gap >= 0.0 else LOSS * steep


def worth(
    weights: Sequence[float], qualities: Sequence[float], expectations: Sequence[float]
) -> float:
    """Sum over needs of weight times the value of quality around expectation."""
    total = 0.0
    for weight, quality, expectation in zip(weights, qualities, expectations, strict=True):
        total += weight * value_of(quality - expectation)
    return total


def expect(expectation: float, on_offer: float, yearly: float) -> float:
    """Tomorrow's expectation: it rises towards the best on offer and does not fall."""
    return expectation + max(0.0, on_offer - expectation) * yearly / 365.0


def offer(quality: float, rivals: Sequence[tuple[float, float]]) -> float:
    """The best that people meet: nearly all of our own, and of rivals (quality, awareness)."""
    best = TAKEN_FOR_GRANTED * quality
    for theirs, awareness in rivals:
        best = max(best, theirs * awareness)
    return best


def kano_answer(with_it: float, without: float, expectation: float) -> Kano:
    """How one person would class a need, from how they feel with it and without it."""
    likes = value_of(with_it - expectation) > _LIKES
    dislikes = value_of(without - expectation) < _DISLIKES
    if likes:
        return Kano.ONE_DIMENSIONAL if dislikes else Kano.ATTRACTIVE
    return Kano.MUST_BE if dislikes else Kano.INDIFFERENT


def kano_survey(
    chance: Chance,
    *,
    with_it: float,
    without: float,
    expectation: float,
    people: int,
    study: int,
    spread: float = 0.1,
) -> dict[Kano, int]:
    """Answers of ``people`` whose expectations spread around ``expectation``: counts by class."""
    counts = dict.fromkeys(Kano, 0)
    for person in range(people):
        u, _, _, _ = chance.draw(Stream.RESEARCH, person, study)
        counts[kano_answer(with_it, without, expectation + spread * normal(u))] += 1
    return counts

"""Which input, moved alone within its own range, turns two neighbours around."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pilothouse.engines.backlog.candidates import Candidate
from pilothouse.engines.backlog.frameworks import Framework, Input
from pilothouse.engines.backlog.quantities import Quantity, chance_below


@dataclass(frozen=True)
class Flip:
    """``below`` passes ``above`` once ``input`` of ``key`` is beyond ``at`` (in its own unit).

    ``key`` is one of the two. ``now`` is the middle that the score takes; ``chance`` is the
    probability that the input lies beyond ``at``; ``is_upward`` tells on which side.
    """

    above: str
    below: str
    key: str
    input: str
    now: float
    at: float
    is_upward: bool
    chance: float


def point_score(candidate: Candidate, framework: Framework, **moved: float) -> float:
    """The formula at the middles, with the inputs in ``moved`` at another value.

    >>> from pilothouse.engines.backlog import FRAMEWORKS, Candidate, number
    >>> values = {"reach": 2000, "impact": 2, "confidence": 0.8, "effort": 4}
    >>> row = Candidate("a", "A", {key: number(value) for key, value in values.items()})
    >>> point_score(row, FRAMEWORKS["rice"])
    800.0
    """
    added, score = [], 1.0
    later: list[tuple[str, float]] = []
    for each in framework.inputs:
        value = moved[each.key] if each.key in moved else _middle(candidate, each)
        if each.role == "plus":
            added.append(each.weight * value)
        else:
            later.append((each.role, value))
    if added:
        score = math.fsum(added)
    for role, value in later:
        if role == "times":
            score *= value
        elif role == "over":
            score /= value
        elif role == "short-of-one":
            score *= 1 - value
        else:
            score += max(score - value, 0.0)
    return score


def _middle(candidate: Candidate, each: Input) -> float:
    return candidate.inputs[each.key].middle(each.shape)


def find_flips(ordered: Sequence[Candidate], framework: Framework) -> tuple[Flip, ...]:
    """For each pair of neighbours (best first) the inputs that turn it, the likeliest first."""
    found: list[Flip] = []
    scores = [point_score(each, framework) for each in ordered]
    for place in range(len(ordered) - 1):
        above, below = ordered[place], ordered[place + 1]
        pair = [
            flip
            for moving, fixed in ((above, scores[place + 1]), (below, scores[place]))
            for each in framework.inputs
            if (flip := _flip((above, below), moving, fixed, each, framework)) is not None
        ]
        found += sorted(pair, key=lambda flip: -flip.chance)
    return tuple(found)


def _flip(
    pair: tuple[Candidate, Candidate],
    moving: Candidate,
    target: float,
    each: Input,
    framework: Framework,
) -> Flip | None:
    quantity = moving.inputs[each.key]
    if quantity.is_certain:
        return None
    at = _crossing(moving, target, each, framework)
    if at is None:
        return None
    now = quantity.middle(each.shape)
    above, below = pair
    is_upward = at > now or (at == now and (moving is below) == _is_rising(each))
    return Flip(
        above=above.key,
        below=below.key,
        key=moving.key,
        input=each.key,
        now=now,
        at=at,
        is_upward=is_upward,
        chance=_chance(quantity, each, at, is_upward=is_upward),
    )


def _is_rising(each: Input) -> bool:
    return each.role not in {"over", "beyond", "short-of-one"} and each.weight >= 0


def _crossing(moving: Candidate, target: float, each: Input, framework: Framework) -> float | None:
    """Where in its range the input brings the score to ``target``; None where nowhere.

    The score is a straight line in each input, or in 1 / input for one that divides; only the
    opportunity score is bent, and rising or falling throughout, so there halving finds the place.
    """
    quantity = moving.inputs[each.key]
    low, high = quantity.low, quantity.high

    def gap(value: float) -> float:
        return point_score(moving, framework, **{each.key: value}) - target

    start = gap(low)
    # A factor by itself scales the score: the other end needs no second walk of the formula.
    if each.role == "over":
        end = (start + target) * low / high - target
    elif each.role == "times" and low > 0:
        end = (start + target) * high / low - target
    else:
        end = gap(high)
    if start * end > 0 or start == end:
        return None
    if framework.key == "opportunity":
        return _halve(gap, low, high)
    if each.role == "over":
        return 1 / (1 / low + (1 / high - 1 / low) * start / (start - end))
    return low + (high - low) * start / (start - end)


def _halve(gap: Callable[[float], float], low: float, high: float) -> float:
    is_positive = gap(low) > 0
    for _ in range(60):
        middle = (low + high) / 2
        if (gap(middle) > 0) == is_positive:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _chance(quantity: Quantity, each: Input, at: float, *, is_upward: bool) -> float:
    below = chance_below(quantity, each.shape, at)
    if quantity.values:
        on = math.fsum(chance for value, chance in quantity.values if value == at)
        return 1 - below if is_upward else below + on
    return 1 - below if is_upward else below

"""Which input, moved alone within its own range, turns two neighbours around."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.engines.backlog.candidates import Candidate
from pilothouse.engines.backlog.frameworks import Framework, Input
from pilothouse.engines.backlog.quantities import Quantity, table_of


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
    values = {
        each.key: moved.get(each.key, candidate.inputs[each.key].middle(each.shape))
        for each in framework.inputs
    }
    by_role: dict[str, list[float]] = {}
    for each in framework.inputs:
        by_role.setdefault(each.role, []).append(each.weight * values[each.key])
    sums = by_role.get("plus")
    score = math.fsum(sums) if sums else 1.0
    for value in by_role.get("beyond", ()):
        score += max(score - value, 0.0)
    for value in by_role.get("times", ()):
        score *= value
    for value in by_role.get("short-of-one", ()):
        score *= 1 - value
    for value in by_role.get("over", ()):
        score /= value
    return score


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
    """Where in its range the input brings the score to ``target``: found by halving.

    Every framework is monotone in each input, so the ends tell whether there is such a place.
    """
    quantity = moving.inputs[each.key]
    low, high = quantity.low, quantity.high

    def gap(value: float) -> float:
        return point_score(moving, framework, **{each.key: value}) - target

    start, end = gap(low), gap(high)
    if start * end > 0 or start == end:
        return None
    for _ in range(80):
        half = (low + high) / 2
        middle = gap(half)
        if (middle > 0) == (start > 0) and middle != 0:
            low = half
        else:
            high = half
    return (low + high) / 2


def _chance(quantity: Quantity, each: Input, at: float, *, is_upward: bool) -> float:
    table = table_of(quantity, each.shape, each.ends)
    beyond = (table >= at) if is_upward else (table <= at)
    return float(beyond.mean())

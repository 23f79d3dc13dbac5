"""Scores of what was said beforehand: forecasts, diagnoses, suspicions, and what was learnt.

Forecasts are scored against the true probability, which only a simulator knows: scored by what
happened, thirty forecasts measure almost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pilothouse.kernel.errors import InvalidValueError

# A cause that was given no chance at all costs this much, not infinitely much.
LEAST_SHARE = 1e-4


def diagnosis_gain(said: Mapping[str, float], causes: Sequence[str]) -> float:
    """Log score in nats of the true ``causes`` under shares ``said``, less that of equal shares."""
    if not said or not causes:
        raise InvalidValueError("a diagnosis names causes.", value=dict(said))
    told = math.fsum(math.log(max(said.get(cause, 0.0), LEAST_SHARE)) for cause in causes)
    return told / len(causes) + math.log(len(said))


def forecast_loss(said: Sequence[float], hits: Sequence[int], rollouts: int) -> float:
    """Mean squared distance of probabilities from the truth, which ``rollouts`` futures estimate.

    ``hits`` of them came true for each question. What the estimate itself is off by is taken away:
    q (1 - q) / (rollouts - 1). 0 is perfect; it may fall a little below by luck.
    """
    if rollouts < 2 or len(said) != len(hits) or not said:
        raise InvalidValueError("a forecast needs a question and two rollouts.", value=rollouts)
    total = 0.0
    for p, count in zip(said, hits, strict=True):
        q = count / rollouts
        total += (p - q) ** 2 - q * (1.0 - q) / (rollouts - 1)
    return total / len(said)


def brier(said: Sequence[float], happened: Sequence[bool]) -> float:
    """The ordinary Brier score: mean squared distance from what happened."""
    return math.fsum((p - h) ** 2 for p, h in zip(said, happened, strict=True)) / len(said)


def quantile_loss(said: Mapping[float, float], values: Sequence[float]) -> float:
    """CRPS, by pinball loss, of stated quantiles (share: value) against ``values`` of futures."""
    total = 0.0
    for share, stated in said.items():
        for value in values:
            miss = value - stated
            total += share * miss if miss >= 0 else (share - 1.0) * miss
    return 2.0 * total / (len(said) * len(values))


def detection(hits: int, traps: int, alarms: int, twins: int) -> tuple[float, float]:
    """Sensitivity d' and criterion c of finding traps where there are twins without one.

    Half a case is added to each cell, so that a perfect score stays finite.
    """
    hit, alarm = (hits + 0.5) / (traps + 1.0), (alarms + 0.5) / (twins + 1.0)
    a, b = _score_of(hit), _score_of(alarm)
    return a - b, -0.5 * (a + b)


def _score_of(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def learning_gain(before: float, after: float, bayes: float) -> float:
    """How far log score rose with evidence, as a share of what Bayes would have gained."""
    return (after - before) / bayes if bayes else 0.0

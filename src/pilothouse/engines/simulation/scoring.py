"""How judgement is scored: pure functions of what was said and what was true.

Decisions are scored by their expected value over many futures and forecasts against the true
probability, which only a simulator knows: scored by what happened, thirty forecasts measure almost
nothing. Every score is anchored at three points measured in the same world.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pilothouse.kernel.errors import InvalidValueError

# A cause that was given no chance at all costs this much, not infinitely much.
LEAST_SHARE = 1e-4


def scale(found: float, *, random: float, reference: float, best: float) -> float:
    """0 at the level of chance, 50 at a competent rule of thumb, 100 at the best possible.

    Source: the scale of section "Scoring" of the model: two straight pieces, clipped.
    """
    if not random < reference < best:
        raise InvalidValueError(
            "the anchors of a scale rise: random, reference, best.", value=(random, reference, best)
        )
    if found <= reference:
        return max(0.0, 50.0 * (found - random) / (reference - random))
    return min(100.0, 50.0 + 50.0 * (found - reference) / (best - reference))


def replay_skill(mean: float, *, random: float, oracle: float) -> float:
    """Where a mean value over futures lies between random play (0) and the oracle (1)."""
    if oracle <= random:
        raise InvalidValueError("the oracle must do better than chance.", value=(random, oracle))
    return (mean - random) / (oracle - random)


def diagnosis_gain(said: Mapping[str, float], causes: Sequence[str]) -> float:
    """Log score in nats of the true ``causes`` under shares ``said``, less that of equal shares."""
    if not said or not causes:
        raise InvalidValueError("a diagnosis names causes.", value=dict(said))
    told = math.fsum(math.log(max(said.get(cause, 0.0), LEAST_SHARE)) for cause in causes)
    return told / len(causes) + math.log(len(said))


def discovery_tau(stated: Sequence[float], true: Sequence[float]) -> float:
    """Kendall's tau of two rankings by score, pairs weighted by how much truly lies between them.

    1 for the same order, -1 for the reverse; pairs that truly tie have no weight.
    """
    agree = total = 0.0
    for i in range(len(true)):
        for j in range(i):
            gap = true[i] - true[j]
            total += abs(gap)
            said = stated[i] - stated[j]
            agree += math.copysign(abs(gap), gap * said) if gap and said else 0.0
    return agree / total if total else 0.0


def recall_of_top(stated: Sequence[int], true: Sequence[float], top: int = 5) -> float:
    """The share of the ``top`` truly best places among those ``stated`` first."""
    best = set(sorted(range(len(true)), key=lambda place: -true[place])[:top])
    return len(best & set(stated[:top])) / len(best) if best else 0.0


def order_gain(order: Sequence[int], gains: Sequence[float], top: int) -> float:
    """NDCG of an ``order`` of places by their true gain per effort; below 0 counts as 0."""
    worth = [max(0.0, gain) for gain in gains]
    found = math.fsum(worth[place] / math.log2(n + 2) for n, place in enumerate(order[:top]))
    best = sorted(worth, reverse=True)[:top]
    ideal = math.fsum(gain / math.log2(n + 2) for n, gain in enumerate(best))
    return found / ideal if ideal else 1.0


def decision_loss(value: float, *, shipped: bool) -> float:
    """What a decision to ship or not gave away where shipping is truly worth ``value``."""
    return max(0.0, value) - (value if shipped else 0.0)


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


def promise_reliability(kept: Sequence[bool], weights: Sequence[float] | None = None) -> float:
    """The weighted share of promises that were kept; 1 if none was made."""
    heavy = weights if weights is not None else [1.0] * len(kept)
    total = math.fsum(heavy)
    return math.fsum(w for w, k in zip(heavy, kept, strict=True) if k) / total if total else 1.0


def deal_score(ours: float, theirs: float, best: float) -> float:
    """Joint utility of a deal as a share of the best there was."""
    return (ours + theirs) / best if best else 0.0


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


def profile_total(profile: Mapping[str, float], *, cap: float = 100.0) -> float:
    """One number of a profile, if one is needed: a geometric mean, for zeros cannot be bought back.

    ``cap`` is what breaches of integrity leave.
    """
    if not profile:
        raise InvalidValueError("a profile has at least one score.", value={})
    if min(profile.values()) <= 0.0:
        return 0.0
    mean = math.exp(math.fsum(math.log(v) for v in profile.values()) / len(profile))
    return min(cap, mean)

"""Scores of finding out and of choosing: needs, whom one asked and how, order, minutes spent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pilothouse.kernel.errors import InvalidValueError


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


def sample_divergence(asked: Mapping[str, int], population: Mapping[str, float]) -> float:
    """How unlike the population those who were asked are: Kullback-Leibler, in nats.

    ``asked`` counts people by kind, ``population`` gives the share of each kind, those who left
    among them. 0 where the shares are the same; it grows as whole kinds are never asked.
    """
    total = sum(asked.values())
    if total <= 0:
        raise InvalidValueError("a sample has at least one person.", value=dict(asked))
    for kind, count in asked.items():
        if count and population.get(kind, 0.0) <= 0.0:
            raise InvalidValueError("nobody in the population is of this kind.", value=kind)
    return math.fsum(
        count / total * math.log(count / total / population[kind])
        for kind, count in asked.items()
        if count
    )


def open_share(leading: Sequence[bool]) -> float:
    """The share of questions that led nobody; 1 if none was asked."""
    return 1.0 - sum(leading) / len(leading) if leading else 1.0


def order_gain(order: Sequence[int], gains: Sequence[float], top: int) -> float:
    """NDCG of an ``order`` of places by their true gain per effort; below 0 counts as 0."""
    worth = [max(0.0, gain) for gain in gains]
    found = math.fsum(worth[place] / math.log2(n + 2) for n, place in enumerate(order[:top]))
    best = sorted(worth, reverse=True)[:top]
    ideal = math.fsum(gain / math.log2(n + 2) for n, gain in enumerate(best))
    return found / ideal if ideal else 1.0


def attention_share(
    done: Sequence[int], worth: Sequence[float], minutes: Sequence[int], budget: int
) -> float:
    """What was learnt in ``budget`` minutes, as a share of the most that could have been.

    ``done`` are places of what was looked into; ``worth`` is the value of information of each thing
    on offer and ``minutes`` what it takes. The best set is found exactly. What ran over the budget
    counts for nothing, in the order in which it was done; a second look at one thing is free.
    """
    spent, found = 0, 0.0
    for place in dict.fromkeys(done):
        spent += minutes[place]
        found += worth[place] if spent <= budget else 0.0
    best = [0.0] * (budget + 1)
    for gain, cost in zip(worth, minutes, strict=True):
        for left in range(budget, cost - 1, -1):
            best[left] = max(best[left], best[left - cost] + gain)
    return found / best[budget] if best[budget] > 0 else 1.0

"""C1: how near the truth the near-oracle comes: its order beside moves and swaps, and a bound.

What an order of work is worth is taken roughly: the team works through it, one idea after the
other, and each pays by the day from the day it is done. Talk, debt, approvals and tests are left
out, as they are where the oracle chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.policies import by_truth
from tools.validation.kinds import Check, Found, Line, Size, between, by_world
from tools.validation.people import company

# The span of C1, and the share of the team's time that goes into ideas.
DAYS, ON_IDEAS = 180, 0.8

Days = NDArray[np.float64]


def worth(order: Sequence[int], gains: Days, days: Days) -> float:
    """What ``order`` brings: ``gains`` a day each, once built in ``days`` of the whole team."""
    done = np.cumsum(days[list(order)])
    return float((gains[list(order)] * np.clip(DAYS - done, 0.0, None)).sum())


def improve(order: list[int], gains: Days, days: Days) -> list[int]:
    """The order after all moves of one idea and swaps of two that bring more."""
    best = worth(order, gains, days)
    places = range(len(order))
    for i in places:
        for j in places:
            moved, swapped = order[:], order[:]
            moved.insert(j, moved.pop(i))
            swapped[i], swapped[j] = swapped[j], swapped[i]
            for other in (moved, swapped):
                if worth(other, gains, days) > best * (1.0 + 1e-9):
                    return improve(other, gains, days)
    return order


def bound(gains: Days, days: Days) -> float:
    """More than any order can bring: ideas may be divided, and each part pays once it is done."""
    first = np.argsort(-gains / days, kind="stable")
    end = np.minimum(np.cumsum(days[first]), DAYS)
    begin = np.concatenate([[0.0], end[:-1]])
    left = ((DAYS - begin) ** 2 - (DAYS - end) ** 2) / 2.0
    return float((gains[first] / days[first] * left).sum())


def measure_oracle(pack: Pack, seed: int, _: Size) -> Found:
    setting = company(pack, 1_000, seed).setting
    pace = setting.business.team.engineers.value * ON_IDEAS
    ratios = np.array([by_truth(setting, truth) for truth in setting.truths])
    days = np.array([truth.size for truth in setting.truths])[ratios > 0.0]
    gains, days = (ratios[ratios > 0.0] * days), days / pace
    greedy = np.argsort(-gains / days, kind="stable").tolist()
    most = worth(improve(greedy, gains, days), gains, days)
    return {"swaps": worth(greedy, gains, days) / most, "bound": most / bound(gains, days)}


def judge_oracle(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    swaps, bounds = ([piece[name] for piece in pieces] for name in ("swaps", "bound"))
    yield between("C1", pack.key, "oracle's order beside moves and swaps", swaps, (0.99, 1.0))
    words = "the same beside a list that can be divided"
    yield between("C1", pack.key, words, bounds, (0.0, 1.0), "for comparison")


CHECKS = (Check("oracle", ("C1",), measure_oracle, judge_oracle, by_world),)

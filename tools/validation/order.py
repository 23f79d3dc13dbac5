"""C1: in the mean over worlds, whoever knows more and tests does better."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.policies import Policy, play_policy
from tools.validation.kinds import Check, Found, Line, Size, between, by_world
from tools.validation.people import company

PLAYED_DAYS = 180
# Fewer people than elsewhere: worlds differ far more than the luck of people.
MOST_USERS = 20_000
ORDER = (
    Policy.RANDOM,
    Policy.HIPPO,
    Policy.RICE,
    Policy.RICE_AB,
    Policy.BAYES,
    Policy.ORACLE,
)
CLEAR = ((Policy.RANDOM, Policy.RICE_AB), (Policy.RICE_AB, Policy.ORACLE))


def measure_order(pack: Pack, seed: int, size: Size) -> Found:
    found: Found = {}
    for policy in Policy:
        run = company(pack, min(MOST_USERS, size.users), seed)
        play_policy(run, policy, PLAYED_DAYS)
        good = sum(run.setting.truths[place].effect > 0 for place in run.state.live)
        found[policy.value] = [run.value, len(run.state.live), good]
    return found


def judge_order(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    values = {policy: np.array([piece[policy.value][0] for piece in pieces]) for policy in Policy}

    def sure(low: Policy, high: Policy) -> float:
        more = values[high] - values[low]
        return float(more.mean() / (more.std(ddof=1) / math.sqrt(len(more))))

    for low, high in pairwise(ORDER):
        what = f"{low} to {high}, in SE"
        yield between("C1", pack.key, what, sure(low, high), (-1, math.inf))
    for low, high in CLEAR:
        what = f"{low} to {high}, in SE"
        yield between("C1", pack.key, what, sure(low, high), (3, math.inf))
    floor, top = values[Policy.RANDOM].mean(), values[Policy.ORACLE].mean()
    for policy in (*ORDER[1:-1], Policy.LOUDEST):
        skill = (values[policy].mean() - floor) / (top - floor)
        shipped, good = (np.sum([piece[policy.value][n] for piece in pieces]) for n in (1, 2))
        what = f"{policy}: skill; {shipped / len(pieces):.1f} shipped, {good / shipped:.0%} good"
        yield between("C1", pack.key, what, float(skill), (0, 1), "for comparison")


CHECKS = (Check("order", ("C1",), measure_order, judge_order, by_world),)

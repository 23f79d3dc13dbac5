"""A problem as arrays: whole thousandths of weeks, needs in both directions, what pins imply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pilothouse.engines.roadmap.plan_problem import NOT_DONE, PlanProblem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
PER_WEEK = 1000


@dataclass(frozen=True)
class PlanArrays:
    """``effort[bet, team]`` and ``capacity[team, quarter]`` in thousandths of person-weeks.

    ``worth[bet, quarter]`` with a last column of zeros for "not done". ``needs`` of bet b are
    ``needs[need_at[b]:need_at[b + 1]]``, ``users`` those that need it. ``allowed[bet, quarter]``
    is what pins, needs and the size of the bet leave; ``must`` are bets that have to be done.
    """

    effort: Ints
    capacity: Ints
    worth: Floats
    needs: Ints
    need_at: Ints
    users: Ints
    user_at: Ints
    allowed: Flags
    must: Flags

    @property
    def bets(self) -> int:
        return int(self.effort.shape[0])

    @property
    def quarters(self) -> int:
        return int(self.capacity.shape[1])

    def value_of(self, places: Ints) -> float:
        """The worth of a plan."""
        return float(self.worth[np.arange(self.bets), places].sum())

    def used_by(self, places: Ints) -> Ints:
        """Effort[team, quarter] of a plan."""
        used = np.zeros(self.capacity.shape, dtype=np.int64)
        for q in range(self.quarters):
            used[:, q] = self.effort[places == q].sum(axis=0)
        return used

    def is_kept_by(self, places: Ints) -> bool:
        """Whether a plan breaks no rule."""
        done = places >= 0
        if np.any(self.must & ~done) or np.any(self.used_by(places) > self.capacity):
            return False
        rows = np.flatnonzero(done)
        if not np.all(self.allowed[rows, places[rows]]):
            return False
        users = np.repeat(np.arange(self.bets), np.diff(self.need_at))
        mine, theirs = places[users], places[self.needs]
        return not np.any((mine >= 0) & ((theirs < 0) | (theirs > mine)))


def to_arrays(problem: PlanProblem) -> PlanArrays:
    """The arrays of a problem, with everything followed that its pins and sizes imply."""
    bets, quarters, teams = len(problem.bets), len(problem.quarters), len(problem.teams)
    effort = to_thousandths([bet.effort_weeks for bet in problem.bets], (bets, teams))
    capacity = to_thousandths(problem.capacity_weeks, (teams, quarters))
    worth = np.zeros((bets, quarters + 1))
    worth[:, :quarters] = np.reshape([bet.worth for bet in problem.bets], (bets, quarters))
    pairs = sorted(set(problem.needs))
    needs, need_at = _group(pairs, bets)
    users, user_at = _group(sorted((need, bet) for bet, need in pairs), bets)
    allowed: Flags = np.all(effort[:, :, None] <= capacity[None, :, :], axis=1)
    must = np.zeros(bets, dtype=np.bool_)
    for b, bet in enumerate(problem.bets):
        if bet.pin is not None:
            allowed[b, np.arange(quarters) != bet.pin] = False
            must[b] = bet.pin != NOT_DONE
    _follow(allowed, must, pairs)
    return PlanArrays(effort, capacity, worth, needs, need_at, users, user_at, allowed, must)


def to_thousandths(weeks: Any, shape: tuple[int, ...]) -> Ints:
    """Person-weeks as whole thousandths, so that sums are exact."""
    whole: Ints = np.rint(np.reshape(np.asarray(weeks, dtype=float), shape) * PER_WEEK).astype(
        np.int64
    )
    return whole


def _group(pairs: list[tuple[int, int]], bets: int) -> tuple[Ints, Ints]:
    seconds = np.array([second for _, second in pairs], dtype=np.int64)
    firsts = np.array([first for first, _ in pairs], dtype=np.int64)
    return seconds, np.searchsorted(firsts, np.arange(bets + 1)).astype(np.int64)


def _follow(allowed: Flags, must: Flags, pairs: list[tuple[int, int]]) -> None:
    """What a bet needs must be possible by then; what a must needs is a must, and early enough."""
    quarters = np.arange(allowed.shape[1])
    is_changed = True
    while is_changed:
        is_changed = False
        for bet, need in pairs:
            before = (int(allowed[bet].sum() + allowed[need].sum()), bool(must[need]))
            possible = np.flatnonzero(allowed[need])
            allowed[bet] &= quarters >= possible[0] if possible.size else False
            if must[bet]:
                must[need] = True
                mine = np.flatnonzero(allowed[bet])
                allowed[need] &= quarters <= mine[-1] if mine.size else False
            after = (int(allowed[bet].sum() + allowed[need].sum()), bool(must[need]))
            is_changed |= before != after

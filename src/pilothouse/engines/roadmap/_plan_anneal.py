"""The search for good plans by annealing, piece by piece, so that somebody may stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pilothouse.engines.roadmap._plan_arrays import Floats, Ints, PlanArrays
from pilothouse.engines.roadmap.plan_problem import NOT_DONE

# Shares of the mean worth of a bet. Found by trying on made roadmaps of 200 bets.
HOT, COLD = 0.3, 0.015
MOST_PIECE_MOVES = 20_000
MOVES_A_BET = 100
_MASK = (1 << 64) - 1


@dataclass
class Annealer:
    """A search over one problem. ``places`` is the best plan so far, worth ``value``."""

    arrays: PlanArrays
    seed: int
    moves_done: int = 0
    places: Ints = field(init=False)
    value: float = field(init=False)

    def __post_init__(self) -> None:
        held = self.arrays.must & (self.arrays.allowed.sum(axis=1) == 1)
        self.piece = min(MOST_PIECE_MOVES, MOVES_A_BET * max(self.arrays.bets, 1))
        self._worth = self._with_penalty()
        self._held = held | ~self.arrays.allowed.any(axis=1)
        self._state = np.array([_mix(self.seed)], dtype=np.uint64)
        first = self.arrays.worth[:, :-1].max(axis=1, initial=0.0)
        self._scale = max(float(first.mean()) if first.size else 0.0, 1e-9)
        self._start = np.where(held, self.arrays.allowed.argmax(axis=1), NOT_DONE).astype(np.int64)
        self.places = self._start.copy()
        self.value = self._measure(self.places)

    @property
    def is_kept(self) -> bool:
        """Whether the best plan so far keeps all rules: every must is done."""
        return self.arrays.is_kept_by(self.places)

    def propose(self, places: Ints) -> None:
        """Take over a plan that keeps all rules where it is better."""
        value = self._measure(places)
        if value > self.value:
            self.places, self.value = places.copy(), value

    def cool(
        self, until: Callable[[], float], *, start: Ints | None = None, hot: float = HOT
    ) -> None:
        """Anneal from ``start`` (None: from the pins alone) while ``until`` goes from 0 to 1.

        ``until`` is asked after each piece of moves and tells which share of the way is done.
        """
        from pilothouse.engines.roadmap._plan_search import anneal

        place = self._start if start is None else start
        fixed, plan, now = self._fixed(), self._open(place), self._measure(place)
        share = 0.0 if self.arrays.bets else 1.0
        while share < 1.0:
            now, self.value = anneal(
                fixed, plan, self.places, self._state, self.piece, self._heat(share, hot), now,
                self.value,
            )  # fmt: skip
            self.moves_done += self.piece
            share = until()

    def _heat(self, share: float, hot: float) -> float:
        return float(self._scale * hot * min(COLD / hot, 0.5) ** min(max(share, 0.0), 1.0))

    def _fixed(self) -> tuple[Any, ...]:
        arrays = self.arrays
        worth = self._worth.copy()
        worth[:, :-1][~arrays.allowed] = -np.inf
        links = np.concatenate([arrays.needs, arrays.users])
        starts = np.stack([arrays.need_at, arrays.user_at + arrays.needs.size])
        return arrays.effort, worth, links, starts

    def _open(self, place: Ints) -> tuple[Ints, ...]:
        cards = np.zeros((self.arrays.bets, 4), dtype=np.int64)
        cards[:, 0], cards[:, 3] = place, self._held
        members = np.zeros((self.arrays.quarters, self.arrays.bets + 2), dtype=np.int64)
        for b in np.flatnonzero(place >= 0):
            list_of_quarter = members[place[b]]
            list_of_quarter[0] += 1
            cards[b, 1] = list_of_quarter[0]
            list_of_quarter[list_of_quarter[0]] = b
        return cards, self.arrays.capacity - self.arrays.used_by(place), members

    def _with_penalty(self) -> Floats:
        # A must that is not done costs more than all there is to win.
        worth = self.arrays.worth.copy()
        worth[self.arrays.must, -1] = -(worth.max(axis=1, initial=0.0).sum() + 1.0)
        return worth

    def _measure(self, places: Ints) -> float:
        return float(self._worth[np.arange(self.arrays.bets), places].sum())


def _mix(seed: int) -> int:
    """A word of 64 bits, never 0, from any seed (the finaliser of SplitMix64)."""
    word = (seed + 1) * 0x9E3779B97F4A7C15 & _MASK
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & _MASK
    return (word ^ word >> 31) or 1

"""Chance for exercises: the same seed gives the same variant on every machine, for good.

SHA-256 of the seed and a counter, not a library's generator: an address with a seed in it must
mean the same exercise after an upgrade.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_STANDARD = NormalDist()


class Dice:
    """A stream of chance named by a text."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def share(self) -> float:
        """A number above 0 and below 1."""
        self._count += 1
        text = f"{self._name}|{self._count}".encode()
        bits = int.from_bytes(hashlib.sha256(text).digest()[:6], "big")
        return (bits + 0.5) / 2**48

    def between(self, low: int, high: int, step: int = 1) -> int:
        """A whole number from ``low`` to ``high``, both in, in steps."""
        return low + step * int(self.share() * ((high - low) // step + 1))

    def within(self, low: float, high: float) -> float:
        """A number between ``low`` and ``high``."""
        return low + (high - low) * self.share()

    def chance(self, p: float) -> bool:
        """True with probability ``p``."""
        return self.share() < p

    def pick(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[int(self.share() * len(values))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """All values in another order."""
        rest, order = list(values), []
        while rest:
            order.append(rest.pop(int(self.share() * len(rest))))
        return order

    def sample(self, values: Sequence[T], count: int) -> list[T]:
        """``count`` different ones of the values."""
        return self.shuffled(values)[:count]

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A draw of a normal distribution."""
        return mean + deviation * _STANDARD.inv_cdf(self.share())

    def hits(self, n: int, p: float) -> int:
        """About binomial: how many of ``n``, each with chance ``p``."""
        drawn = round(self.normal(n * p, (n * p * (1 - p)) ** 0.5))
        return min(n, max(0, drawn))

"""Chance for the company: single draws by who, when and what for, and the shapes they become.

All by the inverse of a distribution function, so that an outcome rises with its uniform.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from pilothouse.engines.simulation.distributions import (
    Family,
    Floats,
    exp,
    log,
    quantile,
    quantile_table,
    stretch_of,
)
from pilothouse.engines.simulation.philox import Stream, philox, uniform

Uniforms = tuple[float, float, float, float]
MOST_EVENTS = 1_000


@dataclass(frozen=True)
class Chance:
    """The luck of one world (``seed``) in one of its futures (``replicate``)."""

    seed: int
    replicate: int = 0

    def draw(self, stream: Stream, entity: int = 0, day: int = 0, k: int = 0) -> Uniforms:
        """Four uniforms for what happens: another future draws others."""
        return self._four(stream, entity, day, k, self.replicate)

    def fact(self, stream: Stream, entity: int = 0, day: int = 0, k: int = 0) -> Uniforms:
        """Four uniforms for what is so in this world, whatever the future."""
        return self._four(stream, entity, day, k, 0)

    def _four(self, stream: Stream, entity: int, day: int, k: int, replicate: int) -> Uniforms:
        a, b, c, d = philox(entity, day, k, replicate, self.seed, int(stream))
        return uniform(a), uniform(b), uniform(c), uniform(d)


@lru_cache(maxsize=64)
def _table(family: Family, p: float = 1.0, q: float = 1.0) -> tuple[Floats, float]:
    return quantile_table(family, p, q), stretch_of(family, p, q)


def normal(u: float) -> float:
    """The standard normal value below which a share ``u`` lies."""
    table, stretch = _table(Family.NORMAL)
    return float(quantile(int(Family.NORMAL), stretch, table, u))


def student(u: float, degrees: float) -> float:
    """The value of Student's t with ``degrees`` of freedom below which a share ``u`` lies.

    By the Beta distribution of 1 / (1 + t**2 / degrees).
    """
    table, stretch = _table(Family.BETA, degrees / 2.0, 0.5)
    tail = 2.0 * min(u, 1.0 - u)
    place = float(quantile(int(Family.BETA), stretch, table, min(tail, 1.0 - 1e-12)))
    size = math.sqrt(degrees * max(1.0 / max(place, 1e-12) - 1.0, 0.0))
    return size if u > 0.5 else -size


def gamma(u: float, spread: float) -> float:
    """A Gamma value of mean 1 whose coefficient of variation is ``spread``."""
    shape = 1.0 / (spread * spread)
    table, stretch = _table(Family.GAMMA, shape)
    return float(quantile(int(Family.GAMMA), stretch, table, u)) / shape


def beta(u: float, mean: float, concentration: float) -> float:
    """A Beta value with ``mean`` and a + b = ``concentration``."""
    table, stretch = _table(Family.BETA, mean * concentration, (1.0 - mean) * concentration)
    return float(quantile(int(Family.BETA), stretch, table, u))


def lognormal(u: float, median: float, spread: float) -> float:
    """A lognormal value around ``median`` whose logarithm spreads by ``spread``."""
    return median * float(exp(spread * normal(u)))


def poisson(u: float, mean: float) -> int:
    """A Poisson count of ``mean``; large means by the normal approximation."""
    if mean <= 0.0:
        return 0
    if mean > 50.0:
        return max(0, math.floor(mean + math.sqrt(mean) * normal(u) + 0.5))
    share = total = float(exp(-mean))
    count = 0
    while u > total and count < MOST_EVENTS:
        count += 1
        share *= mean / count
        total += share
    return count


def daily(yearly: float) -> float:
    """The chance on a day of what has the rate ``yearly``."""
    return 1.0 - float(exp(-yearly / 365.0))


def power(base: float, exponent: float) -> float:
    """``base`` >= 0 to ``exponent``, with the same bits everywhere."""
    return float(exp(exponent * log(base))) if base > 0.0 else 0.0

"""Welch's test: unequal variances, Satterthwaite's degrees of freedom."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def welch_df(*parts: tuple[float, int]) -> float:
    """Degrees of freedom of a sum of estimates, each with (variance of the estimate, units).

    >>> round(welch_df((0.5, 10), (0.25, 20)), 2)
    18.11
    """
    return _satterthwaite([(variance, units - 1) for variance, units in parts])


def _satterthwaite(parts: Sequence[tuple[float, int]]) -> float:
    whole = sum(variance for variance, _ in parts)
    # As shares: squares of very small variances would vanish.
    below = sum((variance / whole) ** 2 / df for variance, df in parts if variance > 0)
    return 1 / below if below > 0 else inf

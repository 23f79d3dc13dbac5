"""How far two raters of the same answers agree: share of equal levels, and weighted kappa.

Quadratically weighted kappa (J. Cohen 1968, Psychological Bulletin 70): one less the ratio of the
observed to the expected squared distance, the expected one from both raters' own frequencies. Its
interval is the percentile bootstrap over answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilothouse.kernel.intervals import Rate, wilson

if TYPE_CHECKING:
    import numpy as np

Pair = tuple[int, int]
RESAMPLES = 2000


@dataclass(frozen=True)
class Agreement:
    """``exact`` and ``near`` (at most one level apart) with Wilson intervals; ``kappa`` with its
    bootstrap interval, None where one rater gave one level only."""

    n: int
    exact: Rate
    near: Rate
    kappa: float | None
    low: float | None
    high: float | None


def weighted_kappa(pairs: Sequence[Pair]) -> float | None:
    """Quadratically weighted kappa of pairs of levels; None where it is not defined.

    >>> weighted_kappa([(1, 1), (2, 2), (4, 4)])
    1.0
    """
    n = len(pairs)
    observed = sum((a - b) ** 2 for a, b in pairs)
    expected = sum((a - b) ** 2 for a, _ in pairs for _, b in pairs)
    return None if not expected else 1.0 - n * observed / expected


def measure_agreement(pairs: Sequence[Pair], rng: np.random.Generator) -> Agreement:
    """Agreement over ``pairs`` of (label, rule)."""
    n = len(pairs)
    low, high = _bootstrap(pairs, rng)
    return Agreement(
        n=n,
        exact=wilson(sum(a == b for a, b in pairs), n),
        near=wilson(sum(abs(a - b) <= 1 for a, b in pairs), n),
        kappa=weighted_kappa(pairs),
        low=low,
        high=high,
    )


def _bootstrap(
    pairs: Sequence[Pair], rng: np.random.Generator
) -> tuple[float | None, float | None]:
    import numpy as np

    if len(pairs) < 2 or weighted_kappa(pairs) is None:
        return None, None
    left, right = np.array(pairs, dtype=float).T
    places = rng.integers(0, len(pairs), size=(RESAMPLES, len(pairs)))
    a, b = left[places], right[places]
    observed = ((a - b) ** 2).mean(axis=1)
    expected = a.var(axis=1) + b.var(axis=1) + (a.mean(axis=1) - b.mean(axis=1)) ** 2
    known = expected > 0
    kappas = 1.0 - observed[known] / expected[known]
    if not kappas.size:
        return None, None
    low, high = np.quantile(kappas, (0.025, 0.975))
    return float(low), float(high)

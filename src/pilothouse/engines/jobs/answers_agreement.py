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


def measure_agreement(answers: Sequence[Sequence[Pair]], rng: np.random.Generator) -> Agreement:
    """Agreement over ``answers``, each with its pairs of (label, rule): one a dimension.

    Whole answers are drawn again for the interval of kappa, as the levels of one answer hang
    together. The intervals of the shares do not take that into account and are narrow.
    """
    pairs = [pair for answer in answers for pair in answer]
    n = len(pairs)
    low, high = _bootstrap([each for each in answers if each], rng)
    return Agreement(
        n=n,
        exact=wilson(sum(a == b for a, b in pairs), n),
        near=wilson(sum(abs(a - b) <= 1 for a, b in pairs), n),
        kappa=weighted_kappa(pairs),
        low=low,
        high=high,
    )


def _bootstrap(
    answers: Sequence[Sequence[Pair]], rng: np.random.Generator
) -> tuple[float | None, float | None]:
    import numpy as np

    if len(answers) < 2:
        return None, None
    # For each answer: how many, sum of squared distances, and of both levels and their squares.
    sums = np.array([
        (len(each), sum((a - b) ** 2 for a, b in each), sum(a for a, _ in each),
         sum(b for _, b in each), sum(a * a + b * b for a, b in each))
        for each in answers
    ], dtype=float)  # fmt: skip
    drawn = rng.integers(0, len(answers), size=(RESAMPLES, len(answers)))
    n, observed, left, right, squares = sums[drawn].sum(axis=1).T
    expected = squares / n - 2 * (left / n) * (right / n)
    known = expected > 1e-12
    if not known.any():
        return None, None
    kappas = 1.0 - (observed / n)[known] / expected[known]
    low, high = np.quantile(kappas, (0.025, 0.975))
    return float(low), float(high)

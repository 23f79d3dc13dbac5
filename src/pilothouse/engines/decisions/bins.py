"""Bins of a calibration curve, with edges that are exact and a band of what luck alone does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum
from statistics import NormalDist

import numpy as np

from pilothouse.engines.decisions.scores import Forecast
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import Rate, wilson

BINS = 10
# Above this many forecasts in one bin the normal approximation is exact enough to draw.
_EXACT_TO = 2_000


@dataclass(frozen=True)
class Bin:
    """Forecasts from ``low`` (included) to ``high`` (not included, except 1).

    ``mean_forecast``: their mean, the place on the curve. ``rate``: how many came true, with
    Wilson's interval. ``expected_low`` to ``expected_high``: where the share lies in 95 % of cases
    if every forecast in the bin was right; ``is_outside``: the share does not.
    """

    low: float
    high: float
    n: int
    mean_forecast: float | None
    rate: Rate
    expected_low: float | None
    expected_high: float | None
    is_outside: bool


def bin_of(probability: float, bins: int = BINS) -> int:
    """The number of the bin that holds a probability, by its decimal digits as written.

    Floats do not hold 0.3 or 0.35; the shortest decimal that names the float does, and that is
    what the person said.

    >>> bin_of(0.35), bin_of(0.3), bin_of(1.0), bin_of(0.29)
    (3, 3, 9, 2)
    """
    return min(int(Decimal(repr(float(probability))) * bins), bins - 1)


def make_bins(forecasts: Sequence[Forecast], bins: int = BINS) -> tuple[Bin, ...]:
    """All bins from 0 to 1, empty ones too."""
    if not 1 <= bins <= 100:
        raise InvalidValueError("a curve has 1 to 100 bins.", value=bins)
    members: list[list[Forecast]] = [[] for _ in range(bins)]
    for each in forecasts:
        members[bin_of(each.probability, bins)].append(each)
    return tuple(_make_bin(held, place, bins) for place, held in enumerate(members))


def _make_bin(held: Sequence[Forecast], place: int, bins: int) -> Bin:
    n, hits = len(held), sum(each.outcome for each in held)
    rate = wilson(hits, n)
    low, high = place / bins, (place + 1) / bins
    if not n:
        return Bin(low, high, 0, None, rate, None, None, is_outside=False)
    probabilities = [each.probability for each in held]
    first, last = expected_hits(probabilities)
    return Bin(
        low, high, n, fsum(probabilities) / n, rate, first / n, last / n,
        is_outside=not first <= hits <= last,
    )  # fmt: skip


def expected_hits(probabilities: Sequence[float], level: float = 0.95) -> tuple[int, int]:
    """The fewest and most that come true in ``level`` of cases if each probability is right.

    The number is a sum of independent events of unequal probability (Poisson binomial); its
    distribution is convolved exactly. The idea of the band: Broecker and Smith 2007, who resample.

    >>> expected_hits([0.5] * 20)
    (6, 14)
    """
    tail = (1 - level) / 2
    if len(probabilities) > _EXACT_TO:
        return _expected_by_normal(probabilities, tail)
    chances = np.ones(1)
    for p in probabilities:
        chances = np.append(chances * (1 - p), 0.0) + np.append(0.0, chances * p)
    below = np.cumsum(chances)
    # Rounding in the last digits must not move a bound.
    low = int(np.searchsorted(below, tail - 1e-12, side="left"))
    high = int(np.searchsorted(below, 1 - tail - 1e-12, side="left"))
    return low, min(high, len(probabilities))


def _expected_by_normal(probabilities: Sequence[float], tail: float) -> tuple[int, int]:
    mean = fsum(probabilities)
    deviation = fsum(p * (1 - p) for p in probabilities) ** 0.5
    reach = NormalDist().inv_cdf(1 - tail) * deviation + 0.5
    return max(0, round(mean - reach)), min(len(probabilities), round(mean + reach))

"""How sure the chances themselves are: the Bayesian bootstrap (Rubin 1981, Annals of Statistics 9).

The periods of history get random weights (flat Dirichlet) instead of equal ones; a forecast is made
with each set. Where history is short the weights differ much, and so do the forecasts. It never
imagines a count that was not seen, so the band is, if anything, too narrow.
"""

from __future__ import annotations

import numpy as np

from pilothouse.engines.roadmap.forecast_convolution import Floats

LEVEL = 0.95
DRAWS = 300
FEWEST_DRAWS = 60
MOST_WORK = 15_000_000


def draw_weights(periods_of_history: int, work_per_draw: int, seed: int) -> Floats | None:
    """Weights (draws x periods), fewer draws for large questions; None where even those are too
    many to compute while someone waits."""
    draws = min(DRAWS, MOST_WORK // max(work_per_draw, 1))
    if draws < FEWEST_DRAWS or periods_of_history < 2:
        return None
    rng = np.random.default_rng(seed)
    raw = rng.standard_exponential((draws, periods_of_history))
    weights: Floats = raw / raw.sum(axis=1, keepdims=True)
    return weights


def band(chances: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bound of each column over the draws (rows)."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(chances, [tail, 1 - tail], axis=0)
    return low, high

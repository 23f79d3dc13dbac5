"""Sums of independent periods, exactly: the one calculation behind every delivery forecast.

A state is a distribution over the items finished so far, 0..N, where N holds "N or more". One
period moves it by the distribution of one period's count; all terms are positive, so float64
loses about one unit in the last place a period and nothing cancels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def period_distribution(
    counts: Sequence[int], factor: float = 1.0, weights: Floats | None = None
) -> tuple[NDArray[np.int64], Floats]:
    """Values and chances of one period's count: each period of history has the same chance.

    ``factor`` scales the capacity: 5 items at 0.9 are 4 or 5 with equal chance, so that the mean
    is scaled exactly. ``weights`` (draws x periods of history) replace the equal chances; then the
    chances have a row a draw.
    """
    whole = np.ones((1, len(counts))) / len(counts) if weights is None else weights
    scaled = np.asarray(counts, dtype=np.float64) * factor
    floor = np.floor(scaled + 1e-12)
    rest = np.maximum(scaled - floor, 0.0)
    places = np.concatenate([floor, floor + 1]).astype(np.int64)
    masses = np.concatenate([whole * (1 - rest), whole * rest], axis=1)
    values, inverse = np.unique(places, return_inverse=True)
    chances = np.zeros((whole.shape[0], len(values)))
    for column, place in enumerate(inverse.ravel()):
        chances[:, place] += masses[:, column]
    kept = chances.max(axis=0) > 0
    return values[kept], chances[:, kept]


def advance(state: Floats, values: NDArray[np.int64], chances: Floats) -> Floats:
    """The state (draws x items + 1) one period later; its last column absorbs."""
    last = state.shape[1] - 1
    after = np.zeros_like(state)
    for value, chance in zip(values.tolist(), chances.T, strict=True):
        column = chance[:, None]
        if value == 0:
            after += column * state
            continue
        keep = max(last - value, 0)
        after[:, value : value + keep] += column * state[:, :keep]
        after[:, last] += chance * state[:, keep:].sum(axis=1)
    return after


def walk(
    counts: Sequence[int],
    items: int,
    factors: Sequence[float] = (),
    weights: Floats | None = None,
) -> Iterator[Floats]:
    """States after 1, 2, 3 ... periods, without end; the last of ``factors`` stays in force."""
    draws = 1 if weights is None else weights.shape[0]
    state = np.zeros((draws, items + 1))
    state[:, 0] = 1.0
    known: dict[float, tuple[NDArray[np.int64], Floats]] = {}
    period = 0
    while True:
        factor = factors[min(period, len(factors) - 1)] if factors else 1.0
        if factor not in known:
            known[factor] = period_distribution(counts, factor, weights)
        state = advance(state, *known[factor])
        yield state
        period += 1


def at_least(state: Floats) -> Floats:
    """P(n or more) for n = 0..N in each row: sums from the far end, where the terms are small."""
    tails = np.cumsum(state[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(tails, 1.0)

"""Buying by the piece: a basket, the choice between brands and buying nothing, an order.

Choice is a multinomial logit drawn as the largest of log weights with Gumbel noise. The noise is
keyed by person, day and brand, so that a change of one brand's weight moves only those at the
margin (D. McFadden 1974; P. Guadagni and J. Little 1983 for loyalty).
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled
from pilothouse.engines.simulation.distributions import Family, Floats, exp, log, quantile
from pilothouse.engines.simulation.philox import Stream, philox, uniform

NOTHING = -1
OWN = 0
_BRAND, _ORDER, _NORMAL = int(Stream.BRAND), int(Stream.ORDER), int(Family.NORMAL)


@compiled
def gumbel(u: float) -> float:
    """The standard Gumbel value below which a share ``u`` lies."""
    return -log(-log(u))


@borrowing
def choose_brand(
    user: int,
    day: int,
    replicate: int,
    seed: int,
    weights: Floats,
    own: float,
    last: int,
    loyalty: float,
) -> int:
    """Place of the brand taken of ``weights`` (log weights, ours first), or ``NOTHING``.

    ``own`` is added to our weight; buying nothing has the log weight 0. Every brand but the one
    bought ``last`` loses ``loyalty`` (``NOTHING``: nobody yet), so that a market without rivals is
    as its pack says.
    """
    draws = philox(user, day, 0, replicate, seed, _BRAND)
    best, most = -1, gumbel(uniform(draws[0]))
    for brand in range(len(weights)):
        number = brand + 1
        if number & 3 == 0:
            draws = philox(user, day, number >> 2, replicate, seed, _BRAND)
        weight = weights[brand] + own if brand == 0 else weights[brand]
        value = weight + gumbel(uniform(draws[number & 3]))
        if last >= 0 and brand != last:
            value -= loyalty
        if value > most:
            best, most = brand, value
    return best


@compiled
def choice_shares(weights: Floats) -> Floats:
    """Shares of the brands of log ``weights`` where buying nothing has the log weight 0."""
    top = 0.0
    for weight in weights:
        top = max(top, weight)
    shares = np.empty(len(weights))
    total = exp(-top)
    for brand in range(len(weights)):
        shares[brand] = exp(weights[brand] - top)
        total += shares[brand]
    return shares / total


@compiled
def order_cents(
    draw: np.uint64, normal: NDArray[np.float64], log_cents: float, spread: float
) -> int:
    """What an order is worth, lognormal, in cents; at least one."""
    score = quantile(_NORMAL, 1.0, normal, uniform(draw))
    return max(1, int(exp(log_cents + spread * score)))

"""Exponential, logarithm and inverse distribution functions with the same bits everywhere.

The C library's ``exp`` and ``log`` differ in the last bit between platforms; these use only
operations that IEEE 754 fixes exactly. A distribution is drawn by its inverse, never by rejection,
so that every trait rises with its uniform and one draw belongs to one trait.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled, compiled_as, inlined

Floats = NDArray[np.float64]

CELLS = 4096
_LIMIT = 60.0
_POWERS = 2.0 ** np.arange(-88, 89)
_LOG2_E = 1.4426950408889634
# The logarithm of 2 in two parts; the first has so few digits that its multiples are exact.
_LN2_HIGH = 0.693145751953125
_LN2_LOW = 1.4286068203094173e-06
_LN2 = 0.6931471805599453
# The fraction of a 64-bit number, and the bits of the exponent of 0.5.
_FRACTION_BITS, _FRACTION, _HALF = 52, (1 << 52) - 1, 1022 << 52
# Of the series of e to the power of x: 1 over the factorials of 2 to 12.
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12 = (
    1.0 / math.factorial(n) for n in range(2, 13)
)


class Family(IntEnum):
    """The distributions traits are drawn from."""

    BETA = 0
    GAMMA = 1
    NORMAL = 2


_BETA, _GAMMA = int(Family.BETA), int(Family.GAMMA)


@inlined
def exp(x: float) -> float:
    """e to the power of ``x``, to 1 part in 10**15; ``x`` is clipped to -60..60.

    The series to the 12th power, added in pairs: no long chain, and a loop over it can be
    vectorised.
    """
    x = min(max(x, -_LIMIT), _LIMIT)
    k = math.floor(x * _LOG2_E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    square = r * r
    fourth = square * square
    low = (1.0 + r) + square * (_C2 + _C3 * r)
    middle = (_C4 + _C5 * r) + square * (_C6 + _C7 * r)
    high = (_C8 + _C9 * r) + square * (_C10 + _C11 * r)
    total = low + fourth * (middle + fourth * (high + fourth * _C12))
    return float(total * _POWERS[np.uint32(np.int32(k) + 88)])


@compiled
def log(x: float) -> float:
    """Natural logarithm of ``x`` > 0, to 1 part in 10**15."""
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.7071067811865476:
        mantissa *= 2.0
        exponent -= 1
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    total = 0.0
    for n in range(21, 0, -2):
        total = total * square + 1.0 / n
    return 2.0 * ratio * total + exponent * _LN2


@inlined
def log_of_share(x: float) -> float:
    """``log`` of 2**-1022 <= ``x`` < 1, the same bits, but so that a loop over it is vectorised."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits >> _FRACTION_BITS) - 1022
    mantissa = np.int64(bits & _FRACTION | _HALF).view(np.float64)
    low = mantissa < 0.7071067811865476
    mantissa = mantissa * 2.0 if low else mantissa
    exponent -= low
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    total = 0.0
    for n in range(21, 0, -2):
        total = total * square + 1.0 / n
    return float(2.0 * ratio * total + exponent * _LN2)


@inlined
def sigmoid(x: float) -> float:
    """The probability whose log-odds are ``x``."""
    return 1.0 / (1.0 + exp(-x))


@compiled
def logit(probability: float) -> float:
    """The log-odds of a ``probability`` strictly between 0 and 1."""
    return log(probability) - log(1.0 - probability)


@compiled
def _log_weight(family: int, p: float, q: float, place: float) -> float:
    """Log density at ``place``: log-odds of a Beta, logarithm of a Gamma, value of a Normal."""
    if family == _BETA:
        return -p * log(1.0 + exp(-place)) - q * log(1.0 + exp(place))
    if family == _GAMMA:
        return p * place - exp(place)
    return -0.5 * place * place


@compiled
def _fill_table(family: int, p: float, q: float, stretch: float, table: Floats) -> None:
    cells = len(table) - 1
    table[0] = 0.0
    for cell in range(cells):
        t = (cell + 0.5) / cells
        place = stretch * logit(t)
        # dplace/dt is stretch / (t (1 - t)); the constant falls out below.
        table[cell + 1] = table[cell] + exp(_log_weight(family, p, q, place)) / (t * (1.0 - t))
    for cell in range(cells):
        table[cell + 1] /= table[cells]


def stretch_of(family: Family, p: float = 1.0, q: float = 1.0) -> float:
    """How far a table stretches its ends: enough to make the density vanish at both."""
    if family is Family.NORMAL:
        return 1.0
    return 3.0 / min(1.0, p, q if family is Family.BETA else 1.0)


def quantile_table(family: Family, p: float = 1.0, q: float = 1.0) -> Floats:
    """Cumulative shares at the cells of a stretched axis, for ``quantile``.

    ``p`` and ``q`` are the two shapes of a Beta, ``p`` the shape of a Gamma of scale 1; a Normal
    takes neither. Midpoint rule on 4,096 cells.
    """
    table = np.empty(CELLS + 1)
    _fill_table(int(family), p, q, stretch_of(family, p, q), table)
    return table


@inlined
def _cell(table: Floats, u: float) -> int:
    """The last cell that begins at or below the share ``u``."""
    low, step = 0, CELLS // 2
    while step > 0:
        # Adding nothing or all is quicker than guessing which half it is in.
        low += step * (table[low + step] <= u)
        step //= 2
    return low


@inlined
def _spread(family: int, stretch: float, low: int, table: Floats, u: float) -> float:
    """The value of a share ``u`` that lies in the cell ``low``."""
    inside = (u - table[low]) / (table[low + 1] - table[low])
    t = (low + min(max(inside, 1e-9), 1.0 - 1e-9)) / (len(table) - 1)
    place = stretch * logit(t)
    if family == _BETA:
        return sigmoid(place)
    if family == _GAMMA:
        return exp(place)
    return place


@compiled_as("float64(int64, float64, float64[::1], float64)")
def quantile(family: int, stretch: float, table: Floats, u: float) -> float:
    """The value below which a share ``u`` (0 < u < 1) of the distribution lies."""
    return _spread(family, stretch, _cell(table, u), table, u)


@inlined
def normal_share(table: Floats, place: float) -> float:
    """The share of a standard normal below ``place``: ``quantile`` turned round, on its table."""
    axis = sigmoid(place) * (len(table) - 1)
    low = min(int(axis), len(table) - 2)
    return float(table[low] + (axis - low) * (table[low + 1] - table[low]))


@borrowing
def fill_quantiles(
    family: int, stretch: float, table: Floats, shares: Floats, values: Floats
) -> None:
    """``quantile`` of each of ``shares`` (n) into ``values`` (n), in loops quicker than one."""
    for place in range(len(shares)):
        values[place] = _cell(table, shares[place])
    for place in range(len(shares)):
        low = int(values[place])
        values[place] = _spread(family, stretch, low, table, shares[place])


def cumulative_thresholds(shares: Any) -> NDArray[np.uint64]:
    """Integer thresholds of the running sums of ``shares``; a last sum of 1 takes every draw."""
    sums = np.cumsum(np.asarray(shares, dtype=np.float64))
    marks: NDArray[np.uint64] = np.floor(np.clip(sums, 0.0, 1.0) * 2.0**32).astype(np.uint64)
    if sums.size and abs(sums[-1] - 1.0) < 1e-9:
        marks[-1] = np.uint64(2**32)
    return marks


def poisson_thresholds(mean: float, most: int = 16) -> NDArray[np.uint64]:
    """Thresholds by which a draw becomes a Poisson count of at most ``most``."""
    shares = [exp(-mean)]
    for count in range(1, most):
        shares.append(shares[-1] * mean / count)
    return cumulative_thresholds(shares)


@lru_cache(maxsize=256)
def logit_for_mean(share: float, spread: float) -> float:
    """Log-odds at which people whose log-odds vary by N(0, ``spread``) convert at ``share``.

    Without it a step quoted at 3 % would convert at 3.7 %, for the eager gain more than the
    reluctant lose. Bisection over a midpoint rule.
    """
    table = quantile_table(Family.NORMAL)
    scores = [quantile(int(Family.NORMAL), 1.0, table, (i + 0.5) / 256) for i in range(256)]
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = sum(sigmoid(middle + spread * score) for score in scores) / len(scores)
        low, high = (middle, high) if mean < share else (low, middle)
    return (low + high) / 2

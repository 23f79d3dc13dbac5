"""Tails of the normal, Student's t and chi-squared distributions, and their quantiles.

Tails are computed as tails, never as 1 - CDF, so that they do not vanish far out. Student's t: the
continued fraction of the incomplete beta function (DLMF 8.17.22) for few degrees of freedom, the
expansion of Hill (1970, CACM algorithm 395) for many. Chi-squared: the finite sums for whole
degrees of freedom (Abramowitz and Stegun 26.4.4 and 26.4.5).
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, isinf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
# From here on Hill's expansion is exact to the last digits that matter.
_MANY = 1_000
_STEPS = 1_000
_TINY = 1e-300


def normal_tail(z: float) -> float:
    """The chance of more than ``z``.

    >>> normal_tail(0), f"{normal_tail(20):.4g}"
    (0.5, '2.754e-89')
    """
    return 0.5 * erfc(z / sqrt(2))


def normal_density(z: float) -> float:
    """The density at ``z``."""
    return exp(-z * z / 2) / sqrt(2 * pi)


def normal_critical(tail: float) -> float:
    """The value that is exceeded with the chance ``tail``, in 0..1.

    >>> round(normal_critical(0.025), 4)
    1.96
    """
    return -_NORMAL.inv_cdf(tail)


def student_tail(t: float, df: float) -> float:
    """The chance of more than ``t`` with ``df`` degrees of freedom, which need not be whole.

    >>> round(student_tail(12.7062, 1), 5), round(student_tail(-1.0, 10), 4)
    (0.025, 0.8296)
    """
    if t < 0:
        return 1 - student_tail(-t, df)
    if isinf(t):
        return 0.0
    if isinf(df):
        return normal_tail(t)
    if df >= _MANY:
        return normal_tail(_hill(t, df))
    whole = df + t * t
    return 0.5 * _incomplete_beta(df / whole, t * t / whole, df / 2, 0.5)


@lru_cache(maxsize=4096)
def student_critical(tail: float, df: float) -> float:
    """The value that Student's t exceeds with the chance ``tail``, at most a half.

    >>> round(student_critical(0.025, 5), 4)
    2.5706
    """
    if isinf(df):
        return normal_critical(tail)
    if tail == 0.5:
        return 0.0
    z = normal_critical(tail)
    low, high = z, 2 * z + 2
    while student_tail(high, df) > tail:
        low, high = high, 2 * high
    t = min(max(z + (z**3 + z) / (4 * df), low), high)
    for _ in range(100):
        off = student_tail(t, df) - tail
        low, high = (t, high) if off > 0 else (low, t)
        step = t + off / student_density(t, df)
        following = step if low < step < high else (low + high) / 2
        if abs(following - t) <= 1e-13 * t:
            return following
        t = following
    return t


def student_density(t: float, df: float) -> float:
    """The density of Student's t."""
    scale = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * pi)
    return exp(scale - (df + 1) / 2 * log1p(t * t / df))


def chi_square_tail(x: float, df: int) -> float:
    """The chance of more than ``x`` with a whole number of degrees of freedom.

    >>> round(chi_square_tail(3.8415, 1), 4), round(chi_square_tail(5.9915, 2), 4)
    (0.05, 0.05)
    """
    half = x / 2
    if half <= 0:
        return 1.0
    if df % 2:
        powers = [j + 0.5 for j in range((df - 1) // 2)]
        first = erfc(sqrt(half))
    else:
        powers = [float(j) for j in range(df // 2)]
        first = 0.0
    return min(1.0, first + sum(exp(p * log(half) - half - lgamma(p + 1)) for p in powers))


def _hill(t: float, df: float) -> float:
    """The normal deviate with the same tail."""
    a = df - 0.5
    b = 48 * a * a
    squared = a * log1p(t * t / df)
    w = sqrt(squared)
    s = squared
    last = (((4 * s + 33) * s + 240) * s + 855) / (10 * b * (b + 0.8 * s * s + 100))
    return w * (1 + (s + 3) / b - last)


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function at ``x``; ``rest`` is 1 - x, given exactly."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(rest, x, b, a)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest)
    return exp(front) / (a * _beta_fraction(x, a, b)) if front > -745 else 0.0


def _beta_fraction(x: float, a: float, b: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) by Lentz's way, d as in DLMF 8.17.23."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        m = step // 2
        if step % 2:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + part * d)
        c = _away_from_zero(1 + part / c)
        value *= c * d
        if abs(c * d - 1) < 4e-16:
            break
    return value


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY

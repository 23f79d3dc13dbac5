"""Rates with their n and interval: no rate is shown without both.

Method: Wilson's score interval (E. B. Wilson 1927, JASA 22), which keeps its coverage for
small n and never leaves [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class Rate:
    """A share with what it is a share of.

    ``share``, ``low`` and ``high`` lie in 0..1 and are ``None`` when ``n`` is 0: nothing is
    known then, which is not the same as zero.
    """

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    level: float = 0.95


@lru_cache(maxsize=32)
def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise InvalidValueError("a confidence level lies between 0 and 1.", value=level)
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(hits: int, n: int, level: float = 0.95) -> Rate:
    """Wilson's interval for ``hits`` of ``n``.

    >>> rate = wilson(12, 80)
    >>> round(rate.share, 3), round(rate.low, 3), round(rate.high, 3)
    (0.15, 0.088, 0.244)
    """
    if n < 0 or not 0 <= hits <= n:
        raise InvalidValueError("hits lie between 0 and n.", value=f"{hits} of {n}")
    z = _quantile(level)
    if n == 0:
        return Rate(0, 0, None, None, None, level)
    share = hits / n
    spread = z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * ((share * (1 - share) / n + spread / (4 * n)) ** 0.5) / (1 + spread)
    # Rounding may put a bound a hair on the wrong side of the share at 0 of n and n of n.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return Rate(hits, n, share, low, high, level)

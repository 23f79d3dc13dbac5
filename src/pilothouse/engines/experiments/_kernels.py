# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Sums by arm in one pass. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def sum_pairs(arm, y, x, about, pre_about, first, last, count):
    """n, sum of y - about and of its squares, the same of x, sum of products: float64[count, 6]."""
    sums = np.zeros((count, 6))
    for i in range(first, last):
        v, w = y[i] - about, x[i] - pre_about
        a = arm[i]
        sums[a, 0] += 1
        sums[a, 1] += v
        sums[a, 2] += v * v
        sums[a, 3] += w
        sums[a, 4] += w * w
        sums[a, 5] += v * w
    return sums

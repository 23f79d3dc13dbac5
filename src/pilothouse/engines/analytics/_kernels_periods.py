# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Finding the periods of times. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def find_period(edges, t, per_unit):
    """The period of ``t``, -1 before the first and ``edges.size - 1`` after the last.

    Periods are nearly equal, so a guess by ``per_unit`` (periods a unit) is right or next to it.
    """
    last = edges.size - 2
    if t < edges[0]:
        return np.int64(-1)
    if t >= edges[last + 1]:
        return np.int64(last + 1)
    place = min(np.int64((t - edges[0]) * per_unit), last)
    while t < edges[place]:
        place -= 1
    while t >= edges[place + 1]:
        place += 1
    return place


@njit(nogil=True, cache=True)
def count_days(offsets, times, bounds, first, last):
    """Pairs of (actor, period) with a row in it, among the actors of places ``first:last``."""
    pairs = 0
    per_unit = (bounds.size - 1) / max(1, bounds[-1] - bounds[0])
    for a in range(first, last):
        end = np.int64(-1)
        for i in range(offsets[a], offsets[a + 1]):
            if times[i] >= end:
                end = bounds[find_period(bounds, np.int64(times[i]), per_unit) + 1]
                pairs += 1
    return pairs


@njit(nogil=True, cache=True)
def fill_days(offsets, times, bounds, first, last, row, ends, out):
    """Write the periods of each actor at ``first:last`` from place ``row`` on."""
    per_unit = (bounds.size - 1) / max(1, bounds[-1] - bounds[0])
    for a in range(first, last):
        end = np.int64(-1)
        for i in range(offsets[a], offsets[a + 1]):
            if times[i] >= end:
                place = find_period(bounds, np.int64(times[i]), per_unit)
                end = bounds[place + 1]
                out[row] = place
                row += 1
        ends[a + 1] = row

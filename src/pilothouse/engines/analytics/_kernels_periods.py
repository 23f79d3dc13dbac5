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
def list_days(offsets, times, edges, span, first, last, counts, days):
    """Write the periods in which each actor at ``first:last`` has a row in ``low <= t < high``.

    They go to ``days`` from the place of the first row on, their number to ``counts``. Returns
    the place after the last.
    """
    low, high = span
    per_unit = (edges.size - 1) / max(1, edges[-1] - edges[0])
    place = np.int64(offsets[first])
    for a in range(first, last):
        before = place
        end = low
        for i in range(offsets[a], offsets[a + 1]):
            t = np.int64(times[i])
            if t < end:
                continue
            if t >= high:
                break
            day = find_period(edges, t, per_unit)
            end = edges[day + 1]
            days[place] = day
            place += 1
        counts[a] = place - before
    return place


@njit(nogil=True, cache=True)
def count_gaps(offsets, days, of_day, periods, width, first, last):
    """Actors by period they are active in and periods until their next: int64[periods, width + 1].

    ``of_day`` is the period of each day, negative for days that do not count. Gaps of ``width``
    and more, and those without end, are one.
    """
    gaps = np.zeros((periods, width + 1), dtype=np.int64)
    for a in range(first, last):
        before = np.int64(-1)
        for i in range(offsets[a], offsets[a + 1]):
            period = of_day[days[i]]
            if period > before:
                if before >= 0:
                    gaps[before, min(period - before, width)] += 1
                before = period
        if before >= 0:
            gaps[before, width] += 1
    return gaps

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Measures per period. Compiled by Numba, without the interpreter's lock.

``groups`` are codes per row of the log and ``of_code`` the group of each code; when ``groups`` is
empty there is one group. ``edges`` cut the periods; times outside of them are passed over.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pilothouse.engines.analytics._kernels_periods import find_period


@njit(nogil=True, cache=True)
def count_active(posting, first, last, edges, width, groups, of_code, count):
    """Distinct actors in the ``width`` periods up to each one: int64[count, periods].

    An actor active in period p is seen from p to p + width - 1. Only what a new period adds to
    that cover is noted, as a difference at both ends, so one pass does for any width.
    """
    _, offsets, times, rows = posting
    periods = edges.size - 1
    per_unit = periods / max(1, edges[periods] - edges[0])
    change = np.zeros((count, periods + 1), dtype=np.int64)
    covered = np.zeros(count, dtype=np.int64)
    owner = np.full(count, -1, dtype=np.int64)
    for a in range(first, last):
        place = np.int64(-1)
        end = edges[0]
        for i in range(offsets[a], offsets[a + 1]):
            t = np.int64(times[i])
            if t >= end:
                place = find_period(edges, t, per_unit)
                if place >= periods:
                    break
                end = edges[place + 1]
            elif place < 0:
                continue
            g = of_code[groups[rows[i] if rows.size else i]]
            fresh = owner[g] != a or covered[g] <= place
            if fresh or covered[g] < place + width:
                change[g, place if fresh else covered[g]] += 1
                change[g, min(place + width, periods)] -= 1
                covered[g] = min(place + width, periods)
                owner[g] = a
    for g in range(count):
        for p in range(1, periods):
            change[g, p] += change[g, p - 1]
    return change[:, :periods]


@njit(nogil=True, cache=True)
def count_rows(posting, first, last, edges, groups, of_code, count):
    """Events per period: int64[count, periods]."""
    _, offsets, times, rows = posting
    periods = edges.size - 1
    per_unit = periods / max(1, edges[periods] - edges[0])
    counts = np.zeros((count, periods), dtype=np.int64)
    for a in range(first, last):
        place = np.int64(-1)
        end = edges[0]
        for i in range(offsets[a], offsets[a + 1]):
            if times[i] >= end:
                place = find_period(edges, np.int64(times[i]), per_unit)
                if place >= periods:
                    break
                end = edges[place + 1]
            if place >= 0:
                g = of_code[groups[rows[i] if rows.size else i]] if groups.size else 0
                counts[g, place] += 1
    return counts


@njit(nogil=True, cache=True)
def place_rows(posting, first, last, edges, places):
    """Write the period of each row, -1 where it lies in none."""
    _, offsets, times, _ = posting
    periods = edges.size - 1
    per_unit = periods / max(1, edges[periods] - edges[0])
    for i in range(offsets[first], offsets[last]):
        place = find_period(edges, np.int64(times[i]), per_unit)
        places[i] = place if place < periods else -1


@njit(nogil=True, cache=True)
def add_values(cells, values, count):
    """Sum and number of the values of each cell; NaN is not counted.

    Sums are compensated (Neumaier 1974), so the order of rows does not show.
    """
    sums = np.zeros(count, dtype=np.float64)
    rest = np.zeros(count, dtype=np.float64)
    numbers = np.zeros(count, dtype=np.int64)
    for i in range(cells.size):
        c = cells[i]
        x = values[i]
        if c < 0 or np.isnan(x):
            continue
        total = sums[c] + x
        if abs(sums[c]) >= abs(x):
            rest[c] += (sums[c] - total) + x
        else:
            rest[c] += (x - total) + sums[c]
        sums[c] = total
        numbers[c] += 1
    return sums + rest, numbers

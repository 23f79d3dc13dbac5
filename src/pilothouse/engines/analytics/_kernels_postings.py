# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Picking rows out of a log. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def count_events(event, offsets, first, last, names):
    """Rows of each event, and actors that have one, among ``first:last``: int64[2, names]."""
    counts = np.zeros((2, names), dtype=np.int64)
    seen = np.full(names, -1, dtype=np.int64)
    for a in range(first, last):
        for i in range(offsets[a], offsets[a + 1]):
            e = event[i]
            counts[0, e] += 1
            if seen[e] != a:
                seen[e] = a
                counts[1, e] += 1
    return counts


@njit(nogil=True, cache=True)
def fill_events(event, time, offsets, first, last, places, out):
    """Write the rows of ``first:last`` event by event, from ``places`` int64[2, names] on."""
    actors, begins, times, rows = out
    place = places.copy()
    seen = np.full(places.shape[1], -1, dtype=np.int64)
    for a in range(first, last):
        for i in range(offsets[a], offsets[a + 1]):
            e = event[i]
            row = place[0, e]
            if seen[e] != a:
                seen[e] = a
                actors[place[1, e]] = a
                begins[place[1, e]] = row
                place[1, e] += 1
            times[row] = time[i]
            rows[row] = i
            place[0, e] = row + 1


@njit(nogil=True, cache=True)
def keep_codes(codes, allowed, rows, first, last, keep):
    """Clear ``keep`` where the code of a row is not allowed. Empty ``rows``: all rows."""
    if rows.size:
        for i in range(first, last):
            keep[i] &= allowed[codes[rows[i]]]
    else:
        for i in range(first, last):
            keep[i] &= allowed[codes[i]]


@njit(nogil=True, cache=True)
def keep_numbers(numbers, low, high, inside, rows, first, last, keep):
    """Clear ``keep`` where ``low < number < high`` is not ``inside``. NaN is not inside."""
    for i in range(first, last):
        x = numbers[rows[i]] if rows.size else numbers[i]
        if (low < x < high) != inside:
            keep[i] = False


@njit(nogil=True, cache=True)
def count_kept(offsets, keep, first, last):
    """Kept rows and actors that have one, among the actors of places ``first:last``."""
    rows = 0
    actors = 0
    for a in range(first, last):
        found = 0
        for i in range(offsets[a], offsets[a + 1]):
            found += keep[i]
        rows += found
        actors += found > 0
    return rows, actors


@njit(nogil=True, cache=True)
def fill_kept(old, keep, first, last, row, slot, out):
    """Write the kept rows of actors at ``first:last`` from places ``row``, ``slot`` on."""
    old_actors, offsets, time, old_rows = old
    actors, ends, times, rows = out
    for a in range(first, last):
        before = row
        for i in range(offsets[a], offsets[a + 1]):
            if keep[i]:
                times[row] = time[i]
                rows[row] = old_rows[i] if old_rows.size else i
                row += 1
        if row > before:
            actors[slot] = old_actors[a]
            slot += 1
            ends[slot] = row

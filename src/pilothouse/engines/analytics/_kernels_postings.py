# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Picking rows out of a log. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

from numba import njit


@njit(nogil=True, cache=True)
def count_event(event, offsets, code, first, last):
    """Rows of ``code`` and actors that have one, among actors ``first:last``."""
    rows = 0
    actors = 0
    for a in range(first, last):
        found = 0
        for i in range(offsets[a], offsets[a + 1]):
            found += event[i] == code
        rows += found
        actors += found > 0
    return rows, actors


@njit(nogil=True, cache=True)
def fill_event(event, time, offsets, code, first, last, row, slot, out):
    """Write the rows of ``code`` among actors ``first:last`` from places ``row``, ``slot`` on."""
    actors, ends, times, rows = out
    for a in range(first, last):
        before = row
        for i in range(offsets[a], offsets[a + 1]):
            if event[i] == code:
                times[row] = time[i]
                rows[row] = i
                row += 1
        if row > before:
            actors[slot] = a
            slot += 1
            ends[slot] = row


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

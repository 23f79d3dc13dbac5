# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Counting who comes back. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def count_returns(starting, returning, bounds, edges, span, columns, cumulative):  # noqa: C901
    """Cohort sizes int64[periods] and actors back int64[periods, columns].

    ``span`` is the range of first starts; ``edges`` cut the cohorts' periods and the columns
    after them. ``cumulative`` counts an actor in all columns up to the last return.
    """
    s_actors, s_offsets, s_times, s_rows = starting
    r_actors, r_offsets, r_times, r_rows = returning
    s, s_last, r, r_last = bounds
    low, high = span
    top = edges.size - 1
    size = np.zeros(top, dtype=np.int64)
    back = np.zeros((top, columns), dtype=np.int64)
    for a in range(s, s_last):
        i = np.int64(s_offsets[a])
        t = np.int64(s_times[i])
        if t < low or t >= high:
            continue
        cohort = np.searchsorted(edges, t, side="right") - 1
        size[cohort] += 1
        while r < r_last and r_actors[r] < s_actors[a]:
            r += 1
        if r == r_last or r_actors[r] != s_actors[a]:
            continue
        row = s_rows[i] if s_rows.size else i
        place = cohort
        seen = np.int64(-1)
        stop = min(top, cohort + columns)
        for j in range(r_offsets[r], r_offsets[r + 1]):
            back_at = np.int64(r_times[j])
            if back_at < t or (back_at == t and (r_rows[j] if r_rows.size else j) <= row):
                continue
            while place < stop and back_at >= edges[place + 1]:
                place += 1
            if place == stop:
                break
            if place != seen:
                seen = place
                if not cumulative:
                    back[cohort, place - cohort] += 1
        if cumulative and seen >= 0:
            back[cohort, : seen - cohort + 1] += 1
    return size, back

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Counting who comes back. Compiled by Numba, without the interpreter's lock."""

from __future__ import annotations

import numpy as np
from numba import njit

from pilothouse.engines.analytics._kernels_periods import find_period


@njit(nogil=True, cache=True)
def count_returns(starting, returning, active, bounds, edges, span, columns, cumulative):  # noqa: C901
    """Cohort sizes int64[periods] and actors back int64[periods, columns].

    ``starting`` are actors with the time and row of their first start; ``returning`` a posting;
    ``active`` are the offsets and days of the returning actors, and the period of each day;
    ``span`` is the range of first starts; ``edges`` cut the cohorts' periods and the columns
    after them. ``cumulative`` counts an actor in all columns up to the last return.
    """
    s_actors, s_times, s_rows = starting
    r_actors, r_offsets, r_times, r_rows = returning
    ends, days, of_day = active
    s, s_last, r, r_last = bounds
    low, high = span
    each = np.int64(not cumulative)
    top = edges.size - 1
    per_unit = top / max(1, edges[top] - edges[0])
    size = np.zeros(top, dtype=np.int64)
    back = np.zeros((top, columns), dtype=np.int64)
    for a in range(s, s_last):
        t = np.int64(s_times[a])
        if t < low or t >= high:
            continue
        cohort = find_period(edges, t, per_unit)
        size[cohort] += 1
        while r < r_last and r_actors[r] < s_actors[a]:
            r += 1
        if r == r_last or r_actors[r] != s_actors[a]:
            continue
        row = s_rows[a]
        j = np.int64(r_offsets[r])
        stop = np.int64(r_offsets[r + 1])
        # Rows are in the total order, so they settle ties of time too.
        while j < stop and (r_rows[j] if r_rows.size else j) <= row:
            j += 1
        if j == stop:
            continue
        # In the cohort's own period only a return after the start counts; later ones all do.
        again = np.int64(r_times[j] < edges[cohort + 1])
        back[cohort, 0] += again & each
        seen = cohort
        reach = min(top, cohort + columns)
        for k in range(ends[r], ends[r + 1]):
            period = of_day[days[k]]
            if period >= reach:
                break
            # Without a branch: whether a day is in a new period is anyone's guess.
            back[cohort, max(period - cohort, 0)] += (period > seen) & each
            seen = max(seen, period)
        if cumulative and (again or seen > cohort):
            for column in range(seen - cohort + 1):
                back[cohort, column] += 1
    return size, back

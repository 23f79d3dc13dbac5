# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Walking a funnel, one step at a time. Compiled by Numba, without the interpreter's lock.

A *stage* holds, for one step, every event that ends a valid path to it: actor by actor, each
with the latest start that explains it and the place of the event before. A later event can only
do better with a later start, so the latest valid event of the stage before is always the best.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def find_entries(posting, first, last, low, high, end):
    """First row in ``low <= t < high`` of each actor at ``first:last``, and the immature.

    Returns actors, rows, actors with a start before ``end`` but none before ``high``, their rows.
    """
    actors, offsets, times, rows = posting
    size = last - first
    entrants = np.empty(size, dtype=np.uint32)
    entries = np.empty(size, dtype=np.uint32)
    waiting = np.empty(size, dtype=np.uint32)
    starts = np.empty(size, dtype=np.uint32)
    n = 0
    m = 0
    for a in range(first, last):
        stop = np.int64(offsets[a + 1])
        i = np.int64(offsets[a])
        while i < stop and times[i] < low:
            i += 1
        if i == stop or times[i] >= end:
            continue
        row = rows[i] if rows.size else i
        if times[i] < high:
            entrants[n] = actors[a]
            entries[n] = row
            n += 1
        else:
            waiting[m] = actors[a]
            starts[m] = row
            m += 1
    return entrants[:n], entries[:n], waiting[:m], starts[:m]


@njit(nogil=True, cache=True)
def advance(stage, starts, posting, bounds, window, limits):  # noqa: C901 - one merge, kept whole for speed
    """The stage after ``stage`` by the events of ``posting``.

    ``bounds`` are the places of actors to look at in both; events of ``stage`` count when
    ``low <= t < high``; ``limits`` are these two and whether the first event of an actor is
    enough. Returns actors, offsets, times, rows, starts and places before.
    """
    p_actors, p_offsets, p_times, p_rows = stage
    c_actors, c_offsets, c_times, c_rows = posting
    p, p_last, c, c_last = bounds
    low, high, first_only = limits
    size = np.int64(c_offsets[c_last]) - np.int64(c_offsets[c])
    actors = np.empty(c_last - c, dtype=np.uint32)
    offsets = np.zeros(c_last - c + 1, dtype=np.uint32)
    times = np.empty(size, dtype=c_times.dtype)
    rows = np.empty(size, dtype=np.uint32)
    begun = np.empty(size, dtype=c_times.dtype)
    before = np.empty(size, dtype=np.uint32)
    n = 0
    m = 0
    while p < p_last and c < c_last:
        if p_actors[p] < c_actors[c]:
            p += 1
            continue
        if p_actors[p] > c_actors[c]:
            c += 1
            continue
        old = n
        first = np.int64(p_offsets[p])
        j = first
        stop = np.int64(p_offsets[p + 1])
        for i in range(c_offsets[c], c_offsets[c + 1]):
            t = np.int64(c_times[i])
            while j < stop and p_times[j] <= t and p_times[j] < high:
                if p_times[j] == t:
                    p_row = p_rows[j] if p_rows.size else j
                    c_row = c_rows[i] if c_rows.size else i
                    if p_row >= c_row:
                        break
                j += 1
            if j == first or p_times[j - 1] < low:
                continue
            if t - np.int64(starts[j - 1]) <= window:
                times[n] = c_times[i]
                rows[n] = c_rows[i] if c_rows.size else i
                begun[n] = starts[j - 1]
                before[n] = j - 1
                n += 1
                if first_only:
                    break
        if n > old:
            actors[m] = c_actors[c]
            m += 1
            offsets[m] = n
        p += 1
        c += 1
    return actors[:m], offsets[: m + 1], times[:n], rows[:n], begun[:n], before[:n]


@njit(nogil=True, cache=True)
def choose_paths(actors, offsets, before, later_actors, later_places):
    """For each actor of a stage the event of the path that first reached its furthest step.

    ``later_places`` are places in this stage that the chosen paths of the stage after came from.
    Returns the chosen places here and the places before them.
    """
    chosen = np.empty(actors.size, dtype=np.uint32)
    places = np.empty(actors.size, dtype=np.uint32)
    j = 0
    for a in range(actors.size):
        if j < later_actors.size and later_actors[j] == actors[a]:
            chosen[a] = later_places[j]
            j += 1
        else:
            chosen[a] = offsets[a]
        places[a] = before[chosen[a]]
    return chosen, places

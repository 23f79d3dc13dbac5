# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Walking a funnel, one actor after another. Compiled by Numba, without the interpreter's lock.

A later event can only do better with a later start, so of each step only its latest valid event
is carried, as the start that explains it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NEVER = 1 << 62
LATE = 128


@njit(nogil=True, cache=True)
def walk_funnel(lines, spans, masks, bounds, window, out):
    """How far each actor of step 1 gets.

    ``lines`` are actors, offsets, times and rows by event; ``spans`` int64[steps, 2] the places
    of actors in them; ``masks`` whether a step has one, where its row 0 lies in it, and the
    masks; ``bounds`` start of the range, end of mature starts, end of all starts, and end of
    those that count. Writes to ``out``: for each actor of step 1 the row of the first start
    (where there is room for it) and the steps reached, with LATE added if no start is mature;
    for each step the waits of those who reached it, likewise. Returns actors by furthest step.
    """
    actors, offsets, times, rows = lines
    masked, shifts, keep = masks
    low, mature, end, high = bounds
    entries, levels, waits = out
    steps = spans.shape[0]
    place = spans[:, 0].copy()
    at = np.zeros(steps, dtype=np.int64)
    stop = np.zeros(steps, dtype=np.int64)
    best = np.zeros(steps, dtype=np.int64)
    paths = np.zeros((steps, steps), dtype=np.int64)
    path = np.zeros(steps if waits.size else 0, dtype=np.int64)
    counts = np.zeros(steps, dtype=np.int64)
    filled = np.zeros(steps, dtype=np.int64)
    first = spans[0, 0]
    for p in range(first, spans[0, 1]):
        i = np.int64(offsets[p])
        last = np.int64(offsets[p + 1])
        while i < last and (times[i] < low or (masked[0] and not keep[i + shifts[0]])):
            i += 1
        if i == last or times[i] >= end:
            levels[p - first] = 0
            continue
        if entries.size:
            entries[p - first] = rows[i]
        late = LATE if times[i] >= mature else 0
        if times[i] >= high:
            levels[p - first] = late
            continue
        while times[last - 1] >= high:
            last -= 1
        at[0] = i
        stop[0] = last
        deepest = _line_up(actors, offsets, actors[p], spans, place, at, stop)
        reached = 0
        if deepest:
            reached = _walk(
                times, rows, masked, shifts, keep, window, deepest, at, stop, best, paths, path
            )
        counts[reached] += 1
        levels[p - first] = late + reached + 1
        if path.size:
            for k in range(reached):
                waits[k, filled[k]] = path[k + 1] - path[k]
                filled[k] += 1
    return counts


@njit(nogil=True, forceinline=True)
def _line_up(actors, offsets, actor, spans, place, at, stop):
    """Put ``at`` and ``stop`` around the actor's events; the last step before one lacks."""
    for k in range(1, place.size):
        q = place[k]
        last = spans[k, 1]
        while q < last and actors[q] < actor:
            q += 1
        place[k] = q
        if q == last or actors[q] != actor:
            return k - 1
        at[k] = offsets[q]
        stop[k] = offsets[q + 1]
    return place.size - 1


@njit(nogil=True, forceinline=True)
def _walk(  # noqa: C901 - one merge
    times, rows, masked, shifts, keep, window, deepest, at, stop, best, paths, path
):
    """The furthest step of an actor; ends as soon as it is ``deepest``.

    Each step is read no further than the event of the next step asks for; which of two events
    comes first their rows tell, which are in the total order. Writes the times of the path that
    first got there to ``path``, unless that is empty.
    """
    for k in range(deepest):
        best[k] = -NEVER
    reached = 0
    k = deepest
    while True:
        i = at[k]
        if k == 1:
            start = _read_starts(rows, masked, shifts, keep, i, at, stop)
            if start >= 0:
                best[0] = times[start]
        elif at[k - 1] < stop[k - 1] and rows[at[k - 1]] < rows[i]:
            k -= 1
            continue
        t = np.int64(times[i])
        if t - best[k - 1] <= window and (not masked[k] or keep[i + shifts[k]]):
            if path.size:
                _note(paths, path, best[0], t, k, reached)
            reached = max(reached, k)
            if k == deepest:
                return reached
            best[k] = best[k - 1]
        at[k] = i + 1
        if k < deepest:
            k += i + 1 == stop[k] or rows[i + 1] >= rows[at[k + 1]]
        while at[deepest] == stop[deepest]:
            # No event is left to end there; those of the step before may still be read.
            deepest -= 1
            k = deepest
            if deepest == reached:
                return reached


@njit(nogil=True, forceinline=True)
def _read_starts(rows, masked, shifts, keep, i, at, stop):
    """Read on to the last start before event ``i``: its place, -1 where there is none new."""
    begin = at[0]
    j = begin
    while j < stop[0] and rows[j] < rows[i]:
        j += 1
    at[0] = j
    j -= 1
    while masked[0] and j >= begin and not keep[j + shifts[0]]:
        j -= 1
    return j if j >= begin else -1


@njit(nogil=True, forceinline=True)
def _note(paths, path, start, t, k, reached):
    """Note a valid event of step k at ``t`` behind the path to the step before."""
    paths[0, 0] = start
    for m in range(k):
        paths[k, m] = paths[k - 1, m]
    paths[k, k] = t
    if k > reached:
        for m in range(k + 1):
            path[m] = paths[k, m]

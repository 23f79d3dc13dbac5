"""Sorting events by actor and time. Compiled by Numba, without the interpreter's lock.

A counting sort by actor keeps the order of arrival; then each actor's rows are put in order of
time, which they nearly always are already.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def group_rows(actor, actors):
    """Offsets int64[actors + 1] and row numbers uint32[rows], grouped by actor, stable."""
    offsets = np.zeros(actors + 1, dtype=np.int64)
    for i in range(actor.size):
        offsets[actor[i] + 1] += 1
    for a in range(actors):
        offsets[a + 1] += offsets[a]
    place = offsets[:-1].copy()
    order = np.empty(actor.size, dtype=np.uint32)
    for i in range(actor.size):
        a = actor[i]
        order[place[a]] = i
        place[a] += 1
    return offsets, order


@njit(nogil=True, cache=True)
def sort_groups(offsets, order, time, spare):
    """Put the rows of each group in order of time, in place, keeping ties as they are.

    ``spare`` has room for the largest group.
    """
    for a in range(offsets.size - 1):
        low, high = offsets[a], offsets[a + 1]
        late = 0
        for i in range(low + 1, high):
            late += time[order[i]] < time[order[i - 1]]
        if late > 4 and high - low > 32:
            _merge_sort(order, time, low, high, spare)
        elif late:
            _insert(order, time, low, high)


@njit(nogil=True, cache=True)
def _insert(order, time, low, high):
    for i in range(low + 1, high):
        row = order[i]
        t = time[row]
        j = i - 1
        while j >= low and time[order[j]] > t:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = row


@njit(nogil=True, cache=True)
def _merge_sort(order, time, low, high, spare):
    """Merge runs of 16, 32, 64 ... rows from the bottom up."""
    width = 16
    for begin in range(low, high, width):
        _insert(order, time, begin, min(begin + width, high))
    while width < high - low:
        for begin in range(low, high - width, 2 * width):
            end = min(begin + 2 * width, high)
            left = spare[:width]
            for k in range(width):
                left[k] = order[begin + k]
            i = 0
            j = begin + width
            for k in range(begin, end):
                if i == width:
                    break
                if j < end and time[order[j]] < time[left[i]]:
                    order[k] = order[j]
                    j += 1
                else:
                    order[k] = left[i]
                    i += 1
        width *= 2


@njit(nogil=True, cache=True)
def merge_groups(old, old_time, new, new_time, source):
    """Merge two sorted runs group by group; the old one comes first where times tie.

    Writes to ``source`` which row each one is: old rows as they are, new ones after them.
    """
    shift = old_time.size
    n = 0
    for a in range(old.size - 1):
        i = old[a]
        for j in range(new[a], new[a + 1]):
            while i < old[a + 1] and old_time[i] <= new_time[j]:
                source[n] = i
                n += 1
                i += 1
            source[n] = shift + j
            n += 1
        while i < old[a + 1]:
            source[n] = i
            n += 1
            i += 1

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: PLR0917 - kernels take their arrays by position
"""Scores and ranks of many draws. Compiled by Numba, without the interpreter's lock.

Never fastmath: `plain` does the same in NumPy and must get the same bits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pilothouse.engines.backlog.program import GAMMA, MIX_1, MIX_2, PLUS, TIE_BITS, TIMES
from pilothouse.engines.backlog.quantities import TABLE_SIZE

_GAMMA, _MIX_1, _MIX_2 = np.uint64(GAMMA), np.uint64(MIX_1), np.uint64(MIX_2)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_MASK = np.uint64(TABLE_SIZE - 1)
_BLOCK = 256
_BUCKETS = 2048
_HALF, _TIE = np.uint32(1 << (TIE_BITS - 1)), np.uint32(TIE_BITS)
_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
# So many blocks of draws a 16-bit count can hold.
_FULL = 65_535 // _BLOCK
_SIGN, _ROOM = np.uint32(1 << 31), np.uint32(0xFFFFFFFF - (1 << (TIE_BITS - 1)))


@njit(nogil=True, cache=True, inline="always")
def _mix(word):
    word = (word ^ (word >> _S30)) * _MIX_1
    word = (word ^ (word >> _S27)) * _MIX_2
    return word ^ (word >> _S31)


@njit(nogil=True, cache=True)
def _fill_words(stream, first, words, size):
    step = np.uint64(first) * _GAMMA + stream
    for t in range(size):
        step += _GAMMA
        words[t] = _mix(step)


@njit(nogil=True, cache=True)
def _apply(operation, values, words, shift, scores, size):
    """Do one operation with a value of the table ``values`` to each score."""
    if operation == TIMES:
        for t in range(size):
            scores[t] *= values[(words[t] >> shift) & _MASK]
    elif operation == PLUS:
        for t in range(size):
            scores[t] += values[(words[t] >> shift) & _MASK]
    else:
        for t in range(size):
            value = values[(words[t] >> shift) & _MASK]
            scores[t] += max(scores[t] - value, np.float32(0))


@njit(nogil=True, cache=True)
def _apply_constant(operation, value, scores, size):
    if operation == TIMES:
        for t in range(size):
            scores[t] *= value
    elif operation == PLUS:
        for t in range(size):
            scores[t] += value
    else:
        for t in range(size):
            scores[t] += max(scores[t] - value, np.float32(0))


@njit(nogil=True, cache=True)
def fill_scores(program, item, first, scores, words, is_sum):
    """Scores of one candidate in the draws from ``first`` on; ``words`` is room of that size."""
    size = scores.size
    scores[:] = np.float32(0) if is_sum else np.float32(1)
    has_words = False
    stream = np.uint64(0)
    for f in range(program.offsets[item], program.offsets[item + 1]):
        row = program.rows[f]
        if row < 0:
            _apply_constant(program.operations[f], program.constants[f], scores, size)
            continue
        if not has_words or program.streams[f] != stream:
            has_words, stream = True, program.streams[f]
            _fill_words(stream, first, words, size)
        values = program.tables[row]
        _apply(program.operations[f], values, words, program.shifts[f], scores, size)


@njit(nogil=True, cache=True)
def _turned(bits):
    """Bits of a number as a whole number in the same order."""
    return ~bits if bits & _SIGN else bits | _SIGN


@njit(nogil=True, cache=True)
def _fill_block(program, start, size, is_sum, keys):
    """``keys[t, i]``: whole numbers in the order of the scores of draw ``start + t``."""
    scores = np.empty(size, dtype=np.float32)
    words = np.empty(size, dtype=np.uint64)
    bits = scores.view(np.uint32)
    for item in range(program.ties.size):
        fill_scores(program, item, start, scores, words, is_sum)
        for t in range(size):
            keys[t, item] = (min(_turned(bits[t]), _ROOM) + _HALF) >> _TIE


@njit(nogil=True, cache=True)
def _precedes(one, other, ties, draw):
    """Whether a packed key comes before another: the higher score, then the lower luck."""
    if one >> _S32 != other >> _S32:
        return one < other
    step = np.uint64(draw) * _GAMMA
    return _mix(ties[one & _LOW] + step) < _mix(ties[other & _LOW] + step)


@njit(nogil=True, cache=True)
def _bucket(key, highest, shift):
    return min((highest - min(key, highest)) >> shift, np.uint32(_BUCKETS - 1))


@njit(nogil=True, cache=True)
def _sort(keys, highest, shift, ends, packed, ties, draw):
    """Candidates in falling order: into buckets of near scores, then by insertion.

    ``packed`` holds the key, turned so that it rises, above the number of the candidate.
    """
    size = keys.size
    ends[:] = 0
    for i in range(size):
        ends[_bucket(keys[i], highest, shift)] += 1
    total = np.int32(0)
    for b in range(_BUCKETS):
        total += ends[b]
        ends[b] = total
    for i in range(size):
        b = _bucket(keys[i], highest, shift)
        ends[b] -= 1
        packed[ends[b]] = (np.uint64(~keys[i]) << _S32) | np.uint64(i)
    for p in range(1, size):
        one = packed[p]
        q = p
        while q > 0 and _precedes(one, packed[q - 1], ties, draw):
            packed[q] = packed[q - 1]
            q -= 1
        packed[q] = one


@njit(nogil=True, cache=True)
def count_ranks(program, first, last, counts, tops, top, width, is_sum):
    """Add how often each candidate has each rank, and how often it is among the first ``top``."""
    size = program.ties.size
    keys = np.empty((_BLOCK, size + 17), dtype=np.uint32)
    ends = np.zeros(_BUCKETS, dtype=np.int32)
    packed = np.zeros(size, dtype=np.uint64)
    # Half the bytes of ``counts`` stay in a core's own cache; emptied before they run over.
    near = np.zeros(counts.shape, dtype=np.uint16)
    for start in range(first, last, _BLOCK):
        draws = min(_BLOCK, last - start)
        _fill_block(program, start, draws, is_sum, keys)
        # Where the buckets lie only decides how quick the sorting is, never its outcome.
        pilot = np.sort(keys[0, :size])
        highest, lowest = pilot[size - 1 - size // 100], pilot[size // 50]
        shift = np.uint32(0)
        while (highest - lowest) >> shift >= _BUCKETS:
            shift += np.uint32(1)
        for t in range(draws):
            _sort(keys[t, :size], highest, shift, ends, packed, program.ties, start + t)
            for p in range(size):
                near[packed[p] & _LOW, p // width] += np.uint16(1)
            for p in range(min(top, size)):
                tops[packed[p] & _LOW] += 1
        if (start - first) // _BLOCK % _FULL == _FULL - 1 or start + draws == last:
            counts += near
            near[:] = 0


@njit(nogil=True, cache=True)
def _select(turned, lowest, shift, sums, place, room):
    """The ``place``-th smallest: the values of its bucket are sorted, the others only counted."""
    b = np.searchsorted(sums, place, side="right")
    before = sums[b - 1] if b > 0 else 0
    found = 0
    for t in range(turned.size):
        if (turned[t] - lowest) >> shift == b:
            room[found] = turned[t]
            found += 1
    return np.sort(room[:found])[place - before]


@njit(nogil=True, cache=True)
def find_places(scores, places, answers):
    """``answers[k]``: the score at ``places[k]`` (from 0) of the rising order, exactly."""
    bits = scores.view(np.uint32)
    turned = np.empty(bits.size, dtype=np.uint32)
    for t in range(bits.size):
        turned[t] = _turned(bits[t])
    lowest, highest = turned.min(), turned.max()
    shift = np.uint32(0)
    while (highest - lowest) >> shift >= _BUCKETS:
        shift += np.uint32(1)
    sums = np.zeros(_BUCKETS, dtype=np.int64)
    for t in range(turned.size):
        sums[(turned[t] - lowest) >> shift] += 1
    for b in range(1, _BUCKETS):
        sums[b] += sums[b - 1]
    room = np.empty(turned.size, dtype=np.uint32)
    found = np.empty(1, dtype=np.uint32)
    for k in range(places.size):
        value = _select(turned, lowest, shift, sums, places[k], room)
        found[0] = value ^ _SIGN if value & _SIGN else ~value
        answers[k] = found.view(np.float32)[0]


@njit(nogil=True, cache=True)
def count_above(scores, others):
    """Twice how often ``scores`` is above ``others``, and once how often it is a tie."""
    bits, other_bits = scores.view(np.uint32), others.view(np.uint32)
    twice = 0
    for t in range(bits.size):
        one = (min(_turned(bits[t]), _ROOM) + _HALF) >> _TIE
        other = (min(_turned(other_bits[t]), _ROOM) + _HALF) >> _TIE
        twice += 2 * (one > other) + (one == other)
    return twice

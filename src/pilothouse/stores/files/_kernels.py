"""Byte loops that Numba compiles: where records end, what a row weighs, what a time says.

All take the bytes of a block as ``uint8`` and spans in them as ``starts`` and ``ends``
(the end is not part of the span).
"""
# mypy: disable-error-code="untyped-decorator,no-untyped-call,no-untyped-def,type-arg"
# A state machine over bytes stays in one compiled function, and compares byte by byte.
# ruff: noqa: C901, PLR0911, PLR0912, PLR1714, SIM109

from __future__ import annotations

import numpy as np
from numba import njit

NEWLINE, RETURN, SPACE, TAB = 10, 13, 32, 9
BAD, NAIVE, INSTANT = 0, 1, 2
YEAR_FIRST, DAY_FIRST, MONTH_FIRST = 0, 1, 2

_K1 = np.uint64(0x9E3779B97F4A7C15)
_K2 = np.uint64(0xBF58476D1CE4E5B9)
_K3 = np.uint64(0x94D049BB133111EB)
_K4 = np.uint64(0xD6E8FEB86659FD93)
_U = np.uint64


@njit(cache=True, nogil=True)
def scan_records(data, delimiter, quote, line, final):
    """Records of ``data``: ``(starts, ends, fields, lines, consumed, next line, quote open)``.

    A quotation mark opens a quoted field only as the first byte of a field; line ends inside
    it belong to the field. Blank lines are no records. What follows ``consumed`` is the
    beginning of a record whose end is not in ``data`` (nothing of the kind when ``final``,
    unless its quotation mark is never closed). ``delimiter`` or ``quote`` 256 means none.
    """
    size = len(data)
    room = 1
    for i in range(size):
        if data[i] == NEWLINE or data[i] == RETURN:
            room += 1
    starts = np.empty(room, np.int64)
    ends = np.empty(room, np.int64)
    fields = np.empty(room, np.int64)
    lines = np.empty(room, np.int64)
    count = 0
    i = 0
    while i < size:
        start, first, found, quoted, fresh = i, line, 1, False, True
        while i < size:
            c = data[i]
            if quoted:
                if c == quote:
                    if i + 1 < size and data[i + 1] == quote:
                        i += 1
                    else:
                        quoted = False
                elif c == NEWLINE or (c == RETURN and i + 1 < size and data[i + 1] != NEWLINE):
                    line += 1
            elif fresh and c == quote:
                quoted, fresh = True, False
            elif c == delimiter:
                found, fresh = found + 1, True
            elif c == NEWLINE or c == RETURN:
                break
            else:
                fresh = False
            i += 1
        end = i
        cut = i == size or (data[i] == RETURN and i + 1 == size)
        if cut and (quoted or not final):
            return starts[:count], ends[:count], fields[:count], lines[:count], start, first, quoted
        if i < size:
            i += 2 if data[i] == RETURN and i + 1 < size and data[i + 1] == NEWLINE else 1
            line += 1
        if end > start:
            starts[count], ends[count], fields[count], lines[count] = start, end, found, first
            count += 1
    return starts[:count], ends[:count], fields[:count], lines[:count], size, line, False


@njit(cache=True, nogil=True)
def squeeze_spaces(data, quote):
    """``data`` with each run of spaces and tabs as one tab, none at the edges of a line."""
    out = np.empty(len(data), np.uint8)
    size = 0
    quoted, gap, begun = False, False, False
    for c in data:
        if c == NEWLINE or c == RETURN:
            quoted, gap, begun = False, False, False
        elif not quoted and (c == SPACE or c == TAB):
            gap = True
            continue
        else:
            if gap and begun:
                out[size] = TAB
                size += 1
            if c == quote:
                quoted = not quoted
            gap, begun = False, True
        out[size] = c
        size += 1
    return out[:size]


@njit(cache=True, nogil=True)
def join_spans(data, starts, ends):
    """The spans one after the other, each with a line end."""
    total = 0
    for i in range(len(starts)):
        total += ends[i] - starts[i] + 1
    out = np.empty(total, np.uint8)
    at = 0
    for i in range(len(starts)):
        size = ends[i] - starts[i]
        out[at : at + size] = data[starts[i] : ends[i]]
        out[at + size] = NEWLINE
        at += size + 1
    return out


@njit(cache=True, nogil=True)
def _turn(value, bits):
    return (value << _U(bits)) | (value >> _U(64 - bits))


@njit(cache=True, nogil=True)
def _stir(value):
    value = (value ^ (value >> _U(30))) * _K2
    value = (value ^ (value >> _U(27))) * _K3
    return value ^ (value >> _U(31))


@njit(cache=True, nogil=True)
def hash_spans(data, starts, ends, seed_high, seed_low):
    """128 bits for each span, as two ``uint64`` arrays; equal bytes give equal bits.

    Multiply-and-turn over words of eight bytes in two lanes with the finish of SplitMix64
    (Steele, Lea, Flood 2014). Spreads well, but is not meant to resist a forger.
    """
    high = np.empty(len(starts), np.uint64)
    low = np.empty(len(starts), np.uint64)
    for row in range(len(starts)):
        a, b = _U(seed_high), _U(seed_low)
        at, end = starts[row], ends[row]
        while at < end:
            word = _U(0)
            for shift in range(min(8, end - at)):
                word |= _U(data[at + shift]) << _U(8 * shift)
            a = _turn(a ^ (word * _K1), 29) * _K4
            b = _turn(b ^ (word * _K3), 33) * _K1 + word
            at += 8
        size = _U(end - starts[row])
        a, b = _stir(a ^ size), _stir(b + size)
        high[row], low[row] = _stir(a + b * _K4), _stir(b ^ (a * _K2))
    return high, low


@njit(cache=True, nogil=True)
def _number(data, at, end, most):
    """Value of up to ``most`` digits from ``at``, how many there were, where they end."""
    value, digits = 0, 0
    while at < end and digits < most and 48 <= data[at] <= 57:
        value = value * 10 + data[at] - 48
        at += 1
        digits += 1
    return value, digits, at


@njit(cache=True, nogil=True)
def _days(year, month, day):
    """Days since 1970-01-01 (Gregorian), or -10**9 for a day that does not exist."""
    if month < 1 or month > 12 or day < 1 or year < 1:
        return -(10**9)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = 31
    if month == 2:
        longest = 29 if leap else 28
    elif month in (4, 6, 9, 11):
        longest = 30
    if day > longest:
        return -(10**9)
    # Years begin in March, so that the leap day is the last of its year.
    shifted = year - 1 if month <= 2 else year
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719468


@njit(cache=True, nogil=True)
def _read_date(data, at, end, order):
    """``(days, where the date ends)``; days is -10**9 for no date."""
    nothing = -(10**9)
    first, digits, after = _number(data, at, end, 8)
    if order == YEAR_FIRST and digits == 8:
        return _days(first // 10000, first // 100 % 100, first % 100), after
    if digits == 0 or after >= end or data[after] not in (45, 46, 47):
        return nothing, at
    mark = data[after]
    second, second_digits, after = _number(data, after + 1, end, 2)
    if second_digits == 0 or after >= end or data[after] != mark:
        return nothing, at
    third, third_digits, after = _number(data, after + 1, end, 4)
    if order == YEAR_FIRST:
        fits = digits == 4 and 1 <= third_digits <= 2
        return (_days(first, second, third) if fits else nothing), after
    if digits > 2 or third_digits not in (2, 4):
        return nothing, at
    if third_digits == 2:
        third += 2000 if third < 69 else 1900
    if order == DAY_FIRST:
        return _days(third, second, first), after
    return _days(third, first, second), after


@njit(cache=True, nogil=True)
def _read_clock(data, at, end):
    """``(microseconds of the day, where the clock ends)``; -1 for none."""
    hour, digits, at = _number(data, at, end, 2)
    if digits == 0 or at >= end or data[at] != 58:
        return -1, at
    minute, digits, at = _number(data, at + 1, end, 2)
    second = 0
    fraction = 0
    if digits != 2:
        return -1, at
    if at < end and data[at] == 58:
        second, digits, at = _number(data, at + 1, end, 2)
        if digits != 2:
            return -1, at
        if at < end and data[at] in (46, 44):
            fraction, digits, at = _number(data, at + 1, end, 6)
            if digits == 0:
                return -1, at
            fraction *= 10 ** (6 - digits)
            while at < end and 48 <= data[at] <= 57:
                at += 1
    mark = at + 1 if at < end and data[at] == SPACE else at
    if mark + 1 < end and data[mark + 1] | 32 == 109 and data[mark] | 32 in (97, 112):
        if hour < 1 or hour > 12:
            return -1, at
        hour = hour % 12 + (12 if data[mark] | 32 == 112 else 0)
        at = mark + 2
    if hour > 23 or minute > 59 or second > 59:
        return -1, at
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, at


@njit(cache=True, nogil=True)
def _read_offset(data, at, end):
    """``(state, offset in minutes)`` of what follows the clock."""
    if at < end and data[at] == SPACE:
        at += 1
    if at == end:
        return NAIVE, 0
    if data[at] | 32 == 122:
        return (INSTANT if at + 1 == end else BAD), 0
    named = end - at >= 3 and (
        (data[at] == 85 and data[at + 1] == 84 and data[at + 2] == 67)
        or (data[at] == 71 and data[at + 1] == 77 and data[at + 2] == 84)
    )
    if named:
        at += 3
        if at == end:
            return INSTANT, 0
    if data[at] not in (43, 45):
        return BAD, 0
    sign = 1 if data[at] == 43 else -1
    hours, digits, at = _number(data, at + 1, end, 2)
    minutes, more = 0, 2
    if at < end and data[at] == 58:
        at += 1
    if at < end:
        minutes, more, at = _number(data, at, end, 2)
    least = 1 if named else 2
    if digits < least or more != 2 or at != end or hours > 23 or minutes > 59:
        return BAD, 0
    return INSTANT, sign * (hours * 60 + minutes)


@njit(cache=True, nogil=True)
def read_calendar(data, starts, ends, order):
    """Times written as a date with or without a clock and an offset: ``(microseconds, states)``.

    ``NAIVE`` values are local and wait for a zone, ``INSTANT`` ones are UTC. Digits after the
    sixth of a second are cut.
    """
    times = np.zeros(len(starts), np.int64)
    states = np.zeros(len(starts), np.uint8)
    for row in range(len(starts)):
        end = ends[row]
        days, at = _read_date(data, starts[row], end, order)
        if days == -(10**9):
            continue
        clock, state, offset = 0, NAIVE, 0
        if at < end:
            if data[at] == 44:
                at += 1
            if at >= end or not (data[at] == SPACE or data[at] | 32 == 116):
                continue
            clock, at = _read_clock(data, at + 1, end)
            if clock < 0:
                continue
            state, offset = _read_offset(data, at, end)
        times[row] = days * 86_400_000_000 + clock - offset * 60_000_000
        states[row] = state
    return times, states


@njit(cache=True, nogil=True)
def read_epoch(data, starts, ends, decimals):
    """Times counted from 1970 in units of 10**-decimals seconds: ``(microseconds, states)``."""
    times = np.zeros(len(starts), np.int64)
    states = np.zeros(len(starts), np.uint8)
    shift = 6 - decimals
    for row in range(len(starts)):
        whole, digits, at = _number(data, starts[row], ends[row], 12 + decimals)
        if digits == 0:
            continue
        fraction, more = 0, 0
        if at < ends[row] and data[at] == 46:
            fraction, more, at = _number(data, at + 1, ends[row], shift)
            while at < ends[row] and 48 <= data[at] <= 57:
                at += 1
        if at != ends[row]:
            continue
        times[row] = whole * 10**shift + fraction * 10 ** (shift - more)
        states[row] = INSTANT
    return times, states

"""Times of a file as microseconds since 1970, exactly.

A time without a zone, and a date, is read in the zone of the mapping. Where clocks change, the
offset that held before the change counts: an hour that happens twice is its first pass, and
a time in an hour that is skipped lies as long after the change as it was meant to.
Digits after the sixth of a second are cut.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.kernel.times import DAY_US, EPOCH, SECOND_US, to_us
from pilothouse.stores.files.blocks import Longs
from pilothouse.stores.files.cells import to_spans

EPOCH_DECIMALS = {"epoch-s": 0, "epoch-ms": 3, "epoch-us": 6}
CALENDAR_ORDERS = {"iso": 0, "date": 0, "day-first": 1, "month-first": 2}
TIME_FORMATS = (*CALENDAR_ORDERS, *EPOCH_DECIMALS)

States = npt.NDArray[np.uint8]
BAD, NAIVE, INSTANT = 0, 1, 2
_TICKS = {"s": SECOND_US, "ms": 1000, "us": 1}
Reader = Callable[[str], datetime]


def read_times(values: pa.Array, time_format: str, zone: ZoneInfo) -> tuple[Longs, States]:
    """Microseconds (UTC) and a state for each of ``values``; state 0 is not understood."""
    if pa.types.is_timestamp(values.type):
        ticks = values if values.type.unit != "ns" else _cut_nanoseconds(values)
        size = _TICKS[ticks.type.unit]
        return _from_ticks(ticks.cast(pa.int64()), size, values.type.tz, zone)
    if pa.types.is_date(values.type):
        days = values.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
        return _from_ticks(days, DAY_US, None, zone)
    if pa.types.is_floating(values.type) and time_format in EPOCH_DECIMALS:
        return _from_doubles(values, EPOCH_DECIMALS[time_format])
    if not pa.types.is_string(values.type):
        values = values.cast(pa.string())
    times, states = _from_text(values, time_format)
    naive = states == NAIVE
    if naive.any():
        times[naive] = localize(times[naive], zone)
    return times, states


def localize(local_us: Longs, zone: ZoneInfo) -> Longs:
    """UTC microseconds of local ones (microseconds of the wall clock since 1970)."""
    days, day_of = np.unique(local_us // DAY_US, return_inverse=True)
    begins = [_offset_us(int(day) * DAY_US, zone) for day in days]
    ends = [_offset_us(int(day + 1) * DAY_US, zone) for day in days]
    offsets = np.array(begins, np.int64)[day_of]
    changing = (np.array(begins) != np.array(ends))[day_of]
    for row in np.flatnonzero(changing):
        offsets[row] = _offset_us(int(local_us[row]), zone)
    return local_us - offsets


def _offset_us(local_us: int, zone: ZoneInfo) -> int:
    wall = EPOCH.replace(tzinfo=None)
    # Past the calendar of Python there are no zones; such times are refused by their range.
    if not -(DAY_US * 719_000) < local_us < DAY_US * 2_900_000:
        return 0
    offset = (wall + timedelta(microseconds=local_us)).replace(tzinfo=zone).utcoffset()
    return (offset or timedelta()) // timedelta(microseconds=1)


def _cut_nanoseconds(values: pa.Array) -> pa.Array:
    return values.cast(pa.timestamp("us", tz=values.type.tz), safe=False)


def _from_ticks(
    ticks: pa.Array, size_us: int, tz: str | None, zone: ZoneInfo
) -> tuple[Longs, States]:
    """Times of whole ticks of ``size_us``; those past what 64 bits hold stay far out of range."""
    known = pc.is_valid(ticks).to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(ticks, 0).to_numpy(zero_copy_only=False)
    limit = 2**62 // size_us
    times = np.clip(numbers, -limit, limit).astype(np.int64) * size_us
    if tz is None:
        times[known] = localize(times[known], zone)
    return times, np.where(known, INSTANT if tz else NAIVE, BAD).astype(np.uint8)


def _from_doubles(values: pa.Array, decimals: int) -> tuple[Longs, States]:
    numbers = pc.fill_null(values.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
    fine = np.isfinite(numbers) & (np.abs(numbers) < 10 ** (12 + decimals))
    kept = np.where(fine, numbers, 0.0)
    # Whole and fraction apart: the product stays within half a microsecond of what was written.
    whole = np.floor(kept)
    fraction = np.rint((kept - whole) * 10 ** (6 - decimals))
    times = whole.astype(np.int64) * 10 ** (6 - decimals) + fraction.astype(np.int64)
    return times, np.where(fine, INSTANT, BAD).astype(np.uint8)


def _from_text(values: pa.Array, time_format: str) -> tuple[Longs, States]:
    from pilothouse.stores.files import _kernels

    texts = pc.fill_null(pc.utf8_trim_whitespace(values), "")
    if "%" in time_format:
        return _each(texts, lambda text: datetime.strptime(text, time_format))  # noqa: DTZ007
    if time_format in EPOCH_DECIMALS:
        decimals = EPOCH_DECIMALS[time_format]
        times, states = _kernels.read_epoch(*to_spans(texts), decimals)
        odd = _each(texts.filter(pa.array(states == BAD)), lambda text: _epoch(text, decimals))
    else:
        order = CALENDAR_ORDERS[time_format]
        times, states = _kernels.read_calendar(*to_spans(texts), order)
        odd = _each(texts.filter(pa.array(states == BAD)), _iso if time_format == "iso" else _none)
    rest = np.flatnonzero(states == BAD)
    times[rest], states[rest] = odd
    return times, states


def _each(texts: pa.Array, read: Reader) -> tuple[Longs, States]:
    """Times of the different texts one by one: the slow way, for what the fast one left."""
    coded = texts.dictionary_encode()
    found = [_one(text, read) for text in coded.dictionary.to_pylist()]
    times = np.array([time for time, _ in found] or [0], np.int64)
    states = np.array([state for _, state in found] or [BAD], np.uint8)
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return times[codes], states[codes]


def _one(text: str, read: Reader) -> tuple[int, int]:
    try:
        moment = read(text)
    except (ValueError, OverflowError, InvalidOperation):
        return 0, BAD
    if moment.tzinfo is None:
        return to_us(moment.replace(tzinfo=EPOCH.tzinfo)), NAIVE
    return to_us(moment), INSTANT


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _none(text: str) -> datetime:
    raise ValueError(text)


def _epoch(text: str, decimals: int) -> datetime:
    micros = int(Decimal(text).scaleb(6 - decimals))
    return EPOCH + timedelta(microseconds=micros)

"""Times, ranges and periods.

Conventions: an instant is an integer of microseconds since 1970-01-01T00:00Z (``time_us``)
or an aware ``datetime``; never a naive one. Ranges are half-open: the start is in, the end
is not. Periods (day, week, month) are cut in a named time zone, so a day may have 23 or 25
hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pilothouse.kernel.errors import InvalidValueError

Period = Literal["day", "week", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The years an event may carry: inside what every database and zone table can hold.
EARLIEST = datetime(1971, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(2200, 1, 1, tzinfo=timezone.utc)

_WINDOW = re.compile(r"([0-9]{1,9})(s|m|h|d|w)")
_WINDOW_UNITS = {
    "s": SECOND_US,
    "m": MINUTE_US,
    "h": HOUR_US,
    "d": DAY_US,
    "w": 7 * DAY_US,
}


@dataclass(frozen=True)
class TimeRange:
    """Half-open range of instants in microseconds: ``start_us <= t < end_us``."""

    start_us: int
    end_us: int

    def __post_init__(self) -> None:
        if self.end_us < self.start_us:
            raise InvalidValueError(
                "the end of a range must not lie before its start.",
                value=f"{format_instant(self.start_us)} to {format_instant(self.end_us)}",
            )


def to_us(moment: datetime) -> int:
    """Microseconds since the epoch of an aware ``moment``, exactly."""
    if moment.tzinfo is None:
        raise InvalidValueError("a time must carry its zone.", value=moment.isoformat())
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(time_us: int, zone: ZoneInfo | timezone = timezone.utc) -> datetime:
    """The aware datetime of an instant, in ``zone``."""
    return (EPOCH + timedelta(microseconds=time_us)).astimezone(zone)


def format_instant(time_us: int) -> str:
    """ISO 8601 in UTC, without needless fractions."""
    return from_us(time_us).isoformat().replace("+00:00", "Z")


def parse_zone(name: str) -> ZoneInfo:
    """The time zone called ``name``, such as ``Europe/Berlin``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValueError(
            "a time zone is a name of the IANA list, such as Europe/Berlin or UTC.", value=name
        ) from error


def parse_window(text: str) -> int:
    """Microseconds of a window written as ``10s``, ``30m``, ``12h``, ``7d`` or ``2w``.

    >>> parse_window("7d") // DAY_US
    7
    """
    match = _WINDOW.fullmatch(text.strip())
    if not match or int(match[1]) == 0:
        raise InvalidValueError(
            "a window is a whole number above zero and a unit: 10s, 30m, 12h, 7d or 2w.", value=text
        )
    return int(match[1]) * _WINDOW_UNITS[match[2]]


def format_window(window_us: int) -> str:
    """The shortest way of writing a window: ``604800000000`` is ``7d``."""
    for unit in ("d", "h", "m", "s"):
        if window_us % _WINDOW_UNITS[unit] == 0:
            return f"{window_us // _WINDOW_UNITS[unit]}{unit}"
    return f"{window_us / SECOND_US}s"


def parse_period(text: str) -> Period:
    """``day``, ``week`` or ``month``."""
    for period in PERIODS:
        if text == period:
            return period
    raise InvalidValueError("a period is day, week or month.", value=text)


def parse_date(text: str) -> date:
    """A calendar day written as ``2026-11-23``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValueError(
            "a date is written year-month-day, such as 2026-11-23.", value=text
        ) from error


def midnight_us(day: date, zone: ZoneInfo) -> int:
    """The instant at which ``day`` begins in ``zone``."""
    return to_us(datetime.combine(day, time.min, tzinfo=zone))


def local_date(time_us: int, zone: ZoneInfo) -> date:
    """The calendar day of an instant in ``zone``."""
    return from_us(time_us, zone).date()


def period_start(day: date, period: Period, week_start: int = 0) -> date:
    """First day of the period that holds ``day``; ``week_start`` 0 is Monday, 6 Sunday."""
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=(day.weekday() - week_start) % 7)
    return day.replace(day=1)


def next_period(start: date, period: Period) -> date:
    """First day of the period after the one that begins at ``start``."""
    if period == "day":
        return start + timedelta(days=1)
    if period == "week":
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_periods(start: date, count: int, period: Period) -> date:
    """First day of the period ``count`` after (or before) the one at ``start``."""
    if period == "day":
        return start + timedelta(days=count)
    if period == "week":
        return start + timedelta(days=7 * count)
    months = start.year * 12 + start.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def iter_periods(first: date, until: date, period: Period, week_start: int = 0) -> Iterator[date]:
    """First days of all periods from the one that holds ``first`` to before ``until``."""
    start = period_start(first, period, week_start)
    while start < until:
        yield start
        start = next_period(start, period)


def date_range(first: date, last: date, zone: ZoneInfo) -> TimeRange:
    """The range from the beginning of ``first`` to the end of ``last`` (both days in)."""
    return TimeRange(midnight_us(first, zone), midnight_us(last + timedelta(days=1), zone))

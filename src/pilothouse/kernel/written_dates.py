"""Dates as other programs and people write them, read with the order of day and month chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
    for name in (names,)
}
_CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?)?"
# 14/Jul/25 3:42 PM, 14-Jul-2025, 14 July 2025
_NAMED = re.compile(r"(\d{1,2})[ /.-]([A-Za-z]{3})[a-z]*[ /.-](\d{2,4})" + _CLOCK + r"\s*$")
# Jul 14, 2025 3:42 PM
_NAMED_US = re.compile(r"([A-Za-z]{3})[a-z]* (\d{1,2}),? (\d{4})" + _CLOCK + r"\s*$")
# Wed May 13 2026 11:21:41 GMT+0000 (GMT+00:00)
_SCRIPT = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) "
    r"GMT([+-])(\d{2})(\d{2})(?: \(.*\))?"
)
# 6/21/2025 16:14, 21.6.25
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})" + _CLOCK + r"\s*$")
_EPOCH = re.compile(r"\d{10}(\d{3})?")


def read_moment(text: str, *, zone: tzinfo, is_day_first: bool) -> datetime | None:
    """The moment that ``text`` names, with its zone (``zone`` where it has none); None if unread.

    >>> read_moment("14/Jul/25 3:42 PM", zone=timezone.utc, is_day_first=True).isoformat()
    '2025-07-14T15:42:00+00:00'
    """
    given = text.strip()
    try:
        moment = _read(given, is_day_first=is_day_first)
    except (ValueError, OverflowError, KeyError):
        return None
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    # Beyond these, other zones and databases have no such day.
    return moment if 1902 <= moment.year <= 2998 else None


def is_order_open(texts: Iterable[str]) -> bool:
    """Whether every date of numbers could be read with either order of day and month."""
    pairs = [(int(m[1]), int(m[2])) for m in map(_NUMBERS.match, map(str.strip, texts)) if m]
    return bool(pairs) and all(first <= 12 and second <= 12 for first, second in pairs)


def guess_day_first(texts: Iterable[str]) -> bool:
    """The order of day and month that the numbers themselves prove; day first if none does."""
    pairs = [(int(m[1]), int(m[2])) for m in map(_NUMBERS.match, map(str.strip, texts)) if m]
    # 13/13/2026 is no date in either order and proves neither.
    return not any(first <= 12 < second for first, second in pairs)


def _read(text: str, *, is_day_first: bool) -> datetime | None:
    if match := _EPOCH.fullmatch(text):
        milliseconds = int(text) if match[1] else int(text) * 1000
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
    if match := _SCRIPT.fullmatch(text):
        return _from_script(match)
    if match := _NAMED.fullmatch(text):
        return _build(match[3], _MONTHS[match[2].lower()], match[1], match.groups()[3:])
    if match := _NAMED_US.fullmatch(text):
        return _build(match[3], _MONTHS[match[1].lower()], match[2], match.groups()[3:])
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        # What cannot be a month is a day, whatever was chosen.
        is_day = is_day_first if first <= 12 and second <= 12 else first > 12
        day, month = (first, second) if is_day else (second, first)
        return _build(match[3], month, day, match.groups()[3:])
    return datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00" * text.endswith(" UTC"))


def _build(year: str, month: int, day: int | str, clock: tuple[str | None, ...]) -> datetime:
    hour, minute, second, half = clock
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    whole_year = int(year) + (0 if len(year) > 2 else 2000 if int(year) < 70 else 1900)
    return datetime(  # noqa: DTZ001  -- the zone is the caller's
        whole_year, month, int(day), hours, int(minute or 0), int(second or 0)
    )


def _from_script(match: re.Match[str]) -> datetime:
    month, day, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    return datetime(
        int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second),
        tzinfo=timezone(offset if sign == "+" else -offset),
    )  # fmt: skip

"""When an event happened: its own time, freed from the error of the client's clock.

Rules
- ``timestamp`` is ISO 8601 (without a zone it is UTC) or a number: seconds or milliseconds since
  1970. Within the years an event may carry the two cannot be confused, so no guess is needed.
- ``offset`` is milliseconds before the request was sent, for clients that send no ``timestamp``.
- Neither: the time of arrival.
- A client that says when it sent tells how wrong its clock is: the event is moved by arrival less
  sending, unless it asks not to be or brings history.
- A time that cannot be read or believed refuses the event. It is never replaced.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from pilothouse.connect.ingest.errors import EventRefusedError
from pilothouse.kernel.times import EARLIEST, HOUR_US, LATEST, format_instant, to_us

MAX_AHEAD_HOURS = 23

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ][0-9:.,]{2,24}(?:[Zz]|[+-][0-9:]{2,8})?)?")
_EARLIEST_US, _LATEST_US = to_us(EARLIEST), to_us(LATEST)


def parse_moment(value: Any) -> int:
    """Microseconds of a time as clients write it; raises ``EventRefusedError`` time-invalid."""
    if type(value) in (int, float):
        return _parse_epoch(value)
    if not isinstance(value, str) or not _ISO.fullmatch(value.strip()):
        raise _invalid(value)
    try:
        moment = datetime.fromisoformat(value.strip().upper())
    except ValueError as error:
        raise _invalid(value) from error
    return to_us(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))


def _parse_epoch(number: float) -> int:
    for scale in (1_000_000, 1_000):
        if _EARLIEST_US <= number * scale < _LATEST_US:
            return round(number * scale)
    raise EventRefusedError(
        "time-invalid",
        "a time as a number is seconds or milliseconds since 1970, in the years 1971 to 2199.",
        value=number,
    )


def place_moment(timestamp: Any, offset_ms: Any, received_us: int, skew_us: int) -> int:
    """The time of an event, corrected by ``skew_us`` (arrival less sending) and believable.

    Raises ``EventRefusedError``: time-invalid, time-range or time-future.
    """
    if timestamp is not None:
        time_us = parse_moment(timestamp) + skew_us
    elif offset_ms is not None:
        time_us = received_us - _parse_offset(offset_ms)
    else:
        time_us = received_us
    if not _EARLIEST_US <= time_us < _LATEST_US:
        raise EventRefusedError(
            "time-range", "an event lies in the years 1971 to 2199.", value=timestamp
        )
    if time_us > received_us + MAX_AHEAD_HOURS * HOUR_US:
        raise EventRefusedError(
            "time-future",
            f"an event lies at most {MAX_AHEAD_HOURS} hours ahead of its arrival.",
            value=format_instant(time_us),
            remedy="Check the clock and the time zone of the client.",
        )
    return time_us


def _parse_offset(offset_ms: Any) -> int:
    number = offset_ms if type(offset_ms) in (int, float) else -1.0
    if not 0 <= number < _LATEST_US / 1_000:
        raise EventRefusedError(
            "time-invalid",
            "an offset is the number of milliseconds since the event, zero or more.",
            value=offset_ms,
        )
    return round(float(number) * 1_000)


def _invalid(value: Any) -> EventRefusedError:
    return EventRefusedError(
        "time-invalid",
        "a time is written in ISO 8601, such as 2026-11-23T09:30:00Z.",
        value=value,
    )

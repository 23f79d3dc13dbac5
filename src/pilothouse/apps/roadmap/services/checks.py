"""What the texts and numbers of a roadmap may be."""

from __future__ import annotations

import math
import re
from datetime import date

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import PUBLIC_ID_LENGTH, clean_text

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
MAX_WEEKS = 100_000.0
MAX_VALUE = 1e15

_PUBLIC_ID = re.compile(rf"[a-z0-9]{{{PUBLIC_ID_LENGTH}}}")


def check_title(text: str, what: str, longest: int = 200) -> str:
    """A clean title of one line; raises ``InvalidValueError``."""
    title = " ".join(clean_text(text).split())
    if not 1 <= len(title) <= longest:
        raise InvalidValueError(f"{what} has 1 to {longest} characters.", value=text)
    return title


def check_text(text: str, what: str, longest: int) -> str:
    """A clean text of any lines; raises ``InvalidValueError``."""
    body = clean_text(text).replace("\r\n", "\n").strip()
    if len(body) > longest:
        raise InvalidValueError(f"{what} has at most {longest:,} characters; this {len(body):,}.")
    return body


def check_number(
    value: float | None, what: str, *, low: float = 0.0, high: float = MAX_VALUE
) -> float | None:
    """A finite number from ``low`` to ``high``, or None for an unknown one."""
    if value is None:
        return None
    if isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
        raise InvalidValueError(f"{what} is a number from {low:,g} to {high:,g}.", value=value)
    return float(value)


def check_day(day: date | None, what: str) -> date | None:
    """A day that every database holds, or None."""
    if day is not None and not EARLIEST <= day <= LATEST:
        raise InvalidValueError(f"{what} lies from 1990 to 2199.", value=day.isoformat())
    return day


def check_choice(value: str, choices: list[str], what: str) -> str:
    """One of ``choices``; raises ``InvalidValueError``."""
    if value not in choices:
        raise InvalidValueError(f"{what} is one of {', '.join(choices)}.", value=value)
    return value


def check_reference(public_id: str, what: str) -> str:
    """A public id, or an empty text for none."""
    if public_id and not _PUBLIC_ID.fullmatch(public_id):
        raise InvalidValueError(f"{what} is given by its id.", value=public_id)
    return public_id

"""What a person writes, checked before it is stored: texts, lines, days, lists."""

from __future__ import annotations

import re
from datetime import date

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_TEXT = 20_000
MAX_LINE = 300


def check_text(what: str, text: str, most: int = MAX_TEXT, *, least: int = 0) -> str:
    """``text`` cleaned; ``InvalidValueError`` unless it has ``least`` to ``most`` characters.

    >>> check_text("a name", "  Ada ", 10)
    'Ada'
    """
    cleaned = clean_text(text).strip()
    if not least <= len(cleaned) <= most:
        rule = f"{least} to {most:,}" if least else f"at most {most:,}"
        raise InvalidValueError(
            f"{what} has {rule} characters; this has {len(cleaned):,}.", value=cleaned or None
        )
    return cleaned


def check_line(what: str, text: str, most: int = MAX_LINE, *, least: int = 0) -> str:
    """The same on one line."""
    return check_text(what, " ".join(clean_text(text).split()), most, least=least)


def check_day(what: str, day: date | None) -> date | None:
    """A day that every calendar and database can hold."""
    if day is not None and not EARLIEST.date() < day < LATEST.date():
        raise InvalidValueError(
            f"{what} lies between {EARLIEST.year} and {LATEST.year}.", value=day.isoformat()
        )
    return day


def split_list(text: str) -> tuple[str, ...]:
    """What a person wrote with commas, semicolons or lines between.

    >>> split_list("a, b; c")
    ('a', 'b', 'c')
    """
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())

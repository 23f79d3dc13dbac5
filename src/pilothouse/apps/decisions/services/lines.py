"""A forecast in one line: ``80% that activation reaches 40% by 2026-12-31 #growth``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pilothouse.apps.decisions.services.figures import parse_probability
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_date

_LINE = re.compile(
    r"\s*(?P<chance>[0-9][0-9.,]{0,20}(?:\s*%)?)(?:\s+that\s+|\s*:\s*|\s+)(?P<question>[^\s%].*)"
    r"[\s,]+by\s+(?P<day>[^#]+?)\s*(?P<topics>(?:#\S+\s*)*)$",
    re.IGNORECASE | re.DOTALL,
)
_IN = re.compile(r"in ([0-9]{1,4}) (day|week|month)s?", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class QuickForecast:
    """What a line says."""

    probability: float
    question: str
    resolve_by: date
    topics: tuple[str, ...]


def parse_forecast_line(text: str, today: date) -> QuickForecast:
    """Read a line of the form ``P% that … by DAY #topic``; ``today`` is the product's day.

    >>> line = parse_forecast_line("80% that we ship by 31 Dec #release", date(2026, 11, 23))
    >>> line.probability, line.question, line.resolve_by.isoformat(), line.topics
    (0.8, 'we ship', '2026-12-31', ('release',))
    """
    match = _LINE.match(text[:1_000])
    if match is None:
        raise InvalidValueError(
            "a forecast in one line reads: 80% that … by 2026-12-31.",
            value=text,
            remedy="The day may also be 31 Dec, Friday, tomorrow or in 6 weeks.",
        )
    chance = match["chance"].strip()
    return QuickForecast(
        probability=parse_probability(chance),
        question=match["question"].strip(" ,"),
        resolve_by=parse_day(match["day"], today),
        topics=tuple(part.strip("#,") for part in match["topics"].split()),
    )


def parse_day(text: str, today: date) -> date:
    """A day as people say it: ``2026-12-31``, ``31 Dec``, ``Friday``, ``tomorrow``, ``in 6 weeks``,
    ``end of month``. Days without a year lie ahead.
    """
    words = " ".join(text.lower().replace(",", " ").split()).rstrip(".")
    plain = {"today": today, "tomorrow": today + timedelta(days=1)}
    if words in plain:
        return plain[words]
    if words in {"end of month", "the end of the month", "end of the month"}:
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if match := _IN.fullmatch(words):
        size = {"day": 1, "week": 7, "month": 30}[match[2].lower()]
        return _plus(today, int(match[1]) * size)
    weekday = [name for name in _DAYS if words in {name, name[:3], f"next {name}"}]
    if weekday:
        return today + timedelta(days=(_DAYS.index(weekday[0]) - today.weekday() - 1) % 7 + 1)
    return _named_day(words, today) or parse_date(text)


def _named_day(words: str, today: date) -> date | None:
    """``31 dec``, ``dec 31``, either with a year."""
    match = re.fullmatch(r"([0-9]{1,2}) ([a-z]{3,9})(?: ([0-9]{4}))?", words)
    other = re.fullmatch(r"([a-z]{3,9}) ([0-9]{1,2})(?: ([0-9]{4}))?", words)
    if match:
        day, name, year = match[1], match[2], match[3]
    elif other:
        name, day, year = other[1], other[2], other[3]
    else:
        return None
    months = [place for place, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    if not months:
        return None
    for candidate in [int(year)] if year else [today.year, today.year + 1]:
        try:
            found = date(candidate, months[0], int(day))
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _plus(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError as error:
        raise InvalidValueError("this day lies too far ahead.", value=f"{days} days") from error

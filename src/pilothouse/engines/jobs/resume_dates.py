"""Dates of a resume as parsers read them best: ``Jan 2020 - Mar 2024``."""

from __future__ import annotations

from collections.abc import Iterable

from pilothouse.engines.jobs.resume_types import DAY, Entry

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PRESENT = "Present"


def say_day(text: str) -> str:
    """A day of JSON Resume in words, as exact as a reader needs; as it is where it is none.

    >>> say_day("2024-03-31"), say_day("2024")
    ('Mar 2024', '2024')
    """
    match = DAY.fullmatch(text)
    if not match:
        return text
    return f"{MONTHS[int(match[2]) - 1]} {match[1]}" if match[2] else match[1]


def say_span(entry: Entry) -> str:
    """From when to when; still going on where no end is given in a job.

    >>> say_span(Entry("1", "work", {"startDate": "2020-01"}))
    'Jan 2020 - Present'
    """
    start, end = say_day(entry.get("startDate")), say_day(entry.get("endDate"))
    if not start:
        return end
    if not end:
        return f"{start} - {PRESENT}" if entry.section in {"work", "volunteer"} else start
    return start if start == end else f"{start} - {end}"


def years_of(entry: Entry, this_year: int) -> range:
    """The years in which an entry lies; none where it has no dates."""
    days = (entry.get(key) for key in ("startDate", "endDate", "date", "releaseDate"))
    years = [int(day[:4]) for day in days if DAY.fullmatch(day)]
    if not years:
        return range(0)
    is_open = bool(entry.get("startDate")) and not entry.get("endDate")
    return range(min(years), max(*years, this_year if is_open else 0) + 1)


def whole_years_of_work(entries: Iterable[Entry], this_month: tuple[int, int]) -> int:
    """Whole years in which somebody worked: the months of all jobs together, none twice.

    ``this_month`` is (year, month). A job without a month counts from July to June, so that it
    adds no year that was not there.
    """
    months: set[int] = set()
    now = this_month[0] * 12 + this_month[1] - 1
    for entry in entries:
        start = _month(entry.get("startDate"), 7)
        end = _month(entry.get("endDate"), 6) if entry.get("endDate") else now
        if entry.section == "work" and start is not None and end is not None:
            months.update(range(start, min(end, now) + 1))
    return len(months) // 12


def _month(text: str, otherwise: int) -> int | None:
    match = DAY.fullmatch(text)
    return int(match[1]) * 12 + int(match[2] or otherwise) - 1 if match else None

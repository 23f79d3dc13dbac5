"""``Connections.csv`` of LinkedIn's export: the header is found by what it holds.

Above it stand notes and blank lines, or nothing; older files have no address of the profile; most
e-mail cells are empty; columns come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from pilothouse.apps.people.formats.records import (
    MAX_COMPANY,
    MAX_NAME,
    MAX_ROLE,
    ContactFile,
    Person,
    Problem,
)
from pilothouse.apps.people.formats.texts import tidy

HEADER = {"first name", "last name"}
_LOOK_AT_ROWS = 50
_KNOWN = {
    "first name", "last name", "url", "profile url", "email address", "company", "position",
    "connected on",
}  # fmt: skip
_DAYS = ("%d %b %Y", "%d-%b-%y", "%d %B %Y", "%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%b %d, %Y")


def find_header(rows: list[tuple[int, list[str]]]) -> int | None:
    """The place of the header among the rows; None where there is none."""
    for place, (_, row) in enumerate(rows[:_LOOK_AT_ROWS]):
        names = {cell.strip().lower() for cell in row}
        if names >= HEADER and names & {"connected on", "company", "position"}:
            return place
    return None


def read_connections(rows: list[tuple[int, list[str]]], header: int) -> ContactFile:
    """All people below the header."""
    names = [cell.strip().lower() for cell in rows[header][1]]
    people, problems = [], []
    for line, row in rows[header + 1 :]:
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(names, row, strict=False))
        person = _to_person(cells, line)
        if person.name:
            people.append(person)
        else:
            problems.append(Problem(line, "This row names nobody."))
        problems += _day_problem(cells, person, line)
        if len(row) > len(names):
            problems.append(Problem(line, f"This row has {len(row)} cells under {len(names)}."))
    return ContactFile("linkedin", tuple(people), tuple(problems))


@lru_cache(maxsize=10_000)
def read_day(text: str) -> date | None:
    """A day as LinkedIn writes or once wrote it.

    >>> read_day("07-Feb-22"), read_day("01 Jan 2023"), read_day("soon")
    (datetime.date(2022, 2, 7), datetime.date(2023, 1, 1), None)
    """
    for form in _DAYS:
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
        return day if 1971 < day.year < 2200 else None
    return None


def _to_person(cells: dict[str, str], line: int) -> Person:
    given = tidy(cells.get("first name", ""), 100)
    family = tidy(cells.get("last name", ""), 100)
    link = tidy(cells.get("url") or cells.get("profile url") or "", 500)
    email = tidy(cells.get("email address", ""), 254)
    return Person(
        name=f"{given} {family}".strip()[:MAX_NAME],
        given=given,
        family=family,
        role=tidy(cells.get("position", ""), MAX_ROLE),
        company=tidy(cells.get("company", ""), MAX_COMPANY),
        emails=(email,) if email else (),
        links=(link,) if link else (),
        met_on=read_day(cells.get("connected on", "")),
        details=tuple(_rest(cells)),
        line=line,
    )


def _rest(cells: dict[str, str]) -> Iterable[tuple[str, str]]:
    for name, cell in cells.items():
        if name and name not in _KNOWN and cell and cell.strip():
            yield name, tidy(cell, 1000)


def _day_problem(cells: dict[str, str], person: Person, line: int) -> list[Problem]:
    given = cells.get("connected on", "").strip()
    if not given or person.met_on:
        return []
    return [Problem(line, f"{given[:40]} is no day that can be read; the rest was taken.")]

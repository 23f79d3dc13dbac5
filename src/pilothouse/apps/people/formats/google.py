"""Google's CSV of contacts, in the layout of today and in the one before 2024."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pilothouse.apps.people.formats.records import (
    MAX_COMPANY,
    MAX_NAME,
    MAX_ROLE,
    MAX_TEXT,
    MAX_VALUES,
    ContactFile,
    Person,
    Problem,
)
from pilothouse.apps.people.formats.texts import split_values, tidy
from pilothouse.kernel.ids import clean_text

_LOOK_AT_ROWS = 20
_VALUE = re.compile(r"(e-mail|phone|website|im|relation|event) \d+ - value")
_MARKS = {"group membership", "labels", "organization name", "organization 1 - name",
          "e-mail 1 - value", "phone 1 - value"}  # fmt: skip
_GIVEN = ("first name", "given name")
_MIDDLE = ("middle name", "additional name")
_FAMILY = ("last name", "family name")
_TAKEN = {
    "name", "file as", "notes", "labels", "group membership", "organization name",
    "organization title", "organization 1 - name", "organization 1 - title", "photo",
    *_GIVEN, *_MIDDLE, *_FAMILY,
}  # fmt: skip
_KINDS_OF_LABELS = re.compile(r" - (type|label)$")


def find_header(rows: list[tuple[int, list[str]]]) -> int | None:
    """The place of the header among the rows; None where there is none."""
    for place, (_, row) in enumerate(rows[:_LOOK_AT_ROWS]):
        names = {cell.strip().lower() for cell in row}
        if names & {*_GIVEN, "name"} and names & _MARKS:
            return place
    return None


def read_google(rows: list[tuple[int, list[str]]], header: int) -> ContactFile:
    """All people below the header."""
    names = [cell.strip().lower() for cell in rows[header][1]]
    people, problems = [], []
    for line, row in rows[header + 1 :]:
        if not any(cell.strip() for cell in row):
            continue
        person = _to_person(dict(zip(names, row, strict=False)), line)
        if person.name:
            people.append(person)
        else:
            problems.append(Problem(line, "This row names nobody and has no e-mail address."))
    return ContactFile("google", tuple(people), tuple(problems))


def _to_person(cells: dict[str, str], line: int) -> Person:
    given = tidy(_first(cells, _GIVEN), 100)
    family = tidy(_first(cells, _FAMILY), 100)
    middle = tidy(_first(cells, _MIDDLE), 60)
    emails = tuple(_values(cells, "e-mail"))
    company = _first(cells, ("organization name", "organization 1 - name"))
    role = _first(cells, ("organization title", "organization 1 - title"))
    whole = " ".join(part for part in (given, middle, family) if part)
    name = tidy(cells.get("name", ""), MAX_NAME) or whole or tidy(cells.get("file as", ""), 200)
    name = name or tidy(cells.get("nickname", ""), 200) or tidy(company, 200)
    return Person(
        name=(name or (emails[0] if emails else ""))[:MAX_NAME],
        given=given,
        family=family,
        role=tidy(role, MAX_ROLE),
        company=tidy(company, MAX_COMPANY),
        emails=emails,
        phones=tuple(_values(cells, "phone")),
        links=tuple(_values(cells, "website")),
        groups=tuple(_groups(_first(cells, ("labels", "group membership")))),
        notes=clean_text(cells.get("notes", "")).strip()[:MAX_TEXT],
        details=tuple(_rest(cells)),
        line=line,
    )


def _first(cells: dict[str, str], names: Iterable[str]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _values(cells: dict[str, str], kind: str) -> Iterator[str]:
    for number in range(1, MAX_VALUES):
        for value in split_values(cells.get(f"{kind} {number} - value", "")):
            yield tidy(value, 500)


def _groups(text: str) -> Iterator[str]:
    """The labels without those that every contact has (``* myContacts``)."""
    for value in split_values(text):
        word = tidy(value.removeprefix("* "), 60)
        if word and not value.startswith("* "):
            yield word


def _rest(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, cell in cells.items():
        value = tidy(cell or "", 1000)
        if not name or not value or name in _TAKEN or _KINDS_OF_LABELS.search(name):
            continue
        match = _VALUE.fullmatch(name)
        if match and match[1] in {"e-mail", "phone", "website"}:
            continue
        if match:
            label = tidy(
                cells.get(name.removesuffix("value") + "label", "")
                or cells.get(name.removesuffix("value") + "type", ""),
                60,
            )
            yield label or match[1], value
        else:
            yield name, value

"""Rows of a survey's file as answers, with what had to be left out and why.

A file is long (a row for each respondent and feature) or wide (a row for each respondent, two
columns for each feature, such as "Export (functional)" and "Export (dysfunctional)").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pilothouse.engines.backlog.kano import parse_answer
from pilothouse.engines.backlog.opportunity import parse_rating
from pilothouse.kernel.errors import InvalidValueError

SurveyKind = Literal["kano", "opportunity"]
# The column of the subject and those of its two answers.
COLUMNS: Mapping[SurveyKind, tuple[str, str, str]] = {
    "kano": ("feature", "functional", "dysfunctional"),
    "opportunity": ("need", "importance", "satisfaction"),
}
_WIDE = re.compile(r"(.+?)\s*[\[(:]\s*(\w+)\s*[\])]?")
_SUBJECT = 200


@dataclass(frozen=True)
class SurveyRow:
    """One respondent's two answers about one feature or need, as texts that can be read."""

    subject: str
    first: str
    second: str
    segment: str = ""
    respondent: str = ""


@dataclass(frozen=True)
class SurveyRows:
    """Answers, and (line, reason) of each pair that was left out."""

    rows: tuple[SurveyRow, ...]
    left_out: tuple[tuple[int, str], ...]


def read_survey(rows: Iterable[Mapping[str, str]], kind: SurveyKind) -> SurveyRows:
    """Read rows by column name; the first row of a file of values is line 2.

    Raises InvalidValueError when the columns of neither form are there.
    """
    found: list[SurveyRow] = []
    left_out: list[tuple[int, str]] = []
    for line, raw in enumerate(rows, start=2):
        cells = {str(key).strip().lower(): str(text or "").strip() for key, text in raw.items()}
        names = {str(key).strip().lower(): str(key).strip() for key in raw}
        for row in _pairs(cells, names, kind):
            if not row.first and not row.second:
                continue
            reason = _fault(row, kind)
            if reason:
                left_out.append((line, reason))
            else:
                found.append(row)
    return SurveyRows(tuple(found), tuple(left_out))


def _pairs(
    cells: Mapping[str, str], names: Mapping[str, str], kind: SurveyKind
) -> Iterable[SurveyRow]:
    subject, one, two = COLUMNS[kind]
    segment, respondent = cells.get("segment", ""), cells.get("respondent", "")
    if subject in cells and one in cells and two in cells:
        yield SurveyRow(cells[subject], cells[one], cells[two], segment, respondent)
        return
    wide: dict[str, dict[str, str]] = {}
    for key, name in names.items():
        match = _WIDE.fullmatch(name)
        if match and match[2].lower() in {one, two}:
            wide.setdefault(match[1].strip(), {})[match[2].lower()] = cells[key]
    if not wide:
        raise InvalidValueError(
            f"a survey has the columns {subject}, {one} and {two}, or two columns for each "
            f"{subject} such as 'Export ({one})' and 'Export ({two})'.",
            value=", ".join(names.values()),
        )
    for about, pair in wide.items():
        yield SurveyRow(about, pair.get(one, ""), pair.get(two, ""), segment, respondent)


def _fault(row: SurveyRow, kind: SurveyKind) -> str:
    subject, one, two = COLUMNS[kind]
    if not row.subject or len(row.subject) > _SUBJECT:
        return f"a {subject} has 1 to {_SUBJECT} characters"
    parse: Callable[[str], object] = parse_answer if kind == "kano" else parse_rating
    for name, text in ((one, row.first), (two, row.second)):
        if not text:
            return f"{name} is missing"
        try:
            parse(text)
        except InvalidValueError as error:
            return f"{name}: {error.sentence}"
    return ""


def kano_answers(rows: Iterable[SurveyRow]) -> list[tuple[str, str, str]]:
    """What `kano` takes."""
    return [(row.subject, parse_answer(row.first), parse_answer(row.second)) for row in rows]


def opportunity_answers(rows: Iterable[SurveyRow]) -> list[tuple[str, int, int]]:
    """What `opportunity` takes."""
    return [(row.subject, parse_rating(row.first), parse_rating(row.second)) for row in rows]

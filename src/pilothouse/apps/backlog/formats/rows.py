"""Rows of a table as work items, by what each column was said to mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from pilothouse.apps.backlog.formats import wiki
from pilothouse.apps.backlog.formats.csvtable import Row, Table
from pilothouse.apps.backlog.formats.meanings import DATES, guess_columns, guess_fields, kind_among
from pilothouse.apps.backlog.formats.records import (
    Comment,
    Problem,
    Reading,
    Source,
    Tie,
    WorkFile,
    WorkItem,
)
from pilothouse.kernel.written_dates import guess_day_first, is_order_open, read_moment

MAX_PROBLEMS = 1000
_MOVED = "status category changed"
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_LINK_COLUMN = re.compile(r"(in|out)ward issue link \((.+)\)", re.IGNORECASE)
_LINEAR_TIES = {"related to": "relates", "blocked by": "blocked-by", "duplicate of": "duplicates"}
_JIRA_COMMENT = re.compile(r"([^;\n]{6,40});([^;\n]*);(.*)", re.DOTALL)


def guess_reading(table: Table, source: Source) -> Reading:
    """What the columns of a table seem to mean."""
    columns = guess_columns(table.header)
    if "title" not in columns:
        columns["title"] = (_wordiest(table),)
    used = {place for places in columns.values() for place in places}
    filled = {column.place: column.filled for column in table.columns}
    return Reading(
        source=source,
        columns=columns,
        fields=guess_fields(table.header, used, filled),
        is_day_first=guess_day_first(date_texts(table, columns)),
    )


def _wordiest(table: Table) -> int:
    """The column with the most words: where no heading says so, it is the likeliest title."""
    return max(
        range(len(table.header)),
        key=lambda place: sum(len(row.cells[place].split()) for row in table.rows[:200]),
    )


def date_texts(table: Table, columns: dict[str, tuple[int, ...]]) -> list[str]:
    """All cells of columns of dates."""
    places = [place for target in DATES for place in columns.get(target, ())]
    return [row.cells[place] for row in table.rows for place in places if row.cells[place]]


def read_rows(table: Table, reading: Reading, zone: tzinfo) -> WorkFile:
    """Every row as an item; what cannot be read is told by its line, and the rest still comes."""
    reader = _RowReader(table, reading, zone)
    items = tuple(item for row in table.rows if (item := reader.read(row)) is not None)
    return WorkFile(
        source=reading.source,
        items=_name_parents(items, reader.other_ids),
        problems=(*table.problems, *reader.problems[:MAX_PROBLEMS]),
        columns=table.columns,
        has_open_dates=is_order_open(date_texts(table, reading.columns)),
    )


@dataclass
class _RowReader:
    """Reads one row after the other; remembers problems and the second ids of items."""

    table: Table
    reading: Reading
    zone: tzinfo

    def __post_init__(self) -> None:
        self.problems: list[Problem] = []
        self.other_ids: dict[str, str] = {}
        names = [name.lower() for name in self.table.header]
        self._id_place = names.index("issue id") if "issue id" in names else None
        self._ties = [(p, tie) for p, name in enumerate(names) if (tie := _tie_of(name))]
        self._archived = names.index("archived") if "archived" in names else None
        self._moved = names.index(_MOVED) if _MOVED in names else None
        self._is_wiki = self.reading.source == "jira"

    def read(self, row: Row) -> WorkItem | None:
        """The item of a row; None when it has no title."""
        title = self._one(row, "title")
        if not title:
            self._tell(row, "has no title and was left out.")
            return None
        external_id, tags = self._one(row, "external_id"), self._tags(row)
        if self._id_place is not None and row.cells[self._id_place].strip():
            self.other_ids[row.cells[self._id_place].strip()] = external_id
        return WorkItem(
            external_id=external_id,
            title=title,
            line=row.line,
            body=self._text(self._one(row, "body")),
            kind=self._one(row, "kind") or kind_among(tags),
            status=self._one(row, "status"),
            status_group=self._one(row, "status_group"),
            parent=self._one(row, "parent"),
            tags=tags,
            owner=self._one(row, "owner"),
            estimate=self._number(row),
            due=moment.date() if (moment := self._moment(row, "due")) else None,
            created_at=self._moment(row, "created"),
            started_at=self._moment(row, "started") or self._begun(row),
            done_at=self._moment(row, "done"),
            comments=tuple(self._comment(cell) for cell in self._all(row, "comments")),
            ties=self._read_ties(row),
            fields=self._fields(row),
        )

    def _all(self, row: Row, target: str) -> list[str]:
        cells = [row.cells[place].strip() for place in self.reading.columns.get(target, ())]
        return [cell for cell in cells if cell]

    def _one(self, row: Row, target: str) -> str:
        return next(iter(self._all(row, target)), "")

    def _text(self, text: str) -> str:
        return wiki.to_markdown(text) if self._is_wiki else text

    def _tags(self, row: Row) -> tuple[str, ...]:
        cells = self._all(row, "tags")
        # Jira spreads labels over columns, one each; the others put them all into one cell.
        parts = cells if self._is_wiki else [p for cell in cells for p in re.split(r"[,;]", cell)]
        tags = [part.strip() for part in parts if part.strip()]
        if self._archived is not None and row.cells[self._archived].strip():
            tags.append("archived")
        return tuple(dict.fromkeys(tags))

    def _number(self, row: Row) -> float | None:
        text = self._one(row, "estimate")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            self._tell(row, f"has an estimate that is no number: {text[:40]}")
            return None
        return float(text.replace(",", "."))

    def _moment(self, row: Row, target: str) -> datetime | None:
        text = self._one(row, target)
        if not text:
            return None
        moment = read_moment(text, zone=self.zone, is_day_first=self.reading.is_day_first)
        if moment is None:
            self._tell(row, f"has a date that cannot be read in {target}: {text[:40]}")
        return moment

    def _begun(self, row: Row) -> datetime | None:
        """When work in progress was moved there, which Jira tells only while it is there."""
        if self._moved is None or self._one(row, "status_group").lower() != "in progress":
            return None
        order = self.reading.is_day_first
        return read_moment(row.cells[self._moved], zone=self.zone, is_day_first=order)

    def _comment(self, cell: str) -> Comment:
        match = _JIRA_COMMENT.fullmatch(cell)
        order = self.reading.is_day_first
        at = match and read_moment(match[1], zone=self.zone, is_day_first=order)
        if match and at:
            return Comment(self._text(match[3]), match[2], at)
        return Comment(self._text(cell))

    def _read_ties(self, row: Row) -> tuple[Tie, ...]:
        return tuple(
            Tie(relation, other.strip())
            for place, relation in self._ties
            for other in row.cells[place].split(",")
            if other.strip()
        )

    def _fields(self, row: Row) -> dict[str, str]:
        """Custom fields by name; columns of one name are joined."""
        found: dict[str, list[str]] = {}
        for place in self.reading.fields:
            if row.cells[place].strip():
                found.setdefault(field_name(self.table.header[place]), []).append(row.cells[place])
        return {name: ", ".join(cell.strip() for cell in cells) for name, cells in found.items()}

    def _tell(self, row: Row, sentence: str) -> None:
        self.problems.append(Problem(row.line, sentence))


def field_name(heading: str) -> str:
    """The name of a custom field for a column: Jira's wrapping taken off."""
    match = re.fullmatch(r"custom field \((.+)\)", heading.strip(), re.IGNORECASE)
    return (match[1] if match else heading.strip())[:60]


def _tie_of(name: str) -> str:
    if match := _LINK_COLUMN.fullmatch(name):
        way, kind = match[1].lower(), match[2].lower()
        if "block" in kind:
            return "blocks" if way == "out" else "blocked-by"
        if "dup" in kind or "clone" in kind:
            return "duplicates" if way == "out" else ""
        return "relates"
    return _LINEAR_TIES.get(name, "")


def _name_parents(items: Sequence[WorkItem], other_ids: dict[str, str]) -> tuple[WorkItem, ...]:
    """Parents that are named by a second id, as Jira does, by their first one."""
    return tuple(
        replace(item, parent=other_ids[item.parent]) if item.parent in other_ids else item
        for item in items
    )

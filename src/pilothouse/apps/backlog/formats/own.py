"""Our own CSV: every field of every item, so that what is written comes back as it was.

Texts that a spreadsheet could take for formulas get a leading ', and so do texts that begin with
one: reading takes exactly one off.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from pilothouse.apps.backlog.formats.csvtable import Row, Table
from pilothouse.apps.backlog.formats.records import Column, Problem, WorkFile, WorkItem
from pilothouse.apps.workspace.services.export import guard_cell
from pilothouse.kernel.written_dates import read_moment

HEADER = (
    "pilothouse id", "number", "kind", "status", "title", "parent", "tags", "owner", "estimate",
    "due", "created", "started", "done", "source", "external id", "body",
)  # fmt: skip
_FIELD = re.compile(r"field (text|number|date|choice): (.+)", re.DOTALL)


@dataclass(frozen=True)
class OwnItem:
    """An item as our CSV has it. ``fields`` are custom values by the names of their fields."""

    public_id: str
    number: int
    kind: str
    status: str
    title: str
    parent: str
    tags: tuple[str, ...]
    owner: str
    estimate: float | None
    due: date | None
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    source: str
    external_id: str
    body: str
    fields: dict[str, Any]


def is_own(header: Sequence[str]) -> bool:
    """Whether a table is one of ours."""
    return bool(header) and header[0] == HEADER[0] and set(HEADER) <= set(header)


def write_own(items: Iterable[OwnItem], fields: Sequence[tuple[str, str]]) -> Iterable[bytes]:
    """The CSV in pieces; ``fields`` are (kind, name) of the custom fields, in their order."""
    yield "\ufeff".encode()
    yield _csv_line([*HEADER, *(f"field {kind}: {name}" for kind, name in fields)])
    for item in items:
        fixed = [
            item.public_id, item.number, item.kind, item.status, item.title, item.parent,
            join_list(item.tags), item.owner, item.estimate, item.due, item.created_at,
            item.started_at, item.done_at, item.source, item.external_id, item.body,
        ]  # fmt: skip
        yield _csv_line([*fixed, *(item.fields.get(name) for _, name in fields)])


def read_own(table: Table, zone: tzinfo) -> WorkFile:
    """The items of one of our own files."""
    places = {name: place for place, name in enumerate(table.header)}
    fields = [
        (place, m[1], m[2]) for name, place in places.items() if (m := _FIELD.fullmatch(name))
    ]
    problems: list[Problem] = list(table.problems)
    items = [_read(row, places, fields, zone, problems) for row in table.rows]
    return WorkFile(
        source="pilothouse",
        items=tuple(items),
        problems=tuple(problems),
        columns=tuple(Column(place, name, "", 0) for place, name in enumerate(table.header)),
        field_kinds={name: kind for _, kind, name in fields},
    )


def join_list(texts: Sequence[str]) -> str:
    """Texts in one cell, those with commas in quotation marks: ``a, "b, c"``."""
    return _csv_line(list(texts), guard=False).decode().rstrip("\r\n") if texts else ""


def split_list(cell: str) -> tuple[str, ...]:
    """What ``join_list`` joined."""
    return tuple(next(csv.reader(io.StringIO(cell, newline="")), ())) if cell else ()


def _csv_line(cells: Sequence[Any], *, guard: bool = True) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([_guard(_plain(cell)) if guard else cell for cell in cells])
    return text.getvalue().encode()


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float):
        return repr(cell)
    return "" if cell is None else cell


def _guard(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith("'") else guard_cell(cell)


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _read(
    row: Row,
    places: dict[str, int],
    fields: list[tuple[int, str, str]],
    zone: tzinfo,
    problems: list[Problem],
) -> WorkItem:
    def cell(name: str) -> str:
        return _unguard(row.cells[places[name]])

    def moment(name: str) -> datetime | None:
        return read_moment(cell(name), zone=zone, is_day_first=True) if cell(name) else None

    due = moment("due")
    return WorkItem(
        external_id=cell("pilothouse id"),
        title=cell("title"),
        line=row.line,
        body=cell("body"),
        kind=cell("kind"),
        status=cell("status"),
        parent=cell("parent"),
        tags=split_list(cell("tags")),
        owner=cell("owner"),
        estimate=_number(cell("estimate"), row, problems),
        due=due.date() if due else None,
        created_at=moment("created"),
        started_at=moment("started"),
        done_at=moment("done"),
        number=int(text) if (text := cell("number")).isdecimal() and len(text) < 10 else None,
        fields={
            name: _number(text, row, problems) if kind == "number" else text
            for place, kind, name in fields
            if (text := _unguard(row.cells[place]))
        },
    )


def _number(text: str, row: Row, problems: list[Problem]) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        problems.append(Problem(row.line, f"has a number that cannot be read: {text[:40]}"))
        return None

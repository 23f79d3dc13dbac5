"""CSV as tables: any common delimiter, a header found by its words, repeated names by place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pilothouse.apps.backlog.formats.records import Column, Problem
from pilothouse.kernel.errors import InvalidValueError

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 2000
MAX_ROWS = 200_000
MAX_PREAMBLE = 30
MAX_PROBLEMS = 1000


@dataclass(frozen=True)
class Row:
    """A row with the line it begins on, counted from 1; as many cells as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header (names may be repeated), the rows, and what was odd about them."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns by place, with their first value and how many rows fill them."""
        found = []
        for place, name in enumerate(self.header):
            values = [row.cells[place] for row in self.rows if row.cells[place].strip()]
            found.append(Column(place, name, values[0][:120] if values else "", len(values)))
        return tuple(found)


def read_table(text: str) -> Table:
    """The table in ``text``; raises ``InvalidValueError`` when it has no header or no rows."""
    delimiter = _guess_delimiter(text)
    records = list(_records(text, delimiter))
    start = _find_header([cells for _, cells in records[: MAX_PREAMBLE + 1]])
    header = tuple(cell.strip().lstrip("\ufeff") for cell in records[start][1])
    if len(header) > MAX_COLUMNS:
        raise InvalidValueError(f"a table has at most {MAX_COLUMNS:,} columns.", value=len(header))
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in records[start + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        extra = [cell for cell in cells[len(header) :] if cell.strip()]
        if extra and len(problems) < MAX_PROBLEMS:
            problems.append(
                Problem(line, f"has {len(cells)} cells under {len(header)} headings; "
                              f"left out: {', '.join(extra)[:120]}")
            )  # fmt: skip
        padded = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
        rows.append(Row(line, tuple(padded)))
    if not rows:
        raise InvalidValueError("the table has a header and no rows.", remedy="Export it again.")
    return Table(header, tuple(rows), tuple(problems))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins, count = 1, 0
    try:
        for cells in reader:
            if cells:
                count += 1
                yield begins, cells
            if count > MAX_ROWS + MAX_PREAMBLE:
                raise InvalidValueError(f"a file has at most {MAX_ROWS:,} rows.")
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InvalidValueError(
            f"line {begins} cannot be read as CSV ({error}).",
            remedy="A quotation mark that is never closed, or a cell of more than 131,072 "
            "characters, is the usual reason.",
        )


def _guess_delimiter(text: str) -> str:
    """The delimiter under which the most of the first lines have the same number of cells."""

    def score(delimiter: str) -> tuple[int, int]:
        head = text[:65_536].rsplit("\n", 1)[0] if len(text) > 65_536 else text
        try:
            widths = [len(cells) for cells in csv.reader(io.StringIO(head), delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        common = max(set(wide), key=wide.count) if wide else 0
        return (wide.count(common) * (common > 1), common)

    return max(DELIMITERS, key=score)


def _find_header(records: Sequence[Sequence[str]]) -> int:
    """The first record as wide as most, which leaves a preamble behind."""
    if not records:
        raise InvalidValueError("the file has no rows.", remedy="Export it again.")
    widths = [len(cells) for cells in records]
    widest = max(widths)
    for place, cells in enumerate(records):
        filled = sum(bool(cell.strip()) for cell in cells)
        if len(cells) >= max(1, widest * 0.6) and filled >= max(1, len(cells) * 0.6):
            return place
    return 0

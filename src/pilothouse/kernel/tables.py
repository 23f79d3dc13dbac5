"""Bytes as text and as rows of a table, whatever program wrote them."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from pilothouse.kernel.errors import InvalidValueError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip


def decode(body: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else Latin-1, which always succeeds."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def iter_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV file with the lines they end on; comma, semicolon or tab, as the file has it.

    A quotation mark that is never closed would swallow the rest of the file: such a file is read
    line by line instead, with its quotation marks as they are.
    """
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    separator = _find_separator(plain)
    rows = _read(plain, separator, csv.QUOTE_MINIMAL)
    if rows is None or any(cell.count("\n") > 100 for _, row in rows for cell in row):
        rows = _read(plain, separator, csv.QUOTE_NONE) or []
        rows = [(line, [cell.strip().strip('"') for cell in row]) for line, row in rows]
    yield from rows


def _find_separator(text: str) -> str:
    sample = text[:20_000]
    return max((",", ";", "\t"), key=sample.count)


def _read(text: str, separator: str, quoting: int) -> list[tuple[int, list[str]]] | None:
    csv.field_size_limit(10**6)
    lines = (line + "\n" for line in text.split("\n"))
    if quoting == csv.QUOTE_NONE:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=separator, strict=False)
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        if quoting == csv.QUOTE_NONE:
            raise InvalidValueError("this file is no table of text that can be read.")
        return None

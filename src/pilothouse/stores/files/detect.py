"""What a file is: format, encoding, delimiter, header and a first look at its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pilothouse.kernel.errors import DamagedError, InvalidValueError
from pilothouse.stores.files import jsonrows
from pilothouse.stores.files.cells import kind_of
from pilothouse.stores.files.sources import BOMS, GZIP_MAGIC, open_source

Format = Literal["csv", "jsonl", "parquet"]
Delimiter = Literal[",", ";", "\t", "|", " "]

HEAD_BYTES = 2**20
SHOWN_ROWS = 20
SAMPLE_ROWS = 1000
MAX_COLUMNS = 2000
# A header further down than this is not looked for.
MAX_PREAMBLE = 30
PARQUET_MAGIC = b"PAR1"
DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")
_FOREIGN = {
    b"PK\x03\x04": ("a zip archive is not a file of events.", "Unpack it and give the file in it."),
    b"BZh": ("bzip2 is not read.", "Unpack it, or pack it with gzip."),
    b"\xfd7zXZ": ("xz is not read.", "Unpack it, or pack it with gzip."),
    b"\x28\xb5\x2f\xfd": ("zstd is not read.", "Unpack it, or pack it with gzip."),
    b"%PDF": ("a PDF is not a file of events.", "Give CSV, JSONL or Parquet."),
    b"SQLite format 3": ("a database is not a file of events.", "Export a table as CSV."),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet is not read.", "Save it as CSV."),
}


@dataclass(frozen=True)
class FileGuess:
    """What a file seems to be.

    ``columns`` by position, repeated names kept; ``rows`` the first 20 as text, ``sample`` up
    to a thousand (None: the row lacks the column); ``row_estimate`` from the bytes of the
    sample (exact for Parquet). ``delimiter`` " " means runs of spaces and tabs; ``header_line``
    is one-based and 0 where the format has none. ``flatten`` names the objects whose keys are
    columns of their own. ``time_types`` names columns that are times by type.
    """

    format: Format
    encoding: str
    delimiter: Delimiter | None
    gzip: bool
    header_line: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    sample: tuple[tuple[str | None, ...], ...]
    row_estimate: int
    flatten: tuple[str, ...] = ()
    time_types: tuple[str, ...] = ()
    number_types: tuple[str, ...] = ()


def detect(path: Path | str) -> FileGuess:
    """Look at the beginning of the file at ``path``.

    Raises InvalidValueError for what cannot be a file of events, and DamagedError for a
    broken one; both say what to do.
    """
    with Path(path).open("rb") if Path(path).is_file() else _no_file(path) as raw:
        magic = raw.read(16)
    packed = magic.startswith(GZIP_MAGIC)
    if magic.startswith(PARQUET_MAGIC):
        return _detect_parquet(Path(path))
    source = open_source(path)
    try:
        head = source.read(HEAD_BYTES)
        read_bytes = source.bytes_done if packed else len(head)
        total = source.total
    finally:
        source.close()
    _check_head(head, str(path), packed=packed)
    encoding = _guess_encoding(head)
    text = _decode(head, encoding, whole=len(head) < HEAD_BYTES)
    if text.lstrip()[:1] == "{":
        guess = _detect_jsonl(text, encoding)
    else:
        guess = _detect_csv(text, encoding, str(path))
    share = read_bytes / max(1, total)
    estimate = len(guess.sample) if share >= 1 else round(guess.row_estimate / max(share, 1e-9))
    return FileGuess(**{**guess.__dict__, "gzip": packed, "row_estimate": estimate})


def _no_file(path: Path | str) -> Any:
    raise InvalidValueError("there is no such file.", value=str(path), remedy="Check the path.")


def _check_head(head: bytes, name: str, *, packed: bool) -> None:
    for magic, (rule, remedy) in _FOREIGN.items():
        if head.startswith(magic):
            raise InvalidValueError(rule, value=name, remedy=remedy)
    if packed and head.startswith((PARQUET_MAGIC, GZIP_MAGIC)):
        raise InvalidValueError("this is packed twice.", value=name, remedy="Unpack it once.")
    for mark in BOMS.values():
        head = head.removeprefix(mark)
    if not head.strip(b" \t\r\n\x00"):
        raise InvalidValueError("the file is empty.", value=name, remedy="Export it again.")


def _guess_encoding(head: bytes) -> str:
    for encoding, mark in BOMS.items():
        if head.startswith(mark):
            return encoding
    even, odd = head[0:4096:2], head[1:4096:2]
    half = max(1, min(len(head), 4096) // 2)
    # Half of the bytes of Western text in UTF-16 are zero.
    if odd.count(0) > 0.4 * half and even.count(0) < 0.1 * half:
        return "utf-16-le"
    if even.count(0) > 0.4 * half and odd.count(0) < 0.1 * half:
        return "utf-16-be"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return _guess_single_byte(head)
    return _refuse_binary(head, "utf-8")


def _guess_single_byte(head: bytes) -> str:
    """Windows-1252, unless UTF-8 sequences show that a few bytes of UTF-8 are broken."""
    whole = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", head))
    high = sum(head.count(bytes([byte])) for byte in range(128, 256))
    encoding = "utf-8" if whole * 2 > high * 0.5 else "cp1252"
    return _refuse_binary(head, encoding)


def _refuse_binary(head: bytes, encoding: str) -> str:
    controls = sum(
        head.count(bytes([byte])) for byte in (*range(9), *range(14, 27), *range(28, 32))
    )
    if controls > len(head) * 0.02 + 8:
        raise InvalidValueError(
            "this is not text.", value=head[:20], remedy="Give CSV, JSONL or Parquet."
        )
    return encoding


def _decode(head: bytes, encoding: str, *, whole: bool) -> str:
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    if whole:
        return text
    cut = max(text.rfind("\n"), text.rfind("\r"))
    return text[: cut + 1] if cut > 0 else text


def _detect_jsonl(text: str, encoding: str) -> FileGuess:
    lines = [line for line in text.splitlines() if line.strip()]
    objects = [found for line in lines[:SAMPLE_ROWS] if (found := jsonrows.try_object(line))]
    if not objects:
        raise InvalidValueError(
            "no line of the file is a JSON object.",
            value=lines[0],
            remedy="Write one object a line (JSONL).",
        )
    flatten = jsonrows.guess_flatten(objects)
    flat = [jsonrows.flatten(each, flatten) for each in objects]
    columns = tuple(dict.fromkeys(name for row in flat for name in row))
    _check_columns(columns)
    sample = [tuple(jsonrows.as_text(row.get(name)) for name in columns) for row in flat]
    return FileGuess(
        "jsonl",
        encoding,
        None,
        gzip=False,
        header_line=0,
        columns=columns,
        rows=tuple(sample[:SHOWN_ROWS]),
        sample=tuple(sample),
        row_estimate=len(lines),
        flatten=flatten,
        number_types=tuple(name for name in columns if jsonrows.is_number_column(flat, name)),
    )


def _detect_csv(text: str, encoding: str, name: str) -> FileGuess:
    if text.lstrip()[:1] == "[":
        raise InvalidValueError(
            "a JSON list is not read.", value=name, remedy="Write one object a line (JSONL)."
        )
    delimiter, records = _guess_delimiter(text)
    if delimiter is None:
        raise InvalidValueError(
            "no delimiter was found that makes columns of this.",
            value=text.strip()[:60],
            remedy="Separate columns by comma, semicolon, tab, bar or spaces, with a header line.",
        )
    header = _find_header([fields for _, fields in records])
    header_line, columns = records[header]
    _check_columns(columns)
    body = [fields for _, fields in records[header + 1 :] if len(fields) == len(columns)]
    sample = [tuple(cell or None for cell in fields) for fields in body[:SAMPLE_ROWS]]
    return FileGuess(
        "csv",
        encoding,
        delimiter,
        gzip=False,
        header_line=header_line,
        columns=tuple(cell.strip() for cell in columns),
        rows=tuple(sample[:SHOWN_ROWS]),
        sample=tuple(sample),
        row_estimate=max(len(sample), text.count("\n") - header_line),
    )


def _guess_delimiter(text: str) -> tuple[Delimiter | None, list[tuple[int, list[str]]]]:
    """The delimiter by which most rows have the same number of columns, above one."""
    best: Delimiter | None = None
    best_records: list[tuple[int, list[str]]] = []
    best_score = (0.0, 0)
    for delimiter in (*DELIMITERS, " "):
        records = split_records(text, delimiter, SAMPLE_ROWS + MAX_PREAMBLE)
        widths = Counter(len(fields) for _, fields in records)
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        share = rows / len(records)
        if delimiter == " ":
            # Spaces are inside texts too: they only win where nothing else makes columns.
            share = 0.5 if share > 0.8 else 0.0
        if width > 1 and share and (round(share, 1), width) > best_score:
            best, best_records = delimiter, records
            best_score = (round(share, 1), width)
    return best, best_records


def split_records(text: str, delimiter: str, most: int) -> list[tuple[int, list[str]]]:
    """The first ``most`` records that are not blank: ``(line of their beginning, fields)``."""
    if delimiter == " ":
        lines = enumerate(io.StringIO(text, newline=None), start=1)
        found = ((line, _split_spaces(each)) for line, each in lines if each.strip())
        return list(islice(found, most))
    csv.field_size_limit(HEAD_BYTES + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[int, list[str]]] = []
    line = 1
    while len(records) < most:
        try:
            fields = next(reader, None)
        except csv.Error:
            continue
        if fields is None:
            break
        if fields:
            records.append((line, fields))
        line = reader.line_num + 1
    return records


def _split_spaces(line: str) -> list[str]:
    return next(csv.reader([re.sub(r"[ \t]+", "\t", line.strip())], delimiter="\t"))


def _find_header(records: Sequence[Sequence[str]]) -> int:
    """The first record as wide as most records that follow it; above it is a preamble."""
    widths = Counter(len(fields) for fields in records if len(fields) > 1)
    width = widths.most_common(1)[0][0]
    for position, fields in enumerate(records[:MAX_PREAMBLE]):
        if len(fields) == width and all(cell.strip() for cell in fields[:1]):
            return position
    return 0


def _check_columns(columns: Sequence[str]) -> None:
    if len(columns) > MAX_COLUMNS:
        raise InvalidValueError(
            f"a file of events has at most {MAX_COLUMNS} columns.",
            value=f"{len(columns)} columns",
            remedy="Leave out columns, or check the delimiter.",
        )


def _detect_parquet(path: Path) -> FileGuess:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pilothouse.stores.files.read_parquet import flat_columns, text_rows

    try:
        with pq.ParquetFile(path) as file:
            _check_columns(file.schema_arrow.names)
            batch = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
            total = file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise DamagedError(
            "the Parquet file cannot be read.", value=str(path), remedy="Export it again."
        ) from error
    if batch is None or not total:
        raise InvalidValueError("the file holds no rows.", value=str(path))
    columns, flatten = flat_columns(batch, None)
    _check_columns(tuple(columns))
    sample = text_rows(columns)
    kinds = {name: column.type for name, column in columns.items()}
    return FileGuess(
        "parquet",
        "",
        None,
        gzip=False,
        header_line=0,
        columns=tuple(columns),
        rows=tuple(sample[:SHOWN_ROWS]),
        sample=tuple(sample),
        row_estimate=total,
        flatten=flatten,
        time_types=tuple(n for n, t in kinds.items() if pa.types.is_temporal(t)),
        number_types=tuple(n for n, t in kinds.items() if kind_of(t) == "number"),
    )

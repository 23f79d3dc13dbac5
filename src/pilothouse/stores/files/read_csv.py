"""Delimited text as blocks of rows: Numba finds the records, Arrow cuts the fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pilothouse.kernel.errors import DamagedError
from pilothouse.stores.files import _kernels
from pilothouse.stores.files.blocks import MAX_ROW_BYTES, Block, Longs, Mask, Refusals, Rows
from pilothouse.stores.files.detect import FileGuess
from pilothouse.stores.files.ids import Seeds
from pilothouse.stores.files.sources import BLOCK_BYTES, Source, invalid_utf8_at, iter_utf8

NONE = 256
TOO_LONG = f"a row longer than {MAX_ROW_BYTES} bytes"
QUOTE = ord('"')


@dataclass(frozen=True)
class Records:
    """Rows of ``data`` (bytes) as spans, with their number of fields and line in the file."""

    data: bytes
    starts: Longs
    ends: Longs
    fields: Longs
    lines: Longs
    refusals: Refusals

    @property
    def bytes_array(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        """``data`` as NumPy sees it."""
        return np.frombuffer(self.data, np.uint8)


def iter_records(
    source: Source, encoding: str, delimiter: int, quote: int, *, squeeze: bool = False
) -> Iterator[Records]:
    """All rows of a text file; rows that never end are refused, never dropped."""
    blocks = iter_utf8(source, encoding)
    block, left, line, skipping = next(blocks, b""), b"", 1, False
    while block:
        following = next(blocks, b"")
        final = not following
        data, held = left + block, b""
        if skipping:
            data, skipping = _skip_line(data)
            line += not skipping
        if squeeze:
            data, held = _squeeze(data, final=final)
        records, used, line, skipped = _scan(data, delimiter, quote, line, final=final)
        skipping = skipping or skipped
        yield records
        left, block = data[used:] + held, following


def _skip_line(data: bytes) -> tuple[bytes, bool]:
    """``data`` after its first line, and whether that line goes on."""
    end = data.find(b"\n")
    return (b"", True) if end < 0 else (data[end + 1 :], False)


def _squeeze(data: bytes, *, final: bool) -> tuple[bytes, bytes]:
    cut = len(data) if final or len(data) > 2 * BLOCK_BYTES else data.rfind(b"\n") + 1
    squeezed = _kernels.squeeze_spaces(np.frombuffer(data[:cut], np.uint8), QUOTE)
    return squeezed.tobytes(), data[cut:]


def _scan(
    data: bytes, delimiter: int, quote: int, line: int, *, final: bool
) -> tuple[Records, int, int, bool]:
    """Rows of ``data``, how many bytes they take, the next line, and whether its rest is refused.

    A row that is too long, or whose open quotation mark runs to the end of the file, is
    refused at its first line; reading goes on with its second.
    """
    array = np.frombuffer(data, np.uint8)
    parts, refusals, used, skipping = [], Refusals(), 0, False
    while True:
        found = _kernels.scan_records(array[used:], delimiter, quote, line, final)
        starts, ends, fields, lines, consumed, line, is_open = found
        parts.append((starts + used, ends + used, fields, lines))
        used += int(consumed)
        rest = len(data) - used
        if not rest or not (rest > MAX_ROW_BYTES or (final and is_open)):
            break
        reason = "a quotation mark is never closed" if is_open else TOO_LONG
        refusals.add(line, reason, data[used : used + 60].decode("utf-8", "replace"))
        end = data.find(b"\n", used)
        if end < 0:
            used, skipping = len(data), not final
            break
        used, line = end + 1, line + 1
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    records = Records(data, joined[0], joined[1], joined[2], joined[3], refusals)
    return records, used, line, skipping


def refuse_broken(records: Records, rows: Rows, fields: int | None) -> None:
    """Refuse rows that are too long, are not UTF-8, or have another number of ``fields``."""

    def show(row: int) -> str:
        start = records.starts[row]
        return records.data[start : min(records.ends[row], start + 200)].decode("utf-8", "replace")

    rows.refuse(records.ends - records.starts > MAX_ROW_BYTES, TOO_LONG, show)
    broken = np.zeros(len(rows.lines), np.bool_)
    for position in invalid_utf8_at(records.data):
        row = int(np.searchsorted(records.starts, position, side="right")) - 1
        if 0 <= row < len(broken) and position < records.ends[row]:
            broken[row] = True
    rows.refuse(broken, "bytes that are not text in the encoding of the file", show)
    if fields is not None:
        for found in np.unique(records.fields[records.fields != fields]).tolist():
            plural = "field" if found == 1 else "fields"
            reason = f"{found} {plural} where the header has {fields}"
            rows.refuse(records.fields == found, reason, show)


def iter_csv(source: Source, guess: FileGuess, wanted: list[str], seeds: Seeds) -> Iterator[Block]:
    """Rows below the header as text; ``wanted`` are positions of columns, as text."""
    spaces = guess.delimiter == " "
    delimiter = "\t" if spaces else str(guess.delimiter)
    found = iter_records(source, guess.encoding, ord(delimiter), QUOTE, squeeze=spaces)
    for records in found:
        standing = records.lines > guess.header_line
        rows = Rows(records.lines, records.refusals, standing.copy())
        refuse_broken(records, rows, len(guess.columns))
        data, starts, ends = records.bytes_array, records.starts, records.ends
        high, low = _kernels.hash_spans(
            data, starts[rows.standing], ends[rows.standing], seeds.high, seeds.low
        )
        columns = _cut_fields(records, rows.standing, delimiter, len(guess.columns), wanted)
        lines = records.lines[rows.standing]
        yield Block(columns, lines, (high, low), records.refusals)


def _cut_fields(
    records: Records, standing: Mask, delimiter: str, width: int, wanted: list[str]
) -> dict[str, pa.Array]:
    count = int(standing.sum())
    if not count:
        return {name: pa.array([], pa.string()) for name in wanted}
    data = records.data[: records.ends[-1]]
    if records.refusals.total or not standing.all():
        kept = (records.starts[standing], records.ends[standing])
        data = _kernels.join_spans(records.bytes_array, *kept).tobytes()
    table = csv.read_csv(
        pa.py_buffer(data),
        # One block: Arrow must not look for rows where the scan has found them.
        read_options=csv.ReadOptions(
            column_names=[str(position) for position in range(width)],
            block_size=max(len(data) + 1, 2),
            use_threads=True,
        ),
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    if table.num_rows != count:
        raise DamagedError(
            "the rows of this file are cut in two ways.",
            value=f"{table.num_rows} and {count} rows",
            remedy="Please report this with the file.",
        )
    return {name: table[name].combine_chunks() for name in wanted}

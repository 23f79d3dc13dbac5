"""JSON lines as blocks of rows.

Arrow reads a block at once under the types that the rows before had. Where that fails (another
type, a new key, nested values, a broken line) the block is read line by line, and what its
rows teach holds for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as arrow_json

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.stores.batches import MAX_PROPERTIES, MAX_PROPERTY_NAME
from pilothouse.stores.files import _kernels, jsonrows
from pilothouse.stores.files.blocks import Block, Mask, Rows
from pilothouse.stores.files.detect import MAX_COLUMNS, FileGuess
from pilothouse.stores.files.ids import Seeds
from pilothouse.stores.files.read_csv import NONE, Records, iter_records, refuse_broken
from pilothouse.stores.files.sources import Source

_EXACT = pa.decimal128(38, 9)
_TYPES = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
Kinds = dict[str, set[str]]


@dataclass
class Reader:
    """What has been learned: the kinds of values of each column so far."""

    flatten: tuple[str, ...]
    exact: frozenset[str]
    kinds: Kinds = field(default_factory=dict)

    def schema(self) -> pa.Schema | None:
        """Types under which Arrow can read a block, or None where it cannot."""
        if not self.kinds or any(len(k) > 1 or "json" in k for k in self.kinds.values()):
            return None
        nested: dict[str, list[pa.Field]] = {name: [] for name in self.flatten}
        fields = []
        for name, kinds in self.kinds.items():
            kind = _TYPES[min(kinds)] if kinds else pa.null()
            kind = _EXACT if name in self.exact and kinds & _NUMBERS else kind
            owner = next((each for each in self.flatten if name.startswith(f"{each}.")), None)
            if owner is None:
                fields.append(pa.field(name, kind))
            else:
                nested[owner].append(pa.field(name.removeprefix(f"{owner}."), kind))
        fields += [pa.field(name, pa.struct(inner)) for name, inner in nested.items() if inner]
        return pa.schema(fields)


_NUMBERS = {"int", "float"}


def iter_jsonl(
    source: Source, guess: FileGuess, flatten: tuple[str, ...], exact: set[str], seeds: Seeds
) -> Iterator[Block]:
    """Rows as columns with the types of JSON; numbers of ``exact`` columns stay decimal."""
    reader = Reader(flatten, frozenset(exact))
    for records in iter_records(source, guess.encoding, NONE, NONE):
        rows = Rows(records.lines, records.refusals, ~_blank(records))
        refuse_broken(records, rows, None)
        columns = _read_fast(reader, records, rows) or _read_slowly(reader, records, rows)
        standing = rows.standing
        bits = _kernels.hash_spans(
            records.bytes_array,
            records.starts[standing],
            records.ends[standing],
            seeds.high,
            seeds.low,
        )
        yield Block(columns, records.lines[standing], bits, records.refusals)


def _blank(records: Records) -> Mask:
    short = records.ends - records.starts < 16
    blank = np.zeros(len(short), np.bool_)
    for row in np.flatnonzero(short):
        blank[row] = not records.data[records.starts[row] : records.ends[row]].strip()
    return blank


def _read_fast(reader: Reader, records: Records, rows: Rows) -> dict[str, pa.Array]:
    """All standing rows at once, or nothing where Arrow cannot."""
    schema = reader.schema()
    count = int(rows.standing.sum())
    if schema is None or not count:
        return {}
    kept = (records.starts[rows.standing], records.ends[rows.standing])
    data = _kernels.join_spans(records.bytes_array, *kept).tobytes()
    try:
        table = arrow_json.read_json(
            pa.BufferReader(data),
            read_options=arrow_json.ReadOptions(block_size=len(data) + 1, use_threads=True),
            parse_options=arrow_json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="error"
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return {}
    if table.num_rows != count:
        return {}
    columns = {}
    for name in table.column_names:
        values = table[name].combine_chunks()
        if name in reader.flatten:
            columns.update({f"{name}.{f.name}": _inner(values, f.name) for f in values.type})
        else:
            columns[name] = values
    return columns


def _inner(values: pa.StructArray, name: str) -> pa.Array:
    # flatten() knows that the fields of a null object are null.
    return values.flatten()[values.type.get_field_index(name)]


def _read_slowly(reader: Reader, records: Records, rows: Rows) -> dict[str, pa.Array]:
    """Row by row; rows that are no objects, too deep or too wide are refused."""
    found: list[dict[str, Any]] = []
    for row in np.flatnonzero(rows.standing).tolist():
        line = records.data[records.starts[row] : records.ends[row]]
        try:
            flat = jsonrows.flatten(jsonrows.parse_row(line), reader.flatten)
            _check_row(flat, reader.kinds)
        except InvalidValueError as error:
            rows.standing[row] = False
            shown = line[:200].decode("utf-8", "replace")
            records.refusals.add(records.lines[row], error.rule, shown)
            continue
        found.append(flat)
        for name, value in flat.items():
            kinds = reader.kinds.setdefault(name, set())
            if value is not None:
                _learn(kinds, value)
    return {name: to_column([row.get(name) for row in found]) for name in reader.kinds}


def _check_row(flat: dict[str, Any], kinds: Kinds) -> None:
    if len(flat) > MAX_PROPERTIES + 16:
        raise InvalidValueError(f"more than {MAX_PROPERTIES} properties")
    for name, value in flat.items():
        if len(name) > MAX_PROPERTY_NAME + 32 or "\0" in name:
            raise InvalidValueError(f"a key longer than {MAX_PROPERTY_NAME} characters or with NUL")
        if name not in kinds and len(kinds) >= MAX_COLUMNS:
            raise InvalidValueError(f"more than {MAX_COLUMNS} different keys in one file")
        if isinstance(value, dict | list) and jsonrows.depth(value) > jsonrows.MAX_DEPTH:
            raise InvalidValueError(f"nested deeper than {jsonrows.MAX_DEPTH}")


def _learn(kinds: set[str], value: Any) -> None:
    kind = _kind(value)
    if kind == "int" and "float" in kinds:
        return
    if kind == "float":
        kinds.discard("int")
    kinds.add(kind)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    return "float" if isinstance(value, float) else "json"


def to_column(values: list[Any]) -> pa.Array:
    """Values of JSON as the Arrow array of their common type, mixed ones as text."""
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"bool"}:
        return pa.array(values, pa.bool_())
    if kinds == {"int"}:
        largest = max(abs(value) for value in values if value is not None)
        # A number no integer type holds is an identifier: kept digit by digit.
        return pa.array(values, pa.int64()) if largest < 2**63 else _texts(values)
    if kinds and kinds <= _NUMBERS:
        return pa.array([None if value is None else float(value) for value in values])
    return _texts(values)


def _texts(values: list[Any]) -> pa.Array:
    return pa.array([jsonrows.as_text(value) for value in values], pa.string())

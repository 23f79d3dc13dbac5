"""Parquet as blocks of rows, with the types that the file gives its columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pilothouse.kernel.errors import DamagedError
from pilothouse.stores.files import _kernels, jsonrows
from pilothouse.stores.files.blocks import Block, Longs
from pilothouse.stores.files.cells import to_spans
from pilothouse.stores.files.ids import Seeds

BATCH_ROWS = 65_536


def iter_parquet(
    path: Path, wanted: list[str], flatten: tuple[str, ...], seeds: Seeds
) -> Iterator[tuple[Block, float]]:
    """Blocks and the share of the file read so far; lines are row numbers from 1."""
    done = 0
    try:
        with pq.ParquetFile(path) as file:
            total = max(1, file.metadata.num_rows)
            needed = _top_level(file.schema_arrow.names, wanted, flatten)
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=needed):
                columns, _ = flat_columns(batch, flatten)
                lines = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
                done += batch.num_rows
                yield Block(columns, lines, _bits(columns, batch.num_rows, seeds)), done / total
    except (pa.ArrowException, OSError) as error:
        raise DamagedError(
            f"the Parquet file cannot be read after row {done}.",
            value=str(path),
            remedy="Export it again.",
        ) from error


def flat_columns(
    batch: pa.RecordBatch, flatten: tuple[str, ...] | None
) -> tuple[dict[str, pa.Array], tuple[str, ...]]:
    """Columns by name with structs (and JSON text) of ``flatten`` opened; None opens the usual."""
    chosen = flatten
    if chosen is None:
        names = [name for name in jsonrows.FLATTENED if name in batch.schema.names]
        chosen = tuple(name for name in names if _can_open(batch.column(name)))
    columns: dict[str, pa.Array] = {}
    for name in batch.schema.names:
        values = _plain(batch.column(name))
        if name in chosen:
            columns.update(_open(name, values))
        else:
            columns[name] = _as_cells(values)
    return columns, chosen


def text_rows(columns: dict[str, pa.Array]) -> list[tuple[str | None, ...]]:
    """Rows of ``columns`` as text."""
    texts = [_texts(values).to_pylist() for values in columns.values()]
    return list(zip(*texts, strict=True))


def _texts(values: pa.Array) -> pa.Array:
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _top_level(names: list[str], wanted: list[str], flatten: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in flatten or name in wanted]


def _plain(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    return values


def _as_cells(values: pa.Array) -> pa.Array:
    """Nested and binary values as text; all others as they are."""
    if pa.types.is_nested(values.type):
        return pa.array([_json(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return pa.array([_decode(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_fixed_size_binary(values.type):
        return pa.array([None if v is None else v.hex() for v in values.to_pylist()], pa.string())
    return values


def _json(value: Any) -> str | None:
    import json

    # Dates and decimals inside lists have no JSON of their own.
    return None if value is None else json.dumps(value, default=str, ensure_ascii=False)


def _decode(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "backslashreplace")


def _can_open(values: pa.Array) -> bool:
    values = _plain(values)
    if pa.types.is_struct(values.type):
        return True
    if not pa.types.is_string(values.type):
        return False
    return any(jsonrows.try_object(text) for text in values.to_pylist() if text)


def _open(name: str, values: pa.Array) -> dict[str, pa.Array]:
    if pa.types.is_struct(values.type):
        inner = zip(values.type, values.flatten(), strict=True)
        return {f"{name}.{field.name}": _as_cells(_plain(each)) for field, each in inner}
    from pilothouse.stores.files.read_jsonl import to_column

    rows = [jsonrows.try_object(text or "{}") or {} for text in values.to_pylist()]
    keys = dict.fromkeys(key for row in rows for key in row)
    return {f"{name}.{key}": to_column([row.get(key) for row in rows]) for key in keys}


def _bits(columns: dict[str, pa.Array], count: int, seeds: Seeds) -> tuple[Any, Any]:
    """Hashes of the rows: the sum over columns of the hash of each value under its name."""
    high = np.full(count, seeds.high, np.uint64)
    low = np.full(count, seeds.low, np.uint64)
    for name, values in columns.items():
        own = Seeds.of(name)
        more, less = _kernels.hash_spans(
            *_value_spans(values), own.high ^ seeds.high, own.low ^ seeds.low
        )
        known = pc.is_valid(values).to_numpy(zero_copy_only=False)
        high += np.where(known, more, np.uint64(0))
        low += np.where(known, less, np.uint64(0))
    return high, low


def _value_spans(values: pa.Array) -> tuple[Any, Longs, Longs]:
    """The bytes of each value: of a word of eight as they are, of all others as text."""
    if values.type in (pa.float64(), pa.int64()) or pa.types.is_timestamp(values.type):
        body = values.buffers()[1]
        starts = (np.arange(len(values), dtype=np.int64) + values.offset) * 8
        return np.frombuffer(body, np.uint8), starts, starts + 8
    return to_spans(pc.fill_null(_texts(values), ""))

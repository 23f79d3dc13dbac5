"""Segments: immutable Parquet files of events, named by their content.

A segment's name is the SHA-256 of its bytes, so every read can tell whether the file is what was
written. Writing: a temporary file, flushed to the disk, renamed, and the folder flushed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pilothouse.engines.analytics.columns import format_value
from pilothouse.kernel.errors import DamagedError, InvalidValueError, UnavailableError
from pilothouse.stores.base import SegmentInfo
from pilothouse.stores.batches import BASE_SCHEMA, PROPERTY_PREFIX, PROPERTY_TYPES

SUFFIX = ".parquet"
ROW_GROUP = 256 * 1024


def write_segment(directory: Path, batch: pa.Table) -> SegmentInfo:
    """Store ``batch`` durably in ``directory`` and describe it.

    The same batch gives the same file. Raises InvalidValueError for a batch that is empty or not
    of the shape of ``stores.batches``, UnavailableError when the disk refuses.
    """
    batch = check_batch(batch)
    sink = pa.BufferOutputStream()
    # Ids and texts that hardly repeat gain nothing from a dictionary.
    dictionary = [n for n in batch.column_names if n not in ("id", "time", "sequence")]
    pq.write_table(
        batch, sink, compression="zstd", use_dictionary=dictionary, row_group_size=ROW_GROUP
    )
    content = sink.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    save_durably(directory / f"{sha256}{SUFFIX}", content)
    return _describe(batch, sha256, len(content))


def save_durably(path: Path, content: Any) -> None:
    """Write ``content`` to ``path`` so that it is there whole or not at all, even after a cut."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        flush_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            "the file could not be stored.", value=str(path), remedy=f"The system says: {error}."
        ) from error


def flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_batch(batch: pa.Table) -> pa.Table:
    """``batch`` in the exact types of ``stores.batches``; InvalidValueError when it is not."""
    missing = [f.name for f in BASE_SCHEMA if f.name not in batch.column_names]
    if missing or not batch.num_rows:
        rule = "a batch has every base column and at least one row."
        raise InvalidValueError(rule, value=missing or "no rows")
    fields = [*BASE_SCHEMA, *(f for f in batch.schema if f.name.startswith(PROPERTY_PREFIX))]
    schema = pa.schema([f.remove_metadata() for f in fields])
    wrong = [f for f in schema if f.name.startswith(PROPERTY_PREFIX)]
    wrong = [f for f in wrong if f.type not in PROPERTY_TYPES]
    if wrong:
        raise InvalidValueError("a property is text, double or bool.", value=str(wrong[0]))
    try:
        exact = batch.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise InvalidValueError(f"a batch has the types of its columns: {error}") from error
    for name in BASE_SCHEMA.names:
        if exact[name].null_count:
            raise InvalidValueError("a base column has no gaps.", value=name)
    return exact.combine_chunks()


def _describe(batch: pa.Table, sha256: str, size: int) -> SegmentInfo:
    times = pc.min_max(batch["time"].cast(pa.int64()))
    counts = pc.value_counts(batch["event"]).to_pylist()
    return SegmentInfo(
        name=f"{sha256}{SUFFIX}",
        rows=batch.num_rows,
        first_us=times["min"].as_py(),
        last_us=times["max"].as_py(),
        first_sequence=pc.min(batch["sequence"]).as_py(),
        bytes=size,
        sha256=sha256,
        events=tuple(sorted((c["values"], c["counts"]) for c in counts)),
    )


def check_segment(directory: Path, info: SegmentInfo) -> None:
    """DamagedError unless the segment's file is there, with the bytes that were written."""
    _load(directory / info.name, info.sha256)


def read_segment(
    path: Path, columns: Sequence[str] | None = None, coded: Sequence[str] = ()
) -> pa.Table:
    """The batch in a segment, or some of its columns; those it lacks are left out.

    Text columns named in ``coded`` come as dictionaries.
    Raises DamagedError when the file is missing or its bytes are not those of its name.
    """
    content = _load(path, path.name.removesuffix(SUFFIX))
    try:
        names = pq.read_schema(pa.BufferReader(content)).names
        dictionary = [n for n in coded if n in names]
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=dictionary)
        wanted = names if columns is None else [n for n in columns if n in names]
        # Parquet takes a name for a prefix of nested ones: "p:a" would bring "p:a.b" along.
        return file.read(columns=wanted).select(wanted)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, f"It cannot be read as Parquet: {error}") from error


def _load(path: Path, sha256: str) -> pa.Buffer:
    try:
        content = pa.memory_map(str(path)).read_buffer() if path.stat().st_size else b""
    except OSError as error:
        raise _damaged(path, f"The system says: {error}.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(path, "Its bytes are not those that were written.")
    return content


def _damaged(path: Path, detail: str) -> DamagedError:
    return DamagedError(
        "a segment of events is missing or damaged.",
        value=path.name,
        remedy=f"{detail} Restore it from a backup.",
    )


def read_segments(paths: Iterable[Path], columns: Sequence[str] | None = None) -> pa.Table:
    """All segments as one table; a property of several types becomes text."""
    return unify([read_segment(path, columns) for path in paths])


def unify(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables one below the other; gaps where one lacks a column, text where types differ."""
    if not tables:
        return BASE_SCHEMA.empty_table()
    types: dict[str, pa.DataType] = {}
    for field in (f for table in tables for f in table.schema):
        known = types.setdefault(field.name, field.type)
        if known != field.type:
            types[field.name] = pa.string()
    alike = [
        pa.table(
            {
                n: to_type(t[n], kind) if n in t.column_names else pa.nulls(len(t), kind)
                for n, kind in types.items()
            }
        )
        for t in tables
    ]
    return pa.concat_tables(alike)


def to_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """``column`` as ``kind``: itself, or text in the canonical form of its values."""
    if column.type == kind:
        return column
    coded = column.combine_chunks().dictionary_encode()
    texts = [None if v is None else format_value(v) for v in coded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(coded.indices)])

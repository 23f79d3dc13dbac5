"""Files of events as batches: streaming, every row accepted or refused with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pilothouse.kernel.times import parse_zone
from pilothouse.stores.batches import BASE_SCHEMA, PROPERTY_PREFIX, property_columns
from pilothouse.stores.files.blocks import Block, Refusals
from pilothouse.stores.files.build import Builder, check_columns
from pilothouse.stores.files.cells import infer, to_text
from pilothouse.stores.files.detect import FileGuess, detect
from pilothouse.stores.files.guess import guess_mapping, is_day_order_open
from pilothouse.stores.files.ids import Occurrences, Seeds
from pilothouse.stores.files.mapping import Mapping
from pilothouse.stores.files.sources import BLOCK_BYTES, open_source
from pilothouse.stores.files.times import EPOCH_DECIMALS

CHUNK_ROWS = 250_000
PREVIEW_BYTES = 2**18
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FileBatch:
    """Accepted rows (``sequence`` counts them from 0 in the file) and what was refused."""

    table: pa.Table
    refusals: Refusals
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be stored.

    ``rows`` have event, actor, time (ISO 8601, UTC) and ``properties``; ``events`` counts the
    events of the ``sampled`` rows that were looked at; ``warnings`` are sentences.
    """

    rows: tuple[dict[str, Any], ...]
    refusals: Refusals
    events: tuple[tuple[str, int], ...]
    sampled: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class LoadedFile:
    """A whole file in memory: columns actor, event, time and the properties by name."""

    table: pa.Table
    refusals: Refusals
    mapping: Mapping


def read_batches(
    path: Path | str,
    mapping: Mapping,
    *,
    namespace: str,
    chunk_rows: int = CHUNK_ROWS,
    on_progress: Progress | None = None,
) -> Iterator[FileBatch]:
    """Batches of at most ``chunk_rows`` accepted rows, in the order of the file.

    Accepted and refused rows together are all rows of the file. The same file, mapping and
    ``namespace`` give the same ids; equal rows of one file stay apart. ``on_progress`` gets
    bytes done and bytes in all. Raises InvalidValueError for a file or mapping that cannot be
    read at all, DamagedError for a broken one.
    """
    guess = detect(path)
    total = Path(path).stat().st_size
    builder = Builder(mapping, guess, parse_zone(mapping.zone), Occurrences())
    pending: list[pa.Table] = []
    refusals, sequence, done = Refusals(), 0, 0
    for block, done in _iter_blocks(Path(path), guess, mapping, namespace):
        pending.append(builder.build(block))
        refusals.merge(block.refusals)
        if on_progress:
            on_progress(done, total)
        while sum(table.num_rows for table in pending) >= chunk_rows:
            whole = join_tables(pending)
            chunk = whole.slice(0, chunk_rows)
            # Copied, because a slice would keep the whole chunk in memory.
            pending = [whole.take(pa.array(range(chunk_rows, whole.num_rows), pa.int64()))]
            del whole
            yield FileBatch(_with_sequence(chunk, sequence), refusals, done, total)
            refusals, sequence = Refusals(), sequence + chunk.num_rows
    last = join_tables(pending) if pending else None
    if last is not None and (last.num_rows or refusals.total):
        yield FileBatch(_with_sequence(last, sequence), refusals, done, total)


def preview(path: Path | str, mapping: Mapping, rows: int = 20) -> Preview:
    """What importing ``path`` under ``mapping`` would store, from its beginning."""
    guess = detect(path)
    builder = Builder(mapping, guess, parse_zone(mapping.zone), Occurrences())
    blocks = _iter_blocks(Path(path), guess, mapping, "preview", PREVIEW_BYTES)
    block = next(blocks)[0]
    table = builder.build(block)
    counts = Counter(table["event"].to_pylist())
    refusals = Refusals()
    refusals.merge(block.refusals)
    return Preview(
        rows=tuple(_shown_row(row) for row in table.slice(0, rows).to_pylist()),
        refusals=refusals,
        events=tuple(counts.most_common()),
        sampled=table.num_rows + block.refusals.total,
        warnings=tuple(_warnings(guess, mapping, builder)),
    )


def load_file(path: Path | str, zone: str = "UTC", mapping: Mapping | None = None) -> LoadedFile:
    """The whole file in memory; without ``mapping`` a guessed one, kinds from all values."""
    guessed = mapping is None
    if mapping is None:
        guess = detect(path)
        mapping = guess_mapping(guess, zone=zone)
        guessed = guess.format == "csv"
        if guessed:
            texts = tuple(replace(each, kind="text") for each in mapping.properties)
            mapping = replace(mapping, properties=texts)
    refusals, tables = Refusals(), []
    for batch in read_batches(path, mapping, namespace="file"):
        refusals.merge(batch.refusals)
        tables.append(batch.table)
    table = join_tables(tables) if tables else BASE_SCHEMA.empty_table()
    columns = {name: table[name] for name in ("actor", "event", "time")}
    for name in property_columns(table):
        values = table[PROPERTY_PREFIX + name]
        label = name if name not in columns else f"{name} (property)"
        columns[label] = infer(values) if guessed else values
    return LoadedFile(pa.table(columns), refusals, mapping)


def load_events(path: Path | str, zone: str = "UTC", mapping: Mapping | None = None) -> pa.Table:
    """Columns actor, event, time (UTC) and any properties of a whole file."""
    return load_file(path, zone, mapping).table


def join_tables(tables: list[pa.Table]) -> pa.Table:
    """One table of all; a property with several types becomes text, a missing one null."""
    kinds: dict[str, set[pa.DataType]] = {}
    for table in tables:
        for column in table.schema:
            kinds.setdefault(column.name, set()).add(column.type)
    mixed = [name for name, types in kinds.items() if len(types) > 1]
    for name in mixed:
        tables = [_as_text(table, name) for table in tables]
    return pa.concat_tables(tables, promote_options="default").combine_chunks()


def _as_text(table: pa.Table, name: str) -> pa.Table:
    position = table.schema.get_field_index(name)
    if position < 0:
        return table
    values = to_text(table[name].combine_chunks())
    return table.set_column(position, name, values)


def _iter_blocks(
    path: Path,
    guess: FileGuess,
    mapping: Mapping,
    namespace: str,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[tuple[Block, int]]:
    """Blocks with the bytes of the file read so far."""
    wanted = check_columns(mapping, guess)
    seeds = Seeds.of(namespace)
    if guess.format == "parquet":
        from pilothouse.stores.files.read_parquet import iter_parquet

        size = path.stat().st_size
        for block, share in iter_parquet(path, wanted, mapping.flatten, seeds):
            yield block, round(size * share)
        return
    source = open_source(path, block_bytes)
    try:
        if guess.format == "csv":
            from pilothouse.stores.files.read_csv import iter_csv

            blocks = iter_csv(source, guess, wanted, seeds)
        else:
            from pilothouse.stores.files.read_jsonl import iter_jsonl

            exact = {mapping.time.name} if mapping.time_format in EPOCH_DECIMALS else set()
            blocks = iter_jsonl(source, guess, mapping.flatten, exact, seeds)
        for block in blocks:
            yield block, source.bytes_done
    finally:
        source.close()


def _with_sequence(table: pa.Table, first: int) -> pa.Table:
    numbers = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
    names = [field.name for field in BASE_SCHEMA]
    arrays = [numbers if name == "sequence" else table[name] for name in names]
    fields = list(BASE_SCHEMA)
    for field in table.schema:
        if field.name.startswith(PROPERTY_PREFIX):
            fields.append(field)
            arrays.append(table[field.name])
    return pa.table(arrays, schema=pa.schema(fields))


def _shown_row(row: dict[str, Any]) -> dict[str, Any]:
    moment = row["time"]
    properties = {
        name.removeprefix(PROPERTY_PREFIX): value
        for name, value in row.items()
        if name.startswith(PROPERTY_PREFIX) and value is not None
    }
    return {
        "event": row["event"],
        "actor": row["actor"],
        "time": moment.isoformat().replace("+00:00", "Z"),
        "properties": properties,
    }


def _warnings(guess: FileGuess, mapping: Mapping, builder: Builder) -> Iterator[str]:
    if builder.naive_times:
        yield f"Times have no zone: read as {mapping.zone}."
    if mapping.time_format in ("day-first", "month-first") and mapping.time.name in guess.columns:
        position = guess.columns.index(mapping.time.name)
        if is_day_order_open([row[position] or "" for row in guess.sample]):
            yield f"Day and month could be swapped: read as {mapping.time_format}."
    if mapping.ignored:
        yield f"Not imported: {', '.join(mapping.ignored[:10])}."
    if mapping.id is None:
        yield "Rows have no id: the same file can be imported again without doubling, " \
              "an edited copy cannot."  # fmt: skip

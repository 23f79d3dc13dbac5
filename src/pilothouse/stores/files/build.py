"""Rows of a file become events: the mapping applied to a block."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import EARLIEST, LATEST, to_us
from pilothouse.stores.batches import (
    MAX_ACTOR,
    MAX_EVENT_NAME,
    MAX_PROPERTY_NAME,
    PROPERTY_PREFIX,
    TIME_TYPE,
)
from pilothouse.stores.files.blocks import Block, Longs, Rows
from pilothouse.stores.files.cells import kind_of, refuse_text, to_mask, to_property, to_text
from pilothouse.stores.files.detect import FileGuess
from pilothouse.stores.files.ids import Occurrences, ids_from_column, ids_from_content
from pilothouse.stores.files.mapping import ColumnRef, Constant, Mapping
from pilothouse.stores.files.times import BAD, NAIVE, read_times

_FIRST_US, _END_US = to_us(EARLIEST), to_us(LATEST)
MAX_ID = 400


@dataclass
class Builder:
    """Applies ``mapping`` to the blocks of one file, in their order."""

    mapping: Mapping
    guess: FileGuess
    zone: ZoneInfo
    seen: Occurrences
    naive_times: int = 0

    def build(self, block: Block) -> pa.Table:
        """The accepted rows of ``block`` as a batch without sequence; the rest are refused."""
        rows = Rows(block.lines, block.refusals, np.ones(len(block.lines), np.bool_))
        event = self._name(self.mapping.event, block, "event", MAX_EVENT_NAME, rows)
        actor = self._name(self.mapping.actor, block, "actor", MAX_ACTOR, rows)
        time = self._times(block, rows)
        identifier = self._ids(block, rows)
        columns = {"id": identifier, "event": event, "actor": actor}
        columns["time"] = pa.array(time).cast(pa.timestamp("us")).cast(TIME_TYPE)
        columns.update(self._properties(block, rows))
        table = pa.table(columns)
        return table if rows.standing.all() else table.filter(pa.array(rows.standing))

    def _column(self, ref: ColumnRef, block: Block) -> pa.Array:
        key = column_key(ref, self.guess)
        found = block.columns.get(key)
        return pa.nulls(len(block.lines), pa.string()) if found is None else found

    def _text(self, ref: ColumnRef, block: Block, what: str, rows: Rows) -> pa.Array:
        values = self._column(ref, block)
        if pa.types.is_floating(values.type):
            odd = pc.or_(
                pc.not_equal(values, pc.floor(values)), pc.greater(pc.abs(values), 2.0**53)
            )
            rows.refuse(to_mask(odd), f"{what} is a number that may have been rounded")
        texts = to_text(pc.utf8_trim_whitespace(to_text(values)))
        if ref.otherwise:
            second = ColumnRef(ref.otherwise)
            texts = pc.coalesce(texts, self._text(second, block, what, rows))
        return texts

    def _name(
        self, ref: ColumnRef | Constant, block: Block, what: str, limit: int, rows: Rows
    ) -> pa.Array:
        if isinstance(ref, Constant):
            return pa.repeat(pa.scalar(ref.text), len(block.lines))
        texts = self._text(ref, block, what, rows)
        rows.refuse(to_mask(pc.is_null(texts)), f"no {what}")
        refuse_text(texts, limit, what, rows)
        return texts

    def _times(self, block: Block, rows: Rows) -> Longs:
        values = self._column(self.mapping.time, block)
        times, states = read_times(values, self.mapping.time_format, self.zone)
        texts = to_text(values) if pa.types.is_string(values.type) else values
        rows.refuse(to_mask(pc.is_null(texts)), "no time")
        form = self.mapping.time_format
        rows.refuse(states == BAD, f"time not understood as {form}", lambda r: values[r].as_py())
        late = (times < _FIRST_US) | (times >= _END_US)
        span = f"{EARLIEST.year} to {LATEST.year - 1}"
        rows.refuse(late, f"time outside the years {span}", lambda r: values[r].as_py())
        self.naive_times += int(np.count_nonzero((states == NAIVE) & rows.standing))
        return times

    def _ids(self, block: Block, rows: Rows) -> pa.Array:
        if self.mapping.id is None:
            return ids_from_content(block.bits, self.seen)
        texts = self._text(self.mapping.id, block, "id", rows)
        rows.refuse(to_mask(pc.is_null(texts)), "no id")
        refuse_text(texts, MAX_ID, "id", rows)
        return ids_from_column(texts)

    def _properties(self, block: Block, rows: Rows) -> dict[str, pa.Array]:
        columns = {}
        for each in self.mapping.properties:
            values = self._column(each.column, block)
            columns[PROPERTY_PREFIX + each.name] = to_property(values, each.kind, each.name, rows)
        if self.mapping.rest:
            columns.update(self._rest(block, rows, set(columns)))
        return columns

    def _rest(self, block: Block, rows: Rows, taken: set[str]) -> dict[str, pa.Array]:
        used = mapped_columns(self.mapping)
        columns = {}
        for key, values in block.columns.items():
            name = self._short(key)
            if key in used or PROPERTY_PREFIX + name in taken or values.null_count == len(values):
                continue
            if not 1 <= len(name) <= MAX_PROPERTY_NAME:
                reason = f"a key has 1 to {MAX_PROPERTY_NAME} characters"
                rows.refuse(to_mask(pc.is_valid(values)), reason)
                continue
            column = to_property(values, kind_of(values.type), name, rows)
            columns[PROPERTY_PREFIX + name] = column
        return columns

    def _short(self, key: str) -> str:
        owners = (f"{name}." for name in self.mapping.flatten)
        return key.removeprefix(next((owner for owner in owners if key.startswith(owner)), ""))


def mapped_columns(mapping: Mapping) -> set[str]:
    """Names of the columns that a mapping uses or leaves out by name."""
    refs: list[ColumnRef] = [mapping.actor, mapping.time]
    refs += [each.column for each in mapping.properties]
    refs += [ref for ref in (mapping.event, mapping.id) if isinstance(ref, ColumnRef)]
    names = {ref.name for ref in refs} | {ref.otherwise for ref in refs if ref.otherwise}
    return names | set(mapping.ignored)


def column_key(ref: ColumnRef, guess: FileGuess) -> str:
    """How blocks of this file call a column; InvalidValueError where the file lacks it."""
    if guess.format != "csv":
        return ref.name
    position = ref.position
    if position is not None and guess.columns[position : position + 1] == (ref.name,):
        return str(position)
    if ref.name not in guess.columns:
        raise InvalidValueError(
            "the file has no such column.",
            value=ref.name,
            remedy=f"It has {', '.join(guess.columns[:20])}.",
        )
    return str(guess.columns.index(ref.name))


def check_columns(mapping: Mapping, guess: FileGuess) -> list[str]:
    """Keys of all columns the mapping needs; refuses actor, time or event that are not there."""
    refs = [mapping.actor, mapping.time, *(each.column for each in mapping.properties)]
    refs += [ref for ref in (mapping.event, mapping.id) if isinstance(ref, ColumnRef)]
    refs += [ColumnRef(ref.otherwise) for ref in refs if ref.otherwise]
    if guess.format == "parquet":
        missing = [ref.name for ref in refs if ref.name not in guess.columns]
        opened = tuple(f"{name}." for name in mapping.flatten)
        for name in missing:
            if not (opened and name.startswith(opened)):
                known = ", ".join(guess.columns[:20])
                rule = "the file has no such column."
                raise InvalidValueError(rule, value=name, remedy=f"It has {known}.")
    return list(dict.fromkeys(column_key(ref, guess) for ref in refs))

"""Property columns of an index: extracted from the segments once, then memory-mapped."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pilothouse.engines.analytics.columns import PropertyColumn, PropertyKind, code_type
from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.kernel.ids import digest
from pilothouse.stores.arrays import TextList, open_bundle, save_bundle, split_texts
from pilothouse.stores.batches import PROPERTY_PREFIX
from pilothouse.stores.runs import Extension, encode, merge_names
from pilothouse.stores.segments import read_segment, to_type

Array = NDArray[Any]
MAX_DICTIONARY = 65_535


class SegmentProperties:
    """Supplies the columns of an ``EventLog`` whose rows are ``order`` of the segments' rows."""

    def __init__(
        self, folder: Path, segments: Sequence[Path], names: Sequence[str], order: Array
    ) -> None:
        self._folder = folder
        self._segments = segments
        self._order = order
        self._names = tuple(names)
        self._open: dict[str, PropertyColumn] = {}
        self._lock = Lock()

    @property
    def names(self) -> Sequence[str]:
        """Names of all properties, sorted."""
        return self._names

    def column(self, name: str) -> PropertyColumn:
        """The column called ``name``."""
        with self._lock:
            if name not in self._open:
                self._open[name] = self._load(name)
            return self._open[name]

    def _load(self, name: str) -> PropertyColumn:
        folder = self._folder / digest(name.encode())[:32]
        try:
            return _to_column(*open_bundle(folder))
        except DamagedError:
            shutil.rmtree(folder, ignore_errors=True)
        arrays, facts = extract(self._segments, name, self._order)
        try:
            save_bundle(folder, arrays, facts)
        except UnavailableError:
            # A full disk must not stop a question: the column lives in memory instead.
            return _to_column(arrays, facts)
        return _to_column(*open_bundle(folder))


def _to_column(arrays: dict[str, Array], facts: dict[str, Any]) -> PropertyColumn:
    kind: PropertyKind = facts["kind"]
    if "numbers" in arrays:
        return PropertyColumn(kind, numbers=arrays["numbers"])
    if kind == "text":
        return PropertyColumn(kind, arrays["codes"], TextList(arrays["text"], arrays["ends"]))
    values = arrays["values"].tolist()
    return PropertyColumn(kind, arrays["codes"], tuple(values))


def extract(
    segments: Sequence[Path], name: str, order: Array
) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and facts of a property over all segments, its rows put in ``order``."""
    column = PROPERTY_PREFIX + name
    tables = [read_segment(path, ["sequence", column], coded=[column]) for path in segments]
    given = [t[column] if column in t.column_names else None for t in tables]
    types = {_plain_type(c.type) for c in given if c is not None}
    kind = types.pop() if len(types) == 1 else pa.string()
    whole = [
        pa.chunked_array([pa.nulls(len(t), kind)]) if c is None else _as_kind(c, kind)
        for t, c in zip(tables, given, strict=True)
    ]
    if kind == pa.string():
        codes, values = encode(whole)
        text, ends = split_texts(values)
        coded = _shift(codes, len(values))[order]
        return {"codes": coded, "text": text, "ends": ends}, {"kind": "text", "name": name}
    facts = {"kind": "bool" if kind == pa.bool_() else "number", "name": name}
    return _extract_plain(whole, order, facts)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _as_kind(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column if _plain_type(column.type) == kind else to_type(column, kind)


def _extract_plain(
    whole: Sequence[pa.ChunkedArray], order: Array, facts: dict[str, Any]
) -> tuple[dict[str, Array], dict[str, Any]]:
    joined = pa.concat_arrays([chunk for column in whole for chunk in column.chunks])
    if facts["kind"] == "number":
        joined = pc.if_else(pc.is_finite(joined), joined, pa.scalar(None, pa.float64()))
    coded = joined.dictionary_encode()
    if len(coded.dictionary) > MAX_DICTIONARY:
        numbers = joined.to_numpy(zero_copy_only=False)
        return {"numbers": numbers[order]}, facts
    codes = coded.indices.fill_null(-1).to_numpy()
    values = coded.dictionary.to_numpy(zero_copy_only=False)
    return {"codes": _shift(codes, len(values))[order], "values": values}, facts


def carry_columns(base: Path, target: Path, segments: Sequence[Path], extension: Extension) -> None:
    """Take the columns extracted for a base index over to an index that extends it.

    ``segments`` are the fresh ones. A column that does not fit, here or on the disk, is
    left for later extraction.
    """
    for folder in base.glob("[0-9a-f]*"):
        try:
            arrays, facts = open_bundle(folder)
        except DamagedError:
            continue
        fresh, fresh_facts = extract(segments, facts["name"], extension.fresh_order)
        merged = _merge_columns((arrays, facts), (fresh, fresh_facts))
        if merged is not None:
            rows = "numbers" if "numbers" in merged else "codes"
            merged[rows] = merged[rows][extension.source]
            try:
                save_bundle(target / folder.name, merged, facts)
            except UnavailableError:
                return


def _merge_columns(
    base: tuple[dict[str, Array], dict[str, Any]], fresh: tuple[dict[str, Array], dict[str, Any]]
) -> dict[str, Array] | None:
    """The rows of ``base``, then those of ``fresh``, under one dictionary; None: they differ."""
    known, more = base[0], fresh[0]
    if "numbers" in known or "numbers" in more:
        return None
    names = _to_arrow(known)
    if not more["codes"].any():
        # The fresh segments lack the property, so they cannot tell its kind.
        codes = more["codes"]
    elif base[1]["kind"] != fresh[1]["kind"]:
        return None
    else:
        table, names = merge_names(names, _to_arrow(more))
        # Code 0 is "not set" on both sides.
        codes = np.concatenate([[0], table + 1])[more["codes"]]
    kind = code_type(len(names))
    joined = np.concatenate([known["codes"].astype(kind), codes.astype(kind)])
    if base[1]["kind"] == "text":
        text, ends = split_texts(names)
        return {"codes": joined, "text": text, "ends": ends}
    return {"codes": joined, "values": names.to_numpy(zero_copy_only=False)}


def _to_arrow(arrays: dict[str, Array]) -> pa.Array:
    if "text" in arrays:
        return TextList(arrays["text"], arrays["ends"]).to_arrow()
    return pa.array(arrays["values"])


def _shift(codes: Array, count: int) -> Array:
    """Codes from -1 (not set) as the codes from 0 of a ``PropertyColumn``."""
    return (codes + 1).astype(code_type(count))

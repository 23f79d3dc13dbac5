"""Property columns of an index: extracted from the segments once, then memory-mapped."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pilothouse.engines.analytics.columns import PropertyColumn, PropertyKind, code_type
from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.kernel.ids import digest
from pilothouse.stores.arrays import TextList, open_bundle, save_bundle, split_texts
from pilothouse.stores.batches import PROPERTY_PREFIX
from pilothouse.stores.runs import encode
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
        return {"codes": coded, "text": text, "ends": ends}, {"kind": "text"}
    return _extract_plain(whole, order, "bool" if kind == pa.bool_() else "number")


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _as_kind(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column if _plain_type(column.type) == kind else to_type(column, kind)


def _extract_plain(
    whole: Sequence[pa.ChunkedArray], order: Array, kind: str
) -> tuple[dict[str, Array], dict[str, Any]]:
    joined = pa.concat_arrays([chunk for column in whole for chunk in column.chunks])
    if kind == "number":
        joined = pc.if_else(pc.is_finite(joined), joined, pa.scalar(None, pa.float64()))
    coded = joined.dictionary_encode()
    if len(coded.dictionary) > MAX_DICTIONARY:
        numbers = joined.to_numpy(zero_copy_only=False)
        return {"numbers": numbers[order]}, {"kind": kind}
    codes = coded.indices.fill_null(-1).to_numpy()
    values = coded.dictionary.to_numpy(zero_copy_only=False)
    return {"codes": _shift(codes, len(values))[order], "values": values}, {"kind": kind}


def _shift(codes: Array, count: int) -> Array:
    """Codes from -1 (not set) as the codes from 0 of a ``PropertyColumn``."""
    return (codes + 1).astype(code_type(count))

"""A table of events, as ``load_events`` gives it, as the log that questions walk."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.engines.analytics import EventLog, PropertyColumn, build_log
from pilothouse.engines.analytics.columns import Array, code_type

BASE = ("actor", "event", "time")
# A number with more distinct values than this keeps no dictionary.
MAX_DICTIONARY = 65_535


def log_from_table(table: pa.Table) -> EventLog:
    """The log of a table with columns actor, event, time (UTC) and properties by name.

    Rows keep their order, which breaks ties of time.
    """
    actor, actor_names = _codes(table["actor"])
    event, event_names = _codes(table["event"])
    return build_log(
        actor=actor,
        event=event,
        time_us=table["time"].cast(pa.int64()).to_numpy(),
        actor_names=actor_names.to_pylist(),
        event_names=event_names.to_pylist(),
        properties={n: _property(table[n]) for n in table.column_names if n not in BASE},
    )


def _codes(values: pa.ChunkedArray) -> tuple[Array, pa.Array]:
    coded = values.combine_chunks().dictionary_encode()
    codes = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return codes, coded.dictionary


def _property(values: pa.ChunkedArray) -> PropertyColumn:
    if pa.types.is_boolean(values.type):
        codes, known = _codes(values)
        return PropertyColumn("bool", (codes + 1).astype(np.uint8), known.to_pylist())
    if pa.types.is_string(values.type):
        codes, known = _codes(values)
        return PropertyColumn("text", _small(codes, len(known)), known.to_pylist())
    codes, known = _codes(values)
    if len(known) <= MAX_DICTIONARY:
        return PropertyColumn("number", _small(codes, len(known)), known.to_pylist())
    numbers = pc.fill_null(values, float("nan")).to_numpy()
    return PropertyColumn("number", numbers=np.ascontiguousarray(numbers, np.float64))


def _small(codes: Array, count: int) -> Array:
    return (codes + 1).astype(code_type(count))

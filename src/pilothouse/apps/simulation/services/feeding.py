"""From the engine's batches to the batches that stores exchange."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.stores.batches import BASE_SCHEMA, PROPERTY_PREFIX, TIME_TYPE

if TYPE_CHECKING:
    from pilothouse.engines.simulation import EventBatch
    from pilothouse.engines.simulation.batch import Coded

TEXT_PROPERTIES = ("session", "platform", "country", "plan", "segment")
# Only where a named channel or invitations bring people.
ARRIVAL_PROPERTIES = ("channel", "invited_by")


def to_batch(day: EventBatch) -> pa.Table:
    """A simulated day's events as a batch, in the order of their arrival."""
    order = np.argsort(day.received_us, kind="stable")
    columns = {
        "id": pa.array([row.tobytes() for row in day.ids[order]], pa.binary(16)),
        "event": _text(day.event, order),
        "actor": _text(day.actor, order),
        "time": pa.array(day.time_us[order]).cast(TIME_TYPE),
        "sequence": pa.array(np.arange(len(day), dtype=np.int64)),
    }
    table = pa.table(columns, schema=BASE_SCHEMA)
    for name in TEXT_PROPERTIES:
        table = table.append_column(PROPERTY_PREFIX + name, _text(getattr(day, name), order))
    for name in ARRIVAL_PROPERTIES:
        if (column := getattr(day, name)) is not None:
            table = table.append_column(PROPERTY_PREFIX + name, _text(column, order))
    amounts = pa.array(day.amount[order], from_pandas=True)
    return table.append_column(PROPERTY_PREFIX + "amount", amounts)


def until(batch: pa.Table, moment: datetime) -> pa.Table:
    """The events of a batch that happened before ``moment``."""
    return batch.filter(pc.less(batch["time"], pa.scalar(moment, TIME_TYPE)))


def _text(column: Coded, order: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    # An empty name means that there is none.
    names = pa.array([str(name) or None for name in column.names], pa.string())
    return names.take(pa.array(column.codes[order]))

"""Batches: many events as the columns of one Arrow table. The only form that stores exchange.

Columns, in this order:

- ``id``: 16 bytes, unique within a product (``kernel.ids.event_id``)
- ``event``: name, 1..200 characters
- ``actor``: who did it, 1..400 characters
- ``time``: microseconds, UTC
- ``sequence``: order of arrival in the product; breaks ties of time
- ``p:NAME``: one column for each property: text, double or bool; null where an event lacks it.
  Lists and objects are kept as JSON text. A property whose values have several types within a batch
  is text.
"""

from __future__ import annotations

import pyarrow as pa

PROPERTY_PREFIX = "p:"
TIME_TYPE = pa.timestamp("us", tz="UTC")
BASE_SCHEMA = pa.schema(
    [
        pa.field("id", pa.binary(16), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("actor", pa.string(), nullable=False),
        pa.field("time", TIME_TYPE, nullable=False),
        pa.field("sequence", pa.int64(), nullable=False),
    ]
)
PROPERTY_TYPES = (pa.string(), pa.float64(), pa.bool_())

MAX_EVENT_NAME = 200
MAX_ACTOR = 400
MAX_PROPERTY_NAME = 200
MAX_PROPERTIES = 255
MAX_TEXT = 8192


def property_columns(table: pa.Table) -> list[str]:
    """Names of the properties of a batch, without the prefix."""
    return [
        name.removeprefix(PROPERTY_PREFIX)
        for name in table.column_names
        if name.startswith(PROPERTY_PREFIX)
    ]

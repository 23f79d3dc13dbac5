"""Small batches of events for the tests of the stores."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pilothouse.kernel.ids import event_id
from pilothouse.stores.batches import BASE_SCHEMA, PROPERTY_PREFIX


def make_batch(rows, first_sequence=0, types=None):
    """A batch of ``(actor, event, time_us, {properties})`` with ids made from the sequence."""
    numbers = range(first_sequence, first_sequence + len(rows))
    columns = {
        "id": [event_id(str(n)) for n in numbers],
        "event": [row[1] for row in rows],
        "actor": [row[0] for row in rows],
        "time": [row[2] for row in rows],
        "sequence": list(numbers),
    }
    arrays = {f.name: pa.array(columns[f.name], f.type) for f in BASE_SCHEMA}
    for name in sorted({name for row in rows for name in row[3]}):
        values = [row[3].get(name) for row in rows]
        arrays[PROPERTY_PREFIX + name] = pa.array(values, (types or {}).get(name))
    return pa.table(arrays)


def random_rows(count, seed=1, actors=30, unit_us=1_000_000):
    """Rows with every kind of property, many ties of time, and late events."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(count):
        properties = {
            "plan": str(rng.choice(["free", "pro"])),
            "amount": float(rng.integers(0, 50)),
        }
        if rng.random() < 0.3:
            properties["paid"] = bool(rng.random() < 0.5)
        if rng.random() < 0.2:
            del properties["amount"]
        time = (k // 4 - int(rng.integers(0, 40))) * unit_us + 10**15
        actor = f"actor-{rng.integers(0, actors)}"
        rows.append((actor, str(rng.choice(["A", "B", "C"])), time, properties))
    return rows


def describe(log):
    """All that a log says, as plain Python, whatever the order of its dictionaries."""
    columns = {name: log.property(name) for name in log.property_names}
    rows = []
    for a, actor in enumerate(log.actor_names):
        for i in range(log.offsets[a], log.offsets[a + 1]):
            own = {name: value(column, i) for name, column in columns.items()}
            time = int(log.time[i]) * log.time_unit_us + log.time_base_us
            rows.append((actor, log.event_names[log.event[i]], time, own))
    return sorted(rows, key=lambda row: row[0])


def value(column, row):
    """The value of one row of a column; None where it is not set."""
    if column.numbers is not None:
        return None if np.isnan(column.numbers[row]) else float(column.numbers[row])
    code = int(column.codes[row])
    return None if code == 0 else column.values[code - 1]

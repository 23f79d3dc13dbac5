"""The same made events as CSV, JSON lines and Parquet, as a person would have them in a file."""

from __future__ import annotations

import uuid
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from benchmarks.made_events import make_events

FORMATS = ("csv", "jsonl", "parquet")
_CHUNK = 50_000


def write_files(events: int, folder: Path) -> int:
    """Write ``events.csv``, ``.jsonl`` and ``.parquet``; the number of rows."""
    # Some of what is made falls behind the last week and is left out.
    made = make_events(events * 4 // 3)
    batch = made.table(0, min(events, len(made)))
    texts = pa.array([str(uuid.UUID(bytes=raw)) for raw in batch["id"].to_pylist()])
    time = pc.strftime(batch["time"], format="%Y-%m-%dT%H:%M:%SZ")
    table = pa.table(
        {"id": texts, "event": batch["event"], "actor": batch["actor"], "time": time}
        | {
            name.removeprefix("p:"): batch[name]
            for name in batch.column_names
            if name.startswith("p:")
        }
    )
    pcsv.write_csv(table, folder / "events.csv")
    pq.write_table(table, folder / "events.parquet", compression="zstd")
    with (folder / "events.jsonl").open("wb") as file:
        for start in range(0, len(table), _CHUNK):
            rows = table.slice(start, _CHUNK).to_pylist()
            file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    return len(table)

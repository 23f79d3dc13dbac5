"""What one process measures: an import of ours, or the same file into a peer."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

THREADS = 2


def make_workspace(folder: Path) -> dict[str, str]:
    """A new workspace in ``folder`` with a product and a write key for it."""
    _start(folder)
    from django.core.management import call_command

    from pilothouse.apps.analytics.services.streams import create_write_key
    from pilothouse.apps.workspace.services.login import create_token
    from pilothouse.apps.workspace.services.members import found_workspace
    from pilothouse.apps.workspace.services.products import ProductDraft, create_product

    call_command("migrate", verbosity=0)
    access = found_workspace("Benchmark", "Owner", "owner@example.org")
    product = create_product(access, ProductDraft(name="Shop"))
    return {
        "product": product.public_id,
        "key": create_write_key(access, product, "Client").key,
        "token": create_token(access, "Client", is_read_only=True),
    }


def _start(folder: Path) -> None:
    os.environ["PILOTHOUSE_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilothouse.project.settings"
    import django

    django.setup()


def import_ours(source: Path, folder: Path) -> dict[str, Any]:
    """The whole job of an import, then the index; bytes of each part of what is stored."""
    place = make_workspace(folder)
    from pilothouse.apps.analytics.models import EventImport, Stream
    from pilothouse.apps.analytics.services.imports import receive_file, run_import, start_import
    from pilothouse.apps.analytics.services.store import event_store, list_live_segments
    from pilothouse.apps.workspace.services.access import get_product
    from pilothouse.apps.workspace.services.leases import claim_job
    from pilothouse.apps.workspace.services.local import list_owner_accesses
    from pilothouse.stores.index import measure_bytes

    access = list_owner_accesses()[0]
    product = get_product(access, place["product"])
    chunks = [source.read_bytes()]
    row = receive_file(access, product, source.name, chunks)
    _warm_up()
    start_import(access, product, row.public_id)
    job = _claim(claim_job)
    began = time.perf_counter()
    result = run_import(job)
    import_s = time.perf_counter() - began
    stream = Stream.objects.get(product_id=product.id)
    segments = list_live_segments(stream.pk)
    began = time.perf_counter()
    log = event_store(stream.pk).log(segments)
    index_s = time.perf_counter() - began
    rows = EventImport.objects.get(public_id=row.public_id).accepted
    index = folder / "index" / str(stream.pk)
    ids = measure_bytes(index / "ids")
    return {
        "rows": rows,
        "seconds": import_s + index_s,
        "import_s": import_s,
        "index_s": index_s,
        "import_rows_per_s": rows / import_s,
        "index_rows_per_s": len(log.time) / index_s,
        "duplicates": result["duplicates"],
        "bytes_per_event": {
            "segments": sum(segment.bytes for segment in segments) / rows,
            "ids": ids / rows,
            "index": (measure_bytes(index) - ids) / rows,
        },
    }


def _claim(claim_job: Any) -> Any:
    from threading import Event

    job = claim_job("benchmark", Event())
    assert job is not None
    return job


def _warm_up() -> None:
    """Load what is compiled: a server has done that at its first import."""
    from pilothouse.engines.analytics.log import EventLog

    EventLog.from_rows([("a", "b", 1, {}), ("a", "c", 2, {})])


def import_duckdb(source: Path, folder: Path) -> dict[str, Any]:
    """A table sorted by actor and time; nothing is checked and no id looked for."""
    import duckdb

    folder.mkdir()
    base = duckdb.connect(str(folder / "ev.db"), config={"threads": THREADS})
    began = time.perf_counter()
    base.execute(f"CREATE TABLE ev AS SELECT * FROM '{source}' ORDER BY actor, time")
    base.execute("CHECKPOINT")
    return _peer(base.execute("SELECT count(*) FROM ev").fetchone()[0], began, folder)


def import_clickhouse(source: Path, folder: Path) -> dict[str, Any]:
    """A MergeTree ordered by actor and time, merged to one part; likewise unchecked."""
    from chdb.session import Session

    kinds = {"csv": "CSVWithNames", "jsonl": "JSONEachRow", "parquet": "Parquet"}
    session = Session(str(folder))
    began = time.perf_counter()
    session.query(
        "CREATE TABLE ev (id UUID, event LowCardinality(String), actor String, time DateTime,"
        " platform LowCardinality(String), country LowCardinality(String),"
        " plan LowCardinality(String), url LowCardinality(String), amount Nullable(Float64))"
        " ENGINE = MergeTree ORDER BY (actor, time)"
    )
    session.query(
        "INSERT INTO ev SELECT toUUID(id), event, actor, parseDateTimeBestEffort(time), platform,"
        f" country, plan, url, amount FROM file('{source}', {kinds[source.suffix[1:]]}, 'id String,"
        " event String, actor String, time String, platform String, country String, plan String,"
        f" url String, amount Nullable(Float64)') SETTINGS max_threads = {THREADS}"
    )
    session.query("OPTIMIZE TABLE ev FINAL")
    rows = int(session.query("SELECT count() FROM ev", "CSV").bytes().decode())
    return _peer(rows, began, folder)


def _peer(rows: int, began: float, folder: Path) -> dict[str, Any]:
    seconds = time.perf_counter() - began
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {"rows": rows, "seconds": seconds, "bytes_per_event": {"all": size / rows}}


def memory_mb(process: str = "self") -> float:
    """Peak of resident memory of a process on Linux; 0 elsewhere."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1e3


def main() -> None:
    """``python -m benchmarks.events_work ACT ARGUMENTS``: prints one line of JSON."""
    act, *arguments = sys.argv[1:]
    answer = globals()[act](*(Path(argument) for argument in arguments))
    print(json.dumps({**answer, "peak_memory_mb": memory_mb()}))


if __name__ == "__main__":
    main()

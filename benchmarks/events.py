"""Taking events in: by HTTP from clients, from files, and into the index, beside two peers.

Ingest goes through the real server over the loopback, and counts only what was answered as stored.
Files: the whole job of an import (reading, rules, ids, duplicates, segments, publishing) and the
index; the peers read the same file into a sorted table and check nothing. Rounds are interleaved,
each load in a fresh process; medians are reported.

    python -m benchmarks.events --json --events 1000000
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import orjson

from benchmarks.events_files import FORMATS, write_files
from benchmarks.events_work import memory_mb

ROUNDS = 3
CASE_EVENTS = 20_000
# Events a request, clients at once, compressed.
CASES = [(100, 1, False), (100, 4, False), (500, 1, False), (500, 4, False), (100, 4, True)]
LOADS = ("import_ours", "import_duckdb", "import_clickhouse")
PEERS = LOADS[1:]
PORT = 8739
MAIN = "from pilothouse.cli.main import main; raise SystemExit(main())"


def work(act: str, *paths: Path) -> dict[str, Any]:
    """One act of ``events_work`` in a fresh process."""
    words = [sys.executable, "-m", "benchmarks.events_work", act, *map(str, paths)]
    done = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _environment() -> dict[str, str]:
    path = os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def measure_ingest(folder: Path) -> dict[str, Any]:
    """Events a second that the server accepts for good, by case."""
    place = work("make_workspace", folder)
    words = ["start", "--data", str(folder), "--port", str(PORT), "--no-browser", "--demo", "none"]
    server = subprocess.Popen(
        [sys.executable, "-c", MAIN, *words], env=_environment(), stdout=subprocess.DEVNULL
    )
    try:
        _await_server(server)
        _send(_make_bodies(place["key"], 1_000, 100, is_packed=False))
        cases = {}
        for batch, clients, is_packed in CASES:
            name = f"{batch} events, {clients} clients{', gzip' if is_packed else ''}"
            cases[name] = _measure_case(place["key"], batch, clients, is_packed=is_packed)
        memory = memory_mb(str(server.pid))
        stored = _count_stored(place)
    finally:
        server.terminate()
        server.wait(10)
    sent = 1_000 + CASE_EVENTS * len(CASES)
    assert stored == sent, (stored, sent)
    return {"cases": cases, "stored": stored, "server_peak_memory_mb": memory}


def _await_server(server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def _make_bodies(key: str, events: int, batch: int, *, is_packed: bool) -> list[bytes]:
    """Requests as the client of PostHog makes them."""
    bodies = []
    for start in range(0, events, batch):
        rows = [_make_event(start + k) for k in range(batch)]
        text = orjson.dumps({"api_key": key, "historical_migration": False, "batch": rows})
        bodies.append(gzip.compress(text, 6) if is_packed else text)
    return bodies


def _make_event(number: int) -> dict[str, Any]:
    return {
        "event": ("view_item", "add_to_cart", "checkout", "purchase")[number % 4],
        "uuid": str(uuid.uuid4()),
        "distinct_id": f"user-{number * 7919 % 5000:07}",
        "timestamp": f"2026-11-20T{number % 24:02}:{number % 60:02}:00.{number % 1000:03}000+00:00",
        "properties": {
            "$lib": "posthog-python",
            "$lib_version": "7.91.1",
            "$geoip_disable": True,
            "platform": ("web", "ios", "android")[number % 3],
            "url": f"/page/{number % 500}",
            "amount": number % 997 / 10,
        },
    }


def _measure_case(key: str, batch: int, clients: int, *, is_packed: bool) -> dict[str, float]:
    share = CASE_EVENTS // clients
    all_bodies = [_make_bodies(key, share, batch, is_packed=is_packed) for _ in range(clients)]
    waits: list[float] = []
    threads = [threading.Thread(target=_send, args=(bodies, waits)) for bodies in all_bodies]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    waits.sort()
    return {
        "events_per_s": CASE_EVENTS / seconds,
        "median_ms": statistics.median(waits) * 1e3,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1e3,
    }


def _send(bodies: list[bytes], waits: list[float] | None = None) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    for body in bodies:
        began = time.perf_counter()
        connection.request("POST", "/batch/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        if waits is not None:
            waits.append(time.perf_counter() - began)
    connection.close()


def _count_stored(place: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    path = f"/api/v1/products/{place['product']}/analytics/inventory"
    connection.request("GET", path, headers={"Authorization": f"Bearer {place['token']}"})
    return int(json.loads(connection.getresponse().read())["rows"])


def measure_files(rows: int, folder: Path, rounds: int) -> dict[str, Any]:
    """Loading of each kind of file by us and by the peers, medians of interleaved rounds."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for _ in range(rounds):
        for kind in FORMATS:
            for load in LOADS:
                place = folder / "load"
                answer = work(load, folder / f"events.{kind}", place)
                shutil.rmtree(place)
                assert answer["rows"] == rows, (load, kind, answer["rows"], rows)
                found.setdefault(kind, {}).setdefault(load, []).append(answer)
    return {kind: _summarize(loads) for kind, loads in found.items()}


def _summarize(loads: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    middle = {load: _median_of(answers) for load, answers in loads.items()}
    own = middle["import_ours"]["seconds"]
    ratios = {load: round(middle[load]["seconds"] / own, 2) for load in PEERS}
    return {**middle, "peer_seconds_to_ours": ratios}


def _median_of(answers: list[dict[str, Any]]) -> dict[str, Any]:
    first = answers[0]
    middle = {
        name: statistics.median(answer[name] for answer in answers)
        for name, value in first.items()
        if isinstance(value, int | float)
    }
    return {**middle, "bytes_per_event": first["bytes_per_event"]}


def run(events: int, rounds: int) -> dict[str, Any]:
    """The whole benchmark."""
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as name:
        folder = Path(name)
        rows = write_files(events, folder)
        sizes = {kind: (folder / f"events.{kind}").stat().st_size / rows for kind in FORMATS}
        return {
            "events": rows,
            "rounds": rounds,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "ingest": measure_ingest(folder / "ingest"),
            "file_bytes_per_event": sizes,
            "files": measure_files(rows, folder, rounds),
        }


def round_all(value: Any) -> Any:
    """Four digits are more than the machine repeats."""
    if isinstance(value, dict):
        return {name: round_all(each) for name, each in value.items()}
    if isinstance(value, float):
        return round(value) if value >= 1_000 else float(f"{value:.4g}")
    return value


def print_table(answer: dict[str, Any]) -> None:
    """The same for people."""
    for name, case in answer["ingest"]["cases"].items():
        print(f"{name:28} {case['events_per_s']:>8,} events/s, p99 {case['p99_ms']} ms")
    for kind, loads in answer["files"].items():
        own = loads["import_ours"]
        print(
            f"{kind:8} {own['import_rows_per_s']:,} rows/s, index {own['index_s']} s, "
            f"{own['peak_memory_mb']} MB, peers' time to ours {loads['peer_seconds_to_ours']}"
        )
        print(f"{'':8} bytes an event {own['bytes_per_event']}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    answer = round_all(run(given.events, given.rounds))
    if given.json:
        print(json.dumps(answer, indent=2))
    else:
        print_table(answer)


if __name__ == "__main__":
    main()

"""Funnels, retention and active users beside ClickHouse, DuckDB and Polars, on two threads.

Each engine has its own process; rounds run one question on every engine in turn, so that all feel
the same neighbours; the first round is dropped. All answers must be equal.

    python -m benchmarks.analytics --json --events 2000000
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.made_events import EVENTS, PLATFORMS, MadeEvents, make_events, take

QUESTIONS = ["funnel", "funnel_breakdown", "funnel_filters", "retention", "active"]
# What only we are asked, and the question whose answer it must give.
SAME = {
    "funnel_whole": "funnel",
    "funnel_times": "funnel",
    "funnel_first": "funnel",
    "retention_first": "retention",
    "active_first": "active",
    "active_again": "active",
}
OWN = ["read", *SAME]
OURS = "pilothouse"
MAX_ROUNDS, MIN_ROUNDS, BUDGET_S = 9, 3, 200


def write_plain(made: MadeEvents, path: Path) -> None:
    """What the peers load: numbers for users and times, in order of arrival."""
    table = pa.table(
        {
            "user": made.user,
            "ts": made.time_s.astype("uint32"),
            "event": take(EVENTS, made.event),
            "platform": take(PLATFORMS, made.platform),
            "amount": pa.array(made.amount, from_pandas=True),
        }
    )
    pq.write_table(table, path)


def work(name: str, events: int, folder: Path, pipe: Any) -> None:
    """One engine in its own process: load, then answer what is asked."""
    began = time.perf_counter()
    if name == OURS:
        from benchmarks.analytics_ours import Ours

        engine: Any = Ours()
        engine.write(make_events(events), folder)
        facts = {**engine.load(), "disk_bytes_per_event": engine.disk()}
    else:
        from benchmarks.analytics_peers import PEERS

        engine = PEERS[name]()
        engine.load(folder / "plain.parquet", folder)
        files = sum(f.stat().st_size for f in engine.folder.rglob("*") if f.is_file())
        facts = {"ingest_s": time.perf_counter() - began, "disk_bytes": files}
    pipe.send(facts)
    while question := pipe.recv():
        began = time.perf_counter()
        answer = getattr(engine, question)()
        pipe.send((time.perf_counter() - began, answer, _memory_mb()))


def _memory_mb() -> float:
    # Linux hands the peak of the parent down to its child in getrusage, so it is read here.
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1e3
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


class Worker:
    """An engine's process."""

    def __init__(self, name: str, events: int, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        arguments = (name, events, folder, other)
        self.process = context.Process(target=work, args=arguments, daemon=True)
        self.process.start()
        other.close()
        self.facts = self.pipe.recv()
        self.times: dict[str, list[float]] = {}
        self.memory_mb = 0.0

    def ask(self, question: str) -> Any:
        """The answer, its time kept."""
        self.pipe.send(question)
        seconds, answer, self.memory_mb = self.pipe.recv()
        self.times.setdefault(question, []).append(seconds)
        return answer

    def close(self) -> None:
        """End the process."""
        self.pipe.send(None)
        self.process.join(30)


def ask_all(workers: dict[str, Worker]) -> None:
    """One round of every question on every engine in turn; AssertionError when answers differ."""
    ours = {}
    for question in QUESTIONS:
        ours[question] = workers[OURS].ask(question)
        for name, worker in workers.items():
            if name != OURS:
                answer = worker.ask(question)
                assert answer == ours[question], (question, name, answer, ours[question])
    for question in OWN:
        answer = workers[OURS].ask(question)
        assert question not in SAME or answer == ours[SAME[question]], question


def summarize(workers: dict[str, Worker]) -> dict[str, Any]:
    """Times in milliseconds and ratios of medians."""
    times = {
        name: {
            question: {
                "best_ms": round(min(t[1:]) * 1e3, 2),
                "median_ms": round(statistics.median(t[1:]) * 1e3, 2),
            }
            for question, t in worker.times.items()
        }
        for name, worker in workers.items()
    }
    middle = {n: {q: t["median_ms"] for q, t in own.items()} for n, own in times.items()}
    own, peers = middle[OURS], [n for n in workers if n != OURS]
    ratios = {
        q: {n: round(middle[n][q] / own[q], 1) for n in peers}
        | {"best_peer": round(min(middle[n][q] for n in peers) / own[q], 1)}
        for q in QUESTIONS
    }
    costs = {
        "funnel_to_plain_read": round(own["funnel"] / own["read"], 2),
        "extended_to_whole_index": round(own["funnel"] / own["funnel_whole"], 2),
    }
    return {"times": times, "ratios": ratios, "costs": costs}


def run(events: int) -> dict[str, Any]:
    """The whole benchmark; bounded by ``BUDGET_S`` seconds of rounds."""
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as name:
        folder = Path(name)
        made = make_events(events)
        write_plain(made, folder / "plain.parquet")
        count, users = len(made), int(made.user.max()) + 1
        del made
        # Loaded one after another: ingest times are not disturbed by each other.
        engines = (OURS, "clickhouse", "duckdb", "polars")
        workers = {engine: Worker(engine, events, folder) for engine in engines}
        try:
            began = time.monotonic()
            rounds = 0
            while rounds <= MAX_ROUNDS:
                ask_all(workers)
                rounds += 1
                if rounds > MIN_ROUNDS and time.monotonic() - began > BUDGET_S:
                    break
        finally:
            for worker in workers.values():
                worker.close()
        return {
            "events": count,
            "users": users,
            "rounds": rounds - 1,
            "equal": True,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            **summarize(workers),
            "loading": {name: worker.facts for name, worker in workers.items()},
            "peak_memory_mb": {n: round(w.memory_mb) for n, w in workers.items()},
        }


def print_table(answer: dict[str, Any]) -> None:
    """The same for people."""
    print(f"{answer['events']:,} events of {answer['users']:,} users, {answer['rounds']} rounds")
    for question in QUESTIONS:
        cells = [f"{n} {t[question]['median_ms']:.1f} ms" for n, t in answer["times"].items()]
        print(f"{question:18}", ", ".join(cells), answer["ratios"][question])
    print(answer["costs"], answer["loading"], answer["peak_memory_mb"])


def main(json_output: bool = False, events: int = 10_000_000) -> None:  # noqa: FBT001
    """Run and print."""
    answer = run(events)
    if json_output:
        print(json.dumps(answer, indent=2))
    else:
        print_table(answer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--events", type=int, default=10_000_000)
    options = parser.parse_args()
    main(options.json, options.events)

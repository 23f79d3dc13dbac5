"""``kill -9`` at any moment: what was acknowledged is stored, once, and nothing else is."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import posthog
import pytest

from pilothouse.web.formatting import format_count
from tests.connect.processes import ROOT, Server, act, make_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="these kill a workspace on SQLite"),
]

EVENTS = 10_000
KILLS = 3
PART = EVENTS // (KILLS + 1)
SEED = random.SystemRandom().randrange(10**6)
# So many that the import is still running when the latest kill comes.
ROWS = 400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    return place


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    running = Server(folder)
    running.start()
    yield running
    running.stop()


def test_the_real_client_loses_nothing_when_the_server_is_killed(
    server: Server, folder: Path
) -> None:
    place = act(folder, "prepare")
    errors: list[tuple[Exception, list[dict[str, object]]]] = []
    clients = [
        posthog.Posthog(
            place["key"],
            host=server.url,
            gzip=gzip,
            max_queue_size=EVENTS,
            max_retries=12,
            flush_interval=0.1,
            on_error=lambda error, batch: errors.append((error, batch)),
        )
        for gzip in (False, True)
    ]
    chance = random.Random(SEED)
    sent: list[str | None] = []
    for part in range(KILLS + 1):
        sent += [_capture(clients[number % 2], number) for number in range(PART)]
        if part < KILLS:
            time.sleep(chance.uniform(0.0, 0.5))
            server.kill()
            server.start()
    for client in clients:
        client.flush(timeout_seconds=None)
        client.shutdown()

    assert errors == [], f"seed {SEED}"
    stored = act(folder, "read_ids", place["product"])
    wanted = sorted(str(each).replace("-", "") for each in sent)
    assert sorted(stored) == wanted, f"seed {SEED}"
    _check_what_it_tells(server, place)


def _capture(client: posthog.Posthog, number: int) -> str | None:
    return client.capture(
        "report shared", distinct_id=f"user {number % 97}", properties={"number": number}
    )


def _check_what_it_tells(server: Server, place: dict[str, str]) -> None:
    """The API and the page say the same as the store."""
    headers = {"Authorization": f"Bearer {place['token']}"}
    base = f"/api/v1/products/{place['product']}/analytics"
    inventory = json.loads(server.get(f"{base}/inventory", **headers))
    assert inventory["rows"] == EVENTS
    assert inventory["events"] == [{"name": "report shared", "count": EVENTS}]
    assert json.loads(server.get(f"{base}/sources", **headers))["accepted"] == EVENTS
    cookies = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(cookies)
    browser.open(f"{server.url}/login/{place['login']}/", timeout=30).close()
    with browser.open(f"{server.url}/p/{place['product']}/analytics/events/", timeout=30) as page:
        assert f">{format_count(EVENTS)}<" in page.read().decode()


def test_kills_while_small_batches_are_packed_and_merged(folder: Path) -> None:
    place = act(folder, "found")
    chance = random.Random(SEED)
    told: list[str] = []
    rounds = 6
    for _ in range(rounds):
        told += _pack_until_killed(folder, place["key"], chance.uniform(0.05, 0.8))
    state = act(folder, "check_store", place["product"])
    stored = act(folder, "read_ids", place["product"])
    assert len(told) > 20 * rounds, "too little happened to prove anything"
    assert state["rows"] == state["ids"] == state["accepted"], f"seed {SEED}"
    assert state["sequences_are_unique"]
    assert set(told) <= set(stored), f"seed {SEED}"
    # A kill between the commit and the word of it leaves at most one batch untold.
    assert len(stored) - len(told) <= 25 * rounds
    assert state["not_live"] == 0


def _pack_until_killed(folder: Path, key: str, after_s: float) -> list[str]:
    """The ids that a process told of as accepted before it was killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.connect.inside", "pack", key],
        cwd=ROOT,
        env=make_environment(folder),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        killer = threading.Timer(after_s, process.send_signal, [signal.SIGKILL])
        killer.start()
        lines = [first, *process.stdout.readlines()]
        killer.join()
    whole = [line for line in lines if line.endswith(b"\n")]
    return [each for line in whole for each in json.loads(line)]


def test_a_killed_import_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    _write_events(path, ROWS)
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    whole = act(tmp_path / "whole", "import_whole", str(path))
    broken = _import_with_kills(tmp_path / "broken", path)
    assert whole["rows"] == ROWS - ROWS // 200
    for fact in ("rows", "ids", "digest", "segments", "not_live"):
        assert broken[fact] == whole[fact], (fact, SEED)
    jobs = [_look_at_job(tmp_path / name, run["job"]) for name, run in
            (("whole", whole), ("broken", broken))]  # fmt: skip
    assert [job["attempts"] for job in jobs] == [1, 3]
    for job in jobs:
        counts = {name: value for name, value in job["result"].items() if name != "import"}
        assert counts == {
            "rows": ROWS, "accepted": ROWS - ROWS // 200, "duplicates": ROWS // 200, "refused": 0,
        }  # fmt: skip


def _write_events(path: Path, rows: int) -> None:
    """In the second half one row in a hundred is a repetition of the one before."""
    chance = random.Random(7)
    lines = ["id,actor,event,time,amount"]
    for number in range(rows):
        if number > rows // 2 and number % 100 == 99:
            lines.append(lines[-1])
            continue
        second = 1_780_000_000 + number * 20
        amount = chance.randrange(10_000) / 100
        lines.append(f"{number},user {chance.randrange(20_000)},bought,{second},{amount}")
    path.write_text("\n".join(lines) + "\n")


def _import_with_kills(folder: Path, path: Path) -> dict[str, Any]:
    """The state of the store after an import whose server was killed twice on the way."""
    place = act(folder, "found_import", str(path))
    chance = random.Random(SEED)
    server = Server(folder)
    for attempt in (1, 2):
        server.start()
        _await_job(folder, place["job"], "running", attempt)
        time.sleep(chance.uniform(0.0, 0.4))
        server.kill()
        _let_lease_expire(folder, place["job"])
    server.start()
    try:
        _await_job(folder, place["job"], "done", 3)
    finally:
        server.stop()
    return {**act(folder, "check_store", place["product"]), "job": place["job"]}


def _let_lease_expire(folder: Path, job: str) -> None:
    """As if the minute had passed after which the job of a dead worker is taken up again."""
    with closing(sqlite3.connect(folder / "workspace.sqlite3")) as database, database:
        changed = database.execute(
            "UPDATE workspace_job SET leased_until = '2026-01-01 00:00:00'"
            " WHERE public_id = ? AND state = 'running'",
            [job],
        )
        assert changed.rowcount == 1, f"the kill came too late, seed {SEED}"


def _look_at_job(folder: Path, job: str) -> dict[str, Any]:
    with closing(sqlite3.connect(folder / "workspace.sqlite3")) as database:
        row = database.execute(
            "SELECT state, attempts, result, message FROM workspace_job WHERE public_id = ?", [job]
        ).fetchone()
    return dict(
        zip(("state", "attempts", "result", "message"), row, strict=True),
        result=json.loads(row[2]),
    )


def _await_job(folder: Path, job: str, state: str, attempt: int) -> None:
    """Wait until the job has come to ``state`` in its ``attempt``."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = _look_at_job(folder, job)
        if found["state"] == state and found["attempts"] == attempt:
            return
        assert found["state"] in {"queued", "running"}, (found, SEED)
        time.sleep(0.01)
    pytest.fail(f"the job is not {state} after a minute: {found}")

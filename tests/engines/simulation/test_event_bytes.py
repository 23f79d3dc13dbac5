"""One seed, the same events to the last byte: golden digests of a short season of each pack.

Events are no part of a world's hash. The digests change only with ``MODEL_VERSION`` or a pack;
write them anew with ``python -m tests.engines.simulation.test_event_bytes`` when that was meant.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from pilothouse.engines.simulation import (
    Change,
    EventBatch,
    Pack,
    SimulationRun,
    build_pack,
    simulate,
)

PACKS = ("saas", "consumer", "health", "ecommerce", "edtech")
GOLDEN = Path(__file__).parent / "golden" / "events.json"
FIRST = date(2026, 3, 2)
_CODED = ("event", "actor", "session", "platform", "country", "plan", "segment")


def digest(batches: list[EventBatch]) -> str:
    total = hashlib.sha256()
    for batch in batches:
        total.update(batch.ids.tobytes())
        for column in (batch.time_us, batch.received_us, batch.amount):
            total.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
        for name in _CODED:
            coded = getattr(batch, name)
            total.update(coded.codes.astype("<i4").tobytes())
            total.update("\n".join(coded.names.tolist()).encode())
    return total.hexdigest()


def live(pack: Pack, *, threads: int = 2) -> SimulationRun:
    """Days with sign-ups, renewals and the end of trials, and one on which tracking is poor."""
    change = Change("tracking", date(2026, 3, 20), 0.3, last=date(2026, 3, 22))
    return simulate(
        pack, seed=11, first_day=FIRST, days=40, users=4_000, threads=threads, changes=[change]
    )


def read_pack(name: str) -> Pack:
    text = files("pilothouse.content.worlds").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return build_pack(tomllib.loads(text))


def at_night(pack: Pack) -> Pack:
    """``pack`` whose people come in their last hour: steps are hurried, walks end at midnight."""
    hours = (*[1e-9] * 23, 1.0)
    return replace(pack, calendar=replace(pack.calendar, hours=hours))


def digests() -> dict[str, str]:
    packs = {name: read_pack(name) for name in PACKS}
    packs |= {f"{name} at night": at_night(packs[name]) for name in ("saas", "consumer")}
    return {name: digest(list(live(pack).events())) for name, pack in packs.items()}


@pytest.fixture(scope="module")
def golden() -> dict[str, str]:
    found: dict[str, str] = json.loads(GOLDEN.read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", PACKS)
def test_the_same_seed_gives_the_same_events_everywhere(name: str, golden: dict[str, str]) -> None:
    assert digest(list(live(read_pack(name)).events())) == golden[name]


@pytest.mark.parametrize("name", ["saas", "consumer"])
def test_a_day_that_ends_gives_the_same_events(name: str, golden: dict[str, str]) -> None:
    run = live(at_night(read_pack(name)))
    assert digest(list(run.events())) == golden[f"{name} at night"]
    # The night is one: some come in its last half minute and are hurried, some are cut off.
    last = max(int(rows.offset_us.max()) for rows in run.rows())
    assert last > 86_370_000_000


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_and_leaps_do_not_matter(threads: int, golden: dict[str, str]) -> None:
    run = live(read_pack("saas"), threads=threads)
    assert digest(list(run.events())) == golden["saas"]
    (alone,) = run.events(date(2026, 3, 21), date(2026, 3, 21))
    (within,) = [batch for batch in run.events() if batch.day == alone.day]
    assert digest([alone]) == digest([within])


def test_rows_are_what_people_did_among_the_events(golden: dict[str, str]) -> None:
    run = live(read_pack("health"))
    for rows, batch in zip(run.rows(), run.events(), strict=True):
        of_people = np.flatnonzero(batch.actor.codes < run.users)
        assert (batch.ids[of_people].tobytes()) == rows.id.astype("<u4").tobytes()


if __name__ == "__main__":
    GOLDEN.write_text(f"{json.dumps(digests(), indent=2)}\n", "utf-8")

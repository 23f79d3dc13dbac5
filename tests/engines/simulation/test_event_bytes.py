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
    drafting,
    emission,
    simulate,
    timing,
)
from pilothouse.engines.simulation.drafting import MAX_SESSION_EVENTS, NO_SESSION
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US

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


def endless(pack: Pack) -> Pack:
    """``pack`` in which nobody who has begun to use a feature leaves by themselves."""
    first = pack.features[0].event
    features = tuple(replace(feature, following={first: 1.0}) for feature in pack.features)
    gap = replace(pack.activity.seconds_between_events, value=0.5)
    activity = replace(pack.activity, seconds_between_events=gap)
    return replace(pack, features=features, activity=activity)


ODD = {
    "saas at night": lambda: at_night(read_pack("saas")),
    "consumer at night": lambda: at_night(read_pack("consumer")),
    "consumer endless": lambda: endless(read_pack("consumer")),
}


def digests() -> dict[str, str]:
    packs = {name: read_pack(name) for name in PACKS}
    packs |= {name: make() for name, make in ODD.items()}
    return {name: digest(list(live(pack).events())) for name, pack in packs.items()}


@pytest.fixture(scope="module")
def golden() -> dict[str, str]:
    found: dict[str, str] = json.loads(GOLDEN.read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", PACKS)
def test_the_same_seed_gives_the_same_events_everywhere(name: str, golden: dict[str, str]) -> None:
    assert digest(list(live(read_pack(name)).events())) == golden[name]


@pytest.mark.parametrize("name", ODD)
def test_odd_days_give_the_same_events(name: str, golden: dict[str, str]) -> None:
    assert digest(list(live(ODD[name]()).events())) == golden[name]


def test_the_night_hurries_some() -> None:
    run = live(ODD["saas at night"]())
    last = [int(rows.offset_us.max()) for rows in run.rows() if len(rows.event)]
    assert 86_370_000_000 < max(last) < DAY_US


def test_no_session_has_more_events_than_there_is_room_for() -> None:
    longest = 0
    for rows in live(ODD["consumer endless"]()).rows():
        known = rows.session != NO_SESSION
        ids = np.unique(rows.id[known], axis=0, return_index=True)[1]
        sessions = (rows.place[known].astype(np.int64) * 256 + rows.session[known])[ids]
        longest = max(longest, int(np.unique(sessions, return_counts=True)[1].max(initial=0)))
    # Some are lost; the basket and its order come at the end.
    assert 0.95 * MAX_SESSION_EVENTS < longest <= MAX_SESSION_EVENTS + 2


@pytest.mark.parametrize("room", [0, 3_000])
def test_rows_are_the_same_however_little_room_there_was(
    room: int, golden: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "_likely_events", lambda record: room)
    monkeypatch.setattr(emission, "_likely_rows", lambda events, tables: room)
    assert digest(list(live(read_pack("saas")).events())) == golden["saas"]


def test_a_day_of_too_many_events_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "_MOST_EVENTS", 5_000)
    draft = timing.widened(timing.new_draft(3_000), 3_000)
    assert len(draft.key) == len(draft.info) == 5_000
    with pytest.raises(InvalidValueError, match="a day can have 5000 events at most"):
        timing.widened(draft, 5_000)


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

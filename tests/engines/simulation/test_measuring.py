"""Bots and renamed events: seen in the log, never in the truth."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import pytest

from pilothouse.engines.simulation import EventBatch, Pack, Parameter, SimulationRun, simulate
from pilothouse.engines.simulation.measuring import count_bots
from pilothouse.engines.simulation.pack import Rename
from pilothouse.engines.simulation.reading import build_pack
from pilothouse.kernel.errors import InvalidValueError

FIRST = date(2026, 9, 28)
USERS = 20_000


def parameter(value: float) -> Parameter:
    return Parameter(value, value, value, "set by a test", "design")


def with_bots(pack: Pack, share: float, pages: float = 6.0) -> Pack:
    own = replace(pack.instrumentation, bots=parameter(share), bot_pages=parameter(pages))
    return replace(pack, instrumentation=own)


@pytest.fixture(scope="module")
def shop() -> Pack:
    text = files("pilothouse.content.worlds").joinpath("ecommerce.toml").read_text("utf-8")
    return build_pack(tomllib.loads(text))


def live(pack: Pack, days: int = 30, seed: int = 3) -> SimulationRun:
    return simulate(pack, seed=seed, first_day=FIRST, days=days, users=USERS)


def bots_of(batch: EventBatch) -> np.ndarray:
    return batch.actor.codes >= USERS


def test_bots_are_their_share_of_visits(saas: Pack) -> None:
    run = live(with_bots(saas, 0.2))
    bots = {s for b in run.events() for s in b.session.texts[bots_of(b)]}
    visits = sum(metrics.visits for metrics in run.metrics)
    assert len(bots) / (len(bots) + visits) == pytest.approx(0.2, abs=0.005)
    pages = sum(int(bots_of(b).sum()) for b in run.events())
    assert pages / len(bots) == pytest.approx(6.0, rel=0.1)


def test_bots_move_nobody(saas: Pack) -> None:
    none, many = live(with_bots(saas, 0.0), 12), live(with_bots(saas, 0.3), 12)
    assert none.metrics == many.metrics
    for without, among in zip(none.events(), many.events(), strict=True):
        assert not bots_of(without).any()
        people = ~bots_of(among)
        assert (among.ids[people] == without.ids).all()
        assert (among.actor.texts[people] == without.actor.texts).all()
        assert (np.diff(among.time_us) >= 0).all()


def test_a_bot_never_signs_up_and_keeps_time(saas: Pack) -> None:
    run = live(with_bots(saas, 0.3))
    hours: list[int] = []
    for batch in run.events():
        mine = bots_of(batch)
        assert set(batch.event.texts[mine]) <= {"site_visited"}
        assert set(batch.plan.texts[mine]) <= {"none"}
        for session in np.unique(batch.session.texts[mine]):
            times = batch.time_us[batch.session.texts == session]
            # To the microsecond but for rounding on the long day in autumn.
            assert len(times) < 2 or np.ptp(np.diff(times)) <= 1
            hours.append(int(times[0] // 3_600_000_000 % 24))
    # At any hour of the day: a quarter in each quarter, which nobody's working day is.
    night = np.mean([hour < 6 for hour in hours])
    assert night == pytest.approx(0.25, abs=0.06)


def test_in_a_shop_bots_look_at_things(shop: Pack) -> None:
    run = live(with_bots(shop, 0.3, 10.0), 4)
    seen = {e for b in run.events() for e in b.event.texts[bots_of(b)]}
    assert "product_viewed" in seen
    assert "order_placed" not in seen
    assert count_bots(shop, USERS) > 1
    assert not seen & {"signed_up", shop.purchases.basket_event if shop.purchases else ""}


def test_a_day_with_bots_can_be_made_again_alone(saas: Pack) -> None:
    run = live(with_bots(saas, 0.2), 6)
    day = FIRST + timedelta(4)
    (alone,) = run.events(day, day)
    within = next(batch for batch in run.events() if batch.day == day)
    assert alone.ids.tobytes() == within.ids.tobytes()
    assert alone.session.texts.tolist() == within.session.texts.tolist()


def renamed(pack: Pack, platform: str = "") -> Pack:
    rename = Rename("task_created", "task_added", parameter(10), parameter(5), platform)
    return replace(pack, renames=(rename,))


def test_an_event_changes_its_name_as_people_update(saas: Pack) -> None:
    plain, run = live(replace(saas, renames=())), live(renamed(saas))
    assert plain.metrics == run.metrics
    shares = []
    for before, after in zip(plain.events(), run.events(), strict=True):
        old, new = after.event.texts == "task_created", after.event.texts == "task_added"
        assert ((old | new) == (before.event.texts == "task_created")).all()
        shares.append(new.sum() / max((old | new).sum(), 1))
    assert max(shares[:10]) == 0
    assert 0.3 < np.mean(shares[12:15]) < 0.75
    assert np.mean(shares[25:]) > 0.93


def test_a_person_updates_once(saas: Pack) -> None:
    new: set[str] = set()
    for batch in live(renamed(saas)).events():
        actors = batch.actor.texts
        old_today = set(actors[batch.event.texts == "task_created"])
        assert not old_today & new
        new |= set(actors[batch.event.texts == "task_added"])
    assert len(new) > 30


def test_a_release_of_one_platform_renames_there_only(saas: Pack) -> None:
    for batch in live(renamed(saas, "ios")).events():
        assert set(batch.platform.texts[batch.event.texts == "task_added"]) <= {"ios"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": "signed_up"}, "renames: event must name one of"),
        ({"to": "task_created"}, "a name that no other event has"),
        ({"platform": "fridge"}, "renames: platform must name one of"),
    ],
)
def test_a_rename_that_fits_nothing_is_refused(
    saas_mapping: dict[str, object], change: dict[str, str], message: str
) -> None:
    (given,) = saas_mapping["renames"]  # type: ignore[misc, has-type]
    with pytest.raises(InvalidValueError, match=message):
        build_pack({**saas_mapping, "renames": [{**given, **change}]})

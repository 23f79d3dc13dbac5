"""Rows of events against the truth they are made from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pilothouse.engines.simulation import (
    Change,
    EventBatch,
    Pack,
    Parameter,
    SimulationRun,
    simulate,
)
from pilothouse.kernel.times import HOUR_US, date_range

ZONE = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 9, 28)


def parameter(value: float) -> Parameter:
    return Parameter(value, value, value, "set by a test", "design")


def without_bots(pack: Pack) -> Pack:
    """``pack`` in which only people send events."""
    return replace(pack, instrumentation=replace(pack.instrumentation, bots=parameter(0)))


def perfect(pack: Pack) -> Pack:
    """``pack`` measured without bots, loss, doubles and delays."""
    pack = without_bots(pack)
    off = replace(pack.instrumentation, duplicates=parameter(0), late=parameter(0))
    platforms = tuple(replace(platform, loss=parameter(0)) for platform in pack.platforms)
    return replace(pack, instrumentation=off, platforms=platforms, fingerprint="perfect")


@pytest.fixture(scope="module")
def clean(saas: Pack) -> SimulationRun:
    return simulate(perfect(saas), seed=3, first_day=FIRST, days=40, users=20_000)


@pytest.fixture(scope="module")
def noisy(saas: Pack) -> SimulationRun:
    return simulate(without_bots(saas), seed=3, first_day=FIRST, days=40, users=20_000)


def count(batch: EventBatch) -> Counter[str]:
    return Counter(batch.event.texts.tolist())


def test_clean_rows_agree_with_the_truth(clean: SimulationRun) -> None:
    for batch, truth in zip(clean.events(), clean.metrics, strict=True):
        found = count(batch)
        assert batch.day == truth.day
        assert found["signed_up"] == truth.signups
        assert found["site_visited"] == truth.visits
        assert found["app_opened"] == truth.sessions - truth.signups
        assert found["subscription_started"] == truth.subscriptions
        assert found["subscription_cancelled"] == truth.cancellations
        assert found["payment_failed"] == truth.payment_failures
        assert np.nansum(batch.amount) == truth.revenue


def test_rows_are_sorted_and_inside_their_day(noisy: SimulationRun) -> None:
    for batch in noisy.events():
        span = date_range(batch.day, batch.day, ZONE)
        assert (np.diff(batch.time_us) >= 0).all()
        assert span.start_us <= batch.time_us[0]
        assert batch.time_us[-1] < span.end_us
        assert (batch.received_us >= batch.time_us).all()


def test_the_long_day_in_autumn_reaches_its_last_hour(clean: SimulationRun) -> None:
    (batch,) = clean.events(date(2026, 10, 25), date(2026, 10, 25))
    span = date_range(batch.day, batch.day, ZONE)
    assert span.end_us - span.start_us == 25 * HOUR_US
    assert batch.time_us[-1] > span.end_us - HOUR_US


def test_ids_repeat_only_for_events_sent_twice(noisy: SimulationRun, clean: SimulationRun) -> None:
    clean_ids = np.concatenate([batch.ids for batch in clean.events()])
    assert len(np.unique(clean_ids, axis=0)) == len(clean_ids)
    ids = np.concatenate([batch.ids for batch in noisy.events()])
    repeats = len(ids) - len(np.unique(ids, axis=0))
    assert repeats / len(ids) == pytest.approx(0.002, rel=0.5)


def test_measuring_takes_from_the_same_events(noisy: SimulationRun, clean: SimulationRun) -> None:
    clean_ids = {row.tobytes() for batch in clean.events() for row in batch.ids}
    noisy_ids = {row.tobytes() for batch in noisy.events() for row in batch.ids}
    assert noisy_ids < clean_ids
    assert 1 - len(noisy_ids) / len(clean_ids) == pytest.approx(0.008, rel=0.25)


def test_some_events_arrive_late(noisy: SimulationRun, clean: SimulationRun) -> None:
    def late(run: SimulationRun) -> float:
        waits = np.concatenate([b.received_us - b.time_us for b in run.events()])
        return float((waits > HOUR_US).mean())

    assert late(clean) == 0
    assert late(noisy) == pytest.approx(0.004 * np.exp(-1 / 9), rel=0.3)


def test_any_day_can_be_made_again_alone(noisy: SimulationRun) -> None:
    day = date(2026, 10, 7)
    (alone,) = noisy.events(day, day)
    (within,) = [batch for batch in noisy.events() if batch.day == day]
    assert alone.ids.tobytes() == within.ids.tobytes()
    assert alone.session.texts.tolist() == within.session.texts.tolist()


def test_people_sign_up_once_and_climb_in_order(clean: SimulationRun) -> None:
    steps = ["signed_up", "workspace_created"]
    seen: dict[str, dict[str, int]] = {step: {} for step in steps}
    for batch in clean.events():
        for step in steps:
            rows = np.flatnonzero(batch.event.texts == step)
            for actor, time_us in zip(batch.actor.texts[rows], batch.time_us[rows], strict=True):
                assert actor not in seen[step]
                seen[step][actor] = int(time_us)
    assert len(seen["workspace_created"]) > 100
    for actor, time_us in seen["workspace_created"].items():
        assert seen["signed_up"][actor] < time_us


def test_plans_and_amounts_belong_together(saas: Pack, clean: SimulationRun) -> None:
    prices = {plan.key: plan.price.value for plan in saas.plans}
    paid = 0
    for batch in clean.events():
        plans = batch.plan.texts
        for row in np.flatnonzero(~np.isnan(batch.amount)):
            assert batch.event.texts[row] == "payment_succeeded"
            assert batch.amount[row] == prices[plans[row]]
            assert batch.session.texts[row] == ""
            paid += 1
        visitors = np.flatnonzero(plans == "none")
        assert set(batch.event.texts[visitors]) <= {"site_visited"}
    assert paid > 20


def test_sessions_belong_to_one_person(clean: SimulationRun) -> None:
    owner: dict[str, str] = {}
    for batch in clean.events():
        for session, actor in zip(batch.session.texts, batch.actor.texts, strict=True):
            assert not session or owner.setdefault(session, actor) == actor
    assert len(owner) > 1_000


def test_people_work_in_their_own_daylight(clean: SimulationRun) -> None:
    def median_hour(country: str) -> float:
        hours = [
            datetime.fromtimestamp(time_us / 1e6, ZONE).hour
            for batch in clean.events(FIRST, date(2026, 10, 4))
            for time_us in batch.time_us[batch.country.texts == country]
        ]
        return float(np.median(hours))

    assert 11 <= median_hour("DE") <= 15
    assert 16 <= median_hour("US") <= 20


def test_lost_tracking_shows_in_the_log_but_not_in_the_truth(saas: Pack) -> None:
    change = Change("tracking", FIRST, 0.5, platform="ios", event="task_created")
    runs = [
        simulate(perfect(saas), seed=3, first_day=FIRST, days=15, users=60_000, changes=changes)
        for changes in ([], [change])
    ]
    assert runs[0].metrics == runs[1].metrics

    def created(run: SimulationRun, platform: str) -> int:
        return sum(
            np.count_nonzero((b.event.texts == "task_created") & (b.platform.texts == platform))
            for b in run.events()
        )

    assert created(runs[1], "web") == created(runs[0], "web")
    assert created(runs[1], "ios") / created(runs[0], "ios") == pytest.approx(0.5, abs=0.15)

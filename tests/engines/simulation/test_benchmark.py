"""What the benchmark compares must be one model: its NumPy and its agents against our kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.simulation import errors_between
from benchmarks.simulation_events import (
    told_by,
    told_by_agents,
    write_numpy,
    write_ours,
    write_plain,
)
from benchmarks.simulation_mesa import live_agents
from benchmarks.simulation_numpy import live_numpy
from benchmarks.simulation_world import TOTALS, World, build_world, live_ours, totals_of

DAYS, SEEDS = 36, range(8)
# Chance alone passes this for one total in some hundred thousand.
MOST_ERRORS = 4.5
Live = Callable[..., dict[str, float]]


@pytest.fixture(scope="module", params=[True, False], ids=["launch", "market"])
def world(request: pytest.FixtureRequest) -> World:
    return build_world(400 if request.param else 1_500, launch=request.param)


@pytest.fixture(scope="module")
def ours(world: World) -> list[dict[str, float]]:
    return [totals_of(live_ours(world, days=DAYS, seed=seed)) for seed in SEEDS]


@pytest.mark.parametrize("live", [live_numpy, live_agents])
def test_the_peers_live_by_the_same_rules(
    world: World, ours: list[dict[str, float]], live: Live
) -> None:
    theirs = [live(world, days=DAYS, seed=seed) for seed in SEEDS]
    errors = errors_between(ours, theirs)
    assert set(errors) == set(TOTALS)
    assert max(map(abs, errors.values())) < MOST_ERRORS, errors


def test_the_peers_write_the_same_events() -> None:
    world = build_world(400, launch=True)
    ours = [told_by(write_ours, world, days=DAYS, seed=seed) for seed in SEEDS]
    quick = [told_by(write_numpy, world, days=DAYS, seed=seed) for seed in SEEDS]
    plain = [told_by(write_plain, world, days=DAYS, seed=seed) for seed in SEEDS]
    agents = [told_by_agents(world, live_agents, days=DAYS, seed=seed) for seed in SEEDS]
    for theirs in (quick, plain, agents):
        errors = errors_between(ours, theirs)
        assert {"event_0", "hour_23", "duplicates", "late", "mean_gaps", "mean_delays"} < set(
            errors
        )
        assert max(map(abs, errors.values())) < MOST_ERRORS, errors


def test_events_by_another_rule_are_noticed() -> None:
    world = build_world(400, launch=True)
    slower = replace(world.pack.activity.seconds_between_events, value=70.0)
    activity = replace(world.pack.activity, seconds_between_events=slower)
    other = replace(world, pack=replace(world.pack, activity=activity))
    ours, theirs = (
        [told_by(write_ours, each, days=20, seed=seed) for seed in SEEDS] for each in (world, other)
    )
    assert abs(errors_between(ours, theirs)["mean_gaps"]) > MOST_ERRORS


def test_another_rule_is_noticed(ours: list[dict[str, float]]) -> None:
    more = [{name: 1.5 * value for name, value in totals.items()} for totals in ours]
    assert max(map(abs, errors_between(ours, more).values())) > MOST_ERRORS


def test_all_meet_the_ideas_of_the_launch() -> None:
    world = build_world(2_000, launch=True)
    run = live_ours(world, days=25, seed=1)
    assert run.metrics[0].signups > 1_900
    assert len(world.tables(4, run.yesterday).slots) == 0
    assert len(world.tables(24, run.yesterday).slots) == 2
    used = run.state.life["last_day"] >= 5
    assert (run.memory[used, 0] >= 5).all()

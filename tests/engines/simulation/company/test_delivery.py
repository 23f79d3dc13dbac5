"""Building: capacity, debt and its interest, bugs, incidents, exhaustion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.delivery import (
    Shop,
    Split,
    Work,
    capacity,
    drag,
    fresh_shop,
    heads,
    incident,
    leavers,
    morale,
    new_bugs,
    tire,
    work_day,
)
from pilothouse.engines.simulation.company.schema import Team


@pytest.fixture(scope="module")
def team(pack: Pack) -> Team:
    return pack.business.team


def live(team: Team, days: int, split: Split, seed: int = 5) -> tuple[list[float], Shop]:
    """Person-days of features done on each working day by a team that never lacks work."""
    shop = fresh_shop(team, 3)
    shop.work = [Work(0, 1e9, 1e9, 0)]
    done = []
    for day in range(days):
        before = shop.work[0].done
        work_day(team, shop, Chance(seed), day=day, split=split, upkeep=0.0)
        done.append(shop.work[0].done - before)
    return done, shop


def test_capacity_by_hand(team: Team) -> None:
    shop = replace(fresh_shop(team, 1), debt=1.0)
    assert drag(team, 1.0) == pytest.approx(0.225)
    people = 8 - 0.004 * 28
    expected = people / 1.15 * 0.775
    found = capacity(team, shop, day=0, working=2, pressure=0.0, upkeep=0.0)
    assert found == pytest.approx(expected)
    pressed = capacity(team, shop, day=0, working=2, pressure=1.0, upkeep=0.0)
    assert pressed == pytest.approx(expected * 1.12)
    assert morale(0.9) == pytest.approx(0.86)


def test_brooks_a_newcomer_costs_before_they_help(team: Team) -> None:
    before = heads(team, [-200] * 8, 0)
    assert heads(team, [-200] * 8 + [0], 0) < before
    assert heads(team, [-200] * 8 + [0], 90) > before


def test_reported_progress_stops_at_nine_tenths() -> None:
    assert Work(0, size=30, estimate=10, started=0, done=5).reported == 0.5
    assert Work(0, size=30, estimate=10, started=0, done=12).reported == 0.9


def test_work_ends_when_its_true_size_is_done(team: Team) -> None:
    shop = fresh_shop(team, 1)
    shop.work = [Work(0, 3.0, 1.0, 0), Work(1, 900.0, 900.0, 0)]
    finished: list[Work] = []
    for day in range(10):
        finished += work_day(team, shop, Chance(1), day=day, split=Split(), upkeep=0.0)
    assert [work.idea for work in finished] == [0]
    assert [work.idea for work in shop.work] == [1]


def test_b18_debt_slows_and_repair_pays_late(team: Team) -> None:
    plain, shop = live(team, 520, Split(1.0, 0.0, 0.0))
    # Good and bad days cancel: the same luck meets both.
    repaired, mended = live(team, 520, Split(0.75, 0.25, 0.0))
    debt = live(team, 250, Split(1.0, 0.0, 0.0))[1].debt
    slower = (1 - drag(team, debt)) / (1 - drag(team, team.debt_start.value)) - 1
    assert -0.30 < slower < -0.10
    assert mended.debt < shop.debt
    ahead = np.cumsum(repaired) > np.cumsum(plain)
    assert 200 < np.flatnonzero(~ahead)[-1] < 500


def test_pressure_wins_at_first_and_loses_in_the_end(team: Team) -> None:
    def total(pressure: float, days: int) -> float:
        shop = fresh_shop(team, 1)
        shop.work = [Work(0, 1e9, 1e9, 0)]
        split = Split(1.0, 0.0, 0.0, pressure)
        for day in range(days):
            work_day(team, shop, Chance(5), day=day, split=split, upkeep=0.0)
            tire(shop, demand=0.3 + 0.5 * pressure)
        return shop.work[0].done

    assert total(1.0, 60) > total(0.0, 60)
    assert total(1.0, 500) < total(0.0, 500)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_pressure_never_makes_less_debt(one: float, other: float) -> None:
    low, high = sorted((one, other))
    team = _TEAM["team"]
    assert live(team, 5, Split(pressure=high))[1].debt >= live(team, 5, Split(pressure=low))[1].debt


_TEAM: dict[str, Team] = {}


@pytest.fixture(autouse=True)
def _keep_team(team: Team) -> None:
    _TEAM["team"] = team


def mean_of(count: Callable[[int], float]) -> float:
    return float(np.mean([count(seed) for seed in range(400)]))


def test_bugs_rise_with_size_debt_and_pressure(team: Team) -> None:
    shop, work = fresh_shop(team, 1), Work(0, 20.0, 15.0, 0)
    expected = 20 * 0.12 * 0.4
    plain = mean_of(lambda seed: new_bugs(team, shop, Chance(seed), work, 0.0))
    assert plain == pytest.approx(expected, rel=0.12)
    pressed = mean_of(lambda seed: new_bugs(team, shop, Chance(seed), work, 1.0))
    assert pressed == pytest.approx(2.5 * plain, rel=0.15)


def test_incidents_come_as_often_as_the_pack_says(team: Team) -> None:
    shop = fresh_shop(team, 1)
    days = [incident(team, shop, Chance(3), day=day, releases=0) for day in range(20_000)]
    yearly = sum(found is not None for found in days) / 20_000 * 365
    assert yearly == pytest.approx(team.incidents_yearly.value, rel=0.15)
    released = [incident(team, shop, Chance(3), day=day, releases=1) for day in range(5_000)]
    share = sum(found is not None for found in released) / 5_000
    assert share == pytest.approx(team.failed_releases.value, abs=0.03)
    assert np.mean([found.release for found in released if found]) > 0.7


def test_exhaustion_by_hand(team: Team) -> None:
    shop = replace(fresh_shop(team, 1), exhaustion=0.4)
    tire(shop, demand=0.8)
    assert shop.exhaustion == pytest.approx(0.4 + 0.005 - 0.0012)
    for _ in range(2_000):
        tire(shop, demand=0.3)
    assert shop.exhaustion == pytest.approx(0.2, abs=0.01)


def test_worn_out_people_leave_more_often(team: Team) -> None:
    rested, worn = fresh_shop(team, 1), replace(fresh_shop(team, 1), exhaustion=1.0)
    gone = [
        sum(
            len(leavers(team, shop, Chance(seed), day)) for seed in range(4) for day in range(5_000)
        )
        for shop in (rested, worn)
    ]
    assert gone[0] / (8 * 4 * 5_000 / 365) == pytest.approx(0.12, abs=0.04)
    assert gone[1] > 1.8 * gone[0]

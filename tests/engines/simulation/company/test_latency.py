"""How slow the product is: by hand, who feels it, and who never does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.simulation.services.packs import load_pack, load_scenarios, stage_scenario
from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.commands import AllocateCapacity, Prioritise
from pilothouse.engines.simulation.company.latency import latency_ms, slowness
from pilothouse.engines.simulation.company.run import CompanyRun, fresh_state
from pilothouse.engines.simulation.company.setting import Setting, build_setting

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]


def at_debt(setting: Setting, debt: float, *, day: int = 0, broken: bool = False) -> float:
    state = fresh_state(setting)
    state.shop.debt = debt
    return latency_ms(setting, state, day, broken=broken)


def test_debt_busy_days_and_incidents_add_up_by_hand(setting: Setting) -> None:
    """Debt 0.4 at first: 600 ms. At 0.8 it is 600 (1 + 1.5 x 0.4), on a broken day a tenth more."""
    assert at_debt(setting, 0.4) == pytest.approx(600.0)
    assert at_debt(setting, 0.8) == pytest.approx(960.0)
    assert at_debt(setting, 0.8, broken=True) == pytest.approx(1056.0)
    # Repaid debt makes it quicker, to 0.4 of what was usual at most.
    assert at_debt(setting, 0.0) == pytest.approx(240.0)


def test_the_sales_of_november_find_the_limit_of_an_unprepared_shop() -> None:
    """On 24 November 2.6 times a usual day come, of the debt of the first day 3.9 would do."""
    setting = build_setting(
        load_pack("ecommerce"), seed=1, replicate=0, first_day=date(2026, 11, 24)
    )
    calm = build_setting(load_pack("ecommerce"), seed=1, replicate=0, first_day=date(2026, 2, 3))
    assert at_debt(setting, 1.2) == at_debt(calm, 1.2)
    peak, usual = at_debt(setting, 1.6), at_debt(calm, 1.6)
    assert usual == pytest.approx(800.0 * (1.0 + 1.5 * 1.0))
    assert peak == pytest.approx(usual * (1.0 + 3.0 * (2.6 * 2.6 / 1.6 - 3.9)))
    assert slowness(setting, peak) > slowness(calm, usual) > 0.0


@given(one=st.floats(0.0, 5.0), more=st.floats(0.0, 5.0), day=st.integers(0, 400))
def test_more_debt_is_never_quicker(setting: Setting, one: float, more: float, day: int) -> None:
    quick, slow = at_debt(setting, one, day=day), at_debt(setting, one + more, day=day)
    assert 0.0 < quick <= slow
    assert quick <= at_debt(setting, one, day=day, broken=True)
    assert 0.0 <= slowness(setting, quick) <= slowness(setting, slow)


def test_nothing_is_felt_up_to_the_threshold(setting: Setting) -> None:
    assert slowness(setting, 1200.0) == 0.0
    assert slowness(setting, 1700.0) == pytest.approx(0.4 * 0.5)
    assert slowness(setting, 4200.0) == slowness(setting, 9000.0) == pytest.approx(0.4 * 3.0)


def neglect(begin: Begin, pack: Pack, harm: float) -> CompanyRun:
    """A season that begins in deep debt; ``harm`` is what a second of waiting takes."""
    latency = pack.business.latency
    deep = replace(
        pack,
        business=replace(
            pack.business,
            latency=replace(latency, harm=replace(latency.harm, value=harm)),
            team=replace(
                pack.business.team, debt_made=replace(pack.business.team.debt_made, value=0.02)
            ),
        ),
    )
    run = begin(pack=deep, users=8_000, feedback=False)
    run.give(Prioritise(tuple(idea.key for idea in pack.business.ideas), at_once=3))
    run.give(AllocateCapacity(1.0, 0.0, 0.0))
    run.advance(70)
    return run


def test_a_slow_product_is_used_less(begin: Begin, pack: Pack) -> None:
    patient, hurt = (neglect(begin, pack, harm) for harm in (0.0, 2.0))
    assert patient.state.shop.debt == hurt.state.shop.debt > 2.0
    active = [sum(day.active for day in run.metrics[-20:]) for run in (patient, hurt)]
    assert active[1] < 0.9 * active[0]
    assert [day.active for day in patient.metrics[:7]] == [day.active for day in hurt.metrics[:7]]


def test_it_is_read_on_fridays_nearly_as_it_is(begin: Begin, pack: Pack) -> None:
    run = neglect(begin, pack, 0.4)
    read = [a for a in run.artefacts if a.kind is Kind.LATENCY]
    assert len(read) == 10
    assert all(a.day.weekday() == 4 for a in read)
    for one in read:
        assert one.facts["ms"] == pytest.approx(one.truth["ms"], rel=0.3)
        assert set(one.facts) == {"ms", "usual"}
    assert read[-1].facts["ms"] > 2.0 * read[0].facts["ms"]


def test_a_world_without_it_knows_no_waiting() -> None:
    pack = load_pack("consumer")
    run = CompanyRun(pack, seed=1, first_day=FIRST, users=500, threads=1)
    assert pack.business.latency is None
    run.advance(10)
    assert not any(a.kind is Kind.LATENCY for a in run.artefacts)
    assert slowness(run.setting, latency_ms(run.setting, run.state, 3, broken=True)) == 0.0


@pytest.mark.parametrize("key", ["saas", "health", "ecommerce", "edtech"])
def test_a_team_that_repairs_as_it_goes_is_never_felt(key: str) -> None:
    """A year with the usual shares of time, in which something breaks every day."""
    pack = load_pack(key)
    run = CompanyRun(pack, seed=3, first_day=FIRST, users=100, threads=1, feedback=False)
    run.give(Prioritise(tuple(idea.key for idea in pack.business.ideas), at_once=2))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    for day in range(360):
        run.advance()
        now = latency_ms(run.setting, run.state, day, broken=True)
        assert slowness(run.setting, now) == 0.0, day


def slow_days(run: CompanyRun, days: int) -> list[int]:
    """Days of ``run`` on which what it is slow is felt, whatever breaks."""
    run.give(Prioritise(tuple(idea.key for idea in run.setting.business.ideas), at_once=3))
    felt = []
    for day in range(days):
        run.advance()
        if slowness(run.setting, latency_ms(run.setting, run.state, day, broken=False)) > 0.0:
            felt.append(day)
    return felt


def test_the_debt_spiral_is_felt_and_its_twin_is_not() -> None:
    scenario = next(each for each in load_scenarios() if each.key == "debt_spiral")
    found = {}
    for twin in (False, True):
        side = stage_scenario(scenario, twin=twin)
        run = CompanyRun(
            side.pack, seed=1, first_day=side.first_day, users=100, threads=1, feedback=False
        )
        found[twin] = slow_days(run, 120)
    assert 40 < found[False][0] < 110
    assert found[True] == []


@pytest.mark.parametrize("repair", [0.0, 0.1])
def test_november_is_felt_by_a_shop_that_did_not_prepare(repair: float) -> None:
    run = CompanyRun(
        load_pack("ecommerce"),
        seed=1,
        first_day=date(2026, 6, 8),
        users=100,
        threads=1,
        feedback=False,
    )
    run.give(AllocateCapacity(0.9 - repair, repair, 0.1))
    felt = [run.setting.date_of(day) for day in slow_days(run, 177)]
    peak = date(2026, 11, 23) <= min(felt, default=FIRST) <= date(2026, 11, 30)
    assert peak == (repair == 0.0)

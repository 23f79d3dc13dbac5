"""Facts that whole companies must show: tests of nothing, portfolios, prices, diffusion, order.

The numbers are those of the list of validation tests; large ones are marked slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.commands import SetPrice
from pilothouse.engines.simulation.company.effects import draw_truths
from pilothouse.engines.simulation.company.policies import Policy, play_policy
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.slots import arms_of

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]


def test_a6_tests_of_nothing_reject_one_in_twenty(begin: Begin) -> None:
    run = begin(users=30_000, feedback=False)
    run.advance(30)
    days = np.zeros(run.people.users)
    for record in run.people.records.values():
        days[record.user] += record.flags & 8 != 0
    used = days > 0
    marks = (threshold(1.0), threshold(0.5))
    chances = []
    for experiment in range(1, 1_201):
        treated = arms_of(run.people.users, 1, experiment, 7, marks)[used] == 1
        a, b = days[used][treated], days[used][~treated]
        error = math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        z = (a.mean() - b.mean()) / error
        chances.append(2 * (1 - NormalDist().cdf(abs(z))))
    assert 0.036 < np.mean(np.array(chances) < 0.05) < 0.064
    # Kolmogorov-Smirnov against the uniform: p above 0.001 is a distance below 1.95 / sqrt(n).
    ordered = np.sort(chances)
    steps = np.arange(1, len(ordered) + 1) / len(ordered)
    assert np.abs(ordered - steps).max() < 1.95 / math.sqrt(len(ordered))


def portfolio(pack: Pack, error: float, worlds: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """True effects of all ideas of many worlds, and what tests of ``error`` say of them."""
    true = np.array([t.effect for s in range(worlds) for t in draw_truths(pack, Chance(s))])
    rng = np.random.default_rng(5)
    return true, true + error * rng.standard_normal(len(true))


def test_b5_few_tests_win_and_few_carry_the_gain(pack: Pack) -> None:
    true, found = portfolio(pack, error=0.006)
    z = found / 0.006
    assert 0.08 <= np.mean(z > 1.96) <= 0.30
    assert 0.05 <= np.mean(z < -1.96) <= 0.30
    released = np.sort(np.maximum(true[z > 1.96], 0))[::-1]
    every = np.sort(np.maximum(true, 0))[::-1]
    assert 0.70 <= every[: len(every) // 5].sum() / every.sum() <= 0.95
    assert released.sum() > 0.5 * every.sum()


def test_b7_significant_results_exaggerate_and_less_with_more_people(pack: Pack) -> None:
    def exaggeration(error: float) -> float:
        true, found = portfolio(pack, error)
        won = (found / error > 1.96) & (true > 0)
        return float(found[won].mean() / true[won].mean())

    many, few = exaggeration(0.003), exaggeration(0.02)
    assert few > 1.15 > many > 0.99
    assert few > many


@pytest.mark.slow
def test_b14_demand_answers_to_price_as_the_pack_says(pack: Pack) -> None:
    """Two worlds of the same people and luck, one a tenth dearer: that is a randomised price."""
    calm = replace(pack, business=replace(pack.business, accounts=None))

    def sold(factor: float) -> int:
        total = 0
        for seed in range(4):
            run = CompanyRun(calm, seed=seed, first_day=FIRST, users=200_000, feedback=False)
            run.state.price = run.state.usual_price[0] = factor
            run.state.usual_price = [factor] * len(run.state.usual_price)
            run.advance(60)
            total += sum(m.subscriptions for m in run.metrics)
        return total

    found = math.log(sold(1.1) / sold(1 / 1.1)) / math.log(1.21)
    assert found == pytest.approx(pack.business.market.price_elasticity.value, rel=0.15)


def test_a_dearer_price_sells_less_and_is_got_used_to(begin: Begin) -> None:
    run = begin()
    run.give(SetPrice(1.5))
    run.advance(8)
    fresh = run.state.usual_price[0]
    run.advance(120)
    assert 1.0 < fresh < 1.05
    assert run.state.usual_price[0] > 1.4


@pytest.mark.slow
def test_b2_a_company_that_does_nothing_keeps_the_retention_of_its_pack(pack: Pack) -> None:
    from tests.engines.simulation.test_facts import Log

    run = CompanyRun(pack, seed=11, first_day=date(2026, 3, 2), users=200_000, feedback=False)
    run.advance(140)
    log = Log(run.people)
    # Rivals and expectations move on, which is felt a little by day 30.
    for day, target in ((1, 0.35), (7, 0.24), (30, 0.15)):
        assert log.retention(day, 100) == pytest.approx(target, rel=0.12)


@pytest.mark.slow
def test_c1_the_order_of_policies(pack: Pack) -> None:
    """Fewer worlds than the sixty of the full validation; the same signs."""
    worlds = 20
    values = {policy: np.zeros(worlds) for policy in Policy}
    for seed in range(worlds):
        for policy in Policy:
            run = CompanyRun(pack, seed=seed, first_day=FIRST, users=20_000, feedback=False)
            play_policy(run, policy, 180)
            values[policy][seed] = run.value
    order = [Policy.RANDOM, Policy.HIPPO, Policy.RICE, Policy.RICE_AB, Policy.BAYES, Policy.ORACLE]

    def sure(low: Policy, high: Policy) -> float:
        more = values[high] - values[low]
        return float(more.mean() / (more.std(ddof=1) / math.sqrt(worlds)))

    for low, high in pairwise(order):
        assert sure(low, high) >= -1.0, (low, high)
    assert sure(Policy.RANDOM, Policy.RICE_AB) > 3
    assert sure(Policy.RICE_AB, Policy.ORACLE) > 3

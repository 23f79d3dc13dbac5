"""Yardsticks and replays: what policies do, what a decision was worth, what was likely."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Change, Pack, build_pack, simulate
from pilothouse.engines.simulation.company.beliefs import Belief, believe, expected_error
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Prioritise,
    Ship,
)
from pilothouse.engines.simulation.company.policies import (
    ASKED,
    Policy,
    begin_play,
    first_choices,
    measure_of,
    play_policy,
    read_policy,
)
from pilothouse.engines.simulation.company.replay import (
    OptionValue,
    Replay,
    as_played,
    replay,
    ship_when_built,
    true_hits,
)
from pilothouse.engines.simulation.company.run import CompanyRun, check_log
from pilothouse.engines.simulation.company.setting import Setting, build_setting
from pilothouse.engines.simulation.company.trials import Measure
from pilothouse.kernel.errors import ConflictError, DamagedError, InvalidValueError

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]


@pytest.mark.parametrize("policy", list(Policy))
def test_every_policy_builds_and_decides(begin: Begin, policy: Policy) -> None:
    run = begin(feedback=False)
    player = play_policy(run, policy, 60)
    assert run.days == 60
    assert len(run.state.live) + len(run.state.trials) > 0
    assert bool(player.tests) == (policy in {Policy.RICE_AB, Policy.BAYES})
    assert player.tests <= player.wanted
    again = begin(feedback=False, threads=1)
    play_policy(again, policy, 60)
    assert again.state_hash == run.state_hash


@pytest.mark.parametrize("key", ["consumer", "ecommerce", "edtech", "health"])
def test_policies_play_every_pack(key: str) -> None:
    text = files("pilothouse.content.worlds").joinpath(f"{key}.toml").read_text(encoding="utf-8")
    run = CompanyRun(build_pack(tomllib.loads(text)), seed=3, first_day=FIRST, users=4_000)
    play_policy(run, Policy.BAYES, 45)
    assert run.days == 45
    assert run.log


def test_the_oracle_releases_only_what_helps(begin: Begin) -> None:
    run = begin(feedback=False)
    play_policy(run, Policy.ORACLE, 90)
    assert run.state.live
    assert all(run.setting.truths[place].effect > 0 for place in run.state.live)


def test_beliefs_are_calibrated(pack: Pack) -> None:
    means, truths = [], []
    for seed in range(60):
        setting = build_setting(pack, seed=seed, replicate=0, first_day=FIRST)
        for truth in setting.truths[:12]:
            belief = believe(setting, truth, ASKED)
            means.append(belief.mean)
            truths.append(truth.effect)
            assert belief.spread > 0
    slope = np.cov(means, truths)[0, 1] / np.var(means, ddof=1)
    assert slope == pytest.approx(1.0, abs=0.35)
    assert np.mean(truths) == pytest.approx(np.mean(means), abs=0.003)


def test_belief_by_hand() -> None:
    belief = Belief((-0.1, 0.1), (0.75, 0.25))
    assert belief.mean == pytest.approx(-0.05)
    assert belief.spread == pytest.approx(math.sqrt(0.01 - 0.0025))
    # The odds of 1 to 3 times the likelihood ratio exp(2 x 0.1 x 0.05 / 0.05 ** 2) = exp(4).
    odds = math.exp(4.0) / 3.0
    assert belief.after(0.05, 0.05).shares[1] == pytest.approx(odds / (1.0 + odds))
    # A sharp test tells all, a blunt one nothing.
    assert belief.hope(0.001) == pytest.approx(0.25 * 0.1, rel=0.25)
    assert belief.hope(10.0) == pytest.approx(0.0, abs=1e-9)
    assert belief.after(9.0, 1e-3).shares == pytest.approx(belief.shares)


@given(st.floats(-0.05, 0.05), st.floats(0.001, 0.1), st.floats(1.1, 4.0))
def test_a_test_never_hurts_and_a_blunter_one_helps_less(
    centre: float, spread: float, blunter: float
) -> None:
    belief = Belief(
        tuple(centre + spread * n for n in (-2, -1, 0, 1, 2)), (0.1, 0.2, 0.4, 0.2, 0.1)
    )
    sharp = belief.hope(spread)
    assert sharp >= max(0.0, belief.mean) - 1e-3 * spread
    assert belief.hope(spread * blunter) <= sharp + 1e-3 * spread


def test_more_people_make_a_test_sharper(setting: Setting) -> None:
    few, many = (expected_error(setting, -1, users, 28) for users in (20_000, 80_000))
    assert many == pytest.approx(few / 2)
    rare = expected_error(setting, len(setting.pack.steps) - 1, 80_000, 28)
    assert rare > many


def test_bayes_tests_less_where_tests_are_blunt(begin: Begin) -> None:
    tested = [len(begin_play(begin(users=n), Policy.BAYES).tests) for n in (4_000, 400_000)]
    assert tested[0] < tested[1]


def test_what_a_test_counts(setting: Setting) -> None:
    assert measure_of(setting, setting.idea("short_signup")) is Measure.SIGN_UP
    assert measure_of(setting, setting.idea("search_rewrite")) is Measure.ACTIVE_DAYS
    assert read_policy("rice-ab") is Policy.RICE_AB
    with pytest.raises(InvalidValueError, match="a policy must be one of: random, hippo"):
        read_policy("coin")


def test_a4_shared_luck_makes_differences_sharp(pack: Pack) -> None:
    """+.05 of worth: spread of the difference with the same luck against with other luck."""

    def actives(replicate: int, amount: float) -> float:
        change = Change("utility", FIRST, amount)
        run = simulate(
            pack,
            seed=7,
            first_day=FIRST,
            days=45,
            users=8_000,
            changes=[change],
            replicate=replicate,
        )
        return float(sum(m.active for m in run.metrics))

    base = [actives(r, 0.0) for r in range(14)]
    better = [actives(r, 0.05) for r in range(14)]
    shared = np.var(np.subtract(better, base), ddof=1)
    apart = np.var(np.subtract(better, np.roll(base, 7)), ddof=1)
    assert np.mean(better) > np.mean(base)
    assert apart / shared > 10


def good_and_bad(pack: Pack) -> tuple[Pack, str, str]:
    """A calm world, its best idea and its worst, among those that need no approval."""
    calm = replace(pack, business=replace(pack.business, accounts=None, rivals=()))
    setting = build_setting(calm, seed=7, replicate=0, first_day=FIRST)
    free = [t for t in setting.truths if setting.gate_of(t.place) is None and t.step < 0]
    ordered = sorted(free, key=lambda truth: truth.effect)
    ideas = setting.business.ideas
    return calm, ideas[ordered[-1].place].key, ideas[ordered[0].place].key


def test_replay_names_the_better_option_and_the_regret(begin: Begin, pack: Pack) -> None:
    calm, best, worst = good_and_bad(pack)
    run = begin(pack=calm, users=10_000)
    run.advance(20)
    for key in (best, worst):
        run.state.built[run.setting.idea(key)] = 19
    options = {"good": [Ship(best)], "bad": [Ship(worst)], "wait": []}
    found = replay(calm, run.snapshot(), options, chosen="bad", days=45, futures=6)
    assert found.best.name == "good"
    assert found.regret > 3 * found.regret_error > 0
    low, high = found.option("wait").interval
    assert low <= found.option("wait").mean <= high
    assert found.luck(found.option("bad").mean + 5.0) == pytest.approx(5.0)
    again = replay(calm, run.snapshot(), options, chosen="good", days=45, futures=6)
    assert again.regret == 0.0
    assert again.options == found.options


def test_an_option_that_is_refused_is_said_so(begin: Begin, pack: Pack) -> None:
    snapshot = begin().snapshot()
    options = {"ship": [Ship("timeline")]}
    with pytest.raises(ConflictError, match="not built yet"):
        replay(pack, snapshot, options, chosen="ship", days=2, futures=2)
    with pytest.raises(InvalidValueError, match="must be one of them"):
        replay(pack, snapshot, options, chosen="wait", days=2, futures=2)


def test_true_chances_of_what_may_happen(begin: Begin, pack: Pack) -> None:
    run = begin()
    run.give(Prioritise(("reactions", "threads", "saved_filters")))
    run.give(AllocateCapacity(1.0, 0.0, 0.0))
    hits = true_hits(
        pack,
        run.snapshot(),
        [
            lambda later: len(later.state.live) >= 1,
            lambda later: len(later.state.live) >= 2,
            lambda later: later.days == 14,
            lambda later: later.days == 15,
        ],
        days=14,
        rollouts=24,
        later=ship_when_built,
    )
    assert hits[0] >= hits[1]
    assert hits[2:] == (24, 0)


def test_c1_the_ends_of_the_order_of_policies(pack: Pack) -> None:
    """Small: chance below the oracle in nearly every world. The whole order is a slow test."""
    calm = replace(pack, business=replace(pack.business, accounts=None))
    ahead = 0
    for seed in range(4):
        values = []
        for policy in (Policy.RANDOM, Policy.ORACLE):
            run = CompanyRun(calm, seed=seed, first_day=FIRST, users=6_000, feedback=False)
            play_policy(run, policy, 100)
            values.append(run.value)
        ahead += values[1] > values[0]
    assert ahead >= 3


def test_what_asking_first_is_worth_by_hand() -> None:
    found = Replay(
        "ship",
        (
            OptionValue("ship", (8.0, -4.0)),
            OptionValue("drop", (0.0, 0.0)),
            OptionValue("test, then ship", (7.0, -1.0)),
        ),
    )
    assert found.value_of_information(["test, then ship"]) == pytest.approx(3.0 - 2.0)
    for asking in ([], ["ship", "drop", "test, then ship"], ["dream"]):
        with pytest.raises(InvalidValueError, match="some options ask first"):
            found.value_of_information(asking)


def test_baselines_choices_stand_beside_ones_own(begin: Begin, pack: Pack) -> None:
    run = begin(feedback=False)
    run.state.built[run.setting.idea("threads")] = 0
    choices = first_choices(run)
    assert set(choices) == set(Policy)
    for (order,) in choices.values():
        assert isinstance(order, Prioritise)
        assert "threads" not in order.order
    assert len(choices["oracle"][0].order) < len(choices["rice"][0].order)
    options = {"mine": (Prioritise(("reactions",)),), "hippo": choices["hippo"]}
    found = replay(pack, run.snapshot(), options, chosen="mine", days=5, futures=2)
    assert {option.name for option in found.options} == {"mine", "hippo"}


def test_a_decision_is_replayed_with_what_was_done_later(begin: Begin, pack: Pack) -> None:
    """The chosen way with its own later commands, in its own future, is what was lived."""
    run = begin(feedback=False)
    run.advance(5)
    snapshot = run.snapshot()
    decision = Prioritise(("reactions", "threads"), at_once=2)
    run.give(decision)
    for _ in range(30):
        ship_when_built(run)
        run.advance()
    later = as_played(run.log[1:])
    again = CompanyRun.restore(pack, snapshot, feedback=False)
    again.give(decision)
    for _ in range(30):
        later(again)
        again.advance()
    assert again.state_hash == run.state_hash
    assert again.state.live
    # Where nothing is built nothing is shipped, and nothing breaks.
    other = CompanyRun.restore(pack, snapshot, feedback=False)
    for _ in range(30):
        later(other)
        other.advance()
    assert not other.state.live


def test_a_log_that_was_changed_is_found(begin: Begin) -> None:
    run = begin(feedback=False)
    run.give(Prioritise(("reactions",), why="asked for"))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    check_log(run.log)
    kinder = replace(run.log[0], command=Prioritise(("reactions",), why="planned for long"))
    with pytest.raises(DamagedError, match="entry 1: the log was changed"):
        check_log([kinder, run.log[1]])
    with pytest.raises(DamagedError, match="entry 1"):
        check_log(run.log[1:])

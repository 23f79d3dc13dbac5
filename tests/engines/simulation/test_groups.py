"""People of one class are alike: the copula, what it leaves as it was, what tests make of it."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from datetime import date
from importlib.resources import files
from statistics import NormalDist, fmean, variance
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pilothouse.engines.simulation import Pack, Parameter, SimulationRun, build_pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.beliefs import design_effect, expected_error
from pilothouse.engines.simulation.company.commands import DesignExperiment
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.setting import build_setting
from pilothouse.engines.simulation.company.trials import Measure, Trial, read_trial
from pilothouse.engines.simulation.distributions import (
    Family,
    normal_share,
    quantile,
    quantile_table,
    stretch_of,
)
from pilothouse.engines.simulation.kernel import ACTIVE
from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.users import NEVER, Traits, draw_traits
from pilothouse.kernel.errors import ConflictError, InvalidValueError

FIRST = date(2026, 1, 5)
TEST_DAYS = 28
NORMAL = NormalDist()
TABLE = quantile_table(Family.NORMAL)
EDTECH = tomllib.loads(
    files("pilothouse.content.worlds").joinpath("edtech.toml").read_text(encoding="utf-8")
)
SETTING = build_setting(build_pack(EDTECH), seed=1, replicate=0, first_day=FIRST)


@pytest.fixture(scope="module")
def edtech() -> Pack:
    return SETTING.pack


def fixed(value: float) -> Parameter:
    return Parameter(value, value, value, "A test.", "design")


def with_groups(pack: Pack, *, size: int, alike: float) -> Pack:
    assert pack.groups is not None
    return replace(pack, groups=replace(pack.groups, size=fixed(size), alike=fixed(alike)))


def scores(traits: Traits, pack: Pack) -> NDArray[np.float64]:
    """(3, people): theta, use and intent as normal scores, by ranks."""
    columns = [traits[name].astype(float) for name in ("theta", "lam", "intent")]
    shares = [(np.argsort(np.argsort(column)) + 0.5) / len(column) for column in columns]
    return np.array([[NORMAL.inv_cdf(share) for share in column] for column in shares])


def test_a_person_by_hand(edtech: Pack) -> None:
    """Share of drop-out, use and return: Phi(sqrt(r) z of the class + sqrt(1 - r) own z)."""
    assert edtech.groups is not None
    traits, r, size = draw_traits(edtech, seed=3, users=100), 0.52, 30
    a, b = edtech.retention.drop_out_a.value, edtech.retention.drop_out_b.value
    beta = quantile_table(Family.BETA, a, b)
    for user in (0, 29, 30, 99):
        own = [uniform(draw) for draw in philox(user, 0, 0, 0, 3, Stream.TRAITS)]
        shared = [uniform(draw) for draw in philox(user // size, 0, 0, 0, 3, Stream.GROUP)]
        drop_out, _, eager, returns = (
            NORMAL.cdf(math.sqrt(r) * NORMAL.inv_cdf(z) + math.sqrt(1 - r) * NORMAL.inv_cdf(u))
            for z, u in zip(shared, own, strict=True)
        )
        theta = quantile(Family.BETA, stretch_of(Family.BETA, a, b), beta, drop_out)
        assert traits[user]["theta"] == pytest.approx(theta, rel=1e-3)
        assert traits[user]["quarter"] == int(4 * drop_out)
        assert traits[user]["intent"] == pytest.approx(NORMAL.inv_cdf(eager), abs=1e-3)
        assert traits[user]["returns"] == (returns < 1 - edtech.retention.never_returns.value)


@given(st.floats(1e-9, 1.0 - 1e-9))
def test_a_share_of_the_normal_is_its_quantile_turned_round(share: float) -> None:
    place = quantile(Family.NORMAL, 1.0, TABLE, share)
    assert normal_share(TABLE, place) == pytest.approx(share, rel=1e-6, abs=1e-12)
    assert normal_share(TABLE, place) == pytest.approx(NORMAL.cdf(place), abs=2e-7)


@given(st.floats(-40.0, 40.0), st.floats(0.0, 10.0))
def test_a_share_of_the_normal_rises_and_stays_a_share(place: float, more: float) -> None:
    low, high = normal_share(TABLE, place), normal_share(TABLE, place + more)
    assert 0.0 <= low <= 1.0
    assert low <= high + 1e-15


def test_one_by_one_people_are_as_without_groups(edtech: Pack) -> None:
    users = 240_000
    together = draw_traits(edtech, seed=5, users=users)
    apart = draw_traits(replace(edtech, groups=None), seed=6, users=users)
    for name in ("theta", "lam", "intent"):
        tenths = np.quantile(apart[name], np.arange(0.1, 1.0, 0.1))
        shares = np.searchsorted(np.sort(together[name]), tenths) / users
        # 8,000 classes: a share is uncertain by about half a point.
        assert shares == pytest.approx(np.arange(0.1, 1.0, 0.1), abs=0.012)
    assert together["returns"].mean() == pytest.approx(0.71, abs=0.012)
    assert np.bincount(together["quarter"]) / users == pytest.approx([0.25] * 4, abs=0.012)
    for name in ("platform", "country", "segment", "plan"):
        assert np.array_equal(
            together[name], draw_traits(replace(edtech, groups=None), seed=5, users=users)[name]
        )


def test_two_of_a_class_are_alike_in_each_trait_and_in_none_by_another(edtech: Pack) -> None:
    pack = with_groups(edtech, size=2, alike=0.4)
    seen = scores(draw_traits(pack, seed=8, users=40_000), pack)
    both = np.corrcoef(np.vstack([seen[:, ::2], seen[:, 1::2]]))
    assert np.diag(both[:3, 3:]) == pytest.approx([0.4] * 3, abs=0.02)
    rest = both - np.diag(np.diag(both))
    rest[[0, 1, 2, 3, 4, 5], [3, 4, 5, 0, 1, 2]] = 0.0
    assert np.abs(rest).max() < 0.03
    # The second of one pair and the first of the next have nothing in common.
    strangers = np.corrcoef(seen[:, 1:-1:2], seen[:, 2::2])[:3, 3:]
    assert np.abs(strangers).max() < 0.03


@pytest.mark.parametrize("threads", [2, 4])
def test_no_number_of_threads_and_people_changes_anybody(edtech: Pack, threads: int) -> None:
    one = draw_traits(edtech, seed=1, users=40_000, threads=1)
    assert np.array_equal(one, draw_traits(edtech, seed=1, users=40_000, threads=threads))
    assert np.array_equal(one[:777], draw_traits(edtech, seed=1, users=777, threads=threads))


def test_nobody_alike_is_as_without_groups_to_the_last_bit(edtech: Pack) -> None:
    without = draw_traits(replace(edtech, groups=None), seed=2, users=5_000)
    assert np.array_equal(
        without, draw_traits(with_groups(edtech, size=30, alike=0.0), seed=2, users=5_000)
    )
    assert not np.array_equal(without, draw_traits(edtech, seed=2, users=5_000))


def test_a_run_goes_on_from_a_snapshot_as_it_would_have(edtech: Pack) -> None:
    straight = SimulationRun(edtech, seed=4, first_day=FIRST, users=3_000, threads=1)
    straight.advance(12)
    middle = straight.snapshot()
    straight.advance(12)
    cut = SimulationRun.restore(edtech, middle, threads=4)
    cut.advance(12)
    assert cut.state_hash == straight.state_hash


def test_nobody_goes_on_among_other_people(edtech: Pack) -> None:
    """The pack's fingerprint refuses what was recorded before people were alike."""
    before = build_pack({key: part for key, part in EDTECH.items() if key != "groups"})
    run = SimulationRun(before, seed=4, first_day=FIRST, users=500, threads=1)
    with pytest.raises(ConflictError, match="only in the pack and model version it began in"):
        SimulationRun.restore(edtech, run.snapshot())


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"size": {"value": 1, "low": 1, "high": 30}}, "groups.size must stay between 2"),
        ({"alike": {"value": 1, "low": 0.5, "high": 1}}, "groups.alike must stay between 0"),
        ({"colour": {"value": 1, "low": 1, "high": 1}}, "groups: colour is not known"),
    ],
)
def test_groups_that_cannot_be_are_refused(changed: dict[str, Any], rule: str) -> None:
    said = {"source": "A test.", "confidence": "design"}
    groups = {**EDTECH["groups"], **{key: part | said for key, part in changed.items()}}
    with pytest.raises(InvalidValueError, match=rule):
        build_pack({**EDTECH, "groups": groups})
    groups = {key: part for key, part in EDTECH["groups"].items() if key != "size"}
    with pytest.raises(InvalidValueError, match="groups: size is missing"):
        build_pack({**EDTECH, "groups": groups})


def anova_intraclass(values: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    """One-way analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW), groups of unequal size.

    Source: A. Donner 1986, "A review of inference procedures for the intraclass correlation".
    """
    _, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    people, groups = len(values), len(sizes)
    means = np.bincount(place, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (groups - 1)
    within = float(((values - means[place]) ** 2).sum()) / (people - groups)
    typical = (people - (sizes**2).sum() / people) / (groups - 1)
    return float((between - within) / (between + (typical - 1.0) * within))


def test_the_estimator_by_hand() -> None:
    # Means 2, 6: MSB = 2 (2^2 + 2^2) = 16; MSW = (1 + 1 + 1 + 1) / 2 = 2; (16 - 2) / (16 + 2).
    values, group = np.array([1.0, 3.0, 5.0, 7.0]), np.array([0, 0, 1, 1])
    assert anova_intraclass(values, group) == pytest.approx(14 / 18)


def count_use(pack: Pack, users: int, seed: int) -> Trial:
    """Days of use in four weeks of all who were there, as a test that begins on day 60 counts."""
    run = SimulationRun(pack, seed=seed, first_day=FIRST, users=users)
    run.advance(60)
    run.forget()
    run.advance(TEST_DAYS)
    sums, exposed = np.zeros(users), np.full(users, NEVER, np.int16)
    for day, record in sorted(run.records.items(), reverse=True):
        active = record.user[record.flags & ACTIVE != 0]
        sums[active] += 1.0
        exposed[active] = day
    return Trial(1, 0, 0, Measure.ACTIVE_DAYS, 60, 60 + TEST_DAYS, 1, 1.0, 0.5, sums, exposed)


@pytest.mark.slow
def test_days_of_use_have_the_intraclass_correlation_of_the_pack(edtech: Pack) -> None:
    assert edtech.groups is not None
    for pack, target in ((edtech, edtech.groups.intraclass), (replace(edtech, groups=None), None)):
        found = []
        for seed in range(3):
            trial = count_use(pack, 400_000, seed)
            who = np.flatnonzero(trial.exposed != NEVER)
            found.append(anova_intraclass(trial.sums[who], who // 30))
        if target is None:
            assert np.mean(found) == pytest.approx(0.0, abs=0.02)
        else:
            assert np.mean(found) == pytest.approx(target.value, abs=0.03)
            assert all(target.low <= each <= target.high for each in found)


def rejections(trial: Trial, *, numbers: int) -> tuple[float, float]:
    """Share of A/A tests below .05: with the error of the read-out, and with that of people."""
    by_unit = by_person = 0
    for number in range(1, numbers + 1):
        trial.number = number
        reading = read_trial(trial, seed=1, day=trial.ends)
        by_unit += abs(reading.z) > 1.96
        arms = trial.arms(1)
        sides = [trial.sums[(trial.exposed != NEVER) & (arms == arm)] for arm in (0, 1)]
        error = math.sqrt(sum(side.var(ddof=1) / len(side) for side in sides))
        by_person += abs(sides[1].mean() - sides[0].mean()) > 1.96 * error
    return by_unit / numbers, by_person / numbers


def test_a_read_out_between_classes_has_the_error_between_classes(edtech: Pack) -> None:
    run = CompanyRun(edtech, seed=2, first_day=FIRST, users=6_000, threads=1, feedback=False)
    idea = next(i.key for i in edtech.business.ideas if not (i.step or i.gate))
    run.state.built[run.setting.idea(idea)] = 0
    run.give(DesignExperiment(idea, Measure.ACTIVE_DAYS, 14, unit=30))
    run.advance(18)
    (read,) = [a.facts for a in run.artefacts if a.kind == Kind.EXPERIMENT]
    assert read["compared"] == "units"
    (trial,) = run.state.trials
    arms, sides = trial.arms(2), ([], [])
    for first in range(0, 6_000, 30):
        there = [n for n in range(first, first + 30) if trial.exposed[n] != NEVER]
        if there:
            sides[arms[first]].append(fmean(trial.sums[n] for n in there))
    assert [read["control"].units, read["treatment"].units] == [len(side) for side in sides]
    assert read["difference"] == pytest.approx(fmean(sides[1]) - fmean(sides[0]))
    error = math.sqrt(sum(variance(side) / len(side) for side in sides))
    assert read["error"] == pytest.approx(error)


def test_tests_by_class_are_honest_by_unit_and_overconfident_by_person(edtech: Pack) -> None:
    """The same four weeks, split in 400 ways; nothing is under test."""
    paid = replace(edtech.acquisition, paid_visits=fixed(0.2))
    trial = count_use(replace(edtech, acquisition=paid), 30_000, 0)
    by_class, naive = rejections(replace(trial, unit=30), numbers=400)
    # Spread of a share over 400 tests: 0.011.
    assert by_class == pytest.approx(0.05, abs=0.03)
    assert naive > 0.15
    split_people, of_people = rejections(replace(trial, unit=1), numbers=400)
    assert split_people == of_people == pytest.approx(0.05, abs=0.03)


def test_the_design_effect_by_hand(edtech: Pack) -> None:
    # A fifth of 30: 29 others of whom 5.8 take part, 1 + 5.8 x 0.2.
    assert design_effect(edtech, -1, 30, 0.2) == pytest.approx(2.16)
    # Ten of a class share an arm; beyond a class nobody is alike.
    assert design_effect(edtech, -1, 10, 0.2) == pytest.approx(1.36)
    assert design_effect(edtech, -1, 400, 0.2) == pytest.approx(2.16)
    # Signing up: 0.52 x 0.2 x 0.8 x 0.7 ^ 2 = 0.040768.
    assert design_effect(edtech, 0, 30, 0.2) == pytest.approx(1.0 + 5.8 * 0.040768)
    assert design_effect(edtech, -1, 1, 0.9) == 1.0
    for pack in (replace(edtech, groups=None), with_groups(edtech, size=30, alike=0.0)):
        assert design_effect(pack, -1, 30, 1.0) == 1.0


@given(st.integers(1, 2_000), st.integers(1, 2_000), st.sampled_from([-1, 0, 1, 2, 3]))
def test_larger_units_make_a_test_blunter(one: int, other: int, step: int) -> None:
    small, large = (
        expected_error(SETTING, step, 20_000, TEST_DAYS, unit) for unit in sorted((one, other))
    )
    assert expected_error(SETTING, step, 20_000, TEST_DAYS) <= small <= large

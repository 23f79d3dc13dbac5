"""SRM, sizes, corrections and Fisher's test: examples by hand, references, properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from pilothouse.engines.experiments import (
    METHODS,
    ArmCounts,
    Margin,
    Verdict,
    adjust_p,
    adjust_readings,
    check_srm,
    compare_proportions,
    fisher_exact,
    mde_of,
    power_of,
    size_test,
    to_plain,
)
from pilothouse.kernel.errors import InvalidValueError
from tests.engines.experiments.arms import counts, side

UNITS = st.lists(st.integers(0, 10_000), min_size=2, max_size=6)


def test_srm_by_hand():
    # 500 and 520 where 510 each were meant: 100/510 twice is 0.3922; p 0.531 with one degree.
    check = check_srm([500, 520, 0], [0.5, 0.5, 0])
    assert check.chi_square == pytest.approx(200 / 510)
    assert (check.df, round(check.p, 3)) == (1, 0.531)
    assert check.expected == (510, 510, 0)
    broken = check_srm([5_000, 5_400])
    assert broken.p == pytest.approx(stats.chisquare([5_000, 5_400]).pvalue)
    assert broken.alarm


@given(UNITS, st.integers(0, 5))
def test_an_arm_without_weight_is_as_if_it_was_not_there(units, place):
    assume(sum(units))
    place = min(place, len(units))
    more = [*units[:place], 0, *units[place:]]
    weights = [1.0] * len(units)
    other = check_srm(more, [*weights[:place], 0.0, *weights[place:]])
    one = check_srm(units, weights)
    assert (one.p, one.df, one.alarm) == (other.p, other.df, other.alarm)
    assert one.always_valid_p == other.always_valid_p


@given(UNITS, st.floats(0.01, 100))
def test_weights_count_by_their_ratio(units, factor):
    one = check_srm(units, [1.0] * len(units))
    other = check_srm(units, [factor] * len(units))
    assert other.p == pytest.approx(one.p, rel=1e-6)


def test_units_in_an_arm_without_weight_are_an_alarm():
    check = check_srm([500, 500, 3], [1, 1, 0])
    assert (check.alarm, check.stray, check.p) == (True, 3, 1.0)


def test_few_units_raise_no_alarm():
    check = check_srm([14, 0])
    assert check.p < 0.001
    assert (check.is_enough, check.alarm) == (False, False)
    assert check_srm([0, 0]).p == 1


def test_the_always_valid_check_is_the_bayes_factor_written_out():
    # Two arms, prior Beta(5000, 5000): the chance of this sequence of units under each.
    units = [300, 420]
    prior = stats.beta(5_000, 5_000)
    grid = np.linspace(0.45, 0.55, 200_001)
    likelihood = units[0] * np.log(grid) + units[1] * np.log1p(-grid) + sum(units) * math.log(2)
    factor = np.trapezoid(np.exp(likelihood) * prior.pdf(grid), grid)
    check = check_srm(units)
    assert check.always_valid_p == pytest.approx(min(1, 1 / factor), rel=1e-4)
    assert check.always_valid_p > check.p


@pytest.mark.parametrize(
    ("units", "weights"),
    [([1, 2], [1]), ([1, -2], None), ([1, 2], [0, 0]), ([1, 2], [1, math.nan])],
)
def test_srm_refuses_what_cannot_be(units, weights):
    with pytest.raises(InvalidValueError):
        check_srm(units, weights)


def test_a_size_by_hand():
    # (1.95996 + 0.84162)^2 (0.09 + 0.0979) / 0.01^2 = 14748.1
    size = size_test(0.1, mde_absolute=0.01)
    assert (size.units_per_arm, size.total_units) == (14_749, 29_498)
    assert size.relative_effect == pytest.approx(0.1)
    # A mean: 2 x 7.8489 x 20^2 / 1^2 = 6279.1
    assert size_test(50, mde_absolute=1, sd=20).units_per_arm == 6_280


SIZES = st.tuples(
    st.floats(0.01, 0.6), st.floats(0.03, 0.5), st.floats(0.55, 0.95), st.integers(2, 5),
    st.booleans(), st.sampled_from(["once", "always"]),
)  # fmt: skip


@given(SIZES)
def test_size_power_and_mde_say_the_same(asked):
    baseline, relative, power, arms, two_sided, looks = asked
    assume(looks == "once" or two_sided)
    options = {"arms": arms, "two_sided": two_sided, "looks": looks}
    size = size_test(baseline, mde_relative=relative, power=power, **options)
    n = size.units_per_arm
    assert power_of(baseline, n, effect_relative=relative, **options) >= power
    if n > 2:
        assert power_of(baseline, n - 1, effect_relative=relative, **options) < power
    found = mde_of(baseline, n, power=power, **options)
    assert found <= baseline * relative * (1 + 1e-9)
    assert power_of(baseline, n, effect_absolute=found, **options) == pytest.approx(power, abs=1e-6)


def test_looking_always_and_more_arms_cost_units():
    once = size_test(0.1, mde_relative=0.1)
    always = size_test(0.1, mde_relative=0.1, looks="always")
    three = size_test(0.1, mde_relative=0.1, arms=3)
    assert once.units_per_arm < three.units_per_arm < always.units_per_arm
    assert three.alpha_per_test == 0.025


def test_what_no_size_can_do():
    assert mde_of(0.5, 4) is None
    for wrong in (
        {"mde_relative": 0.1, "mde_absolute": 0.1},
        {},
        {"mde_absolute": 0.95},
        {"mde_absolute": 0.0},
        {"mde_absolute": 1e-9},
        {"mde_relative": 0.1, "power": 1.0},
        {"mde_relative": 0.1, "arms": 1},
        {"mde_relative": 0.1, "alpha": 0.0},
    ):
        with pytest.raises(InvalidValueError):
            size_test(0.1, **wrong)
    with pytest.raises(InvalidValueError):
        size_test(1.5, mde_relative=0.1)


PS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(PS)
def test_corrections_as_scipy_and_by_their_definitions(ps):
    assert adjust_p(ps, "bh") == pytest.approx(stats.false_discovery_control(ps).tolist())
    m = len(ps)
    assert adjust_p(ps, "bonferroni") == pytest.approx([min(1, m * p) for p in ps])
    assert adjust_p(ps, "sidak") == pytest.approx([1 - (1 - p) ** m for p in ps])
    # Holm: the largest of (m - k) p over those no larger.
    for p, adjusted in zip(ps, adjust_p(ps, "holm"), strict=True):
        ordered = sorted(ps)
        upto = [min(1, (m - k) * q) for k, q in enumerate(ordered) if q <= p]
        # Of equal ones the first place counts for all that stand before.
        assert adjusted == pytest.approx(max(upto[: ordered.index(p) + 1]), abs=1e-12) or (
            adjusted == pytest.approx(max(upto), abs=1e-12)
        )


@given(PS)
def test_corrections_keep_order_and_never_help(ps):
    for method in METHODS:
        adjusted = adjust_p(ps, method)
        assert all(q >= p * (1 - 1e-12) for p, q in zip(ps, adjusted, strict=True))
        order = sorted(range(len(ps)), key=ps.__getitem__)
        assert [adjusted[k] for k in order] == sorted(adjusted)


FAMILIES = st.lists(counts(400), min_size=1, max_size=6)


@given(FAMILIES, st.sampled_from(METHODS), st.sampled_from(["fixed", "sequential"]))
def test_corrected_intervals_say_what_corrected_p_says(pairs, method, decide_by):
    readings = [compare_proportions(*pair, decide_by=decide_by) for pair in pairs]
    for each in adjust_readings(readings, method):
        assume(abs(each.absolute.p - 0.05) > 1e-6)
        outside = side(each.absolute) != 0 or 0 in (each.absolute.low, each.absolute.high)
        assert outside == each.is_rejected
        assert each.is_rejected == (each.absolute.p < 0.05)
        if each.verdict in {Verdict.BETTER, Verdict.WORSE}:
            assert each.is_rejected


def test_corrections_by_hand():
    control = ArmCounts("A", 1000, 100)
    readings = [compare_proportions(control, ArmCounts("B", 1000, x)) for x in (130, 150, 102)]
    holm = adjust_readings(readings, "holm")
    # p 0.0354, 0.00071, 0.88: Holm leaves 0.0708 (twice the second), Bonferroni's level 98.33 %.
    assert [round(each.absolute.p, 3) for each in holm] == [0.071, 0.002, 0.882]
    assert [each.verdict.value for each in holm] == [
        "no clear difference", "treatment better", "no clear difference",
    ]  # fmt: skip
    assert holm[0].interval_level == pytest.approx(1 - 0.05 / 3)
    found = adjust_readings(readings, "bh")
    # One is selected of three: its interval is at 1 - 0.05 / 3.
    assert found[1].interval_level == pytest.approx(1 - 0.05 / 3)
    assert to_plain(found[1])["verdict"] == "treatment better"
    assert "coverage" in dict(found[1].semantics)["intervals"]
    empty = compare_proportions(ArmCounts("A", 0, 0), control)
    assert adjust_readings([empty, readings[1]])[0].absolute is None
    assert adjust_readings([empty, readings[1]])[1].absolute.p == pytest.approx(
        readings[1].absolute.p
    )


def test_a_margin_is_corrected_too():
    control = ArmCounts("A", 20_000, 4_000)
    asked = {"margin": Margin(0.045)}
    # Standard error of the lift about 0.02: within 4.5 % alone, not within 5 % among five.
    near = compare_proportions(control, ArmCounts("B", 20_000, 4_002), **asked)
    wide = compare_proportions(control, ArmCounts("B", 20_000, 4_002), margin=Margin(0.05))
    assert near.verdict == wide.verdict == Verdict.EQUIVALENT
    far = compare_proportions(control, ArmCounts("C", 20_000, 4_600), **asked)
    found = adjust_readings([near, wide, far, far, far], "bonferroni")
    assert [each.verdict.value for each in found[:3]] == [
        "no clear difference", "no clear difference", "treatment better",
    ]  # fmt: skip
    alone = adjust_readings([near], "bonferroni")
    assert alone[0].verdict == Verdict.EQUIVALENT
    assert adjust_readings([]) == ()


def test_corrections_take_the_level_of_the_readings():
    control = ArmCounts("A", 1000, 100)
    readings = [
        compare_proportions(control, ArmCounts("B", 1000, x), level=0.8) for x in (120, 101)
    ]
    # p 0.153 is under 0.2 but not, of two, at 95 %.
    assert adjust_readings(readings, "bh")[0].interval_level == pytest.approx(0.9)
    assert adjust_readings(readings, "bh", level=0.95)[0].interval_level == pytest.approx(0.975)


def test_holm_cuts_at_zero_where_only_its_step_rejects():
    control = ArmCounts("A", 1000, 100)
    readings = [compare_proportions(control, ArmCounts("B", 1000, x)) for x in (160, 132)]
    both = adjust_readings(readings, "holm")
    assert [each.is_rejected for each in both] == [True, True]
    # p 0.025 < 0.05 at the second step, yet Bonferroni's interval at 97.5 % holds zero.
    assert both[1].absolute.low == 0
    assert adjust_readings(readings, "bonferroni")[1].absolute.low < 0


@given(counts(60))
def test_fisher_as_scipy(pair):
    a, b = pair
    table = [[a.conversions, a.units - a.conversions], [b.conversions, b.units - b.conversions]]
    test = fisher_exact(a, b)
    assert test.p == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)
    assert test.mid_p <= test.p


def test_fisher_with_many_units():
    a, b = ArmCounts("A", 100_000, 4), ArmCounts("B", 300_000, 20)
    table = [[4, 99_996], [20, 299_980]]
    assert fisher_exact(a, b).p == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)

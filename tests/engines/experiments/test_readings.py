"""Comparisons of two arms: examples by hand, and what must hold for all of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilothouse.engines.experiments import (
    ArmCounts,
    ArmSums,
    Margin,
    Verdict,
    compare_means,
    compare_proportions,
    compare_ratios,
    to_plain,
)
from pilothouse.kernel.errors import InvalidValueError
from tests.engines.experiments.arms import (
    arm_of,
    counts,
    ratio_of,
    readings_agree,
    scaled,
    side,
    sums,
)


def test_the_worked_example_of_proportions():
    reading = compare_proportions(ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130))
    # 0.09 / 1000 + 0.1131 / 1000 = 0.0002031; its root 0.014251; 0.03 / 0.014251 = 2.1051.
    assert reading.absolute.estimate == pytest.approx(0.03)
    assert reading.absolute.high - 0.03 == pytest.approx(1.9612 * 0.0142513, rel=1e-4)
    assert reading.absolute.p == pytest.approx(0.0354, abs=5e-5)
    # Fieller by hand: 0.0096538 r^2 - 0.0066926 r + 0.00011881 = 0 with t = 1.96118.
    squared = 1.9611837**2
    first = 0.01 - squared * 0.00009
    middle = 0.003 + squared * 0.00009
    last = 0.0009 - squared * 0.0002031
    root = math.sqrt(middle**2 - first * last)
    assert reading.relative.low == pytest.approx((middle - root) / first, rel=1e-3)
    assert reading.relative.high == pytest.approx((middle + root) / first, rel=1e-4)
    assert reading.verdict == Verdict.BETTER
    assert reading.sequential.low < reading.absolute.low


def test_p_does_not_vanish():
    reading = compare_proportions(ArmCounts("A", 100_000, 10_000), ArmCounts("B", 100_000, 13_000))
    assert 1e-99 < reading.absolute.p < 1e-96


def test_no_conversion_in_the_control_gets_an_answer():
    reading = compare_proportions(ArmCounts("A", 100, 0), ArmCounts("B", 100, 5))
    # Wilson: 0 of 100 to 0.03699, 5 of 100 from 0.02154; 0.05 - sqrt(0.02846^2 + 0.03699^2).
    assert reading.absolute.low == pytest.approx(0.00333, abs=1e-5)
    assert reading.absolute.high == pytest.approx(0.11175, abs=1e-5)
    assert "Newcombe" in reading.method
    assert reading.relative is None
    assert "zero" in reading.relative_reason


def test_newcombe_s_own_example():
    """Newcombe 1998, table II: 56/70 - 48/80 by method 10 is 0.0524 to 0.3339."""
    from pilothouse.engines.experiments.contrasts import CountContrast

    low, high = CountContrast(48, 80, 56, 70).absolute_at(1.959964)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    # and 9/10 - 3/10: 0.1705 to 0.8090.
    low, high = CountContrast(3, 10, 9, 10).absolute_at(1.959964)
    assert (round(low, 4), round(high, 4)) == (0.1705, 0.8090)


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ((100, 0), (100, 0), "0 conversions"),
        ((100, 1), (100, 1), "2 conversions"),
        ((50, 50), (50, 49), "1 missed conversion "),
        ((0, 0), (10, 3), "no units in A"),
        ((0, 0), (0, 0), "no units in A and B"),
    ],
)
def test_too_few_says_why(a, b, why):
    reading = compare_proportions(ArmCounts("A", *a), ArmCounts("B", *b))
    assert reading.verdict == Verdict.TOO_FEW
    assert why in reading.reason
    assert to_plain(reading)["verdict"] == "too few"


@given(counts())
def test_relative_and_absolute_never_disagree_on_proportions(pair):
    assert readings_agree(compare_proportions(*pair))


@given(counts(60))
def test_relative_and_absolute_never_disagree_on_few_counts(pair):
    assert readings_agree(compare_proportions(*pair))


@given(sums(), st.booleans())
def test_relative_and_absolute_never_disagree_on_means(pair, cuped):
    assert readings_agree(compare_means(*pair, cuped=cuped))


@given(counts(300))
def test_swapped_arms_mirror(pair):
    one, other = compare_proportions(*pair), compare_proportions(*reversed(pair))
    assert one.absolute.estimate == pytest.approx(-other.absolute.estimate)
    assert one.absolute.low == pytest.approx(-other.absolute.high)
    assert one.absolute.p == pytest.approx(other.absolute.p, rel=1e-6)
    mirror = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    assert one.verdict == mirror.get(other.verdict, other.verdict)
    if one.relative and other.relative and one.relative.low > -1:
        # One lift turned around: (1 + r) (1 + r') = 1, also of the intervals' ends.
        assert (1 + one.relative.high) * (1 + other.relative.low) == pytest.approx(1)


@given(sums(), st.sampled_from([0.01, 7.0, 1e4]))
def test_a_unit_of_measure_changes_nothing_but_the_unit(pair, factor):
    one = compare_means(*pair)
    other = compare_means(*(scaled(arm, factor) for arm in pair))
    assert other.absolute.low == pytest.approx(one.absolute.low * factor, rel=1e-6, abs=1e-9)
    assert other.absolute.p == pytest.approx(one.absolute.p, rel=1e-6)
    assert (one.relative is None) == (other.relative is None)
    if one.relative and abs(one.relative.high) < 1e6:
        assert other.relative.high == pytest.approx(one.relative.high, rel=1e-4)


@given(counts(2_000), st.integers(10, 100_000))
def test_the_sequential_interval_is_wider(pair, planned):
    reading = compare_proportions(*pair, planned_units=planned)
    assert reading.sequential.low <= reading.absolute.low
    assert reading.sequential.high >= reading.absolute.high
    assert reading.sequential.p >= reading.absolute.p


@given(sums())
def test_lower_is_better_turns_the_verdict_around(pair):
    one, other = compare_means(*pair), compare_means(*pair, lower_is_better=True)
    mirror = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    assert other.verdict == mirror.get(one.verdict, one.verdict)
    assert other.absolute == one.absolute


@given(sums(), st.floats(0.01, 3), st.sampled_from(["absolute", "relative"]))
def test_a_margin_is_held_exactly_when_its_p_is_small(pair, size, scale):
    reading = compare_means(*pair, margin=Margin(size, "equivalence", scale))
    found = reading.margin
    if found.p is None:
        assert not found.is_held
        return
    assume(abs(found.p - 0.025) > 1e-6)
    assert found.is_held == (found.p < 0.025)
    shown = reading.absolute if scale == "absolute" else reading.relative
    assert found.is_held == (-size < shown.low and shown.high < size)
    assert (reading.verdict == Verdict.EQUIVALENT) == found.is_held


def test_margins_by_hand():
    a, b = ArmCounts("A", 100_000, 10_000), ArmCounts("B", 100_000, 10_010)
    same = compare_proportions(a, b, margin=Margin(0.05))
    assert same.verdict == Verdict.EQUIVALENT
    # The difference 0.0001 with standard error 0.0013420; the nearer edge is 0.005 away.
    near = compare_proportions(a, b, margin=Margin(0.005, "equivalence", "absolute"))
    assert near.margin.p == pytest.approx(0.5 * math.erfc(0.0049 / 0.00134201 / 2**0.5), rel=1e-3)
    worse = ArmCounts("B", 100_000, 9_900)
    assert compare_proportions(a, worse).verdict == Verdict.UNCLEAR
    kept = compare_proportions(a, worse, margin=Margin(0.05, "non-inferiority"))
    assert kept.verdict == Verdict.NOT_WORSE
    lost = compare_proportions(a, worse, margin=Margin(0.01, "non-inferiority"))
    assert lost.verdict == Verdict.UNCLEAR
    # Lower is better: a fall of one percent is never "worse".
    other = compare_proportions(
        a, worse, margin=Margin(0.02, "non-inferiority"), lower_is_better=True
    )
    assert other.verdict == Verdict.NOT_WORSE


def test_a_control_near_zero_has_no_bounded_lift():
    rng = np.random.default_rng(4)
    a, b = arm_of("A", rng.normal(0.01, 1, 100)), arm_of("B", rng.normal(1, 1, 100))
    reading = compare_means(a, b)
    assert reading.relative is None
    assert "too near to zero" in reading.relative_reason
    assert reading.verdict == Verdict.BETTER


def test_values_without_variance_say_so():
    flat = [ArmSums(name, 20, 20.0 * v, 20.0 * v * v) for name, v in (("A", 1.1), ("B", 1.3))]
    reading = compare_means(*flat)
    assert (reading.verdict, reading.absolute) == (Verdict.TOO_FEW, None)
    assert "no value differs" in reading.reason
    assert reading.treatment.value == pytest.approx(1.3)
    few = compare_means(ArmSums("A", 1, 1, 1), ArmSums("B", 9, 9, 10))
    assert "A has 1 units" in few.reason


def test_sums_about_a_number_keep_the_digits():
    rng = np.random.default_rng(5)
    y = [rng.normal(0, 1, 500), rng.normal(0.2, 1, 500)]
    near = compare_means(*(arm_of(n, v) for n, v in zip("AB", y, strict=True)))
    far = compare_means(*(replace(arm_of(n, v), about=1e9) for n, v in zip("AB", y, strict=True)))
    assert far.absolute.p == pytest.approx(near.absolute.p, rel=1e-6)
    assert far.control.value == pytest.approx(1e9)


def test_cuped_narrows_and_keeps_the_base():
    rng = np.random.default_rng(6)
    x = [rng.normal(10, 3, 800) for _ in range(2)]
    y = [x[0] + rng.normal(0, 1, 800), x[1] + 0.3 + rng.normal(0, 1, 800)]
    arms = [arm_of(n, *both) for n, *both in zip("AB", y, x, strict=True)]
    plain, cuped = compare_means(*arms, cuped=False), compare_means(*arms)
    width = cuped.absolute.high - cuped.absolute.low
    assert width < 0.45 * (plain.absolute.high - plain.absolute.low)
    assert cuped.method.startswith("CUPED")
    assert cuped.relative.estimate == pytest.approx(cuped.absolute.estimate / y[0].mean())
    assert cuped.control.value == pytest.approx(y[0].mean())
    # Its own way: ordinary least squares of the adjusted values.
    theta = np.cov(np.concatenate(y), np.concatenate(x))
    left = [v - theta[0, 1] / theta[1, 1] * w for v, w in zip(y, x, strict=True)]
    assert cuped.absolute.estimate == pytest.approx(left[1].mean() - left[0].mean())


def test_a_covariate_that_is_always_the_same_changes_nothing():
    rng = np.random.default_rng(7)
    y = [rng.normal(3, 1, 50) for _ in range(2)]
    plain = compare_means(arm_of("A", y[0]), arm_of("B", y[1]))
    same = compare_means(arm_of("A", y[0], np.ones(50)), arm_of("B", y[1], np.ones(50)))
    assert same.absolute == plain.absolute


def test_a_ratio_with_denominator_one_is_a_mean():
    rng = np.random.default_rng(8)
    y = [rng.gamma(2, 2, 300), rng.gamma(2, 2.2, 320)]
    ratio = compare_ratios(*(ratio_of(n, v, np.ones(len(v))) for n, v in zip("AB", y, strict=True)))
    mean = compare_means(*(arm_of(n, v) for n, v in zip("AB", y, strict=True)))
    assert ratio.absolute.low == pytest.approx(mean.absolute.low)
    assert ratio.relative.high == pytest.approx(mean.relative.high)
    with_pre = [
        (n, v, np.ones(len(v)), v + 1, np.ones(len(v))) for n, v in zip("AB", y, strict=True)
    ]
    cuped = compare_ratios(*(ratio_of(*each) for each in with_pre))
    # A covariate that tells all leaves no variance.
    assert cuped.absolute is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ArmCounts("A", 10, 11),
        lambda: ArmCounts("A", -1, 0),
        lambda: ArmSums("A", 3, math.nan, 1),
        lambda: ArmSums("A", 3, 1, 1, pre_total=2),
        lambda: compare_proportions(ArmCounts("A", 9, 1), ArmCounts("B", 9, 1), level=95),
        lambda: compare_proportions(ArmCounts("A", 9, 1), ArmCounts("B", 9, 1), planned_units=0),
        lambda: Margin(0),
        lambda: compare_means(ArmSums("A", 9, 1, 1, 1, 1, 1), ArmSums("B", 9, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InvalidValueError):
        wrong()


def test_side_of_an_interval():
    reading = compare_proportions(ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130))
    assert (side(reading.absolute), side(reading.sequential)) == (1, 0)

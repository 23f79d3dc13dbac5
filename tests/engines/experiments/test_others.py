"""Beliefs, strata, quantiles, winsorised values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pilothouse.engines.experiments import (
    FLAT,
    ArmCounts,
    Prior,
    Stratum,
    Verdict,
    compare_means,
    compare_proportions,
    compare_quantiles,
    compare_strata,
    fewest_units,
    read_bayesian,
    to_plain,
    winsorise,
)
from pilothouse.kernel.errors import InvalidValueError
from tests.engines.experiments.arms import arm_of, readings_agree, sums


def test_a_belief_by_hand():
    reading = compare_proportions(ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130))
    belief = read_bayesian(reading, Prior(0, 0.01, "absolute"), scale="absolute")
    # Data 0.03 with variance 0.0002031, prior variance 0.0001: weights 4923.7 and 10000.
    assert belief.estimate == pytest.approx(0.03 * 4923.7 / 14923.7, rel=1e-4)
    sd = (1 / 14923.7) ** 0.5
    assert belief.chance_to_win == pytest.approx(stats.norm.sf(-belief.estimate / sd), rel=1e-4)
    grid = np.linspace(-0.1, 0.1, 400_001)
    lost = np.trapezoid(np.maximum(-grid, 0) * stats.norm.pdf(grid, belief.estimate, sd), grid)
    assert belief.risk_of_treatment == pytest.approx(lost, rel=1e-4)


def test_a_prior_is_scaled_in_both_directions():
    """N(0, 0.03²) on the absolute scale is N(0, 0.3²) on the relative one of a control of 10 %."""
    reading = compare_proportions(ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130))
    for scale in ("relative", "absolute"):
        one = read_bayesian(reading, Prior(0.001, 0.03, "absolute"), scale=scale)
        other = read_bayesian(reading, Prior(0.01, 0.3, "relative"), scale=scale)
        assert one.estimate == pytest.approx(other.estimate)
        assert one.chance_to_win == pytest.approx(other.chance_to_win)
    assert "scaled" in dict(other.semantics)["prior"]


@given(sums(), st.sampled_from([FLAT, Prior(0.01, 0.2, "absolute"), Prior(-0.1, 0.3)]))
def test_both_scales_tell_of_one_belief(pair, prior):
    reading = compare_means(*pair)
    one, other = (read_bayesian(reading, prior, scale=s) for s in ("relative", "absolute"))
    assert one.chance_to_win == other.chance_to_win
    if -np.inf < one.low:
        assert (one.low > 0, one.high < 0) == (other.low > 0, other.high < 0)
    assert one.estimate == pytest.approx(other.estimate / abs(reading.control.value))
    if prior is FLAT:
        tail = stats.norm.sf(abs(other.estimate) / reading.contrast.variance**0.5)
        assert min(one.chance_to_win, 1 - one.chance_to_win) == pytest.approx(tail, abs=1e-12)


@given(sums(), st.sampled_from(["relative", "absolute"]))
def test_beliefs_mirror_when_lower_is_better(pair, scale):
    one = read_bayesian(compare_means(*pair), FLAT, scale=scale)
    other = read_bayesian(compare_means(*pair, lower_is_better=True), FLAT, scale=scale)
    assert one.chance_to_win + other.chance_to_win == pytest.approx(1)
    assert one.risk_of_control == pytest.approx(other.risk_of_treatment)
    # What is won less what is lost is what is expected.
    assert one.risk_of_control - one.risk_of_treatment == pytest.approx(one.estimate, abs=1e-9)


def test_beliefs_from_few_counts_and_from_none():
    few = compare_proportions(ArmCounts("A", 100, 1), ArmCounts("B", 100, 7))
    assert 0.95 < read_bayesian(few).chance_to_win < 1
    assert read_bayesian(compare_proportions(ArmCounts("A", 0, 0), ArmCounts("B", 9, 1))) is None
    zero = compare_proportions(ArmCounts("A", 100, 0), ArmCounts("B", 100, 5))
    assert read_bayesian(zero) is None
    assert read_bayesian(zero, scale="absolute").chance_to_win > 0.9
    with pytest.raises(InvalidValueError, match="control is zero"):
        read_bayesian(zero, Prior(0, 0.3), scale="absolute")
    assert to_plain(read_bayesian(few))["prior"]["sd"] is None
    with pytest.raises(InvalidValueError):
        Prior(0, 0)


def stratified(seed: int, names: str = "xyz"):
    """Strata far apart, more of the treatment in the higher ones."""
    rng = np.random.default_rng(seed)
    cells = []
    for k, name in enumerate(names):
        a, b = (
            10 * k + rng.normal(0, 1, 60 + 10 * k),
            10 * k + 0.5 + rng.normal(0, 1, 50 + 30 * k),
        )
        cells.append((name, a, b))
    return cells


def test_strata_by_hand():
    cells = stratified(1)
    reading = compare_strata([Stratum(n, arm_of("A", a), arm_of("B", b)) for n, a, b in cells])
    units = np.array([len(a) + len(b) for _, a, b in cells])
    shares = units / units.sum()
    gaps = np.array([b.mean() - a.mean() for _, a, b in cells])
    assert reading.absolute.estimate == pytest.approx(shares @ gaps)
    within = [a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b) for _, a, b in cells]
    drawn = shares @ (gaps - shares @ gaps) ** 2 / units.sum()
    variance = shares**2 @ within + drawn
    half = (reading.absolute.high - reading.absolute.low) / 2
    assert half == pytest.approx(1.966 * variance**0.5, rel=2e-3)
    pooled = compare_means(
        arm_of("A", np.concatenate([a for _, a, _ in cells])),
        arm_of("B", np.concatenate([b for _, _, b in cells])),
    )
    # The pooled comparison takes the mix of the arms for an effect; this one does not.
    assert pooled.absolute.estimate > 1.5
    assert reading.absolute.estimate == pytest.approx(0.5, abs=0.3)
    assert half < (pooled.absolute.high - pooled.absolute.low) / 10
    assert readings_agree(reading)


def test_one_stratum_is_a_plain_comparison():
    _, a, b = stratified(2)[1]
    one = compare_strata([Stratum("all", arm_of("A", a), arm_of("B", b))])
    plain = compare_means(arm_of("A", a), arm_of("B", b))
    assert one.absolute.low == pytest.approx(plain.absolute.low)
    assert one.relative.high == pytest.approx(plain.relative.high)


def test_small_strata_are_joined_and_said():
    rng = np.random.default_rng(3)
    cells = [Stratum(n, arm_of("A", a), arm_of("B", b)) for n, a, b in stratified(3)]
    tiny = Stratum("tiny", arm_of("A", rng.normal(0, 1, 2)), arm_of("B", rng.normal(0, 1, 3)))
    reading = compare_strata([*cells, tiny])
    assert reading.control.units == sum(c.control.units for c in cells) + 2
    assert "1 of them joined" in dict(reading.semantics)["strata"]
    with pytest.raises(InvalidValueError):
        compare_strata([])


def test_a_quantile_by_hand():
    values = np.arange(1.0, 101.0)
    reading = compare_quantiles(("A", values), ("B", values + 7), 0.5)
    # 100 x (0.5 ± 1.96 x 0.05) = 40.2 and 59.8: the 41st and the 60th value, 19 apart.
    assert reading.control.value == 50
    assert reading.absolute.estimate == 7
    half = 1.959964 * (2 * (19 / (2 * 1.959964)) ** 2) ** 0.5
    assert reading.absolute.high - 7 == pytest.approx(half, rel=1e-5)
    assert reading.sequential is None
    assert "quantiles" in reading.sequential_reason
    always = compare_quantiles(("A", values), ("B", values), 0.5, decide_by="sequential")
    assert always.verdict == Verdict.TOO_FEW


def test_how_many_units_a_quantile_needs():
    assert (fewest_units(0.99), fewest_units(0.01)) == (381, 381)
    rng = np.random.default_rng(5)
    values = rng.random(380)
    reading = compare_quantiles(("A", values), ("B", values), 0.99)
    assert reading.verdict == Verdict.TOO_FEW
    assert "381" in reading.reason
    more = rng.random(381)
    assert compare_quantiles(("A", more), ("B", more), 0.99).absolute.estimate == 0
    same = compare_quantiles(("A", np.ones(50)), ("B", np.ones(50)), 0.5)
    assert "the same" in same.reason
    with pytest.raises(InvalidValueError):
        compare_quantiles(("A", values), ("B", values), 1.0)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 99))
def test_a_percentile_is_the_smallest_value_with_that_share(values, percent):
    _, cap = winsorise(values, percentile=percent)
    assert np.mean(np.array(values) <= cap) >= percent / 100 - 1e-9
    below = [v for v in values if v < cap]
    assert not below or np.mean(np.array(values) <= max(below)) < percent / 100


def test_winsorised_values():
    values, cap = winsorise([0, 0, 1, 2, 50], percentile=75, ignore_zeros=True)
    assert (values.tolist(), cap) == ([0, 0, 1, 2, 50], 50)
    values, cap = winsorise([0, 0, 1, 2, 50], cap=10)
    assert values.tolist() == [0, 0, 1, 2, 10]
    for wrong in ({}, {"cap": 1, "percentile": 9}, {"percentile": 100}):
        with pytest.raises(InvalidValueError):
            winsorise([1.0], **wrong)
    with pytest.raises(InvalidValueError):
        winsorise([0.0], percentile=50, ignore_zeros=True)

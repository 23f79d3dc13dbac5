"""What the intervals promise, tried out: coverage, false alarms, power. Seeds are fixed."""

from __future__ import annotations

import numpy as np
import pytest

from pilothouse.engines.experiments import (
    ArmCounts,
    Stratum,
    adjust_readings,
    check_srm,
    compare_means,
    compare_proportions,
    compare_quantiles,
    compare_ratios,
    compare_strata,
    power_of,
)
from tests.engines.experiments.arms import arm_of, ratio_of

pytestmark = pytest.mark.slow
TRIES = 2_000
# Four standard errors of a share of 5 % in so many tries.
SLACK = 4 * (0.05 * 0.95 / TRIES) ** 0.5


def missed(readings, truth: float, scale: str = "absolute") -> float:
    found = [getattr(each, scale) for each in readings]
    return float(np.mean([not each.low <= truth <= each.high for each in found]))


@pytest.mark.parametrize("p", [0.05, 0.3])
def test_intervals_of_proportions_cover(p):
    rng = np.random.default_rng(1)
    readings = [
        compare_proportions(
            ArmCounts("A", 1500, int(rng.binomial(1500, p))),
            ArmCounts("B", 1000, int(rng.binomial(1000, p * 1.2))),
        )
        for _ in range(TRIES)
    ]
    assert missed(readings, 0.2 * p) == pytest.approx(0.05, abs=SLACK)
    assert missed(readings, 0.2, "relative") == pytest.approx(0.05, abs=SLACK)


def test_few_counts_err_no_more_than_they_say():
    """Exactly, over all outcomes: at most 5.7 % false alarms for any of these shares."""
    n = 60
    hits = np.arange(n + 1)
    alarm = np.array([
        [compare_proportions(ArmCounts("A", n, a), ArmCounts("B", n, b)).absolute.p <= 0.05
         for b in hits] for a in hits
    ])  # fmt: skip
    from scipy import stats

    rates = []
    for p in np.linspace(0.01, 0.5, 25):
        weights = stats.binom.pmf(hits, n, p)
        rates.append(float(weights @ alarm @ weights))
    assert max(rates) < 0.06
    assert rates[-1] > 0.03


def gamma_pairs(rng, shape: float):
    for _ in range(TRIES):
        yield rng.gamma(shape, 1, 300), rng.gamma(shape, 1.1, 500)


def test_intervals_of_skewed_means_cover():
    pairs = gamma_pairs(np.random.default_rng(2), 1.0)
    readings = [compare_means(arm_of("A", a), arm_of("B", b)) for a, b in pairs]
    assert missed(readings, 0.1) == pytest.approx(0.05, abs=SLACK)
    assert missed(readings, 0.1, "relative") == pytest.approx(0.05, abs=SLACK)


def test_intervals_after_cuped_cover():
    rng = np.random.default_rng(3)
    readings = []
    for _ in range(TRIES):
        arms = []
        for name, lift in (("A", 1.0), ("B", 1.1)):
            x = rng.gamma(2, 1, 300)
            arms.append(arm_of(name, lift * (x + rng.gamma(2, 1, 300)), x))
        readings.append(compare_means(*arms))
    assert missed(readings, 0.4) == pytest.approx(0.05, abs=SLACK)
    assert missed(readings, 0.1, "relative") == pytest.approx(0.05, abs=SLACK)


def test_intervals_of_ratios_cover():
    rng = np.random.default_rng(4)
    readings = []
    for _ in range(TRIES):
        arms = []
        for name, rate in (("A", 0.2), ("B", 0.22)):
            d = 1 + rng.poisson(4, 500)
            arms.append(ratio_of(name, rng.binomial(d, rate), d))
        readings.append(compare_ratios(*arms))
    assert missed(readings, 0.02) == pytest.approx(0.05, abs=SLACK)
    assert missed(readings, 0.1, "relative") == pytest.approx(0.05, abs=SLACK)


def test_intervals_of_quantiles_cover():
    rng = np.random.default_rng(5)
    readings = [
        compare_quantiles(("A", rng.exponential(1, 800)), ("B", rng.exponential(1.1, 800)), 0.9)
        for _ in range(TRIES)
    ]
    assert missed(readings, 0.1 * np.log(10)) == pytest.approx(0.05, abs=SLACK + 0.01)


def test_intervals_of_strata_cover():
    rng = np.random.default_rng(6)
    readings = []
    for _ in range(TRIES):
        kind = rng.integers(0, 3, 900)
        arm = rng.integers(0, 2, 900)
        y = 3.0 * kind + arm * (0.2 + 0.1 * kind) + rng.normal(0, 1, 900) + 5
        cells = [[y[(kind == k) & (arm == a)] for a in range(2)] for k in range(3)]
        readings.append(
            compare_strata([Stratum("", arm_of("A", a), arm_of("B", b)) for a, b in cells])
        )
    assert missed(readings, 0.3) == pytest.approx(0.05, abs=SLACK)
    assert missed(readings, 0.3 / 8, "relative") == pytest.approx(0.05, abs=SLACK)


def test_peeking_fools_the_fixed_interval_and_not_the_sequential_one():
    rng = np.random.default_rng(7)
    looks = np.arange(100, 3_001, 100)
    fixed = always = 0
    for _ in range(1_000):
        a, b = (rng.random(looks[-1]) < 0.2 for _ in range(2))
        readings = [
            compare_proportions(
                ArmCounts("A", int(n), int(a[:n].sum())), ArmCounts("B", int(n), int(b[:n].sum())),
                planned_units=3_000,
            )
            for n in looks
        ]  # fmt: skip
        fixed += any(each.absolute.p < 0.05 for each in readings)
        always += any(each.sequential.p < 0.05 for each in readings)
    assert fixed > 200
    assert always <= 50


def test_peeking_at_shares_fools_chi_squared_and_not_the_always_valid_check():
    rng = np.random.default_rng(8)
    looks = np.arange(200, 20_001, 200)
    fixed = always = 0
    for _ in range(500):
        first = np.cumsum(rng.random(looks[-1]) < 0.5)[looks - 1]
        checks = [
            check_srm([int(n), int(m - n)], threshold=0.05)
            for n, m in zip(first, looks, strict=True)
        ]
        fixed += any(each.alarm for each in checks)
        always += any(each.always_valid_alarm for each in checks)
    assert fixed > 100
    assert always <= 25


def test_power_is_what_was_planned():
    rng = np.random.default_rng(9)
    planned = power_of(0.1, 2_000, effect_relative=0.3)
    found = np.mean([
        compare_proportions(
            ArmCounts("A", 2_000, int(rng.binomial(2_000, 0.1))),
            ArmCounts("B", 2_000, int(rng.binomial(2_000, 0.13))),
        ).absolute.p < 0.05
        for _ in range(TRIES)
    ])  # fmt: skip
    assert found == pytest.approx(planned, abs=4 * (0.2 * 0.8 / TRIES) ** 0.5)


def test_corrections_keep_what_they_promise():
    """Two of six treatments work; the others must not be called winners too often."""
    rng = np.random.default_rng(10)
    any_false = {"holm": 0, "sidak": 0}
    shares = []
    for _ in range(800):
        control = ArmCounts("A", 1_000, int(rng.binomial(1_000, 0.2)))
        true = [0.3, 0.26, 0.2, 0.2, 0.2, 0.2]
        readings = [
            compare_proportions(control, ArmCounts("B", 1_000, int(rng.binomial(1_000, p))))
            for p in true
        ]
        for method in any_false:
            any_false[method] += any(
                each.is_rejected for each in adjust_readings(readings, method)[2:]
            )
        selected = [each.is_rejected for each in adjust_readings(readings, "bh")]
        shares.append(sum(selected[2:]) / max(1, sum(selected)))
    assert max(any_false.values()) / 800 <= 0.05 + 4 * (0.05 * 0.95 / 800) ** 0.5
    assert np.mean(shares) <= 0.05

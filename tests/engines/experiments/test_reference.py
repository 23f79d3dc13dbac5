"""The same numbers from elsewhere: GrowthBook's gbstats (written down), SciPy (asked now).

Where we differ on purpose: p-values are survival functions (gbstats gives 0 far out), the relative
interval is Fieller's and the chance to win the same on both scales (gbstats: delta method, by which
they differ), degrees of freedom of SRM count arms with weight.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pilothouse.engines.experiments import (
    ArmCounts,
    ArmRatio,
    ArmSums,
    Prior,
    check_srm,
    compare_means,
    compare_proportions,
    compare_ratios,
    read_bayesian,
)
from tests.engines.experiments.arms import arm_of

VALUES = json.loads(Path(__file__).with_name("gbstats_values.json").read_text("utf-8"))
COMPARISONS = VALUES["comparisons"]


def read(case):
    a, b = case["arms"]
    asked = {"planned_units": 2_000}
    match case["kind"]:
        case "proportion":
            return compare_proportions(ArmCounts("A", **a), ArmCounts("B", **b), **asked)
        case "ratio":
            arms = [
                ArmRatio(n, arm["units"], tuple(arm["totals"]), tuple(map(tuple, arm["products"])))
                for n, arm in (("A", a), ("B", b))
            ]
            return compare_ratios(*arms, **asked)
        case _:
            return compare_means(ArmSums("A", **a), ArmSums("B", **b), **asked)


@pytest.mark.parametrize("case", COMPARISONS, ids=lambda case: case["kind"])
def test_as_gbstats(case):
    reading = read(case)
    for ours, theirs in (
        (reading.absolute, case["absolute"]),
        (reading.sequential, case["sequential"]),
    ):
        assert [ours.estimate, ours.low, ours.high] == pytest.approx(theirs[:3], rel=1e-7)
        assert ours.p == pytest.approx(theirs[3], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("case", COMPARISONS, ids=lambda case: case["kind"])
@pytest.mark.parametrize("prior", ["flat", "proper"])
def test_beliefs_as_gbstats(case, prior):
    belief = Prior(0.02, 0.3) if prior == "proper" else Prior(sd=float("inf"))
    found = read_bayesian(read(case), belief, scale="absolute")
    estimate, low, high, chance, miss, lose = case[prior]
    assert [found.estimate, found.low, found.high] == pytest.approx([estimate, low, high], rel=1e-7)
    assert found.chance_to_win == pytest.approx(chance, rel=1e-6, abs=1e-12)
    assert found.risk_of_control == pytest.approx(miss, rel=1e-5, abs=1e-9)
    assert found.risk_of_treatment == pytest.approx(lose, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("case", VALUES["srm"], ids=lambda case: str(case["units"]))
def test_srm_as_gbstats(case):
    assert check_srm(case["units"], case["weights"]).p == pytest.approx(case["p"], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_welch_as_scipy(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.gamma(2, 3, 40 + seed), rng.gamma(2, 3.5, 90 - seed)
    reading = compare_means(arm_of("A", a), arm_of("B", b))
    theirs = stats.ttest_ind(b, a, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert reading.absolute.p == pytest.approx(theirs.pvalue, rel=1e-9)
    assert reading.absolute.low == pytest.approx(interval.low, rel=1e-9)
    assert reading.absolute.high == pytest.approx(interval.high, rel=1e-9)

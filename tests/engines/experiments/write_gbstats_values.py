"""Write gbstats_values.json anew: what GrowthBook's engine (gbstats 0.8.0, MIT) says of made arms.

It wants a pandas and a NumPy of 2023, so it is run in an environment of its own and never beside
Pilothouse: ``python write_gbstats_values.py`` where gbstats is installed. The tests read the file.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig, GaussianPrior
from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TwoSidedTTest,
)
from gbstats.models import statistics as gb
from gbstats.utils import check_srm

TARGET = Path(__file__).with_name("gbstats_values.json")


def main() -> None:
    rng = np.random.default_rng(20261125)
    made = [make(rng, kind) for kind in ("proportion", "mean", "cuped", "ratio") for _ in range(12)]
    srm = [make_srm(rng) for _ in range(12)]
    TARGET.write_text(json.dumps({"comparisons": made, "srm": srm}, indent=1) + "\n", "utf-8")


def make(rng: np.random.Generator, kind: str) -> dict:
    arms = [draw(rng, kind) for _ in range(2)]
    a, b = (to_statistic(kind, arm) for arm in arms)
    return {"kind": kind, "arms": arms, **ask(a, b)}


def draw(rng: np.random.Generator, kind: str) -> dict:
    units = int(rng.integers(30, 3_000))
    if kind == "proportion":
        return {
            "units": units,
            "conversions": 10 + int(rng.binomial(units - 20, 0.15 + 0.05 * rng.random())),
        }
    before = rng.gamma(2.0, 3.0, units)
    y = 0.6 * before + rng.gamma(2.0, 2.0 + rng.random(), units)
    if kind == "ratio":
        d = rng.poisson(3, units) + 1.0
        m = d * (1 + rng.random(units)) + y
        return {
            "units": units,
            "totals": sums(m, d),
            "products": [sums(m * m, m * d), sums(m * d, d * d)],
        }
    x = before if kind == "cuped" else None
    arm = {"units": units, "total": float(y.sum()), "total_squares": float(y @ y)}
    if x is not None:
        arm |= {"pre_total": float(x.sum()), "pre_squares": float(x @ x), "cross": float(x @ y)}
    return arm


def sums(*values: np.ndarray) -> list[float]:
    return [float(v.sum()) for v in values]


def to_statistic(kind: str, arm: dict):
    n = arm["units"]
    if kind == "proportion":
        return gb.ProportionStatistic(n=n, sum=arm["conversions"])
    if kind == "ratio":
        (m, d), ((mm, md), (_, dd)) = arm["totals"], arm["products"]
        top = gb.SampleMeanStatistic(n=n, sum=m, sum_squares=mm)
        below = gb.SampleMeanStatistic(n=n, sum=d, sum_squares=dd)
        return gb.RatioStatistic(n=n, m_statistic=top, d_statistic=below, m_d_sum_of_products=md)
    after = gb.SampleMeanStatistic(n=n, sum=arm["total"], sum_squares=arm["total_squares"])
    if kind == "mean":
        return after
    before = gb.SampleMeanStatistic(n=n, sum=arm["pre_total"], sum_squares=arm["pre_squares"])
    return gb.RegressionAdjustedStatistic(
        n=n,
        post_statistic=after,
        pre_statistic=before,
        post_pre_sum_of_products=arm["cross"],
        theta=0,
    )


def ask(a, b) -> dict:
    fixed = TwoSidedTTest(a, b, FrequentistConfig(difference_type="absolute")).compute_result()
    always = SequentialTwoSidedTTest(
        a, b, SequentialConfig(difference_type="absolute", sequential_tuning_parameter=2_000)
    ).compute_result()
    answer = {
        "absolute": [fixed.expected, *fixed.ci, fixed.p_value],
        "sequential": [always.expected, *always.ci, always.p_value],
    }
    for name, prior in (("flat", GaussianPrior()), ("proper", GaussianPrior(0.02, 0.09, True))):
        config = EffectBayesianConfig(difference_type="absolute", prior_effect=prior)
        told = asdict(EffectBayesianABTest(a, b, config).compute_result())
        answer[name] = [told["expected"], *told["ci"], told["chance_to_win"], *told["risk"]]
    return answer


def make_srm(rng: np.random.Generator) -> dict:
    weights = rng.integers(1, 5, int(rng.integers(2, 5))).tolist()
    shares = np.array(weights) / sum(weights) + rng.normal(0, 0.02, len(weights))
    units = [int(n) for n in 3_000 * shares]
    return {"units": units, "weights": weights, "p": float(check_srm(units, weights))}


if __name__ == "__main__":
    main()

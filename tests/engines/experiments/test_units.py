"""Experiments from rows of units: cleaning, summing, reading."""

from __future__ import annotations

import numpy as np
import pytest

from pilothouse.engines.experiments import (
    AnalysisPlan,
    ArmCounts,
    RepeatedUnitError,
    UnitRows,
    Verdict,
    analyze_units,
    clean_units,
    compare_proportions,
    read_counts,
    sum_arms,
    summing,
    to_plain,
)
from pilothouse.kernel.errors import InvalidValueError


def rows_of(arm, metric, unit=None, arms=("A", "B"), **more) -> UnitRows:
    unit = np.arange(len(arm)) if unit is None else np.array(unit)
    return UnitRows(
        arms, np.array(arm), unit, int(unit.max(initial=-1)) + 1, np.array(metric, dtype=float),
        **{k: np.array(v) if isinstance(v, list) else v for k, v in more.items()},
    )  # fmt: skip


def drawn(n: int = 4_000, seed: int = 1, arms: int = 2) -> UnitRows:
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, arms, n)
    pre = rng.gamma(2, 3, n)
    return UnitRows(
        tuple("ABCDEF"[:arms]), arm, rng.permutation(n), n, pre + rng.gamma(2, 1, n) + 0.2 * arm,
        pre=pre,
    )  # fmt: skip


def test_units_in_two_arms_are_left_out_counted_and_named():
    rows = rows_of([0, 0, 1, 1, 0, 1], [1, 2, 3, 4, 5, 6], unit=[0, 1, 2, 1, 3, 1])
    kept, exposure = clean_units(rows)
    assert kept.metric.tolist() == [1, 3, 5]
    assert (exposure.multiple, exposure.units, exposure.examples) == (1, 4, (1,))
    assert (exposure.rows_left_out, exposure.alarm) == (3, True)


def test_repeated_rows_are_refused_or_added_up():
    rows = rows_of([0, 1, 0, 1], [1, 2, 4, 8], unit=[0, 1, 0, 2], pre=[5.0, 6.0, 5.0, 7.0])
    with pytest.raises(RepeatedUnitError, match="1 unit has more than one row") as caught:
        clean_units(rows)
    assert caught.value.unit == 0
    kept, exposure = clean_units(rows, "sum")
    assert kept.metric.tolist() == [5, 2, 8]
    # What was before stands on each row alike: it is not added up.
    assert kept.pre.tolist() == [5, 6, 7]
    assert exposure.repeated_rows == 1


def test_a_metric_of_yes_and_no_is_a_proportion():
    rng = np.random.default_rng(2)
    rows = rows_of(rng.integers(0, 2, 500).tolist(), rng.integers(0, 2, 500).tolist())
    found = analyze_units(rows).readings[0]
    counts = [
        ArmCounts(n, int((rows.arm == a).sum()), int(rows.metric[rows.arm == a].sum()))
        for a, n in enumerate("AB")
    ]
    assert found == compare_proportions(*counts)
    assert "means" in analyze_units(rows, AnalysisPlan(kind="mean")).readings[0].method


def test_several_treatments_are_corrected():
    analysis = analyze_units(drawn(arms=4))
    assert [r.treatment.name for r in analysis.readings] == ["B", "C", "D"]
    assert len(analysis.adjusted) == 3
    plain = to_plain(analysis)
    assert "absolute" not in plain
    assert plain["comparisons"][2]["adjusted"]["is_rejected"]
    one = to_plain(analyze_units(drawn()))
    assert one["absolute"] == one["comparisons"][0]["absolute"]


def test_the_control_is_found_by_its_name_or_asked_for():
    rows = rows_of([0, 1, 2] * 20, range(60), arms=("blue", "Control", "green"))
    assert analyze_units(rows).control == "Control"
    assert analyze_units(rows, AnalysisPlan(control="green")).control == "green"
    other = rows_of([0, 1] * 20, range(40), arms=("blue", "green"))
    assert analyze_units(other).control == "blue"
    with pytest.raises(InvalidValueError, match="blue, green"):
        analyze_units(other, AnalysisPlan(control="red"))


def test_weights_are_by_name():
    rows = rows_of([0] * 900 + [1] * 100, [0.0, 1.0] * 500)
    assert analyze_units(rows).srm.alarm
    assert not analyze_units(rows, AnalysisPlan(weights={"A": 9, "B": 1})).srm.alarm
    for weights in ({"A": 1}, {"A": 1, "B": 1, "C": 1}):
        with pytest.raises(InvalidValueError):
            analyze_units(rows, AnalysisPlan(weights=weights))


def test_compiled_sums_are_the_plain_ones(monkeypatch):
    rows = drawn(1_200_000, seed=3, arms=3)
    plain = sum_arms(rows.arms, rows.arm, rows.metric, rows.pre)
    alone = sum_arms(rows.arms, rows.arm, rows.metric)
    monkeypatch.setattr(summing, "COMPILED_FROM", 0)
    for ours, theirs in zip(
        (*sum_arms(rows.arms, rows.arm, rows.metric, rows.pre),
         *sum_arms(rows.arms, rows.arm, rows.metric)),
        (*plain, *alone), strict=True,
    ):  # fmt: skip
        assert ours.units == theirs.units
        for name in ("total", "total_squares", "pre_total", "pre_squares", "cross"):
            mine, other = getattr(ours, name), getattr(theirs, name)
            assert mine == other or mine == pytest.approx(other, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("plan", "more"),
    [
        (AnalysisPlan(quantile=0.5), {"denominator": [1.0] * 40}),
        (AnalysisPlan(quantile=0.5), {"pre": [1.0] * 40}),
        (AnalysisPlan(quantile=0.5, cap=3), {}),
        (AnalysisPlan(kind="proportion"), {}),
        (AnalysisPlan(cap=3), {"denominator": [1.0] * 40}),
        (AnalysisPlan(), {"denominator": [1.0] * 40, "pre": [1.0] * 40}),
    ],
)
def test_what_cannot_be_asked_together_is_refused(plan, more):
    with pytest.raises(InvalidValueError):
        analyze_units(rows_of([0, 1] * 20, range(40), **more), plan)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (rows_of([], []), "no rows"),
        (rows_of([0, 0], [1, 2], arms=("A",)), "two arms"),
        (rows_of(list(range(60)), range(60), arms=tuple(map(str, range(60)))), "60 arms"),
    ],
)
def test_no_experiment_is_told(rows, word):
    with pytest.raises(InvalidValueError, match=word):
        analyze_units(rows)


def test_strata_quantiles_caps_and_ratios_from_rows():
    rows = drawn()
    stratum = (rows.pre > 6).astype(int)
    by_strata = UnitRows(
        rows.arms, rows.arm, rows.unit, rows.unit_count, rows.metric,
        strata=("low", "high"), stratum=stratum,
    )  # fmt: skip
    plain = UnitRows(rows.arms, rows.arm, rows.unit, rows.unit_count, rows.metric)

    def width(rows, plan=None):
        found = analyze_units(rows, plan or AnalysisPlan()).readings[0].absolute
        return found.high - found.low

    assert width(rows) < width(by_strata) < width(plain)
    assert width(plain, AnalysisPlan(cap_percentile=90)) < width(plain)
    told = dict(analyze_units(plain, AnalysisPlan(cap_percentile=90)).semantics)
    assert "moves at each look" in told["cap"]
    median = analyze_units(plain, AnalysisPlan(quantile=0.5)).readings[0]
    assert median.control.value == pytest.approx(np.median(rows.metric[rows.arm == 0]), rel=0.01)
    ratio = UnitRows(
        rows.arms, rows.arm, rows.unit, rows.unit_count, rows.metric, denominator=rows.pre + 1
    )
    value = analyze_units(ratio).readings[0].control.value
    chosen = rows.arm == 0
    assert value == pytest.approx(rows.metric[chosen].sum() / (rows.pre[chosen] + 1).sum())


def test_counts_of_several_arms():
    arms = [ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130), ArmCounts("C", 1000, 160)]
    analysis = read_counts(arms, correction="bh")
    assert [a.verdict for a in analysis.adjusted] == [Verdict.BETTER, Verdict.BETTER]
    with pytest.raises(InvalidValueError):
        read_counts(arms[:1])
    with pytest.raises(InvalidValueError):
        read_counts([arms[0], arms[0]])


def test_the_golden_case():
    """One analysis to the last digit that matters: a change here is a change of meaning."""
    plain = to_plain(analyze_units(drawn(500, seed=7)))
    shown = {
        name: [float(f"{plain[name][end]:.8g}") for end in ("estimate", "low", "high", "p")]
        for name in ("absolute", "relative", "sequential", "sequential_relative")
    }
    assert shown == GOLDEN
    assert (plain["verdict"], plain["method"]) == (
        "treatment better", "CUPED, then Welch's t on means, relative by Fieller",
    )  # fmt: skip


GOLDEN = {
    "absolute": [0.32193276, 0.07145865, 0.57240686, 0.011870392],
    "relative": [0.044136903, 0.0096751349, 0.079882229, 0.011870392],
    "sequential": [0.32193276, -0.16952694, 0.81339245, 0.3267087],
    "sequential_relative": [0.044136903, -0.022786946, 0.1160774, 0.3267087],
}

"""Scores by hand, and what no score may reward."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation.scoring import (
    Belief,
    Design,
    attention_share,
    best_gate,
    brier,
    check_message,
    check_story,
    deal_score,
    decision_loss,
    design_loss,
    design_score,
    detection,
    diagnosis_gain,
    discovery_tau,
    early_share,
    estimate_excess,
    false_alarms,
    forecast_loss,
    integrity_cap,
    learning_gain,
    open_share,
    order_gain,
    own_share,
    power,
    profile_total,
    promise_reliability,
    quantile_loss,
    reading_loss,
    recall_of_top,
    replay_skill,
    sample_divergence,
    scale,
    shrink,
    text_score,
    told_before_offers,
    trust_gain,
    value_of_asking,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.evidence import Evidence


def test_scale_by_hand() -> None:
    anchors = {"random": 10.0, "reference": 20.0, "best": 60.0}
    found = [scale(x, **anchors) for x in (0, 10, 15, 20, 40, 60, 99)]
    assert found == [0, 0, 25, 50, 75, 100, 100]
    with pytest.raises(InvalidValueError, match="the anchors of a scale rise"):
        scale(1.0, random=2.0, reference=1.0, best=3.0)


@settings(max_examples=60, deadline=None)
@given(st.floats(-100, 100), st.floats(0, 50))
def test_a_scale_never_falls(found: float, more: float) -> None:
    anchors = {"random": -5.0, "reference": 3.0, "best": 40.0}
    assert scale(found + more, **anchors) >= scale(found, **anchors)


def test_skill_by_hand() -> None:
    assert replay_skill(5.0, random=3.0, oracle=7.0) == 0.5
    with pytest.raises(InvalidValueError, match="better than chance"):
        replay_skill(1.0, random=1.0, oracle=1.0)


def test_diagnosis_by_hand() -> None:
    assert diagnosis_gain({"a": 0.5, "b": 0.25, "c": 0.25}, ["a"]) == pytest.approx(math.log(1.5))
    assert diagnosis_gain({"a": 0.5, "b": 0.5}, ["b"]) == pytest.approx(0.0)
    assert diagnosis_gain({"a": 1.0, "b": 0.0}, ["b"]) == pytest.approx(math.log(2e-4))


def test_rankings_by_hand() -> None:
    true = [3.0, 2.0, 1.0]
    assert discovery_tau([9, 5, 1], true) == 1.0
    assert discovery_tau([1, 5, 9], true) == -1.0
    # The pair (3, 2) is reversed: of weights 1, 2 and 1 one counts against.
    assert discovery_tau([5, 9, 1], true) == pytest.approx(0.5)
    assert discovery_tau([1, 1, 1], true) == 0.0
    assert recall_of_top([0, 2], true, top=2) == 0.5
    assert order_gain([0, 1, 2], true, top=3) == 1.0
    expected = (2 + 3 / math.log2(3)) / (3 + 2 / math.log2(3))
    assert order_gain([1, 0], true, top=2) == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(range(8))), st.lists(st.floats(-2, 5), min_size=8, max_size=8))
def test_no_order_beats_the_true_one(order: list[int], gains: list[float]) -> None:
    assert 0.0 <= order_gain(order, gains, top=5) <= 1.0 + 1e-12


def test_losses_by_hand() -> None:
    assert decision_loss(4.0, shipped=False) == 4.0
    assert decision_loss(-4.0, shipped=True) == 4.0
    assert decision_loss(4.0, shipped=True) == decision_loss(-4.0, shipped=False) == 0.0
    assert brier([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)
    assert forecast_loss([0.5], [100], 200) == pytest.approx(-0.25 / 199)
    with pytest.raises(InvalidValueError, match="two rollouts"):
        forecast_loss([0.5], [1], 1)


def test_the_truth_is_the_best_forecast_and_its_loss_is_nothing() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(3_000)
    hits = rng.binomial(200, truth).tolist()
    assert forecast_loss(truth.tolist(), hits, 200) == pytest.approx(0.0, abs=2e-4)
    always_half = forecast_loss([0.5] * len(truth), hits, 200)
    assert always_half == pytest.approx(1 / 12, abs=0.005)


def test_quantiles_are_scored_by_their_place() -> None:
    values = [float(v) for v in range(101)]
    good = quantile_loss({0.1: 10.0, 0.5: 50.0, 0.9: 90.0}, values)
    for shift in (-15.0, 15.0):
        worse = {0.1: 10.0 + shift, 0.5: 50.0 + shift, 0.9: 90.0 + shift}
        assert quantile_loss(worse, values) > good
    assert quantile_loss({0.5: 2.0}, [4.0]) == 2.0


def test_promises_and_deals_by_hand() -> None:
    assert promise_reliability([True, False], [3.0, 1.0]) == 0.75
    assert promise_reliability([]) == 1.0
    assert deal_score(0.5, 0.9, 1.4) == 1.0


def test_detection_by_hand() -> None:
    sensitivity, criterion = detection(10, 10, 10, 10)
    assert sensitivity == pytest.approx(0.0)
    assert criterion < 0
    assert detection(9, 10, 1, 10)[0] > 2
    assert detection(9, 10, 1, 10)[1] == pytest.approx(0.0)


def test_always_suspecting_is_no_skill() -> None:
    assert detection(20, 20, 20, 20)[0] == pytest.approx(0.0)
    assert detection(0, 20, 0, 20)[0] == pytest.approx(0.0)


def test_profiles_by_hand() -> None:
    assert profile_total({"a": 25.0, "b": 100.0}) == pytest.approx(50.0)
    assert profile_total({"a": 0.0, "b": 100.0}) == 0.0
    assert profile_total({"a": 90.0}, cap=40.0) == 40.0
    assert learning_gain(-1.0, -0.4, 1.2) == pytest.approx(0.5)


def test_a_breach_caps_and_is_not_averaged() -> None:
    assert integrity_cap([]) == 100.0
    assert integrity_cap(["overclaim", "safety"]) == 20.0
    with pytest.raises(InvalidValueError, match="a breach is one of"):
        integrity_cap(["rudeness"])


def test_who_was_asked_by_hand() -> None:
    population = {"stays": 0.6, "left": 0.4}
    assert sample_divergence({"stays": 3, "left": 2}, population) == pytest.approx(0.0)
    fans = sample_divergence({"stays": 10}, population)
    assert fans == pytest.approx(math.log(1 / 0.6))
    assert sample_divergence({"left": 10}, population) > fans
    assert open_share([True, False, False, False]) == 0.75
    with pytest.raises(InvalidValueError, match="nobody in the population"):
        sample_divergence({"robots": 1}, population)


def test_minutes_by_hand() -> None:
    worth, minutes = [6.0, 5.0, 5.0], [60, 40, 40]
    assert attention_share([1, 2], worth, minutes, 80) == 1.0
    assert attention_share([0, 1], worth, minutes, 80) == pytest.approx(0.6)
    assert attention_share([1, 1, 2], worth, minutes, 80) == 1.0
    assert attention_share([], worth, minutes, 80) == 0.0
    assert attention_share([], [0.0], [10], 80) == 1.0


def test_power_is_what_scipy_says() -> None:
    from scipy.stats import norm

    for effect in (0.0, 0.02, 0.05, -0.05):
        z, critical = effect / 0.015, norm.ppf(0.975)
        assert power(effect, 0.015) == pytest.approx(
            norm.sf(critical - z) + norm.cdf(-critical - z)
        )


BELIEF = Belief(mean=-0.01, spread=0.03)


def test_designs_and_questions_agree_with_simulation() -> None:
    rng = np.random.default_rng(11)
    values = rng.normal(BELIEF.mean, BELIEF.spread, 2_000_000)
    estimates = values + rng.normal(0.0, 0.02, values.size)
    best = np.maximum(values, 0.0).mean()
    for gate in (-0.02, 0.0, 0.01, 0.05):
        lost = best - (values * (estimates > gate)).mean()
        assert design_loss(BELIEF, 0.02, gate) == pytest.approx(lost, abs=4e-5)
    gained = (values * (estimates > best_gate(BELIEF, 0.02))).mean() - 0.0
    assert value_of_asking(BELIEF, 0.02) == pytest.approx(gained, abs=4e-5)


@settings(max_examples=60, deadline=None)
@given(st.floats(-0.1, 0.1), st.floats(0.001, 0.1), st.floats(0.001, 0.2), st.floats(-0.3, 0.3))
def test_no_gate_beats_the_best(mean: float, spread: float, error: float, gate: float) -> None:
    belief = Belief(mean, spread)
    least = design_loss(belief, error, best_gate(belief, error))
    assert -1e-12 <= least <= design_loss(belief, error, gate) + 1e-12
    worth = value_of_asking(belief, error)
    assert worth >= -1e-12
    # Asking can at most be worth what knowing is; less exact answers are worth less.
    assert worth == pytest.approx(
        design_loss(belief, error, -math.inf if mean > 0 else math.inf) - least, abs=1e-9
    )
    assert value_of_asking(belief, error * 2) <= worth + 1e-12


def test_readings_by_hand() -> None:
    assert shrink(0.04, 0.03, Belief(0.0, 0.03)) == pytest.approx(0.02)
    assert reading_loss([4.0, -2.0], [False, True]) == 3.0
    excess = estimate_excess(0.04, 0.01, estimate=0.04, error=0.03, belief=Belief(0.0, 0.03))
    assert excess == pytest.approx(0.03**2 - 0.01**2)
    with pytest.raises(InvalidValueError, match="standard error"):
        power(0.1, 0.0)


@pytest.mark.parametrize(
    ("looks", "published"),
    [(1, 0.05), (2, 0.083), (3, 0.107), (5, 0.142), (10, 0.193), (20, 0.248)],
)
def test_looking_early_costs_what_is_published(looks: int, published: float) -> None:
    assert false_alarms(looks) == pytest.approx(published, abs=6e-4)


def test_designs_by_hand() -> None:
    good = Design(power=0.9, unit_is_right=True, guardrails=2, days=28, split_checked=True)
    assert design_score(good) == pytest.approx(100.0, abs=0.01)
    hasty = Design(power=0.4, unit_is_right=True, guardrails=0, days=7, split_checked=False)
    assert design_score(hasty) == pytest.approx(40.0, abs=0.01)
    peeking = Design(0.9, unit_is_right=True, guardrails=2, days=28, split_checked=True, looks=10)
    assert design_score(peeking) == pytest.approx(100 - 14.3, abs=0.1)
    allowed = replace(peeking, is_sequential=True)
    assert design_score(allowed) == 100.0


def test_slips_talks_and_trust_by_hand() -> None:
    assert early_share([5, 0, None, 2]) == 0.5
    assert early_share([]) == 1.0
    assert own_share(30.0, limit=20.0, best=60.0) == 0.25
    assert own_share(10.0, limit=20.0, best=60.0) == 0.0
    assert told_before_offers([0, 3, None, 1], 2) == 0.5
    assert trust_gain([0.6, 0.7], [0.5, 0.5]) == pytest.approx(0.15)
    with pytest.raises(InvalidValueError, match="same days"):
        trust_gain([0.5], [])


DATA = (Evidence("funnel", "The funnel", numbers=(0.042, 0.061, 1_250.0)),)


def test_a_message_is_held_to_what_its_sender_could_see() -> None:
    good = (
        "Activation fell from 6.1 to 4.2 % (n 1,250), likely more than chance. "
        "We will hold the launch for a week. Can you confirm by Friday?"
    )
    assert [check.passed for check in check_message(good, DATA)] == [True, True, True, True]
    checks = {check.name: check for check in check_message("Activation is 9 %. Great news.", DATA)}
    assert checks["numbers"].found == "9 %"
    assert [check.passed for check in checks.values()] == [False, False, False, False]
    assert text_score(check_message("Please look at this.", DATA)) == 50.0


def test_rules_that_have_nothing_to_judge_say_so() -> None:
    checks = check_message("Please look at this.", DATA)
    assert [check.passed for check in checks][:2] == [None, None]
    assert text_score(checks[:2]) is None


def test_stories_by_hand() -> None:
    whole = (
        "As a nurse I want the last dose in view so that nobody gets it twice. "
        "Given a dose today, when I open the record, then it stands on top."
    )
    assert text_score(check_story(whole)) == 100.0
    assert text_score(check_story("Make the dose field bigger.")) == 0.0

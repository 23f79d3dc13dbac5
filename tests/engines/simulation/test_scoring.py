"""Scores by hand, and what no score may reward."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation.scoring import (
    brier,
    deal_score,
    decision_loss,
    detection,
    diagnosis_gain,
    discovery_tau,
    forecast_loss,
    learning_gain,
    order_gain,
    profile_total,
    promise_reliability,
    quantile_loss,
    recall_of_top,
    replay_skill,
    scale,
)
from pilothouse.kernel.errors import InvalidValueError


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

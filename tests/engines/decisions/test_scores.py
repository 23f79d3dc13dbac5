"""Scores of yes and no: an example by hand, references by plain formulas, properties."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.decisions import (
    Forecast,
    brier,
    calibrate,
    calibrate_groups,
    clipped_log_loss,
    decompose,
    log_baseline,
    log_loss,
    spiegelhalter_z,
    weigh_brier,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import wilson

WORKED = [(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.3, False)]
SHARES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
FORECASTS = st.lists(st.builds(Forecast, SHARES, st.booleans()), min_size=1, max_size=60)


def make(pairs: Sequence[tuple[float, bool]]) -> list[Forecast]:
    return [Forecast(p, outcome) for p, outcome in pairs]


def test_the_worked_example():
    result = calibrate(make(WORKED))
    assert round(result.brier, 3) == 0.158
    assert round(result.log_score, 3) == 0.480
    assert (result.n, result.base_rate.share, result.is_too_few) == (5, 0.6, True)
    # Each forecast is alone in its bin: the parts are the formulas themselves.
    murphy = result.murphy
    assert murphy.reliability == pytest.approx(0.158)
    assert murphy.resolution == pytest.approx(0.24)
    assert murphy.uncertainty == pytest.approx(0.24)
    assert murphy.within == pytest.approx(0)
    assert result.skill.value == pytest.approx(1 - 0.158 / 0.24)


def test_scores_of_one_forecast():
    assert brier(0.7, outcome=False) == pytest.approx(0.49)
    assert log_loss(0.25, outcome=True) == pytest.approx(math.log(4))
    assert log_loss(1, outcome=True) == 0
    assert log_loss(0, outcome=True) == math.inf
    assert clipped_log_loss(0, outcome=True) == pytest.approx(34.538776)
    assert clipped_log_loss(1, outcome=True) == 0


def test_certain_and_wrong_is_told_apart():
    result = calibrate(make([(1.0, False), (1.0, True), (0.5, True)]))
    assert result.infinite == 1
    assert result.log_score == pytest.approx((34.538776 + 0 + math.log(2)) / 3)


@pytest.mark.parametrize("bad", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_probability_is_refused(bad: float):
    with pytest.raises(InvalidValueError):
        brier(bad, outcome=True)


def test_nothing_is_not_zero():
    empty = calibrate([])
    assert (empty.n, empty.brier, empty.log_score, empty.murphy, empty.skill) == (0,) + (None,) * 4
    assert empty.base_rate.share is None
    assert empty.is_too_few


def test_twenty_are_enough():
    assert calibrate(make([(0.5, True)] * 19)).is_too_few
    assert not calibrate(make([(0.5, True)] * 20)).is_too_few


def test_against_plain_formulas():
    pairs = [((7 * k % 101) / 101, (k * k) % 3 == 0) for k in range(1, 151)]
    result = calibrate(make(pairs))
    assert result.brier == pytest.approx(sum((p - o) ** 2 for p, o in pairs) / 150)
    losses = [-math.log(p if o else 1 - p) for p, o in pairs]
    assert result.log_score == pytest.approx(sum(losses) / 150)
    z = sum((o - p) * (1 - 2 * p) for p, o in pairs)
    z /= math.sqrt(sum((1 - 2 * p) ** 2 * p * (1 - p) for p, _ in pairs))
    assert result.z == pytest.approx(z)


def test_skill_and_its_interval_against_the_bootstrap():
    import numpy as np

    rng = np.random.default_rng(7)
    truth = rng.uniform(0.05, 0.95, 400)
    outcomes = rng.uniform(size=400) < truth
    result = calibrate(make(list(zip(truth.tolist(), outcomes.tolist(), strict=True))))
    losses = (truth - outcomes) ** 2
    picks = rng.integers(0, 400, (2_000, 400))
    rates = outcomes[picks].mean(axis=1)
    drawn = 1 - losses[picks].mean(axis=1) / (rates * (1 - rates))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert result.skill.low == pytest.approx(low, abs=0.02)
    assert result.skill.high == pytest.approx(high, abs=0.02)
    assert abs(result.z) < 1.96


def test_outcomes_that_are_all_alike_give_no_skill():
    skill = calibrate(make([(0.9, True), (0.8, True)])).skill
    assert (skill.baseline, skill.value, skill.low) == (0, None, None)
    assert log_baseline(wilson(2, 2)) == 0
    assert log_baseline(wilson(1, 2)) == pytest.approx(math.log(2))
    assert log_baseline(wilson(0, 0)) is None


def test_certainties_give_spiegelhalter_nothing_to_go_by():
    assert spiegelhalter_z(make([(0.5, True), (1.0, True), (0.0, False)])) is None


@given(FORECASTS)
def test_murphys_parts_add_up(forecasts: list[Forecast]):
    result = calibrate(forecasts)
    parts = result.murphy
    total = parts.reliability - parts.resolution + parts.uncertainty + parts.within
    assert total == pytest.approx(result.brier, abs=1e-12)
    assert 0 <= parts.reliability <= 1
    assert 0 <= parts.resolution <= parts.uncertainty + 1e-12


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60))
def test_with_one_value_a_bin_nothing_is_left_within(pairs: list[tuple[int, bool]]):
    forecasts = [Forecast(place / 10 + 0.05, outcome) for place, outcome in pairs]
    parts = decompose(forecasts)
    assert parts.within == pytest.approx(0, abs=1e-12)
    total = parts.reliability - parts.resolution + parts.uncertainty
    assert total == pytest.approx(calibrate(forecasts).brier, abs=1e-12)


@given(FORECASTS, st.randoms(use_true_random=False))
def test_the_order_of_forecasts_does_not_matter(forecasts: list[Forecast], chance):
    shuffled = list(forecasts)
    chance.shuffle(shuffled)
    one, other = calibrate(forecasts), calibrate(shuffled)
    assert (one.brier, one.log_score, one.bins) == (other.brier, other.log_score, other.bins)


@given(FORECASTS)
def test_scores_keep_their_bounds(forecasts: list[Forecast]):
    result = calibrate(forecasts)
    assert 0 <= result.brier <= 1
    assert result.log_score >= 0
    assert sum(each.n for each in result.bins) == result.n == len(forecasts)


@given(st.integers(1, 99), st.integers(0, 100))
def test_nobody_does_better_than_by_saying_what_they_believe(true: int, said: int):
    truth, word = true / 100, said / 100

    def mean_of(score, p):
        return truth * score(p, outcome=True) + (1 - truth) * score(p, outcome=False)

    assert mean_of(brier, truth) <= mean_of(brier, word) + 1e-12
    assert mean_of(log_loss, truth) <= mean_of(log_loss, word) + 1e-12


def test_groups_are_the_largest_first():
    forecasts = [
        Forecast(0.9, True, person="Ann", topics=("growth", "price")),
        Forecast(0.2, False, person="Bo", topics=("growth",)),
        Forecast(0.6, False, person="Bo"),
    ]
    by_person = calibrate_groups(forecasts, lambda each: [each.person])
    assert [(name, each.n) for name, each in by_person.items()] == [("Bo", 2), ("Ann", 1)]
    assert by_person["Bo"].brier == pytest.approx((0.04 + 0.36) / 2)
    by_topic = calibrate_groups(forecasts, lambda each: each.topics)
    assert [(name, each.n) for name, each in by_topic.items()] == [("growth", 2), ("price", 1)]


def test_revisions_count_by_how_long_they_stood():
    # 0.5 for three days, 0.9 for one: (3 * 0.25 + 0.01) / 4
    assert weigh_brier([(0, 0.5), (3, 0.9)], 4, outcome=True) == pytest.approx(0.19)
    # What is said when it is known weighs nothing, however right.
    assert weigh_brier([(0, 0.5), (4, 1.0)], 4, outcome=True) == 0.25
    with pytest.raises(InvalidValueError):
        weigh_brier([(4, 0.9)], 4, outcome=True)

"""Ranges of numbers and dates: pinball, interval score, censoring, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.decisions import (
    LEVELS,
    Range,
    measure_coverage,
    pinball,
    score_range,
)
from pilothouse.kernel.errors import InvalidValueError

NUMBERS = st.integers(-1000, 1000).map(float)
RANGES = st.tuples(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(LEVELS)).map(
    lambda parts: Range(*sorted(parts[:3]), parts[3])
)


def test_the_worked_example():
    # 80 %: 10 to 40, most likely 20; it came to 50.
    score = score_range(Range(10, 20, 40, 0.8), 50)
    # Pinball: 0.1 * 40 = 4, 0.5 * 30 = 15, 0.9 * 10 = 9; twice their mean is 18 2/3.
    assert score.quantile_score == pytest.approx(56 / 3)
    # The width 30 and 2 / 0.2 for each of ten outside.
    assert score.interval_score == 130
    assert (score.error, score.is_covered, score.side) == (30, False, "above")
    inside = score_range(Range(10, 20, 40, 0.8), 25)
    assert (inside.interval_score, inside.is_covered) == (30, True)
    assert score_range(Range(10, 20, 40), 9).side == "below"
    # The edges are inside.
    assert score_range(Range(10, 20, 40), 10).is_covered
    assert score_range(Range(10, 20, 40), 40).is_covered


def test_a_range_in_the_wrong_order_is_refused():
    with pytest.raises(InvalidValueError, match="10, 5, 40"):
        Range(10, 5, 40)
    with pytest.raises(InvalidValueError):
        Range(1, 2, 3, 0.7)


@given(RANGES, NUMBERS)
def test_interval_score_is_the_sum_of_two_pinballs(forecast: Range, outcome: float):
    alpha = 1 - forecast.level
    tail = alpha / 2
    twice = pinball(forecast.low, outcome, tail) + pinball(forecast.high, outcome, 1 - tail)
    assert score_range(forecast, outcome).interval_score == pytest.approx(2 * twice / alpha)


@given(RANGES, NUMBERS, st.integers(-50, 50).map(float))
def test_scores_do_not_depend_on_where_zero_is(forecast: Range, outcome: float, shift: float):
    moved = Range(
        forecast.low + shift, forecast.median + shift, forecast.high + shift, forecast.level
    )
    one, other = score_range(forecast, outcome), score_range(moved, outcome + shift)
    assert one.quantile_score == pytest.approx(other.quantile_score)
    assert one.interval_score == pytest.approx(other.interval_score)
    assert one.quantile_score >= 0


@given(st.lists(NUMBERS, min_size=1, max_size=40), NUMBERS, st.sampled_from([0.1, 0.5, 0.9]))
def test_pinball_is_proper(sample: list[float], other: float, level: float):
    """The empirical quantile loses no more than any other number over the same sample."""
    ordered = sorted(sample)
    best = ordered[max(0, int(np.ceil(level * len(ordered))) - 1)]

    def lost(q):
        return sum(pinball(q, x, level) for x in sample)

    assert lost(best) <= lost(other) + 1e-9


def test_many_quantiles_become_the_crps():
    """Twice the pinball loss averaged over all levels is the CRPS; here of Uniform(0, 1)."""
    levels = (np.arange(10_000) + 0.5) / 10_000
    outcome = 0.3
    mean = 2 * np.mean([pinball(level, outcome, level) for level in levels])
    assert mean == pytest.approx((outcome**3 + (1 - outcome) ** 3) / 3, abs=1e-4)


def test_what_has_not_come_is_capped_at_the_horizon():
    forecast = Range(10, 20, 40, 0.8)
    never = score_range(forecast, None, horizon=30)
    # Capped quantiles 10, 20, 30 against 30: pinball 0.1 * 20 + 0.5 * 10 + 0.
    assert never.quantile_score == pytest.approx(2 * 7 / 3)
    assert (never.is_covered, never.side) == (None, "unknown")
    # The horizon passed the whole range: then it is known to be above.
    assert score_range(forecast, None, horizon=45).side == "above"
    # Come within the horizon: the same cap, so nobody is judged by another rule.
    come = score_range(forecast, 25, horizon=30)
    assert come.quantile_score == score_range(forecast.capped(30), 25).quantile_score
    with pytest.raises(InvalidValueError):
        score_range(forecast, None)


@given(RANGES, st.lists(NUMBERS, min_size=1, max_size=20), NUMBERS)
def test_capping_keeps_quantiles_proper(forecast: Range, sample: list[float], horizon: float):
    """With the empirical quantiles of the sample nobody loses more than with any others."""
    tail = (1 - forecast.level) / 2
    ordered = sorted(sample)
    best = Range(
        *(
            ordered[max(0, int(np.ceil(round(level * len(ordered), 9))) - 1)]
            for level in (tail, 0.5, 1 - tail)
        ),
        forecast.level,
    )

    def lost(each):
        return sum(
            score_range(each, x if x <= horizon else None, horizon).quantile_score for x in sample
        )

    assert lost(best) <= lost(forecast) + 1e-6


def test_coverage_by_level():
    scored = [
        (each, score_range(each, outcome, horizon=100))
        for each, outcome in [
            (Range(0, 5, 10, 0.8), 5.0),
            (Range(0, 5, 10, 0.8), 11.0),
            (Range(0, 5, 200, 0.8), None),
            (Range(0, 5, 10, 0.9), -1.0),
        ]
    ]
    eighty, ninety = measure_coverage(scored, enough=2)
    assert (eighty.level, eighty.rate.hits, eighty.rate.n, eighty.above) == (0.8, 1, 2, 1)
    assert (eighty.unknown, eighty.is_too_few) == (1, False)
    assert (ninety.below, ninety.rate.n, ninety.is_too_few) == (1, 1, True)

"""Bins: exact edges, Wilson's interval, the band that luck alone explains."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.decisions import Forecast, bin_of, expected_hits, make_bins
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import wilson


@pytest.mark.parametrize("hundredths", range(101))
@pytest.mark.parametrize("bins", [5, 10, 20])
def test_every_percent_is_in_the_bin_that_a_person_would_name(hundredths: int, bins: int):
    wanted = min(hundredths * bins // 100, bins - 1)
    assert bin_of(hundredths / 100, bins) == wanted
    # The same probability, written and read.
    assert bin_of(float(f"0.{hundredths:02d}") if hundredths < 100 else 1.0, bins) == wanted


@given(st.integers(0, 10**6), st.integers(1, 100))
def test_bins_agree_with_fractions(millionths: int, bins: int):
    exact = min(int(Fraction(millionths, 10**6) * bins), bins - 1)
    assert bin_of(millionths / 10**6, bins) == exact


def test_a_bin_stands_at_the_mean_of_its_forecasts():
    bins = make_bins([Forecast(0.31, True), Forecast(0.35, False), Forecast(0.36, False)])
    held = bins[3]
    assert (held.low, held.high, held.n) == (0.3, 0.4, 3)
    assert held.mean_forecast == pytest.approx(0.34)
    assert held.rate == wilson(1, 3)
    assert [each.n for each in bins if each is not held] == [0] * 9
    assert (bins[0].mean_forecast, bins[0].expected_low, bins[0].rate.share) == (None, None, None)
    with pytest.raises(InvalidValueError):
        make_bins([], 0)


def test_the_band_of_twenty_coins():
    # Binomial(20, 1/2): P(X <= 5) = 0.0207, P(X <= 6) = 0.0577, and the mirror image.
    assert expected_hits([0.5] * 20) == (6, 14)
    assert expected_hits([]) == (0, 0)
    assert expected_hits([1.0, 1.0, 0.0]) == (2, 2)


def by_enumeration(probabilities: list[float]) -> tuple[int, int]:
    chances = [0.0] * (len(probabilities) + 1)
    for outcome in itertools.product((0, 1), repeat=len(probabilities)):
        chance = 1.0
        for happened, p in zip(outcome, probabilities, strict=True):
            chance *= p if happened else 1 - p
        chances[sum(outcome)] += chance
    sums = list(itertools.accumulate(chances))
    low = next(k for k, total in enumerate(sums) if total >= 0.025 - 1e-12)
    high = next(k for k, total in enumerate(sums) if total >= 0.975 - 1e-12)
    return low, high


@given(st.lists(st.integers(0, 20).map(lambda k: k / 20), min_size=1, max_size=8))
def test_the_band_is_that_of_all_outcomes(probabilities: list[float]):
    assert expected_hits(probabilities) == by_enumeration(probabilities)


def test_the_band_of_very_many_is_that_of_the_normal_distribution():
    exact = expected_hits([0.3] * 2_000)
    many = expected_hits([0.3] * 2_001)
    assert exact == pytest.approx(many, abs=2)


def test_a_bin_that_luck_does_not_explain_is_marked():
    sure = [Forecast(0.95, k % 2 == 0) for k in range(40)]
    fair = [Forecast(0.55, k % 2 == 0) for k in range(40)]
    bins = make_bins(sure + fair)
    assert (bins[9].is_outside, bins[5].is_outside) == (True, False)

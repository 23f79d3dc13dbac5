"""Wilson's interval: worked values, its own equation, and what it may never do."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import wilson

COUNTS = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (12, 80, 0.088, 0.244),
        (18, 40, 0.307, 0.602),
        (0, 10, 0.0, 0.2775),  # z² / (n + z²)
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_worked_values(hits, n, low, high):
    rate = wilson(hits, n)
    assert rate.low == pytest.approx(low, abs=5e-4)
    assert rate.high == pytest.approx(high, abs=5e-4)


@given(COUNTS, LEVELS)
def test_bounds_solve_the_score_equation(counts, level):
    hits, n = counts
    rate = wilson(hits, n, level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    for bound in (rate.low, rate.high):
        if 0 < bound < 1:
            distance = (rate.share - bound) ** 2
            assert distance == pytest.approx(z * z * bound * (1 - bound) / n, rel=1e-6, abs=1e-15)


@given(COUNTS, LEVELS)
def test_the_share_lies_within_and_all_within_0_and_1(counts, level):
    rate = wilson(*counts, level)
    assert 0 <= rate.low <= rate.share <= rate.high <= 1


@given(COUNTS)
def test_hits_and_misses_mirror_each_other(counts):
    hits, n = counts
    rate, mirror = wilson(hits, n), wilson(n - hits, n)
    assert rate.low == pytest.approx(1 - mirror.high, abs=1e-12)


@given(COUNTS)
def test_more_of_the_same_narrows_the_interval(counts):
    hits, n = counts
    one, ten = wilson(hits, n), wilson(10 * hits, 10 * n)
    assert ten.high - ten.low < one.high - one.low


def test_of_nobody_nothing_is_known():
    rate = wilson(0, 0)
    assert (rate.share, rate.low, rate.high, rate.n) == (None, None, None, 0)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(hits, n):
    with pytest.raises(InvalidValueError, match="between 0 and n"):
        wilson(hits, n)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95])
def test_impossible_levels_are_refused(level):
    with pytest.raises(InvalidValueError, match="confidence"):
        wilson(1, 2, level)

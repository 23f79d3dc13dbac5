"""Tails and quantiles beside those of SciPy, far out and close in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pilothouse.engines._numeric.tails import (
    chi_square_tail,
    normal_critical,
    normal_tail,
    student_critical,
    student_tail,
)

DEGREES = st.one_of(st.floats(1, 2_000), st.floats(2_000, 1e8))


@given(st.floats(0, 30))
def test_the_tail_of_the_normal_distribution(z: float):
    assert normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-12)
    assert normal_tail(-z) == pytest.approx(stats.norm.sf(-z), rel=1e-12)


@given(st.floats(0, 15), DEGREES)
def test_the_tail_of_student_t(t: float, df: float):
    assert student_tail(t, df) == pytest.approx(stats.t.sf(t, df), rel=1e-8)
    assert student_tail(-t, df) == pytest.approx(1 - student_tail(t, df))


@pytest.mark.parametrize("df", [1, 2.5, 30, 999, 1_000, 1e6, float("inf")])
def test_a_tail_does_not_vanish_far_out(df: float):
    assert student_tail(25, df) == pytest.approx(special.stdtr(df, -25), rel=1e-6)
    assert 0 < student_tail(25, df) < 0.02
    assert student_tail(float("inf"), df) == 0


@given(st.floats(1e-9, 0.5), DEGREES)
def test_the_critical_value_is_exceeded_as_often_as_asked(tail: float, df: float):
    assert student_tail(student_critical(tail, df), df) == pytest.approx(tail, rel=1e-9)
    assert normal_tail(normal_critical(tail)) == pytest.approx(tail, rel=1e-9)


@given(st.floats(0, 900), st.integers(1, 60))
def test_the_tail_of_chi_squared(x: float, df: int):
    assert chi_square_tail(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-10, abs=1e-300)

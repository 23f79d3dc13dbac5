"""Shapes of chance, and worth around an expectation that moves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation.company.chance import (
    Chance,
    beta,
    daily,
    gamma,
    lognormal,
    normal,
    poisson,
    power,
    student,
)
from pilothouse.engines.simulation.company.value import (
    Kano,
    expect,
    kano_answer,
    kano_survey,
    offer,
    slope_at,
    value_of,
    worth,
)
from pilothouse.engines.simulation.philox import Stream

PLACES = (np.arange(4_000) + 0.5) / 4_000


def test_quantiles_by_hand() -> None:
    assert normal(0.975) == pytest.approx(1.959964, abs=2e-4)
    # Tables of Student's t: 3 degrees 3.182 and 2.353, 1 degree (Cauchy) tan of an angle.
    assert student(0.975, 3) == pytest.approx(3.1824, abs=0.01)
    assert student(0.05, 3) == pytest.approx(-2.3534, abs=0.01)
    assert student(0.9, 1.05) == pytest.approx(math.tan(math.pi * 0.4), rel=0.06)
    assert student(0.5, 3) == pytest.approx(0.0, abs=1e-3)
    assert lognormal(0.5, 90, 0.6) == pytest.approx(90, rel=1e-6)
    assert daily(0.0) == 0.0
    assert power(0.5, 2.0) == pytest.approx(0.25)


def test_means_of_samples() -> None:
    assert np.mean([gamma(u, 0.5) for u in PLACES]) == pytest.approx(1.0, abs=2e-3)
    assert np.std([gamma(u, 0.5) for u in PLACES]) == pytest.approx(0.5, abs=5e-3)
    assert np.mean([beta(u, 0.31, 3.2) for u in PLACES]) == pytest.approx(0.31, abs=2e-3)
    for mean in (0.3, 4.0, 80.0):
        counts = [poisson(u, mean) for u in PLACES]
        assert np.mean(counts) == pytest.approx(mean, rel=0.01, abs=0.01)
        assert np.var(counts) == pytest.approx(mean, rel=0.05)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 0.998), st.floats(1.1, 30))
def test_student_rises(u: float, degrees: float) -> None:
    assert student(u + 0.001, degrees) > student(u, degrees)


def test_facts_do_not_change_with_the_future() -> None:
    one, other = Chance(7, 0), Chance(7, 1)
    assert one.fact(Stream.EFFECT, 3) == other.fact(Stream.EFFECT, 3)
    assert one.draw(Stream.DELIVERY, 3) != other.draw(Stream.DELIVERY, 3)


def test_value_by_hand() -> None:
    assert value_of(1.0) == pytest.approx(1.0)
    assert value_of(-1.0) == pytest.approx(-2.25)
    assert value_of(0.5) == pytest.approx(0.5**0.88)
    assert value_of(0.0) == 0.0
    assert worth([0.5, 0.5], [1.0, 0.0], [0.0, 1.0]) == pytest.approx(0.5 - 1.125)
    assert slope_at(-0.5) == pytest.approx(2.25 * 0.88 * 0.5**-0.12)


@settings(max_examples=60, deadline=None)
@given(st.floats(-2, 2), st.floats(0.001, 1))
def test_more_quality_is_worth_more_and_a_loss_weighs_more(gap: float, more: float) -> None:
    assert value_of(gap + more) > value_of(gap)
    assert -value_of(-more) == pytest.approx(2.25 * value_of(more))


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 2), st.floats(-1, 2))
def test_expectations_rise_and_never_fall(expectation: float, on_offer: float) -> None:
    later = expect(expectation, on_offer, 0.7)
    assert later >= expectation
    assert later <= max(expectation, on_offer)


def test_offers_by_hand() -> None:
    assert offer(1.0, [(2.0, 0.3), (0.9, 0.9)]) == pytest.approx(0.95)
    assert offer(0.2, [(2.0, 0.3), (0.9, 0.9)]) == pytest.approx(0.81)


def test_kano_answers_by_hand() -> None:
    assert kano_answer(1.0, 0.0, 0.0) is Kano.ATTRACTIVE
    assert kano_answer(1.0, 0.0, 0.5) is Kano.ONE_DIMENSIONAL
    assert kano_answer(1.0, 0.0, 0.95) is Kano.MUST_BE
    assert kano_answer(0.1, 0.0, 0.0) is Kano.INDIFFERENT


def test_b13_a_delighter_becomes_expected_in_order() -> None:
    expectation, first_day = 0.0, {}
    for day in range(5 * 365):
        if day % 30 == 0:
            counts = kano_survey(
                Chance(11), with_it=1.0, without=0.0, expectation=expectation, people=60, study=day
            )
            first_day.setdefault(max(counts, key=counts.__getitem__), day)
        expectation = expect(expectation, offer(1.0, []), 0.7)
    assert list(first_day) == [Kano.ATTRACTIVE, Kano.ONE_DIMENSIONAL, Kano.MUST_BE]
    assert 1.5 < first_day[Kano.MUST_BE] / 365 < 4.0

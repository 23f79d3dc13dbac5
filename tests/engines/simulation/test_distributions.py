from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation._compile import compiled
from pilothouse.engines.simulation.distributions import (
    Family,
    cumulative_thresholds,
    exp,
    log,
    log_of_share,
    logit,
    logit_for_mean,
    poisson_thresholds,
    quantile,
    quantile_table,
    sigmoid,
    stretch_of,
)
from pilothouse.engines.simulation.philox import uniform


@settings(max_examples=50, deadline=None)
@given(st.floats(-59, 59))
def test_exp_agrees_with_the_library(x: float) -> None:
    assert exp(x) == pytest.approx(math.exp(x), rel=1e-14)


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-300, 1e300))
def test_log_agrees_with_the_library(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-14, abs=1e-15)


@compiled
def _log_of_share(x: float) -> float:
    return log_of_share(x)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_log_of_a_share_has_the_bits_of_the_other(draw: int) -> None:
    share = uniform(np.uint64(draw))
    assert _log_of_share(share) == log(share)


def test_exp_is_clipped_not_infinite() -> None:
    assert exp(1e9) == exp(60.0)
    assert exp(-1e9) == exp(-60.0)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.001, 0.999))
def test_logit_undoes_sigmoid(share: float) -> None:
    assert sigmoid(logit(share)) == pytest.approx(share, rel=1e-12)


def draw(family: Family, p: float = 1.0, q: float = 1.0, n: int = 50_000) -> np.ndarray:
    table, stretch = quantile_table(family, p, q), stretch_of(family, p, q)
    places = (np.arange(n) + 0.5) / n
    return np.array([quantile(int(family), stretch, table, u) for u in places])


@pytest.mark.parametrize(("a", "b"), [(0.394, 3.22), (2.0, 2.0), (0.235, 10.9), (8.0, 1.5)])
def test_beta_has_its_mean_and_variance(a: float, b: float) -> None:
    sample = draw(Family.BETA, a, b)
    assert sample.mean() == pytest.approx(a / (a + b), rel=1e-4)
    assert sample.var() == pytest.approx(a * b / ((a + b) ** 2 * (a + b + 1)), rel=2e-3)


@pytest.mark.parametrize("shape", [0.4, 0.8, 1.0, 5.0])
def test_gamma_has_its_mean_and_variance(shape: float) -> None:
    sample = draw(Family.GAMMA, shape)
    assert sample.mean() == pytest.approx(shape, rel=1e-3)
    assert sample.var() == pytest.approx(shape, rel=1e-2)


def test_gamma_of_shape_one_is_exponential() -> None:
    table = quantile_table(Family.GAMMA, 1.0)
    for u in (0.05, 0.5, 0.95):
        found = quantile(int(Family.GAMMA), stretch_of(Family.GAMMA, 1.0), table, u)
        assert found == pytest.approx(-math.log(1 - u), rel=1e-5)


def test_normal_has_the_known_quantiles() -> None:
    table = quantile_table(Family.NORMAL)
    for u, value in ((0.5, 0.0), (0.975, 1.959964), (0.001, -3.090232)):
        assert quantile(int(Family.NORMAL), 1.0, table, u) == pytest.approx(value, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-6, 1 - 1e-6), st.floats(1e-6, 1 - 1e-6))
def test_quantiles_rise_with_the_share(u: float, v: float) -> None:
    table, stretch = quantile_table(Family.BETA, 0.394, 3.22), stretch_of(Family.BETA, 0.394, 3.22)
    low, high = sorted((u, v))
    first, second = (quantile(int(Family.BETA), stretch, table, w) for w in (low, high))
    assert first <= second


def test_last_threshold_takes_every_draw() -> None:
    assert cumulative_thresholds([0.3, 0.3, 0.4]).tolist()[-1] == 2**32
    assert cumulative_thresholds([0.25, 0.25]).tolist() == [2**30, 2**31]


def test_poisson_thresholds_by_hand() -> None:
    marks = poisson_thresholds(0.5) / 2**32
    assert marks[0] == pytest.approx(math.exp(-0.5), abs=1e-9)
    assert marks[1] == pytest.approx(1.5 * math.exp(-0.5), abs=1e-9)


def test_mean_over_people_is_the_share_asked_for() -> None:
    scores = draw(Family.NORMAL, n=4000)
    middle = logit_for_mean(0.03, 0.7)
    assert np.mean([sigmoid(middle + 0.7 * z) for z in scores]) == pytest.approx(0.03, rel=2e-3)
    assert middle < logit(0.03)

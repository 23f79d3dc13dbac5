"""Scores as numbers: worked examples of every framework, and what must hold for all inputs."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.backlog import (
    FRAMEWORKS,
    Candidate,
    choice,
    delay_cost,
    expected_score,
    get_framework,
    number,
    olsen_score,
    parse_quantity,
    point_score,
    spread,
    ulwick_score,
)
from pilothouse.engines.backlog.quantities import TABLE_SIZE, format_quantity, from_json, to_json
from pilothouse.engines.backlog.quantities import table_of as quantiles
from pilothouse.kernel.errors import InvalidValueError


def candidate(**values):
    made = {key: number(v) if isinstance(v, int | float) else v for key, v in values.items()}
    return Candidate("a", "A", made)


@pytest.mark.parametrize(
    ("framework", "values", "score"),
    [
        ("rice", {"reach": 2000, "impact": 2, "confidence": 0.8, "effort": 4}, 800),
        ("ice", {"impact": 8, "confidence": 5, "ease": 3}, 120),
        ("wsjf", {"value": 8, "urgency": 5, "risk": 3, "size": 5}, 3.2),
        ("value-effort", {"value": 6, "effort": 4}, 1.5),
        ("cost-of-delay", {"cost": 12_000}, 12_000),
        ("cd3", {"cost": 12_000, "duration": 4}, 3_000),
        ("opportunity", {"importance": 9, "satisfaction": 3}, 15),
        ("opportunity", {"importance": 9, "satisfaction": 9}, 9),
        ("opportunity", {"importance": 3, "satisfaction": 9}, 3),
        ("olsen", {"importance": 0.9, "satisfaction": 0.3}, 0.63),
        ("votes", {"votes": 40, "revenue": 250}, 10_000),
    ],
)
def test_worked_scores(framework, values, score):
    row = candidate(**values)
    assert point_score(row, FRAMEWORKS[framework]) == pytest.approx(score, rel=1e-12)
    # Nothing is uncertain, so the expectation is the score.
    assert expected_score(row, FRAMEWORKS[framework]) == pytest.approx(score, rel=1e-12)


def test_scorecard_weighs_and_counts_against():
    card = get_framework("scorecard", {"value": 3, "risk": -1})
    row = candidate(value=8, risk=4)
    assert point_score(row, card) == pytest.approx((3 * 8 - 4) / 4)


def test_opportunity_scores_by_name():
    assert (ulwick_score(9, 3), ulwick_score(9, 9)) == (15, 9)
    assert olsen_score(0.9, 0.3) == pytest.approx(0.63)


positive = st.floats(0.01, 1e4)
INPUTS = st.fixed_dictionaries(
    {"reach": positive, "impact": positive, "confidence": st.floats(0.01, 1), "effort": positive}
)


@given(INPUTS, st.sampled_from(["reach", "impact", "confidence", "effort"]), st.floats(1.01, 10))
def test_rice_is_monotone_in_each_input(values, moved, factor):
    before = point_score(candidate(**values), FRAMEWORKS["rice"])
    after = point_score(candidate(**values), FRAMEWORKS["rice"], **{moved: values[moved] * factor})
    assert after < before if moved == "effort" else after > before


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=5))
def test_falling_cd3_loses_least_of_all_orders(jobs):
    by_cd3 = sorted(jobs, key=lambda job: -job[0] / job[1])
    best = min(delay_cost(order) for order in itertools.permutations(jobs))
    assert delay_cost(by_cd3) == best


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2000", 2000, 2000), ("1,000..4,000", 1000, 4000), ("1000 … 4000", 1000, 4000),
        ("3 to 5", 3, 5), ("80%", 80, 80), ("50..80%", 50, 80), ("0.5|1|2", 0.5, 2),
        ("1:30% | 2:70%", 1, 2), ("1e3", 1000, 1000), ("-2", -2, -2), (".5", 0.5, 0.5),
    ],
)  # fmt: skip
def test_quantities_as_people_write_them(text, low, high):
    quantity = parse_quantity(text)
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lots",
        "1..2..3",
        "4..2",
        "nan",
        "inf",
        "1e300",
        "1e-300",
        "|",
        "1:0|2:0",
        "5-9",
        "1..",
        "٣x",
    ],
)
def test_texts_that_are_no_quantity(text):
    with pytest.raises(InvalidValueError):
        parse_quantity(text)


quantities = st.one_of(
    st.floats(0.01, 1e9).map(number),
    st.tuples(st.floats(0.01, 1e5), st.floats(1.001, 1e3)).map(lambda p: spread(p[0], p[0] * p[1])),
    st.lists(st.integers(1, 99), min_size=2, max_size=4, unique=True).map(lambda v: choice(*v)),
)


@given(quantities)
def test_stored_quantities_come_back(quantity):
    assert from_json(to_json(quantity)) == quantity
    again = from_json(format_quantity(quantity))
    assert again.low == pytest.approx(quantity.low)
    assert again.high == pytest.approx(quantity.high)


def test_middles_are_medians():
    assert spread(1000, 4000).middle("positive") == 2000
    assert spread(1, 9).middle("scale") == 5
    assert choice(0.5, 1, 2).middle("positive") == 1
    assert choice(1, 2).middle("positive") == 1.5
    assert choice((1, 0.3), (2, 0.7)).middle("positive") == 2


@pytest.mark.parametrize("shape", ["positive", "share", "scale", "any"])
def test_nine_of_ten_values_lie_within_the_range(shape):
    table = quantiles(spread(0.4, 0.9), shape)
    inside = (table >= 0.4) & (table <= 0.9)
    assert inside.mean() == pytest.approx(0.9, abs=1 / TABLE_SIZE)
    assert (table < 0.4).mean() == pytest.approx(0.05, abs=1 / TABLE_SIZE)
    assert list(table) == sorted(table)


def test_table_of_a_lognormal_has_its_mean():
    sigma = math.log(4) / (2 * 1.6448536269514722)
    table = quantiles(spread(1000, 4000), "positive")
    assert table.mean() == pytest.approx(2000 * math.exp(sigma**2 / 2), rel=1e-3)


def test_bounded_quantities_stay_in_bounds():
    table = quantiles(spread(0.6, 1.0), "share", (0.0, 1.0))
    assert table.max() == 1.0


def test_unknown_frameworks_and_empty_scorecards_are_refused():
    with pytest.raises(InvalidValueError, match="no such framework"):
        get_framework("vibes")
    with pytest.raises(InvalidValueError, match="criteria"):
        get_framework("scorecard", {"value": 0})

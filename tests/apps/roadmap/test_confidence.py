from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.roadmap.services.confidence import (
    HALF_LIFE,
    RULE,
    confidence_at,
    fall_with_distance,
)

shares = st.floats(0, 1)
distances = st.integers(0, 40)


@pytest.mark.parametrize(
    ("stated", "distance", "shown", "band"),
    [
        (0.8, 0, 0.8, "planned"),
        (0.8, 4, 0.4, "expected"),
        (0.8, 8, 0.2, "exploring"),
        (0.8, 12, 0.1, "idea"),
        (0.5, 2, 0.3536, "exploring"),
    ],
)
def test_worked_examples(stated: float, distance: int, shown: float, band: str):
    found = confidence_at(stated, distance)
    assert found.share == pytest.approx(shown, abs=5e-5)
    assert found.band == band


@given(stated=shares, distance=distances)
def test_what_is_further_is_never_surer(stated: float, distance: int):
    assert fall_with_distance(stated, distance + 1) <= fall_with_distance(stated, distance) <= 1


@given(stated=shares, distance=distances)
def test_a_half_life_halves(stated: float, distance: int):
    later = fall_with_distance(stated, distance + HALF_LIFE)
    assert later == pytest.approx(fall_with_distance(stated, distance) / 2)


@given(low=shares, high=shares, distance=distances)
def test_surer_bets_have_no_looser_words(low: float, high: float, distance: int):
    order = ["idea", "exploring", "expected", "planned"]
    low, high = sorted((low, high))
    bands = [order.index(confidence_at(each, distance).band) for each in (low, high)]
    assert bands == sorted(bands)


def test_nobody_stated_one():
    near, far = confidence_at(None, 0), confidence_at(None, 4)
    assert (near.share, near.band, near.percent) == (None, "planned", None)
    assert (far.share, far.band) == (None, "exploring")


def test_what_is_done_is_sure():
    assert confidence_at(0.3, 9, "done").band == "done"


def test_the_rule_names_its_number():
    assert f"every {HALF_LIFE} quarters" in RULE

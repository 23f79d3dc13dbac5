from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.roadmap.models import Horizon
from pilothouse.apps.roadmap.services.quarters import (
    add_quarters,
    distance_of,
    horizon_of,
    list_quarters,
    name_quarter,
    parse_quarter,
    quarter_start,
    quarters_between,
)
from pilothouse.kernel.errors import InvalidValueError

days = st.dates(date(1990, 1, 1), date(2150, 12, 31))
TODAY = date(2026, 11, 23)


@given(day=days, count=st.integers(-120, 120))
def test_going_on_and_counting_agree(day: date, count: int):
    start = quarter_start(day)
    assert quarters_between(start, add_quarters(start, count)) == count
    assert start <= day < add_quarters(start, 1)


@given(day=days, count=st.integers(-40, 40))
def test_quarters_are_those_of_pandas(day: date, count: int):
    period = pd.Period(day, freq="Q") + count
    found = add_quarters(quarter_start(day), count)
    assert found == period.start_time.date()
    assert name_quarter(found) == f"Q{period.quarter} {period.year}"


@given(day=days)
def test_every_name_is_read_again(day: date):
    start = quarter_start(day)
    assert parse_quarter(name_quarter(start)) == start
    assert parse_quarter(day.isoformat()) == start


@pytest.mark.parametrize("text", ["2027-Q1", "2027Q1", "q1 2027", "Q1-2027", " 2027-02-14 "])
def test_a_quarter_is_written_in_several_ways(text: str):
    assert parse_quarter(text) == date(2027, 1, 1)


@pytest.mark.parametrize("text", ["Q5 2027", "2027", "soon", "0000-Q1", "9999-Q4", "2027-13-01"])
def test_other_texts_are_refused(text: str):
    with pytest.raises(InvalidValueError):
        parse_quarter(text)


def test_no_text_is_no_quarter():
    assert parse_quarter("  ") is None


@pytest.mark.parametrize(
    ("quarter", "horizon"),
    [
        (date(2026, 7, 1), Horizon.NOW),
        (date(2026, 10, 1), Horizon.NOW),
        (date(2027, 1, 1), Horizon.NEXT),
        (date(2027, 4, 1), Horizon.NEXT),
        (date(2027, 7, 1), Horizon.LATER),
    ],
)
def test_a_quarter_says_how_far_away_it_is(quarter: date, horizon: Horizon):
    assert horizon_of(quarter, TODAY) == horizon


def test_distance_is_counted_or_assumed():
    assert distance_of("now", date(2027, 7, 1), TODAY) == 3
    assert distance_of("now", date(2026, 1, 1), TODAY) == 0
    assert [distance_of(each, None, TODAY) for each in ("now", "next", "later")] == [0, 1, 4]


def test_quarters_in_a_row_begin_with_the_running_one():
    assert list_quarters(TODAY, 3) == [date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1)]

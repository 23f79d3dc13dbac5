"""How many hours a week a plan asks for: by hand, and as laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.skills.services.plans_load import (
    Work,
    chart_load,
    spread_load,
    summarise_load,
)

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(6)


def hours_of(*works: Work, today: date = MONDAY, weekly: float = 5) -> list[float]:
    return [round(week.hours, 6) for week in spread_load(works, weekly, today).weeks]


@pytest.mark.parametrize(
    ("work", "today", "hours"),
    [
        (Work("a", 10, None, MONDAY + timedelta(13)), MONDAY, [5, 5]),
        # Wednesday to the Tuesday after: five days and two.
        (Work("a", 7, None, MONDAY + timedelta(8)), MONDAY + timedelta(2), [5, 2]),
        (Work("a", 7, MONDAY + timedelta(7), MONDAY + timedelta(13)), MONDAY, [0, 7]),
        (Work("late", 4, None, MONDAY - timedelta(30)), SUNDAY, [4]),
        (Work("today", 4, MONDAY - timedelta(9), MONDAY), MONDAY, [4]),
        (Work("no hours", None, None, SUNDAY), MONDAY, [0]),
        (Work("no day", 4, MONDAY, None), MONDAY, [0]),
        (Work("nothing left", 0, None, SUNDAY), MONDAY, [0]),
    ],
)
def test_by_hand(work, today, hours):
    assert hours_of(work, today=today) == hours


def test_too_much_is_named_with_what_it_is_for():
    works = [Work("Book", 30, None, MONDAY + timedelta(13)), Work("Talk", 2, None, SUNDAY)]
    load = spread_load(works, 10, MONDAY)
    assert [week.is_over for week in load.weeks] == [True, True]
    assert load.weeks[0].excess == pytest.approx(7)
    assert load.weeks[0].parts == (("Book", 15.0), ("Talk", 2.0))
    assert summarise_load(load) == (
        "2 weeks ask for more than you have; most in that of 23 Nov: 17.0 of 10 hours, above all "
        "for Book."
    )
    assert chart_load(load).series[1].points[0].value == 10


def test_what_just_fits_is_not_too_much():
    load = spread_load([Work("a", 0.3, None, SUNDAY)] * 10, 3.0, MONDAY)
    assert not load.over
    assert summarise_load(load) == "It fits: at most 3.0 of 3 hours a week."


def test_what_cannot_be_placed_is_named_and_not_counted_as_nothing():
    load = spread_load([Work("a", None, None, SUNDAY), Work("b", 3, None, None)], 5, MONDAY)
    assert load.unplaced == ("a", "b")
    assert summarise_load(load) == "No step has both hours and a last day yet."


def test_a_far_day_does_not_make_a_thousand_weeks():
    load = spread_load([Work("a", 1000, None, MONDAY + timedelta(3650))], 5, MONDAY)
    assert len(load.weeks) == 52
    assert load.later_hours > 800


DAYS = st.integers(-400, 1500).map(lambda days: MONDAY + timedelta(days))
WORKS = st.lists(st.builds(Work, st.just("w"), st.floats(0, 500), st.none() | DAYS, DAYS),
                 max_size=6)  # fmt: skip


@given(WORKS, DAYS)
def test_no_hour_is_lost_or_made(works, today):
    load = spread_load(works, 5, today)
    total = sum(week.hours for week in load.weeks) + load.later_hours
    assert total == pytest.approx(sum(work.hours for work in works), abs=1e-6)
    assert [week.monday.weekday() for week in load.weeks] == [0] * len(load.weeks)
    assert load.weeks[0].monday <= today < load.weeks[0].monday + timedelta(7)


@given(WORKS, DAYS)
def test_as_an_independent_count_by_days(works, today):
    """Day by day, without weeks in the reckoning."""
    expected: dict[date, float] = {}
    for work in works:
        start = max(today, work.starts_on or today)
        days = [start + timedelta(n) for n in range(max(0, (work.due_on - start).days) + 1)]
        for day in days:
            monday = day - timedelta(day.weekday())
            expected[monday] = expected.get(monday, 0) + work.hours / len(days)
    for week in spread_load(works, 5, today).weeks:
        assert week.hours == pytest.approx(expected.get(week.monday, 0), abs=1e-6)

"""Instants, ranges and periods, zones with their odd days included."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.kernel import times
from pilothouse.kernel.errors import InvalidValueError

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
DATES = st.dates(date(1972, 1, 1), date(2199, 1, 1))
PERIODS = st.sampled_from(times.PERIODS)


def test_an_instant_keeps_its_microseconds():
    moment = datetime(2026, 3, 1, 3, 30, 0, 123_457, tzinfo=timezone.utc)
    assert times.from_us(times.to_us(moment)) == moment
    assert times.to_us(moment) % times.SECOND_US == 123_457


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InvalidValueError, match="zone"):
        times.to_us(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_range_does_not_run_backwards():
    with pytest.raises(InvalidValueError, match="1970-01-01T00:00:01Z"):
        times.TimeRange(times.SECOND_US, 0)
    assert times.TimeRange(5, 5).end_us == 5


@pytest.mark.parametrize(
    ("text", "window_us"),
    [
        ("10s", 10 * times.SECOND_US),
        ("30m", 30 * times.MINUTE_US),
        ("12h", 12 * times.HOUR_US),
        ("7d", 7 * times.DAY_US),
        (" 2w ", 14 * times.DAY_US),
    ],
)
def test_windows_are_read(text, window_us):
    assert times.parse_window(text) == window_us


@pytest.mark.parametrize("text", ["", "0d", "-1d", "7", "d", "1.5h", "7 d", "٧d", "1" * 10 + "s"])
def test_what_is_no_window_is_refused_with_its_value(text):
    with pytest.raises(InvalidValueError, match="whole number"):
        times.parse_window(text)


@given(st.integers(1, 10**8), st.sampled_from("smhd"))
def test_a_window_written_is_the_window_read(count, unit):
    window_us = times.parse_window(f"{count}{unit}")
    assert times.parse_window(times.format_window(window_us)) == window_us


def test_a_window_of_fractions_is_shown_in_seconds():
    assert times.format_window(1_500_000) == "1.5s"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "a\0b", "/etc"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(InvalidValueError, match="IANA"):
        times.parse_zone(name)


def test_zones_periods_and_dates_are_read():
    assert times.parse_zone("Europe/Berlin") == BERLIN
    assert [times.parse_period(each) for each in ("day", "week", "month")] == list(times.PERIODS)
    assert times.parse_date(" 2026-11-23 ") == date(2026, 11, 23)


def test_what_is_no_period_or_date_is_refused():
    with pytest.raises(InvalidValueError, match="day, week or month"):
        times.parse_period("year")
    with pytest.raises(InvalidValueError, match="year-month-day"):
        times.parse_date("23.11.2026")


def test_an_instant_belongs_to_the_day_of_its_zone():
    moment = times.to_us(datetime(2026, 3, 1, 3, 30, tzinfo=timezone.utc))
    assert times.local_date(moment, NEW_YORK) == date(2026, 2, 28)


def test_days_at_the_clock_change_have_23_and_25_hours():
    spring = times.date_range(date(2026, 3, 29), date(2026, 3, 29), BERLIN)
    autumn = times.date_range(date(2026, 10, 25), date(2026, 10, 25), BERLIN)
    assert (spring.end_us - spring.start_us) == 23 * times.HOUR_US
    assert (autumn.end_us - autumn.start_us) == 25 * times.HOUR_US


def test_weeks_start_where_they_are_told_to():
    wednesday = date(2026, 11, 25)
    assert times.period_start(wednesday, "week", 0) == date(2026, 11, 23)
    assert times.period_start(wednesday, "week", 6) == date(2026, 11, 22)


@given(DATES, PERIODS, st.integers(0, 6))
def test_a_day_lies_in_its_period(day, period, week_start):
    start = times.period_start(day, period, week_start)
    assert start <= day < times.next_period(start, period)
    assert times.period_start(start, period, week_start) == start


@given(DATES, PERIODS, st.integers(-50, 50))
def test_adding_periods_is_undone_by_taking_them_away(day, period, count):
    start = times.period_start(day, period)
    there = times.add_periods(start, count, period)
    assert times.add_periods(there, -count, period) == start


@given(DATES, PERIODS, st.integers(1, 40))
def test_adding_one_at_a_time_is_adding_all_at_once(day, period, count):
    here = start = times.period_start(day, period)
    for _ in range(count):
        here = times.next_period(here, period)
    assert here == times.add_periods(start, count, period)


def test_periods_are_listed_from_the_one_that_holds_the_first_day():
    months = list(times.iter_periods(date(2026, 1, 15), date(2026, 4, 1), "month"))
    assert months == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


@given(DATES, st.integers(0, 400))
def test_days_of_a_range_follow_without_gap(first, length):
    last = first + timedelta(days=length)
    whole = times.date_range(first, last, BERLIN)
    rest = times.date_range(last + timedelta(days=1), last + timedelta(days=1), BERLIN)
    assert whole.end_us == rest.start_us

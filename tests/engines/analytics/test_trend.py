"""Trends: worked cases, trailing windows, breakdowns, and agreement with the slow oracle."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.analytics import (
    EventLog,
    Selector,
    TrendQuery,
    format_value,
    parse_measure,
    trend,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US, TimeRange, to_us
from tests.engines.analytics import oracle
from tests.engines.analytics.strategies import FILTERS, SELECTORS, events, ranges

VISIT = Selector("visit")
NEW_YORK = ZoneInfo("America/New_York")


def days(actor, *numbers, **properties):
    return [(actor, "visit", int(day * DAY_US), properties) for day in numbers]


def values(rows, measure, **more):
    query = TrendQuery(VISIT, parse_measure(measure), **more)
    return [point.value for point in trend(EventLog.from_rows(rows), query).series[0].values]


def test_trailing_windows_include_the_labelled_day():
    asked = TimeRange(0, 9 * DAY_US)
    assert values(days("u", 1), "wau", range=asked) == [0, 1, 1, 1, 1, 1, 1, 1, 0]
    assert values(days("u", 0, 3) + days("v", 3), "wau", range=asked)[6:] == [2, 2, 2]
    assert values(days("u", -20), "mau", range=asked) == [1] * 9
    assert values(days("u", -22), "mau", range=asked) == [1] * 8 + [0]


def test_a_range_of_whole_days_cuts_off_parts_of_weeks():
    # Weeks begin on days 4 and 11 (Mondays, 5 and 12 January 1970); days 5 to 12 are asked for.
    rows = days("u", 4, 8) + days("v", 6) + days("w", 11) + days("x", 14) + days("y", 4)
    asked = TimeRange(5 * DAY_US, 13 * DAY_US)
    assert values(rows, "actors", period="week", range=asked) == [2, 1]
    assert values(rows, "wau", period="week", range=asked) == [3, 1]
    assert values(rows, "actors", range=asked) == [0, 1, 0, 1, 0, 0, 1, 0]


def test_every_period_is_shown_and_no_data_is_not_zero():
    rows = days("u", 0, amount=2.0) + days("v", 0, 2, amount=4.0) + days("w", 2)
    assert values(rows, "count") == [2, 0, 2]
    assert values(rows, "sum:amount") == [6, 0, 4]
    assert values(rows, "mean:amount") == [3, None, 4]
    assert values(rows, "median:amount") == [3, None, 4]


def test_period_in_progress_is_marked():
    log = EventLog.from_rows(days("u", 0, 1.5))
    points = trend(log, TrendQuery(VISIT)).series[0].values
    assert [p.complete for p in points] == [True, False]
    cut = TrendQuery(VISIT, range=TimeRange(DAY_US // 2, 2 * DAY_US), as_of_us=9 * DAY_US)
    assert [p.complete for p in trend(log, cut).series[0].values] == [False, True]


def test_local_days_and_week_starts():
    night = to_us(datetime(2026, 3, 1, 3, 30, tzinfo=ZoneInfo("UTC")))
    log = EventLog.from_rows([("u", "visit", night, {})])
    first = trend(log, TrendQuery(VISIT, zone=NEW_YORK)).series[0].values[0]
    assert first.period == date(2026, 2, 28)
    for start, day in ((0, date(2026, 2, 23)), (6, date(2026, 3, 1))):
        answer = trend(log, TrendQuery(VISIT, period="week", week_start=start))
        assert answer.series[0].values[0].period == day


def test_other_is_counted_anew_for_distinct_actors():
    rows = [("u", "visit", k, {"p": f"v{k:02}"}) for k in range(40)]
    rows += [("v", "visit", 0, {"p": "v00"}), ("w", "visit", 0, {})]
    query = TrendQuery(VISIT, parse_measure("actors"), breakdown="p")
    series = trend(EventLog.from_rows(rows), query).series
    assert (series[0].name, series[0].values[0].value) == ("v00", 2)
    assert (series[-2].name, series[-2].rest, series[-2].values[0].value) == ("Other", True, 1)
    assert (series[-1].name, series[-1].values[0].value) == (None, 1)


def test_sums_do_not_show_the_order_of_rows():
    amounts = [1e16, 1.0, -1e16, 0.1] * 3
    rows = [("u", "visit", k, {"amount": a}) for k, a in enumerate(amounts)]
    assert values(rows, "sum:amount") == values(rows[::-1], "sum:amount") == [pytest.approx(3.3)]


@pytest.mark.parametrize("text", ["", "sum", "sum:", "counts", "count:x", "p99:amount"])
def test_unknown_measures_are_refused(text):
    with pytest.raises(InvalidValueError, match="a measure is"):
        parse_measure(text)


START = to_us(datetime(2026, 2, 20, tzinfo=NEW_YORK))
EVENTS = events(st.integers(0, 40 * 24).map(lambda h: START + h * DAY_US // 24), 20)
MEASURES = ["count", "actors", "wau", "mau", "sum:n", "mean:n", "median:n"]
QUERIES = st.builds(
    TrendQuery,
    SELECTORS,
    st.sampled_from(MEASURES).map(parse_measure),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from([NEW_YORK, ZoneInfo("UTC")]),
    st.sampled_from([0, 6]),
    ranges(START, START + 40 * DAY_US)
    | st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
        lambda d: TimeRange(START + min(d) * DAY_US, START + max(d) * DAY_US)
    ),
    st.none(),
    FILTERS,
    st.sampled_from([None, "p", "n"]),
)


@settings(max_examples=200, deadline=None)
@given(EVENTS, QUERIES)
def test_agrees_with_the_oracle(rows, query):
    for series in trend(EventLog.from_rows(rows), query).series:

        def belongs(event, name=series.name):
            value = event[3].get(query.breakdown)
            return name == (None if value is None else format_value(value))

        for point in series.values:
            only = belongs if query.breakdown else None
            value, n = oracle.trend(rows, query, point.period, only)
            assert (point.value, point.n) == (pytest.approx(value), n)

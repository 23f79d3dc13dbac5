"""Retention: worked cases, calendar edges, and agreement with the slow oracle."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.analytics import (
    EventLog,
    Filter,
    RetentionQuery,
    Selector,
    build_log,
    retention,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US, TimeRange, to_us
from tests.engines.analytics import oracle
from tests.engines.analytics.strategies import FILTERS, SELECTORS, events, ranges

VISIT, SIGNUP = Selector("visit"), Selector("signup")
NEW_YORK = ZoneInfo("America/New_York")


def days(actor, event, *numbers, **properties):
    return [(actor, event, int(day * DAY_US), properties) for day in numbers]


def test_first_time_cohorts_with_a_true_column_0():
    log = EventLog.from_rows(days("u", "visit", 0, 1, 3) + days("v", "visit", 0, 0.5))
    answer = retention(log, RetentionQuery(VISIT, VISIT, "day", 3, as_of_us=9 * DAY_US))
    first = answer.cohorts[0]
    assert (first.size, first.returned, first.complete) == (2, (1, 1, 0, 1), (True,) * 4)
    assert [c.size for c in answer.cohorts] == [2, 0, 0, 0]


def test_named_actors_who_did_nothing_are_in_no_cohort():
    names = ["nobody", "u", "no one", "v", "none"]
    log = build_log(
        actor=np.array([1, 3, 3]),
        event=np.array([0, 0, 0]),
        time_us=np.array([0, 0, DAY_US]),
        actor_names=names,
        event_names=["visit"],
    )
    anyone = Selector(None)
    first = retention(log, RetentionQuery(anyone, anyone, "day", 1)).cohorts[0]
    assert (first.size, first.returned) == (2, (0, 1))


def test_on_or_after_within_the_look_ahead():
    log = EventLog.from_rows(days("u", "visit", 0, 3) + days("v", "visit", 0, 9))
    query = RetentionQuery(VISIT, VISIT, "day", 3, rule="on-or-after", as_of_us=20 * DAY_US)
    assert retention(log, query).cohorts[0].returned == (1, 1, 1, 1)


def test_open_cells_are_marked_and_future_ones_unknown():
    log = EventLog.from_rows(days("u", "visit", 0, 1.5))
    first = retention(log, RetentionQuery(VISIT, VISIT, "day", 3)).cohorts[0]
    assert first.returned == (0, 1, None, None)
    assert first.complete == (True, False, False, False)


def test_mean_pools_complete_cells_only():
    rows = [row for k in range(10) for row in days(f"a{k}", "visit", 0, *([1] if k < 5 else []))]
    rows += [row for k in range(90) for row in days(f"b{k}", "visit", 1, *([2] if k < 9 else []))]
    answer = retention(
        EventLog.from_rows(rows), RetentionQuery(VISIT, VISIT, "day", 1, as_of_us=3 * DAY_US)
    )
    assert (answer.mean[1].hits, answer.mean[1].n, answer.mean[1].share) == (14, 100, 0.14)
    rows += days("c", "visit", 2.5)
    assert (
        retention(EventLog.from_rows(rows), RetentionQuery(VISIT, VISIT, "day", 1)).mean[1].n == 10
    )


def test_first_matching_event_before_the_range_belongs_to_no_row():
    rows = days("u", "signup", 0, plan="free") + days("u", "signup", 2, plan="pro")
    asked = TimeRange(DAY_US, 5 * DAY_US)
    log = EventLog.from_rows(rows)
    plain = retention(log, RetentionQuery(SIGNUP, VISIT, "day", 1, range=asked))
    assert sum(c.size for c in plain.cohorts) == 0
    pro = Selector("signup", (Filter("plan", "is", ("pro",)),))
    answer = retention(log, RetentionQuery(pro, VISIT, "day", 1, range=asked))
    assert [c.size for c in answer.cohorts] == [0, 1, 0, 0]


def test_periods_are_cut_in_the_zone_over_a_change_of_clocks():
    def at(*parts):
        return to_us(datetime(2026, 3, *parts, tzinfo=NEW_YORK))

    # Clocks go forward on 8 March: the day has 23 hours.
    rows = [("u", "visit", at(7, 23, 59), {}), ("u", "visit", at(8, 0, 0), {})]
    rows += [("u", "visit", at(8, 23, 59), {}), ("u", "visit", at(9, 0, 0), {})]
    answer = retention(
        EventLog.from_rows(rows), RetentionQuery(VISIT, VISIT, "day", 2, zone=NEW_YORK)
    )
    assert answer.cohorts[0].period == date(2026, 3, 7)
    assert answer.cohorts[0].returned == (0, 1, 1)


def test_an_empty_log_has_no_cohorts():
    answer = retention(EventLog.from_rows([]), RetentionQuery(VISIT, VISIT))
    assert (answer.cohorts, answer.mean) == ((), ())
    assert dict(answer.semantics)["as of"] == "no events"


@pytest.mark.parametrize("change", [{"periods": -1}, {"rule": "rolling"}, {"week_start": 7}])
def test_impossible_questions_are_refused(change):
    with pytest.raises(InvalidValueError):
        RetentionQuery(VISIT, VISIT, **change)


START = to_us(datetime(2026, 2, 20, tzinfo=NEW_YORK))
EVENTS = events(st.integers(0, 40 * 24).map(lambda h: START + h * DAY_US // 24), 20)
QUERIES = st.builds(
    RetentionQuery,
    SELECTORS,
    SELECTORS,
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 6),
    st.sampled_from([NEW_YORK, ZoneInfo("UTC")]),
    st.sampled_from([0, 6]),
    ranges(START, START + 40 * DAY_US),
    st.just(START + 1000 * DAY_US),
    FILTERS,
    rule=st.sampled_from(["on", "on-or-after"]),
)


@settings(max_examples=150, deadline=None)
@given(EVENTS, QUERIES)
def test_agrees_with_the_oracle(rows, query):
    answer = retention(EventLog.from_rows(rows), query)
    found = {c.period: (c.size, list(c.returned)) for c in answer.cohorts if c.size}
    assert found == oracle.retention(rows, query)

"""What a metric says now: moved, noise or unknown, by histories made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.readings import read_metrics
from tests.apps.makers import NOW, daily_events, make_event, send

# Nine weeks of Sundays and of other days; the last number is yesterday, a Sunday.
SUNDAYS = (40, 42, 38, 41, 39, 43, 40, 41)


@pytest.fixture
def at_now(product):
    return replace(product, clock=NOW)


def read(people, product, kind, definition, **changes):
    metric = save_metric(
        people.alice, product, MetricDraft("M", parse_question(kind, definition), **changes)
    )
    (reading,) = read_metrics(product, [metric])
    return reading


def counts_ending_in(yesterday: int, weekday: int = 4) -> list[int]:
    """Eight weeks of days, then a week that ends yesterday, then today so far."""
    weeks = [[weekday] * 6 + [sunday] for sunday in SUNDAYS]
    return [count for week in weeks for count in week] + [weekday] * 6 + [yesterday, 3]


@pytest.mark.parametrize(
    ("yesterday", "verdict", "is_good"),
    [(80, "moved", True), (10, "moved", False), (42, "noise", True), (38, "noise", False)],
)
def test_a_day_is_held_against_the_same_weekday(people, at_now, yesterday, verdict, is_good):
    send(people.alice, at_now, daily_events(counts_ending_in(yesterday)))
    reading = read(people, at_now, "trend", {"event": "opened"})
    assert (reading.latest.period, reading.latest.value) == (date(2026, 11, 22), yesterday)
    assert reading.compared_with == "8 earlier Sundays"
    assert reading.baseline.median == 40.5
    assert (reading.verdict, reading.is_good) == (verdict, is_good)
    assert reading.change == pytest.approx(yesterday / 40.5 - 1)


def test_a_good_direction_may_be_down_or_none(people, at_now):
    send(people.alice, at_now, daily_events(counts_ending_in(80)))
    down = read(people, at_now, "trend", {"event": "opened"}, direction="down")
    assert (down.verdict, down.is_good) == ("moved", False)
    assert replace(down, metric=replace(down.metric, direction="none")).is_good is None


def test_few_cases_do_not_ring(people, at_now):
    weeks = [[1] * 6 + [count] for count in (3, 4, 5, 4, 3, 5, 4, 4)]
    counts = [n for week in weeks for n in week] + [1] * 6 + [12, 0]
    send(people.alice, at_now, daily_events(counts))
    reading = read(people, at_now, "trend", {"event": "opened"})
    assert reading.verdict == "noise"
    assert reading.reason.endswith("but fewer than 20 cases")


def test_small_changes_do_not_ring(people, at_now):
    weeks = [[1] * 6 + [count] for count in (100, 101, 100, 99, 100, 101, 99, 100)]
    counts = [n for week in weeks for n in week] + [1] * 6 + [104, 0]
    send(people.alice, at_now, daily_events(counts))
    reading = read(people, at_now, "trend", {"event": "opened"})
    assert reading.verdict == "noise"
    assert "the change is under 5%" in reading.reason


@pytest.mark.parametrize(
    ("weeks", "words"), [(0, "no history"), (3, "too few"), (8, "more than half")]
)
def test_what_cannot_be_judged_says_why(people, at_now, weeks, words):
    counts = [5] * (7 * weeks) + [5, 0]
    send(people.alice, at_now, daily_events(counts))
    reading = read(people, at_now, "trend", {"event": "opened"})
    assert reading.verdict == "unknown"
    assert words in reading.reason


def test_without_events_nothing_is_known(people, at_now):
    reading = read(people, at_now, "trend", {"event": "opened"})
    assert (reading.latest, reading.verdict) == (None, "unknown")
    assert reading.reason == "no whole day of data yet"


def test_a_funnel_is_read_by_whole_weeks_whose_windows_are_closed(people, at_now):
    monday = NOW.replace(hour=8)
    events = []
    for week in range(1, 8):
        for i in range(20):
            start = monday - timedelta(weeks=week, hours=-i)
            events.append(make_event(f"s{week}-{i}", "signed up", f"a{week}-{i}", start))
            if i < week:
                at = start + timedelta(hours=1)
                events.append(make_event(f"p{week}-{i}", "paid", f"a{week}-{i}", at))
    send(people.alice, at_now, events)
    steps = ["signed up", "paid"]
    reading = read(people, at_now, "funnel", {"steps": steps, "window": "7d"})
    # A week's last start closes seven days later: the week before last is the newest to judge.
    assert reading.period == "week"
    assert reading.latest.period == date(2026, 11, 9)
    assert (reading.latest.rate.hits, reading.latest.n) == (2, 20)
    assert [place.rate.hits for place in reading.recent] == [7, 6, 5, 4, 3, 2]
    short = read_metrics(
        at_now,
        [replace(reading.metric, question=parse_question("funnel", {"steps": steps,
                                                                    "window": "1h"}))],
    )[0]  # fmt: skip
    assert (short.latest.period, short.latest.rate.hits) == (date(2026, 11, 16), 1)


def test_retention_is_read_by_cohorts_whose_next_week_is_over(people, at_now):
    events = []
    for week in range(1, 7):
        start = NOW - timedelta(weeks=week)
        for i in range(10):
            events.append(make_event(f"s{week}-{i}", "signed up", f"a{week}-{i}", start))
            if i < week:
                back = start + timedelta(weeks=1)
                events.append(make_event(f"o{week}-{i}", "opened", f"a{week}-{i}", back))
    send(people.alice, at_now, events)
    reading = read(people, at_now, "retention", {"start": "signed up", "return": "opened"})
    # Last week's sign-ups have all of this week to come back: it is not over.
    assert reading.latest.period == date(2026, 11, 9)
    assert [place.rate.hits for place in reading.recent] == [6, 5, 4, 3, 2]
    assert reading.latest.n == 10

"""Throughput, cycle times, ageing, cumulative flow and Little's law."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.roadmap.flow import (
    WorkItem,
    check_littles_law,
    count_throughput,
    cumulate_flow,
    list_ageing,
    measure_cycle_times,
)

MONDAY = date(2026, 11, 2)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def item(key: str, started: int | None, done: int | None = None, created: int = 0) -> WorkItem:
    return WorkItem(
        key,
        day(created),
        None if started is None else day(started),
        None if done is None else day(done),
    )


ITEMS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 9), st.integers(0, 9), st.integers(0, 2)),
    max_size=25,
).map(
    lambda rows: [
        item(
            str(n),
            created + wait if state else None,
            created + wait + work if state == 2 else None,
            created,
        )
        for n, (created, wait, work, state) in enumerate(rows)
    ]
)


def test_weeks_without_anything_done_count_as_zero():
    items = [item("a", 0, 1), item("b", 0, 3), item("c", 2, 15), item("now", 20, 22)]
    history = count_throughput(items, day(23), periods=26)
    assert history is not None
    # The week that is not over yet is left out, and so is what lies before the first item.
    assert history.counts == (2, 0, 1)


def test_only_the_latest_weeks_of_the_window_count():
    items = [item("a", 0, 1), item("b", 0, 9), item("c", 2, 15)]
    history = count_throughput(items, day(23), periods=2)
    assert history is not None
    assert history.counts == (1, 1)


def test_without_a_whole_week_there_is_no_history():
    assert count_throughput([], day(3), 6) is None
    assert count_throughput([item("a", 0, 1)], day(3), 6) is None


def test_a_day_of_work_counts_as_one_day():
    assert item("a", 3, 3).cycle_days == 1
    assert item("a", 3, 5).cycle_days == 3
    assert item("a", None, 5).cycle_days == 1
    assert item("a", 3).cycle_days is None


def test_percentiles_are_days_that_happened():
    cycles = measure_cycle_times([item(str(n), 0, n - 1) for n in range(1, 21)])
    assert cycles is not None
    assert cycles.percentiles == {50: 10, 70: 14, 85: 17, 95: 19}
    assert "85% of items are done within 17 days (n 20" in cycles.sentence


def test_a_handful_of_items_is_too_few_for_a_promise():
    cycles = measure_cycle_times([item("a", 0, 3), item("b", 0, 9)])
    assert cycles is not None
    assert cycles.is_thin
    assert cycles.sentence.startswith("Too few: 2")
    assert measure_cycle_times([item("a", 0)]) is None


def test_the_interval_of_a_percentile_holds_as_often_as_it_says():
    """The median of 1..1000 days is 500: at least 95 % of samples of 40 must have it inside."""
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(300):
        drawn = rng.integers(1, 1001, 40)
        cycles = measure_cycle_times([item(str(n), 0, int(d) - 1) for n, d in enumerate(drawn)])
        assert cycles is not None
        low, high = cycles.intervals[50] or (0, 0)
        hits += low <= 500 <= high
    assert hits >= 0.93 * 300


def test_what_is_older_than_the_85th_percentile_is_past():
    done = [item(f"d{n}", 0, n - 1) for n in range(1, 21)]
    open_items = [item("old", 0), item("new", 20), item("waiting", None)]
    cycles = measure_cycle_times(done)
    old, new = list_ageing([*done, *open_items], cycles, day(22))
    assert (old.key, old.age_days, old.is_past, old.share_done_by_now) == ("old", 23, True, 1.0)
    assert (new.key, new.age_days, new.is_past, new.share_done_by_now) == ("new", 3, False, 0.15)


def test_age_without_a_history_judges_nobody():
    (row,) = list_ageing([item("a", 0)], None, day(100))
    assert (row.age_days, row.share_done_by_now, row.is_past) == (101, None, False)


@settings(max_examples=60, deadline=None)
@given(ITEMS)
def test_cumulative_flow_never_falls_and_never_crosses(items):
    days = cumulate_flow(items, day(0), day(40))
    for before, after in pairwise(days):
        assert before.created <= after.created
        assert before.begun <= after.begun
        assert before.done <= after.done
    for each in days:
        assert each.created >= each.begun >= each.done
    assert days[-1].created == len(items)


@settings(max_examples=60, deadline=None)
@given(ITEMS)
def test_littles_law_is_exact_where_the_window_begins_and_ends_empty(items):
    finished = [each for each in items if each.done is not None]
    law = check_littles_law(finished, day(-5), day(60))
    if finished:
        assert law.wip == pytest.approx(law.expected_wip)
        assert law.ratio == pytest.approx(1)
    else:
        assert law.ratio is None


def flow_of(starts: int, length: int, *, days: int = 60) -> list[WorkItem]:
    return [
        item(f"{n}-{k}", n, n + length if n + length < days else None, created=n)
        for n in range(days)
        for k in range(starts)
    ]


def test_a_steady_flow_is_stable():
    law = check_littles_law(flow_of(1, 4), day(10), day(59))
    assert law.is_stable, law.sentence
    assert law.cycle_days == 5
    assert law.throughput == pytest.approx(1)
    assert law.wip == pytest.approx(5)


def test_more_begun_than_done_is_not_stable():
    finishing_half = [
        each if n % 2 else item(each.key, (each.started - MONDAY).days)
        for n, each in enumerate(flow_of(2, 4))
        if each.started
    ]
    law = check_littles_law(finishing_half, day(10), day(59))
    assert not law.is_stable
    assert "grows" in law.sentence


def test_only_finishing_is_not_stable_either():
    items = [item(str(n), 0, 20 + n) for n in range(20)]
    law = check_littles_law(items, day(20), day(45))
    assert not law.is_stable
    assert "shrinks" in law.sentence


def test_old_items_beside_a_balanced_flow_are_named():
    lying = [item(f"old{n}", -100 + n) for n in range(10)]
    law = check_littles_law(flow_of(1, 4) + lying, day(10), day(59))
    assert not law.is_stable
    assert "unfinished beside the flow" in law.sentence


def test_few_items_are_no_verdict():
    assert "Too few" in check_littles_law([item("a", 0, 3)], day(0), day(9)).sentence

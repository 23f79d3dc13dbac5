"""Funnels: the cases of the definition, properties, and agreement with the slow oracle."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.analytics import EventLog, FunnelQuery, Selector, funnel
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import SECOND_US, TimeRange
from tests.engines.analytics import oracle
from tests.engines.analytics.strategies import FILTERS, SELECTORS, events, ranges

S = SECOND_US
A, B, C = Selector("A"), Selector("B"), Selector("C")


def walk(text, actor="u"):
    """Events of one actor written as ``A0 B6 C10.5`` (seconds)."""
    return [(actor, word[0], round(float(word[1:]) * S), {}) for word in text.split()]


def reached(text, steps=(A, B, C), window=10):
    """Furthest step and waits of one actor."""
    query = FunnelQuery(steps, window * S, immature="include")
    answer = funnel(EventLog.from_rows(walk(text)), query).steps
    furthest = sum(step.actors for step in answer)
    return furthest, [step.median_s for step in answer[1:furthest]]


@pytest.mark.parametrize(
    ("text", "steps", "furthest", "waits"),
    [
        ("A0 B10", (A, B), 2, [10]),
        ("A0 B10.001", (A, B), 1, []),
        ("A0 B6 C10", (A, B, C), 3, [6, 4]),
        ("A0 B6 C11", (A, B, C), 2, [6]),
        ("A0 A8 B12", (A, B), 2, [4]),
        ("A0 B1 A2 C3", (A, B, C), 3, [1, 2]),
        ("A0 B1 A2 B3 C4", (A, B, C), 3, [1, 1]),
        ("A0 C1", (A, B, C), 1, []),
        ("B0 A1", (A, B), 1, []),
        ("A0", (A, A), 1, []),
        ("A0 A4", (A, A), 2, [4]),
        ("A0 A0", (A, A), 2, [0]),
        ("A5 B5", (A, B), 2, [0]),
        ("B5 A5", (A, B), 1, []),
        ("A0 B6 C11 A12 B13", (A, B, C), 2, [6]),
        ("", (A, B), 0, []),
    ],
)
def test_worked_examples(text, steps, furthest, waits):
    assert reached(text, steps) == (furthest, waits)


def test_reentry_is_best_in_the_case_that_divides_the_tools():
    assert reached("A0 A30 B45 C75", window=60)[0] == 3


def test_later_step_that_covers_an_earlier_one():
    any_event = Selector(None)
    assert reached("A0", (A, any_event))[0] == 1
    assert reached("A0 A1", (A, any_event))[0] == 2
    assert reached("Z0 A1", (any_event, A)) == (2, [1])


def test_immature_starts_are_left_out_or_included():
    rows = walk("A0 B1", "done") + walk("A95 B96", "early") + walk("A0 A95 B97", "again")
    log = EventLog.from_rows(rows + walk("Z100", "clock"))
    query = FunnelQuery((A, B), 10 * S)
    without, within = (
        funnel(log, query),
        funnel(log, dataclasses.replace(query, immature="include")),
    )
    assert [s.actors for s in without.steps] == [2, 1]
    assert [s.actors for s in within.steps] == [3, 3]
    assert without.immature == within.immature == 1
    later = funnel(log, dataclasses.replace(query, as_of_us=105 * S))
    assert ([s.actors for s in later.steps], later.immature) == ([3, 3], 0)


def test_range_bounds_entry_only():
    log = EventLog.from_rows(walk("A0 B1", "a") + walk("A9 B15", "b") + walk("A10 B11", "c"))
    query = FunnelQuery((A, B), 10 * S, TimeRange(5 * S, 10 * S), as_of_us=99 * S)
    assert [s.actors for s in funnel(log, query).steps] == [1, 1]


def test_groups_are_first_touch_with_other_and_not_set():
    rows = []
    for k in range(30):
        for copy in range(40 - k):
            who = f"{k}-{copy}"
            rows += [
                (who, "A", 0, {"p": f"v{k:02}"}),
                (who, "A", S, {"p": "late"}),
                (who, "B", 2 * S, {}),
            ]
    rows += [(f"none-{i}", "A", 0, {}) for i in range(3)]
    answer = funnel(
        EventLog.from_rows(rows), FunnelQuery((A, B), 1 * S, breakdown="p", as_of_us=9 * S)
    )
    assert [g.value for g in answer.groups[:2]] == ["v00", "v01"]
    assert len(answer.groups) == 27
    other, unset = answer.groups[-2:]
    assert (other.value, other.rest, other.steps[0].actors) == ("Other", True, sum(range(11, 16)))
    assert (unset.value, [s.actors for s in unset.steps]) == (None, [3, 0])
    assert sum(g.steps[1].actors for g in answer.groups) == answer.steps[1].actors


def test_semantics_speak_of_every_choice():
    names = dict(funnel(EventLog.from_rows(walk("A0 B1")), FunnelQuery((A, B))).semantics)
    assert {"order", "window", "range", "re-entry", "ties", "immature"} <= set(names)
    assert names["window"] == "7d from the first step, edge included"


@pytest.mark.parametrize(
    "change", [{"steps": (A,)}, {"steps": (A,) * 21}, {"window_us": 0}, {"immature": "maybe"}]
)
def test_impossible_questions_are_refused(change):
    with pytest.raises(InvalidValueError):
        dataclasses.replace(FunnelQuery((A, B)), **change)


def test_twenty_steps():
    steps = tuple(Selector(chr(65 + k)) for k in range(20))
    rows = [("u", chr(65 + k), k * S, {}) for k in range(20)]
    answer = funnel(EventLog.from_rows(rows), FunnelQuery(steps, 19 * S, immature="include"))
    assert [s.actors for s in answer.steps] == [1] * 20


EVENTS = events(st.integers(0, 12).map(lambda t: t * S) | st.integers(0, 12_000_000))
QUERIES = st.builds(
    FunnelQuery,
    st.lists(SELECTORS, min_size=2, max_size=4).map(tuple),
    st.integers(1, 8).map(lambda t: t * S) | st.integers(1, 8_000_000),
    ranges(0, 12 * S),
    st.none() | st.integers(0, 20).map(lambda t: t * S),
    st.sampled_from(["exclude", "include"]),
    FILTERS,
    st.sampled_from([None, "p"]),
)


@settings(max_examples=150, deadline=None)
@given(EVENTS, QUERIES)
def test_agrees_with_trying_every_path(rows, query):
    expected = oracle.funnel(rows, query)
    answer = funnel(EventLog.from_rows(rows), query)
    compare(answer.steps, answer.immature, expected[""])
    for group in answer.groups:
        compare(group.steps, group.immature, expected[group.value])
    if query.breakdown:
        assert {g.value for g in answer.groups} == {
            name
            for name, (counts, immature, _) in expected.items()
            if name != "" and (counts[0] or immature[0])
        }


@settings(max_examples=50, deadline=None)
@given(EVENTS, QUERIES)
def test_leaving_the_times_out_changes_nothing_else(rows, query):
    log = EventLog.from_rows(rows)
    full, quick = funnel(log, query), funnel(log, dataclasses.replace(query, timing=False))

    def untimed(steps):
        return tuple(dataclasses.replace(s, median_s=None, mean_s=None) for s in steps)

    assert quick.steps == untimed(full.steps)
    assert quick.immature == full.immature
    assert quick.groups == tuple(
        dataclasses.replace(g, steps=untimed(g.steps)) for g in full.groups
    )
    assert set(full.semantics) - set(quick.semantics) == {
        rule for rule in full.semantics if rule[0] == "times"
    }


def compare(steps, immature, expected):
    counts, waiting, waits = expected
    assert [s.actors for s in steps] == counts
    assert immature == waiting[0]
    for step, own in zip(steps[1:], waits[1:], strict=True):
        assert (step.median_s is None) == (not own)
        if own:
            assert step.median_s == pytest.approx(oracle.median(own), abs=1e-9)
            assert step.mean_s == pytest.approx(oracle.mean(own), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(EVENTS, QUERIES, st.randoms(use_true_random=False))
def test_shuffling_rows_without_ties_changes_nothing(rows, query, rng):
    rows = [(a, e, t * 100 + i, p) for i, (a, e, t, p) in enumerate(rows)]
    mixed = random.Random(rng.random()).sample(rows, len(rows))
    assert funnel(EventLog.from_rows(mixed), query) == funnel(EventLog.from_rows(rows), query)


@settings(max_examples=50, deadline=None)
@given(EVENTS, QUERIES, st.integers(1, 5))
def test_unrelated_events_and_wider_windows(rows, query, more):
    if any(step.event is None for step in query.steps):
        return
    query = dataclasses.replace(query, as_of_us=query.as_of_us or 20 * S)
    answer = funnel(EventLog.from_rows(rows), query)
    extra = [(a, "unrelated", t, p) for a, _, t, p in rows]
    assert funnel(EventLog.from_rows(rows + extra), query).steps == answer.steps
    counts = [s.actors for s in answer.steps]
    assert counts == sorted(counts, reverse=True)
    wide = dataclasses.replace(query, window_us=query.window_us + more * S, immature="include")
    small = funnel(EventLog.from_rows(rows), dataclasses.replace(query, immature="include"))
    for narrow, wider in zip(
        small.steps, funnel(EventLog.from_rows(rows), wide).steps, strict=True
    ):
        assert wider.actors >= narrow.actors

"""The log: order, exact times, columns, filters of every kind, and a light import."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pilothouse.engines.analytics import (
    EventLog,
    Filter,
    PropertyColumn,
    Selector,
    build_log,
    column_from_values,
    robust_z,
)
from pilothouse.engines.analytics.postings import select
from pilothouse.kernel.errors import InvalidValueError


def test_rows_are_sorted_by_actor_time_and_arrival():
    log = EventLog.from_rows(
        [("b", "1", 5, {}), ("a", "2", 9, {}), ("b", "3", 1, {}), ("b", "4", 5, {})]
    )
    assert [log.event_names[code] for code in log.event] == ["3", "1", "4", "2"]
    assert list(log.offsets) == [0, 3, 4]
    assert (log.first_us, log.last_us) == (1, 9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=300))
@example([(0, -k) for k in range(500)])
def test_sorting_agrees_with_python(pairs):
    rows = [(str(actor), str(k), time, {}) for k, (actor, time) in enumerate(pairs)]
    log = EventLog.from_rows(rows)
    names = list(dict.fromkeys(row[0] for row in rows))
    expected = sorted(rows, key=lambda row: (names.index(row[0]), row[2]))
    assert [log.event_names[code] for code in log.event] == [row[1] for row in expected]


@pytest.mark.parametrize(
    ("times", "unit", "kind"),
    [
        ([0, 5_000_000], 1_000_000, np.uint32),
        ([0, 5_001_000], 1000, np.uint32),
        ([0, 5_000_001], 1, np.int64),
        ([0, 5_000_000_000_001_000], 1, np.int64),
        ([-7_000_000, 0], 1_000_000, np.uint32),
    ],
)
def test_times_are_exact_in_the_smallest_form(times, unit, kind):
    log = EventLog.from_rows([("u", "A", time, {}) for time in times])
    assert (log.time_unit_us, log.time.dtype) == (unit, kind)
    assert [int(t) * unit + log.time_base_us for t in log.time] == sorted(times)


def test_columns_know_what_is_not_set_and_mix_into_text():
    column = column_from_values([1, None, "a", True, 0.5, float("nan")])
    assert column.kind == "text"
    assert [None if c == 0 else column.values[c - 1] for c in column.codes] == [
        "1",
        None,
        "a",
        "true",
        "0.5",
        None,
    ]
    assert column_from_values([True, None]).kind == "bool"
    assert EventLog.from_rows([("u", "A", 0, {})]).property("nothing").values == ()


def chosen(values, condition, dense=False):
    column = column_from_values(values)
    if dense:
        numbers = np.array([np.nan if v is None else v for v in values])
        column = PropertyColumn("number", numbers=numbers)
    ones = np.zeros(len(values), dtype=np.uint32)
    log = build_log(
        actor=ones,
        event=ones,
        time_us=np.arange(len(values), dtype=np.int64),
        actor_names=["u"],
        event_names=["A"],
        properties={"p": column},
    )
    return list(select(log, Selector("A"), (condition,)).times)


@pytest.mark.parametrize(
    ("values", "condition", "rows"),
    [
        (["Pro", "pro", None], Filter("p", "is", ("pro",)), [1]),
        (["Pro", "pro", None], Filter("p", "is-not", ("pro",)), [0, 2]),
        (["Pro plan", "free", None], Filter("p", "contains", ("PRO",)), [0]),
        (["10", "9", "x", None], Filter("p", "greater", (9,)), [0]),
        ([True, False, None], Filter("p", "is", (True,)), [0]),
        ([True, False, None], Filter("p", "is", ("false",)), [1]),
        ([True, None], Filter("p", "greater", (0,)), []),
        (["a", None], Filter("p", "set"), [0]),
    ],
)
def test_filters_on_text_and_truth_values(values, condition, rows):
    assert chosen(values, condition) == rows


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (Filter("p", "is", ("2",)), [1]),
        (Filter("p", "is-not", (2,)), [0, 2, 3]),
        (Filter("p", "greater", (2,)), [2]),
        (Filter("p", "less", ("2",)), [0]),
        (Filter("p", "contains", ("2",)), [1, 2]),
        (Filter("p", "set"), [0, 1, 2]),
        (Filter("p", "not-set"), [3]),
    ],
)
def test_filters_on_numbers_with_and_without_a_dictionary(dense, condition, rows):
    assert chosen([1.0, 2.0, 2.5, None], condition, dense) == rows


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("is", ()),
        ("set", ("x",)),
        ("greater", ("x",)),
        ("less", (1, 2)),
        ("like", ("x",)),
        ("greater", (float("nan"),)),
    ],
)
def test_impossible_filters_are_refused(operator, values):
    with pytest.raises(InvalidValueError):
        Filter("p", operator, values)


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(InvalidValueError):
        build_log(
            actor=np.zeros(2, np.uint32),
            event=np.zeros(1, np.uint32),
            time_us=np.zeros(2, np.int64),
            actor_names=["u"],
            event_names=["A"],
        )


def test_importing_the_engine_loads_neither_numba_nor_django():
    code = "import sys, pilothouse.engines.analytics; print(*('numba' in sys.modules, "
    code += "'django' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_robust_z_worked_example():
    answer = robust_z([100, 104, 98, 101, 97, 103, 99], 82)
    assert round(answer.z, 1) == -6.1
    assert (answer.median, answer.mad, answer.n) == (100, 2, 7)


@pytest.mark.parametrize(
    ("history", "reason"), [([], "no history"), ([1, 2, 3], "too few"), ([5, 5, 5, 5, 9], "equal")]
)
def test_robust_z_says_why_it_is_not_known(history, reason):
    answer = robust_z(history, 7)
    assert answer.z is None
    assert reason in answer.reason

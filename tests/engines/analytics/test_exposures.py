"""Exposures: cases by hand, agreement with a plain reading of the definition, properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.analytics import EventLog, Selector
from pilothouse.engines.analytics.exposures import (
    ExposureQuery,
    Outcome,
    count_first_exposures,
    list_arm_values,
    measure_exposures,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import SECOND_US, TimeRange

S = SECOND_US
ARMS = ("old", "new")


def rows_of(text, actor="u"):
    """Events of one actor: ``o0 n3 B6 B7=2.5``: exposed to old at 0, to new at 3, bought."""
    rows = []
    for word in text.split():
        place, _, amount = word[1:].partition("=")
        at = round(float(place) * S)
        if word[0] == "B":
            rows.append((actor, "buy", at, {"amount": float(amount)} if amount else {}))
        else:
            arm = {"o": "old", "n": "new", "z": "other"}.get(word[0])
            rows.append((actor, "seen", at, {"arm": arm} if arm else {}))
    return rows


def ask(texts, *, kind="conversion", window=10, as_of=100, within=None, sealed=None):
    rows = [row for n, text in enumerate(texts) for row in rows_of(text, f"u{n}")]
    query = ExposureQuery(
        Selector("seen"), "arm", ARMS,
        (Outcome(Selector("buy"), kind, window * S, "amount" if kind == "sum" else ""),),
        range=within and TimeRange(within[0] * S, within[1] * S), as_of_us=as_of * S,
        sealed_us=None if sealed is None else sealed * S,
    )  # fmt: skip
    return measure_exposures(EventLog.from_rows(rows), query)


@pytest.mark.parametrize(
    ("text", "units", "totals"),
    [
        ("o0 B10", (1, 0), (1, 0)),
        ("o0 B10.001", (1, 0), (0, 0)),
        ("B0 o1", (1, 0), (0, 0)),
        ("B1 o1", (1, 0), (0, 0)),
        ("o1 B1", (1, 0), (1, 0)),
        ("n0 n9 B15", (0, 1), (0, 0)),
        ("n0 B1 B2", (0, 1), (0, 1)),
        ("o0 n1 B2", (0, 0), (0, 0)),
        ("z0 n1 B2", (0, 1), (0, 1)),
        ("z0 B1", (0, 0), (0, 0)),
        ("x0 B1", (0, 0), (0, 0)),
        ("B1", (0, 0), (0, 0)),
    ],
)
def test_worked_examples(text, units, totals):
    found = ask([text])
    assert found.units == units
    assert tuple(arm.total for arm in found.outcomes[0]) == totals


def test_who_is_left_out_is_counted():
    found = ask(["o0 n1", "o5", "n50", "z1", "o60", "B3"], within=(4, 58), as_of=100, sealed=10)
    assert found.units == (1, 1)
    # u0 saw both arms but was exposed before the range: early, as everything before decides.
    assert (found.crossed, found.early, found.elsewhere) == (0, 1, 1)
    assert found.before_sealing == 2
    assert found.first_us == 5 * S


def test_young_units_are_left_out_of_an_outcome_and_counted():
    found = ask(["o0 B1", "o91 B92", "n90 B99"], as_of=100)
    old, new = found.outcomes[0]
    assert (old.units, old.immature, old.total) == (1, 1, 1)
    assert (new.units, new.immature, new.total) == (1, 0, 1)


def test_sums_and_counts_keep_their_squares():
    texts = ["o0 B1=2 B2=3", "o0", "n0 B1 B2=4", "n0 B1=1 B20=9"]
    old, new = ask(texts, kind="sum").outcomes[0]
    assert (old.total, old.total_squares) == (5, 25)
    assert (new.total, new.total_squares) == (5, 17)
    old, new = ask(texts, kind="count").outcomes[0]
    assert (old.total, old.total_squares, new.total, new.total_squares) == (2, 4, 3, 5)


def test_an_empty_log_has_nobody():
    found = ask([])
    assert (found.units, found.first_us) == ((0, 0), None)
    assert [arm.units for arm in found.outcomes[0]] == [0, 0]


def test_arms_may_be_numbers_or_truths():
    rows = [("a", "seen", 0, {"arm": True}), ("b", "seen", 0, {"arm": False})]
    query = ExposureQuery(Selector("seen"), "arm", ("false", "true"), ())
    assert measure_exposures(EventLog.from_rows(rows), query).units == (1, 1)


def test_traffic_counts_first_events_and_values_are_listed():
    log = EventLog.from_rows([*rows_of("o1 o5", "a"), *rows_of("n3", "b"), *rows_of("o9", "c")])
    assert count_first_exposures(log, Selector("seen"), 1 * S, 5 * S) == 2
    assert list_arm_values(log, Selector("seen"), "arm") == ["old", "new"]


def test_bad_queries_are_refused():
    with pytest.raises(InvalidValueError, match="2 to 20 arms"):
        ExposureQuery(Selector("seen"), "arm", ("a",), ())
    with pytest.raises(InvalidValueError, match="each once"):
        ExposureQuery(Selector("seen"), "arm", ("a", "a"), ())
    with pytest.raises(InvalidValueError, match="needs the property"):
        Outcome(Selector("buy"), "sum")
    with pytest.raises(InvalidValueError, match="longer than zero"):
        Outcome(Selector("buy"), window_us=0)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["o", "n", "z", "x", "B"]),
        st.integers(0, 40),
        st.sampled_from([None, 1.0, 2.5]),
    ),
    max_size=40,
)


def plain_reading(events, low, high, as_of, window):
    """The definition, read word by word."""
    people = {}
    for place, event in enumerate(events):
        people.setdefault(event[0], []).append((event[2], place, event))
    told = {"units": [0, 0], "crossed": 0, "early": 0, "elsewhere": 0}
    cells = [[0, 0, 0.0, 0.0] for _ in ARMS]
    for mine in people.values():
        mine.sort()
        seen = [(t, k, e[1]) for t, k, e in mine if e[1] in "on"]
        if not seen:
            told["elsewhere"] += any(e[1] in "zx" for _, _, e in mine)
            continue
        inside = [each for each in seen if each[0] < high]
        if not inside:
            continue
        first = inside[0]
        if first[0] < low:
            told["early"] += 1
        elif len({each[2] for each in inside}) > 1:
            told["crossed"] += 1
        else:
            arm = "on".index(first[2])
            told["units"][arm] += 1
            if first[0] + window > as_of:
                cells[arm][1] += 1
                continue
            value = sum(
                e[3] or 0.0
                for t, k, e in mine
                if e[1] == "B" and (t, k) > first[:2] and t - first[0] <= window
            )
            cells[arm][0] += 1
            cells[arm][2] += value
            cells[arm][3] += value * value
    return told, cells


@settings(deadline=None, max_examples=150)
@given(EVENTS, st.integers(0, 20), st.integers(20, 45), st.integers(0, 50), st.integers(1, 15))
def test_it_agrees_with_the_plain_reading(events, low, high, as_of, window):
    rows = []
    for who, what, at, amount in events:
        if what == "B":
            rows.append((f"u{who}", "buy", at * S, {} if amount is None else {"amount": amount}))
        else:
            arm = {"o": "old", "n": "new", "z": "other"}.get(what)
            rows.append((f"u{who}", "seen", at * S, {"arm": arm} if arm else {}))
    query = ExposureQuery(
        Selector("seen"), "arm", ARMS, (Outcome(Selector("buy"), "sum", window * S, "amount"),),
        range=TimeRange(low * S, high * S), as_of_us=as_of * S,
    )  # fmt: skip
    found = measure_exposures(EventLog.from_rows(rows), query)
    told, cells = plain_reading(events, low, high, as_of, window)
    assert list(found.units) == told["units"]
    assert (found.crossed, found.early, found.elsewhere) == (
        told["crossed"], told["early"], told["elsewhere"],
    )  # fmt: skip
    for arm, (units, young, total, squares) in zip(found.outcomes[0], cells, strict=True):
        assert (arm.units, arm.immature) == (units, young)
        assert arm.total == pytest.approx(total)
        assert arm.total_squares == pytest.approx(squares)

"""Ranking under uncertainty: the worked example, an independent computation, and invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.backlog import (
    FRAMEWORKS,
    Candidate,
    drawing,
    get_framework,
    number,
    point_score,
    rank,
    read_candidate,
    settle,
    spread,
)
from pilothouse.kernel.errors import InvalidValueError

RICE = FRAMEWORKS["rice"]
Z95 = 1.6448536269514722


def rice(name, reach, impact, confidence, effort):
    cells = {"reach": reach, "impact": impact, "confidence": confidence, "effort": effort}
    return read_candidate(name, name, cells, RICE)


A = rice("A", "1000..4000/quarter", "0.5|1|2", "80%", "2..6")
B = rice("B", "500..900/quarter", "1|2", "80%", "1..2")
MANY = [
    rice(f"i{i}", f"{50 + 37 * i}..{200 + 90 * i}/month", "0.5|1|2", "50..80%", f"{1 + i % 4}..6")
    for i in range(25)
]


def of(ranking, name):
    return next(row for row in ranking.rows if row.name == name)


def test_two_ideas_that_every_point_score_gets_wrong():
    answer = rank([A, B], RICE, draws=200_000)
    assert [row.name for row in answer.rows] == ["B", "A"]
    assert [round(row.score) for row in answer.rows] == [569, 462]
    assert answer.better["A", "B"] == pytest.approx(0.44, abs=0.006)
    assert answer.better["A", "B"] + answer.better["B", "A"] == pytest.approx(1)
    assert of(answer, "B").beats_next == answer.better["B", "A"]
    assert all((row.rank_low, row.rank_high) == (1, 2) for row in answer.rows)
    assert answer.findings == ()


def drawn_independently(draws):
    """The same two ideas with NumPy's own distributions."""
    rng = np.random.default_rng(11)

    def lognormal(low, high):
        return np.exp(rng.normal(np.log(low * high) / 2, np.log(high / low) / 2 / Z95, draws))

    a = lognormal(1000, 4000) * rng.choice([0.5, 1, 2], draws) * 0.8 / lognormal(2, 6)
    b = lognormal(500, 900) * rng.choice([1, 2], draws) * 0.8 / lognormal(1, 2)
    return a, b


def test_agrees_with_an_independent_computation():
    a, b = drawn_independently(200_000)
    answer = rank([A, B], RICE, draws=200_000)
    assert answer.better["A", "B"] == pytest.approx((a > b).mean(), abs=0.006)
    for name, scores in (("A", a), ("B", b)):
        row = of(answer, name)
        assert [row.low, row.high] == pytest.approx(np.quantile(scores, [0.05, 0.95]), rel=0.02)
        assert row.mean == pytest.approx(scores.mean(), rel=0.01)


@pytest.mark.parametrize(
    "framework",
    [*FRAMEWORKS.values(), get_framework("scorecard", {"a": 2, "b": -1, "c": 1, "d": 1, "e": 3})],
    ids=lambda each: each.key,
)
def test_compiled_and_plain_ways_agree_to_the_bit(framework, monkeypatch):
    rng = np.random.default_rng(3)
    rows = []
    for i in range(12):
        low = rng.uniform(0.1, 0.5, len(framework.inputs))
        cells = {
            each.key: spread(low[j], low[j] * 1.8) if (i + j) % 3 else number(0.5)
            for j, each in enumerate(framework.inputs)
        }
        rows.append(Candidate(str(i), str(i), cells, "month"))
    monkeypatch.setattr(drawing, "_KERNELS", "never loaded")
    short = rank(rows, framework, draws=700)
    monkeypatch.setattr(drawing, "_PLAIN_WORK", 0)
    assert rank(rows, framework, draws=700, threads=1) == short
    assert rank(rows, framework, draws=700, threads=2) == short


def test_another_item_moves_nobody_elses_luck():
    few, more = rank(MANY[:6], RICE, draws=2000), rank(MANY[:9], RICE, draws=2000)
    for row in few.rows:
        other = of(more, row.name)
        assert (row.low, row.high, row.mean) == (other.low, other.high, other.mean)
    shared = few.better.keys() & more.better.keys()
    assert len(shared) == 30
    assert all(few.better[pair] == more.better[pair] for pair in shared)


def test_order_of_the_list_and_seed():
    one, turned = rank(MANY, RICE, draws=1000), rank(MANY[::-1], RICE, draws=1000)
    assert one == turned
    other = rank(MANY, RICE, draws=1000, seed=2)
    assert one.rows != other.rows
    assert [row.rank for row in one.rows] == [row.rank for row in other.rows]


def test_probabilities_add_up():
    answer = rank(MANY, RICE, draws=3000, top=5)
    assert sum(row.top_probability for row in answer.rows) == pytest.approx(5)
    assert all(row.rank_low <= row.rank_high for row in answer.rows)
    assert all(row.low <= row.high for row in answer.rows)


def test_equal_items_share_their_rank_and_their_chances():
    answer = rank([rice(n, "100/month", "1", "80%", "2") for n in "abc"], RICE, draws=30_000, top=1)
    assert [row.rank for row in answer.rows] == [1, 1, 1]
    assert [row.top_probability for row in answer.rows] == pytest.approx([1 / 3] * 3, abs=0.01)
    assert answer.better["a", "b"] == 0.5
    assert answer.flips == ()
    assert answer.measure_first == ()


def test_certain_items_have_no_interval():
    answer = rank(
        [rice("x", "300/month", "1", "80%", "2"), rice("y", "100/month", "1", "80%", "2")], RICE
    )
    assert [(r.rank, r.rank_low, r.rank_high) for r in answer.rows] == [(1, 1, 1), (2, 2, 2)]
    assert answer.rows[0].low == answer.rows[0].score == answer.rows[0].high
    assert answer.rows[0].beats_next == 1


def test_reaches_of_several_periods_come_to_the_commonest():
    rows = [
        rice("month", "100/month", "1", "100%", "1"),
        rice("year", "1200/year", "1", "100%", "1"),
        rice("again", "50/month", "1", "100%", "1"),
    ]
    answer = rank(rows, RICE)
    assert of(answer, "month").score == pytest.approx(of(answer, "year").score)
    assert dict(answer.semantics)["reach"] == "per month"


def test_nothing_to_rank():
    assert rank([], RICE).rows == ()
    only = rank([A], RICE)
    assert only.rows[0].beats_next is None
    assert only.measure_first == ()


def test_more_than_two_thousand_candidates_count_ranks_in_steps():
    rows = [rice(str(i), f"{1 + i}/month", "1", "80%", "1") for i in range(2100)]
    answer = rank(rows, RICE, draws=100)
    assert all(row.rank_low <= row.rank <= row.rank_high for row in answer.rows)
    assert max(row.rank_high - row.rank_low for row in answer.rows) <= 1


def test_bad_arguments_are_refused():
    with pytest.raises(InvalidValueError, match="one name"):
        rank([A, A], RICE)
    with pytest.raises(InvalidValueError, match="number of draws"):
        rank([A], RICE, draws=5)


def at(row, framework, key, value):
    return point_score(row, framework, **{key: value})


def test_flips_stand_where_the_scores_meet():
    answer = rank([A, B], RICE)
    rows = {row.key: row for row in settle([A, B], RICE).candidates}
    assert {(flip.key, flip.input) for flip in answer.flips} == {
        ("A", "reach"), ("A", "impact"), ("A", "effort"),
        ("B", "reach"), ("B", "impact"), ("B", "effort"),
    }  # fmt: skip
    for flip in answer.flips:
        fixed = rows["A" if flip.key == "B" else "B"]
        assert at(rows[flip.key], RICE, flip.input, flip.at) == pytest.approx(
            point_score(fixed, RICE)
        )
        assert 0 < flip.chance < 1
        assert flip.is_upward == (flip.at > flip.now)
    reach = next(flip for flip in answer.flips if (flip.key, flip.input) == ("A", "reach"))
    assert reach.at == pytest.approx(2000 * 569.21 / 461.88, rel=1e-4)


ranges = st.tuples(st.floats(1, 100), st.floats(1.1, 8)).map(lambda p: (p[0], p[0] * p[1]))


@settings(max_examples=40)
@given(ranges, ranges, st.floats(1.5, 5))
def test_more_reach_never_lowers_the_chance_to_win(reach, other, factor):
    def chance(low, high):
        one = Candidate("one", "one", {"value": spread(low, high), "effort": number(1)})
        two = Candidate("two", "two", {"value": spread(*other), "effort": number(1)})
        return rank([one, two], FRAMEWORKS["value-effort"], draws=500).better["one", "two"]

    assert chance(reach[0] * factor, reach[1] * factor) >= chance(*reach)

"""Traps in what people write, and the survey methods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.backlog import (
    FRAMEWORKS,
    check_musts,
    classify,
    evaluate,
    get_framework,
    kano,
    number,
    opportunity,
    rank,
    read_candidate,
    settle,
    spread,
)
from pilothouse.engines.backlog.candidates import split_period
from pilothouse.engines.backlog.kano import ANSWERS, parse_answer
from pilothouse.engines.backlog.moscow import parse_box, read_effort
from pilothouse.engines.backlog.opportunity import parse_rating
from pilothouse.engines.backlog.surveys import kano_answers, opportunity_answers, read_survey
from pilothouse.kernel.errors import InvalidValueError

SOUND = {"reach": "2000/quarter", "impact": "2", "confidence": "80%", "effort": "4"}


@pytest.mark.parametrize(
    ("cells", "rule", "blocks"),
    [
        ({"reach": "2000"}, "reach-without-period", False),
        ({"reach": "30%"}, "percent-as-reach", True),
        ({"reach": "0.3/month"}, "reach-of-one", False),
        ({"reach": "-5/month"}, "negative-input", True),
        ({"impact": "5"}, "off-scale-impact", False),
        ({"impact": "1..4"}, "off-scale-impact", False),
        ({"impact": "1|1.5"}, "off-scale-impact", False),
        ({"impact": "50%"}, "off-scale-impact", False),
        ({"impact": "-1"}, "negative-input", True),
        ({"confidence": "120%"}, "confidence-over-100", True),
        ({"confidence": "150"}, "confidence-over-100", True),
        ({"confidence": "1.5"}, "confidence-over-100", True),
        ({"confidence": "-20%"}, "negative-input", True),
        ({"confidence": "20%"}, "confidence-below-50", False),
        ({"confidence": "0.4"}, "confidence-below-50", False),
        ({"effort": "0"}, "zero-effort", True),
        ({"effort": "-2"}, "zero-effort", True),
        ({"effort": "0|2"}, "zero-effort", True),
        ({"effort": ""}, "missing-input", True),
    ],
)
def test_traps_of_rice(cells, rule, blocks):
    row = read_candidate("x", "X", {**SOUND, **cells}, FRAMEWORKS["rice"])
    (found,) = settle([row], FRAMEWORKS["rice"]).findings
    assert (found.rule, found.is_blocking, found.name) == (rule, blocks, "X")
    assert found.remedy
    ranked = rank([row], FRAMEWORKS["rice"], draws=100).rows[0]
    assert (ranked.score is None) == blocks


@pytest.mark.parametrize("confidence", ["80%", "80", "0.8", "50..100%", "50|80|100"])
def test_sound_inputs_have_no_findings(confidence):
    row = read_candidate("x", "X", {**SOUND, "confidence": confidence}, FRAMEWORKS["rice"])
    settled = settle([row], FRAMEWORKS["rice"])
    assert settled.findings == ()
    assert 0 <= settled.candidates[0].inputs["confidence"].high <= 1


def test_columns_of_wsjf_start_at_one():
    cells = {"value": "8", "urgency": "1", "risk": "4", "size": "2"}
    row = read_candidate("x", "X", cells, FRAMEWORKS["wsjf"])
    found = {(f.rule, f.input) for f in settle([row], FRAMEWORKS["wsjf"]).findings}
    assert found == {
        ("off-scale-risk", "risk"), ("column-without-one", "value"),
        ("column-without-one", "risk"), ("column-without-one", "size"),
    }  # fmt: skip


def test_ice_has_a_scale_and_a_scorecard_none():
    row = read_candidate(
        "x", "X", {"impact": "11", "confidence": "5", "ease": "0..3"}, FRAMEWORKS["ice"]
    )
    assert len(settle([row], FRAMEWORKS["ice"]).findings) == 2
    card = get_framework("scorecard", {"fit": 1})
    assert settle([read_candidate("x", "X", {"fit": "-3..4"}, card)], card).findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000/quarter", ("2000", "quarter")),
        ("500..900 / Months", ("500..900", "month")),
        ("30 per week", ("30", "week")),
        ("2000", ("2000", None)),
    ],
)
def test_periods(text, expected):
    assert split_period(text) == expected


@pytest.mark.parametrize("reach", ["2000/sprint", "lots/month", "0..9/month", "1..9000000/month"])
def test_unreadable_cells_name_the_item(reach):
    with pytest.raises(InvalidValueError, match="reach of 'X'"):
        read_candidate("x", "X", {**SOUND, "reach": reach}, FRAMEWORKS["rice"])


def test_kano_table_is_complete():
    table = ["".join(classify(row, column) for column in ANSWERS) for row in ANSWERS]
    assert table == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]


def test_kano_worked_example():
    result = evaluate("x", {"A": 20, "O": 15, "M": 10, "I": 5})
    assert (result.better.share, result.worse.share) == (0.7, 0.5)
    assert (result.category, result.n, result.is_too_few) == ("A", 50, False)
    assert result.strength == pytest.approx(0.1)
    assert result.total_strength.share == pytest.approx(0.9)
    assert (result.better.low, result.better.high) == pytest.approx((0.562, 0.809), abs=1e-3)


@given(st.permutations("MOAI").map(lambda p: p[:2]), st.integers(1, 40))
def test_kano_ties_go_to_what_hurts_most(pair, count):
    result = evaluate("x", dict.fromkeys(pair, count))
    assert result.category == min(pair, key="MOAI".index)
    assert result.is_mixed


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), max_size=60))
def test_kano_counts_everyone_once(pairs):
    results = kano([("x", *pair) for pair in pairs])
    assert sum(each.n for each in results) == len(pairs)
    for each in results:
        assert sum(each.counts.values()) == each.n
        assert each.is_too_few == (each.n < 20)
        assert each.better.n == each.n - each.counts["R"] - each.counts["Q"]


def test_kano_without_answers_knows_nothing():
    empty = evaluate("x", {})
    assert (empty.category, empty.strength, empty.better.share) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Like", "like"),
        ("2", "must-be"),
        ("I can live with it.", "live-with"),
        ("Must_be", "must-be"),
    ],
)
def test_kano_answers_as_tools_write_them(text, answer):
    assert parse_answer(text) == answer


def opportunity_of(pairs, method="ulwick"):
    return opportunity([("x", i, s) for i, s in pairs], method)[0]


def test_opportunity_takes_the_top_two_boxes_and_no_means():
    """90 % answer 4 or 5 for importance, 30 % for satisfaction: 9 + max(9 - 3, 0) = 15."""
    pairs = [(5, 4)] * 30 + [(4, 1)] * 60 + [(1, 2)] * 10
    result = opportunity_of(pairs)
    assert result.score == pytest.approx(15)
    assert result.low < 15 < result.high
    assert (result.n, result.is_too_few, result.verdict) == (100, False, "solid")
    assert result.underserved_chance > 0.99
    assert opportunity_of([(5, 5)] * 90 + [(1, 1)] * 10).score == pytest.approx(9)


def test_olsen_is_another_scale():
    result = opportunity_of([(5, 1)] * 30, "olsen")
    assert (result.score, result.low, result.high) == pytest.approx((1, 1, 1))
    mixed = opportunity_of([(5, 2), (3, 2)] * 15, "olsen")
    assert mixed.score == pytest.approx(0.75 * 0.75)
    assert mixed.underserved_chance is None


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=25))
def test_opportunity_lies_in_its_interval_and_on_its_scale(pairs):
    for method, end in (("ulwick", 20), ("olsen", 1)):
        result = opportunity_of(pairs, method)
        assert 0 <= result.low <= result.score <= result.high <= end
        assert result.is_too_few == (len(pairs) < 20)


def test_interval_of_an_opportunity_covers_the_truth():
    """200 surveys of 40 people of known shares: about 95 % of the intervals hold the true score."""
    import numpy as np

    rng = np.random.default_rng(4)
    true = 8 + (8 - 3)
    held = 0
    for survey in range(200):
        important, satisfied = rng.random((2, 40)) < [[0.8], [0.3]]
        pairs = [(5 if i else 2, 5 if s else 2) for i, s in zip(important, satisfied, strict=True)]
        result = opportunity([("x", *pair) for pair in pairs], seed=survey)[0]
        held += result.low <= true <= result.high
    assert 180 <= held <= 199


def test_musts_may_take_six_tenths():
    items = [("a", "must", number(6)), ("b", "should", number(3)), ("c", "could", number(1))]
    edge = check_musts([*items, ("d", "wont", number(50))])
    assert (edge.must_share, edge.is_over, edge.over_chance) == (0.6, False, 0.0)
    over = check_musts([("a", "must", number(6.1)), *items[1:]])
    assert over.is_over


def test_musts_with_ranges_have_a_chance_to_be_too_much():
    """Two efforts of the same range: the must is more than 60 % when it is 1.5 times the other."""
    from statistics import NormalDist

    import numpy as np

    result = check_musts([("a", "must", spread(1, 4)), ("b", "could", spread(1, 4))])
    sigma = np.log(4) / 2 / 1.6448536 * np.sqrt(2)
    assert result.must_share == 0.5
    assert result.over_chance == pytest.approx(1 - NormalDist().cdf(np.log(1.5) / sigma), abs=0.02)


def test_musts_without_effort_are_said():
    result = check_musts([("a", "must", None), ("b", "wont", None)])
    assert (result.must_share, result.over_chance, result.unknown) == (None, None, 1)
    assert result.counts == {"must": 1, "should": 0, "could": 0, "wont": 1}


@pytest.mark.parametrize(
    ("text", "box"),
    [("Must have", "must"), ("Won't", "wont"), ("C", "could"), ("should", "should")],
)
def test_boxes_as_people_write_them(text, box):
    assert parse_box(text) == box


@pytest.mark.parametrize("wrong", ["", "maybe"])
def test_other_boxes_and_ratings_are_refused(wrong):
    with pytest.raises(InvalidValueError):
        parse_box(wrong)
    with pytest.raises(InvalidValueError):
        parse_rating(wrong)
    with pytest.raises(InvalidValueError):
        parse_answer(wrong)


def test_efforts():
    assert read_effort(" ") is None
    assert read_effort("2..4").high == 4
    with pytest.raises(InvalidValueError, match="more than 0"):
        read_effort("0")


def test_surveys_long_and_wide_say_the_same():
    long = [
        {"Respondent": "1", "Feature": "Export", "Functional": "like", "Dysfunctional": "5"},
        {"Respondent": "2", "Feature": "Export", "Functional": "neutral", "Dysfunctional": "3"},
    ]
    wide = [
        {"respondent": "1", "Export (functional)": "like", "Export (dysfunctional)": "5"},
        {"respondent": "2", "Export (functional)": "neutral", "Export (dysfunctional)": "3"},
    ]
    answers = kano_answers(read_survey(long, "kano").rows)
    assert answers == kano_answers(read_survey(wide, "kano").rows)
    assert answers == [("Export", "like", "dislike"), ("Export", "neutral", "neutral")]


def test_what_a_survey_leaves_out_is_told_with_its_line():
    rows = [
        {"need": "Speed", "importance": "5", "satisfaction": ""},
        {"need": "Speed", "importance": "7", "satisfaction": "2"},
        {"need": "Speed", "importance": "", "satisfaction": ""},
        {"need": "", "importance": "5", "satisfaction": "2"},
        {"need": "Speed", "importance": "4", "satisfaction": "2"},
    ]
    read = read_survey(rows, "opportunity")
    assert [line for line, _ in read.left_out] == [2, 3, 5]
    assert opportunity_answers(read.rows) == [("Speed", 4, 2)]


def test_a_survey_with_other_columns_is_refused():
    with pytest.raises(InvalidValueError, match="columns need, importance and satisfaction"):
        read_survey([{"a": "1"}], "opportunity")

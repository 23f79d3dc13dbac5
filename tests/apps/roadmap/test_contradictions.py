from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.roadmap.services.contradictions import Facts, find_contradictions
from pilothouse.apps.roadmap.services.quarters import name_quarter

TODAY = date(2026, 11, 23)
NEXT = Facts("next", date(2027, 1, 1), "planned", "expected", TODAY, ("Saves 30 clicks",))
LATER = Facts("later", date(2028, 1, 1), "planned", "idea", TODAY)
DONE = Facts("now", date(2026, 10, 1), "done", "done", TODAY)


def rules(text: str, facts: Facts = NEXT) -> list[tuple[str, str]]:
    return [(each.rule, each.words) for each in find_contradictions(text, facts)]


@pytest.mark.parametrize(
    "text",
    [
        "", "Share a dashboard with anyone.", "Expected in Q1 2027", "In Q1", "By February 2027",
        "in March", "on 2027-02-14", "Next quarter, if all goes well", "During 2027",
        "It saves 30 clicks", "You may march on", "Works on Node 22-based x86 and H2O",
        "2027 Q1", "early January 2027", "No sooner than next year",
    ],
)  # fmt: skip
def test_what_agrees_is_left_alone(text: str):
    found = [each for each in rules(text) if each[0] != "number"]
    assert found == []


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Coming in Q2 2027", "quarter", "Q2 2027"),
        ("Coming in Q1 2028", "quarter", "Q1 2028"),
        ("Coming in q3", "quarter", "q3"),
        ("2026-Q4", "quarter", "2026-Q4"),
        ("By April 2027", "date", "April 2027"),
        ("by april", "date", "by april"),
        ("on 12 December 2026", "date", "12 December 2026"),
        ("ready 2026-12-01", "date", "2026-12-01"),
        ("in 2028", "year", "2028"),
        ("This quarter!", "relative time", "this quarter"),
        ("this year", "relative time", "this year"),
        ("out next week", "relative time", "next week"),
        ("Available now", "state", "Available now"),
        ("we shipped it", "state", "shipped"),
        ("Guaranteed.", "sureness", "Guaranteed"),
        ("We are committed to it", "sureness", "committed"),
        ("40% faster", "number", "40"),
        ("Saves 3,000 clicks", "number", "3,000"),
    ],
)
def test_what_does_not_is_named(text: str, rule: str, words: str):
    assert rules(text) == [(rule, words)]


@pytest.mark.parametrize("text", ["Q1 2028", "in 2028", "January 2028", "2028-01-05", "this year"])
def test_what_is_later_has_no_date_at_all(text: str):
    found = find_contradictions(text, LATER)
    assert len(found) == 1
    assert "no date" in found[0].sentence


def test_a_bet_without_a_quarter_has_none():
    facts = Facts("next", None, "planned", "expected", TODAY)
    assert [each.rule for each in find_contradictions("in Q1 2027", facts)] == ["quarter"]
    assert "no quarter" in find_contradictions("in Q1 2027", facts)[0].sentence


def test_what_is_done_may_be_called_out():
    assert rules("Available now, shipped in Q4 2026, guaranteed", DONE) == []


def test_a_word_is_named_once():
    assert rules("Q2 2027, really Q2 2027") == [("quarter", "Q2 2027")]


def test_a_number_is_the_same_in_every_spelling():
    facts = Facts("now", None, "planned", "planned", TODAY, ("From 1,000 to 2.50",))
    assert rules("1000 and 2.5", facts) == []


@given(text=st.text(max_size=300))
def test_any_text_is_judged_the_same_twice(text: str):
    assert find_contradictions(text, NEXT) == find_contradictions(text, NEXT)


@given(ahead=st.integers(0, 8), named=st.integers(0, 8))
def test_exactly_the_quarter_of_the_bet_may_be_named(ahead: int, named: int):
    quarters = [date(2026 + (3 + n) // 4, (3 + n) % 4 * 3 + 1, 1) for n in range(9)]
    horizon = "now" if ahead == 0 else "next"
    facts = Facts(horizon, quarters[ahead], "planned", "expected", TODAY)
    found = find_contradictions(f"Out in {name_quarter(quarters[named])}.", facts)
    assert bool(found) == (ahead != named)

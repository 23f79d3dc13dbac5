"""Gaps to a target, and what a posting speaks of."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.skills import (
    Context,
    Evidence,
    Strength,
    find_gaps,
    find_mentions,
    rate_levels,
)

NOW = datetime(2026, 11, 25, tzinfo=timezone.utc)
WORDS = {
    "C01": ["user interviews", "interviews", "user research"],
    "C05": ["p&l", "pricing"],
    "C11": ["A/B tests", "experimentation"],
    "C12": ["api", "ai features"],
}


def levels_of(*held: tuple[str, int]):  # type: ignore[no-untyped-def]
    """Levels of C01 to C04: those of ``held`` have two checked acts so many days old."""
    acts = [
        Evidence(2 * n + m, name, Strength.CHECKED, NOW - timedelta(days=days), Context.STUDY)
        for n, (name, days) in enumerate(held)
        for m in (1, 2)
    ]
    return rate_levels(["C01", "C02", "C03", "C04"], acts, NOW)


def test_the_heaviest_gap_comes_first_and_what_is_met_last():
    levels = levels_of(("C01", 5), ("C02", 5))
    gaps = find_gaps({"C01": 1, "C02": 2, "C03": 2, "C04": 1}, levels, {"C04": 2.5})
    assert [(gap.competency, gap.short, gap.weight) for gap in gaps] == [
        ("C04", 1, 2.5), ("C03", 2, 2.0), ("C02", 1, 1.0), ("C01", 0, 0.0),
    ]  # fmt: skip
    assert gaps[1].held is None
    assert gaps[2].held == 1


def test_only_acts_of_the_last_two_years_close_a_gap():
    (gap,) = find_gaps({"C01": 1}, levels_of(("C01", 900)))
    assert (gap.held, gap.value, gap.short, gap.is_greyed) == (None, 1, 1, True)


def test_what_is_not_asked_or_not_known_is_left_out():
    assert find_gaps({"C01": 0, "C77": 2}, levels_of()) == ()


@given(st.dictionaries(st.sampled_from(["C01", "C02", "C03", "C04"]), st.integers(1, 4)))
def test_every_competency_asked_for_is_there_once_in_falling_weight(required: dict[str, int]):
    gaps = find_gaps(required, levels_of(("C02", 1)))
    assert sorted(gap.competency for gap in gaps) == sorted(required)
    weights = [gap.weight for gap in gaps]
    assert weights == sorted(weights, reverse=True)


def test_a_posting_is_read_by_whole_words_in_any_case():
    text = "Own the P&L.\nRun USER\n interviews weekly, and A/B tests; more interviews. Rapid pace."
    found = {each.competency: each for each in find_mentions(text, WORDS)}
    assert found["C01"].words == ("user interviews", "interviews")
    assert found["C01"].count == 2
    assert found["C05"].words == ("p&l",)
    assert found["C11"].count == 1
    # "Rapid" holds "api" and is not it.
    assert "C12" not in found


def test_the_most_spoken_of_comes_first():
    text = "pricing, pricing, pricing; experimentation"
    assert [each.competency for each in find_mentions(text, WORDS)] == ["C05", "C11"]
    assert find_mentions("", WORDS) == ()
    assert find_mentions("nothing of the kind", {"C01": []}) == ()


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    for each in find_mentions(text, WORDS):
        assert each.count >= len(each.words) >= 1

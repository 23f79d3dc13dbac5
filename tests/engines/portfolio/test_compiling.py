"""A claim without evidence does not compile; the gap names its sentence and number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.portfolio import Evidence, Section, Why, compile_study, split_sentences

READING = Evidence(
    "act:7", "Reading", numbers=(0.0424, 0.061, 420, 31, 48, 0.6458),
    days=((2026, 11, 12),), minutes=(630,),
)  # fmt: skip


def compile_text(text: str, *evidence: Evidence):
    return compile_study([Section("result", "Result", text)], evidence or (READING,))


HOLDS = (
    "Churn fell to 4.2 % of 420 people. {act:7}",
    "Churn fell to 4 %. {act:7}",
    "In November we launched. {act:7}",
    "It may be launched.",
    "It fell from 6.1 to 4.24 %, 1.86 percentage points or 30 % less. {act:7}",
    "31 of 48 finished (64.6 %, 95 % interval 50 to 77 %). {act:7} {act:8}",
    "Thirty-one of forty-eight finished {act:7}.",
    "On 12 November 2026 at 10:30 it held. {act:7}",
    "In November 2026 we launched. {act:7}",
    "In 2026 we launched. {act:7}",
    "48 is 1.5 times 31. {act:7}",
    "We launched. {act:7}",
    "We hoped that it would be launched.",
    "Nobody knew where people gave up.",
    "The 2nd version of Q3 came next.",
)
FAILS = {
    "Churn fell to 4.3 %. {act:7}": ("4.3 %", Why.UNSUPPORTED),
    "Churn fell to 4.240 %. {act:7} It fell to 4.250 %. {act:7}": ("4.250 %", Why.UNSUPPORTED),
    "We had 42 people. {act:7}": ("42", Why.UNSUPPORTED),
    "We had 4.2 people. {act:7}": ("4.2", Why.UNSUPPORTED),
    "We had 61 % of them. {act:7}": ("61 %", Why.UNSUPPORTED),
    "Of 420 people forty-one left. {act:7}": ("forty-one", Why.UNSUPPORTED),
    "On 13 November 2026 it held. {act:7}": ("13 November 2026", Why.UNSUPPORTED),
    "In 2025 it held. {act:7}": ("2025", Why.UNSUPPORTED),
    "At 10:31 it held. {act:7}": ("10:31", Why.UNSUPPORTED),
    "Churn is 4.2 %.": ("4.2 %", Why.NO_EVIDENCE),
    "We launched.": ("", Why.NO_EVIDENCE),
    "We began in May.": ("May", Why.NO_EVIDENCE),
    "We began in May. {act:7}": ("May", Why.UNSUPPORTED),
    "Churn is 4.2 %. {act:9}": ("", Why.UNKNOWN_EVIDENCE),
    "We hoped for 80 %.": ("80 %", Why.NO_EVIDENCE),
    "`99` of them": ("99", Why.NO_EVIDENCE),
    "|a|b|\n|-|-|\n|rows|77|": ("77", Why.NO_EVIDENCE),
    "# 5 reasons": ("5", Why.NO_EVIDENCE),
    "1. We asked 5.": ("5", Why.NO_EVIDENCE),
}
INTERVAL = Evidence("act:8", "Interval", numbers=(0.504, 0.767))


@pytest.mark.parametrize("text", HOLDS)
def test_what_the_evidence_says_compiles(text: str):
    assert compile_text(text, READING, INTERVAL).gaps == ()


@pytest.mark.parametrize("text", FAILS)
def test_what_it_does_not_say_is_named(text: str):
    gap = compile_text(text).gaps[-1]
    assert (gap.figure, gap.why) == FAILS[text]
    assert gap.figure in gap.sentence
    assert gap.text in gap.sentence
    assert gap.text


def test_the_error_reads_as_a_sentence():
    (gap,) = compile_text("Revenue grew by 40 %. {act:7}").gaps
    assert gap.sentence == (
        "“Revenue grew by 40 %.”: 40 % stands in none of the evidence linked to it."
    )


def test_evidence_of_another_sentence_does_not_count():
    gaps = compile_text("It was 420. {act:7} It was 31.").gaps
    assert [(gap.text, gap.why) for gap in gaps] == [("It was 31.", Why.NO_EVIDENCE)]


def test_a_difference_needs_both_of_its_numbers():
    assert compile_text("It fell by 1.86 percentage points. {act:7}").gaps[0].figure.startswith("1")


def test_a_source_outside_is_quoted_and_not_checked():
    source = Evidence("source:1", "Pricing page", is_quoted=True)
    assert compile_text("It costs $12 for 5 seats. {source:1}", source).is_whole
    assert not compile_text("It costs $12 for 5 seats.", source).is_whole


def test_a_section_that_is_demanded_must_say_something():
    study = [Section("failed", "What failed", " \n ", is_required=True)]
    (gap,) = compile_study(study, []).gaps
    assert (gap.why, gap.section) == (Why.EMPTY_SECTION, "What failed")


def test_references_belong_to_the_sentence_before_them():
    found = split_sentences(
        "One thing. {act:1} {act:2} Then e.g. this, i.e. that {act:3}.\n\n{act:4}"
    )
    assert [(each.text, each.keys) for each in found] == [
        ("One thing.", ("act:1", "act:2")),
        ("Then e.g. this, i.e. that.", ("act:3", "act:4")),
    ]


def test_lists_are_sentences_and_their_numbers_are_none():
    found = split_sentences("1. Leave it.\n2. Ask less. {act:1}\n- [x] Done\n> said")
    assert [each.text for each in found] == ["Leave it.", "Ask less.", "Done", "said"]


@settings(max_examples=200, deadline=None)
@given(st.floats(0.0001, 10**6), st.integers(0, 4))
def test_rounding_is_always_supported_and_a_unit_beside_it_never(value: float, digits: int):
    """The reference is Python's own rounding."""
    written = f"{value:.{digits}f}"
    evidence = Evidence("act:1", "", numbers=(value,))
    assert compile_text(f"It was {written} units. {{act:1}}", evidence).is_whole
    beside = f"{float(written) + 2 * 10**-digits:.{digits}f}"
    if not 1900 <= float(beside) <= 2100:
        assert not compile_text(f"It was {beside} units. {{act:1}}", evidence).is_whole


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4), st.integers(0, 10**6))
def test_more_evidence_never_breaks_what_compiled(numbers: list[int], more: int):
    text = " and ".join(str(number) for number in numbers) + " people. {act:1} {act:2}"
    first = Evidence("act:1", "", numbers=tuple(map(float, numbers)))
    assert compile_text(text, first, Evidence("act:2", "")).is_whole
    assert compile_text(text, first, Evidence("act:2", "", numbers=(float(more),))).is_whole

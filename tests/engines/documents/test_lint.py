"""Lint against a labelled corpus, and what must hold for any text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.documents import LintFacts, lint_text
from pilothouse.engines.documents.lint import NOT_ENGLISH
from pilothouse.engines.documents.rules import RULES, Severity
from tests.engines.documents.corpus import FACTS, MISSES, SNIPPETS

METHOD = Path(__file__).parents[3] / "docs" / "methods" / "documents.md"


def found_in(text: str, kind: str = "note", facts: LintFacts = FACTS) -> list[tuple[str, int]]:
    return [(each.rule.id, each.line) for each in lint_text(text, kind=kind, facts=facts).findings]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_snippets_have_exactly_their_findings(snippet):
    assert sorted(found_in(snippet.text, snippet.kind)) == sorted(snippet.expected)


def test_the_corpus_is_large_and_tries_every_rule():
    assert len(SNIPPETS) >= 40
    assert {rule for snippet in SNIPPETS for rule, _ in snippet.expected} == set(RULES)


@pytest.mark.parametrize(("name", "text", "missed"), MISSES, ids=lambda value: str(value)[:30])
def test_known_misses_are_still_misses(name, text, missed):
    """When a heuristic learns one of these, the snippet moves into the corpus."""
    assert missed not in {rule for rule, _ in found_in(text)}
    assert RULES[missed].is_heuristic


def test_a_finding_names_words_rule_and_remedy():
    finding = next(iter(lint_text("It is easy.", facts=FACTS).findings))
    assert finding.sentence == (
        "“easy”: a word means the same to every reader. (a heuristic) "
        "Say instead: the number of steps."
    )


def test_a_stale_claim_tells_what_moved():
    finding = next(iter(lint_text("[12 %](claim:stale)", facts=FACTS).findings))
    assert "It was 12 %, it is 9 %." in finding.remedy


def test_another_language_is_said_and_not_judged():
    german = next(each for each in SNIPPETS if each.name == "German").text
    assert NOT_ENGLISH in lint_text(german, facts=FACTS).notes


def test_what_is_not_known_is_not_judged():
    text = "R1: Read CSV.\nMetric: Joy\nEvent: `x`\n[a](mention:item/i) [b](claim:c) [[D]]"
    assert found_in(text, facts=LintFacts()) == []
    unknown = replace(FACTS, events=None)
    assert found_in("R1: Read CSV.\nMetric: Ghost rate", facts=unknown) == []


def test_the_trace_goes_from_requirement_to_event():
    trace = lint_text("R1: Read CSV.\nMetric: Ghost rate, Joy", facts=FACTS).traces[0]
    seen = [(m.name, m.is_known, [(e.name, e.is_seen) for e in m.events]) for m in trace.metrics]
    assert seen == [("Ghost rate", True, [("ghost seen", False)]), ("Joy", False, [])]


def test_severities_are_counted():
    lint = lint_text("R1: Read CSV easy.\n\n[x](#y)", facts=FACTS)
    counted = [lint.count(severity) for severity in Severity]
    assert counted == [1, 1, 1]


def test_every_rule_stands_in_the_guide_with_its_severity():
    text = METHOD.read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+)", text, re.M))
    assert told == {rule.id: rule.severity.value for rule in RULES.values()}


PIECES = st.sampled_from(
    [
        "R1: ",
        "As a user, I want ",
        "so that ",
        "Given ",
        "when ",
        "then ",
        "Metric: ",
        "Event: ",
        "easy ",
        "12 % ",
        "[a](claim:b)",
        "[a](mention:metric/m1)",
        "[[x]]",
        "# ",
        "- ",
        "> ",
        "    ",
        "```\n",
        "\n",
        "\n\n",
        "|a|\n|-|\n",
        "<!-- lint: off ",
        " -->",
        "Acceptance criteria:",
        "é",
        "{}",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)


@settings(max_examples=60)
@given(TEXTS)
def test_any_text_can_be_linted_and_lines_lie_inside(text):
    lint = lint_text(text, kind="prd", facts=FACTS)
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= finding.line <= last for finding in lint.findings)
    assert lint == lint_text(text, kind="prd", facts=FACTS)


@settings(max_examples=30)
@given(TEXTS, st.sampled_from(sorted(set(RULES) - {"unknown-rule"})))
def test_a_rule_that_is_switched_off_finds_nothing(text, rule):
    off = f"<!-- lint: off {rule} -->\n\n{text}"
    assert rule not in {found for found, _ in found_in(off, "prd")}


@settings(max_examples=40)
@given(TEXTS)
def test_code_is_never_judged(text):
    body = text.replace("~", "")
    assert found_in(f"~~~\n{body}\n~~~") == []

"""Criteria as Gherkin, checked by the official parser."""

from __future__ import annotations

from typing import Any

import pytest
from gherkin.parser import Parser
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.documents import (
    Feature,
    build_feature,
    read_feature,
    read_outline,
    read_parts,
    write_feature,
)
from pilothouse.engines.documents.gherkin import FeatureRule, Scenario
from pilothouse.engines.documents.gherkin_read import escape_line, read_row, to_markdown
from pilothouse.engines.documents.parts import Step
from pilothouse.kernel.errors import InvalidValueError

DOCUMENT = """# Checkout

## Background:

- Given a shop

## R1: Pay by card

As a buyer, I want to pay by card, so that the order leaves today.

### Scenario Outline: cards

- Given a <kind> card
  ```
  number: 4242
  ```
- When I pay
- Then <result> is shown

| kind | result |
|---|---|
| good | a receipt |
| bad | an error \\| hint |

Acceptance criteria:

- Given an empty cart, when I pay, then nothing is charged
- The receipt arrives within 5 minutes
"""
FEATURE = """Feature: Checkout

  Background:
    Given a shop

  Rule: R1: Pay by card
    As a buyer
    I want to pay by card
    So that the order leaves today

    Scenario Outline: cards
      Given a <kind> card
        \"\"\"
        number: 4242
        \"\"\"
      When I pay
      Then <result> is shown

      Examples:
        | kind | result |
        | good | a receipt |
        | bad | an error \\| hint |

    Scenario: I pay
      Given an empty cart
      When I pay
      Then nothing is charged

    Scenario: The receipt arrives within 5 minutes
      Then The receipt arrives within 5 minutes
"""


def feature_of(text: str, title: str = "") -> Feature:
    outline = read_outline(text)
    return build_feature(title, outline, read_parts(outline))


def read_officially(text: str) -> dict[str, Any]:
    return Parser().parse(text)["feature"]


def official_scenarios(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for child in node["children"]:
        if "rule" in child:
            found += official_scenarios(child["rule"])
        elif "scenario" in child:
            found.append(child["scenario"])
    return found


def official_steps(node: dict[str, Any]) -> list[list[tuple[str, str]]]:
    return [
        [(step["keyword"].strip(), step["text"]) for step in scenario["steps"]]
        for scenario in official_scenarios(node)
    ]


def test_a_document_becomes_a_feature():
    assert write_feature(feature_of(DOCUMENT)) == FEATURE


def test_the_official_parser_reads_the_same():
    official = read_officially(FEATURE)
    assert official["name"] == "Checkout"
    rule = official["children"][1]["rule"]
    assert rule["name"] == "R1: Pay by card"
    outline, empty, plain = official_scenarios(official)
    assert outline["steps"][0]["docString"]["content"] == "number: 4242"
    body = outline["examples"][0]["tableBody"]
    assert [[c["value"] for c in row["cells"]] for row in body] == [
        ["good", "a receipt"],
        ["bad", "an error | hint"],
    ]
    assert [step["text"] for step in empty["steps"]] == [
        "an empty cart",
        "I pay",
        "nothing is charged",
    ]
    assert plain["steps"][0]["text"] == "The receipt arrives within 5 minutes"


def test_there_and_back():
    feature = read_feature(FEATURE)
    assert write_feature(feature) == FEATURE
    assert write_feature(feature_of(to_markdown(feature), feature.name)) == FEATURE


def test_a_document_without_criteria_is_an_empty_feature():
    feature = feature_of("# Plan\n\nNothing here.")
    assert feature.is_empty
    assert read_officially(write_feature(feature))["children"] == []


def test_a_file_of_another_hand_is_read():
    feature = read_feature(
        "# language: en\n@a @b\nFeature:  Shop \n  Free words.\n\n  @slow\n  Example: x\n"
        "    * a step\n    And more\n      | a | b |\n      | 1 | 2 |\n"
    )
    assert (feature.name, feature.description) == ("Shop", ("Free words.",))
    scenario = feature.scenarios[0]
    assert (scenario.name, scenario.tags) == ("x", ("slow",))
    assert [(step.keyword, step.text) for step in scenario.steps] == [
        ("And", "a step"),
        ("And", "more"),
    ]
    assert scenario.steps[1].document == "| a | b |\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Feature: NAME"),
        ("nothing", "line 1"),
        ("Scenario: x", "one feature"),
        ("Feature: a\nFeature: b", "one feature"),
        ("Feature: a\nScenario: b\n| x |", "table follows"),
        ("Feature: a\nScenario: b\nGiven x\nExamples:\n|a|b|\n|1|", "as many cells"),
        ('Feature: a\nScenario: b\nGiven x\n"""\nopen', "never ends"),
        ("Feature: a\nExamples:", "follow a scenario"),
    ],
)
def test_bad_files_are_refused_with_their_line(text, part):
    with pytest.raises(InvalidValueError, match=part):
        read_feature(text)


WORDS = st.text(min_size=1, max_size=30)
STEPS = st.lists(
    st.builds(Step, st.sampled_from(["Given", "When", "Then", "And", "But"]), WORDS, st.just(1)),
    min_size=1,
    max_size=4,
).map(tuple)
SCENARIOS = st.lists(st.builds(Scenario, WORDS, STEPS), max_size=3).map(tuple)
RULES = st.lists(
    st.builds(FeatureRule, WORDS, SCENARIOS, description=st.lists(WORDS, max_size=2).map(tuple)),
    max_size=2,
).map(tuple)
FEATURES = st.builds(Feature, WORDS, SCENARIOS, RULES, st.just(()) | STEPS)


def flat(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def all_scenarios(feature: Feature) -> list[Scenario]:
    return [*feature.scenarios, *(each for rule in feature.rules for each in rule.scenarios)]


@settings(max_examples=80)
@given(FEATURES)
def test_any_criteria_are_read_officially_with_the_same_steps(feature):
    official = read_officially(write_feature(feature))
    assert official_steps(official) == [
        [(step.keyword, flat(step.text) or "(nothing said)") for step in scenario.steps]
        for scenario in all_scenarios(feature)
    ]


@settings(max_examples=80)
@given(FEATURES)
def test_our_reader_reads_what_the_official_one_reads(feature):
    text = write_feature(feature)
    ours = [[(s.keyword, s.text) for s in each.steps] for each in all_scenarios(read_feature(text))]
    assert ours == official_steps(read_officially(text))


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_any_list_of_criteria_becomes_scenarios(words):
    listed = [line for line in (flat(each) for each in words) if any(c.isalnum() for c in line)]
    text = "Acceptance criteria:\n\n" + "\n".join(f"- x{escape_line(line)}" for line in listed)
    official = official_steps(read_officially(write_feature(feature_of(text, "T"))))
    assert official == [[("Then", f"x{line}")] for line in listed]


@given(
    st.lists(st.text(st.sampled_from("a|\\ n"), max_size=5).map(str.strip), min_size=1, max_size=3)
)
def test_cells_of_a_table_come_back(cells):
    feature = Feature(
        "f", (Scenario("s", (Step("Then", "<h>", 1),), (("h",) * len(cells), tuple(cells))),)
    )
    official = official_scenarios(read_officially(write_feature(feature)))[0]
    row = official["examples"][0]["tableBody"][0]
    assert [cell["value"] for cell in row["cells"]] == [flat(cell) for cell in cells]
    ours = read_feature(write_feature(feature)).scenarios[0].examples[1]
    assert ours == tuple(flat(cell) for cell in cells)
    assert read_row("| a |") == ("a",)

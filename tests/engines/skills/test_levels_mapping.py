"""From acts to evidence by a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pilothouse.engines.skills import (
    Act,
    ActRule,
    Check,
    Context,
    Evidence,
    Strength,
    match_act,
    match_acts,
    rate_level,
    vouch_act,
)

AT = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
RULE = ActRule(
    "decision.decided", "C03", "A decision",
    checks=(
        Check("options", "at-least", 2, "two options"),
        Check("expected", "present", None, "a result"),
    ),
)  # fmt: skip


def act(kind: str = "decision.decided", sequence: int = 1, **facts: Any) -> Act:
    return Act(sequence, kind, AT, "decision", "d1", "p1", Context.OWN_PRODUCT, facts)


def test_an_act_that_passes_its_checks_is_checked():
    (found,) = match_act(RULE, act(options=2, expected="fewer leave"))
    assert found == Evidence(
        1, "C03", Strength.CHECKED, AT, Context.OWN_PRODUCT, place="p1", key="decision:d1",
        kind="decision.decided", says="A decision",
    )  # fmt: skip


def test_an_act_that_fails_one_is_recorded_and_says_what_it_lacks():
    (found,) = match_act(RULE, act(options=1, expected=""))
    assert (found.strength, found.lacks) == (Strength.RECORDED, ("two options", "a result"))


def test_other_kinds_and_unmet_conditions_say_nothing():
    only = replace(RULE, when=(Check("door", "is", "one-way"),))
    assert match_act(RULE, act("decision.reviewed")) == []
    assert match_act(only, act(options=2, expected="x", door="two-way")) == []
    assert len(match_act(only, act(options=2, expected="x", door="one-way"))) == 1


@pytest.mark.parametrize(
    ("check", "facts", "holds"),
    [
        (Check("a", "present"), {"a": 0}, True),
        (Check("a", "present"), {"a": False}, True),
        (Check("a", "present"), {"a": ""}, False),
        (Check("a", "present"), {"a": None}, False),
        (Check("a", "present"), {}, False),
        (Check("a.b", "present"), {"a": {"b": 1}}, True),
        (Check("a.b", "present"), {"a": 3}, False),
        (Check("a", "empty"), {}, True),
        (Check("a", "empty"), {"a": 0}, True),
        (Check("a", "empty"), {"a": [1]}, False),
        (Check("a", "is", True), {"a": True}, True),
        (Check("a", "is", True), {"a": "True"}, False),
        (Check("a", "in", ["x", "y"]), {"a": "y"}, True),
        (Check("a", "in", ["x", "y"]), {}, False),
        (Check("a", "at-least", 2), {"a": 2}, True),
        (Check("a", "at-least", 2), {"a": 1.99}, False),
        (Check("a", "at-least", 0), {"a": True}, False),
        (Check("a", "at-least", 2), {"a": "3"}, False),
        (Check("a", "at-most", 0.1), {"a": 0.1}, True),
        (Check("a", "at-most", 0.1), {"a": 0.2}, False),
        (Check("a", "longer-than", 3), {"a": "four"}, True),
        (Check("a", "longer-than", 3), {"a": "thr"}, False),
        (Check("a", "longer-than", 3), {"a": 9999}, False),
    ],
)
def test_checks(check: Check, facts: dict[str, Any], holds: bool):
    assert check.holds(facts) is holds


def scored(**facts: Any) -> list[Evidence]:
    rule = ActRule(
        "simulation.scored", "$competency", "Scored", Strength.SCORED, independent="world",
        score="score", world="world",
    )  # fmt: skip
    whole = {"competency": "C06", "score": 61, "world": "saas@1", "seed": 7} | facts
    one = Act(5, "simulation.scored", AT, "run", "r1", "p9", Context.SIMULATED, whole)
    return match_act(rule, one)


def test_a_scored_act_has_its_world_and_score():
    (found,) = scored()
    assert (found.competency, found.strength, found.score) == ("C06", Strength.SCORED, 61)
    assert (found.place, found.key) == ("saas@1", "simulation.scored:saas@1:7")
    assert scored(score=400)[0].score == 100
    assert scored(score=-30)[0].score == -30


@pytest.mark.parametrize("score", [None, "61", True, float("nan"), float("inf")])
def test_without_a_score_nothing_is_scored(score: Any):
    (found,) = scored(score=score)
    assert (found.strength, found.score) == (Strength.CHECKED, None)


def test_a_fact_may_name_several_competencies():
    rule = ActRule("learning.finished", "$aims", "Read", Strength.RECORDED, context=Context.STUDY)
    read = act("learning.finished", aims=["C11.2", "C10.1", "C11.3", 4, ""])
    assert [each.competency for each in match_act(rule, read)] == ["C11", "C10"]
    assert {each.context for each in match_act(rule, read)} == {Context.STUDY}
    assert match_act(rule, act("learning.finished", aims=None)) == []


@pytest.mark.parametrize(
    ("named", "context"),
    [
        (["own_product"], Context.OWN_PRODUCT),
        (["own_product", "simulated"], Context.SIMULATED),
        (["simulated", "study", "employment"], Context.STUDY),
        ("volunteer", Context.VOLUNTEER),
        (["none"], Context.STUDY),
        (None, Context.STUDY),
    ],
)
def test_of_several_contexts_the_least_real_counts(named: Any, context: Context):
    rule = replace(RULE, contexts="contexts")
    told = replace(act(options=2, expected="x", contexts=named), context=Context.STUDY)
    assert match_act(rule, told)[0].context == context


def test_acts_of_one_day_may_be_one_case():
    rule = replace(RULE, independent="day")
    same = [act(sequence=n, options=2, expected="x") for n in (1, 2)]
    later = replace(same[0], sequence=3, at=AT + timedelta(days=1))
    keys = [each.key for each in match_acts([rule], [*same, later])]
    assert keys[0] == keys[1] != keys[2]


def test_the_same_object_is_one_case_whatever_was_done_to_it():
    reviewed = ActRule("decision.reviewed", "C03", "Looked back")
    found = list(
        match_acts([RULE, reviewed], [act(options=2, expected="x"), act("decision.reviewed", 2)])
    )
    assert len({each.key for each in found}) == 1
    level = rate_level("C03", found, AT)
    assert (level.acts, len(level.cases), level.value) == (2, 1, None)


def test_vouching_joins_the_case_of_the_act():
    plain = act(options=1, expected="")
    found = vouch_act([RULE], plain, "C03", Strength.COUNTERSIGNED, endorser="e", says="Endorsed")
    assert (found.key, found.strength, found.endorser) == ("decision:d1", 5, "e")
    assert (found.weight, found.lacks) == (1.0, ())
    level = rate_level("C03", [*match_act(RULE, plain), found], AT)
    assert [case.strength for case in level.cases] == [Strength.COUNTERSIGNED]


def test_vouching_for_what_the_table_does_not_know():
    found = vouch_act([RULE], act("talk.given"), "C15", Strength.REVIEWED)
    assert (found.competency, found.key, found.context) == (
        "C15", "decision:d1", Context.OWN_PRODUCT,
    )  # fmt: skip

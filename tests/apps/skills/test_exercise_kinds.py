"""Kinds that ask other engines, held against answers worked out without them; their content."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest

from pilothouse.apps.skills.services.exercise_kinds import get_exercise, get_kind, load_kinds
from pilothouse.apps.skills.services.exercise_kinds.wording import (
    CASES,
    INVEST,
    LABELS,
    SENTENCES,
    compose_story,
    find_missing_cases,
    find_story_faults,
    load_rows,
)
from pilothouse.engines.skills.exercises import LEVELS, OWN_KINDS, make_exercise
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.skills.exercise_kind_oracles import ORACLES
from tests.engines.skills.exercise_checks import check_answers, check_kind

SEEDS = range(70)
KINDS = [kind for kind in load_kinds().values() if kind not in OWN_KINDS]
# The chance is drawn, the oracle exact: 10,000 draws are off by 2 points at most.
DRAWN = {"how-sure"}


def test_every_kind_has_an_oracle():
    assert {kind.key for kind in KINDS} == set(ORACLES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_answers_agree_with_a_second_way_from_what_is_shown(kind):
    for difficulty in LEVELS:
        for seed in SEEDS:
            exercise = make_exercise(kind, seed, difficulty)
            expected = ORACLES[kind.key](exercise.case)
            if kind.key in DRAWN:
                chance = next(q for q in exercise.case.questions if q.key == "chance")
                assert abs(chance.number - expected.pop("chance")) < 0.02
                expected["chance"] = chance.number
            check_answers(exercise, expected)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_variants_are_sound_and_differ(kind):
    check_kind(kind, range(20))


def test_kinds_are_named_once_and_aim_at_a_competency():
    from pilothouse.apps.skills.services.competencies import IDS

    kinds = load_kinds()
    assert len(kinds) >= 30
    assert len({kind.title for kind in kinds.values()}) == len(kinds)
    for key, kind in kinds.items():
        assert key == kind.key == get_kind(key).key
        assert kind.competency in IDS
        assert kind.teaches.endswith(".")
        assert kind.trap.endswith(".")


def test_what_is_not_there_is_named():
    with pytest.raises(NotFoundError, match="read-funnel"):
        get_kind("nothing")
    with pytest.raises(InvalidValueError, match="1, 2 or 3"):
        get_exercise("kano", 1, 4)
    with pytest.raises(InvalidValueError, match="seed"):
        get_exercise("kano", -1, 1)


def test_the_questions_of_interviews_are_labelled_and_reasoned():
    rows = load_rows("interview_questions")
    assert len(rows) >= 60
    assert len({row["text"] for row in rows}) == len(rows)
    counts = Counter(row["label"] for row in rows)
    assert set(counts) == set(LABELS)
    assert min(counts.values()) >= 10
    for row in rows:
        assert row["text"].endswith("?") or row["text"].endswith("."), row
        assert len(row["why"]) > 15, row
        assert (row["label"] == "good") == ("better" not in row), row


def test_sentences_of_strategies_are_labelled_and_reasoned():
    rows = load_rows("strategy")
    assert len({row["text"] for row in rows}) == len(rows) >= 30
    assert set(Counter(row["label"] for row in rows).values()) == {8}
    assert {row["label"] for row in rows} == set(SENTENCES)
    assert all(len(row["why"]) > 15 for row in rows)


@pytest.mark.parametrize("row", load_rows("stories"), ids=lambda row: row["role"])
def test_lint_finds_in_a_story_what_was_put_in_and_nothing_else(row):
    for count in range(4):
        for faults in combinations(INVEST, count):
            text = compose_story(row, frozenset(faults))
            assert find_story_faults(text) == faults, text


def test_there_are_more_than_forty_faulty_stories():
    rows = load_rows("stories")
    texts = {compose_story(row, frozenset(letter)) for row in rows for letter in INVEST}
    assert len(texts) == len(rows) * len(INVEST) > 40


@pytest.mark.parametrize("row", load_rows("requirements"), ids=lambda row: row["need"][:30])
def test_lint_finds_the_cases_that_were_left_out_and_no_others(row):
    for count in range(len(CASES) + 1):
        for said in combinations(CASES, count):
            text = " ".join([f"R1: {row['need']}", *(row[case] for case in said)])
            assert find_missing_cases(text) == tuple(c for c in CASES if c not in said), text


@pytest.mark.parametrize("row", load_rows("interview_questions"), ids=lambda row: row["text"][:30])
def test_a_better_way_of_asking_keeps_its_own_rules(row):
    text = row["better"] if row["label"] != "good" else row["text"]
    assert text.count("?") <= 1, "one question at a time"
    assert not re.search(r"\b(would|could|imagine|suppose|if we)\b", text, re.IGNORECASE)
    assert not re.search(r",? and (what|who|why|when|how|where|which)\b", text), "two in one"


def test_a_question_with_one_fault_does_not_show_another():
    for row in load_rows("interview_questions"):
        if row["label"] in {"leading", "double"}:
            wish = re.search(r"\b(would (?!you agree)|imagine|suppose)", row["text"], re.IGNORECASE)
            assert not wish, row["text"]


def test_five_people_are_not_called_too_few_where_fewer_are_enough():
    for seed in range(120):
        case = get_exercise("testers", seed, 1 + seed % 3).case
        needed = next(q for q in case.questions if q.key == "needed")
        assert (needed.number > 5) == ("not for this one" in needed.traps[0].why)


def test_the_best_deal_is_only_praised_for_what_it_gives():
    said = set()
    for seed in range(120):
        case = get_exercise("best-deal", seed, 1 + seed % 3).case
        gives_both = case.questions[0].answer == "MS"
        assert gives_both == ("what it wants most" in case.steps[-1])
        said.add(gives_both)
    assert said == {True, False}


def test_a_denominator_does_not_tell_who_is_counted_where_that_is_open():
    for seed in range(200):
        case = get_exercise("exact-metric", seed, 1 + seed % 3).case
        open_parts = case.questions[0].keys
        assert "who" not in open_parts or "base" in open_parts


def test_what_was_read_a_second_time_is_there_and_counted():
    from tools.stats import count_content, count_readings

    there, read = count_content(), count_readings()
    for name in ("study_cards", "library_entries", "exercise_kinds", "exercise_sentences",
                 "guide_pages", "questions", "industries"):  # fmt: skip
        assert 0 < read[f"{name}_items"] <= there[name], name
        assert read[f"{name}_lines"] > 0, name

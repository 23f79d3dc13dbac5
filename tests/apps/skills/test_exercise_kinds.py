"""Kinds that ask other engines, held against answers worked out without them; their content."""

from __future__ import annotations

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

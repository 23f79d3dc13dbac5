"""The question bank: enough, whole, varied, told apart."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest

from pilothouse.apps.jobs.services.interview_content import (
    LEVELS,
    Wanted,
    load_bank,
    load_rubric,
    search_bank,
)
from pilothouse.apps.workspace.models import Industry
from pilothouse.engines.jobs.answers_checks import judge_answer
from pilothouse.engines.jobs.answers_rubric import LEVELS as STEPS
from pilothouse.engines.jobs.answers_text import FUNCTION_WORDS

COMPETENCIES = {f"C{n:02}" for n in range(1, 17)}
COMMON = FUNCTION_WORDS | {"tell", "time", "describe"}


def bag(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - COMMON


def test_there_are_forty_questions_of_each_of_the_eight_types():
    counts = Counter(each.kind for each in load_bank().values())
    assert len(load_bank()) >= 320
    assert set(counts) == set(load_rubric().types)
    assert len(counts) == 8
    assert min(counts.values()) >= 40


@pytest.mark.parametrize("kind", sorted(load_rubric().types))
def test_questions_are_whole(kind: str):
    for each in search_bank(list(load_bank().values()), Wanted(kind=kind)):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.key), each.key
        assert 20 <= len(each.text) <= 260, each.key
        assert each.text[-1] in ".?", each.key
        assert each.level in LEVELS, each.key
        assert each.industry in {"", *Industry.values}, each.key
        assert each.competencies, each.key
        assert set(each.competencies) <= COMPETENCIES, each.key
        assert 3 <= len(each.strong) <= 4, each.key
        assert len(each.follow_ups) == 2, each.key
        assert all(text[-1] in "?." for text in (*each.follow_ups, *each.strong)), each.key
        assert not re.search(r"\s{2}", each.text + "".join(each.strong)), each.key


def test_levels_industries_and_competencies_are_all_there():
    bank = list(load_bank().values())
    assert {each.level for each in bank} == set(LEVELS)
    assert {each.industry for each in bank} == {"", *Industry.values}
    assert {name for each in bank for name in each.competencies} == COMPETENCIES
    per_kind = Counter((each.kind, each.level) for each in bank)
    assert all(per_kind[kind, "associate"] >= 3 for kind in load_rubric().types)


def test_no_two_questions_say_the_same():
    bags = {key: bag(each.text) for key, each in load_bank().items()}
    alike = [
        (a, b)
        for a, b in combinations(bags, 2)
        if len(bags[a] & bags[b]) > max(2, 0.4 * len(bags[a] | bags[b]))
    ]
    assert alike == []
    strong = Counter(line for each in load_bank().values() for line in each.strong)
    assert [line for line, count in strong.items() if count > 2] == []


def test_the_rubric_has_eight_dimensions_with_four_anchors_and_a_line_at_each():
    rubric = load_rubric()
    assert len(rubric.dimensions) == 8
    for each in rubric.dimensions.values():
        assert len(each.anchors) == len(each.examples) == len(STEPS)
        assert all(len(anchors) == len(STEPS) for anchors in each.instead.values())
        assert set(each.competencies) <= COMPETENCIES
    for kind in rubric.types.values():
        assert set(kind.asks) <= set(rubric.dimensions)
        assert "communication" in kind.asks


def test_a_filter_finds_what_it_says():
    bank = list(load_bank().values())
    wanted = Wanted("ai", "pm", "healthcare", "C12", "model")
    for each in search_bank(bank, wanted):
        assert (each.kind, each.level, each.industry) == ("ai", "pm", "healthcare")
        assert "C12" in each.competencies
    assert search_bank(bank, Wanted(text="delivery fee"))
    assert not search_bank(bank, Wanted(text="delivery zzz"))


def test_what_a_strong_answer_holds_is_no_answer():
    """Handed in as an answer it gets no level, for any question."""
    for each in load_bank().values():
        judged = judge_answer(load_rubric(), each.to_engine(), " ".join(each.strong * 3))
        assert judged.gate is not None, each.key

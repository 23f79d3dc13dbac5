"""What holds of every kind of exercise."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pilothouse.engines.skills.exercises import LEVELS, Exercise, Kind, grade, make_exercise
from pilothouse.engines.skills.exercises.model import Question


def check_answers(exercise: Exercise, expected: dict[str, object]) -> None:
    """Hold the answers of ``exercise`` against those found in another way.

    A tenth of the tolerance is left for rounding in what is shown.
    """
    where = (exercise.kind.key, exercise.seed, exercise.difficulty)
    judged = {each.key for each in exercise.case.questions if each.form != "text"}
    for question in exercise.case.questions:
        if question.key not in expected:
            assert question.key in OPEN_TO_CHOICE or question.form == "text", (where, question.key)
            continue
        wanted = expected[question.key]
        if question.is_numeric:
            room = max(question.tolerance / 10, 1e-9 * abs(question.number), 1e-9)
            assert abs(question.number - wanted) <= room, (where, question.key, wanted)
        elif question.form == "several":
            assert set(question.keys) == set(wanted), (where, question.key, wanted)
        else:
            assert question.answer == wanted, (where, question.key, wanted)
    assert judged


# Questions of judgement: the right choice is a rule and does not follow from the figures.
OPEN_TO_CHOICE = {"effect", "next", "share"}


def as_typed(question: Question, answer: object) -> str:
    """An answer as somebody would type it."""
    if isinstance(answer, tuple):
        return " ".join(answer)
    if question.form == "share":
        return f"{100 * answer:.6f}%"
    return f"{answer:.6f}" if isinstance(answer, float) else str(answer)


def right_answers(exercise: Exercise) -> dict[str, str]:
    """All answers right, typed."""
    return {each.key: as_typed(each, each.answer) for each in exercise.case.questions}


def check_kind(kind: Kind, seeds: Iterable[int]) -> None:
    """Soundness over many variants: graded right when right, naive when naive; all of them vary."""
    seeds = list(seeds)
    for difficulty in LEVELS:
        made = [make_exercise(kind, seed, difficulty) for seed in seeds]
        assert made[0].case == make_exercise(kind, seeds[0], difficulty).case
        for exercise in made:
            _check_one(exercise)
        shown = {(each.case.story, each.case.tables, each.case.questions) for each in made}
        assert len(shown) > 0.85 * len(seeds), kind.key
        answers = {tuple(q.answer for q in each.case.questions) for each in made}
        assert len(answers) > 1, kind.key


def _check_one(exercise: Exercise) -> None:
    case = exercise.case
    where = (exercise.kind.key, exercise.seed, exercise.difficulty)
    assert case.story
    assert case.steps
    assert case.hints, where
    assert any(each.traps for each in case.questions), where
    assert len({each.key for each in case.questions}) == len(case.questions), where
    for table in case.tables:
        assert all(len(row) == len(table.columns) for row in table.rows), where
    texts = [*case.story, *case.steps, *(q.ask for q in case.questions)]
    assert not any("nan" in text.split() or "{" in text for text in texts), where
    right = right_answers(exercise)
    assert grade(exercise, right).is_right, where
    for question in case.questions:
        if question.is_numeric:
            assert math.isfinite(question.number), where
            assert question.tolerance < max(1.0, 0.2 * abs(question.number)), (where, question.key)
        assert all(each.why for each in question.traps), where
        for trap in question.traps:
            marks = grade(exercise, right | {question.key: as_typed(question, trap.answer)}).marks
            mark = next(each for each in marks if each.question.key == question.key)
            assert mark.state == "naive", (where, question.key, trap)
            assert mark.naive, where

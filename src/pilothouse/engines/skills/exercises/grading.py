"""Answers in, marks out: right, close, naive, wrong, not answered, or not to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pilothouse.engines.skills.exercises.model import Exercise, Question, Trap
from pilothouse.engines.skills.exercises.reading import read_answer
from pilothouse.engines.skills.exercises.words import say_answer
from pilothouse.kernel.errors import InvalidValueError

State = Literal["right", "close", "partly", "naive", "wrong", "empty", "unjudged"]
CLOSE = 3.0
CLOSE_CREDIT = 0.5
_HAIR = 1e-9


@dataclass(frozen=True)
class Mark:
    """How one answer was judged. ``credit`` is 0..1; None where nothing can judge it.

    ``read`` is what the typed text was understood as; ``why`` explains the right answer,
    ``naive`` the trap that was met.
    """

    question: Question
    state: State
    credit: float | None
    given: str
    read: str
    expected: str
    why: str
    naive: str = ""


@dataclass(frozen=True)
class Grade:
    """All marks. ``credit`` is the mean of those that can be judged; ``is_right``: all of them."""

    marks: tuple[Mark, ...]

    @property
    def credit(self) -> float:
        judged = [each.credit for each in self.marks if each.credit is not None]
        return sum(judged) / len(judged) if judged else 0.0

    @property
    def is_right(self) -> bool:
        return all(each.credit is None or each.credit == 1 for each in self.marks)


def grade(exercise: Exercise, given: Mapping[str, str]) -> Grade:
    """Judge the answers by key of question.

    ``InvalidValueError``, naming the question, where an answer cannot be read, and where there
    is no answer at all: neither is a wrong answer.
    """
    texts = {each.key: given.get(each.key, "").strip() for each in exercise.case.questions}
    judged = [each for each in exercise.case.questions if each.form != "text"]
    if not any(texts[each.key] for each in judged):
        raise InvalidValueError(
            "nothing was answered.", remedy="Answer at least one question; a guess is fine."
        )
    return Grade(tuple(_mark(each, texts[each.key]) for each in exercise.case.questions))


def read_faults(exercise: Exercise, given: Mapping[str, str]) -> dict[str, str]:
    """What cannot be read, by key of question, as sentences to show beside the fields."""
    faults = {}
    for each in exercise.case.questions:
        text = given.get(each.key, "").strip()
        try:
            if text:
                read_answer(each, text)
        except InvalidValueError as error:
            faults[each.key] = error.sentence
    return faults


def _mark(question: Question, given: str) -> Mark:
    expected = say_answer(question, question.answer)
    if not given:
        state: State = "unjudged" if question.form == "text" else "empty"
        return Mark(question, state, None if state == "unjudged" else 0.0, "", "", expected,
                    question.why)  # fmt: skip
    try:
        read = read_answer(question, given)
    except InvalidValueError as error:
        raise InvalidValueError(
            f"{question.ask} {error.rule}", value=error.value, remedy=error.remedy
        ) from None
    state, credit = _judge(question, read)
    trap = _find_trap(question, read) if state not in {"right", "unjudged"} else None
    if trap is not None and state in {"close", "wrong", "partly"}:
        state, credit = "naive", min(credit or 0.0, 0.0 if question.is_numeric else credit or 0.0)
    return Mark(question, state, credit, given, say_answer(question, read), expected,
                question.why, trap.why if trap else "")  # fmt: skip


def _judge(question: Question, read: float | str | tuple[str, ...]) -> tuple[State, float | None]:
    if question.form == "text":
        return "unjudged", None
    if isinstance(read, float):
        return _judge_number(question, read)
    keys = read if isinstance(read, tuple) else (read,)
    if question.form == "several":
        credit = _several(set(keys), set(question.keys))
    elif question.form == "order":
        credit = _order(keys, question.keys)
    else:
        credit = float(keys == question.keys)
    return ("right" if credit == 1 else "partly" if credit > 0 else "wrong"), credit


def _judge_number(question: Question, read: float) -> tuple[State, float]:
    distance = abs(read - question.number)
    allowed = question.tolerance + _HAIR * max(1.0, abs(question.number))
    if distance <= allowed:
        return "right", 1.0
    return ("close", CLOSE_CREDIT) if distance <= CLOSE * allowed else ("wrong", 0.0)


def _several(ticked: set[str], right: set[str]) -> float:
    """A wrong tick costs as much as a right one gives; never below 0."""
    return max(0.0, (len(ticked & right) - len(ticked - right)) / len(right))


def _order(given: tuple[str, ...], right: tuple[str, ...]) -> float:
    """Kendall's tau of the two orders, from 0: half of the pairs are right by chance."""
    place = {key: number for number, key in enumerate(given)}
    pairs = list(combinations(right, 2))
    kept = sum(place[first] < place[second] for first, second in pairs)
    return max(0.0, 2 * kept / len(pairs) - 1)


def _find_trap(question: Question, read: float | str | tuple[str, ...]) -> Trap | None:
    for trap in question.traps:
        if isinstance(read, float) and isinstance(trap.answer, int | float):
            if abs(read - trap.answer) <= question.tolerance + _HAIR * max(1.0, abs(trap.answer)):
                return trap
        elif question.form == "several" and isinstance(trap.answer, tuple):
            if set(trap.answer) == set(read if isinstance(read, tuple) else ()):
                return trap
        elif trap.answer == read:
            return trap
    return None

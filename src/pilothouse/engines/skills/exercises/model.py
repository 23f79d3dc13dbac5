"""What an exercise is: a case with data, questions, the naive answers and the worked one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pilothouse.engines.skills.exercises.dice import Dice

Form = Literal["number", "share", "choice", "several", "order", "text"]
LEVELS = (1, 2, 3)
DEFAULT_SHARE_TOLERANCE = 0.005


@dataclass(frozen=True)
class DataTable:
    """Figures to read. The first column names the rows; cells are texts as shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Trap:
    """A naive answer that is known, and why it is naive."""

    answer: float | str | tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Choice:
    """Something to choose; ``why`` says what speaks for or against it."""

    key: str
    label: str
    why: str = ""


@dataclass(frozen=True)
class Question:
    """One thing to answer.

    ``answer``: a number (``share``: 0..1), the key of a choice, or keys (``several``: any order,
    ``order``: the first is the best); of a ``text`` one possible answer, which nothing judges.
    ``tolerance`` is absolute, in the unit of the answer. ``digits`` are the decimals shown.
    """

    key: str
    ask: str
    form: Form
    answer: float | str | tuple[str, ...]
    why: str = ""
    tolerance: float = 0.0
    unit: str = ""
    digits: int = 1
    choices: tuple[Choice, ...] = ()
    traps: tuple[Trap, ...] = ()

    @property
    def number(self) -> float:
        """The answer of a question for a number or a share."""
        if not isinstance(self.answer, int | float):
            raise TypeError(f"{self.key} has no number for an answer")
        return float(self.answer)

    @property
    def keys(self) -> tuple[str, ...]:
        """The answer of a question for one, several or an order of choices."""
        if isinstance(self.answer, tuple):
            return self.answer
        return (str(self.answer),)

    @property
    def is_numeric(self) -> bool:
        return self.form in {"number", "share"}


@dataclass(frozen=True)
class Case:
    """One variant: what is told and shown, what is asked, hints, and the answer step by step.

    ``formula`` is told where the exercise is not hard; where it is, it is the last hint.
    """

    story: tuple[str, ...]
    questions: tuple[Question, ...]
    steps: tuple[str, ...]
    tables: tuple[DataTable, ...] = ()
    hints: tuple[str, ...] = ()
    formula: str = ""


@dataclass(frozen=True)
class Kind:
    """A family of variants. ``trap`` says in a sentence what goes wrong naively."""

    key: str
    title: str
    competency: str
    teaches: str
    trap: str
    build: Callable[[Dice, int], Case]


@dataclass(frozen=True)
class Exercise:
    """A variant by kind, seed and difficulty: the same three give the same exercise."""

    kind: Kind
    seed: int
    difficulty: int
    case: Case


def ask_number(
    key: str,
    ask: str,
    answer: float,
    tolerance: float,
    *,
    unit: str = "",
    digits: int = 1,
    why: str = "",
    traps: tuple[Trap, ...] = (),
) -> Question:
    """A question for a number."""
    return Question(key, ask, "number", answer, why, tolerance, unit, digits, traps=traps)


def ask_share(
    key: str,
    ask: str,
    answer: float,
    *,
    why: str = "",
    traps: tuple[Trap, ...] = (),
    tolerance: float = DEFAULT_SHARE_TOLERANCE,
    digits: int = 1,
) -> Question:
    """A question for a share, answered as 12.4 % or 0.124."""
    return Question(key, ask, "share", answer, why, tolerance, "%", digits, traps=traps)


def ask_choice(
    key: str, ask: str, choices: tuple[Choice, ...], answer: str, traps: tuple[Trap, ...] = ()
) -> Question:
    """A question with one right choice, whose own ``why`` tells why."""
    why = next(each.why for each in choices if each.key == answer)
    return Question(key, ask, "choice", answer, why, choices=choices, traps=traps)


def ask_several(
    key: str,
    ask: str,
    choices: tuple[Choice, ...],
    answer: tuple[str, ...],
    *,
    why: str = "",
    traps: tuple[Trap, ...] = (),
) -> Question:
    """A question in which each choice is right or wrong by itself."""
    return Question(key, ask, "several", answer, why, choices=choices, traps=traps)


def ask_order(
    key: str,
    ask: str,
    choices: tuple[Choice, ...],
    answer: tuple[str, ...],
    *,
    why: str = "",
    traps: tuple[Trap, ...] = (),
) -> Question:
    """A question for an order, the best first."""
    return Question(key, ask, "order", answer, why, choices=choices, traps=traps)


def ask_text(key: str, ask: str, example: str, why: str = "") -> Question:
    """A question for free text, which nothing judges; ``example`` is shown beside the answer."""
    return Question(key, ask, "text", example, why)


def make_exercise(kind: Kind, seed: int, difficulty: int) -> Exercise:
    """The variant of ``kind``; drawings that would make a poor exercise are drawn again."""
    for turn in range(500):
        dice = Dice(f"{kind.key}|{difficulty}|{seed}|{turn}")
        case = kind.build(dice, difficulty)
        if is_sound(case):
            return Exercise(kind, seed, difficulty, _tell_formula(case, difficulty))
    raise RuntimeError(f"{kind.key}: no sound variant of seed {seed}, difficulty {difficulty}")


def _tell_formula(case: Case, difficulty: int) -> Case:
    if not case.formula:
        return case
    if difficulty == LEVELS[-1]:
        return replace(case, hints=(*case.hints, case.formula))
    return replace(case, story=(*case.story, case.formula))


def is_sound(case: Case) -> bool:
    """Whether each answer is a finite number apart from each trap, or a choice that is there."""
    return all(_is_sound(each) for each in case.questions)


def _is_sound(question: Question) -> bool:
    if question.is_numeric:
        naive = [each.answer for each in question.traps]
        return math.isfinite(question.number) and all(
            isinstance(each, int | float) and abs(each - question.number) > 2 * question.tolerance
            for each in naive
        )
    if question.form == "text":
        return bool(question.answer)
    known = {each.key for each in question.choices}
    traps = [each.answer for each in question.traps]
    if question.form == "several":
        same = [set(_as_keys(each)) == set(question.keys) for each in traps]
    else:
        same = [_as_keys(each) == question.keys for each in traps]
    return len(known) > 1 and set(question.keys) <= known and not any(same)


def _as_keys(answer: float | str | tuple[str, ...]) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else (str(answer),)

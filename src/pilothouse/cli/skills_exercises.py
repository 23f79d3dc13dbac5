"""``pilothouse skills exercises``: variants without a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.engines.skills.exercises import Exercise, Grade


@click.group(name="exercises", cls=TellingGroup)
def exercises() -> None:
    """Exercises with endless variants, checked by the engines. Nothing is kept."""


@exercises.command("list")
@click.option("--competency", default="", metavar="C10", help="Only those of a competency.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def list_command(*, competency: str, as_json: bool) -> None:
    """All kinds.

    Example: pilothouse skills exercises list --competency C11
    """
    from pilothouse.apps.skills.services.exercise_kinds import load_kinds
    from pilothouse.apps.skills.services.exercises_json import to_kind_json

    kinds = [each for each in load_kinds().values() if competency in {"", each.competency}]
    lines = (f"{each.competency}  {each.key:20} {each.title}" for each in kinds)
    print_answer({"kinds": [to_kind_json(each) for each in kinds]}, lines, as_json=as_json)


@exercises.command()
@click.argument("kind")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--difficulty", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--worked", is_flag=True, help="With the answers, step by step.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def show(*, kind: str, seed: int, difficulty: int, worked: bool, as_json: bool) -> None:
    """One variant: the same seed gives the same figures.

    Example: pilothouse skills exercises show read-funnel --seed 7 --worked
    """
    from pilothouse.apps.skills.services.exercise_kinds import get_exercise
    from pilothouse.apps.skills.services.exercises_json import to_exercise_json

    exercise = get_exercise(kind, seed, difficulty)
    plain = to_exercise_json(exercise, is_worked=worked)
    print_answer(plain, _lines(exercise, is_worked=worked), as_json=as_json)


@exercises.command()
@click.argument("kind")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--difficulty", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--answer", "answers", multiple=True, metavar="KEY=VALUE", help="May be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def check(
    *, kind: str, seed: int, difficulty: int, answers: tuple[str, ...], as_json: bool
) -> None:
    """Judge answers to a variant.

    Example: pilothouse skills exercises check size-test --seed 7 --answer n=2451 --answer days=12
    """
    from pilothouse.apps.skills.services.exercise_kinds import get_exercise
    from pilothouse.apps.skills.services.exercises_json import to_grade_json
    from pilothouse.engines.skills.exercises import grade

    exercise = get_exercise(kind, seed, difficulty)
    marks = grade(exercise, _read_answers(exercise, answers))
    print_answer(to_grade_json(marks), _mark_lines(marks), as_json=as_json)


def _read_answers(exercise: Exercise, answers: tuple[str, ...]) -> dict[str, str]:
    known = [each.key for each in exercise.case.questions]
    given: dict[str, str] = {}
    for answer in answers:
        key, found, text = answer.partition("=")
        if not found or key not in known:
            raise InvalidValueError(
                "an answer is written as KEY=VALUE.",
                value=answer,
                remedy=f"The keys here are {', '.join(known)}.",
            )
        given[key] = text
    return given


def _lines(exercise: Exercise, *, is_worked: bool) -> Iterator[str]:
    from pilothouse.engines.skills.exercises.words import say_answer

    case = exercise.case
    yield f"{exercise.kind.title} (variant {exercise.seed}, difficulty {exercise.difficulty})"
    yield from ("", *case.story)
    for table in case.tables:
        yield from ("", *_table_lines((table.columns, *table.rows)))
    yield ""
    for each in case.questions:
        yield f"{each.key}: {each.ask}"
        yield from (f"    {choice.key}  {choice.label}" for choice in each.choices)
        if is_worked:
            yield f"    = {say_answer(each, each.answer)}"
    if is_worked:
        yield from ("", *case.steps)


def _table_lines(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (cell for cell in row)
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells)


def _mark_lines(marks: Grade) -> Iterator[Any]:
    for mark in marks.marks:
        yield f"{mark.question.key}: {mark.state}; right is {mark.expected}. {mark.why}"
        if mark.naive:
            yield f"    {mark.naive}"
    yield f"Credit {marks.credit:.0%}"

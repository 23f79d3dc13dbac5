"""Exercises as plain values for programs. Knows no database, so that commands can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pilothouse.engines.skills.exercises import Exercise, Grade, Kind
from pilothouse.engines.skills.exercises.model import DataTable, Question
from pilothouse.engines.skills.exercises.words import say_answer, say_tolerance

if TYPE_CHECKING:
    from pilothouse.apps.skills.services.exercises import AttemptView, KindRecord


def to_kind_json(kind: Kind) -> dict[str, Any]:
    """A kind of exercise."""
    return {
        "kind": kind.key, "title": kind.title, "competency": kind.competency,
        "teaches": kind.teaches, "trap": kind.trap,
    }  # fmt: skip


def to_record_json(record: KindRecord) -> dict[str, Any]:
    """A kind with how it went."""
    rate = record.rate
    return to_kind_json(record.kind) | {
        "right": rate.hits, "n": rate.n, "share": rate.share, "low": rate.low, "high": rate.high,
        "last_at": record.last_at.isoformat() if record.last_at else None,
        "due_at": record.due_at.isoformat() if record.due_at else None,
        "difficulty": record.difficulty,
    }  # fmt: skip


def to_exercise_json(exercise: Exercise, *, is_worked: bool = False) -> dict[str, Any]:
    """A variant; with its answers only where ``is_worked``."""
    case = exercise.case
    plain: dict[str, Any] = to_kind_json(exercise.kind) | {
        "seed": exercise.seed, "difficulty": exercise.difficulty, "story": list(case.story),
        "tables": [_table(each) for each in case.tables],
        "questions": [_question(each) for each in case.questions],
        "hints": list(case.hints),
    }  # fmt: skip
    if is_worked:
        plain["steps"] = list(case.steps)
        plain["answers"] = {each.key: _answer(each) for each in case.questions}
    return plain


def _table(table: DataTable) -> dict[str, Any]:
    return {"title": table.title, "columns": list(table.columns),
            "rows": [list(row) for row in table.rows], "note": table.note}  # fmt: skip


def _question(question: Question) -> dict[str, Any]:
    return {
        "key": question.key, "ask": question.ask, "form": question.form, "unit": question.unit,
        "tolerance": say_tolerance(question),
        "choices": [{"key": each.key, "label": each.label} for each in question.choices],
    }  # fmt: skip


def _answer(question: Question) -> dict[str, Any]:
    return {
        "answer": question.answer,
        "words": say_answer(question, question.answer),
        "why": question.why,
        "naive": [{"answer": each.answer, "why": each.why} for each in question.traps],
    }


def to_grade_json(grade: Grade) -> dict[str, Any]:
    """All marks of a set of answers."""
    return {
        "credit": grade.credit,
        "is_right": grade.is_right,
        "marks": [
            {
                "key": mark.question.key, "state": mark.state, "credit": mark.credit,
                "given": mark.given, "read": mark.read, "expected": mark.expected,
                "why": mark.why, "naive": mark.naive,
            }
            for mark in grade.marks
        ],
    }  # fmt: skip


def to_attempt_json(view: AttemptView) -> dict[str, Any]:
    """An attempt; with marks and worked answer where they were made."""
    plain: dict[str, Any] = {
        "id": view.public_id, "kind": view.kind_key, "title": view.kind_title, "seed": view.seed,
        "difficulty": view.difficulty, "credit": view.credit, "is_right": view.is_right,
        "is_first": view.is_first, "seconds": view.seconds, "at": view.at.isoformat(),
        "context": "study",
    }  # fmt: skip
    if view.grade is not None and view.exercise is not None:
        plain["grade"] = to_grade_json(view.grade)
        plain["worked"] = to_exercise_json(view.exercise, is_worked=True)
    return plain

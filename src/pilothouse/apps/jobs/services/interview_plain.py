"""Questions and judgements as plain values. Knows no database, so that commands can use it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.jobs.services.interview_content import BankQuestion, load_rubric
from pilothouse.engines.jobs.answers_checks import Judgement


def to_question_json(question: BankQuestion, *, is_whole: bool = True) -> dict[str, Any]:
    """A question; what a strong answer holds only where ``is_whole``."""
    plain: dict[str, Any] = {
        "key": question.key, "type": question.kind, "text": question.text,
        "level": question.level, "industry": question.industry,
        "competencies": list(question.competencies),
    }  # fmt: skip
    if is_whole:
        plain |= {"strong": list(question.strong), "follow_ups": list(question.follow_ups)}
    return plain


def to_rubric_json() -> dict[str, Any]:
    """The rubric with what each type asks for."""
    rubric = load_rubric()
    return {
        "dimensions": [asdict(each) for each in rubric.dimensions.values()],
        "types": [asdict(each) for each in rubric.types.values()],
    }


def to_judgement_json(judgement: Judgement) -> dict[str, Any]:
    """What the rules say; a level of null is "cannot judge"."""
    return {
        "cannot_judge": judgement.gate.sentence if judgement.gate else None,
        "checks": [
            {"key": each.key, "title": each.title, "state": each.state.value,
             "says": each.sentence, "quote": each.quote}
            for each in judgement.checks
        ],
        "levels": [asdict(each) for each in judgement.levels],
    }  # fmt: skip

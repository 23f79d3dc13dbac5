"""Questions of a person: those of the bank, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from pilothouse.apps.jobs.interview_models import OwnQuestion
from pilothouse.apps.jobs.services.interview_content import (
    OWN,
    BankQuestion,
    load_bank,
    load_rubric,
)
from pilothouse.apps.jobs.services.interview_finding import index_question
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_line

MAX_OWN = 500


def list_questions(access: Access) -> list[BankQuestion]:
    """One's own questions, then those of the bank."""
    rows = _own(access).filter(deleted_at=None).order_by("-pk")
    return [*(_to_own(row) for row in rows), *load_bank().values()]


def get_question(access: Access, key: str) -> BankQuestion:
    """A question of the bank, or one of one's own; ``NotFoundError`` otherwise."""
    if key in load_bank():
        return load_bank()[key]
    row = (
        _own(access).filter(public_id=key.removeprefix(OWN)).first()
        if key.startswith(OWN)
        else None
    )
    if row is None:
        raise NotFoundError("there is no such question.", value=key)
    return _to_own(row)


def add_question(
    access: Access, kind: str, text: str, competencies: Sequence[str] = ()
) -> BankQuestion:
    """Keep a question of one's own; the same words are not kept twice."""
    words = check_line("a question", text, 500, least=8)
    check_kind(kind)
    known = check_competencies(competencies)
    rows = _own(access).filter(deleted_at=None)
    same = rows.filter(text=words).first()
    if same is not None:
        return _to_own(same)
    if rows.count() >= MAX_OWN:
        raise ConflictError(
            f"at most {MAX_OWN} questions of your own.", remedy="Delete some first."
        )
    row = OwnQuestion.objects.create(
        workspace_id=access.workspace_id, user_id=access.user_id, kind=kind, text=words,
        competencies=known,
    )  # fmt: skip
    index_question(row)
    return _to_own(row)


def set_question_deleted(access: Access, key: str, *, is_deleted: bool) -> BankQuestion:
    """Throw a question of one's own away, or bring it back; answers to it stay."""
    row = (
        _own(access).filter(public_id=key.removeprefix(OWN)).first()
        if key.startswith(OWN)
        else None
    )
    if row is None:
        raise NotFoundError("there is no such question of yours.", value=key)
    row.deleted_at = timezone.now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    index_question(row)
    return _to_own(row)


def check_kind(kind: str) -> str:
    """One of the eight types."""
    if kind not in load_rubric().types:
        raise InvalidValueError(
            f"a type is one of {', '.join(load_rubric().types)}.", value=kind or None
        )
    return kind


def check_competencies(competencies: Sequence[str]) -> list[str]:
    """Competencies C01 to C16, each once, in order."""
    known = {f"C{number:02}" for number in range(1, 17)}
    unknown = [each for each in competencies if each not in known]
    if unknown:
        raise InvalidValueError("competencies are C01 to C16.", value=unknown[0])
    return sorted(set(competencies))


def _to_own(row: OwnQuestion) -> BankQuestion:
    return BankQuestion(
        f"{OWN}{row.public_id}", row.kind, row.text, "", "", tuple(row.competencies), (), ()
    )


def _own(access: Access) -> Any:
    return OwnQuestion.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)

"""Practice: an answer is given, scored by oneself, and only then held against the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import PracticeAnswer
from pilothouse.apps.jobs.services.interview_bank import get_question
from pilothouse.apps.jobs.services.interview_content import BankQuestion, load_rubric
from pilothouse.apps.jobs.services.interview_recordings import (
    NewRecording,
    RecordingView,
    keep_recording,
    purge_recordings,
    read_sound,
    to_recording,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs.answers_checks import Judgement, Question, judge_answer
from pilothouse.engines.jobs.answers_practice import Practised, Scored
from pilothouse.engines.jobs.answers_rubric import LEVELS, Dimension
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_text

MAX_WORDS = 12_000  # characters
MAX_SECONDS = 4 * 3600
MAX_RECORDINGS = 10
CANNOT = 0  # one's own "cannot judge"


@dataclass(frozen=True)
class AnswerDraft:
    """An answer as it is given: a text, a recording, or both."""

    question: str
    text: str = ""
    seconds: int | None = None
    recording: NewRecording | None = None


@dataclass(frozen=True)
class ScoreDraft:
    """One's own levels by dimension (0: cannot judge), before the rules are shown."""

    levels: Mapping[str, int]
    note: str = ""
    follow_up: str = ""
    follow_up_text: str = ""


@dataclass(frozen=True)
class AnswerView:
    """An answer as its person sees it. ``judgement`` is None until it is scored."""

    id: int
    public_id: str
    question: str
    kind: str
    asked: str
    text: str
    seconds: int | None
    answered_at: datetime
    follow_up: str
    follow_up_text: str
    own_levels: Mapping[str, int]
    own_note: str
    scored_at: datetime | None
    rule_levels: Mapping[str, int]
    is_deleted: bool
    recordings: tuple[RecordingView, ...] = ()
    judgement: Judgement | None = None

    @property
    def is_scored(self) -> bool:
        return self.scored_at is not None

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What this type of question asks for."""
        return load_rubric().asked(self.kind)

    @property
    def kind_title(self) -> str:
        return load_rubric().types[self.kind].title

    @property
    def own_mean(self) -> float | None:
        """Mean of one's own levels without "cannot judge"."""
        known = [level for level in self.own_levels.values() if level != CANNOT]
        return mean(known) if known else None


def give_answer(access: Access, draft: AnswerDraft) -> AnswerView:
    """Keep an answer. Refused when there is neither a text nor a recording."""
    question = get_question(access, draft.question)
    text = check_text("an answer", draft.text, MAX_WORDS)
    if not text and draft.recording is None:
        raise InvalidValueError("an answer is a text, a recording, or both.")
    purge_recordings(timezone.now())
    with transaction.atomic():
        row = PracticeAnswer.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, question=question.key,
            kind=question.kind, asked=question.text, text=text,
            seconds=_check_seconds(draft.seconds), answered_at=timezone.now(),
        )  # fmt: skip
        if draft.recording is not None:
            keep_recording(row, draft.recording)
    return get_answer(access, row.public_id)


def change_text(access: Access, public_id: str, text: str) -> AnswerView:
    """Write down what a recording says, or mend a text, before it is scored."""
    cleaned = check_text("an answer", text, MAX_WORDS)
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        _refuse_scored(row)
        row.text = cleaned
        row.save(update_fields=["text"])
    return get_answer(access, public_id)


def add_recording(access: Access, public_id: str, new: NewRecording) -> RecordingView:
    """Keep a recording with an answer that is there, before it is scored."""
    get_row(access, public_id)
    purge_recordings(timezone.now())
    # A slow sender must not keep the database waiting.
    sound = NewRecording([read_sound(new)])
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        _refuse_scored(row)
        if row.recordings.count() >= MAX_RECORDINGS:
            raise ConflictError(
                f"an answer has at most {MAX_RECORDINGS} recordings.",
                value=row.asked[:60],
                remedy="Delete one of them, or answer the question again.",
            )
        return keep_recording(row, sound)


def score_answer(access: Access, public_id: str, draft: ScoreDraft) -> AnswerView:
    """Score an answer oneself, once; from then on the rules are shown beside.

    The rules' levels of this moment are kept with it. The act in the ledger tells neither the
    question nor a level: other members read the ledger too.
    """
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        _refuse_scored(row)
        row.own_levels = _check_levels(row.kind, draft.levels)
        row.own_note = check_text("a note", draft.note, 2_000)
        row.follow_up = check_text("a follow-up question", draft.follow_up, 300)
        row.follow_up_text = check_text("the answer to a follow-up", draft.follow_up_text, 5_000)
        row.scored_at = timezone.now()
        judged = judge(access, row)
        row.rule_levels = {each.dimension: each.level for each in judged.levels if each.level}
        row.save()
        question = _question_of(access, row)
        facts = {
            "competency": (question.competencies or ("C15",))[0], "type": row.kind,
            "words": len(row.text.split()), "judged": judged.gate is None, "context": "study",
        }  # fmt: skip
        record_act(access, "interview-question.practised", "interview-answer", public_id, facts)
    return get_answer(access, public_id)


def get_answer(access: Access, public_id: str, *, with_deleted: bool = False) -> AnswerView:
    """One answer of the person; 404 for everybody else's."""
    row = get_row(access, public_id, with_deleted=with_deleted)
    judged = judge(access, row) if row.scored_at else None
    return to_view(row, tuple(to_recording(each) for each in row.recordings.all()), judged)


def query_answers(access: Access, question: str = "") -> QuerySet[PracticeAnswer]:
    """Answers of the person, the newest first, to be cut into pages."""
    rows: QuerySet[PracticeAnswer] = own_answers(access).filter(deleted_at=None)
    rows = rows.order_by("-answered_at", "-pk")
    return rows.filter(question=question) if question else rows


def list_answers(
    access: Access, *, question: str = "", start: int = 0, limit: int = 50
) -> list[AnswerView]:
    """A stretch of the answers without the rules' words."""
    return [to_view(row) for row in query_answers(access, question)[start : start + limit]]


def set_answer_deleted(access: Access, public_id: str, *, is_deleted: bool) -> AnswerView:
    """Throw an answer away, or bring it back. Its recordings cannot be heard meanwhile, and are
    deleted for good after a week."""
    purge_recordings(timezone.now())
    with transaction.atomic():
        row = get_row(access, public_id, with_deleted=True, lock=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
    return to_view(row)


def list_practised(access: Access) -> list[Practised]:
    """All scored answers as the choice of the next question takes them."""
    rows = own_answers(access).filter(deleted_at=None).exclude(scored_at=None)
    found = rows.values_list("question", "kind", "answered_at", "own_levels")
    return [
        Practised(question, kind, at, _mean_level(levels)) for question, kind, at, levels in found
    ]


def list_scores(access: Access) -> list[Scored]:
    """Each dimension that both the person and the rules gave a level."""
    rows = own_answers(access).filter(deleted_at=None).exclude(scored_at=None).order_by("pk")
    return [
        Scored(key, at, own, rules[key])
        for at, levels, rules in rows.values_list("answered_at", "own_levels", "rule_levels")
        for key, own in levels.items()
        if own != CANNOT and key in rules
    ]


def judge(access: Access, row: PracticeAnswer) -> Judgement:
    """What the rules say of an answer now."""
    question = _question_of(access, row)
    asked = (
        question.to_engine() if question.text else Question(row.kind, row.asked)
    )  # fmt: skip
    return judge_answer(
        load_rubric(), asked, row.text, follow_up=row.follow_up_text, seconds=row.seconds
    )


def get_row(
    access: Access, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> PracticeAnswer:
    """The row of one of one's answers."""
    rows = own_answers(access)
    if lock:
        rows = rows.select_for_update()
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such answer of yours.", value=public_id)
    return row


def own_answers(access: Access) -> QuerySet[PracticeAnswer]:
    """Answers of the person and nobody else's, whatever the role."""
    return PracticeAnswer.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def to_view(
    row: PracticeAnswer,
    recordings: tuple[RecordingView, ...] = (),
    judgement: Judgement | None = None,
) -> AnswerView:
    """The row as the frozen value that screens show."""
    names = (
        "public_id", "question", "kind", "asked", "text", "seconds", "answered_at", "follow_up",
        "follow_up_text", "own_levels", "own_note", "scored_at", "rule_levels",
    )  # fmt: skip
    parts: dict[str, Any] = {name: getattr(row, name) for name in names}
    return AnswerView(
        id=row.pk, is_deleted=row.deleted_at is not None, recordings=recordings,
        judgement=judgement, **parts,
    )  # fmt: skip


def _question_of(access: Access, row: PracticeAnswer) -> BankQuestion:
    """The question as it stands now; by its words of then where it is gone or changed."""
    try:
        found = get_question(access, row.question)
    except NotFoundError:
        found = None
    if found is not None and found.text == row.asked:
        return found
    known = found.competencies if found else ()
    return BankQuestion(row.question, row.kind, row.asked, "", "", known, (), ())


def _refuse_scored(row: PracticeAnswer) -> None:
    if row.scored_at is not None:
        raise ConflictError(
            "it is scored already, and the rules were shown since.",
            value=row.asked[:60],
            remedy="Answer the question again.",
        )


def _check_levels(kind: str, levels: Mapping[str, int]) -> dict[str, int]:
    asked = [each.key for each in load_rubric().asked(kind)]
    unknown = sorted(set(levels) - set(asked))
    if unknown:
        raise InvalidValueError("this type of question is not scored by that.", value=unknown[0])
    lacking = [key for key in asked if key not in levels]
    if lacking:
        titles = [load_rubric().dimensions[key].title for key in lacking]
        raise InvalidValueError(f"still to be scored: {', '.join(titles)}.")
    for level in levels.values():
        if level not in (CANNOT, *LEVELS):
            raise InvalidValueError("a level is 1 to 4, or 0 for cannot judge.", value=level)
    return {key: levels[key] for key in asked}


def _check_seconds(seconds: int | None) -> int | None:
    return seconds if seconds is not None and 0 <= seconds <= MAX_SECONDS else None


def _mean_level(levels: Mapping[str, int]) -> float:
    known: Sequence[int] = [level for level in levels.values() if level != CANNOT]
    return mean(known) if known else 1.0

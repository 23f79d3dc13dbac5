"""Debriefs: what a real interview asked, how it went, what to learn. They steer practice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import Debrief
from pilothouse.apps.jobs.services.applications import get_application
from pilothouse.apps.jobs.services.interview_bank import add_question, check_kind, get_question
from pilothouse.apps.jobs.services.own_rows import OwnRows
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry
from pilothouse.engines.jobs.answers_likely import Asked
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_day, check_line, check_text
from pilothouse.kernel.times import parse_date

KIND = "interview-debrief"
ROWS = OwnRows(Debrief, "debrief", KIND)
MAX_QUESTIONS, MAX_DEBRIEFS = 40, 1_000
WENT = {1: "badly", 2: "so-so", 3: "well", 4: "very well"}


@dataclass(frozen=True)
class AskedQuestion:
    """A question that was asked. ``key`` is that of the bank or of one's own; ``went`` 1 to 4."""

    text: str
    kind: str
    went: int
    key: str = ""

    @property
    def went_words(self) -> str:
        return WENT[self.went]


@dataclass(frozen=True)
class DebriefDraft:
    """What a person writes after an interview."""

    company: str
    held_on: date | None
    round: str = ""
    application_id: str = ""
    questions: Sequence[AskedQuestion] = ()
    went: str = ""
    learn: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class DebriefView:
    """A debrief as its person sees it."""

    id: int
    public_id: str
    company: str
    round: str
    held_on: date
    application_id: str
    questions: tuple[AskedQuestion, ...]
    went: str
    learn: str
    next_step: str
    updated_at: datetime
    is_deleted: bool

    @property
    def page(self) -> str:
        return reverse("jobs:interview-debrief", args=[self.public_id])


@dataclass(frozen=True)
class Weights:
    """How often real interviews asked a question, or one of its type."""

    keys: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)

    def of(self, key: str, kind: str) -> float:
        """1 where it was never asked; more for what was asked, most for what went badly."""
        return 1.0 + self.keys.get(key, 0.0) + self.kinds.get(kind, 0.0)


def list_debriefs(access: Access, application_id: str = "") -> list[DebriefView]:
    """One's debriefs, the newest first; of one application where asked."""
    rows = ROWS.kept_of(access)
    if application_id:
        rows = rows.filter(application_id=application_id)
    return [to_view(row) for row in rows.order_by("-held_on", "-pk")[:MAX_DEBRIEFS]]


def get_debrief(access: Access, public_id: str) -> DebriefView:
    """One of one's debriefs; 404 for everybody else's."""
    return to_view(ROWS.get(access, public_id))


def save_debrief(access: Access, draft: DebriefDraft, public_id: str = "") -> DebriefView:
    """Write a debrief, or write it anew. Questions not in the bank become one's own."""
    with transaction.atomic():
        checked = _check(access, draft)
        row = ROWS.get(access, public_id, lock=True) if public_id else _new(access)
        for name, value in checked.items():
            setattr(row, name, value)
        row.updated_at = timezone.now()
        row.save()
        _index(access, row)
        if not public_id:
            facts = {
                "questions": len(checked["questions"]), "has_lesson": bool(checked["learn"]),
                "context": "study",
            }  # fmt: skip
            record_act(access, "job-interview.debriefed", KIND, row.public_id, facts)
    return to_view(row)


def read_debrief(body: Mapping[str, Any]) -> DebriefDraft:
    """A debrief as a file spells it; ``InvalidValueError`` names what is wrong."""
    questions = body.get("questions", [])
    if not isinstance(questions, list) or not all(isinstance(each, dict) for each in questions):
        raise InvalidValueError("questions are a list of objects.", value=str(questions)[:80])
    words = {key: str(body.get(key, "")) for key in ("round", "application_id", "went", "learn",
                                                      "next_step")}  # fmt: skip
    return DebriefDraft(
        company=str(body.get("company", "")),
        held_on=parse_date(str(body.get("held_on", ""))),
        questions=[
            AskedQuestion(
                str(each.get("text", "")), str(each.get("type", "behavioural")),
                each["went"] if each.get("went") in WENT else 0, str(each.get("key", "")),
            )
            for each in questions
        ],
        **words,
    )  # fmt: skip


def set_debrief_deleted(access: Access, public_id: str, *, is_deleted: bool) -> DebriefView:
    """Throw a debrief away, or bring it back."""
    return to_view(ROWS.set_deleted(access, public_id, is_deleted=is_deleted, index=_index))


def read_weights(access: Access) -> Weights:
    """What real interviews asked: 1 for each time, 2 where it went badly or so-so; a type gets up
    to 2 by its share of all questions asked."""
    keys: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for questions in ROWS.kept_of(access).values_list("questions", flat=True):
        for row in questions:
            kinds[row["kind"]] += 1
            if row["key"]:
                keys[row["key"]] += 1 if row["went"] >= 3 else 2
    total = sum(kinds.values())
    shares = {kind: 2.0 * count / total for kind, count in kinds.items()}
    return Weights({key: float(count) for key, count in keys.items()}, shares)


def read_asked(access: Access, company: str) -> dict[str, Asked]:
    """How often real interviews asked each question, and how often this company did."""
    wanted = company.casefold().strip()
    found: dict[str, Asked] = {}
    for name, questions in ROWS.kept_of(access).values_list("company", "questions"):
        is_here = name.casefold().strip() == wanted
        for key in (row["key"] for row in questions if row["key"]):
            before = found.get(key, Asked(0))
            found[key] = Asked(before.times + 1, before.here + is_here)
    return found


def to_view(row: Debrief) -> DebriefView:
    """The row as the frozen value that screens show."""
    names = (
        "public_id", "company", "round", "held_on", "application_id", "went", "learn",
        "next_step", "updated_at",
    )  # fmt: skip
    parts: dict[str, Any] = {name: getattr(row, name) for name in names}
    questions = tuple(
        AskedQuestion(each["text"], each["kind"], each["went"], each["key"])
        for each in row.questions
    )
    return DebriefView(
        id=row.pk, questions=questions, is_deleted=row.deleted_at is not None, **parts
    )


def _new(access: Access) -> Debrief:
    if ROWS.kept_of(access).count() >= MAX_DEBRIEFS:
        raise ConflictError(f"at most {MAX_DEBRIEFS:,} debriefs.", remedy="Delete some first.")
    return Debrief(workspace_id=access.workspace_id, user_id=access.user_id)


def _index(access: Access, row: Debrief) -> None:
    """Findable by its person and by nobody else."""
    asked = [each["text"] for each in row.questions]
    index_entry(
        access.workspace_id, kind=KIND, object_id=row.public_id,
        title=f"Debrief: {row.company}"[:300],
        body="\n".join((row.round, row.went, row.learn, row.next_step, *asked)),
        url=to_view(row).page, owner_id=access.user_id,
    )  # fmt: skip


def _check(access: Access, draft: DebriefDraft) -> dict[str, Any]:
    held_on = check_day("the day of an interview", draft.held_on)
    if held_on is None:
        raise InvalidValueError("a debrief needs the day of the interview, as 2026-11-23.")
    if len(draft.questions) > MAX_QUESTIONS:
        raise InvalidValueError(f"at most {MAX_QUESTIONS} questions.", value=len(draft.questions))
    head = {
        "company": check_line("a company", draft.company, 200, least=1),
        "round": check_line("a round", draft.round, 100),
        "held_on": held_on,
        "application_id": _check_application(access, draft.application_id),
        "went": check_text("how it went", draft.went, 5_000),
        "learn": check_text("what to learn", draft.learn, 5_000),
        "next_step": check_text("the next step", draft.next_step, 1_000),
    }
    return head | {"questions": [_check_question(access, each) for each in draft.questions]}


def _check_application(access: Access, public_id: str) -> str:
    wanted = check_line("an application", public_id, 12)
    return get_application(access, wanted).public_id if wanted else ""


def _check_question(access: Access, asked: AskedQuestion) -> dict[str, Any]:
    if asked.went not in WENT:
        raise InvalidValueError("how a question went is 1 (badly) to 4 (very well).",
                                value=asked.went)  # fmt: skip
    question = (
        get_question(access, asked.key)
        if asked.key
        else add_question(access, check_kind(asked.kind), asked.text)
    )
    return {"key": question.key, "text": question.text, "kind": question.kind, "went": asked.went}

"""An act held against a behaviour of the rubric by another member, who was asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pilothouse.apps.skills.models import ActReview, RequestKind, SkillRequest
from pilothouse.apps.skills.services.competencies import get_competency
from pilothouse.apps.skills.services.contexts import read_context_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import find_acts, record_act
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

LEAST_NOTE, MAX_NOTE = 20, 4_000


@dataclass(frozen=True)
class ReviewDraft:
    """What a reviewer says: which behaviour, whether the act shows it, and why."""

    behaviour: str
    is_shown: bool
    note: str


@dataclass(frozen=True)
class ActReviewView:
    """A review as the person reviewed sees it."""

    public_id: str
    sequence: int
    competency: str
    behaviour: str
    behaviour_text: str
    is_shown: bool
    note: str
    reviewer: str
    at: datetime


def answer_review(access: Access, request: SkillRequest, draft: ReviewDraft) -> ActReview:
    """Review the act that was asked about. Inside a transaction.

    Only a review that finds the behaviour shown makes the act stronger; either is kept. For the
    reviewer it is an act of reviewing.
    """
    if request.kind != RequestKind.REVIEW or request.sequence is None:
        raise InvalidValueError("this asks for a rating and not for a review.")
    behaviour = _check_behaviour(request.competency, draft.behaviour)
    note = _check_note(draft.note)
    shown = find_acts(access, [request.sequence], shown_by=request.user.public_id)
    act = shown.get(request.sequence)
    if act is None:
        raise NotFoundError("the act is not there any more.", value=request.sequence)
    row = ActReview.objects.create(
        workspace_id=access.workspace_id, user_id=request.user_id, reviewer_id=access.user_id,
        request=request, sequence=request.sequence, competency=request.competency,
        behaviour=behaviour, is_shown=draft.is_shown, note=note, at=timezone.now(),
    )  # fmt: skip
    facts = {
        "act": request.sequence,
        "competency": request.competency,
        "behaviour": behaviour,
        "shown": draft.is_shown,
        "characters": len(note),
        "context": read_context_of(access)(act).value,
    }
    record_act(access, "act.reviewed", "act", str(request.sequence), facts, personal=note)
    return row


def list_act_reviews(access: Access, competency: str = "") -> list[ActReviewView]:
    """Reviews of one's acts, the newest first."""
    rows = ActReview.objects.select_related("reviewer").filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    )
    if competency:
        rows = rows.filter(competency=competency)
    return [_to_view(row) for row in rows.order_by("-pk")[:200]]


def _check_behaviour(competency: str, key: str) -> str:
    try:
        return get_competency(competency).behaviour(key).key
    except NotFoundError as error:
        raise InvalidValueError(
            f"choose one of the behaviours of {competency}.", value=key or None
        ) from error


def _check_note(note: str) -> str:
    text = clean_text(note).strip()
    if not LEAST_NOTE <= len(text) <= MAX_NOTE:
        raise InvalidValueError(
            f"the reasons have {LEAST_NOTE} to {MAX_NOTE:,} characters; these have {len(text):,}.",
            remedy="Say what in the act shows it, or what is missing.",
        )
    return text


def _to_view(row: ActReview) -> ActReviewView:
    behaviour = get_competency(row.competency).behaviour(row.behaviour)
    return ActReviewView(
        public_id=row.public_id,
        sequence=row.sequence,
        competency=row.competency,
        behaviour=row.behaviour,
        behaviour_text=behaviour.text,
        is_shown=row.is_shown,
        note=row.note,
        reviewer=row.reviewer.name if row.reviewer else "a former member",
        at=row.at,
    )

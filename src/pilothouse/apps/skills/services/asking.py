"""What a person asks of another member: a rating, or a review of one act against the rubric."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from pilothouse.apps.skills.models import RequestKind, SkillRequest
from pilothouse.apps.skills.services.act_reviews import ReviewDraft, answer_review
from pilothouse.apps.skills.services.competencies import get_competency
from pilothouse.apps.skills.services.people import find_other
from pilothouse.apps.skills.services.ratings import RatingDraft, answer_rating
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView, find_acts, record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_MESSAGE = 1_000
MAX_OPEN = 50


@dataclass(frozen=True)
class RequestView:
    """Something asked. ``person`` asked it of ``asked``; ``act`` is what a review is about."""

    public_id: str
    kind: str
    person: str
    asked: str
    competency: str
    sequence: int | None
    message: str
    created_at: datetime
    answered_at: datetime | None
    is_withdrawn: bool
    is_mine: bool
    act: ActView | None = None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and not self.is_withdrawn


def ask_rating(access: Access, member_id: str, message: str = "") -> RequestView:
    """Ask a member for their view of one's levels."""
    return _ask(access, member_id, RequestKind.RATING, message=message)


def ask_review(
    access: Access, member_id: str, sequence: int, competency: str, message: str = ""
) -> RequestView:
    """Ask a member to hold one of one's acts against the behaviours of a competency."""
    get_competency(competency)
    act = find_acts(access, [sequence]).get(sequence)
    if act is None or act.user_id != access.user_public_id:
        raise NotFoundError("there is no such act of yours.", value=sequence)
    return _ask(
        access, member_id, RequestKind.REVIEW,
        message=message, competency=competency, sequence=sequence,
    )  # fmt: skip


def withdraw_request(access: Access, public_id: str) -> RequestView:
    """Take back what one asked, if it was not answered."""
    with transaction.atomic():
        row = _find(access, public_id)
        if row.user_id != access.user_id:
            raise NotFoundError("there is no such request of yours.", value=public_id)
        _refuse_closed(row)
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        record_act(access, "request.withdrawn", "request", public_id, {"kind": row.kind})
    return _to_view(access, row)


def give_rating(access: Access, public_id: str, draft: RatingDraft) -> RequestView:
    """Answer a request for a rating."""
    with transaction.atomic():
        row = _find_asked(access, public_id)
        answer_rating(access, row, draft)
        return _close(access, row)


def give_review(access: Access, public_id: str, draft: ReviewDraft) -> RequestView:
    """Answer a request for a review."""
    with transaction.atomic():
        row = _find_asked(access, public_id)
        answer_review(access, row, draft)
        return _close(access, row)


def get_request(access: Access, public_id: str) -> RequestView:
    """A request that one made or that was made of one, with the act it is about."""
    row = _find(access, public_id)
    # Whoever asks for a review of an act shows it by asking.
    by = row.user.public_id
    act = find_acts(access, [row.sequence], shown_by=by).get(row.sequence) if row.sequence else None
    return _to_view(access, row, act)


def list_asked_of_me(access: Access) -> list[RequestView]:
    """What others wait for, the oldest first."""
    rows = _rows(access).filter(asked_id=access.user_id, answered_at=None, withdrawn_at=None)
    return [_to_view(access, row) for row in rows.order_by("pk")[:MAX_OPEN]]


def list_my_requests(access: Access, limit: int = 50) -> list[RequestView]:
    """What one asked of others, the newest first."""
    rows = _rows(access).filter(user_id=access.user_id, withdrawn_at=None)
    return [_to_view(access, row) for row in rows.order_by("-pk")[:limit]]


def _ask(
    access: Access,
    member_id: str,
    kind: RequestKind,
    *,
    message: str,
    competency: str = "",
    sequence: int | None = None,
) -> RequestView:
    access.require(Role.VIEWER, to="asking a member")
    text = clean_text(message).strip()
    if len(text) > MAX_MESSAGE:
        raise InvalidValueError(
            f"a message has at most {MAX_MESSAGE:,} characters; this has {len(text):,}."
        )
    person = find_other(access, member_id)
    with transaction.atomic():
        same = _rows(access).filter(
            user_id=access.user_id, asked_id=person.id, kind=kind, competency=competency,
            sequence=sequence, answered_at=None, withdrawn_at=None,
        )  # fmt: skip
        if same.exists():
            raise ConflictError("this was asked and waits for an answer.", value=person.name)
        row = SkillRequest.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, asked_id=person.id,
            kind=kind, competency=competency, sequence=sequence, message=text,
            created_at=timezone.now(),
        )  # fmt: skip
        facts = {"kind": kind.value, "competency": competency, "act": sequence}
        record_act(access, "request.made", "request", row.public_id, facts)
    return _to_view(access, row)


def _close(access: Access, row: SkillRequest) -> RequestView:
    row.answered_at = timezone.now()
    row.save(update_fields=["answered_at"])
    return _to_view(access, row)


def _rows(access: Access) -> QuerySet[SkillRequest]:
    rows = SkillRequest.objects.select_related("user", "asked")
    return rows.filter(workspace_id=access.workspace_id)


def _find(access: Access, public_id: str) -> SkillRequest:
    mine = Q(user_id=access.user_id) | Q(asked_id=access.user_id)
    row = _rows(access).filter(mine, public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such request.", value=public_id)
    return row


def _find_asked(access: Access, public_id: str) -> SkillRequest:
    row = _find(access, public_id)
    if row.asked_id != access.user_id:
        raise NotFoundError("this was not asked of you.", value=public_id)
    _refuse_closed(row)
    return row


def _refuse_closed(row: SkillRequest) -> None:
    if row.answered_at is not None:
        raise ConflictError("this was answered already.", value=row.public_id)
    if row.withdrawn_at is not None:
        raise ConflictError("this was withdrawn.", value=row.public_id)


def _to_view(access: Access, row: SkillRequest, act: ActView | None = None) -> RequestView:
    return RequestView(
        public_id=row.public_id,
        kind=row.kind,
        person=row.user.name,
        asked=row.asked.name,
        competency=row.competency,
        sequence=row.sequence,
        message=row.message,
        created_at=row.created_at,
        answered_at=row.answered_at,
        is_withdrawn=row.withdrawn_at is not None,
        is_mine=row.user_id == access.user_id,
        act=act,
    )

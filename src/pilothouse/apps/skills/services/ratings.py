"""What a person thinks of their own level, and what a member thinks whom they asked.

Ratings are opinions and stand beside the evidence; no rule looks at them. The ledger keeps that a
rating was given, never which one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.skills.models import Rating, RequestKind, SkillRequest
from pilothouse.apps.skills.services.competencies import IDS, get_competency
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MAX_NOTE = 2_000
NAMES = ("Not yet", "Awareness", "Working", "Practitioner", "Expert")


@dataclass(frozen=True)
class RatingView:
    """One rating. ``level`` is 0 (not yet) to 4."""

    public_id: str
    competency: str
    level: int
    note: str
    at: datetime
    rater: str
    is_own: bool

    @property
    def level_name(self) -> str:
        return NAMES[self.level]


@dataclass(frozen=True)
class Ratings:
    """All ratings of one competency, the newest first."""

    own: tuple[RatingView, ...] = ()
    others: tuple[RatingView, ...] = ()

    @property
    def latest(self) -> RatingView | None:
        """What the person says now."""
        return self.own[0] if self.own else None

    @property
    def latest_others(self) -> tuple[RatingView, ...]:
        """What each other member said last."""
        seen: dict[str, RatingView] = {}
        for each in self.others:
            seen.setdefault(each.rater, each)
        return tuple(seen.values())


@dataclass(frozen=True)
class RatingDraft:
    """Levels by competency, and one note; a competency that is not named is not rated."""

    levels: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    def checked(self) -> RatingDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        note = clean_text(self.note).strip()
        if len(note) > MAX_NOTE:
            raise InvalidValueError(
                f"a note has at most {MAX_NOTE:,} characters; this has {len(note):,}."
            )
        for name, level in self.levels.items():
            if name not in IDS:
                raise InvalidValueError("a competency is C01 to C16.", value=name)
            if isinstance(level, bool) or level not in range(5):
                raise InvalidValueError("a rating is 0 (not yet) to 4.", value=level)
        if not self.levels:
            raise InvalidValueError("nothing is rated.", remedy="Choose a level.")
        return RatingDraft(dict(self.levels), note)


def rate_self(access: Access, competency: str, level: int, note: str = "") -> RatingView:
    """Say how good one thinks one is; every rating is kept."""
    get_competency(competency)
    checked = RatingDraft({competency: level}, note).checked()
    with transaction.atomic():
        (row,) = _store(access, access.user_id, checked)
        facts = {"competency": competency, "own": True}
        record_act(access, "rating.given", "competency", competency, facts)
    return _to_view(row, access.user_name, is_own=True)


def answer_rating(access: Access, request: SkillRequest, draft: RatingDraft) -> int:
    """Rate the person who asked; how many competencies were rated. Inside a transaction."""
    if request.kind != RequestKind.RATING:
        raise InvalidValueError("this asks for a review and not for a rating.")
    rows = _store(access, request.user_id, draft.checked())
    facts = {"competencies": len(rows), "own": False}
    record_act(access, "rating.given", "request", request.public_id, facts)
    return len(rows)


def list_ratings(access: Access) -> dict[str, Ratings]:
    """All ratings of whoever asks, by competency; one query."""
    rows = (
        Rating.objects.select_related("rater")
        .filter(workspace_id=access.workspace_id, user_id=access.user_id)
        .order_by("-at", "-pk")
    )
    own: dict[str, list[RatingView]] = {}
    others: dict[str, list[RatingView]] = {}
    for row in rows:
        is_own = row.rater_id == access.user_id
        view = _to_view(row, row.rater.name, is_own=is_own)
        (own if is_own else others).setdefault(row.competency, []).append(view)
    names = own.keys() | others.keys()
    return {name: Ratings(tuple(own.get(name, ())), tuple(others.get(name, ()))) for name in names}


def get_ratings(access: Access, competency: str) -> Ratings:
    """All ratings of one competency of whoever asks."""
    return list_ratings(access).get(competency, Ratings())


def tell_difference(rating: RatingView, evidence: int | None) -> str:
    """How a rating stands to the level that evidence holds, in words."""
    if evidence is None:
        return "no level from evidence to hold it against yet"
    apart = rating.level - evidence
    if apart == 0:
        return "the same as the evidence"
    steps = "1 level" if abs(apart) == 1 else f"{abs(apart)} levels"
    return f"{steps} {'above' if apart > 0 else 'below'} the evidence"


def _store(access: Access, user_id: int, draft: RatingDraft) -> list[Rating]:
    access.require(Role.VIEWER, to="rating")
    now = timezone.now()
    return [
        Rating.objects.create(
            workspace_id=access.workspace_id, user_id=user_id, rater_id=access.user_id,
            competency=name, level=level, note=draft.note, at=now,
        )
        for name, level in draft.levels.items()
    ]  # fmt: skip


def _to_view(row: Rating, rater: str, *, is_own: bool) -> RatingView:
    return RatingView(row.public_id, row.competency, row.level, row.note, row.at, rater, is_own)

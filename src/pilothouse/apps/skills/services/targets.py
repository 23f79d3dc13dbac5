"""Targets: what a role or a posting asks, saved to hold one's levels against.

A posting's text is searched for the words of each competency. Which level it wants cannot be read
from words: that is taken from the role beside it and can be changed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.skills.models import Target, TargetKind
from pilothouse.apps.skills.services.competencies import IDS, list_competencies
from pilothouse.apps.skills.services.posting_texts import keep_posting, read_posting_texts
from pilothouse.apps.skills.services.roles import name_role, required_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.skills import Mention, find_mentions
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_NAME, MAX_POSTING, MAX_TARGETS = 200, 50_000, 50
# Each further mention in a posting leans on a competency by a quarter, up to twice.
PER_MENTION, MOST_EMPHASIS = 0.25, 2.0


@dataclass(frozen=True)
class TargetDraft:
    """What a person saves. With a ``posting`` only what it mentions is asked for."""

    role: str = "pm"
    industry: str = "technology"
    name: str = ""
    posting: str = ""


@dataclass(frozen=True)
class TargetView:
    """A saved target."""

    public_id: str
    kind: str
    name: str
    role: str
    industry: str
    posting: str
    required: Mapping[str, int]
    emphasis: Mapping[str, float]
    created_at: datetime
    posting_id: str = ""

    @property
    def url(self) -> str:
        return reverse("skills:target", args=[self.public_id])

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The words of its posting that spoke for a competency."""
        return read_posting(self.posting) if self.posting else ()


def read_posting(text: str) -> tuple[Mention, ...]:
    """The competencies that a posting's text speaks of, with the words found."""
    return find_mentions(text, {each.id: each.words for each in list_competencies()})


def draft_target(draft: TargetDraft) -> TargetView:
    """A draft as a target, not saved; raises ``InvalidValueError`` for the first bad part."""
    required = required_of(draft.role, draft.industry)
    posting = clean_text(draft.posting).strip()
    if len(posting) > MAX_POSTING:
        raise InvalidValueError(
            f"a posting has at most {MAX_POSTING:,} characters; this has {len(posting):,}."
        )
    mentions = read_posting(posting)
    if posting and not mentions:
        raise InvalidValueError(
            "no competency was found in this text.",
            remedy="Paste the whole posting, in English, or save the role without it.",
        )
    if posting:
        required = {each.competency: max(required[each.competency], 1) for each in mentions}
    return TargetView(
        public_id="",
        kind=(TargetKind.POSTING if posting else TargetKind.ROLE).value,
        name=_name(draft.name) or name_role(draft.role, draft.industry),
        role=draft.role,
        industry=draft.industry,
        posting=posting,
        required=dict(sorted(required.items())),
        emphasis={each.competency: _emphasis(each) for each in mentions},
        created_at=timezone.now(),
    )


def save_target(access: Access, draft: TargetDraft) -> TargetView:
    """Save a role or a posting as a target."""
    checked = draft_target(draft)
    left_out = {"public_id", "posting", "posting_id"}
    parts = {name: value for name, value in vars(checked).items() if name not in left_out}
    with transaction.atomic():
        if _rows(access).count() >= MAX_TARGETS:
            raise ConflictError(f"at most {MAX_TARGETS} targets.", remedy="Delete one first.")
        posting_id = keep_posting(access, checked.posting, draft.name) if checked.posting else ""
        row = Target.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, posting_id=posting_id,
            **parts,
        )  # fmt: skip
        _record(access, "target.saved", row)
    return _to_view(access, row)


def change_target(
    access: Access, public_id: str, *, name: str | None = None, required: Mapping[str, int]
) -> TargetView:
    """Change a target's name and the levels it asks; 0 leaves a competency out."""
    for key, level in required.items():
        if key not in IDS or isinstance(level, bool) or level not in range(5):
            raise InvalidValueError("levels are 0 to 4, of C01 to C16.", value=f"{key} = {level}")
    kept = {key: level for key, level in sorted(required.items()) if level}
    if not kept:
        raise InvalidValueError("a target asks for at least one competency.")
    with transaction.atomic():
        row = _find(access, public_id)
        row.required = kept
        row.name = (_name(name) if name is not None else "") or row.name
        row.save(update_fields=["required", "name"])
        _record(access, "target.changed", row)
    return _to_view(access, row)


def set_target_deleted(access: Access, public_id: str, *, is_deleted: bool) -> TargetView:
    """Delete a target, or bring it back."""
    with transaction.atomic():
        row = _find(access, public_id, with_deleted=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        _record(access, "target.deleted" if is_deleted else "target.restored", row)
    return _to_view(access, row)


def get_target(access: Access, public_id: str) -> TargetView:
    """One of one's targets."""
    return _to_view(access, _find(access, public_id))


def list_targets(access: Access) -> list[TargetView]:
    """One's targets, the newest first."""
    return _to_views(access, list(_rows(access).order_by("-pk")))


def _record(access: Access, kind: str, row: Target) -> None:
    facts = {"kind": row.kind, "role": row.role, "industry": row.industry}
    record_act(access, kind, "target", row.public_id, facts)


def _emphasis(mention: Mention) -> float:
    return min(1 + PER_MENTION * (mention.count - 1), MOST_EMPHASIS)


def _name(name: str) -> str:
    text = " ".join(clean_text(name).split())
    if len(text) > MAX_NAME:
        raise InvalidValueError(
            f"a name has at most {MAX_NAME} characters; this has {len(text):,}.", value=text
        )
    return text


def _rows(access: Access) -> QuerySet[Target]:
    rows = Target.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    return rows.filter(deleted_at=None)


def _find(access: Access, public_id: str, *, with_deleted: bool = False) -> Target:
    rows = Target.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, public_id=public_id
    )
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such target of yours.", value=public_id)
    return row


def _to_view(access: Access, row: Target) -> TargetView:
    return _to_views(access, [row])[0]


def _to_views(access: Access, rows: list[Target]) -> list[TargetView]:
    """Rows with the texts of their postings; one query for all of them."""
    wanted = [row.posting_id for row in rows if row.posting_id]
    texts = read_posting_texts(access, wanted) if wanted else {}
    return [_fill(row, texts.get(row.posting_id, row.posting)) for row in rows]


def _fill(row: Target, posting: str) -> TargetView:
    return TargetView(
        public_id=row.public_id,
        kind=row.kind,
        name=row.name,
        role=row.role,
        industry=row.industry,
        posting=posting,
        required=row.required,
        emphasis=row.emphasis,
        created_at=row.created_at,
        posting_id=row.posting_id,
    )

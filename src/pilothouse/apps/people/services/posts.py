"""What one makes public of one's own work: a plan of posts and talks, drafts, published links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.models import Post, PostKind, PostState
from pilothouse.apps.people.services.book import find_row, get_habits, own, write
from pilothouse.apps.people.services.evidence import find_offers, to_support
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.people.outreach import unsupported_numbers
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_POSTS = 1_000


@dataclass(frozen=True)
class PostDraft:
    """A post as it is written. ``evidence`` are keys of one's own work."""

    title: str
    kind: str = PostKind.POST.value
    text: str = ""
    audience: str = ""
    evidence: tuple[str, ...] = ()
    planned_on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class PostView:
    """A post, article, talk or answer."""

    public_id: str
    title: str
    kind: str
    text: str
    audience: str
    evidence: tuple[Mapping[str, Any], ...]
    state: str
    planned_on: date | None
    published_on: date | None
    address: str

    @property
    def url(self) -> str:
        return reverse("people:post", args=[self.public_id])

    @property
    def kind_label(self) -> str:
        return PostKind(self.kind).label

    @property
    def state_label(self) -> str:
        return PostState(self.state).label


def create_post(access: Access, draft: PostDraft) -> PostView:
    """Plan something."""
    write(access)
    with transaction.atomic():
        if Post.objects.filter(**own(access), deleted_at=None).count() >= MAX_POSTS:
            raise ConflictError(f"a plan has at most {MAX_POSTS:,} posts.")
        row = Post(**own(access))
        _fill(access, row, draft)
        row.save()
    return _to_view(row)


def change_post(access: Access, public_id: str, draft: PostDraft) -> PostView:
    """Change what is planned or written."""
    write(access)
    with transaction.atomic():
        row: Post = find_row(Post, access, public_id, "post", deleted_at=None)
        _fill(access, row, draft)
        row.save()
    return _to_view(row)


def get_post(access: Access, public_id: str) -> PostView:
    """One post of the person's."""
    return _to_view(find_row(Post, access, public_id, "post", deleted_at=None))


def list_posts(access: Access) -> list[PostView]:
    """The plan: what is due first, ideas without a day, then what is published."""
    rows = Post.objects.filter(**own(access), deleted_at=None)
    ordered = rows.order_by(F("planned_on").asc(nulls_last=True), "pk")
    return [_to_view(row) for row in ordered[:MAX_POSTS]]


def list_loose_numbers(access: Access, post: PostView) -> tuple[str, ...]:
    """Numbers of a text that none of the chosen work holds."""
    return unsupported_numbers(post.text, to_support(access, post.evidence))


def publish_post(access: Access, public_id: str, *, url: str, on: date | None = None) -> PostView:
    """Say that one published it, and where. Nothing is published from here."""
    write(access)
    today = get_habits(access).today(timezone.now())
    day = _check_day(on) or today
    if day > today:
        raise InvalidValueError("what is published was published today or before.", value=day)
    with transaction.atomic():
        row: Post = find_row(Post, access, public_id, "post", deleted_at=None)
        row.url = check_address("where it stands", url) if url.strip() else ""
        row.state, row.published_on = PostState.PUBLISHED, day
        row.save()
        facts = {"what": row.kind, "evidence": len(row.evidence), "linked": bool(row.url)}
        record_act(access, "post.published", "post", public_id, facts)
    return _to_view(row)


def set_post_state(access: Access, public_id: str, state: str) -> PostView:
    """Idea, draft or dropped; what was published is taken back by this too."""
    write(access)
    if state not in {PostState.IDEA, PostState.DRAFT, PostState.DROPPED}:
        raise InvalidValueError("a post is an idea, a draft or dropped.", value=state)
    row: Post = find_row(Post, access, public_id, "post", deleted_at=None)
    row.state, row.published_on = state, None
    row.save()
    return _to_view(row)


def set_post_deleted(access: Access, public_id: str, *, is_deleted: bool) -> None:
    """Take a post out, or back in."""
    write(access)
    row: Post = find_row(Post, access, public_id, "post")
    row.deleted_at = timezone.now() if is_deleted else None
    row.save(update_fields=["deleted_at"])


def to_post_json(view: PostView) -> dict[str, Any]:
    """A post for programs of its owner."""
    return {**asdict(view), "url": view.url}


def _fill(access: Access, row: Post, draft: PostDraft) -> None:
    if draft.kind not in PostKind.values:
        raise InvalidValueError(f"a kind is {', '.join(PostKind.values)}.", value=draft.kind)
    row.title = check_line("a title", draft.title, 200, least=1)
    row.kind = draft.kind
    row.text = check_body("a text", draft.text)
    row.audience = check_line("an audience", draft.audience, 200)
    row.evidence = find_offers(access, draft.evidence)
    row.planned_on = _check_day(draft.planned_on)
    row.url = check_address("where it stands", draft.url) if draft.url.strip() else ""
    if row.state == PostState.IDEA and row.text.strip():
        row.state = PostState.DRAFT


def _check_day(day: date | None) -> date | None:
    if day is not None and not EARLIEST.date() < day < LATEST.date():
        raise InvalidValueError(f"a day lies between {EARLIEST.year} and {LATEST.year}.", value=day)
    return day


def _to_view(row: Post) -> PostView:
    return PostView(
        public_id=row.public_id, title=row.title, kind=row.kind, text=row.text,
        audience=row.audience, evidence=tuple(row.evidence), state=row.state,
        planned_on=row.planned_on, published_on=row.published_on, address=row.url,
    )  # fmt: skip

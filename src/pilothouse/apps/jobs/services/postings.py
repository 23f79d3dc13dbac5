"""Postings: saving the text as it was, reading role and level by rules. Private to their person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import Posting, PostingSource
from pilothouse.apps.jobs.services.finding import index_posting
from pilothouse.apps.jobs.services.own_rows import OwnRows
from pilothouse.apps.jobs.services.texts import check_choice
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs import PostingReading, read_posting
from pilothouse.kernel.errors import ConflictError, NotFoundError
from pilothouse.kernel.ids import clean_text, digest

LEVEL_NAMES = {"associate": "Associate", "pm": "Middle", "senior": "Senior", "lead": "Lead"}
MAX_TEXT, LEAST_TEXT, MAX_NOTES, MAX_POSTINGS = 50_000, 20, 5_000, 5_000
PAGE, MAX_WORDS = 50, 10
ROWS = OwnRows(Posting, "posting", "posting", "posting")


@dataclass(frozen=True)
class PostingDraft:
    """What a person saves. Without a title the first line of the text is the title."""

    text: str
    title: str = ""
    company: str = ""
    place: str = ""
    url: str = ""
    source: str = PostingSource.PASTE.value


@dataclass(frozen=True)
class PostingChange:
    """What a person may change later: all but the text."""

    title: str
    company: str = ""
    place: str = ""
    url: str = ""
    notes: str = ""


@dataclass(frozen=True)
class PostingView:
    """A posting as its person sees it."""

    id: int
    public_id: str
    title: str
    company: str
    place: str
    url: str
    source: str
    text: str
    digest: str
    notes: str
    saved_at: datetime
    is_deleted: bool

    @property
    def page(self) -> str:
        return reverse("jobs:posting", args=[self.public_id])

    @property
    def source_name(self) -> str:
        return PostingSource(self.source).label

    @property
    def role_name(self) -> str:
        """The role read, in words."""
        role = self.reading.role
        return role.replace("-", " ").capitalize() if role else "Cannot tell"

    @property
    def level_name(self) -> str:
        """The level read, in words."""
        level = self.reading.level
        return LEVEL_NAMES[level] if level else "Cannot tell"

    @cached_property
    def reading(self) -> PostingReading:
        """Role and level by the rules, read anew each time: rules improve, the text stays."""
        return read_posting(self.title, self.text)


@dataclass(frozen=True)
class PostingPages:
    """A page of Django's paginator, and how many postings there are in all."""

    page: Page[PostingView]
    total: int


def list_postings(access: Access, most: int = MAX_POSTINGS) -> list[PostingView]:
    """One's postings, the newest first."""
    rows = ROWS.kept_of(access).order_by("-pk")
    return [to_view(row) for row in rows[:most]]


def page_postings(access: Access, words: str, number: str | None) -> PostingPages:
    """A page of one's postings in which all the words stand, the newest first; three queries.

    Texts are long: only those of the page are read out of the database.
    """
    rows = ROWS.kept_of(access).order_by("-pk")
    total = rows.count()
    for word in clean_text(words).split()[:MAX_WORDS]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(company__icontains=word) | Q(place__icontains=word)
            | Q(text__icontains=word)
        )  # fmt: skip
    page = Paginator(rows, PAGE).get_page(number)
    page.object_list = [to_view(row) for row in page.object_list]
    return PostingPages(page, total)


def get_posting(access: Access, public_id: str) -> PostingView:
    """One of one's postings; 404 for everybody else's."""
    return to_view(ROWS.get(access, public_id))


def has_posting(access: Access, public_id: str) -> bool:
    """Whether there is such a posting of one's own, not thrown away."""
    try:
        ROWS.get(access, public_id)
    except NotFoundError:
        return False
    return True


def save_posting(access: Access, draft: PostingDraft) -> PostingView:
    """Keep a posting with its text and the digest of it."""
    checked = _check(draft, LEAST_TEXT)
    with transaction.atomic():
        _refuse_twice(access, checked["digest"])
        return to_view(_create(access, checked))


def keep_text(access: Access, text: str, company: str) -> str:
    """The id of the posting with this text, which is saved unless it is there already."""
    checked = _check(PostingDraft(text, company=company), 1)
    with transaction.atomic():
        alive_first = F("deleted_at").asc(nulls_first=True)
        same = (
            ROWS.all_of(access).filter(digest=checked["digest"]).order_by(alive_first, "pk").first()
        )
        if same is None:
            same = _create(access, checked)
        elif same.deleted_at is not None:
            set_posting_deleted(access, same.public_id, is_deleted=False)
        return str(same.public_id)


def read_texts(access: Access, ids: Sequence[str]) -> dict[str, str]:
    """The texts of one's postings by their ids, those thrown away included; one query."""
    return dict(ROWS.all_of(access).filter(public_id__in=ids).values_list("public_id", "text"))


def change_posting(access: Access, public_id: str, change: PostingChange) -> PostingView:
    """Change what one wrote about a posting; its text stays as it was saved."""
    values = {
        "title": check_line("a title", change.title, 200, least=1),
        "company": check_line("a company", change.company, 200),
        "place": check_line("a place", change.place, 200),
        "url": check_address("an address", change.url) if change.url.strip() else "",
        "notes": check_body("notes", change.notes, MAX_NOTES),
    }
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        index_posting(row)
        record_act(access, "posting.changed", "posting", public_id, {})
    return to_view(row)


def set_posting_deleted(access: Access, public_id: str, *, is_deleted: bool) -> PostingView:
    """Throw a posting away, or bring it back."""

    def index(_access: Access, row: Posting) -> None:
        index_posting(row)

    return to_view(ROWS.set_deleted(access, public_id, is_deleted=is_deleted, index=index))


def to_view(row: Posting) -> PostingView:
    """The row as the frozen value that screens show."""
    names = (
        "public_id", "title", "company", "place", "url", "source", "text", "digest", "notes",
        "saved_at",
    )  # fmt: skip
    parts = {name: getattr(row, name) for name in names}
    return PostingView(id=row.pk, is_deleted=row.deleted_at is not None, **parts)


def _create(access: Access, checked: dict[str, Any]) -> Posting:
    if ROWS.kept_of(access).count() >= MAX_POSTINGS:
        raise ConflictError(f"at most {MAX_POSTINGS:,} postings.", remedy="Delete some first.")
    row: Posting = Posting.objects.create(
        workspace_id=access.workspace_id, user_id=access.user_id, saved_at=timezone.now(),
        **checked,
    )  # fmt: skip
    index_posting(row)
    facts = {"source": row.source, "text_digest": row.digest}
    record_act(access, "posting.saved", "posting", row.public_id, facts)
    return row


def _refuse_twice(access: Access, text_digest: str) -> None:
    same = ROWS.kept_of(access).filter(digest=text_digest).first()
    if same is not None:
        raise ConflictError(
            "this very text is saved already.", value=same.title, remedy="Open it under Postings."
        )


def _check(draft: PostingDraft, least: int) -> dict[str, Any]:
    text = check_body("a posting's text", draft.text, MAX_TEXT, least=least)
    first_line = text.splitlines()[0].strip()[:200]
    return {
        "text": text,
        "digest": digest(text.encode()),
        "title": check_line("a title", draft.title, 200) or first_line,
        "company": check_line("a company", draft.company, 200),
        "place": check_line("a place", draft.place, 200),
        "url": check_address("an address", draft.url) if draft.url.strip() else "",
        "source": check_choice("a source", draft.source, PostingSource.values),
    }

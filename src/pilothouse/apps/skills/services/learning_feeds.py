"""Feeds that a person follows. Nothing is fetched unless the person switches reading on.

Adding a feed, by hand or from a list, asks nobody for anything. Where reading is on, a press of a
button (or the command) fetches what is new; the newest 500 texts of each feed are kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from pilothouse.apps.skills.models import Feed, FeedItem
from pilothouse.apps.skills.services.learning_feeds_fetch import Fetched, Fetcher
from pilothouse.apps.skills.services.learning_feeds_opml import Outline
from pilothouse.apps.skills.services.learning_feeds_parse import ParsedItem, parse_feed
from pilothouse.apps.skills.services.library_texts import check_url, now
from pilothouse.apps.skills.services.plans_goals import owner_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    PilothouseError,
)
from pilothouse.kernel.texts import check_line

MAX_FEEDS = 300
KEPT = 500
# A request that reads all feeds ends after this; the next one goes on with those waiting longest.
ALL_SECONDS = 25.0
PAGE_SIZE = 50


@dataclass(frozen=True)
class FeedView:
    """A feed as the screens show it; ``new`` counts the texts that are not read."""

    public_id: str
    title: str
    url: str
    site_url: str
    folder: str
    is_read: bool
    fetched_at: datetime | None
    trouble: str
    kept: int = 0
    new: int = 0


@dataclass(frozen=True)
class FeedItemView:
    """A text of a feed."""

    public_id: str
    feed: str
    feed_title: str
    title: str
    url: str
    summary: str
    published_at: datetime
    is_new: bool


@dataclass(frozen=True)
class ReadResult:
    """What reading feeds brought: how many were asked, new texts, and who gave trouble."""

    feeds: int
    items: int
    troubles: tuple[str, ...]
    left: int = 0


def list_feeds(access: Access) -> list[FeedView]:
    """The person's feeds by folder and title; one query."""
    rows = _feeds(access).annotate(
        kept=Count("items"), new=Count("items", filter=Q(items__read_at=None))
    )
    return [_to_view(row, row.kept, row.new) for row in rows.order_by("folder", "title", "pk")]


def add_feed(access: Access, url: str, title: str = "", folder: str = "") -> FeedView:
    """Follow a feed. Reading is off until the person switches it on."""
    with transaction.atomic():
        if _feeds(access).count() >= MAX_FEEDS:
            raise ConflictError(f"at most {MAX_FEEDS} feeds.", remedy="Delete one.")
        fields = _check(url, title, folder)
        if _feeds(access).filter(url=fields["url"]).exists():
            raise ConflictError("you follow this feed already.", value=fields["url"])
        return _to_view(Feed.objects.create(**owner_of(access), **fields))


def import_feeds(access: Access, outlines: Iterable[Outline]) -> tuple[list[FeedView], list[str]]:
    """Follow the feeds of a list; those that are new, and why others stay out."""
    added: list[Feed] = []
    troubles: list[str] = []
    with transaction.atomic():
        known = set(_feeds(access).values_list("url", flat=True))
        room = MAX_FEEDS - len(known)
        for outline in outlines:
            try:
                fields = _check(outline.url, outline.title[:300], outline.folder[:100])
                fields["site_url"] = _maybe_url(outline.site_url)
            except InvalidValueError as error:
                troubles.append(error.sentence)
                continue
            if fields["url"] in known:
                continue
            if len(added) >= room:
                troubles.append(f"{fields['title']}: there is room for {MAX_FEEDS} feeds only.")
                continue
            known.add(fields["url"])
            added.append(Feed(**owner_of(access), **fields))
        Feed.objects.bulk_create(added, batch_size=500)
    return [_to_view(row) for row in added], troubles


def export_feeds(access: Access) -> list[Outline]:
    """The person's feeds as a list to write."""
    return [
        Outline(row.title, row.url, row.site_url, row.folder)
        for row in _feeds(access).order_by("folder", "title", "pk")
    ]


def set_reading(access: Access, feed_id: str, *, is_on: bool) -> FeedView:
    """Allow a feed to be fetched, or forbid it."""
    row = _get(access, feed_id)
    row.is_read = is_on
    row.save(update_fields=["is_read"])
    return _to_view(row)


def set_feed_deleted(access: Access, feed_id: str, *, is_deleted: bool) -> FeedView:
    """Stop following a feed, or go on with it; its texts stay with it."""
    row = _get(access, feed_id, with_deleted=True)
    row.deleted_at = now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    return _to_view(row)


def read_feeds(access: Access, feed_id: str = "", *, fetcher: Fetcher | None = None) -> ReadResult:
    """Fetch what is new of one feed, or of all whose reading is on, the longest unread first."""
    rows = list(_feeds(access).filter(is_read=True).order_by("fetched_at", "pk"))
    if feed_id:
        rows = [_get(access, feed_id)]
        _refuse_unread(rows[0])
    rows.sort(key=lambda row: (row.fetched_at is not None, row.fetched_at or row.created_at))
    ends, asked, items, troubles = time.monotonic() + ALL_SECONDS, 0, 0, []
    for row in rows:
        if time.monotonic() > ends:
            break
        asked += 1
        items += _read_one(row, fetcher or Fetcher())
        if row.trouble:
            troubles.append(f"{row.title}: {row.trouble}")
    return ReadResult(asked, items, tuple(troubles), len(rows) - asked)


def list_items(
    access: Access, feed_id: str = "", *, only_new: bool = False, limit: int = 500
) -> list[FeedItemView]:
    """The newest texts of a feed or of all; one query."""
    items = FeedItem.objects.select_related("feed").filter(
        feed__workspace_id=access.workspace_id, feed__user_id=access.user_id, feed__deleted_at=None
    )
    if feed_id:
        items = items.filter(feed__public_id=feed_id)
    if only_new:
        items = items.filter(read_at=None)
    return [_to_item(item) for item in items.order_by("-published_at", "-pk")[:limit]]


def set_item_read(access: Access, item_id: str, *, is_read: bool) -> FeedItemView:
    """Mark a text as read or as new."""
    item = (
        FeedItem.objects.select_related("feed")
        .filter(
            public_id=item_id,
            feed__workspace_id=access.workspace_id,
            feed__user_id=access.user_id,
            feed__deleted_at=None,
        )
        .first()
    )
    if item is None:
        raise NotFoundError("there is no such text in your feeds.", value=item_id)
    item.read_at = now() if is_read else None
    item.save(update_fields=["read_at"])
    return _to_item(item)


def mark_all_read(access: Access, feed_id: str = "") -> int:
    """Mark all texts of a feed, or of all feeds, as read; how many were new."""
    feeds = _feeds(access)
    if feed_id:
        _get(access, feed_id)
        feeds = feeds.filter(public_id=feed_id)
    new = FeedItem.objects.filter(feed__in=feeds, read_at=None)
    return new.update(read_at=now())


def _read_one(row: Feed, fetcher: Fetcher) -> int:
    """Fetch one feed and keep what is new; its trouble is kept too, never raised."""
    try:
        fetched = fetcher.fetch(row.url, etag=row.etag, modified=row.modified)
        count = _keep(row, fetched)
        row.trouble = ""
    except PilothouseError as error:
        row.trouble, count = error.sentence[:300], 0
    row.fetched_at = now()
    row.save()
    return count


def _keep(row: Feed, fetched: Fetched) -> int:
    if fetched.body is None:
        return 0
    parsed = parse_feed(fetched.body, row.url)
    row.etag, row.modified = fetched.etag, fetched.modified
    row.site_url = row.site_url or parsed.site_url
    if row.title == row.url and parsed.title:
        row.title = parsed.title
    with transaction.atomic():
        known = set(row.items.values_list("key", flat=True))
        new = [_new_item(row, item) for item in parsed.items if item.key not in known]
        FeedItem.objects.bulk_create(new, batch_size=200, ignore_conflicts=True)
        _forget_old(row)
    return len(new)


def _new_item(row: Feed, item: ParsedItem) -> FeedItem:
    at = item.published_at or now()
    return FeedItem(
        feed=row, key=item.key, title=item.title, url=item.url, summary=item.summary,
        published_at=at,
    )  # fmt: skip


def _forget_old(row: Feed) -> None:
    """Keep the newest texts only."""
    kept = row.items.order_by("-published_at", "-pk").values_list("pk", flat=True)[:KEPT]
    row.items.exclude(pk__in=list(kept)).delete()


def _refuse_unread(row: Feed) -> None:
    if not row.is_read:
        raise ConflictError(
            "reading this feed is off: nothing is fetched.",
            value=row.title,
            remedy="Switch reading on first.",
        )


def _check(url: str, title: str, folder: str) -> dict[str, Any]:
    address = check_url(url)
    if not address:
        raise InvalidValueError("a feed needs its address.", remedy="It begins with https://.")
    name = check_line("the title of a feed", title) or address[:300]
    return {"url": address, "title": name, "folder": check_line("a folder", folder, 100)}


def _maybe_url(url: str) -> str:
    try:
        return check_url(url)
    except InvalidValueError:
        return ""


def _feeds(access: Access) -> Any:
    return Feed.objects.filter(**owner_of(access), deleted_at=None)


def _get(access: Access, feed_id: str, *, with_deleted: bool = False) -> Feed:
    rows = Feed.objects.filter(**owner_of(access)) if with_deleted else _feeds(access)
    row: Feed | None = rows.filter(public_id=feed_id).first()
    if row is None:
        raise NotFoundError("there is no such feed among yours.", value=feed_id)
    return row


def _to_view(row: Feed, kept: int = 0, new: int = 0) -> FeedView:
    return FeedView(
        row.public_id, row.title, row.url, row.site_url, row.folder, row.is_read,
        row.fetched_at, row.trouble, kept, new,
    )  # fmt: skip


def _to_item(item: FeedItem) -> FeedItemView:
    return FeedItemView(
        item.public_id, item.feed.public_id, item.feed.title, item.title, item.url, item.summary,
        item.published_at, item.read_at is None,
    )  # fmt: skip

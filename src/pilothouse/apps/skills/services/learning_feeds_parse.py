"""What a feed says, from its bytes: titles, addresses, times and plain words. Nothing of its HTML.

feedparser (RSS 0.9 to 2.0, Atom 0.3 and 1.0, RDF) is given a stream and never a text, which it
would take for an address or a file. It takes entity declarations out before parsing.
"""

from __future__ import annotations

import calendar
import io
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from html import unescape
from typing import Any
from urllib.parse import urljoin

from pilothouse.apps.markdown import is_safe_link
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text, digest
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_ITEMS = 500
MAX_TITLE = 300
MAX_SUMMARY = 1000
MAX_URL = 2000
_TAG = re.compile(r"<[^>]*>")
_SOURCE = 20_000


@dataclass(frozen=True)
class ParsedItem:
    """One text of a feed. ``published_at`` is None where the feed does not say."""

    key: str
    title: str
    url: str
    summary: str
    published_at: datetime | None


@dataclass(frozen=True)
class ParsedFeed:
    """A feed, its items in its own order."""

    title: str
    site_url: str
    items: tuple[ParsedItem, ...]


def parse_feed(body: bytes, url: str) -> ParsedFeed:
    """The feed in ``body``, which came from ``url``; ``InvalidValueError`` where there is none."""
    import feedparser

    found = feedparser.parse(io.BytesIO(body), sanitize_html=True, resolve_relative_uris=False)
    if not found.get("version"):
        raise InvalidValueError(
            "this is no feed of RSS or Atom.", value=url,
            remedy="A site often names the address of its feed on its pages.",
        )  # fmt: skip
    head = found.get("feed", {})
    items: dict[str, ParsedItem] = {}
    for entry in found.get("entries", [])[:MAX_ITEMS]:
        item = _to_item(entry, url)
        if item is not None:
            items.setdefault(item.key, item)
    title = _plain(head.get("title"), MAX_TITLE)
    return ParsedFeed(title, _link(head.get("link"), url), tuple(items.values()))


def _to_item(entry: Mapping[str, Any], base: str) -> ParsedItem | None:
    title, url = _plain(entry.get("title"), MAX_TITLE), _link(entry.get("link"), base)
    summary = _plain(entry.get("summary"), MAX_SUMMARY)
    if not (title or url or summary):
        return None
    name = clean_text(str(entry.get("id") or "")) or url or f"{title}\n{summary}"
    moment = _moment(entry.get("published_parsed"))
    if moment is None and "updated_parsed" in entry:
        moment = _moment(entry["updated_parsed"])
    shown = title or summary[:80] or url[:MAX_TITLE]
    return ParsedItem(digest(name.encode()), shown, url, summary, moment)


def _plain(value: Any, most: int) -> str:
    """Words without any markup, on one line."""
    text = unescape(_TAG.sub(" ", str(value or "")[:_SOURCE]))
    words = " ".join(clean_text(text).split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _link(value: Any, base: str) -> str:
    """An address of the web that may be followed; empty where there is none."""
    try:
        address = urljoin(base, clean_text(str(value or "")).strip()) if value else ""
    except ValueError:
        return ""
    is_web = address.startswith(("https://", "http://")) and is_safe_link(address)
    return address if is_web and len(address) <= MAX_URL else ""


def _moment(parts: time.struct_time | None) -> datetime | None:
    if parts is None:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parts), timezone.utc)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return moment if EARLIEST <= moment < LATEST else None

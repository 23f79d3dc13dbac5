"""Fetching the page of a posting: only when its person asks, once, and never from an inner network.

What the page says is a draft to look at; nothing is saved by fetching.
"""

from __future__ import annotations

from dataclasses import replace

from pilothouse.apps.jobs.models import PostingSource
from pilothouse.apps.jobs.services.postings import LEAST_TEXT, PostingDraft
from pilothouse.apps.portfolio.services.texts import check_address
from pilothouse.apps.skills.services.learning_feeds_fetch import Fetcher
from pilothouse.engines.jobs import decode_page, read_page
from pilothouse.kernel.errors import InvalidValueError

PAGES = Fetcher(
    max_bytes=3 * 1024**2,
    noun="page",
    agent="Pilothouse (a person asked for this page)",
    accept="text/html, application/xhtml+xml;q=0.9",
    types=frozenset({"text/html", "application/xhtml+xml"}),
)


def fetch_posting(url: str, fetcher: Fetcher = PAGES) -> PostingDraft:
    """The posting at ``url`` as a draft; the errors say why it is not to be had."""
    address = check_address("an address", url)
    page = read_page(decode_page(fetcher.fetch(address).body or b""))
    if len(page.text) < LEAST_TEXT:
        raise InvalidValueError(
            "this page has no text that can be read; some build it only in the browser.",
            value=address,
            remedy="Open it, and paste its text or use the bookmarklet.",
        )
    draft = PostingDraft(page.text, page.title, page.company, page.place, address)
    return replace(draft, source=PostingSource.ADDRESS.value)

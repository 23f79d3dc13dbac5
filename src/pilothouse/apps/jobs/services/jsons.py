"""Postings as the API, commands and exports show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.jobs.services.postings import PostingView


def to_posting_json(posting: PostingView) -> dict[str, Any]:
    """A posting with its text and what its words say."""
    return {
        "id": posting.public_id,
        "title": posting.title,
        "company": posting.company,
        "place": posting.place,
        "url": posting.url,
        "source": posting.source,
        "text": posting.text,
        "text_digest": posting.digest,
        "notes": posting.notes,
        "saved_at": posting.saved_at.isoformat(),
        "reading": asdict(posting.reading),
        "page": posting.page,
    }

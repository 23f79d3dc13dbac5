"""Bodies that the API of jobs takes; what they do not offer is refused."""

from __future__ import annotations

from ninja import Schema
from pydantic import ConfigDict

from pilothouse.apps.jobs.services.postings import PostingChange, PostingDraft


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class PostingIn(Strict):
    text: str
    title: str = ""
    company: str = ""
    place: str = ""
    url: str = ""

    def to_draft(self) -> PostingDraft:
        return PostingDraft(self.text, self.title, self.company, self.place, self.url)


class PostingChangeIn(Strict):
    title: str
    company: str = ""
    place: str = ""
    url: str = ""
    notes: str = ""

    def to_change(self) -> PostingChange:
        return PostingChange(self.title, self.company, self.place, self.url, self.notes)

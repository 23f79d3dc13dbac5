"""Bodies that the API of jobs takes; what they do not offer is refused."""

from __future__ import annotations

from ninja import Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.jobs.services.applications import ApplicationChange, ApplicationDraft
from pilothouse.apps.jobs.services.postings import PostingChange, PostingDraft
from pilothouse.apps.jobs.services.search_settings import SettingsView


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


class FetchIn(Strict):
    url: str


class PostingChangeIn(Strict):
    title: str
    company: str = ""
    place: str = ""
    url: str = ""
    notes: str = ""

    def to_change(self) -> PostingChange:
        return PostingChange(self.title, self.company, self.place, self.url, self.notes)


class ApplicationIn(Strict):
    title: str = ""
    company: str = ""
    source: str = "board"
    referrer: str = ""
    posting_id: str = ""
    stage: str = "saved"
    on: str = ""

    def to_draft(self) -> ApplicationDraft:
        return ApplicationDraft(**self.model_dump())


class ApplicationChangeIn(Strict):
    title: str
    company: str
    source: str
    referrer: str = ""
    next_action: str = ""
    next_on: str = ""
    ghost_days: str = ""

    def to_change(self) -> ApplicationChange:
        return ApplicationChange(**self.model_dump())


class MoveIn(Strict):
    stage: str
    on: str = ""
    note: str = ""


class NoteIn(Strict):
    kind: str = "note"
    text: str = ""
    on: str = ""


class SheetIn(Strict):
    """A file: its name and its bytes in Base64; ``start`` imports it as it is understood."""

    name: str
    content: str
    start: bool = False


class SheetReadingIn(Strict):
    """How a file is to be read; see the answer of ``POST imports``."""

    columns: dict[str, int]
    stages: dict[str, str] = Field(default_factory=dict)
    is_day_first: bool = True
    fallback: str = ""
    keeps_rest: bool = True


class PersonIn(Strict):
    """Somebody who has to do with an application; ``contact`` is one of the book of people."""

    part: str
    name: str
    contact: str = ""


class FileIn(Strict):
    """What was sent: ``built`` is a version built here, else the file itself in Base64."""

    built: str = ""
    name: str = ""
    content: str = ""
    kind: str = "resume"
    version: str = ""
    sent_on: str = ""


class TargetIn(Strict):
    role: str
    industry: str


class SettingsIn(Strict):
    ghost_days: int
    expected_talks: float
    expected_offers: float

    def to_settings(self) -> SettingsView:
        return SettingsView(**self.model_dump())

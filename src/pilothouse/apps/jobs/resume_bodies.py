"""Bodies that the API of resumes takes; what they do not offer is refused."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pilothouse.apps.jobs.bodies import Strict
from pilothouse.apps.jobs.services.resume_facts import FactDraft
from pilothouse.apps.jobs.services.resume_tailoring import TargetDraft
from pilothouse.engines.jobs.resume_tailor import Tailoring


class ResumeIn(Strict):
    """A name, and a JSON Resume document where there is one."""

    name: str = ""
    document: dict[str, Any] | None = None


class TextIn(Strict):
    """A JSON Resume document. ``base`` is the state that was read; 0 asks for no check."""

    document: dict[str, Any]
    base: int = 0


class LookIn(Strict):
    name: str
    template: str = "clear"
    paper: str = "a4"


class TakeIn(Strict):
    keys: list[str]


class TargetIn(Strict):
    """What a version is for: a saved posting, or a text with a title."""

    name: str = ""
    posting_id: str = ""
    title: str = ""
    text: str = ""

    def to_draft(self) -> TargetDraft:
        return TargetDraft(self.name, self.posting_id, self.title, self.text)


class TailoringIn(Strict):
    """Ids of entries and bullets in the wished order; empty texts are those of the base."""

    label: str = ""
    summary: str = ""
    entries: list[str]
    picks: dict[str, list[str]] = Field(default_factory=dict)
    order: list[str] = Field(default_factory=list)
    base: int = 0

    def to_tailoring(self) -> Tailoring:
        picks = {id_: tuple(ids) for id_, ids in self.picks.items()}
        return Tailoring(self.label, self.summary, tuple(self.entries), picks, tuple(self.order))


class FactIn(Strict):
    text: str
    source: str
    context: str = "employment"

    def to_draft(self) -> FactDraft:
        return FactDraft(self.text, self.source, self.context)

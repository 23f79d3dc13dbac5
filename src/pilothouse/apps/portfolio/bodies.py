"""Bodies that the API of portfolio takes; what they do not offer is refused."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.portfolio.services.studies import Source, StudyDraft
from pilothouse.engines.portfolio import Redaction


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class SourceIn(Strict):
    url: str
    title: str = ""
    seen_on: str


class StudyIn(Strict):
    """A piece as it is to be. ``base`` is the version that was read; 0 asks for no check."""

    title: str
    summary: str = ""
    sections: dict[str, str] = Field(default_factory=dict)
    sources: list[SourceIn] = Field(default_factory=list)
    confidentiality: str = "undecided"
    base: int = 0

    def to_draft(self) -> StudyDraft:
        sources = tuple(Source(each.url, each.title, each.seen_on) for each in self.sources)
        return StudyDraft(self.title, self.summary, self.sections, sources, self.confidentiality)


class NewStudyIn(Strict):
    kind: str = "case-study"
    title: str
    summary: str = ""
    sections: dict[str, str] = Field(default_factory=dict)
    acts: list[int] = Field(default_factory=list)


class ActsIn(Strict):
    add: list[int] = Field(default_factory=list)
    remove: list[int] = Field(default_factory=list)


class ActsQuery(Schema):
    """Words, the beginning of a kind, a product, whose (mine or all), where to go on."""

    q: str = ""
    kind: str = ""
    product: str = ""
    whose: str = "mine"
    before: int | None = None


class ReadingIn(Strict):
    product: str
    metric: str


class RedactionIn(Strict):
    words: str
    instead: str

    def to_redaction(self) -> Redaction:
        return Redaction(self.words, self.instead)


class RedactionsIn(Strict):
    redactions: list[RedactionIn]


class SeenIn(Strict):
    """The digest of the preview: what nobody looked at is not published."""

    seen: str


class ProjectIn(Strict):
    name: str
    idea: str
    template: str = "app"
    context: str = "own_product"
    industry: str = "technology"


class PassIn(Strict):
    why_without: str = ""


class EndingIn(Strict):
    ending: str
    why: str
    learned: str


class EntryIn(Strict):
    text: str
    kind: str = "note"
    lesson: str = ""
    who: str = ""
    happened_on: date | None = None
    decision_id: str = ""
    corrects: str = ""


class RetroIn(Strict):
    went_well: str
    went_badly: str
    change: str
    surprised: str = ""


class ContextIn(Strict):
    context: str


class LogIn(Strict):
    log: str

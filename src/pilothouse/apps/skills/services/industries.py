"""Industry packs, the guide part: what to know of an industry, and what a product begins with."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pilothouse.kernel.errors import NotFoundError

PACKS = ("technology", "consumer", "healthcare", "ecommerce", "education")
_ABOUT_METRIC = frozenset({"name", "kind", "good", "guardrail", "why"})
_OF_PEOPLE = {
    "actors": "people",
    "wau": "people in a rolling week",
    "mau": "people in a rolling month",
}


@dataclass(frozen=True)
class MetricTemplate:
    """A metric to begin with; its event names are placeholders."""

    name: str
    kind: str
    definition: Mapping[str, Any]
    direction: str
    is_guardrail: bool
    why: str

    @property
    def events(self) -> tuple[str, ...]:
        """The events it waits for, each once."""
        given = self.definition
        names = [
            *given.get("steps", ()),
            given.get("event"),
            given.get("start"),
            given.get("return"),
        ]
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def words(self) -> str:
        """What it counts, in words."""
        given = self.definition
        if self.kind == "funnel":
            return f"{' → '.join(given['steps'])} within {given.get('window', '7d')}"
        period = given.get("period", "day")
        if self.kind == "retention":
            return f"{given['start']}, then {given['return']}, by {period}"
        return f"{_measure_words(given.get('measure', 'count'))} of {given['event']}, by {period}"


@dataclass(frozen=True)
class ItemTemplate:
    """An item of the backlog; ``parent_index`` is the place of the opportunity above it."""

    kind: str
    title: str
    body: str
    parent_index: int | None


@dataclass(frozen=True)
class OutcomeTemplate:
    """An outcome of the roadmap, read by the metric of that name."""

    title: str
    why: str
    metric: str
    target: str


@dataclass(frozen=True)
class DocumentHint:
    """A document to begin with, from a template, and what to mind in this industry."""

    template: str
    title: str
    hint: str


@dataclass(frozen=True)
class Note:
    """A short statement under a heading."""

    topic: str
    text: str


@dataclass(frozen=True)
class Term:
    """A word of the industry with its exact meaning."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Ask:
    """A question to ask, and the competency that asking it trains."""

    competency: str
    question: str


@dataclass(frozen=True)
class IndustryPack:
    """All of one industry. ``questions`` are by whom they are put to."""

    key: str
    name: str
    summary: str
    focus: str
    industries: tuple[str, ...]
    skills: tuple[Ask, ...]
    day: tuple[Note, ...]
    rules: tuple[Note, ...]
    terms: tuple[Term, ...]
    metrics: tuple[MetricTemplate, ...]
    items: tuple[ItemTemplate, ...]
    outcomes: tuple[OutcomeTemplate, ...]
    documents: tuple[DocumentHint, ...]
    questions: Mapping[str, tuple[Ask, ...]]

    @property
    def question_count(self) -> int:
        return sum(map(len, self.questions.values()))

    def find_terms(self, text: str) -> tuple[Term, ...]:
        """The words in which, or in whose meaning, ``text`` stands; all without a text."""
        wanted = text.casefold().strip()
        return tuple(
            term
            for term in self.terms
            if wanted in term.word.casefold() or wanted in term.meaning.casefold()
        )


@cache
def get_industry(key: str) -> IndustryPack:
    """The pack called ``key``; NotFoundError names those there are."""
    if key not in PACKS:
        raise NotFoundError(
            "there is no pack of this industry.",
            value=key,
            remedy=f"Choose one of: {', '.join(PACKS)}.",
        )
    text = files("pilothouse.content.industries").joinpath(f"{key}.toml").read_text("utf-8")
    return _build(tomllib.loads(text))


def list_industries() -> tuple[IndustryPack, ...]:
    """All packs in their order."""
    return tuple(get_industry(key) for key in PACKS)


def _build(given: Mapping[str, Any]) -> IndustryPack:
    return IndustryPack(
        **{name: given[name] for name in ("key", "name", "summary", "focus")},
        industries=tuple(given["industries"]),
        skills=tuple(Ask(each["competency"], each["why"]) for each in given["skills"]),
        day=tuple(Note(each["block"], each["differs"]) for each in given["day"]),
        rules=tuple(Note(each["topic"], each["fact"]) for each in given["rules"]),
        terms=tuple(
            Term(word, meaning) for word, meaning in sorted(given["terms"].items(), key=_fold)
        ),
        metrics=tuple(_build_metric(each) for each in given["metrics"]),
        items=tuple(_build_items(given["items"])),
        outcomes=tuple(OutcomeTemplate(**each) for each in given["outcomes"]),
        documents=tuple(DocumentHint(**each) for each in given["documents"]),
        questions={
            whom: tuple(Ask(*row) for row in rows) for whom, rows in given["questions"].items()
        },
    )


def _fold(pair: tuple[str, str]) -> str:
    return pair[0].casefold()


def _build_metric(given: Mapping[str, Any]) -> MetricTemplate:
    return MetricTemplate(
        name=given["name"],
        kind=given["kind"],
        definition={part: value for part, value in given.items() if part not in _ABOUT_METRIC},
        direction=given["good"],
        is_guardrail=given.get("guardrail", False),
        why=given["why"],
    )


def _build_items(given: list[Mapping[str, Any]]) -> Iterator[ItemTemplate]:
    parent: int | None = None
    for place, each in enumerate(given):
        is_under = each.get("under", False)
        yield ItemTemplate(each["kind"], each["title"], each["body"], parent if is_under else None)
        if each["kind"] == "opportunity":
            parent = place


def _measure_words(measure: str) -> str:
    kind, colon, of = measure.partition(":")
    if colon:
        return f"{kind} of {of}"
    return _OF_PEOPLE.get(kind, "number")

"""Forms of the portfolio: what was typed, as drafts and back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from pilothouse.apps.portfolio.models import Confidentiality
from pilothouse.apps.portfolio.services.kinds import Form
from pilothouse.apps.portfolio.services.studies import Source, StudyDraft, StudyView
from pilothouse.engines.portfolio import Redaction

PREFIX = "part-"


def read_study(form: Form, data: QueryDict) -> StudyDraft:
    """A study as its form sends it."""
    return StudyDraft(
        title=data.get("title", ""),
        summary=data.get("summary", ""),
        sections={part.key: data.get(PREFIX + part.key, "") for part in form.sections},
        sources=read_sources(data.get("sources", "")),
        confidentiality=data.get("confidentiality") or Confidentiality.UNDECIDED.value,
    )


def show_study(study: StudyView) -> dict[str, Any]:
    """A study as its form shows it."""
    lines = [f"{each.seen_on} {each.url} {each.title}" for each in study.sources]
    return {
        "title": study.title, "summary": study.summary, "sections": dict(study.sections),
        "sources": "\n".join(lines), "confidentiality": study.confidentiality,
        "base": study.version,
    }  # fmt: skip


def show_typed(data: QueryDict, form: Form | None = None) -> dict[str, Any]:
    """What was typed, for a form that is shown again."""
    names = ("title", "summary", "sources", "confidentiality", "base")
    values: dict[str, Any] = {name: data.get(name, "") for name in names}
    sections = form.sections if form else ()
    return values | {"sections": {p.key: data.get(PREFIX + p.key, "") for p in sections}}


def read_sources(text: str) -> tuple[Source, ...]:
    """Sources, one a line: the day it was read, the address, then its title."""
    found = []
    for line in text.splitlines():
        day, _, rest = line.strip().partition(" ")
        url, _, title = rest.strip().partition(" ")
        if day:
            found.append(Source(url, title, day))
    return tuple(found)


def read_redactions(data: QueryDict) -> tuple[Redaction, ...]:
    """Pairs of words and what stands in their place; rows without words are left out."""
    pairs = zip(data.getlist("words"), data.getlist("instead"), strict=False)
    return tuple(Redaction(words, instead) for words, instead in pairs if words.strip())

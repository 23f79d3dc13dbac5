"""A resume as a plain sequence of lines: the one reading order of all its forms.

PDF, Word, Markdown and plain text are all set from these blocks, and the round trip holds what it
finds in a PDF against them. One column, title before employer, dates as ``Jan 2020 - Mar 2024``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from pilothouse.engines.jobs.resume_dates import say_day, say_span
from pilothouse.engines.jobs.resume_evidence import SIMULATION
from pilothouse.engines.jobs.resume_types import SECTIONS, Entry, Resume

Lines = Callable[[Entry], Iterator["Block"]]
SUMMARY = "Summary"
SIMULATED = "Simulation"


class BlockKind(Enum):
    """What a line is."""

    NAME = "name"
    LABEL = "label"
    CONTACT = "contact"
    HEADING = "heading"
    TITLE = "title"
    META = "meta"
    TEXT = "text"
    BULLET = "bullet"
    FACT = "fact"


@dataclass(frozen=True)
class Block:
    """A line. ``right`` stands at its end (dates); ``lead`` in bold before it (a skill's name).

    ``links`` are (words, address) of a contact line; ``url`` is where a title leads.
    """

    kind: BlockKind
    text: str
    right: str = ""
    lead: str = ""
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> str:
        """All its words in their order."""
        shown = [words for words, _ in self.links] or [self.text]
        return " ".join(part for part in (self.lead, *shown, self.right) if part)


def to_blocks(resume: Resume) -> tuple[Block, ...]:
    """All lines of a resume in reading order; sections without entries have no heading."""
    blocks = list(_head(resume))
    for key in resume.sections:
        entries = resume.section(key)
        lines = [line for entry in entries for line in _ENTRY.get(key, _plain)(entry)]
        if lines:
            blocks.append(Block(BlockKind.HEADING, SECTIONS[key].heading))
            blocks += lines
    return tuple(blocks)


def contact_of(resume: Resume) -> tuple[tuple[str, str], ...]:
    """How to reach the person: words with the address they lead to."""
    basics, place = resume.basics, resume.location
    mail, url = basics.get("email"), basics.get("url")
    where = [place.get(key) for key in ("city", "region", "countryCode")]
    found = [
        (mail, f"mailto:{mail}"), (basics.get("phone"), ""),
        (", ".join(part for part in where if part), ""), (bare(url), url),
    ]  # fmt: skip
    for profile in resume.profiles:
        address = profile.get("url")
        named = f"{profile.get('network')} {profile.get('username')}".strip()
        found.append((bare(address) or named, address))
    return tuple((words, to) for words, to in found if words)


def bare(url: str) -> str:
    """An address as people write it.

    >>> bare("https://www.example.org/ann/")
    'example.org/ann'
    """
    return url.partition("://")[2].removeprefix("www.").rstrip("/") if url else ""


def _head(resume: Resume) -> Iterator[Block]:
    basics = resume.basics
    yield Block(BlockKind.NAME, basics.get("name"))
    if basics.get("label"):
        yield Block(BlockKind.LABEL, basics.get("label"))
    links = contact_of(resume)
    if links:
        yield Block(BlockKind.CONTACT, "", links=links)
    if basics.get("summary"):
        yield Block(BlockKind.HEADING, SUMMARY)
        yield from _paragraphs(basics.get("summary"))


def _paragraphs(text: str) -> Iterator[Block]:
    for line in text.split("\n"):
        if line.strip():
            yield Block(BlockKind.TEXT, line.strip())


def _work(entry: Entry) -> Iterator[Block]:
    who = entry.get("name") or entry.get("organization")
    title = entry.get("position") or who
    yield Block(BlockKind.TITLE, title, say_span(entry), url=entry.get("url"))
    below = [who if title != who else "", entry.get("location"), entry.get("description")]
    yield from _meta(below)
    yield from _paragraphs(entry.get("summary"))
    yield from _bullets(entry)


def _project(entry: Entry) -> Iterator[Block]:
    is_simulated = entry.get("type") == SIMULATION
    name = entry.get("name") or SECTIONS["projects"].noun
    title = f"{name} ({SIMULATED})" if is_simulated else name
    yield Block(BlockKind.TITLE, title, say_span(entry), url=entry.get("url"))
    kind = "" if is_simulated else entry.get("type")
    yield from _meta([", ".join(entry.list("roles")), entry.get("entity"), kind])
    yield from _paragraphs(entry.get("description"))
    yield from _bullets(entry)
    if entry.list("keywords"):
        yield Block(BlockKind.FACT, ", ".join(entry.list("keywords")), lead="Keywords:")


def _education(entry: Entry) -> Iterator[Block]:
    degree = ", ".join(p for p in (entry.get("studyType"), entry.get("area")) if p)
    school = entry.get("institution")
    title = degree or school
    if title:
        yield Block(BlockKind.TITLE, title, say_span(entry), url=entry.get("url"))
    grade = f"Grade: {entry.get('score')}" if entry.get("score") else ""
    yield from _meta([school if degree else "", grade])
    if entry.list("courses"):
        yield Block(BlockKind.FACT, ", ".join(entry.list("courses")), lead="Courses:")


def _dated(name: str, who: str, day: str) -> Lines:
    def lines(entry: Entry) -> Iterator[Block]:
        title = entry.get(name) or entry.get(who) or SECTIONS[entry.section].noun
        yield Block(BlockKind.TITLE, title, say_day(entry.get(day)), url=entry.get("url"))
        yield from _meta([entry.get(who) if entry.get(name) else ""])
        yield from _paragraphs(entry.get("summary"))

    return lines


def _listed(name: str, more: str) -> Lines:
    """A name with what belongs to it: ``Analytics (advanced): SQL, funnels``."""

    def lines(entry: Entry) -> Iterator[Block]:
        level = entry.get("level") if more != "level" else ""
        words = ", ".join(entry.list(more)) if more == "keywords" else entry.get(more)
        lead = f"{entry.get(name)} ({level})" if level else entry.get(name)
        lead = f"{lead}:" if lead and words else lead
        if lead or words:
            yield Block(BlockKind.FACT, words, lead=lead)

    return lines


def _reference(entry: Entry) -> Iterator[Block]:
    if entry.get("reference"):
        yield Block(BlockKind.TEXT, f"“{entry.get('reference')}”")
    yield from _meta([entry.get("name")])


def _plain(entry: Entry) -> Iterator[Block]:
    yield Block(BlockKind.TEXT, entry.name)


def _meta(parts: list[str]) -> Iterator[Block]:
    text = ", ".join(part for part in parts if part)
    if text:
        yield Block(BlockKind.META, text)


def _bullets(entry: Entry) -> Iterator[Block]:
    for bullet in entry.bullets:
        if bullet.shown:
            yield Block(BlockKind.BULLET, bullet.shown)


_ENTRY: dict[str, Lines] = {
    "work": _work, "volunteer": _work, "projects": _project, "education": _education,
    "certificates": _dated("name", "issuer", "date"),
    "publications": _dated("name", "publisher", "releaseDate"),
    "awards": _dated("title", "awarder", "date"),
    "skills": _listed("name", "keywords"), "interests": _listed("name", "keywords"),
    "languages": _listed("language", "fluency"), "references": _reference,
}  # fmt: skip

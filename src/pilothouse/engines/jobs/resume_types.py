"""A resume as data: entries of fixed sections with named fields, bullets, and what it rests on.

Sections and fields are those of JSON Resume 1.3; whatever else a file holds stays in ``extra``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

REFERENCE = re.compile(r"\{(act|piece|credential):([a-z0-9]{1,20})\}")
DAY = re.compile(r"([1-2]\d{3})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


class FieldKind(Enum):
    """What a field holds. A claim is text whose numbers need evidence."""

    LINE = "line"
    CLAIM = "claim"
    DAY = "day"
    ADDRESS = "address"
    MAIL = "mail"
    LIST = "list"


@dataclass(frozen=True)
class FieldSpec:
    """A field: its key in JSON Resume, its name for people, the most characters it takes."""

    key: str
    label: str
    kind: FieldKind = FieldKind.LINE
    most: int = 200


@dataclass(frozen=True)
class SectionSpec:
    """A section. ``heading`` is the one that parsers look for; ``lead`` tells entries apart."""

    key: str
    heading: str
    noun: str
    fields: tuple[FieldSpec, ...]
    has_bullets: bool = False

    @property
    def lead(self) -> str:
        return self.fields[0].key

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(each.key for each in self.fields)


@dataclass(frozen=True)
class Bullet:
    """One line of what was done. ``text`` carries its references, such as ``{act:412}``."""

    id: str
    text: str

    @property
    def shown(self) -> str:
        """The words without references."""
        return without_references(self.text)

    @property
    def keys(self) -> tuple[str, ...]:
        """What it rests on, such as ``act:412``."""
        return references_in(self.text)


@dataclass(frozen=True)
class Entry:
    """One job, project, school or skill. ``fields`` are strings, or tuples of strings for lists.

    ``source`` is the record that it was taken from, such as ``piece:2bcd``; empty where written.
    """

    id: str
    section: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    bullets: tuple[Bullet, ...] = ()
    source: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """A field without its references; empty where it says nothing."""
        return without_references(str(self.fields.get(key, "")))

    def list(self, key: str) -> tuple[str, ...]:
        """A field that holds a list."""
        return tuple(self.fields.get(key, ()))

    @property
    def name(self) -> str:
        """What tells it apart: the first of its fields that says something."""
        for spec in SECTIONS[self.section].fields:
            if spec.kind is FieldKind.LINE and self.get(spec.key):
                return self.get(spec.key)
        return SECTIONS[self.section].noun

    @property
    def full_name(self) -> str:
        """Its name with the firm or organisation it has: two jobs may be called alike."""
        who = self.get("name") or self.get("organization")
        return f"{self.name}, {who}" if who and who != self.name else self.name


@dataclass(frozen=True)
class Resume:
    """A whole resume. ``order`` is the order of its sections, those left out at the end."""

    basics: Entry
    location: Entry
    profiles: tuple[Entry, ...] = ()
    entries: tuple[Entry, ...] = ()
    order: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def section(self, key: str) -> tuple[Entry, ...]:
        """The entries of a section in their order."""
        return tuple(each for each in self.entries if each.section == key)

    @property
    def sections(self) -> tuple[str, ...]:
        """The keys of all sections in the order of this resume."""
        wanted = [key for key in self.order if key in LISTED]
        return tuple(dict.fromkeys([*wanted, *LISTED]))

    @property
    def bullets(self) -> tuple[Bullet, ...]:
        return tuple(bullet for entry in self.entries for bullet in entry.bullets)


def without_references(text: str) -> str:
    """``text`` as a reader sees it.

    >>> without_references("Cut churn to 4.2 %. {act:412}")
    'Cut churn to 4.2 %.'
    """
    if not REFERENCE.search(text):
        return text
    lines = (" ".join(REFERENCE.sub(" ", line).split()) for line in text.split("\n"))
    return re.sub(r"[ ]+([.,;:])", r"\1", "\n".join(lines)).strip()


def references_in(text: str) -> tuple[str, ...]:
    """The keys of what ``text`` refers to, each once."""
    return tuple(dict.fromkeys(f"{match[1]}:{match[2]}" for match in REFERENCE.finditer(text)))


def empty_resume(name: str = "") -> Resume:
    """A resume that says nothing but a name."""
    return Resume(Entry("basics", "basics", {"name": name} if name else {}), _empty_location())


def _empty_location() -> Entry:
    return Entry("location", "location")


def with_entries(resume: Resume, entries: tuple[Entry, ...]) -> Resume:
    """The same with other entries."""
    return replace(resume, entries=entries)


_START = FieldSpec("startDate", "From", FieldKind.DAY, 10)
_END = FieldSpec("endDate", "To (empty: still)", FieldKind.DAY, 10)
_URL = FieldSpec("url", "Address on the web", FieldKind.ADDRESS, 2000)
_SUMMARY = FieldSpec("summary", "Summary", FieldKind.CLAIM, 2000)
_KEYWORDS = FieldSpec("keywords", "Keywords", FieldKind.LIST, 2000)

_ALL = (
    SectionSpec("basics", "Contact", "You", (
        FieldSpec("name", "Name", most=100),
        FieldSpec("label", "Headline", FieldKind.CLAIM, 200),
        FieldSpec("email", "E-mail", FieldKind.MAIL, 200),
        FieldSpec("phone", "Telephone", most=50),
        _URL,
        FieldSpec("summary", "Summary", FieldKind.CLAIM, 3000),
        FieldSpec("image", "Picture (kept, never set)", FieldKind.ADDRESS, 2000),
    )),
    SectionSpec("location", "Contact", "Place", (
        FieldSpec("city", "City", most=100),
        FieldSpec("region", "Region", most=100),
        FieldSpec("countryCode", "Country code", most=10),
        FieldSpec("address", "Street", most=200),
        FieldSpec("postalCode", "Postal code", most=20),
    )),
    SectionSpec("profiles", "Contact", "Profile", (
        FieldSpec("network", "Network", most=50),
        FieldSpec("username", "Name there", most=100),
        _URL,
    )),
    SectionSpec("skills", "Skills", "Skill", (
        FieldSpec("name", "Skill", most=100),
        FieldSpec("level", "Level", most=100),
        _KEYWORDS,
    )),
    SectionSpec("work", "Experience", "Job", (
        FieldSpec("position", "Position"),
        FieldSpec("name", "Employer"),
        FieldSpec("location", "Place"),
        _START, _END, _URL,
        FieldSpec("description", "What the employer does", FieldKind.CLAIM, 300),
        _SUMMARY,
    ), has_bullets=True),
    SectionSpec("projects", "Projects", "Project", (
        FieldSpec("name", "Project"),
        FieldSpec("entity", "For whom"),
        FieldSpec("type", "Kind of project", most=100),
        FieldSpec("roles", "Roles", FieldKind.LIST, 500),
        _START, _END, _URL,
        FieldSpec("description", "What it is", FieldKind.CLAIM, 2000),
        _KEYWORDS,
    ), has_bullets=True),
    SectionSpec("education", "Education", "Education", (
        FieldSpec("institution", "School"),
        FieldSpec("studyType", "Degree", most=100),
        FieldSpec("area", "Subject"),
        _START, _END, _URL,
        FieldSpec("score", "Grade", most=50),
        FieldSpec("courses", "Courses", FieldKind.LIST, 4000),
    )),
    SectionSpec("certificates", "Certifications", "Certificate", (
        FieldSpec("name", "Certificate"),
        FieldSpec("issuer", "Issuer"),
        FieldSpec("date", "Day", FieldKind.DAY, 10),
        _URL,
    )),
    SectionSpec("volunteer", "Volunteer Experience", "Volunteer work", (
        FieldSpec("position", "Position"),
        FieldSpec("organization", "Organisation"),
        _START, _END, _URL, _SUMMARY,
    ), has_bullets=True),
    SectionSpec("publications", "Publications", "Publication", (
        FieldSpec("name", "Title"),
        FieldSpec("publisher", "Publisher"),
        FieldSpec("releaseDate", "Day", FieldKind.DAY, 10),
        _URL, _SUMMARY,
    )),
    SectionSpec("awards", "Awards", "Award", (
        FieldSpec("title", "Award"),
        FieldSpec("awarder", "Given by"),
        FieldSpec("date", "Day", FieldKind.DAY, 10),
        _SUMMARY,
    )),
    SectionSpec("languages", "Languages", "Language", (
        FieldSpec("language", "Language", most=100),
        FieldSpec("fluency", "How well", most=100),
    )),
    SectionSpec("interests", "Interests", "Interest", (
        FieldSpec("name", "Interest", most=100),
        _KEYWORDS,
    )),
    SectionSpec("references", "References", "Reference", (
        FieldSpec("name", "Who", most=100),
        FieldSpec("reference", "What they said", most=2000),
    )),
)  # fmt: skip
SECTIONS: Mapping[str, SectionSpec] = {spec.key: spec for spec in _ALL}
# The sections that are lists of entries, in their usual order: skills near the top.
LISTED = tuple(spec.key for spec in _ALL if spec.key not in {"basics", "location", "profiles"})

"""What a file of contacts holds, whichever program wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MAX_NAME, MAX_ROLE, MAX_COMPANY, MAX_TEXT = 200, 200, 200, 20_000
MAX_VALUES = 30


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be taken as written."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Person:
    """One contact as a file tells of it. ``details`` are (label, value) pairs of all the rest."""

    name: str
    given: str = ""
    family: str = ""
    role: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    notes: str = ""
    met_on: date | None = None
    uid: str = ""
    details: tuple[tuple[str, str], ...] = ()
    # Of our own files only.
    relation: str = ""
    power: int | None = None
    interest: int | None = None
    wants: str = ""
    line: int = 0


@dataclass(frozen=True)
class ContactFile:
    """A file of contacts that was read."""

    kind: str
    people: tuple[Person, ...]
    problems: tuple[Problem, ...] = field(default=())


KINDS = {"linkedin": "LinkedIn connections", "google": "Google contacts", "vcard": "vCard"}

"""What a file of contacts would become: new people, people here already, gaps it would fill.

Whoever is here is known by the profile's address, the e-mail address with a like name, a
program's id, or the same name at the same company. What the person typed is never overwritten; role
and company are, where they came from the same kind of file before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pilothouse.apps.people.formats.records import MAX_VALUES, Person
from pilothouse.apps.people.models import Contact
from pilothouse.apps.people.services.book import own
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.companies import company_key
from pilothouse.engines.people.duplicates import Card, keys_of
from pilothouse.engines.people.names import fold, name_key, similar

_LISTS = ("emails", "phones", "links")
_TEXTS = ("given", "family", "role", "notes", "uid")
_LABELS = {
    "given": "given name", "family": "family name", "role": "role", "company": "company",
    "emails": "e-mail", "phones": "telephone", "links": "pages", "met_on": "met",
    "notes": "notes", "details": "besides",
}  # fmt: skip
_READ = (
    "pk", "name", *_TEXTS, "emails", "phones", "links", "details", "met_on", "source",
    "company__name", "company__key",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What a file fills in at a contact that is here: fields with what they are to be."""

    contact_id: int
    name: str
    person: Person
    fields: dict[str, Any]

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What the file says of it, in words: (label, value)."""
        values = ((label, getattr(self.person, name)) for name, label in _LABELS.items()
                  if name in self.fields)  # fmt: skip
        return tuple((label, _say(value)) for label, value in values)


@dataclass(frozen=True)
class Plan:
    """What becomes of the people of a file. ``twice`` were in the file more than once."""

    fresh: tuple[Person, ...]
    changes: tuple[Change, ...]
    same: int
    twice: int


@dataclass(frozen=True, slots=True)
class _Here:
    """What is compared of a contact that is in the book; fields in the order they are read."""

    pk: int
    name: str
    given: str
    family: str
    role: str
    notes: str
    uid: str
    emails: list[str]
    phones: list[str]
    links: list[str]
    details: list[list[str]]
    met_on: date | None
    source: str
    company: str | None
    company_key: str | None


@dataclass(slots=True)
class _Known:
    name: str
    here: _Here | None = None
    fresh: int = -1


def plan_import(access: Access, people: Sequence[Person], kind: str) -> Plan:
    """The plan; one query for the whole book."""
    rows = Contact.objects.filter(**own(access), deleted_at=None).values_list(*_READ)
    known: dict[tuple[str, str], _Known] = {}
    for row in rows.iterator(chunk_size=2000):
        here = _Here(*row)
        _remember(known, _here_marks(here), _Known(here.name, here))
    fresh: list[Person] = []
    changes: dict[int, Change] = {}
    same = twice = 0
    for person in people:
        marks = _marks(person)
        found = _find(known, marks, person.name)
        if found is None:
            _remember(known, marks, _Known(person.name, None, len(fresh)))
            fresh.append(person)
        elif found.here is None:
            twice += 1
            fresh[found.fresh] = join_people(fresh[found.fresh], person)
        elif fields := _gaps(found.here, person, kind):
            changes[found.here.pk] = Change(found.here.pk, found.name, person, fields)
        else:
            same += 1
    return Plan(tuple(fresh), tuple(changes.values()), same, twice)


def join_people(first: Person, second: Person) -> Person:
    """Two rows of a file that are one person: the first one's words, the values of both."""
    lists: dict[str, Any] = {name: _join(getattr(first, name), getattr(second, name))
             for name in (*_LISTS, "topics", "groups", "details")}  # fmt: skip
    texts: dict[str, Any] = {name: getattr(first, name) or getattr(second, name)
             for name in (*_TEXTS, "company", "met_on")}  # fmt: skip
    return replace(first, **lists, **texts)


def _find(
    known: dict[tuple[str, str], _Known], marks: Iterable[tuple[str, str]], name: str
) -> _Known | None:
    for mark in marks:
        found = known.get(mark)
        if found and (mark[0] != "e-mail" or similar(fold(found.name), fold(name)) >= 0.5):
            return found
    return None


def _remember(
    known: dict[tuple[str, str], _Known], marks: Iterable[tuple[str, str]], who: _Known
) -> None:
    for mark in marks:
        known.setdefault(mark, who)


def _marks(person: Person) -> list[tuple[str, str]]:
    card = Card(0, person.name, "", person.emails, (), person.links, person.uid)
    key = company_key(person.company) if person.company else ""
    return [*keys_of(card), ("name at", f"{name_key(person.name)}|{key}")]


def _here_marks(row: _Here) -> list[tuple[str, str]]:
    card = Card(0, row.name, "", tuple(row.emails), (), tuple(row.links), row.uid)
    return [*keys_of(card), ("name at", f"{name_key(row.name)}|{row.company_key or ''}")]


def _gaps(row: _Here, person: Person, kind: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in _TEXTS:
        given = getattr(person, name)
        if given and not getattr(row, name):
            fields[name] = given
    for name in _LISTS:
        joined = _join(getattr(row, name), getattr(person, name))[:MAX_VALUES]
        if list(joined) != list(getattr(row, name)):
            fields[name] = list(joined)
    details = _join([tuple(each) for each in row.details], person.details)
    if len(details) != len(row.details):
        fields["details"] = [list(each) for each in details]
    if person.met_on and not row.met_on:
        fields["met_on"] = person.met_on.isoformat()
    if person.role and person.role != row.role and row.source == kind:
        fields["role"] = person.role
    company = row.company or ""
    is_other = company_key(person.company) != company_key(company) if company else True
    if person.company and is_other and (not company or row.source == kind):
        fields["company"] = person.company
    return fields


def _join(first: Sequence[Any], second: Sequence[Any]) -> tuple[Any, ...]:
    seen = {str(value).casefold() for value in first}
    return (*first, *(value for value in second if str(value).casefold() not in seen))


def _say(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(": ".join(each) if isinstance(each, tuple) else each for each in value)
    return str(value)


def to_stored(name: str, value: Any) -> Any:
    """A field's value from its JSON form."""
    return date.fromisoformat(value) if name == "met_on" and value else value

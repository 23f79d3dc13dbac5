"""Contacts and companies as pages and other apps see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from pilothouse.apps.people.models import Contact, Relation, Tie
from pilothouse.engines.people.cadence import Reminder, remind


@dataclass(frozen=True)
class ContactLine:
    """A contact in a list."""

    id: int
    public_id: str
    name: str
    role: str
    company: str
    company_id: str
    relation: str
    tie: int
    last_contact_on: date | None
    reminder: Reminder
    is_target: bool
    email: str
    added_on: date

    @property
    def url(self) -> str:
        return reverse("people:contact", args=[self.public_id])

    @property
    def relation_label(self) -> str:
        return Relation(self.relation).label if self.relation else ""

    @property
    def tie_label(self) -> str:
        return Tie(self.tie).label.partition(":")[0] if self.tie else ""

    @property
    def place(self) -> str:
        """Role and company on one line."""
        return ", ".join(part for part in (self.role, self.company) if part)


@dataclass(frozen=True)
class ContactView:
    """A contact with all that the book holds of it, its log aside."""

    line: ContactLine
    given: str
    family: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    links: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    groups: tuple[str, ...]
    how_met: str
    met_on: date | None
    interests: str
    notes: str
    power: int | None
    interest: int | None
    wants: str
    why: str
    cadence_days: int | None
    is_resting: bool
    snoozed_until: date | None
    source: str
    is_deleted: bool

    @property
    def public_id(self) -> str:
        return self.line.public_id

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def url(self) -> str:
        return self.line.url

    @property
    def first_name(self) -> str:
        """What one would call them in a letter."""
        return self.given or self.name.split()[0]


@dataclass(frozen=True)
class CompanyView:
    """A company of the book. ``known`` counts the people who work there as the book has it."""

    id: int
    public_id: str
    name: str
    website: str
    notes: str
    is_target: bool
    why: str
    known: int = 0

    @property
    def url(self) -> str:
        return reverse("people:company", args=[self.public_id])


def to_line(row: Contact, today: date) -> ContactLine:
    """A row with its company, for a list."""
    reminder = remind(
        row.due_on,
        today,
        days=row.cadence_days,
        since=row.last_contact_on or row.added_on,
        is_resting=row.is_resting,
        snoozed_until=row.snoozed_until,
    )
    return ContactLine(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        role=row.role,
        company=row.company.name if row.company else "",
        company_id=row.company.public_id if row.company else "",
        relation=row.relation,
        tie=row.tie,
        last_contact_on=row.last_contact_on,
        reminder=reminder,
        is_target=row.is_target,
        email=row.emails[0] if row.emails else "",
        added_on=row.added_on,
    )


def to_view(row: Contact, today: date) -> ContactView:
    """A row whole; its tags are asked for (one query unless prefetched)."""
    tags = sorted(row.tags.all(), key=lambda tag: tag.key)
    return ContactView(
        line=to_line(row, today),
        given=row.given,
        family=row.family,
        emails=tuple(row.emails),
        phones=tuple(row.phones),
        links=tuple(row.links),
        details=tuple((label, value) for label, value in row.details),
        topics=tuple(tag.word for tag in tags if tag.kind == "topic"),
        groups=tuple(tag.word for tag in tags if tag.kind == "group"),
        how_met=row.how_met,
        met_on=row.met_on,
        interests=row.interests,
        notes=row.notes,
        power=row.power,
        interest=row.interest,
        wants=row.wants,
        why=row.why,
        cadence_days=row.cadence_days,
        is_resting=row.is_resting,
        snoozed_until=row.snoozed_until,
        source=row.source,
        is_deleted=row.deleted_at is not None,
    )


def to_line_json(line: ContactLine) -> dict[str, Any]:
    """A contact of a list for programs."""
    return {
        "id": line.public_id,
        "name": line.name,
        "role": line.role,
        "company": line.company,
        "relation": line.relation,
        "tie": line.tie,
        "last_contact_on": line.last_contact_on and line.last_contact_on.isoformat(),
        "due_on": line.reminder.due_on and line.reminder.due_on.isoformat(),
        "standing": line.reminder.standing,
        "target": line.is_target,
        "url": line.url,
    }


def to_contact_json(view: ContactView) -> dict[str, Any]:
    """A contact whole, for programs of its owner."""
    names = ("given", "family", "how_met", "interests", "notes", "power", "interest", "wants",
             "why", "cadence_days", "source")  # fmt: skip
    return {
        **to_line_json(view.line),
        **{name: getattr(view, name) for name in names},
        "emails": list(view.emails),
        "phones": list(view.phones),
        "links": list(view.links),
        "details": [list(each) for each in view.details],
        "topics": list(view.topics),
        "groups": list(view.groups),
        "met_on": view.met_on and view.met_on.isoformat(),
        "resting": view.is_resting,
        "snoozed_until": view.snoozed_until and view.snoozed_until.isoformat(),
    }


def to_company_json(company: CompanyView) -> dict[str, Any]:
    """A company for programs."""
    return {
        "id": company.public_id,
        "name": company.name,
        "website": company.website,
        "target": company.is_target,
        "why": company.why,
        "notes": company.notes,
        "known": company.known,
        "url": company.url,
    }


def say_pairs(details: Sequence[tuple[str, str]]) -> str:
    """Details as lines of a form: label, colon, value."""
    return "\n".join(f"{label}: {value}" for label, value in details)

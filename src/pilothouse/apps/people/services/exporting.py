"""The book as files for its owner. The export of the workspace holds none of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from pilothouse.apps.people.formats.records import Person
from pilothouse.apps.people.formats.vcard import write_vcards
from pilothouse.apps.people.models import Contact, Talk
from pilothouse.apps.people.services.book import get_habits, own
from pilothouse.apps.people.services.companies import list_companies
from pilothouse.apps.people.services.events import list_event_jsons
from pilothouse.apps.people.services.favours import list_favours
from pilothouse.apps.people.services.listing import Wanted, filter_contacts
from pilothouse.apps.people.services.outreach import list_outreach, to_outreach_json
from pilothouse.apps.people.services.pitches import list_pitches
from pilothouse.apps.people.services.posts import list_posts
from pilothouse.apps.people.services.rhythms import read_cadences
from pilothouse.apps.people.services.talks import to_talk
from pilothouse.apps.people.services.views import to_company_json, to_contact_json, to_view
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError

VERSIONS = ("3.0", "4.0")
LEFT_OUT = (
    "The book of people belongs to each member alone and holds data of third parties, so it is not "
    "in this export.\nIts owner saves it under People, Files: as vCard, or whole as JSON.\n"
)


def export_vcards(access: Access, wanted: Wanted, version: str = "3.0") -> bytes:
    """The contacts that fit as one file of vCards."""
    if version not in VERSIONS:
        raise InvalidValueError(f"vCards are written in {' or '.join(VERSIONS)}.", value=version)
    people = [_to_person(row) for row in _rows(access, wanted)]
    return write_vcards(people, version).encode()


def export_book(access: Access) -> bytes:
    """Everything of the person's book as JSON."""
    habits = get_habits(access)
    today = habits.today(timezone.now())
    companies, _ = list_companies(access, limit=100_000)
    body = {
        "contacts": [to_contact_json(to_view(row, today)) for row in _rows(access, Wanted())],
        "companies": [to_company_json(company) for company in companies],
        **_log(access),
    }
    return (json.dumps(body, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _log(access: Access) -> dict[str, Any]:
    """What was said, done, written and planned."""
    talked = Talk.objects.filter(**own(access), deleted_at=None, contact__deleted_at=None)
    rows = talked.select_related("contact", "visit__event").order_by("on", "pk")
    return {
        "talks": [{"contact": row.contact.public_id, **asdict(to_talk(row))} for row in rows],
        "favours": [asdict(each) for each in list_favours(access, limit=None)],
        "messages": [to_outreach_json(each) for each in list_outreach(access, limit=None)],
        "events": list_event_jsons(access),
        "cadences": read_cadences(access),
        "pitches": [asdict(each) for each in list_pitches(access)],
        "posts": [asdict(each) for each in list_posts(access)],
    }


def write_people(products: Sequence[ProductView], folder: Path) -> int:
    """In the workspace's export: only why the book is not in it."""
    del products
    target = folder / "people"
    target.mkdir(exist_ok=True)
    (target / "README.txt").write_text(LEFT_OUT, encoding="utf-8")
    return 0


def _rows(access: Access, wanted: Wanted) -> Iterable[Contact]:
    habits = get_habits(access)
    rows = filter_contacts(access, wanted, habits.today(timezone.now()), habits.stale_days)
    found = Contact.objects.filter(**own(access), pk__in=rows.values("pk"))
    return found.select_related("company").prefetch_related("tags").order_by("sort_key", "pk")


def _to_person(row: Contact) -> Person:
    tags = sorted(row.tags.all(), key=lambda tag: tag.key)
    return Person(
        name=row.name,
        given=row.given,
        family=row.family,
        role=row.role,
        company=row.company.name if row.company else "",
        emails=tuple(row.emails),
        phones=tuple(row.phones),
        links=tuple(row.links),
        topics=tuple(tag.word for tag in tags if tag.kind == "topic"),
        groups=tuple(tag.word for tag in tags if tag.kind == "group"),
        notes=row.notes,
        uid=row.uid or f"urn:pilothouse:{row.public_id}",
        details=tuple((label, value) for label, value in row.details),
        relation=row.relation,
        power=row.power,
        interest=row.interest,
        wants=row.wants,
    )

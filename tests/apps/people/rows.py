"""What the tests of all pages need to know of people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from pilothouse.apps.people.services.companies import CompanyDraft, create_company
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.grouping import put_in_group
from pilothouse.apps.people.services.imports import receive_contacts
from pilothouse.apps.people.services.linking import link_contact
from pilothouse.apps.people.services.listing import Wanted
from pilothouse.apps.people.services.merging import merge_contacts
from pilothouse.apps.people.services.rhythms import set_rhythm
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page
from tests.apps.people import api_rows, log_rows

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
PARTS: tuple[Any, ...] = (log_rows,)
API_PARTS: tuple[Any, ...] = (api_rows,)
CONTACT = {
    "name": "Ana Ruiz", "given": "", "family": "", "role": "Head of Product",
    "company": "Northwind",
    "emails": "ana@example.org", "phones": "030 1234567", "links": "https://a.example/ana",
    "topics": "pricing", "groups": "Mentors", "relation": "mentor", "how_met": "A talk",
    "met_on": "2026-05-04", "interests": "Chess", "notes": "n", "tie": "2", "power": "3",
    "interest": "4", "wants": "w", "is_target": "on", "why": "y", "cadence_days": "30",
    "is_resting": "", "capture": "",
}  # fmt: skip
COMPANY = {"name": "Southwind", "website": "https://s.example", "notes": "n", "is_target": "on",
           "why": "w"}  # fmt: skip
WORDS = {"q": "a", "group": "g", "topic": "t", "relation": "mentor", "company": "", "state": "due",
         "linked": "item:x", "sort": "-last", "page": "2"}  # fmt: skip
INTO = {"into": "Mentors", "expected": "1", **WORDS}

PAGES: dict[str, Page] = {
    "people:home": Page(VIEWER, query={"q": "nobody"}),
    "people:contact-new": Page(VIEWER, VIEWER, CONTACT),
    "people:contact": Page(VIEWER, is_own=True),
    "people:contact-edit": Page(VIEWER, VIEWER, CONTACT, is_own=True),
    "people:contact-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "people:companies": Page(VIEWER, VIEWER, COMPANY),
    "people:company": Page(VIEWER, VIEWER, COMPANY, is_own=True),
    "people:company-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    # The file that is tried holds events and no contacts: the page says so.
    "people:files": Page(VIEWER, VIEWER, {"file": "a file"}, write_status=400),
    "people:export": Page(VIEWER, ids={"extension": "vcf"}),
    "people:file": Page(VIEWER, is_own=True),
    "people:file-act": Page(writes=VIEWER, ids={"act": "start"}, is_own=True),
    # A pair that is not there is told in a message.
    "people:duplicates": Page(VIEWER, VIEWER, {"all": "certain"}),
    "people:merge-undo": Page(writes=VIEWER, is_own=True),
    # A filter that shows others by now, and something undone already, are told in a message.
    "people:grouping-new": Page(writes=VIEWER, data=INTO),
    "people:grouping-undo": Page(writes=VIEWER, is_own=True),
    "people:habits": Page(VIEWER, VIEWER, {"zone": "UTC", "stale_days": "90"}),
}
BASE = "/people"
API_CONTACT = {"name": "Ana Ruiz", "emails": ["ana@example.org"], "tie": 2}
GROUPING = {"into": "Mentors", "filter": {"q": "nobody"}, "expected": 7}
ONE, FIRM = f"{BASE}/contacts/{{contact_id}}", f"{BASE}/companies/{{company_id}}"
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/contacts": Operation(VIEWER, query="?state=due&limit=5"),
    f"POST {BASE}/contacts": Operation(COMMENTER, API_CONTACT),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, API_CONTACT, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/companies": Operation(VIEWER, query="?targets=true"),
    f"POST {BASE}/companies": Operation(COMMENTER, {"name": "Southwind"}),
    f"GET {FIRM}": Operation(VIEWER, is_own=True),
    f"PUT {FIRM}": Operation(COMMENTER, {"name": "Southwind"}, is_own=True),
    f"DELETE {FIRM}": Operation(COMMENTER, is_own=True),
    f"PUT {ONE}/reminder": Operation(COMMENTER, {"until": None}, is_own=True),
    f"GET {BASE}/known": Operation(VIEWER, query="?company=Southwind"),
    f"GET {BASE}/habits": Operation(VIEWER),
    f"PUT {BASE}/habits": Operation(COMMENTER, {"zone": "UTC", "stale_days": 90}),
    f"GET {BASE}/groups": Operation(VIEWER),
    f"PUT {BASE}/groups": Operation(COMMENTER, {"group": "Mentors", "days": 30}),
    f"GET {BASE}/groupings": Operation(VIEWER),
    f"GET {BASE}/groupings/look": Operation(VIEWER, query="?into=Mentors&state=never"),
    # The filter shows others by now.
    f"POST {BASE}/groupings": Operation(COMMENTER, GROUPING, status=409),
    f"POST {BASE}/groupings/{{grouping_id}}/undo": Operation(COMMENTER, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "people:contact-new": CONTACT,
    "people:contact-edit": CONTACT,
    "people:contact-act": {"until": "week", "next": "/people/"},
    "people:companies": COMPANY,
    "people:company": COMPANY,
    "people:files": {"name": "n"},
    "people:file-act": {"group": "g"},
    "people:duplicates": {"kept": "a", "gone": "b", "all": ""},
    "people:grouping-new": INTO,
    "people:habits": {"zone": "UTC", "stale_days": "90", "group": "g", "days": "30"},
}
HAS_NO_TEXT: set[str] = {
    "people:company-act", "people:grouping-undo", "people:merge-undo",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "people:home": WORDS,
    "people:contact-new": {"company": "c", "name": "n", "capture": ""},
    "people:companies": {"q": "a", "only": "targets", "page": "3"},
    "people:export": {"version": "3.0", **WORDS},
    "people:duplicates": {"page": "2"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/contacts": (
        "name", "role", "company", "emails", "phones", "links", "topics", "groups", "relation",
        "met_on", "tie", "power", "interest", "cadence_days", "notes",
    ),
    f"PUT {ONE}": ("name", "emails", "met_on"),
    f"POST {BASE}/companies": ("name", "website", "is_target", "why"),
    f"PUT {FIRM}": ("name", "notes"),
    f"PUT {ONE}/reminder": ("until",),
    f"PUT {BASE}/habits": ("zone", "stale_days"),
    f"PUT {BASE}/groups": ("group", "days"),
    f"POST {BASE}/groupings": ("into", "filter", "expected"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/contacts": {"user_id": 2, "due_on": "2020-01-01"},
    f"PUT {ONE}": {"public_id": "222222222222"},
    f"POST {BASE}/companies": {"user": 2},
    f"PUT {FIRM}": {"key": "x"},
    f"PUT {ONE}/reminder": {"due_on": "2020-01-01"},
    f"PUT {BASE}/habits": {"user_id": 2},
    f"PUT {BASE}/groups": {"key": "x"},
    f"POST {BASE}/groupings": {"contacts": [1]},
}
# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/people/": 12,
    "/people/?q=person&sort=-last": 12,
    "/people/contacts/new/": 8,
    "/people/companies/": 8,
    "/people/files/": 8,
    "/people/duplicates/": 12,
    "/people/habits/": 10,
}
for part in PARTS:
    PAGES |= part.PAGES
    OPERATIONS |= part.OPERATIONS
    FORMS |= part.FORMS
    QUERIES |= part.QUERIES
    FIELDS |= part.FIELDS
    EXTRA |= part.EXTRA
    COUNTS |= part.COUNTS
for part in API_PARTS:
    OPERATIONS |= part.OPERATIONS
    FIELDS |= part.FIELDS
    EXTRA |= part.EXTRA


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    draft = ContactDraft(
        f"{mark} Ruiz", role=f"{mark} role", company=f"{mark} firm", groups=(f"{mark} group",),
        topics=(f"{mark} topic",), notes=f"{mark} notes", relation="mentor",
    )  # fmt: skip
    contact = create_contact(access, draft)
    twin = create_contact(access, ContactDraft(f"{mark} Twin"))
    merge = merge_contacts(access, contact.public_id, twin.public_id, now=timezone.now())
    company = create_company(access, CompanyDraft(f"{mark} Works", is_target=True))
    link = link_contact(access, contact.public_id, "https://a.example", title=f"{mark} page")
    now = timezone.now()
    grouping, _ = put_in_group(access, Wanted(text=mark), f"{mark} crowd", now=now)
    set_rhythm(access, f"{mark} group", 30)
    body = f"First Name,Last Name,Company\n{mark},Berg,{mark} firm\n".encode()
    row = receive_contacts(access, f"{mark}.csv", [body], now=timezone.now())
    ids = {
        "contact_id": contact.public_id,
        "company_id": company.public_id,
        "book_import_id": row.public_id,
        "merge_id": merge.public_id,
        "grouping_id": grouping.public_id,
        "contact_link_id": link.public_id,
    }
    for part in PARTS:
        ids |= part.make(access, product, contact.public_id, mark)
    return ids


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    draft = ContactDraft(
        f"Person {number}", company=f"Firm {number}", groups=(f"group {number}",),
        emails=(f"p{number}@example.org",),
    )  # fmt: skip
    contact = create_contact(access, draft)
    twin = create_contact(access, ContactDraft(f"Person {number}"))
    merge_contacts(access, contact.public_id, twin.public_id, now=timezone.now())
    put_in_group(access, Wanted(text=f"firm {number}"), f"g {number}", now=timezone.now())
    create_contact(access, ContactDraft(f"Person {number}", emails=(f"p{number}@example.org",)))
    body = f"First Name,Last Name,Company\nTom,Berg {number},\n".encode()
    receive_contacts(access, f"{number}.csv", [body], now=timezone.now())
    for part in PARTS:
        part.fill(access, product, contact.public_id, number)

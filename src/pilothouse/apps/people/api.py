"""People for programs: always the book of the person whose token it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from pilothouse.apps.people.bodies import (
    CompaniesQuery,
    CompanyIn,
    ContactIn,
    ContactsQuery,
    HabitsIn,
    KnownQuery,
    ReminderIn,
    RhythmIn,
    reader,
    writer,
)
from pilothouse.apps.people.brand_api import router as brand_router
from pilothouse.apps.people.event_api import router as event_router
from pilothouse.apps.people.file_api import router as file_router
from pilothouse.apps.people.group_api import router as group_router
from pilothouse.apps.people.link_api import router as link_router
from pilothouse.apps.people.log_api import router as log_router
from pilothouse.apps.people.services import book
from pilothouse.apps.people.services import companies as book_companies
from pilothouse.apps.people.services import contacts as book_contacts
from pilothouse.apps.people.services.known import list_known_at, to_known_json
from pilothouse.apps.people.services.listing import list_contacts
from pilothouse.apps.people.services.rhythms import list_groups, set_rhythm
from pilothouse.apps.people.services.views import to_company_json, to_contact_json, to_line_json

router = Router()
for _part in (
    file_router, group_router, link_router, log_router, event_router, brand_router,
):  # fmt: skip
    router.add_router("", _part)


@router.get("contacts", summary="Contacts that fit, a page of them")
def get_contacts(request: HttpRequest, asked: Query[ContactsQuery]) -> dict[str, Any]:
    wanted = asked.to_wanted()
    found = list_contacts(reader(request), wanted, at=asked.offset, limit=asked.limit)
    return {"total": found.total, "contacts": [to_line_json(line) for line in found.lines]}


@router.post("contacts", summary="Write somebody into the book")
def post_contact(request: HttpRequest, payload: ContactIn) -> dict[str, Any]:
    return to_contact_json(book_contacts.create_contact(writer(request), payload.to_draft()))


@router.get("contacts/{contact_id}", summary="A contact")
def get_contact(request: HttpRequest, contact_id: Path[str]) -> dict[str, Any]:
    return to_contact_json(book_contacts.get_contact(reader(request), contact_id))


@router.put("contacts/{contact_id}", summary="Change a contact")
def put_contact(request: HttpRequest, contact_id: Path[str], payload: ContactIn) -> dict[str, Any]:
    changed = book_contacts.change_contact(writer(request), contact_id, payload.to_draft())
    return to_contact_json(changed)


@router.delete("contacts/{contact_id}", summary="Take a contact out of the book")
def delete_contact(request: HttpRequest, contact_id: Path[str]) -> dict[str, Any]:
    book_contacts.set_contact_deleted(writer(request), contact_id, is_deleted=True)
    return {"deleted": contact_id}


@router.get("companies", summary="Companies, targets first")
def get_companies(request: HttpRequest, asked: Query[CompaniesQuery]) -> dict[str, Any]:
    found, total = book_companies.list_companies(
        reader(request), only_targets=asked.targets, text=asked.q, at=asked.offset,
        limit=asked.limit,
    )  # fmt: skip
    return {"total": total, "companies": [to_company_json(each) for each in found]}


@router.post("companies", summary="Write a company into the book")
def post_company(request: HttpRequest, payload: CompanyIn) -> dict[str, Any]:
    return to_company_json(book_companies.create_company(writer(request), payload.to_draft()))


@router.get("companies/{company_id}", summary="A company")
def get_company(request: HttpRequest, company_id: Path[str]) -> dict[str, Any]:
    return to_company_json(book_companies.get_company(reader(request), company_id))


@router.put("companies/{company_id}", summary="Change a company")
def put_company(request: HttpRequest, company_id: Path[str], payload: CompanyIn) -> dict[str, Any]:
    changed = book_companies.change_company(writer(request), company_id, payload.to_draft())
    return to_company_json(changed)


@router.get("known", summary="Who is known at a company, by how sure the match is")
def get_known(request: HttpRequest, asked: Query[KnownQuery]) -> dict[str, Any]:
    found = list_known_at(reader(request), asked.company, with_weak=asked.weak)
    return {"company": asked.company, "people": [to_known_json(each) for each in found],
            "semantics": {"match": "exact, strong, weak: docs/methods/people.md"}}  # fmt: skip


@router.delete("companies/{company_id}", summary="Take a company out; its people stay")
def delete_company(request: HttpRequest, company_id: Path[str]) -> dict[str, Any]:
    book_companies.set_company_deleted(writer(request), company_id, is_deleted=True)
    return {"deleted": company_id}


@router.put("contacts/{contact_id}/reminder", summary="Put a reminder off, or bring it back")
def put_reminder(
    request: HttpRequest, contact_id: Path[str], payload: ReminderIn
) -> dict[str, Any]:
    return to_contact_json(book_contacts.set_snoozed(writer(request), contact_id, payload.until))


@router.get("habits", summary="Where a day begins, what is long ago")
def get_habits(request: HttpRequest) -> dict[str, Any]:
    return asdict(book.get_habits(reader(request)))


@router.put("habits", summary="Say where a day begins and what is long ago")
def put_habits(request: HttpRequest, payload: HabitsIn) -> dict[str, Any]:
    return asdict(book.set_habits(writer(request), **payload.dict()))


@router.get("groups", summary="Groups with how many are in them and their cadence, days")
def get_groups(request: HttpRequest) -> dict[str, Any]:
    return {"groups": [asdict(each) for each in list_groups(reader(request))]}


@router.put("groups", summary="Give a group a cadence, or take it away")
def put_rhythm(request: HttpRequest, payload: RhythmIn) -> dict[str, Any]:
    set_rhythm(writer(request), payload.group, payload.days)
    return payload.dict()

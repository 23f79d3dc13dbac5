"""Files of contacts and contacts that are one person, for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema

from pilothouse.apps.http import download
from pilothouse.apps.people.bodies import Strict, reader, writer
from pilothouse.apps.people.services import exporting, imports, merging
from pilothouse.apps.people.services.listing import Wanted
from pilothouse.apps.people.services.views import to_line_json

router = Router()
SHOWN = 100


class FileIn(Strict):
    """A file of contacts as text: LinkedIn's, Google's, or vCards; up to 2 MB."""

    name: str
    text: str


class StartIn(Strict):
    """All new ones get the group, where one is named."""

    group: str = ""


class PairIn(Strict):
    """Two contacts that are one: whose words stand, and who is taken into it."""

    kept: str
    gone: str


class CardsQuery(Schema):
    version: Literal["3.0", "4.0"] = "3.0"
    group: str = ""


@router.get("imports", summary="The files there were")
def get_imports(request: HttpRequest) -> dict[str, Any]:
    found = imports.list_book_imports(reader(request))
    return {"imports": [imports.to_import_json(each) for each in found]}


@router.post("imports", summary="Give a file; nothing is stored of it before it is started")
def post_import(request: HttpRequest, payload: FileIn) -> dict[str, Any]:
    access = writer(request)
    body = payload.text.encode("utf-8", "replace")
    row = imports.receive_contacts(access, payload.name, [body], now=timezone.now())
    return _looked_at(imports.to_import_json(row), imports.look_at_contacts(access, row.public_id))


@router.get("imports/{book_import_id}", summary="A file with what it would become, or became")
def get_import(request: HttpRequest, book_import_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    row = imports.get_book_import(access, book_import_id)
    body = imports.to_import_json(row)
    if not row.may_start:
        return body
    return _looked_at(body, imports.look_at_contacts(access, book_import_id))


@router.post("imports/{book_import_id}/start", summary="Take its contacts in")
def post_start(request: HttpRequest, book_import_id: Path[str], payload: StartIn) -> dict[str, Any]:
    row = imports.start_book_import(
        writer(request), book_import_id, group=payload.group, now=timezone.now()
    )
    return imports.to_import_json(row)


@router.post("imports/{book_import_id}/undo", summary="Take out again what it brought")
def post_undo(request: HttpRequest, book_import_id: Path[str]) -> dict[str, Any]:
    row, kept = imports.undo_book_import(writer(request), book_import_id)
    return {**imports.to_import_json(row), "kept": kept}


@router.delete("imports/{book_import_id}", summary="Throw the file away; what it brought stays")
def delete_import(request: HttpRequest, book_import_id: Path[str]) -> dict[str, Any]:
    imports.discard_book_import(writer(request), book_import_id)
    return {"deleted": book_import_id}


@router.get("duplicates", summary="Pairs that may be one person")
def get_duplicates(request: HttpRequest) -> dict[str, Any]:
    found, total = merging.list_twins(reader(request), limit=500)
    pairs = [
        {"first": to_line_json(each.first), "second": to_line_json(each.second),
         "sureness": each.sureness, "reasons": list(each.reasons)}
        for each in found
    ]  # fmt: skip
    return {"total": total, "pairs": pairs}


@router.get("merges", summary="Contacts that were made one, the latest first")
def get_merges(request: HttpRequest) -> dict[str, Any]:
    found = merging.list_merges(reader(request))
    return {"merges": [merging.to_merge_json(each) for each in found]}


@router.post("merges", summary="Make two contacts one")
def post_merge(request: HttpRequest, payload: PairIn) -> dict[str, Any]:
    merge = merging.merge_contacts(writer(request), payload.kept, payload.gone, now=timezone.now())
    return merging.to_merge_json(merge)


@router.post("merges/{merge_id}/undo", summary="Make two of one again")
def post_merge_undo(request: HttpRequest, merge_id: Path[str]) -> dict[str, Any]:
    return merging.to_merge_json(merging.undo_merge(writer(request), merge_id, now=timezone.now()))


@router.get("contacts.vcf", summary="Contacts as vCards, all or of a group")
def get_cards(request: HttpRequest, asked: Query[CardsQuery]) -> HttpResponse:
    body = exporting.export_vcards(reader(request), Wanted(group=asked.group), asked.version)
    return download("contacts.vcf", body, "text/vcard; charset=utf-8")


@router.get("people.json", summary="The whole book, for its owner")
def get_book(request: HttpRequest) -> HttpResponse:
    return download("people.json", exporting.export_book(reader(request)), "application/json")


def _looked_at(body: dict[str, Any], plan: Any) -> dict[str, Any]:
    """With what is new and what would be filled in, a hundred of each."""
    fresh = [{"name": p.name, "role": p.role, "company": p.company} for p in plan.fresh[:SHOWN]]
    filled = [{"name": c.name, "fields": dict(c.told)} for c in plan.changes[:SHOWN]]
    counts = {"new": len(plan.fresh), "filled": len(plan.changes), "same": plan.same,
              "twice": plan.twice}  # fmt: skip
    return {**body, "would_be": {**counts, "first_new": fresh, "first_filled": filled}}

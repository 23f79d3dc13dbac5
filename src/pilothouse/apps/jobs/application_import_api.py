"""Spreadsheets of applications for programs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.jobs.bodies import SheetIn, SheetReadingIn
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services.application_import_jsons import to_import_json, to_look_json
from pilothouse.apps.jobs.services.application_imports import (
    discard_application_import,
    get_application_import,
    list_sheets_taken,
    look_at_sheet,
    receive_sheet,
    set_sheet_reading,
    start_application_import,
    undo_application_import,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError

router = Router()
ONE = "imports/{application_import_id}"


@router.get("imports", summary="My imports of applications, the newest first")
def get_imports(request: HttpRequest) -> dict[str, Any]:
    return {"imports": [to_import_json(row) for row in list_sheets_taken(to_reader(request))]}


@router.post("imports", summary="Hand a CSV of applications in; it is looked at first")
def post_import(request: HttpRequest, payload: SheetIn) -> dict[str, Any]:
    access = to_writer(request)
    try:
        data = base64.b64decode(payload.content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValueError("the content of a file is Base64.", remedy="Encode its bytes.")
    row = receive_sheet(access, payload.name, [data])
    if payload.start:
        start_application_import(access, row.public_id)
    return _to_json(access, row.public_id)


@router.get(ONE, summary="One import, with what it would become until it is started")
def get_import(request: HttpRequest, application_import_id: Path[str]) -> dict[str, Any]:
    return _to_json(to_reader(request), application_import_id)


@router.put(f"{ONE}/reading", summary="Say what columns and words mean")
def put_reading(
    request: HttpRequest, application_import_id: Path[str], payload: SheetReadingIn
) -> dict[str, Any]:
    access = to_writer(request)
    set_sheet_reading(access, application_import_id, payload.model_dump())
    return _to_json(access, application_import_id)


@router.post(f"{ONE}/start", summary="Take it in")
def post_start(request: HttpRequest, application_import_id: Path[str]) -> dict[str, Any]:
    return to_import_json(start_application_import(to_writer(request), application_import_id))


@router.post(f"{ONE}/undo", summary="Take it out again")
def post_undo(request: HttpRequest, application_import_id: Path[str]) -> dict[str, Any]:
    row, kept = undo_application_import(to_writer(request), application_import_id)
    return {**to_import_json(row), "kept": kept}


@router.delete(ONE, summary="Throw the file away; what it brought stays")
def delete_import(request: HttpRequest, application_import_id: Path[str]) -> dict[str, Any]:
    discard_application_import(to_writer(request), application_import_id)
    return {"deleted": application_import_id}


def _to_json(access: Access, public_id: str) -> dict[str, Any]:
    row = get_application_import(access, public_id)
    answer = to_import_json(row)
    if row.may_start:
        answer["preview"] = to_look_json(look_at_sheet(access, public_id))
    return answer

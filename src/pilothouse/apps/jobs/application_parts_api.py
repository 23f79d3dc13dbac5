"""For programs: what stands beside the stages of an application, and the search as a whole."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router

from pilothouse.apps.http import download
from pilothouse.apps.jobs.bodies import FileIn, PersonIn
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services.applications import get_application, set_application_deleted
from pilothouse.apps.jobs.services.briefs import list_briefs
from pilothouse.apps.jobs.services.calendars import write_calendar
from pilothouse.apps.jobs.services.histories import (
    HEADER,
    list_history_rows,
    read_period,
    to_application_json,
)
from pilothouse.apps.jobs.services.part_jsons import (
    to_note_json,
    to_person_json,
    to_sent_json,
    to_whole_json,
)
from pilothouse.apps.jobs.services.sent_files import (
    SentDraft,
    add_sent,
    add_version,
    read_sent,
    set_sent_deleted,
)
from pilothouse.apps.jobs.services.timeline import (
    add_person,
    set_note_deleted,
    set_person_deleted,
)
from pilothouse.kernel.errors import InvalidValueError

router = Router()
ONE = "applications/{application_id}"


@router.get(f"{ONE}/whole", summary="An application with lines, people, files and letters")
def get_whole(request: HttpRequest, application_id: Path[str]) -> dict[str, Any]:
    return to_whole_json(get_application(to_reader(request), application_id))


@router.post(f"{ONE}/restore", summary="Bring a deleted application back")
def post_restore(request: HttpRequest, application_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return to_application_json(set_application_deleted(access, application_id, is_deleted=False))


@router.delete(f"{ONE}/notes/{{note_id}}", summary="Take a line out of the timeline")
def delete_note(
    request: HttpRequest, application_id: Path[str], note_id: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_note_json(set_note_deleted(access, application_id, note_id, is_deleted=True))


@router.post(f"{ONE}/people", summary="Say who has to do with it")
def post_person(
    request: HttpRequest, application_id: Path[str], payload: PersonIn
) -> dict[str, Any]:
    access = to_writer(request)
    made = add_person(access, application_id, payload.part, payload.name, payload.contact)
    return to_person_json(made)


@router.delete(f"{ONE}/people/{{person_id}}", summary="Take somebody out")
def delete_person(
    request: HttpRequest, application_id: Path[str], person_id: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_person_json(set_person_deleted(access, application_id, person_id, is_deleted=True))


@router.post(f"{ONE}/files", summary="Keep what was sent: a version built here, or any file")
def post_file(request: HttpRequest, application_id: Path[str], payload: FileIn) -> dict[str, Any]:
    access = to_writer(request)
    if payload.built:
        made = add_version(access, application_id, payload.built, sent_on=payload.sent_on)
        return to_sent_json(made)
    try:
        data = base64.b64decode(payload.content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValueError("the content of a file is Base64.", remedy="Encode its bytes.")
    draft = SentDraft(payload.name, [data], payload.kind, payload.version, payload.sent_on)
    return to_sent_json(add_sent(access, application_id, draft))


@router.get(f"{ONE}/files/{{file_id}}", summary="The very bytes that were sent")
def get_file(request: HttpRequest, application_id: Path[str], file_id: Path[str]) -> HttpResponse:
    sent, data = read_sent(to_reader(request), application_id, file_id)
    return download(sent.name, data, "application/octet-stream")


@router.delete(f"{ONE}/files/{{file_id}}", summary="Take a file out")
def delete_file(
    request: HttpRequest, application_id: Path[str], file_id: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_sent_json(set_sent_deleted(access, application_id, file_id, is_deleted=True))


@router.get("history", summary="A row for every stay in a stage, of all time or of a period")
def get_history(request: HttpRequest, first: str = "", last: str = "") -> dict[str, Any]:
    rows = list_history_rows(to_reader(request), read_period(first, last))
    return {"rows": [dict(zip(HEADER, row, strict=True)) for row in rows]}


@router.get("calendar.ics", summary="Next actions as a calendar file")
def get_calendar(request: HttpRequest) -> HttpResponse:
    data = write_calendar(list_briefs(to_reader(request)), timezone.now())
    return download("job-search.ics", data, "text/calendar; charset=utf-8")

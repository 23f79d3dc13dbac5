"""Applications for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.http import read_number
from pilothouse.apps.jobs.bodies import (
    ApplicationChangeIn,
    ApplicationIn,
    MoveIn,
    NoteIn,
    SettingsIn,
)
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import applications, funnels, moves, search_settings, timeline
from pilothouse.apps.jobs.services.histories import to_application_json

router = Router()


@router.get("applications", summary="My applications with their whole histories")
def get_applications(request: HttpRequest) -> dict[str, Any]:
    found = applications.list_applications(to_reader(request))
    return {"applications": [to_application_json(each) for each in found]}


@router.post("applications", summary="Begin an application")
def post_application(request: HttpRequest, payload: ApplicationIn) -> dict[str, Any]:
    made = applications.begin_application(to_writer(request), payload.to_draft())
    return to_application_json(made)


@router.get("applications/{application_id}", summary="An application with its history")
def get_application(request: HttpRequest, application_id: Path[str]) -> dict[str, Any]:
    return to_application_json(applications.get_application(to_reader(request), application_id))


@router.put("applications/{application_id}", summary="Change all but the history")
def put_application(
    request: HttpRequest, application_id: Path[str], payload: ApplicationChangeIn
) -> dict[str, Any]:
    access = to_writer(request)
    return to_application_json(
        applications.change_application(access, application_id, payload.to_change())
    )


@router.delete("applications/{application_id}", summary="Delete it (it can be restored)")
def delete_application(request: HttpRequest, application_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return to_application_json(
        applications.set_application_deleted(access, application_id, is_deleted=True)
    )


@router.post("applications/{application_id}/moves", summary="Move it into a stage on a day")
def post_move(request: HttpRequest, application_id: Path[str], payload: MoveIn) -> dict[str, Any]:
    moved, _ = moves.move_application(
        to_writer(request), application_id, payload.stage, on=payload.on, note=payload.note
    )
    return to_application_json(moved)


@router.put("applications/{application_id}/moves/{number}", summary="Say a move anew")
def put_move(
    request: HttpRequest, application_id: Path[str], number: Path[str], payload: MoveIn
) -> dict[str, Any]:
    access = to_writer(request)
    return to_application_json(
        moves.change_move(access, application_id, read_number(number) or 0, **payload.model_dump())
    )


@router.delete("applications/{application_id}/moves/{number}", summary="Take a move back")
def delete_move(
    request: HttpRequest, application_id: Path[str], number: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_application_json(
        moves.set_move_removed(access, application_id, read_number(number) or 0, is_removed=True)
    )


@router.post("applications/{application_id}/notes", summary="Write a line into the timeline")
def post_note(request: HttpRequest, application_id: Path[str], payload: NoteIn) -> dict[str, Any]:
    note = timeline.write_note(
        to_writer(request), application_id, payload.kind, payload.text, payload.on
    )
    return {"id": note.public_id, "kind": note.kind, "on": note.on.isoformat(), "text": note.text}


@router.get("funnel", summary="Is it the resume or the interview? With n and intervals")
def get_funnel(request: HttpRequest) -> dict[str, Any]:
    return funnels.to_funnel_json(funnels.read_funnel(to_reader(request)))


@router.put("settings", summary="What the funnel is judged by")
def put_settings(request: HttpRequest, payload: SettingsIn) -> dict[str, Any]:
    saved = search_settings.save_settings(to_writer(request), payload.to_settings())
    return vars(saved)

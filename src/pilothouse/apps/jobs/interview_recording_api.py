"""Voice recordings for programs: files of this machine that only their person hears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pilothouse.apps.http import download
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import interview_jsons as jsons
from pilothouse.apps.jobs.services.interview_answers import add_recording, get_answer
from pilothouse.apps.jobs.services.interview_recordings import (
    MEDIA_TYPES,
    NewRecording,
    delete_recording,
    read_recording,
)

router = Router()
OF_ANSWER = "interviews/answers/{practice_id}/recordings"
ONE = "interviews/recordings/{recording_id}"
PIECE = 64 * 1024
_SOUND = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _SOUND)}}


@router.get(OF_ANSWER, summary="The recordings of an answer")
def get_recordings(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    found = get_answer(to_reader(request), practice_id).recordings
    return {"recordings": [jsons.to_recording_json(each) for each in found]}


@router.post(
    OF_ANSWER,
    summary="Keep a recording: the body is the sound itself, at most 25 MB",
    openapi_extra=_BODY,
)
def post_recording(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_recording_json(add_recording(access, practice_id, NewRecording(_read(request))))


@router.get(ONE, summary="The sound of a recording")
def get_recording(request: HttpRequest, recording_id: Path[str]) -> HttpResponse:
    view, body = read_recording(to_reader(request), recording_id)
    return download(view.file_name, body, view.media_type)


@router.delete(ONE, summary="Delete a recording and its file for good")
def delete_one(request: HttpRequest, recording_id: Path[str]) -> dict[str, Any]:
    answer_id = delete_recording(to_writer(request), recording_id)
    return {"deleted": recording_id, "answer": answer_id}


def _read(request: HttpRequest) -> Iterator[bytes]:
    """The body in pieces: a recording may be larger than what is held in memory."""
    while piece := request.read(PIECE):
        yield piece

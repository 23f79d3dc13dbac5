"""Feedback of a language model for programs: off until switched on, shown before it is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.jobs.bodies import Strict
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import interview_jsons as jsons
from pilothouse.apps.jobs.services import interview_model as model
from pilothouse.apps.jobs.services.interview_answers import get_answer

router = Router()
ONE = "interviews/answers/{practice_id}/feedback"


class SettingIn(Strict):
    """An endpoint. ``key`` empty keeps the one there is, unless the host changes."""

    endpoint: str
    model: str
    on: bool = False
    key: str = ""


class SeenIn(Strict):
    """``seen`` of what was shown: only that is sent."""

    seen: str


@router.get("interviews/model", summary="The language model's endpoint; its key is never shown")
def get_model(request: HttpRequest) -> dict[str, Any]:
    return jsons.to_setting_json(model.read_setting(to_reader(request)))


@router.put("interviews/model", summary="Enter an endpoint, switch it on or off; sends nothing")
def put_model(request: HttpRequest, payload: SettingIn) -> dict[str, Any]:
    access = to_writer(request)
    saved = model.save_setting(
        access, payload.endpoint, payload.model, is_on=payload.on, key=payload.key
    )
    return jsons.to_setting_json(saved)


@router.delete("interviews/model", summary="Delete the endpoint and its key")
def delete_model(request: HttpRequest) -> dict[str, Any]:
    access = to_writer(request)
    model.forget_setting(access)
    return jsons.to_setting_json(model.read_setting(access))


@router.get(ONE, summary="What language models said of an answer, labelled, the newest first")
def get_feedback(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    found = model.list_replies(access, get_answer(access, practice_id))
    return {"feedback": [jsons.to_reply_json(each) for each in found]}


@router.get(f"{ONE}/outgoing", summary="Exactly what would be sent, and where to")
def get_outgoing(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    return jsons.to_outgoing_json(model.preview(access, get_answer(access, practice_id)))


@router.post(ONE, summary="Send what was shown, and keep what came back")
def post_feedback(request: HttpRequest, practice_id: Path[str], payload: SeenIn) -> dict[str, Any]:
    return jsons.to_reply_json(model.ask_model(to_writer(request), practice_id, payload.seen))


@router.delete("interviews/replies/{model_reply_id}", summary="Delete what a model said")
def delete_feedback(request: HttpRequest, model_reply_id: Path[str]) -> dict[str, Any]:
    answer_id = model.delete_reply(to_writer(request), model_reply_id)
    return {"deleted": model_reply_id, "answer": answer_id}

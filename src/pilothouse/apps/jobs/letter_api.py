"""Letters of an application for programs, with all their versions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pilothouse.apps.http import download, read_number
from pilothouse.apps.jobs.offer_bodies import LetterIn
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import letters
from pilothouse.apps.jobs.services.applications import get_application
from pilothouse.apps.jobs.services.part_jsons import (
    to_letter_check_json,
    to_letter_json,
    to_letter_version_json,
    to_sent_json,
)

router = Router()
ALL = "applications/{application_id}/letters"
ONE = f"{ALL}/{{letter_id}}"


@router.get(ALL, summary="The letters of an application")
def get_letters(request: HttpRequest, application_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    found = letters.list_letters(get_application(access, application_id))
    return {"letters": [to_letter_json(each) for each in found]}


@router.post(ALL, summary="Begin a letter")
def post_letter(
    request: HttpRequest, application_id: Path[str], payload: LetterIn
) -> dict[str, Any]:
    access = to_writer(request)
    return to_letter_json(letters.begin_letter(access, application_id, payload.title, payload.text))


@router.get(ONE, summary="A letter as it stands")
def get_letter(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    return to_letter_json(letters.get_letter(to_reader(request), application_id, letter_id))


@router.put(ONE, summary="Write a letter anew; what it said is kept as a version")
def put_letter(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str], payload: LetterIn
) -> dict[str, Any]:
    draft = letters.LetterDraft(payload.title, payload.text, payload.base)
    return to_letter_json(letters.save_letter(to_writer(request), application_id, letter_id, draft))


@router.delete(ONE, summary="Delete a letter (it can be restored)")
def delete_letter(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_letter_json(
        letters.set_letter_deleted(access, application_id, letter_id, is_deleted=True)
    )


@router.post(f"{ONE}/restore", summary="Bring a deleted letter back")
def post_letter_restore(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    access = to_writer(request)
    return to_letter_json(
        letters.set_letter_deleted(access, application_id, letter_id, is_deleted=False)
    )


@router.get(f"{ONE}/check", summary="What rests on no act")
def get_check(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    access = to_reader(request)
    letter = letters.get_letter(access, application_id, letter_id)
    return to_letter_check_json(letters.check_letter(access, letter))


@router.get(f"{ONE}/text", summary="The text as it is sent, without the signs of its evidence")
def get_text(request: HttpRequest, application_id: Path[str], letter_id: Path[str]) -> HttpResponse:
    letter = letters.get_letter(to_reader(request), application_id, letter_id)
    return download(letter.file_name, letter.as_sent.encode(), "text/plain; charset=utf-8")


@router.get(f"{ONE}/versions", summary="Everything it ever said, the newest first")
def get_versions(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    found = letters.list_letter_versions(to_reader(request), application_id, letter_id)
    return {"versions": [to_letter_version_json(each) for each in found]}


@router.post(f"{ONE}/versions/{{version}}", summary="Have it say again what a version said")
def post_version(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str], version: Path[str]
) -> dict[str, Any]:
    access, number = to_writer(request), read_number(version) or 0
    return to_letter_json(letters.restore_letter_version(access, application_id, letter_id, number))


@router.post(f"{ONE}/sent", summary="Keep a letter as sent, if it holds")
def post_letter_sent(
    request: HttpRequest, application_id: Path[str], letter_id: Path[str]
) -> dict[str, Any]:
    return to_sent_json(letters.keep_as_sent(to_writer(request), application_id, letter_id))

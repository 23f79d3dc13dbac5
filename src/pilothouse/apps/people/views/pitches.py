"""Pitches with a clock."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import with_access
from pilothouse.apps.people.forms import maybe_number
from pilothouse.apps.people.services.pitches import (
    PitchDraft,
    PitchView,
    add_try,
    change_pitch,
    create_pitch,
    get_pitch,
    list_pitch_versions,
    list_pitches,
    set_pitch_deleted,
)
from pilothouse.apps.people.views.written import Written
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError

AUDIENCES = ("a recruiter", "a hiring manager", "a product manager", "an engineer",
             "a founder", "somebody outside the field")  # fmt: skip


def read_pitch(data: QueryDict) -> PitchDraft:
    """A pitch as its form sends it."""
    seconds = maybe_number("a time in seconds", data.get("seconds", ""))
    return PitchDraft(
        data.get("audience", ""), data.get("text", ""), 60 if seconds is None else seconds
    )


def _around_all(access: Access) -> dict[str, Any]:
    return {"pitches": list_pitches(access), "audiences": AUDIENCES}


def _around_one(access: Access, view: PitchView) -> dict[str, Any]:
    versions = list_pitch_versions(access, view.public_id)
    return {"versions": versions, "audiences": AUDIENCES}


def _do(access: Access, public_id: str, act: str, data: QueryDict) -> str:
    """Write a try down."""
    del act
    seconds = maybe_number("a time in seconds", data.get("seconds", ""))
    if seconds is None:
        raise InvalidValueError("say how many seconds it took.")
    return f"{seconds} seconds of {add_try(access, public_id, seconds).seconds}."


PITCHES = Written(
    one="pitch", all="pitches", read=read_pitch, create=create_pitch, change=change_pitch,
    get=get_pitch, set_deleted=set_pitch_deleted, around_all=_around_all, around_one=_around_one,
    acts={"try"}, do=_do, out="The pitch is out.", back="The pitch is back.",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@with_access
def pitches(request: HttpRequest, access: Access) -> HttpResponse:
    """All pitches; a new one."""
    return PITCHES.show_all(request, access)


@require_http_methods(["GET", "POST"])
@with_access
def pitch(request: HttpRequest, access: Access, pitch_id: str) -> HttpResponse:
    """A pitch with its clock and what it said before."""
    return PITCHES.show_one(request, access, pitch_id)


@require_POST
@with_access
def pitch_act(request: HttpRequest, access: Access, pitch_id: str, act: str) -> HttpResponse:
    """Write a try down; take a pitch out, or back in."""
    return PITCHES.act(request, access, pitch_id, act)

"""Pitches with a clock, and the plan of what one makes public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.people.forms import maybe_day, maybe_number
from pilothouse.apps.people.models import PostKind
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.evidence import list_offers
from pilothouse.apps.people.services.pitches import (
    PitchDraft,
    add_try,
    change_pitch,
    create_pitch,
    get_pitch,
    list_pitch_versions,
    list_pitches,
    set_pitch_deleted,
)
from pilothouse.apps.people.services.posts import (
    PostDraft,
    change_post,
    create_post,
    get_post,
    list_loose_numbers,
    list_posts,
    publish_post,
    set_post_deleted,
    set_post_state,
)
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

AUDIENCES = ("a recruiter", "a hiring manager", "a product manager", "an engineer",
             "a founder", "somebody outside the field")  # fmt: skip


@require_http_methods(["GET", "POST"])
@with_access
def pitches(request: HttpRequest, access: Access) -> HttpResponse:
    """All pitches; a new one."""
    values, error = request.POST, None
    if request.method == "POST":
        try:
            return redirect(create_pitch(access, read_pitch(request.POST)).url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"pitches": list_pitches(access), "values": values, "error": error,
               "audiences": AUDIENCES}  # fmt: skip
    return render(request, "people/pitches.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def pitch(request: HttpRequest, access: Access, pitch_id: str) -> HttpResponse:
    """A pitch with its clock and what it said before."""
    view = get_pitch(access, pitch_id)
    if request.method == "POST":
        try:
            change_pitch(access, pitch_id, read_pitch(request.POST))
        except PilothouseError as refused:
            return _pitch_page(request, access, pitch_id, request.POST, form_error(refused))
        messages.success(request, "Saved")
        return redirect(view.url)
    return _pitch_page(request, access, pitch_id, view)


def _pitch_page(
    request: HttpRequest, access: Access, pitch_id: str, values: Any, error: Any = None
) -> HttpResponse:
    context = {
        "view": get_pitch(access, pitch_id), "values": values, "error": error,
        "versions": list_pitch_versions(access, pitch_id), "audiences": AUDIENCES,
    }  # fmt: skip
    return render(request, "people/pitch.html", context, status=400 if error else 200)


@require_POST
@with_access
def pitch_act(request: HttpRequest, access: Access, pitch_id: str, act: str) -> HttpResponse:
    """Write a try down; take a pitch out, or back in."""
    if act in {"delete", "restore"}:
        set_pitch_deleted(access, pitch_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("people:pitch-act", args=[pitch_id, opposite])
        words = "The pitch is out." if act == "delete" else "The pitch is back."
        messages.success(request, words, extra_tags=UNDO + undo)
        return redirect("people:pitches")
    if act != "try":
        raise Http404
    get_pitch(access, pitch_id)
    try:
        seconds = maybe_number("a time in seconds", request.POST.get("seconds", ""))
        if seconds is None:
            raise InvalidValueError("say how many seconds it took.")
        view = add_try(access, pitch_id, seconds)
    except PilothouseError as refused:
        view = get_pitch(access, pitch_id)
        return _pitch_page(request, access, pitch_id, view, form_error(refused))
    messages.success(request, f"{seconds} seconds of {view.seconds}.")
    return redirect(view.url)


@require_http_methods(["GET", "POST"])
@with_access
def posts(request: HttpRequest, access: Access) -> HttpResponse:
    """The plan; something new in it."""
    values, error = request.POST, None
    if request.method == "POST":
        try:
            return redirect(create_post(access, read_post(request.POST)).url)
        except PilothouseError as refused:
            error = form_error(refused)
    found = list_posts(access)
    context = {
        "open": [each for each in found if each.state in {"idea", "draft"}],
        "published": sorted((each for each in found if each.state == "published"),
                            key=lambda each: str(each.published_on), reverse=True),
        "dropped": [each for each in found if each.state == "dropped"],
        "values": values, "error": error, "kinds": PostKind.choices,
        "today": get_habits(access).today(timezone.now()),
    }  # fmt: skip
    return render(request, "people/posts.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def post(request: HttpRequest, access: Access, post_id: str) -> HttpResponse:
    """Something planned, with what it rests on."""
    view = get_post(access, post_id)
    if request.method == "POST":
        try:
            change_post(access, post_id, read_post(request.POST))
        except PilothouseError as refused:
            return _post_page(request, access, post_id, request.POST, form_error(refused))
        messages.success(request, "Saved")
        return redirect(view.url)
    return _post_page(request, access, post_id, view)


def _post_page(
    request: HttpRequest, access: Access, post_id: str, values: Any, error: Any = None
) -> HttpResponse:
    view = get_post(access, post_id)
    offers = [offer for offer in list_offers(access) if offer.key != f"post:{post_id}"]
    known = {offer.key for offer in offers}
    context = {
        "view": view, "values": values, "error": error, "kinds": PostKind.choices,
        "offers": offers, "chosen": [each["key"] for each in view.evidence],
        "others": [each for each in view.evidence if each["key"] not in known],
        "loose": list_loose_numbers(access, view),
    }  # fmt: skip
    return render(request, "people/post.html", context, status=400 if error else 200)


@require_POST
@with_access
def post_act(request: HttpRequest, access: Access, post_id: str, act: str) -> HttpResponse:
    """Say that it is published, or what else became of it."""
    if act in {"delete", "restore"}:
        set_post_deleted(access, post_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("people:post-act", args=[post_id, opposite])
        words = "It is out of the plan." if act == "delete" else "It is back in the plan."
        messages.success(request, words, extra_tags=UNDO + undo)
        return redirect("people:posts")
    if act not in {"publish", "idea", "draft", "dropped"}:
        raise Http404
    view = get_post(access, post_id)
    try:
        if act == "publish":
            day = maybe_day("the day", request.POST.get("on", ""))
            publish_post(access, post_id, url=request.POST.get("url", ""), on=day)
        else:
            set_post_state(access, post_id, act)
    except PilothouseError as refused:
        return _post_page(request, access, post_id, view, form_error(refused))
    messages.success(request, "Written down.")
    return redirect(view.url)


def read_pitch(data: Any) -> PitchDraft:
    """A pitch as its form sends it."""
    seconds = maybe_number("a time in seconds", data.get("seconds", ""))
    return PitchDraft(
        data.get("audience", ""), data.get("text", ""), 60 if seconds is None else seconds
    )


def read_post(data: QueryDict) -> PostDraft:
    """A post as its form sends it."""
    return PostDraft(
        title=data.get("title", ""),
        kind=data.get("kind", "") or "post",
        text=data.get("text", ""),
        audience=data.get("audience", ""),
        evidence=tuple(data.getlist("evidence")),
        planned_on=maybe_day("the day planned", data.get("planned_on", "")),
        url=data.get("url", ""),
    )

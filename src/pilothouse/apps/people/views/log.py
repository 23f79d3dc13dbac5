"""Talks and favours: written down at a contact, ticked off, taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pilothouse.apps.http import form_error, safe_next, with_access
from pilothouse.apps.people.forms import read_favour, read_talk
from pilothouse.apps.people.models import FavourState
from pilothouse.apps.people.services.favours import (
    FavourView,
    set_favour_deleted,
    set_favour_state,
    set_thanked,
    write_favour,
)
from pilothouse.apps.people.services.talks import log_talk, set_followed_up, set_talk_deleted
from pilothouse.apps.people.views.contacts import contact_page
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_POST
@with_access
def talk_new(request: HttpRequest, access: Access, contact_id: str) -> HttpResponse:
    """Write a talk down."""
    try:
        talk = log_talk(access, contact_id, read_talk(request.POST))
    except PilothouseError as error:
        return contact_page(request, access, contact_id, {"error": form_error(error)})
    undo = reverse("people:talk-act", args=[talk.public_id, "delete"])
    messages.success(
        request, "Written down. The cadence counts from there.", extra_tags=UNDO + undo
    )
    return redirect("people:contact", contact_id)


@require_POST
@with_access
def talk_act(request: HttpRequest, access: Access, talk_id: str, act: str) -> HttpResponse:
    """Tick off what follows a talk; take the talk out, or back in."""
    if act in {"done", "open"}:
        contact_id = set_followed_up(access, talk_id, is_done=act == "done")
        opposite, words = ("open", "Done.") if act == "done" else ("done", "Open again.")
    elif act in {"delete", "restore"}:
        contact_id = set_talk_deleted(access, talk_id, is_deleted=act == "delete")
        words = "The talk is out." if act == "delete" else "The talk is back."
        opposite = "restore" if act == "delete" else "delete"
    else:
        raise Http404
    undo = reverse("people:talk-act", args=[talk_id, opposite])
    messages.success(request, words, extra_tags=UNDO + undo)
    return redirect(safe_next(request, reverse("people:contact", args=[contact_id])))


@require_POST
@with_access
def favour_new(request: HttpRequest, access: Access, contact_id: str) -> HttpResponse:
    """Write a favour down."""
    try:
        favour = write_favour(access, contact_id, read_favour(request.POST))
    except PilothouseError as error:
        return contact_page(request, access, contact_id, {"error": form_error(error)})
    undo = reverse("people:favour-act", args=[favour.public_id, "delete"])
    messages.success(request, f"Written down: {favour.text}", extra_tags=UNDO + undo)
    return redirect("people:contact", contact_id)


@require_POST
@with_access
def favour_act(request: HttpRequest, access: Access, favour_id: str, act: str) -> HttpResponse:
    """Say what became of it, thank for it, take it out."""
    try:
        favour, words, opposite = _do(access, favour_id, act)
    except PilothouseError as error:
        messages.error(request, form_error(error).sentence)
        return redirect(safe_next(request, reverse("people:next")))
    undo = reverse("people:favour-act", args=[favour_id, opposite])
    messages.success(request, words, extra_tags=UNDO + undo)
    return redirect(safe_next(request, favour.url))


def _do(access: Access, favour_id: str, act: str) -> tuple[FavourView, str, str]:
    """What was done: the favour, words for it, the act that undoes it."""
    if act in {"thank", "unthank"}:
        is_thanked = act == "thank"
        favour = set_thanked(access, favour_id, is_thanked=is_thanked)
        words = f"You thanked {favour.contact}." if is_thanked else "Not thanked yet."
        return favour, words, "unthank" if is_thanked else "thank"
    if act in {"delete", "restore"}:
        favour = set_favour_deleted(access, favour_id, is_deleted=act == "delete")
        words = "Out of the log." if act == "delete" else "Back in the log."
        return favour, words, "restore" if act == "delete" else "delete"
    if act not in FavourState.values:
        raise Http404
    favour = set_favour_state(access, favour_id, act)
    words = f"{FavourState(act).label}: {favour.text}"
    return favour, words, "asked" if act != "asked" else "done"

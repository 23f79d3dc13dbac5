"""One application: its page, and everything that is entered there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, read_number, safe_next, with_access
from pilothouse.apps.jobs.models import ApplicationSource, NoteKind, PersonPart, SentKind
from pilothouse.apps.jobs.services.applications import (
    ApplicationChange,
    ApplicationView,
    change_application,
    finish_next_action,
    get_application,
    set_application_deleted,
)
from pilothouse.apps.jobs.services.interview_debriefs import list_debriefs
from pilothouse.apps.jobs.services.interview_sheets import list_sheets_for
from pilothouse.apps.jobs.services.letters import list_letters
from pilothouse.apps.jobs.services.moves import change_move, move_application, set_move_removed
from pilothouse.apps.jobs.services.offers import list_offers
from pilothouse.apps.jobs.services.resume_versions import list_versions
from pilothouse.apps.jobs.services.search_settings import read_settings
from pilothouse.apps.jobs.services.sent_files import (
    SentDraft,
    SentView,
    add_sent,
    add_version,
    list_sent,
    read_sent,
    set_sent_deleted,
)
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.jobs.services.timeline import (
    add_person,
    list_people,
    read_timeline,
    set_note_deleted,
    set_person_deleted,
    write_note,
)
from pilothouse.apps.jobs.views.applications import STAGE_CHOICES
from pilothouse.apps.people.services.companies import find_company
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

CHANGE = ("title", "company", "source", "referrer", "next_action", "next_on", "ghost_days")


@require_http_methods(["GET", "POST"])
@with_access
def application(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """An application with its timeline; a POST changes all but the history."""
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in CHANGE}
        try:
            view = change_application(access, application_id, ApplicationChange(**values))
        except PilothouseError as refused:
            return _page(
                request, access, application_id, _Refused("details", form_error(refused), values)
            )
        messages.success(request, f"Saved: {view.title}")
        return redirect(view.url)
    return _page(request, access, application_id)


@require_POST
@with_access
def moves(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """Move it into a stage."""
    values = {name: request.POST.get(name, "") for name in ("stage", "on", "note")}
    try:
        view, number = move_application(
            access, application_id, values["stage"], on=values["on"], note=values["note"]
        )
    except PilothouseError as refused:
        return _page(request, access, application_id, _Refused("move", form_error(refused), values))
    undo = reverse("jobs:move-act", args=[application_id, number, "remove"])
    messages.success(request, f"{view.title}: {view.stage_name}", extra_tags=f"undo:{undo}")
    return redirect(safe_next(request, view.url))


@require_http_methods(["GET", "POST"])
@with_access
def move(request: HttpRequest, access: Access, application_id: str, number: str) -> HttpResponse:
    """Say a move anew: its day, its stage, its note."""
    view = get_application(access, application_id)
    found = next((each for each in view.moves if str(each.number) == number), None)
    if found is None:
        raise NotFoundError("there is no such move of this application.", value=number)
    values = {"stage": found.stage, "on": found.on.isoformat(), "note": found.note}
    error: PilothouseError | None = None
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            change_move(access, application_id, found.number, **values)
            messages.success(request, "Changed; what follows from it was reckoned anew.")
            return redirect(view.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "application": view, "move": found, "values": values, "stages": STAGE_CHOICES,
        "error": error,
    }  # fmt: skip
    return render(request, "jobs/move.html", context, status=400 if error else 200)


@require_POST
@with_access
def move_act(
    request: HttpRequest, access: Access, application_id: str, number: str, act: str
) -> HttpResponse:
    """Take a move back, or let it count again."""
    _check_act(act, "remove")
    place = read_number(number) or 0
    try:
        view = set_move_removed(access, application_id, place, is_removed=act == "remove")
    except PilothouseError as refused:
        return _page(request, access, application_id, _Refused("move", form_error(refused)))
    undo = _other(request, "jobs:move-act", application_id, str(place), act, first="remove")
    words = "Taken back" if act == "remove" else "Counts again"
    messages.success(request, f"{words}. It stands at {view.stage_name}", extra_tags=undo)
    return redirect(safe_next(request, view.url))


@require_POST
@with_access
def notes(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """Write a line."""
    values = {name: request.POST.get(name, "") for name in ("kind", "text", "on")}
    try:
        note = write_note(access, application_id, values["kind"], values["text"], values["on"])
    except PilothouseError as refused:
        return _page(request, access, application_id, _Refused("note", form_error(refused), values))
    messages.success(request, f"Written down: {note.kind_name.lower()}")
    return redirect("jobs:application", application_id)


@require_POST
@with_access
def note_act(
    request: HttpRequest, access: Access, application_id: str, note_id: str, act: str
) -> HttpResponse:
    """Delete a line, or bring it back."""
    _check_act(act)
    set_note_deleted(access, application_id, note_id, is_deleted=act == "delete")
    return _done(request, "jobs:note-act", application_id, note_id, act)


@require_POST
@with_access
def people(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """Say who has to do with it."""
    values = {name: request.POST.get(name, "") for name in ("part", "name", "contact_id")}
    try:
        person = add_person(access, application_id, **values)
    except PilothouseError as refused:
        return _page(
            request, access, application_id, _Refused("person", form_error(refused), values)
        )
    messages.success(request, f"Added: {person.name}")
    return redirect(part_url(application_id, "people"))


@require_POST
@with_access
def person_act(
    request: HttpRequest, access: Access, application_id: str, person_id: str, act: str
) -> HttpResponse:
    """Take somebody out, or back."""
    _check_act(act)
    set_person_deleted(access, application_id, person_id, is_deleted=act == "delete")
    return _done(request, "jobs:person-act", application_id, person_id, act, part="people")


@require_POST
@with_access
def files(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """Keep a file that was sent."""
    names = ("version", "kind", "label", "sent_on")
    values = {name: request.POST.get(name, "") for name in names}
    try:
        sent = _keep_file(request, access, application_id, values)
    except PilothouseError as refused:
        return _page(request, access, application_id, _Refused("file", form_error(refused), values))
    messages.success(request, f"Kept: {sent.label}")
    return redirect(part_url(application_id, "sent"))


@require_GET
@with_access
def sent_file(
    _request: HttpRequest, access: Access, application_id: str, file_id: str
) -> HttpResponse:
    """The very file that was sent, as a download: it is never shown here."""
    sent, data = read_sent(access, application_id, file_id)
    return download(sent.name, data, "application/octet-stream")


@require_POST
@with_access
def file_act(
    request: HttpRequest, access: Access, application_id: str, file_id: str, act: str
) -> HttpResponse:
    """Take a file out, or back."""
    _check_act(act)
    set_sent_deleted(access, application_id, file_id, is_deleted=act == "delete")
    return _done(request, "jobs:sent-act", application_id, file_id, act, part="sent")


@require_POST
@with_access
def application_act(
    request: HttpRequest, access: Access, application_id: str, act: str
) -> HttpResponse:
    """Delete, restore, or tick the next action."""
    if act == "done":
        try:
            view = finish_next_action(access, application_id)
        except PilothouseError as refused:
            return _page(request, access, application_id, _Refused("details", form_error(refused)))
        messages.success(request, "Done, and written into the timeline")
        return redirect(safe_next(request, view.url))
    _check_act(act)
    view = set_application_deleted(access, application_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.title}")
        return redirect(view.url)
    undo = reverse("jobs:application-act", args=[application_id, "restore"])
    messages.success(request, f"Deleted: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("jobs:applications")


def _keep_file(
    request: HttpRequest, access: Access, application_id: str, values: dict[str, str]
) -> SentView:
    """A version that was built here, or the file that was chosen."""
    day = values["sent_on"]
    if values["version"]:
        return add_version(access, application_id, values["version"], sent_on=day)
    file = request.FILES.get("file")
    if file is None:
        get_application(access, application_id)
        raise InvalidValueError("choose a version or the file that you sent.")
    draft = SentDraft(file.name or "", file.chunks(), values["kind"], values["label"], day)
    return add_sent(access, application_id, draft)


def _check_act(act: str, first: str = "delete") -> None:
    if act not in {first, "restore"}:
        raise Http404


def _other(request: HttpRequest, name: str, *parts: str, first: str = "delete") -> str:
    """What takes an act back, for its message."""
    del request
    opposite = "restore" if parts[-1] == first else first
    return f"undo:{reverse(name, args=[*parts[:-1], opposite])}"


def _done(request: HttpRequest, name: str, *parts: str, part: str = "") -> HttpResponse:
    words = "Taken out" if parts[-1] == "delete" else "Back again"
    messages.success(request, words, extra_tags=_other(request, name, *parts))
    return redirect(part_url(parts[0], part))


def part_url(application_id: str, part: str = "") -> str:
    """The address of a part of an application's page."""
    page = reverse("jobs:application", args=[application_id])
    return f"{page}?part={part}" if part else page


@dataclass(frozen=True)
class _Refused:
    """What was refused, in which form, with what was typed there."""

    place: str
    error: PilothouseError
    typed: dict[str, str] = field(default_factory=dict)


def _page(
    request: HttpRequest, access: Access, application_id: str, refused: _Refused | None = None
) -> HttpResponse:
    """A part of the page, with what was refused in the form where it was typed."""
    view = get_application(access, application_id)
    asked = _PLACES.get(refused.place, "") if refused else request.GET.get("part", "")
    part = asked if asked in _READERS else ""
    context: dict[str, Any] = {
        "application": view,
        "part": part,
        "today": today().isoformat(),
        "errors": {refused.place: refused.error} if refused else {},
        "typed": {refused.place: refused.typed} if refused else {},
        **_READERS[part](access, view),
    }
    if refused and refused.place == "details" and refused.typed:
        context["details"] = refused.typed
    return render(request, "jobs/application.html", context, status=400 if refused else 200)


def _read_timeline(access: Access, view: ApplicationView) -> dict[str, Any]:
    return {
        "timeline": read_timeline(view), "settings": read_settings(access),
        "details": _details(view), "stages": STAGE_CHOICES, "sources": ApplicationSource.choices,
        "note_kinds": NoteKind.choices,
    }  # fmt: skip


def _read_sent(access: Access, view: ApplicationView) -> dict[str, Any]:
    built = [(each.public_id, each.label) for each in list_versions(access)]
    return {
        "sent": list_sent(view), "letters": list_letters(view), "sent_kinds": SentKind.choices,
        "versions": [("", "Another file"), *built],
    }  # fmt: skip


def _read_people(access: Access, view: ApplicationView) -> dict[str, Any]:
    return {
        "people": list_people(view), "known": list_known_at(access, view.company),
        "company": find_company(access, view.company), "parts": PersonPart.choices,
    }  # fmt: skip


def _read_interviews(access: Access, view: ApplicationView) -> dict[str, Any]:
    return {
        "debriefs": list_debriefs(access, view.public_id),
        "sheets": list_sheets_for(access, view.company),
        "offers": [each for each in list_offers(access) if each.application_id == view.public_id],
    }


_READERS: dict[str, Callable[[Access, ApplicationView], dict[str, Any]]] = {
    "": _read_timeline, "sent": _read_sent, "people": _read_people, "interviews": _read_interviews,
}  # fmt: skip
# Where a form stands that was refused; the others are in the timeline's part.
_PLACES = {"file": "sent", "person": "people"}


def _details(view: ApplicationView) -> dict[str, str]:
    return {
        "title": view.title, "company": view.company, "source": view.source,
        "referrer": view.referrer, "next_action": view.next_action,
        "next_on": view.next_on.isoformat() if view.next_on else "",
        "ghost_days": "" if view.ghost_days is None else str(view.ghost_days),
    }  # fmt: skip

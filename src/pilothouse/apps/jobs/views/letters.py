"""Letters of an application: writing, versions, checking, keeping as sent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.services.applications import get_application
from pilothouse.apps.jobs.services.letters import (
    LetterDraft,
    LetterView,
    begin_letter,
    check_letter,
    get_letter,
    keep_as_sent,
    list_letter_versions,
    restore_letter_version,
    save_letter,
    set_letter_deleted,
)
from pilothouse.apps.jobs.views.application import part_url
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_POST
@with_access
def new(request: HttpRequest, access: Access, application_id: str) -> HttpResponse:
    """Begin a letter."""
    del request
    return redirect(begin_letter(access, application_id).url)


@require_http_methods(["GET", "POST"])
@with_access
def letter(
    request: HttpRequest, access: Access, application_id: str, letter_id: str
) -> HttpResponse:
    """A letter with what does not hold in it."""
    found = get_letter(access, application_id, letter_id)
    values = {"title": found.title, "text": found.text, "base": str(found.version)}
    error: PilothouseError | None = None
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            base = read_number(values["base"]) or 0
            draft = LetterDraft(values["title"], values["text"], base)
            found = save_letter(access, application_id, letter_id, draft)
            messages.success(request, f"Saved: version {found.version}")
            return redirect(found.url)
        except PilothouseError as refused:
            error = form_error(refused)
    return _page(request, access, found, values, error)


@require_POST
@with_access
def letter_act(
    request: HttpRequest, access: Access, application_id: str, letter_id: str, act: str
) -> HttpResponse:
    """Keep it as sent; delete it or bring it back; have a version again (``version-3``)."""
    found: LetterView
    if act == "sent":
        found = get_letter(access, application_id, letter_id)
        try:
            keep_as_sent(access, application_id, letter_id)
        except PilothouseError as refused:
            values = {"title": found.title, "text": found.text, "base": str(found.version)}
            return _page(request, access, found, values, form_error(refused))
        messages.success(request, f"Kept as sent: {found.title}, version {found.version}")
        return redirect(part_url(application_id, "sent"))
    if act.startswith("version-"):
        number = read_number(act.removeprefix("version-")) or 0
        found = restore_letter_version(access, application_id, letter_id, number)
        messages.success(request, f"It says again what version {number} said")
        return redirect(found.url)
    if act not in {"delete", "restore"}:
        raise Http404
    found = set_letter_deleted(access, application_id, letter_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {found.title}")
        return redirect(found.url)
    undo = reverse("jobs:letter-act", args=[application_id, letter_id, "restore"])
    messages.success(request, f"Deleted: {found.title}", extra_tags=f"undo:{undo}")
    return redirect(part_url(application_id, "sent"))


def _page(
    request: HttpRequest,
    access: Access,
    found: LetterView,
    values: dict[str, str],
    error: PilothouseError | None,
) -> HttpResponse:
    context = {
        "application": get_application(access, found.application_id),
        "letter": found,
        "compilation": check_letter(access, found),
        "versions": list_letter_versions(access, found.application_id, found.public_id)[1:],
        "values": values,
        "error": error,
    }
    return render(request, "jobs/letter.html", context, status=400 if error else 200)

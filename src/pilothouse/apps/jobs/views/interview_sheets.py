"""Preparation sheets for companies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.services.interview_sheets import (
    SheetDraft,
    SheetView,
    get_sheet,
    list_sheets,
    prepare,
    save_sheet,
    set_sheet_deleted,
)
from pilothouse.apps.jobs.services.postings import get_posting, list_postings
from pilothouse.apps.jobs.views.interview_days import read_typed_day
from pilothouse.apps.jobs.views.interview_home import undo_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

FIELDS = ("company", "role", "posting", "held_on", "facts", "people", "to_ask", "notes")


@require_GET
@with_access
def sheets(request: HttpRequest, access: Access) -> HttpResponse:
    """One's sheets."""
    return render(request, "jobs/interview_sheets.html", {"sheets": list_sheets(access)})


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a sheet, from a posting where one is named."""
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in FIELDS}
    posting_id = request.GET.get("posting", "")
    if request.method == "POST":
        try:
            made = save_sheet(access, _draft(request.POST))
            messages.success(request, f"Begun: {made.company}")
            return redirect(made.page)
        except PilothouseError as refused:
            error = form_error(refused)
    else:
        values["company"] = request.GET.get("company", "")[:200]
        if posting_id:
            posting = get_posting(access, posting_id)
            company = posting.company or values["company"]
            values |= {"posting": posting_id, "company": company, "role": posting.title}
    context = _form(access, values) | {"error": error}
    return render(request, "jobs/interview_sheet_new.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def sheet(request: HttpRequest, access: Access, sheet_id: str) -> HttpResponse:
    """A sheet with likely questions, stories that fit, and what is missing."""
    found = get_sheet(access, sheet_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            found = save_sheet(access, _draft(request.POST), sheet_id)
            messages.success(request, f"Saved: {found.company}")
            return redirect(found.page)
        except PilothouseError as refused:
            error = form_error(refused)
    values = {name: request.POST.get(name, "") for name in FIELDS} if error else _stored(found)
    context = _form(access, values) | {"prepared": prepare(access, found), "error": error}
    return render(request, "jobs/interview_sheet.html", context, status=400 if error else 200)


@require_POST
@with_access
def sheet_act(request: HttpRequest, access: Access, sheet_id: str, act: str) -> HttpResponse:
    """Delete a sheet, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_sheet_deleted(access, sheet_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.company}")
        return redirect(view.page)
    undo = undo_of("jobs:interview-sheet-act", sheet_id, "restore")
    messages.success(request, f"Deleted: {view.company}", extra_tags=undo)
    return redirect("jobs:interview-sheets")


def _draft(form: QueryDict) -> SheetDraft:
    return SheetDraft(
        company=form.get("company", ""),
        role=form.get("role", ""),
        posting_id=form.get("posting", ""),
        held_on=read_typed_day(form.get("held_on", "")),
        facts=form.get("facts", ""),
        people=form.get("people", ""),
        to_ask=form.get("to_ask", ""),
        notes=form.get("notes", ""),
    )


def _stored(found: SheetView) -> dict[str, str]:
    return {
        "company": found.company, "role": found.role, "posting": found.posting_id,
        "held_on": found.held_on.isoformat() if found.held_on else "", "facts": found.facts,
        "people": found.people, "to_ask": found.to_ask, "notes": found.notes,
    }  # fmt: skip


def _form(access: Access, values: dict[str, str]) -> dict[str, Any]:
    options = [(each.public_id, each.title) for each in list_postings(access, 200)]
    return {"values": values, "postings": options}

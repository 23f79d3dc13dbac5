"""Debriefs after real interviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.services.applications import get_application
from pilothouse.apps.jobs.services.briefs import list_choices
from pilothouse.apps.jobs.services.interview_content import load_rubric
from pilothouse.apps.jobs.services.interview_debriefs import (
    WENT,
    AskedQuestion,
    DebriefDraft,
    DebriefView,
    get_debrief,
    list_debriefs,
    save_debrief,
    set_debrief_deleted,
)
from pilothouse.apps.jobs.views.interview_days import read_typed_day
from pilothouse.apps.jobs.views.interview_home import undo_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

FIELDS = ("company", "round", "held_on", "application", "went", "learn", "next_step")
ROWS, MORE = 6, 3


@require_GET
@with_access
def debriefs(request: HttpRequest, access: Access) -> HttpResponse:
    """One's debriefs."""
    return render(request, "jobs/interview_debriefs.html", {"debriefs": list_debriefs(access)})


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Write a debrief."""
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            made = save_debrief(access, _draft(request.POST))
            messages.success(request, f"Kept: {made.company}")
            return redirect(made.page)
        except PilothouseError as refused:
            error = form_error(refused)
    values = {name: request.POST.get(name, "") for name in FIELDS}
    if not error:
        values |= _begin(access, request.GET.get("application", ""), request.GET.get("company", ""))
    rows = _typed_rows(request.POST) if error else []
    context = _form(access, values, rows) | {"error": error}
    return render(request, "jobs/interview_debrief_new.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def debrief(request: HttpRequest, access: Access, debrief_id: str) -> HttpResponse:
    """A debrief."""
    found = get_debrief(access, debrief_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            found = save_debrief(access, _draft(request.POST), debrief_id)
            messages.success(request, f"Saved: {found.company}")
            return redirect(found.page)
        except PilothouseError as refused:
            error = form_error(refused)
    if error:
        values = {name: request.POST.get(name, "") for name in FIELDS}
        rows = _typed_rows(request.POST)
    else:
        values, rows = _stored(found)
    context = _form(access, values, rows) | {"debrief": found, "error": error}
    return render(request, "jobs/interview_debrief.html", context, status=400 if error else 200)


@require_POST
@with_access
def debrief_act(request: HttpRequest, access: Access, debrief_id: str, act: str) -> HttpResponse:
    """Delete a debrief, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_debrief_deleted(access, debrief_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.company}")
        return redirect(view.page)
    undo = undo_of("jobs:interview-debrief-act", debrief_id, "restore")
    messages.success(request, f"Deleted: {view.company}", extra_tags=undo)
    return redirect("jobs:interview-debriefs")


def _draft(form: QueryDict) -> DebriefDraft:
    asked = [
        AskedQuestion(row["text"], row["kind"], read_number(row["went"]) or -1, row["key"])
        for row in _typed_rows(form)
        if row["text"].strip()
    ]
    return DebriefDraft(
        company=form.get("company", ""),
        held_on=read_typed_day(form.get("held_on", "")),
        round=form.get("round", ""),
        application_id=form.get("application", ""),
        questions=asked,
        went=form.get("went", ""),
        learn=form.get("learn", ""),
        next_step=form.get("next_step", ""),
    )


def _typed_rows(form: QueryDict) -> list[dict[str, str]]:
    """The lines of questions as typed; a key counts only while its words are unchanged."""
    names = ("asked", "asked_kind", "asked_went", "asked_key", "asked_was")
    columns = [form.getlist(name) for name in names]
    rows = []
    for place, text in enumerate(columns[0][:100]):
        rest = [column[place] if place < len(column) else "" for column in columns[1:]]
        kind, went, key, was = rest
        rows.append({"text": text, "kind": kind, "went": went, "key": key if text == was else ""})
    return rows


def _stored(found: DebriefView) -> tuple[dict[str, str], list[dict[str, str]]]:
    values = {
        "company": found.company, "round": found.round, "held_on": found.held_on.isoformat(),
        "application": found.application_id, "went": found.went, "learn": found.learn,
        "next_step": found.next_step,
    }  # fmt: skip
    rows = [
        {"text": each.text, "kind": each.kind, "went": str(each.went), "key": each.key}
        for each in found.questions
    ]
    return values, rows


def _begin(access: Access, application_id: str, company: str) -> dict[str, str]:
    """What a new debrief begins with: today, and the company of the application named."""
    values = {"held_on": timezone.localdate().isoformat(), "company": company[:200]}
    if application_id:
        found = get_application(access, application_id)
        values |= {"application": found.public_id, "company": found.company}
    return values


def _form(access: Access, values: dict[str, str], rows: list[dict[str, str]]) -> dict[str, Any]:
    empty = {"text": "", "kind": "behavioural", "went": "2", "key": ""}
    spare = max(ROWS - len(rows), MORE)
    return {
        "values": values,
        "rows": [*rows, *([empty] * spare)],
        "kinds": [(key, each.title) for key, each in load_rubric().types.items()],
        "went": list(WENT.items()),
        "applications": list_choices(access, values.get("application", "")),
    }

"""The journal of a side project, and looking back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.decisions.services.decisions import name_decisions
from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.portfolio.models import JournalKind
from pilothouse.apps.portfolio.services.journal import (
    EntryDraft,
    RetroDraft,
    hold_retrospective,
    list_entries,
    list_retrospectives,
    set_entry_deleted,
    write_entry,
)
from pilothouse.apps.portfolio.services.texts import read_day
from pilothouse.apps.portfolio.views.opening import open_project
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

_FIELDS = ("kind", "text", "lesson", "who", "happened_on", "decision", "corrects")


@require_http_methods(["GET", "POST"])
@with_access
def journal(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """All lines, and a place to write one."""
    view = open_project(request, access, project_id)
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.method == "POST":
        try:
            entry = write_entry(access, project_id, _read(values))
            messages.success(request, f"Written: {entry.kind_name.lower()}")
            return redirect("portfolio:journal", project_id)
        except PilothouseError as refused:
            error = form_error(refused)
    kind = request.GET.get("kind", "")
    context = {
        "project": view,
        "entries": list_entries(access, view, kinds=[kind] if kind else ()),
        "kind": kind,
        "kinds": JournalKind.choices,
        "decisions": [("", "None"), *name_decisions(view.product, with_drafts=True)],
        "values": {
            **values,
            "kind": values["kind"] or request.GET.get("write", ""),
            "corrects": values["corrects"] or request.GET.get("correct", "")[:12],
        },
        "error": error,
    }
    return render(request, "portfolio/journal.html", context, status=400 if error else 200)


@require_POST
@with_access
def entry_act(
    request: HttpRequest, access: Access, project_id: str, entry_id: str, act: str
) -> HttpResponse:
    """Take a line out, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    set_entry_deleted(access, project_id, entry_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("portfolio:entry-act", args=[project_id, entry_id, opposite])
    words = "Taken out" if act == "delete" else "Restored"
    messages.success(request, f"{words}: a line of the journal", extra_tags=f"undo:{undo}")
    return redirect("portfolio:journal", project_id)


@require_http_methods(["GET", "POST"])
@with_access
def retro(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """Retrospectives: what was held, and holding one."""
    view = open_project(request, access, project_id)
    error: PilothouseError | None = None
    names = ("went_well", "went_badly", "surprised", "change")
    values = {name: request.POST.get(name, "") for name in names}
    if request.method == "POST":
        try:
            hold_retrospective(access, project_id, RetroDraft(**values))
            messages.success(request, "Held: a retrospective")
            return redirect("portfolio:retro", project_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "project": view,
        "retrospectives": list_retrospectives(access, view),
        "failures": [each for each in list_entries(access, view) if each.is_failure][:10],
        "values": values,
        "error": error,
    }
    return render(request, "portfolio/retro.html", context, status=400 if error else 200)


def _read(values: dict[str, str]) -> EntryDraft:
    day = values["happened_on"].strip()
    return EntryDraft(
        text=values["text"],
        kind=values["kind"] or JournalKind.NOTE.value,
        lesson=values["lesson"],
        who=values["who"],
        happened_on=read_day("the day it happened", day) if day else None,
        decision_id=values["decision"],
        corrects=values["corrects"],
    )

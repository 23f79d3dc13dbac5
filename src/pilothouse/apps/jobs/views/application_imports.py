"""Spreadsheets of applications: choose one, say what it means, see what it becomes, take it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.services.application_imports import (
    ApplicationImportView,
    SheetLook,
    discard_application_import,
    get_application_import,
    list_sheets_taken,
    look_at_sheet,
    receive_sheet,
    set_sheet_reading,
    start_application_import,
    undo_application_import,
)
from pilothouse.apps.jobs.views.applications import STAGE_CHOICES
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import COLUMNS, LEAVE_OUT, STAGES, SheetApplication
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

SHOWN, MOST_WORDS = 15, 60


@require_http_methods(["GET", "POST"])
@with_access
def imports(request: HttpRequest, access: Access) -> HttpResponse:
    """The files there were; one chosen here is looked at first."""
    error = None
    if request.method == "POST":
        try:
            given = request.FILES.get("file")
            if given is None:
                raise InvalidValueError("no file was chosen.")
            row = receive_sheet(access, given.name or "applications", given.chunks(2**20))
            return redirect(row.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"imports": list_sheets_taken(access), "error": error}
    return render(request, "jobs/application_imports.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def detail(request: HttpRequest, access: Access, application_import_id: str) -> HttpResponse:
    """Before: what the file means and becomes. After: what became of it, and its undo."""
    row = get_application_import(access, application_import_id)
    error = None
    if request.method == "POST":
        try:
            row = set_sheet_reading(access, application_import_id, read_form(request.POST))
            if "start" in request.POST:
                row = start_application_import(access, application_import_id)
                _tell(request, row)
            return redirect(row.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context: dict[str, Any] = {"row": row, "error": error}
    if row.may_start:
        context |= _look_context(access, row)
    return render(request, "jobs/application_import.html", context, status=400 if error else 200)


@require_POST
@with_access
def import_act(
    request: HttpRequest, access: Access, application_import_id: str, act: str
) -> HttpResponse:
    """Take it out again, or throw the file away."""
    if act == "undo":
        row, kept = undo_application_import(access, application_import_id)
        stays = f" {kept:,} stay: something was entered there since." if kept else ""
        messages.success(request, f"What the file brought is out again.{stays}")
        return redirect(row.url)
    if act != "discard":
        raise Http404
    discard_application_import(access, application_import_id)
    messages.success(request, "The file is thrown away; what it brought stays.")
    return redirect("jobs:application-imports")


def read_form(fields: Any) -> dict[str, Any]:
    """The reading that the form spells."""
    columns = {
        target: place
        for target in COLUMNS
        if (place := read_number(fields.get(f"column-{target}", ""))) is not None
    }
    words = zip(fields.getlist("word"), fields.getlist("stage"), strict=False)
    return {
        "columns": columns, "stages": dict(words), "fallback": fields.get("fallback", ""),
        "is_day_first": fields.get("order", "day") == "day",
        "keeps_rest": "keeps_rest" in fields,
    }  # fmt: skip


def _tell(request: HttpRequest, row: ApplicationImportView) -> None:
    undo = reverse("jobs:application-import-act", args=[row.public_id, "undo"])
    messages.success(request, f"Imported: {row.created:,} new.", extra_tags=f"undo:{undo}")


def _look_context(access: Access, row: ApplicationImportView) -> dict[str, Any]:
    try:
        look = look_at_sheet(access, row.public_id)
    except PilothouseError as error:  # the file is gone; its line can still be thrown away
        return {"look_error": form_error(error), "look": None}
    reading = row.reading
    fallback = reading.fallback.isoformat() if reading.fallback else ""
    return {
        "look": look,
        "total": len(look.fresh),
        "shown": [(each, _tell_way(each)) for each in look.fresh[:SHOWN]],
        "targets": [
            (key, label, _place(reading.columns.get(key))) for key, label in COLUMNS.items()
        ],
        "column_options": [("", "(none)"), *_name_columns(look)],
        "words": [
            (word, count, reading.stages.get(word, "")) for word, count in look.words.items()
        ][:MOST_WORDS],
        "stages": [("", "(say what it means)"), *STAGE_CHOICES, (LEAVE_OUT, "Leave them out")],
        "fallback": fallback,
        "order": "day" if reading.is_day_first else "month",
    }  # fmt: skip


def _name_columns(look: SheetLook) -> list[tuple[str, str]]:
    """The columns by their headings, each with its first value."""
    named = []
    for place, name in enumerate(look.sheet.header):
        first = next((cell for cell in look.sheet.cells(place) if cell), "")
        label = name or f"Column {place + 1}"
        named.append((str(place), f"{label}: {first[:40]}" if first else f"{label}, empty"))
    return named


def _place(place: int | None) -> str:
    return "" if place is None else str(place)


def _tell_way(each: SheetApplication) -> str:
    return ", ".join(
        f"{STAGES[move.stage].name} {move.on.day} {move.on:%b %Y}" for move in each.moves
    )

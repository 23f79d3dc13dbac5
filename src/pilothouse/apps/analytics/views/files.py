"""The import wizard: choose a file, say what its columns mean, see it, run it, undo it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.analytics.services.imports import (
    ImportView,
    get_import,
    list_imports,
    look_at_import,
    receive_file,
    set_mapping,
    start_import,
    undo_import,
)
from pilothouse.apps.http import form_error, read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import get_job
from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.stores.files import FileGuess

TIME_FORMATS = [
    ("iso", "ISO 8601: 2026-11-23 or 2026-11-23T08:30:00Z"),
    ("date", "a day: 20261123 or 2026-11-23"),
    ("day-first", "day first: 23/11/2026 08:30"),
    ("month-first", "month first: 11/23/2026 8:30 AM"),
    ("epoch-s", "seconds since 1970"),
    ("epoch-ms", "milliseconds since 1970"),
    ("epoch-us", "microseconds since 1970"),
]
KINDS = [("text", "text"), ("number", "number"), ("bool", "yes or no")]


@require_http_methods(["GET", "POST"])
@with_product
def imports(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The imports there were; a file chosen here begins a new one."""
    error = None
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                raise InvalidValueError("no file was chosen.")
            row = receive_file(access, product, file.name or "events", file.chunks(2**20))
            return redirect("analytics:import", product.public_id, row.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "imports": list_imports(product),
        "error": error,
        "may_edit": access.may(Role.EDITOR) and not product.is_simulated,
    }
    return render(request, "analytics/imports.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_product
def import_detail(
    request: HttpRequest, access: Access, product: ProductView, import_id: str
) -> HttpResponse:
    """Before: mapping and preview. While and after: progress, counts, undo."""
    row = get_import(product, import_id)
    error = None
    if request.method == "POST":
        try:
            choice = ColumnChoice(look_at_import(product, import_id)[0])
            mapping = read_mapping(row.mapping, choice, request.POST)
            set_mapping(access, product, import_id, mapping)
            if "start" in request.POST:
                start_import(access, product, import_id)
            return redirect("analytics:import", product.public_id, import_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context: dict[str, Any] = {
        "row": row,
        "error": error,
        "may_edit": access.may(Role.EDITOR),
        "job": get_job(access, row.job_id) if row.job_id else None,
    }
    if row.may_start:
        context |= _mapping_context(product, row)
        if error is not None:
            context |= _typed(request.POST, context)
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "analytics/import_state.html" if is_fragment else "analytics/import.html"
    return render(request, template, context, status=400 if error else 200)


@require_POST
@with_product
def import_start(
    _request: HttpRequest, access: Access, product: ProductView, import_id: str
) -> HttpResponse:
    """Run the import as it is mapped."""
    start_import(access, product, import_id)
    return redirect("analytics:import", product.public_id, import_id)


@require_POST
@with_product
def import_undo(
    request: HttpRequest, access: Access, product: ProductView, import_id: str
) -> HttpResponse:
    """Take the events out again."""
    row = undo_import(access, product, import_id)
    messages.success(request, f"Undone: {row.accepted:,} events are out again.")
    return redirect("analytics:import", product.public_id, import_id)


class ColumnChoice:
    """The columns of a file as the options of a form: an option's value is its place."""

    def __init__(self, guess: FileGuess) -> None:
        self.names = guess.columns
        # Only CSV repeats names; objects of JSON have names without places.
        self.has_places = guess.format == "csv"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(str(i), name or f"column {i + 1}") for i, name in enumerate(self.names)]

    def place_of(self, column: dict[str, Any] | None) -> str:
        """The option of a mapping's column; empty where there is none."""
        if not column or "column" not in column:
            return ""
        if column.get("position") is not None:
            return str(column["position"])
        return str(self.names.index(column["column"])) if column["column"] in self.names else ""

    def column_at(self, place: str) -> dict[str, Any]:
        """The mapping's column of an option."""
        position = read_number(place)
        if position is None or position >= len(self.names):
            raise InvalidValueError("choose a column of the file.", value=place)
        column: dict[str, Any] = {"column": self.names[position]}
        return column | ({"position": position} if self.has_places else {})


def read_mapping(before: dict[str, Any], choice: ColumnChoice, fields: Any) -> dict[str, Any]:
    """The mapping that the form spells; what the form does not show stays as it was."""
    event = fields.get("event", "")
    after = {
        **before,
        "event": choice.column_at(event)
        if event
        else {"constant": fields.get("event_name", "").strip()},
        "time_format": fields.get("time_format", ""),
        "zone": fields.get("zone", ""),
        "id": choice.column_at(fields["id"]) if fields.get("id") else None,
        "properties": [
            {
                **choice.column_at(place),
                "name": fields.get(f"name-{place}", "").strip(),
                "kind": fields.get(f"kind-{place}", "text"),
            }
            for place in fields.getlist("take")
        ],
    }
    for part in ("actor", "time"):
        # A column read where the first is empty belongs to the guess, not to the form.
        if fields.get(part, "") != choice.place_of(before[part]):
            after[part] = choice.column_at(fields.get(part, ""))
    return after


def _typed(fields: Any, context: dict[str, Any]) -> dict[str, Any]:
    """What the form said, for showing it again beside what was wrong with it."""
    taken = set(fields.getlist("take"))
    return {
        "chosen": {part: fields.get(part, "") for part in context["chosen"]},
        "event_name": fields.get("event_name", ""),
        "mapping": context["mapping"]
        | {part: fields.get(part, "") for part in ("time_format", "zone")},
        "properties": [
            each
            | {
                "is_taken": each["place"] in taken,
                "name": fields.get(f"name-{each['place']}", each["name"]),
                "kind": fields.get(f"kind-{each['place']}", each["kind"]),
            }
            for each in context["properties"]
        ],
    }


def _mapping_context(product: ProductView, row: ImportView) -> dict[str, Any]:
    guess, preview = look_at_import(product, row.public_id)
    mapping, choice = row.mapping, ColumnChoice(guess)
    chosen = {part: choice.place_of(mapping[part]) for part in ("event", "actor", "time", "id")}
    taken = {choice.place_of(each): each for each in mapping["properties"]}
    return {
        "guess": guess,
        "preview": preview,
        "columns": choice.options,
        "chosen": chosen,
        "event_name": mapping["event"].get("constant", ""),
        "mapping": mapping,
        "properties": [
            {
                "place": place,
                "label": label,
                "is_taken": place in taken,
                "name": taken.get(place, {}).get("name", label),
                "kind": taken.get(place, {}).get("kind", "text"),
            }
            for place, label in choice.options
            if place not in chosen.values()
        ],
        "time_formats": TIME_FORMATS,
        "kinds": KINDS,
        "zones": sorted(available_timezones()),
    }

"""Files of other tools: choose one, say what it means, see what it becomes, take it in, undo it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.backlog.formats.meanings import TARGETS
from pilothouse.apps.backlog.formats.records import SOURCES, Column, Reading
from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services.imports import (
    ItemImportView,
    Look,
    discard_import,
    get_import,
    list_imports,
    look_at_import,
    receive_file,
    set_reading,
    start_import,
    to_reading_json,
    undo_import,
)
from pilothouse.apps.backlog.services.item_files import FORMATS, export_items
from pilothouse.apps.http import form_error, read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import get_job
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

SHOWN = 15


@require_http_methods(["GET", "POST"])
@with_product
def imports(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The imports there were; a file chosen here begins a new one."""
    error = None
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                access.require(Role.EDITOR, to="importing items")
                raise InvalidValueError("no file was chosen.")
            row = receive_file(access, product, file.name or "items", file.chunks(2**20))
            return redirect("backlog:import", product.public_id, row.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "imports": list_imports(product),
        "error": error,
        "may_edit": access.may(Role.EDITOR),
        "formats": [(name, SOURCES[name]) for name in FORMATS],
    }
    return render(request, "backlog/imports.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_product
def import_detail(
    request: HttpRequest, access: Access, product: ProductView, item_import_id: str
) -> HttpResponse:
    """Before: what the file means and becomes. While and after: progress, counts, undo."""
    row = get_import(product, item_import_id)
    error = None
    if request.method == "POST":
        try:
            set_reading(access, product, item_import_id, read_form(row.reading, request.POST))
            if "start" in request.POST:
                start_import(access, product, item_import_id)
            return redirect("backlog:import", product.public_id, item_import_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context: dict[str, Any] = {
        "row": row,
        "error": error,
        "may_edit": access.may(Role.EDITOR),
        "job": get_job(access, row.job_id) if row.job_id else None,
    }
    if row.may_start:
        context |= _look_context(access, product, row)
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "backlog/import_state.html" if is_fragment else "backlog/import.html"
    return render(request, template, context, status=400 if error else 200)


@require_POST
@with_product
def import_act(
    request: HttpRequest, access: Access, product: ProductView, item_import_id: str, act: str
) -> HttpResponse:
    """Start, undo or forget an import."""
    if act == "start":
        start_import(access, product, item_import_id)
    elif act == "undo":
        row = undo_import(access, product, item_import_id)
        words = f"{row.created:,} items are out again"
        changed = f", {row.changed:,} are as they were" if row.changed else ""
        messages.success(request, f"Undone: {words}{changed}.")
    elif act == "discard":
        discard_import(access, product, item_import_id)
        messages.success(request, "The file is forgotten; nothing was imported.")
        return redirect("backlog:imports", product.public_id)
    else:
        raise Http404
    return redirect("backlog:import", product.public_id, item_import_id)


@require_GET
@with_product
def export(
    _request: HttpRequest, _access: Access, product: ProductView, format_name: str
) -> HttpResponse | StreamingHttpResponse:
    """All items as a file of ours or of another tool."""
    if format_name not in FORMATS:
        raise Http404
    ending, pieces = export_items(product, format_name)
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(pieces, content_type=kind)
    label = "" if format_name == "pilothouse" else f" for {SOURCES[format_name].split()[0]}"
    name = f"{product.name} backlog{label}.{ending}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def read_form(before: Reading, fields: Any) -> dict[str, Any]:
    """The reading that the form spells; JSON files have no columns to choose."""
    given = to_reading_json(before)
    if "has_columns" in fields:
        given["columns"] = {
            target: places
            for target in TARGETS
            if (places := _read_places(fields.get(f"column-{target}", "")))
        }
        given["fields"] = [p for each in fields.getlist("field") for p in _read_places(each)]
        given["is_day_first"] = fields.get("order", "day") == "day"
    for part in ("kind", "status"):
        words = fields.getlist(f"{part}_word")
        ours = fields.getlist(f"{part}_ours")
        given["kinds" if part == "kind" else "statuses"] |= dict(zip(words, ours, strict=False))
    return given


def _read_places(text: str) -> list[int]:
    places = [read_number(each) for each in text.split(",") if each]
    if any(place is None for place in places):
        raise InvalidValueError("choose a column of the file.", value=text)
    return [place for place in places if place is not None]


def _look_context(access: Access, product: ProductView, row: ItemImportView) -> dict[str, Any]:
    try:
        look = look_at_import(access, product, row.public_id)
    except PilothouseError as error:
        return {"look_error": form_error(error), "look": None}
    reading = row.reading
    groups = _group_columns(look.file.columns)
    chosen = {",".join(map(str, places)) for places in reading.columns.values()}
    return {
        "look": look,
        "shown": look.drafts.drafts[:SHOWN],
        "total": len(look.drafts.drafts),
        "fresh": len(look.drafts.drafts) - look.known,
        "targets": [
            (name, label, ",".join(map(str, reading.columns.get(name, ()))))
            for name, label in TARGETS.items()
        ],
        "column_options": [("", "(none)"), *groups],
        "extra_columns": [
            (places, label, set(map(int, places.split(","))) <= set(reading.fields))
            for places, label in groups
            if places not in chosen
        ],
        **_words_context(look, reading),
    }


def _words_context(look: Look, reading: Reading) -> dict[str, Any]:
    """The file's own words for kinds and statuses with how often each occurs."""
    kinds: dict[str, int] = {}
    statuses: dict[str, int] = {}
    for each in look.drafts.drafts:
        kinds[each.item.kind.lower()] = kinds.get(each.item.kind.lower(), 0) + 1
        statuses[each.item.status.lower()] = statuses.get(each.item.status.lower(), 0) + 1
    return {
        "kind_words": [(w, n, reading.kinds.get(w, "idea")) for w, n in kinds.items()][:60],
        "status_words": [(w, n, reading.statuses.get(w, "new")) for w, n in statuses.items()][:60],
        "kinds": ItemKind.choices,
        "statuses": ItemStatus.choices,
    }


def _group_columns(columns: tuple[Column, ...]) -> list[tuple[str, str]]:
    """Options of columns; those of one name are one option."""
    places: dict[str, list[int]] = {}
    for column in columns:
        places.setdefault(column.name, []).append(column.place)
    return [(",".join(map(str, group)), _label(name, len(group))) for name, group in places.items()]


def _label(name: str, count: int) -> str:
    shown = name or "(no name)"
    return f"{shown} ({count} columns)" if count > 1 else shown

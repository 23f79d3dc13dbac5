"""Documents as files: taking them in with a preview, giving them out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.documents.models import DocumentKind
from pilothouse.apps.documents.services.documents import get_document
from pilothouse.apps.documents.services.exchange import FORMS, export_document, export_vault
from pilothouse.apps.documents.services.exchange_import import (
    ImportResult,
    PlannedImport,
    plan_import,
    run_import,
    stage_file,
    undo_import,
)
from pilothouse.apps.http import download, form_error, product_url, read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

ACTIONS = {
    "new": ("new", "good"),
    "update": ("new version", "accent"),
    "same": ("unchanged", "neutral"),
    "conflict": ("both changed", "warn"),
    "refused": ("cannot be read", "bad"),
}


@require_http_methods(["GET", "POST"])
@with_product
def document_import(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Choose a file; then see what it would become."""
    access.require(Role.EDITOR, to="importing documents")
    error, planned, token = None, None, request.GET.get("file", "")
    try:
        if request.method == "POST":
            file = request.FILES.get("file")
            if file is None:
                raise InvalidValueError("no file was chosen.")
            token = stage_file(access, product, file.name or "document.md", file.chunks(2**20))
            address = product_url("documents:import", product)
            return redirect(f"{address}?{urlencode({'file': token})}")
        if token:
            planned = plan_import(access, product, token)
    except PilothouseError as refused:
        error = refused if isinstance(refused, NotFoundError) else form_error(refused)
    return _show_import(request, token, planned, error)


def _show_import(
    request: HttpRequest,
    token: str,
    planned: list[PlannedImport] | None,
    error: PilothouseError | None,
    chosen: dict[str, Any] | None = None,
) -> HttpResponse:
    typed = chosen or {}
    rows = [
        {
            "planned": each,
            "words": ACTIONS[each.action][0],
            "tone": ACTIONS[each.action][1],
            "is_chosen": each.place in typed["places"] if typed else each.is_taken,
            "kind": typed.get("kinds", {}).get(each.place, each.incoming.kind),
        }
        for each in planned or ()
    ]
    context = {"token": token, "rows": rows, "kinds": DocumentKind.choices, "error": error}
    return render(request, "documents/exchange_import.html", context, status=400 if error else 200)


@require_POST
@with_product
def import_run(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Import what was chosen in the preview."""
    access.require(Role.EDITOR, to="importing documents")
    token = request.POST.get("token", "")
    chosen = _read_choice(request)
    try:
        result = run_import(access, product, token, **chosen)
    except PilothouseError as refused:
        error = refused if isinstance(refused, NotFoundError) else form_error(refused)
        planned = _plan_again(access, product, token)
        return _show_import(request, token if planned else "", planned, error, chosen)
    undo = product_url("documents:import-undo", product, result.public_id)
    messages.success(request, _say_imported(result), extra_tags=f"undo:{undo}")
    documents = [*result.created, *result.updated]
    if len(documents) == 1:
        return redirect(documents[0].url)
    return redirect(product_url("documents:home", product))


def _read_choice(request: HttpRequest) -> dict[str, Any]:
    places = [read_number(text) for text in request.POST.getlist("take")[:1000]]
    kinds = {
        place: request.POST[f"kind-{place}"]
        for place in places
        if place is not None and f"kind-{place}" in request.POST
    }
    return {"places": [place for place in places if place is not None], "kinds": kinds}


def _plan_again(access: Access, product: ProductView, token: str) -> list[PlannedImport] | None:
    try:
        return plan_import(access, product, token)
    except PilothouseError:
        return None


def _say_imported(result: ImportResult) -> str:
    new, changed = len(result.created), len(result.updated)
    parts = [f"{new} new"] if new else []
    parts += [f"{changed} with a new version"] if changed else []
    many = "document" if new + changed == 1 else "documents"
    return f"Imported {new + changed} {many}: {', '.join(parts)}"


@require_POST
@with_product
def import_undo(
    request: HttpRequest, access: Access, product: ProductView, document_import_id: str
) -> HttpResponse:
    """Take an import back."""
    count = undo_import(access, product, document_import_id)
    many = "document" if count == 1 else "documents"
    messages.success(request, f"Undone: the import of {count} {many}")
    return redirect(product_url("documents:home", product))


@require_GET
@with_product
def document_export(
    request: HttpRequest, _access: Access, product: ProductView, document_id: str, extension: str
) -> HttpResponse:
    """A document as a file to save."""
    document = get_document(product, document_id)
    if extension not in FORMS:
        raise NotFoundError("a document is not written in this form.", value=extension)
    file = export_document(product, document, extension, request.build_absolute_uri)
    return download(file.name, file.body, file.content_type)


@require_GET
@with_product
def vault_export(_request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """All documents as a zip that opens as a vault."""
    file = export_vault(product)
    return download(file.name, file.body, file.content_type)

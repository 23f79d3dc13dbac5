"""Writing: the editor, its drafts, its preview, and what happens when two people save."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.documents.services.documents import (
    DocumentView,
    EditConflictError,
    get_document,
    save_document,
)
from pilothouse.apps.documents.services.drafts import drop_draft, get_draft, keep_draft
from pilothouse.apps.documents.services.rendering import render_document
from pilothouse.apps.documents.services.templates import list_templates
from pilothouse.apps.documents.services.texts import MAX_TITLE, clean_body
from pilothouse.apps.documents.services.versions import compare_texts
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_http_methods(["GET", "POST"])
@with_product
def document_edit(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """The editor. Saving over what one has not seen is refused, and both texts are shown."""
    access.require(Role.EDITOR, to="writing in a document")
    if request.method == "POST":
        return _save(request, access, product, document_id)
    view = get_document(product, document_id)
    draft = get_draft(access, product, document_id)
    typed = {"title": view.title, "body": view.body, "base": view.digest, "note": ""}
    extra: dict[str, Any] = {"draft": draft}
    if draft:
        typed |= {"title": draft.title or view.title, "body": draft.body}
        if draft.base != view.digest:
            extra["comparison"] = compare_texts(view.body, draft.body)
    return _show(request, product, view, typed, extra)


def _save(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("title", "body", "base", "note")}
    view = get_document(product, document_id)
    if request.POST.get("preview"):
        preview = render_document(product, clean_body(typed["body"]), with_guidance=True)
        return _show(request, product, view, typed, {"preview": preview.html})
    try:
        saved = save_document(access, product, document_id, **typed)
    except EditConflictError as error:
        return _tell_conflict(request, access, product, error, typed)
    except PilothouseError as error:
        shown = form_error(error)
        if _wants_json(request):
            return JsonResponse(shown.to_json(), status=400)
        return _show(request, product, view, typed, {"error": shown})
    if _wants_json(request):
        return JsonResponse({"version": saved.version, "base": saved.digest})
    messages.success(request, f"Saved as version {saved.version}.")
    return redirect(saved.url)


def _tell_conflict(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    error: EditConflictError,
    typed: dict[str, str],
) -> HttpResponse:
    current = error.current
    kept = {name: typed[name] for name in ("title", "body", "base")}
    keep_draft(access, product, current.public_id, **kept)
    if _wants_json(request):
        return JsonResponse(error.to_json(), status=409)
    # Whoever saves from here on has seen what stands now.
    typed["base"] = current.digest
    comparison = compare_texts(current.body, clean_body(typed["body"]))
    extra = {"comparison": comparison, "error": error, "status": 409}
    return _show(request, product, current, typed, extra)


def _show(
    request: HttpRequest,
    product: ProductView,
    view: DocumentView,
    typed: dict[str, str],
    extra: dict[str, Any],
) -> HttpResponse:
    template = next((t for t in list_templates() if t.kind == view.kind), None)
    context = {
        "document": view,
        "typed": typed,
        "max_title": MAX_TITLE,
        "sections": template.sections if template else (),
        "preview": "",
        **extra,
    }
    if not context["preview"]:
        body = clean_body(typed["body"]) if not extra.get("error") else view.body
        context["preview"] = render_document(product, body, with_guidance=True).html
    status = extra.get("status") or (400 if extra.get("error") else 200)
    return render(request, "documents/edit.html", context, status=status)


@require_POST
@with_product
def document_draft(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Keep what is typed (autosave), or throw it away (``discard=yes``)."""
    access.require(Role.EDITOR, to="writing in a document")
    if request.POST.get("discard"):
        drop_draft(access, product, document_id)
        messages.success(request, "The draft is thrown away; the saved text stands.")
        return redirect(product_url("documents:document", product, document_id))
    typed = {name: request.POST.get(name, "") for name in ("title", "body", "base")}
    try:
        draft = keep_draft(access, product, document_id, **typed)
    except PilothouseError as error:
        return JsonResponse(form_error(error).to_json(), status=400)
    current = get_document(product, document_id)
    return JsonResponse(
        {
            "is_kept": draft is not None,
            "is_behind": current.digest != typed["base"],
            "version": current.version,
        }
    )


@require_POST
@with_product
def render_text(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """A text as readers will see it, with the guidance of its template."""
    try:
        body = clean_body(request.POST.get("body", ""))
    except PilothouseError as error:
        context = {"error": form_error(error)}
        return render(request, "documents/preview.html", context, status=400)
    page = render_document(product, body, with_guidance=True)
    return render(request, "documents/preview.html", {"text": page.html})

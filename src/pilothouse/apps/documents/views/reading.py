"""Reading a document: its text with live numbers, and what stands beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.documents.models import DocumentKind, DocumentStatus
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.documents.services.comments import list_comments
from pilothouse.apps.documents.services.copying import copy_document
from pilothouse.apps.documents.services.details import set_status, update_document
from pilothouse.apps.documents.services.documents import (
    DocumentView,
    get_document,
    list_folders,
    set_document_deleted,
)
from pilothouse.apps.documents.services.mentions import list_mentioning
from pilothouse.apps.documents.services.rendering import render_document
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import PilothouseError

STATUS_WORDS = {
    DocumentStatus.DRAFT: "Back to draft",
    DocumentStatus.REVIEW: "Asked for review",
    DocumentStatus.PUBLISHED: "Published",
    DocumentStatus.ARCHIVED: "Archived",
}
OPPOSITES = {"delete": "restore", "restore": "delete"}


@require_GET
@with_product
def document(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """One document for reading."""
    view = get_document(product, document_id)
    return show_document(request, access, product, view)


def show_document(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    view: DocumentView,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a document; ``extra`` may hold an ``error`` and what was typed."""
    ref = ObjectRef("document", view.public_id)
    page = render_document(product, view.body)
    given = extra or {}
    context: dict[str, Any] = {
        "document": view,
        "text": page.html,
        "claims": page.claims,
        "threads": list_comments(product, view.public_id),
        "links": list_links(access, ref),
        "ref": ref,
        "mentions": list_mentioning(product, "document", view.public_id),
        "members": [(member.user_public_id, member.name) for member in list_members(access)],
        "folders": list_folders(product),
        "kinds": DocumentKind.choices,
        "may_edit": access.may(Role.EDITOR),
        "may_comment": access.may(Role.COMMENTER),
        "me": access.user_public_id,
        **given,
    }
    status = 400 if given.get("error") else 200
    return render(request, "documents/document.html", context, status=status)


@require_GET
@with_product
def document_print(
    request: HttpRequest, _access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """A clean page for paper: the text, and where its numbers come from."""
    view = get_document(product, document_id)
    page = render_document(product, view.body)
    context = {"document": view, "text": page.html, "claims": page.claims, "product": product}
    return render(request, "documents/print.html", context)


@require_POST
@with_product
def document_check(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Read the sources of this document's numbers now."""
    view = get_document(product, document_id)
    result = check_claims(access, product, document_id=view.public_id)
    if request.headers.get("HX-Request"):
        page = render_document(product, view.body)
        context = {
            "document": view,
            "text": page.html,
            "claims": page.claims,
            "may_edit": access.may(Role.EDITOR),
            "was_checked": True,
        }
        return render(request, "documents/text.html", context)
    messages.success(request, _say_checked(result.checked, result.stale, result.broken))
    return redirect(view.url)


def _say_checked(checked: int, stale: int, broken: int) -> str:
    if not checked:
        return "This document quotes no live number."
    if not stale and not broken:
        return f"{checked} checked: all stand."
    return f"{checked} checked: {stale} stale, {broken} broken."


@require_POST
@with_product
def document_status(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Ask for a review, publish, archive, or take back."""
    status = request.POST.get("status", "")
    try:
        view = set_status(
            access, product, document_id, status, reviewer=request.POST.get("reviewer", "")
        )
    except PilothouseError as error:
        view = get_document(product, document_id)
        return show_document(request, access, product, view, {"error": form_error(error)})
    messages.success(request, f"{STATUS_WORDS[DocumentStatus(view.status)]}: {view.title}")
    return redirect(view.url)


@require_POST
@with_product
def document_details(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Change kind, folder and owner."""
    names = ("kind", "folder", "owner")
    changes = {name: request.POST[name] for name in names if name in request.POST}
    try:
        view = update_document(access, product, document_id, changes)
    except PilothouseError as error:
        view = get_document(product, document_id)
        extra = {"error": form_error(error), "typed": changes}
        return show_document(request, access, product, view, extra)
    messages.success(request, f"Saved: {view.title}")
    return redirect(view.url)


@require_POST
@with_product
def document_act(
    request: HttpRequest, access: Access, product: ProductView, document_id: str, act: str
) -> HttpResponse:
    """Copy, delete or restore a document."""
    if act == "copy":
        copied = copy_document(access, product, document_id)
        messages.success(request, f"Copied: {copied.title}")
        return redirect(copied.url)
    if act not in OPPOSITES:
        raise Http404
    view = set_document_deleted(access, product, document_id, is_deleted=act == "delete")
    undo = product_url("documents:act", product, document_id, OPPOSITES[act])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("documents:home", product.public_id)

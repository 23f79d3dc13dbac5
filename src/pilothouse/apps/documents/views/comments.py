"""Comments on a document: adding, answering, resolving, deleting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pilothouse.apps.documents.services.comments import (
    add_comment,
    set_comment_deleted,
    set_comment_resolved,
)
from pilothouse.apps.documents.services.documents import document_url, get_document
from pilothouse.apps.documents.views.reading import show_document
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError


@require_POST
@with_product
def comment_add(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Say something about a passage, or answer."""
    access.require(Role.COMMENTER, to="commenting")
    typed = {"body": request.POST.get("comment", ""), "quote": request.POST.get("quote", "")}
    parent_id = request.POST.get("parent", "")
    view = get_document(product, document_id)
    try:
        comment = add_comment(access, product, document_id, parent_id=parent_id, **typed)
    except PilothouseError as error:
        extra = {"error": form_error(error), "typed_comment": typed}
        return show_document(request, access, product, view, extra)
    return redirect(f"{view.url}#comment-{parent_id or comment.public_id}")


@require_POST
@with_product
def comment_act(
    request: HttpRequest, access: Access, product: ProductView, comment_id: str, act: str
) -> HttpResponse:
    """Resolve, reopen, delete or restore a comment."""
    if act in {"resolve", "reopen"}:
        view = set_comment_resolved(access, product, comment_id, is_resolved=act == "resolve")
    elif act in {"delete", "restore"}:
        view = set_comment_deleted(access, product, comment_id, is_deleted=act == "delete")
    else:
        raise Http404
    opposite = {"resolve": "reopen", "reopen": "resolve", "delete": "restore", "restore": "delete"}
    undo = product_url("documents:comment-act", product, comment_id, opposite[act])
    words = {"resolve": "Resolved", "reopen": "Open again", "delete": "Deleted"}
    messages.success(request, f"{words.get(act, 'Restored')}: comment", extra_tags=f"undo:{undo}")
    return redirect(f"{document_url(product, view.document_id)}#comments")

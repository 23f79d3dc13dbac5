"""Linking things from any page, and finding what to link or mention."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import form_error, safe_next, with_access
from pilothouse.apps.workspace.services.access import Access, get_product
from pilothouse.apps.workspace.services.links import (
    ObjectRef,
    link_by_words,
    set_link_removed,
)
from pilothouse.apps.workspace.services.search import search
from pilothouse.apps.workspace.views.thoughts import UNDO
from pilothouse.kernel.errors import PilothouseError

MAX_FOUND = 12


@require_GET
@with_access
def objects(request: HttpRequest, access: Access) -> JsonResponse:
    """What can be linked or mentioned, by its words."""
    product_id = request.GET.get("product", "")
    product = get_product(access, product_id) if product_id else None
    hits = search(
        access,
        request.GET.get("q", ""),
        product_id=product.id if product else None,
        limit=MAX_FOUND,
    )
    found = [{"kind": h.kind, "id": h.object_id, "title": h.title, "url": h.url} for h in hits]
    return JsonResponse({"objects": found})


@require_POST
@with_access
def link_add(request: HttpRequest, access: Access, kind: str, object_id: str) -> HttpResponse:
    """Link a thing to another, or to an address outside."""
    given = request.POST
    product_id = given.get("product", "")
    product = get_product(access, product_id) if product_id else None
    source = ObjectRef(kind, object_id)
    try:
        link = link_by_words(
            access, product, source, given.get("target", ""),
            relation=given.get("relation", "relates"), title=given.get("title", ""),
        )  # fmt: skip
    except PilothouseError as error:
        messages.error(request, form_error(error).sentence)
    else:
        undo = reverse("workspace:link-act", args=[link.public_id, "remove"])
        messages.success(request, f"Linked: {link.title}", extra_tags=UNDO + undo)
    return redirect(safe_next(request, reverse("workspace:home")))


@require_POST
@with_access
def link_act(request: HttpRequest, access: Access, link_id: str, act: str) -> HttpResponse:
    """Take a link away, or bring it back."""
    if act not in {"remove", "restore"}:
        raise Http404
    set_link_removed(access, link_id, is_removed=act == "remove")
    opposite = "restore" if act == "remove" else "remove"
    undo = reverse("workspace:link-act", args=[link_id, opposite])
    words = "Unlinked." if act == "remove" else "Linked again."
    messages.success(request, words, extra_tags=UNDO + undo)
    return redirect(safe_next(request, reverse("workspace:home")))

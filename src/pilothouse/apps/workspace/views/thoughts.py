"""Search over everything, and quick capture from anywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, safe_next, with_access
from pilothouse.apps.workspace.models import CaptureKind
from pilothouse.apps.workspace.services.access import Access, get_product
from pilothouse.apps.workspace.services.captures import (
    create_capture,
    get_capture,
    set_capture_deleted,
    set_capture_done,
)
from pilothouse.apps.workspace.services.search import search_everything
from pilothouse.kernel.errors import PilothouseError
from pilothouse.kernel.times import parse_date

UNDO = "undo:"


@require_GET
@with_access
def search_view(request: HttpRequest, access: Access) -> HttpResponse:
    """The search page, and the palette's list of hits when script asks."""
    text = request.GET.get("q", "").strip()
    hits = search_everything(access, text, limit=30) if text else []
    is_fragment = bool(request.headers.get("HX-Request") or request.GET.get("fragment"))
    template = "workspace/search_hits.html" if is_fragment else "workspace/search.html"
    return render(request, template, {"q": text, "hits": hits})


@require_http_methods(["GET", "POST"])
@with_access
def capture(request: HttpRequest, access: Access) -> HttpResponse:
    """Write a thought down; nothing typed is lost when something is wrong with it."""
    if request.method == "GET":
        return render(request, "workspace/capture.html", _capture_context(request.GET))
    given = request.POST
    try:
        product_id = given.get("product", "")
        thought = create_capture(
            access,
            given.get("text", ""),
            kind=given.get("kind") or CaptureKind.NOTE.value,
            due=parse_date(given["due"]) if given.get("due") else None,
            product=get_product(access, product_id) if product_id else None,
        )
    except PilothouseError as error:
        context = _capture_context(given, form_error(error))
        return render(request, "workspace/capture.html", context, status=400)
    undo = reverse("workspace:capture-act", args=[thought.public_id, "delete"])
    messages.success(request, f"Captured: {thought.title}", extra_tags=UNDO + undo)
    return redirect(safe_next(request, reverse("workspace:home")))


@require_GET
@with_access
def capture_detail(request: HttpRequest, access: Access, capture_id: str) -> HttpResponse:
    """One thought, whole."""
    return render(
        request, "workspace/capture_detail.html", {"capture": get_capture(access, capture_id)}
    )


@require_POST
@with_access
def capture_act(request: HttpRequest, access: Access, capture_id: str, act: str) -> HttpResponse:
    """Tick off, reopen, delete or bring back a thought, each undone by its opposite."""
    acts: dict[str, tuple[Any, dict[str, bool], str, str]] = {
        "done": (set_capture_done, {"is_done": True}, "reopen", "Done"),
        "reopen": (set_capture_done, {"is_done": False}, "done", "Back in the inbox"),
        "delete": (set_capture_deleted, {"is_deleted": True}, "restore", "Deleted"),
        "restore": (set_capture_deleted, {"is_deleted": False}, "delete", "Restored"),
    }
    if act not in acts:
        raise Http404
    service, arguments, opposite, words = acts[act]
    thought = service(access, capture_id, **arguments)
    undo = reverse("workspace:capture-act", args=[capture_id, opposite])
    messages.success(request, f"{words}: {thought.title}", extra_tags=UNDO + undo)
    return redirect(safe_next(request, reverse("workspace:home")))


def _capture_context(given: Any, error: PilothouseError | None = None) -> dict[str, Any]:
    return {"values": given, "error": error, "kinds": CaptureKind.choices}

"""Releases: planned, then out; each with its bets and their items."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.backlog.services.items import find_items
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.roadmap.services.releases import (
    ReleaseDraft,
    ReleaseView,
    get_release,
    list_releases,
    save_release,
    set_release_deleted,
    set_released,
)
from pilothouse.apps.roadmap.views.reading import read_day
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_product
def releases(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All releases, those to come first."""
    bets = list_bets(product)
    rows = [
        (release, sum(bet.release_id == release.public_id for bet in bets))
        for release in list_releases(product)
    ]
    context = {"rows": rows, "today": today_of(product), "may_edit": access.may(Role.EDITOR)}
    return render(request, "roadmap/releases.html", context)


@require_GET
@with_product
def release(
    request: HttpRequest, access: Access, product: ProductView, release_id: str
) -> HttpResponse:
    """One release with its bets."""
    return _show(request, access, product, get_release(product, release_id))


@require_http_methods(["GET", "POST"])
@with_product
def release_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Plan a release."""
    return _edit(request, access, product, None)


@require_http_methods(["GET", "POST"])
@with_product
def release_edit(
    request: HttpRequest, access: Access, product: ProductView, release_id: str
) -> HttpResponse:
    """Change a release."""
    return _edit(request, access, product, get_release(product, release_id))


@require_POST
@with_product
def release_act(
    request: HttpRequest, access: Access, product: ProductView, release_id: str, act: str
) -> HttpResponse:
    """Release it, take that back, delete or restore it."""
    if act in {"delete", "restore"}:
        view = set_release_deleted(access, product, release_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        words = "Deleted" if act == "delete" else "Restored"
        undo = product_url("roadmap:release-act", product, release_id, opposite)
        messages.success(request, f"{words}: {view.name}", extra_tags=f"undo:{undo}")
        return redirect("roadmap:releases", product.public_id)
    if act == "release":
        return _release(request, access, product, release_id)
    if act != "take-back":
        raise Http404
    view = set_released(access, product, release_id, released_on=None)
    messages.success(request, f"Not released any more: {view.name}")
    return redirect("roadmap:release", product.public_id, release_id)


def _release(
    request: HttpRequest, access: Access, product: ProductView, release_id: str
) -> HttpResponse:
    typed = request.POST.get("released_on", "")
    try:
        day = read_day(typed) or today_of(product)
        view = set_released(access, product, release_id, released_on=day)
    except PilothouseError as error:
        view, refused = get_release(product, release_id), form_error(error)
        return _show(request, access, product, view, error=refused, typed=typed)
    undo = product_url("roadmap:release-act", product, release_id, "take-back")
    messages.success(request, f"Released: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("roadmap:release", product.public_id, release_id)


def _show(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    view: ReleaseView,
    *,
    error: PilothouseError | None = None,
    typed: str = "",
) -> HttpResponse:
    bets = [bet for bet in list_bets(product) if bet.release_id == view.public_id]
    items = find_items(product, [bet.item_id for bet in bets if bet.item_id])
    ref = ObjectRef("release", view.public_id)
    context = {
        "release": view,
        "rows": [(bet, items.get(bet.item_id)) for bet in bets],
        "done": sum(bet.status == "done" for bet in bets),
        "today": today_of(product),
        "typed": typed or today_of(product).isoformat(),
        "error": error,
        "links": list_links(access, ref),
        "link_source": ref,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/release.html", context, status=400 if error else 200)


def _edit(
    request: HttpRequest, access: Access, product: ProductView, view: ReleaseView | None
) -> HttpResponse:
    access.require(Role.EDITOR, to="saving a release")
    values: Any = {}
    error = None
    if view is not None:
        day = view.planned_on.isoformat() if view.planned_on else ""
        values = {"name": view.name, "planned_on": day, "notes": view.notes}
    if request.method == "POST":
        values = request.POST
        try:
            planned = read_day(values.get("planned_on", ""))
            draft = ReleaseDraft(values.get("name", ""), planned, values.get("notes", ""))
            saved = save_release(access, product, draft, public_id=view.public_id if view else None)
            messages.success(request, f"Saved: {saved.name}")
            return redirect("roadmap:release", product.public_id, saved.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"values": values, "release": view, "error": error}
    return render(request, "roadmap/release_form.html", context, status=400 if error else 200)

"""Outcomes with what their metrics say now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.outcomes import (
    OutcomeDraft,
    OutcomeView,
    get_outcome,
    list_outcomes,
    save_outcome,
    set_outcome_deleted,
)
from pilothouse.apps.roadmap.services.progress import read_progress
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.roadmap.views.reading import read_day, read_decimal, show_number
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_product
def outcomes(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All outcomes, each with its metric's latest value and its bets."""
    found = list_outcomes(product)
    bets = [bet for bet in list_bets(product) if bet.status != "dropped"]
    rows = [
        (progress, [bet for bet in bets if bet.outcome_id == progress.outcome.public_id])
        for progress in read_progress(product, found)
    ]
    context = {
        "rows": rows,
        "today": today_of(product),
        "loose": [bet for bet in bets if not bet.outcome_id and bet.is_open],
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/outcomes.html", context)


@require_GET
@with_product
def outcome(
    request: HttpRequest, access: Access, product: ProductView, outcome_id: str
) -> HttpResponse:
    """One outcome."""
    view = get_outcome(product, outcome_id)
    ref = ObjectRef("outcome", outcome_id)
    context = {
        "progress": read_progress(product, [view])[0],
        "today": today_of(product),
        "bets": [bet for bet in list_bets(product) if bet.outcome_id == outcome_id],
        "links": list_links(access, ref),
        "link_source": ref,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/outcome.html", context)


@require_http_methods(["GET", "POST"])
@with_product
def outcome_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """State an outcome."""
    return _edit(request, access, product, None)


@require_http_methods(["GET", "POST"])
@with_product
def outcome_edit(
    request: HttpRequest, access: Access, product: ProductView, outcome_id: str
) -> HttpResponse:
    """Change an outcome."""
    return _edit(request, access, product, get_outcome(product, outcome_id))


@require_POST
@with_product
def outcome_act(
    request: HttpRequest, access: Access, product: ProductView, outcome_id: str, act: str
) -> HttpResponse:
    """Delete an outcome, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_outcome_deleted(access, product, outcome_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = product_url("roadmap:outcome-act", product, outcome_id, opposite)
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("roadmap:outcomes", product.public_id)


def _edit(
    request: HttpRequest, access: Access, product: ProductView, view: OutcomeView | None
) -> HttpResponse:
    access.require(Role.EDITOR, to="saving an outcome")
    if request.method == "GET":
        return _form(request, product, _values_of(view), view)
    try:
        draft = _read_draft(request.POST)
        saved = save_outcome(access, product, draft, public_id=view.public_id if view else None)
    except PilothouseError as error:
        return _form(request, product, request.POST, view, form_error(error))
    messages.success(request, f"Saved: {saved.title}")
    return redirect("roadmap:outcome", product.public_id, saved.public_id)


def _read_draft(given: Any) -> OutcomeDraft:
    return OutcomeDraft(
        title=given.get("title", ""),
        why=given.get("why", ""),
        metric_id=given.get("metric", ""),
        target=read_decimal(given.get("target", ""), "a target"),
        target_text=given.get("target_text", ""),
        due=read_day(given.get("due", "")),
    )


def _values_of(view: OutcomeView | None) -> dict[str, str]:
    if view is None:
        return {}
    return {
        "title": view.title,
        "why": view.why,
        "metric": view.metric_id,
        "target": show_number(view.target),
        "target_text": view.target_text,
        "due": view.due.isoformat() if view.due else "",
    }


def _form(
    request: HttpRequest,
    product: ProductView,
    values: Any,
    view: OutcomeView | None,
    error: PilothouseError | None = None,
) -> HttpResponse:
    metrics = [(metric.public_id, metric.name) for metric in list_metrics(product)]
    context = {
        "values": values,
        "outcome": view,
        "error": error,
        "metrics": [("", "None yet"), *metrics],
    }
    return render(request, "roadmap/outcome_form.html", context, status=400 if error else 200)

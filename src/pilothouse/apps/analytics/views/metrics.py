"""Metrics: the list with what each says now, ordering, deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.analytics.forms import fields_from_definition
from pilothouse.apps.analytics.services.answers import ask, open_log, take_inventory
from pilothouse.apps.analytics.services.metrics import (
    get_metric,
    list_metrics,
    move_metric,
    set_metric_deleted,
)
from pilothouse.apps.analytics.services.readings import read_metric, read_metrics
from pilothouse.apps.http import product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All metrics with what they say now, and what there is to ask about."""
    context = {
        "readings": read_metrics(product, list_metrics(product)),
        "inventory": take_inventory(product),
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "analytics/home.html", context)


@require_GET
@with_product
def metric(
    request: HttpRequest, access: Access, product: ProductView, metric_id: str
) -> HttpResponse:
    """One metric: its answer, its exact definition, what it says now."""
    view = get_metric(product, metric_id)
    log = open_log(product)
    query = fields_from_definition(view.question.kind, view.question.definition)
    exports = {
        f"{extension}_url": reverse(
            "analytics:export", args=[product.public_id, view.question.kind, extension]
        )
        + f"?{query}"
        for extension in ("csv", "svg", "json")
    }
    context: dict[str, Any] = {
        "metric": view,
        "answer": ask(product, view.question, log),
        "reading": read_metric(product, view, log),
        "edit_url": product_url(f"analytics:{view.question.kind}", product)
        + f"?{query}&metric={view.public_id}",
        "may_edit": access.may(Role.EDITOR),
        **exports,
    }
    return render(request, "analytics/metric.html", context)


@require_POST
@with_product
def metric_act(
    request: HttpRequest, access: Access, product: ProductView, metric_id: str, act: str
) -> HttpResponse:
    """Delete, restore, or move a metric up and down."""
    if act in {"up", "down"}:
        move_metric(access, product, metric_id, by=-1 if act == "up" else 1)
        return redirect("analytics:home", product.public_id)
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_metric_deleted(access, product, metric_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = product_url("analytics:metric-act", product, metric_id, opposite)
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("analytics:home", product.public_id)

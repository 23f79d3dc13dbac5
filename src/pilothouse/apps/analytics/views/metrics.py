"""Metrics: the list with what each says now, saving, ordering, deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.analytics.forms import definition_from_fields, fields_from_definition
from pilothouse.apps.analytics.models import Direction
from pilothouse.apps.analytics.services.answers import ask, open_log, take_inventory
from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    get_metric,
    list_metrics,
    move_metric,
    save_metric,
    set_metric_deleted,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.readings import read_metric, read_metrics
from pilothouse.apps.http import product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError


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


@require_POST
@with_product
def metric_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Save the question of an explorer as a metric, or change the one it came from."""
    kind = request.POST.get("kind", "")
    try:
        fields = QueryDict(request.POST.get("query", ""))
        question = parse_question(kind, definition_from_fields(kind, fields))
        draft = MetricDraft(
            name=request.POST.get("name", ""),
            question=question,
            description=request.POST.get("description", ""),
            direction=request.POST.get("direction", Direction.UP.value),
            is_on_today="today" in request.POST,
        )
        metric_id = request.POST.get("metric") or None
        saved = save_metric(access, product, draft, public_id=metric_id)
    except PilothouseError as error:
        messages.error(request, error.sentence)
        explorer = product_url(f"analytics:{kind}", product) if kind in _KINDS else ""
        back = explorer or product_url("analytics:home", product)
        return redirect(f"{back}?{request.POST.get('query', '')}")
    messages.success(request, f"Saved: {saved.name}")
    return redirect("analytics:metric", product.public_id, saved.public_id)


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


_KINDS = ("trend", "funnel", "retention")

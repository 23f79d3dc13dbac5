"""The scores of an item: what is believed, what was believed, what came true."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.backlog.services.frameworks import MOSCOW, framework_choices
from pilothouse.apps.backlog.services.items import ItemView, get_item
from pilothouse.apps.backlog.services.ranking import next_unscored
from pilothouse.apps.backlog.services.score_inputs import BOX_TITLES, PERIOD, input_list
from pilothouse.apps.backlog.services.scores import (
    ScoreView,
    list_scores,
    save_actuals,
    save_score,
    set_score_ended,
)
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.backlog import PERIODS
from pilothouse.kernel.errors import PilothouseError

PREFIX = "input-"


@require_http_methods(["GET", "POST"])
@with_product
def score(request: HttpRequest, access: Access, product: ProductView, item_id: str) -> HttpResponse:
    """Score an item in one framework; its scores in all of them stand below."""
    item, error = get_item(product, item_id), None
    framework = _framework(request)
    if request.method == "POST":
        try:
            cells = read_cells(request.POST)
            note = request.POST.get("note", "")
            view = save_score(access, product, item_id, framework, cells, note=note)
            messages.success(request, f"Scored: {item.ref} {item.title}")
            return redirect(_after(request, product, view))
        except PilothouseError as refused:
            error = form_error(refused)
    context = _form(product, item, framework, request.POST if error else None)
    context |= {"error": error, "may_edit": access.may(Role.EDITOR)}
    return render(request, "backlog/score.html", context, status=400 if error else 200)


@require_POST
@with_product
def score_act(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    item_id: str,
    *,
    score_id: str,
    act: str,
) -> HttpResponse:
    """Take a score back, put it in force again, or say what came true of it."""
    if act == "came-true":
        return _save_actuals(request, access, product, item_id, score_id)
    if act not in {"end", "restore"}:
        raise Http404
    view = set_score_ended(access, product, item_id, score_id, is_ended=act == "end")
    opposite = "restore" if act == "end" else "end"
    undo = product_url("backlog:score-act", product, item_id, score_id, opposite)
    words = "Taken back" if act == "end" else "In force again"
    messages.success(request, f"{words}: the {view.title} score", extra_tags=f"undo:{undo}")
    return redirect(_score_url(product, view))


def read_cells(given: QueryDict) -> dict[str, str]:
    """The fields of a form that are inputs of a score."""
    return {key.removeprefix(PREFIX): str(given[key]) for key in given if key.startswith(PREFIX)}


def _save_actuals(
    request: HttpRequest, access: Access, product: ProductView, item_id: str, score_id: str
) -> HttpResponse:
    item = get_item(product, item_id)
    try:
        view = save_actuals(access, product, item_id, score_id, read_cells(request.POST))
    except PilothouseError as refused:
        error = form_error(refused)
        context = _form(product, item, _framework(request), None)
        context |= {"error": error, "may_edit": access.may(Role.EDITOR)}
        context["typed_actuals"] = {"id": score_id, "cells": read_cells(request.POST)}
        return render(request, "backlog/score.html", context, status=400)
    messages.success(request, "Noted what came true. It counts in the record of your ranges.")
    return redirect(_score_url(product, view))


def _framework(request: HttpRequest) -> str:
    wanted = request.POST.get("framework") or request.GET.get("framework") or "rice"
    return wanted if wanted in dict(framework_choices()) else "rice"


def _score_url(product: ProductView, view: ScoreView) -> str:
    url = product_url("backlog:score", product, view.item_id)
    return f"{url}?framework={view.framework}"


def _after(request: HttpRequest, product: ProductView, view: ScoreView) -> str:
    """The next item without a score where that was asked for."""
    if "next" not in request.POST:
        return _score_url(product, view)
    following = next_unscored(product, view.framework)
    if following is None:
        messages.info(request, "All open items are scored.")
        return product_url("backlog:ranking", product) + f"?framework={view.framework}"
    return product_url("backlog:score", product, following) + f"?framework={view.framework}"


def _form(
    product: ProductView, item: ItemView, framework: str, given: QueryDict | None
) -> dict[str, Any]:
    scores = list_scores(product, item.public_id)
    current = next((s for s in scores if s.is_current and s.framework == framework), None)
    texts = {key: text for key, _, text in current.texts} if current else {}
    asked: list[dict[str, Any]] = [
        {"key": each.key, "input": each, "value": _typed(given, each.key, texts)}
        for each in input_list(product, framework)
    ]
    period = (current.inputs.get(PERIOD, "") if current else "") or "quarter"
    for row in asked:
        if row["input"].has_period and given is None:
            row["value"] = str(row["value"]).partition("/")[0]
    return {
        "item": item,
        "framework": framework,
        "frameworks": framework_choices(),
        "asked": asked,
        "is_moscow": framework == MOSCOW,
        "boxes": list(BOX_TITLES.items()),
        "box": _typed(given, "box", current.inputs if current else {}),
        "periods": list(PERIODS),
        "period": _typed(given, PERIOD, {PERIOD: period}),
        "note": given.get("note", "") if given else (current.note if current else ""),
        "current": current,
        "scores": scores,
    }


def _typed(given: QueryDict | None, key: str, stored: dict[str, Any]) -> str:
    return str(given.get(PREFIX + key, "")) if given is not None else str(stored.get(key, ""))

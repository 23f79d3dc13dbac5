"""The ranking: who is before whom, how sure that is, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services.batches import undo_url_of
from pilothouse.apps.backlog.services.frameworks import (
    MOSCOW,
    framework_choices,
    get_weights,
    parse_weights,
    set_weights,
)
from pilothouse.apps.backlog.services.ranking import (
    MAX_TOP,
    RankingQuery,
    apply_ranking,
    check_moscow,
    count_hits,
    moscow_cells,
    rank_items,
    ranked_items,
    ranking_cells,
)
from pilothouse.apps.backlog.services.score_inputs import BOX_TITLES
from pilothouse.apps.backlog.templatetags.ranking import is_log
from pilothouse.apps.http import csv_response, form_error, product_url, read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.backlog import Ranked
from pilothouse.kernel.errors import PilothouseError

ROWS_A_PAGE = 100


@require_GET
@with_product
def ranking(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Scored items by score, each with its intervals."""
    query, error = parse_query(request.GET), None
    context = _frame(access, query)
    try:
        if query.framework == MOSCOW:
            context |= _moscow(product, query)
        else:
            context |= _ranked(product, query, request.GET.get("page", "1"))
    except PilothouseError as refused:
        error = form_error(refused)
    context["error"] = error
    return render(request, "backlog/ranking.html", context, status=400 if error else 200)


@require_POST
@with_product
def ranking_apply(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Put the items in this order in the backlog."""
    query = parse_query(request.POST)
    try:
        batch = apply_ranking(access, product, query)
        if batch is None:
            messages.info(request, "The backlog is in this order already.")
        else:
            words = "1 item moved" if batch.items == 1 else f"{batch.items:,} items moved"
            undo = undo_url_of(product, batch)
            messages.success(request, f"{batch.title}; {words}.", extra_tags=f"undo:{undo}")
    except PilothouseError as refused:
        messages.error(request, form_error(refused).sentence)
    return redirect(f"{product_url('backlog:ranking', product)}?{to_query(query)}")


@require_GET
@with_product
def ranking_export(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """The ranking as a CSV file."""
    query = parse_query(request.GET)
    if query.framework == MOSCOW:
        header, rows = moscow_cells(check_moscow(product, query))
    else:
        header, rows = ranking_cells(product, rank_items(product, query))
    simulated = " (simulated)" if product.is_simulated else ""
    name = f"{product.name} {query.framework} ranking{simulated}.csv"
    return csv_response(name, header, rows)


@require_http_methods(["GET", "POST"])
@with_product
def scorecard(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The criteria of the weighted scorecard."""
    error = None
    if request.method == "POST":
        try:
            set_weights(access, product, parse_weights(request.POST.get("weights", "")))
            messages.success(request, "The scorecard is changed.")
            return redirect(f"{product_url('backlog:ranking', product)}?framework=scorecard")
        except PilothouseError as refused:
            error = form_error(refused)
    lines = "\n".join(f"{name} = {weight:g}" for name, weight in get_weights(product).items())
    context = {
        "weights": request.POST.get("weights", "") if error else lines,
        "error": error,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "backlog/scorecard.html", context, status=400 if error else 200)


def parse_query(given: QueryDict) -> RankingQuery:
    """What an address or form asks for; what it does not know is left out."""
    framework = given.get("framework", "rice")
    top = read_number(given.get("top", ""))
    return RankingQuery(
        framework=framework if framework in dict(framework_choices()) else "rice",
        kinds=tuple(each for each in given.getlist("kind") if each in ItemKind.values),
        statuses=tuple(each for each in given.getlist("status") if each in ItemStatus.values),
        top=top if top is not None and 1 <= top <= MAX_TOP else None,
    )


def to_query(query: RankingQuery) -> str:
    """The query string that `parse_query` reads as this."""
    pairs = [("framework", query.framework)]
    pairs += [("kind", each) for each in query.kinds]
    pairs += [("status", each) for each in query.statuses]
    return urlencode(pairs if query.top is None else [*pairs, ("top", str(query.top))])


def _frame(access: Access, query: RankingQuery) -> dict[str, Any]:
    return {
        "query": query,
        "query_text": to_query(query),
        "frameworks": framework_choices(),
        "kinds": ItemKind.choices,
        "statuses": ItemStatus.choices,
        "may_edit": access.may(Role.EDITOR),
    }


def _ranked(product: ProductView, query: RankingQuery, page: str) -> dict[str, Any]:
    view = rank_items(product, query)
    shown = Paginator(view.ranking.rows, ROWS_A_PAGE).get_page(page)
    return {
        "view": view,
        "unscored": view.unscored,
        "unscored_count": view.unscored_count,
        "page": shown,
        "items": ranked_items(product, view, list(shown.object_list)),
        "span": (span := _span(view.ranking.rows)),
        "is_log": is_log(span),
        "period": dict(view.ranking.semantics).get("reach", ""),
        "hits": count_hits(product, query.framework),
    }


def _span(rows: Sequence[Ranked]) -> tuple[float, float]:
    """The lowest and the highest end of all intervals: what the bars are drawn on."""
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)


def _moscow(product: ProductView, query: RankingQuery) -> dict[str, Any]:
    view = check_moscow(product, query)
    boxes = [(BOX_TITLES[key], rows, view.result.efforts[key]) for key, rows in view.boxes.items()]
    return {
        "moscow": view,
        "unscored": view.unscored,
        "unscored_count": view.unscored_count,
        "boxes": boxes,
        "has_rows": any(view.boxes.values()),
    }

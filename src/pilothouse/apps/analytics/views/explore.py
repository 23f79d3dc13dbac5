"""Explorers: ask a trend, a funnel or retention; the address of an answer is its question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from pilothouse.apps.analytics.forms import (
    MEASURES,
    OPERATOR_WORDS,
    PERIODS,
    WINDOWS,
    definition_from_fields,
    fields_from_definition,
)
from pilothouse.apps.analytics.models import Direction, QuestionKind
from pilothouse.apps.analytics.services.answers import (
    Answer,
    Inventory,
    ask,
    take_inventory,
    to_json,
)
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.questions import Question, parse_question
from pilothouse.apps.http import csv_response, download, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.errors import PilothouseError

MIN_STEPS = 2
SPARE_STEPS = 1


@dataclass(frozen=True)
class FilterRow:
    """One line of the filter form."""

    property: str = ""
    operator: str = "is"
    values: str = ""


@require_GET
@with_product
def trend(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """How a measure runs over time."""
    return _explore(request, access, product, "trend")


@require_GET
@with_product
def funnel(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """How many actors take steps in order."""
    return _explore(request, access, product, "funnel")


@require_GET
@with_product
def retention(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Who comes back."""
    return _explore(request, access, product, "retention")


@require_GET
@with_product
def export(
    request: HttpRequest, _access: Access, product: ProductView, kind: str, extension: str
) -> HttpResponse:
    """An answer as a file: csv, svg or json."""
    if kind not in QuestionKind.values or extension not in {"csv", "svg", "json"}:
        raise Http404
    answer = ask(product, parse_question(kind, definition_from_fields(kind, request.GET)))
    name = f"{product.name} {kind}.{extension}"
    if extension == "json":
        return JsonResponse(to_json(answer))
    if extension == "svg":
        body = render(request, "analytics/answer.svg", {"spec": answer.chart}).content
        return download(name, body, "image/svg+xml")
    header, rows = tabulate(answer.chart)
    return csv_response(name, header, rows)


def tabulate(chart: ChartSpec) -> tuple[list[str], list[list[Any]]]:
    """A chart as rows: one a point, with its n and interval."""
    header = ["series", "label", "value", "low", "high", "n", "complete", "note"]
    rows = [
        [series.name, p.label, p.value, p.low, p.high, p.n, "no" if p.immature else "yes", p.note]
        for series in chart.series
        for p in series.points
    ]
    return header, rows


def _explore(request: HttpRequest, access: Access, product: ProductView, kind: str) -> HttpResponse:
    inventory = take_inventory(product)
    fields = (
        request.GET if _is_asked(kind, request.GET) else _first_fields(product, kind, inventory)
    )
    answer, question, error = None, None, None
    if inventory.rows and fields:
        try:
            question = parse_question(kind, definition_from_fields(kind, fields))
            answer = ask(product, question)
        except PilothouseError as refused:
            error = refused
    context = {
        **_form_context(fields, inventory),
        **_answer_context(product, kind, fields, question, answer),
        "kind": kind,
        "error": error,
        "may_save": access.may(Role.EDITOR),
        "metric_id": request.GET.get("metric", ""),
        "metric_name": request.GET.get("name", ""),
    }
    status = 400 if error and request.GET else 200
    return render(request, f"analytics/{kind}.html", context, status=status)


def _is_asked(kind: str, fields: QueryDict) -> bool:
    part = {"trend": "measure", "funnel": "step", "retention": "period"}[kind]
    return part in fields


def _first_fields(product: ProductView, kind: str, inventory: Inventory) -> QueryDict:
    """A first question worth asking: a saved metric's, or one from what there is."""
    for metric in list_metrics(product):
        if metric.question.kind == kind:
            return QueryDict(fields_from_definition(kind, metric.question.definition))
    names = [event.name for event in inventory.events]
    if kind == "funnel" or not names:
        return QueryDict()
    if kind == "trend":
        return QueryDict(urlencode({"event": names[0], "measure": "actors", "period": "day"}))
    return QueryDict(urlencode({"start": names[0], "period": "week", "periods": 8}))


def _form_context(fields: QueryDict, inventory: Inventory) -> dict[str, Any]:
    names = [(event.name, f"{event.name} ({event.count:,})") for event in inventory.events]
    steps = [step for step in fields.getlist("step") if step]
    spare = max(MIN_STEPS - len(steps), SPARE_STEPS)
    filters = [
        FilterRow(name, operator, values)
        for name, operator, values in zip(
            fields.getlist("fp"), fields.getlist("fo"), fields.getlist("fv"), strict=False
        )
        if name
    ]
    return {
        "fields": fields,
        "inventory": inventory,
        "event_options": [("", "any event"), *names],
        "step_options": [("", "(no step)"), *names],
        "property_options": [("", "(none)"), *((name, name) for name in inventory.properties)],
        "steps": [*steps, *[""] * spare],
        "filter_rows": [*filters, FilterRow()],
        "filter_count": len(filters),
        "operators": OPERATOR_WORDS,
        "measures": MEASURES,
        "periods": PERIODS,
        "windows": [(window, window) for window in WINDOWS],
        "directions": Direction.choices,
    }


def _answer_context(
    product: ProductView,
    kind: str,
    fields: QueryDict,
    question: Question | None,
    answer: Answer | None,
) -> dict[str, Any]:
    query = fields.urlencode()
    links = {
        f"{extension}_url": reverse("analytics:export", args=[product.public_id, kind, extension])
        + f"?{query}"
        for extension in ("csv", "svg", "json")
    }
    return {"answer": answer, "question": question, "query": query, **links}

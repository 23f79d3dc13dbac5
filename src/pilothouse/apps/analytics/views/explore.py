"""Explorers: ask a trend, a funnel or retention; the address of an answer is its question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

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
from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    get_metric,
    list_metrics,
    save_metric,
)
from pilothouse.apps.analytics.services.questions import Question, parse_question
from pilothouse.apps.http import csv_response, download, form_error, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

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
    return _explore(request, access, product, "trend", request.GET)


@require_GET
@with_product
def funnel(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """How many actors take steps in order."""
    return _explore(request, access, product, "funnel", request.GET)


@require_GET
@with_product
def retention(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Who comes back."""
    return _explore(request, access, product, "retention", request.GET)


@require_POST
@with_product
def metric_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Save the question of an explorer as a metric, or change the one it came from."""
    kind = request.POST.get("kind", "")
    if kind not in QuestionKind.values:
        raise InvalidValueError("a metric asks a trend, a funnel or retention.", value=kind)
    fields = QueryDict(request.POST.get("query", ""))
    try:
        saved = save_metric(
            access,
            product,
            _read_draft(kind, fields, request.POST),
            public_id=request.POST.get("metric") or None,
        )
    except PilothouseError as refused:
        return _explore(request, access, product, kind, fields, save_error=form_error(refused))
    messages.success(request, f"Saved: {saved.name}")
    return redirect("analytics:metric", product.public_id, saved.public_id)


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


def _explore(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    kind: str,
    given: QueryDict,
    *,
    save_error: PilothouseError | None = None,
) -> HttpResponse:
    inventory = take_inventory(product)
    fields = given if _is_asked(kind, given) else _first_fields(product, kind, inventory)
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
        "save_error": None if error else save_error,
        "may_save": access.may(Role.EDITOR),
        "saving": _saving(product, given, request.POST if save_error else None),
    }
    status = 400 if save_error or (error and given) else 200
    return render(request, f"analytics/{kind}.html", context, status=status)


def _read_draft(kind: str, fields: QueryDict, given: QueryDict) -> MetricDraft:
    return MetricDraft(
        name=given.get("name", ""),
        question=parse_question(kind, definition_from_fields(kind, fields)),
        description=given.get("description", ""),
        direction=given.get("direction", Direction.UP.value),
        is_on_today="today" in given,
    )


def _saving(product: ProductView, fields: QueryDict, typed: QueryDict | None) -> dict[str, Any]:
    """What stands in the form that saves: what was typed, or the metric that is being changed."""
    if typed is not None:
        parts = ("metric", "name", "description", "direction")
        return {part: typed.get(part, "") for part in parts} | {"today": "today" in typed}
    metric_id = fields.get("metric", "")
    if metric_id:
        metric = get_metric(product, metric_id)
        return {
            "metric": metric.public_id,
            "name": metric.name,
            "description": metric.description,
            "direction": metric.direction,
            "today": metric.is_on_today,
        }
    return {"direction": Direction.UP.value, "today": True}


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

"""The delivery forecast and the flow of work; the address of an answer is its question."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import csv_response, download, with_product
from pilothouse.apps.roadmap.services.flow import (
    CLASS_CHOICES,
    DELIVERED,
    WINDOW_CHOICES,
    read_flow,
)
from pilothouse.apps.roadmap.services.forecasts import (
    METHODS,
    SCOPES,
    ForecastQuestion,
    ask_forecast,
    to_forecast_json,
)
from pilothouse.apps.roadmap.views.reading import read_day, read_decimal, read_percent
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.errors import InvalidValueError, PilothouseError


@require_GET
@with_product
def forecast(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """When for how many, and how many by when."""
    answer, error = None, None
    try:
        answer = ask_forecast(product, read_question(request.GET))
    except PilothouseError as refused:
        error = refused
    context = {
        "answer": answer,
        "error": error,
        "fields": request.GET,
        "typed_items": request.GET.get("items", ""),
        "chosen": request.GET.getlist("kind") or DELIVERED,
        "urgent": request.GET.getlist("urgent"),
        "is_refined": any(request.GET.get(name) for name in _REFINEMENTS)
        or bool(request.GET.getlist("urgent")),
        "query": request.GET.urlencode(),
        **_options(),
    }
    return render(request, "roadmap/forecast.html", context, status=400 if error else 200)


@require_GET
@with_product
def forecast_file(
    request: HttpRequest, _access: Access, product: ProductView, extension: str
) -> HttpResponse:
    """The answer as a file: csv, svg or json."""
    if extension not in {"csv", "svg", "json"}:
        raise Http404
    answer = ask_forecast(product, read_question(request.GET))
    if extension == "json":
        return JsonResponse(to_forecast_json(answer))
    chart = answer.charts.get("when") or ChartSpec("line", "Forecast", answer.reason, ())
    name = f"{product.name} forecast.{extension}"
    if extension == "svg":
        body = render(request, "roadmap/forecast.svg", {"spec": chart}).content
        return download(name, body, "image/svg+xml")
    rows = [
        [point.label, point.value, point.low, point.high]
        for series in chart.series
        for point in series.points
    ]
    return csv_response(name, ["by", "chance", "low", "high"], rows)


@require_GET
@with_product
def flow(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """Ageing work, cumulative flow, cycle times, Little's law."""
    report, error = None, None
    given = request.GET
    try:
        weeks = read_whole(given.get("window", ""), "a window in weeks")
        report = read_flow(
            product, kinds=given.getlist("kind"), window_weeks=12 if weeks is None else weeks
        )
    except InvalidValueError as refused:
        error = refused
    context = {
        "report": report,
        "error": error,
        "fields": given,
        "chosen": given.getlist("kind") or DELIVERED,
        **_options(),
    }
    return render(request, "roadmap/flow.html", context, status=400 if error else 200)


def read_question(given: QueryDict) -> ForecastQuestion:
    """The fields of the form as a question; raises ``InvalidValueError``."""
    first = ForecastQuestion()
    capacity = read_percent(given.get("capacity", ""), "a share of the usual capacity")
    window = read_whole(given.get("window", ""), "a window in weeks")
    items = read_whole(given.get("items", ""), "the number of items")
    scope = given.get("scope") or first.scope
    return ForecastQuestion(
        kinds=tuple(given.getlist("kind")),
        window_weeks=first.window_weeks if window is None else window,
        # A number that somebody typed is what they want to know about.
        scope=scope if items is None else "number",
        items=items,
        by=read_day(given.get("by", "")),
        start_weeks=read_whole(given.get("start", ""), "weeks until the start") or 0,
        capacity=1.0 if capacity is None else capacity,
        split_rate=read_percent(given.get("split", ""), "growth of the scope") or 0.0,
        urgent=tuple(given.getlist("urgent")),
        method=given.get("method") or first.method,
    )


def read_whole(text: str, what: str) -> int | None:
    """A whole number; None for an empty field; raises ``InvalidValueError``."""
    number = read_decimal(text, what)
    if number is None:
        return None
    if not abs(number) < 1e9 or number != int(number):
        raise InvalidValueError(f"{what} is a whole number.", value=text)
    return int(number)


_REFINEMENTS = ("start", "capacity", "split", "method")


def _options() -> dict[str, Any]:
    return {
        "classes": CLASS_CHOICES,
        "windows": WINDOW_CHOICES,
        "scopes": [(key, words) for key, words in SCOPES.items() if key != "number"],
        "methods": list(METHODS.items()),
    }

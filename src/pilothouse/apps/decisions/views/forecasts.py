"""Forecasts: the list with its one line, making, saying something else, resolving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.decisions.forms import (
    read_day,
    read_forecast,
    read_probability,
    read_range,
    read_resolution,
    show_estimate,
    show_share,
    show_wording,
    twin_query,
)
from pilothouse.apps.decisions.models import ForecastKind
from pilothouse.apps.decisions.services.charts import chart_history
from pilothouse.apps.decisions.services.decisions import name_decisions
from pilothouse.apps.decisions.services.exporting import FORECAST_COLUMNS, forecast_rows
from pilothouse.apps.decisions.services.forecasts import (
    ForecastDraft,
    ForecastKey,
    create_forecast,
    edit_forecast,
    get_forecast,
    list_forecasts,
    list_keys,
    read_keys,
    revise_estimate,
    set_forecast_deleted,
)
from pilothouse.apps.decisions.services.lines import parse_forecast_line
from pilothouse.apps.decisions.services.resolving import (
    look_at_sources,
    reopen_forecast,
    resolve_by_hand,
)
from pilothouse.apps.decisions.services.source_experiment import WANTED
from pilothouse.apps.decisions.services.source_metric import OPERATORS
from pilothouse.apps.decisions.services.sources import list_resolvers
from pilothouse.apps.decisions.services.texts import today_of
from pilothouse.apps.decisions.services.track_record import MAX_READ
from pilothouse.apps.http import csv_response, form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError
from pilothouse.kernel.texts import split_list
from pilothouse.kernel.times import parse_zone

STATES = [("", "All"), ("open", "Open"), ("due", "Due"), ("resolved", "Resolved")]
PAGE_SIZE = 100
OUTCOMES = {
    ForecastKind.BINARY: [("yes", "Yes, it came"), ("no", "No, it did not"), ("void", "Void")],
    ForecastKind.NUMERIC: [("value", "This number"), ("void", "Void")],
    ForecastKind.DATE: [
        ("date", "It came on this day"), ("never", "Not by the last day"), ("void", "Void"),
    ],
}  # fmt: skip
LEVELS = [("50%", "50 %"), ("80%", "80 %"), ("90%", "90 %"), ("95%", "95 %")]


@require_http_methods(["GET", "POST"])
@with_product
def forecasts(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All forecasts; a POST makes one from a line."""
    error, line = None, request.POST.get("line", "")
    if request.method == "POST":
        try:
            made = _make_from_line(access, product, line)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(
                request, f"{made.ref}: {made.question}", extra_tags=_undo(product, made.public_id)
            )
            return redirect(product_url("decisions:forecasts", product))
    else:
        look_at_sources(product)
    chosen = {name: request.GET.get(name, "") for name in ("state", "person", "topic")}
    everything = list_keys(product)
    wanted = [each for each in everything if _is_wanted(each, chosen)]
    page = Paginator(wanted, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "forecasts": read_keys(product, list(page.object_list)),
        "total": len(everything),
        "states": STATES,
        "people": sorted({each.person for each in everything}),
        "topics": sorted({topic for each in everything for topic in each.topics}),
        "chosen": chosen,
        "line": line,
        "error": error,
        "may_comment": access.may(Role.COMMENTER),
    }
    return render(request, "decisions/forecasts.html", context, status=400 if error else 200)


@require_GET
@with_product
def forecasts_file(_request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """All forecasts as a table that the calibration command reads too."""
    rows = forecast_rows(product, list_forecasts(product, limit=MAX_READ))
    return csv_response(f"{product.name} forecasts.csv", FORECAST_COLUMNS, rows)


@require_http_methods(["GET", "POST"])
@with_product
def forecast_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """A forecast with everything that it can have."""
    if request.method == "GET":
        return _form(request, product, _first_values(request, access, product))
    try:
        made = create_forecast(access, product, read_forecast(request.POST))
    except PilothouseError as error:
        return _form(request, product, request.POST.dict(), error=form_error(error))
    messages.success(request, f"{made.ref}: {made.question}")
    return redirect(made.url)


@require_GET
@with_product
def forecast(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str
) -> HttpResponse:
    """One forecast with its history, and what came."""
    look_at_sources(product, public_id=forecast_id)
    return _page(request, access, product, forecast_id)


@require_POST
@with_product
def forecast_edit(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str
) -> HttpResponse:
    """Change the wording or the last day, in the open."""
    given = request.POST
    try:
        changes: dict[str, Any] = {
            name: given[name] for name in ("question", "criteria", "unit") if name in given
        }
        if "topics" in given:
            changes["topics"] = split_list(given["topics"])
        day = read_day(given.get("resolve_by", ""))
        if day is not None:
            changes["resolve_by"] = day
        view = edit_forecast(access, product, forecast_id, changes)
    except PilothouseError as error:
        return _page(request, access, product, forecast_id, edit_error=form_error(error))
    messages.success(request, f"Saved: {view.question}")
    return redirect(view.url)


@require_POST
@with_product
def estimate(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str
) -> HttpResponse:
    """Say something else."""
    kind = get_forecast(product, forecast_id).kind
    try:
        view = revise_estimate(
            access,
            product,
            forecast_id,
            probability=read_probability(request.POST.get("probability", "")),
            said=read_range(kind.value, request.POST),
            note=request.POST.get("note", ""),
        )
    except PilothouseError as error:
        return _page(request, access, product, forecast_id, estimate_error=form_error(error))
    messages.success(request, "Said anew; what was said before stays.")
    return redirect(view.url)


@require_POST
@with_product
def resolve(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str
) -> HttpResponse:
    """Say what came, or correct it."""
    try:
        view = resolve_by_hand(access, product, forecast_id, read_resolution(request.POST))
    except PilothouseError as error:
        return _page(request, access, product, forecast_id, resolve_error=form_error(error))
    undo = product_url("decisions:forecast-act", product, forecast_id, "reopen")
    messages.success(request, f"Resolved: {view.question}", extra_tags=f"undo:{undo}")
    return redirect(view.url)


@require_POST
@with_product
def forecast_act(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str, act: str
) -> HttpResponse:
    """Delete, restore, reopen, or have the source read now."""
    if act == "reopen":
        view = reopen_forecast(access, product, forecast_id)
        messages.success(request, f"Reopened: {view.question}")
        return redirect(view.url)
    if act == "look":
        access.require(Role.COMMENTER, to="having a source read")
        view = get_forecast(product, forecast_id)
        resolved = look_at_sources(product, public_id=forecast_id, force=True)
        words = "Resolved" if resolved else "Its source cannot judge yet"
        messages.info(request, f"{words}: {view.question}")
        return redirect(view.url)
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_forecast_deleted(access, product, forecast_id, is_deleted=act == "delete")
    undo = _undo(product, forecast_id, "restore" if act == "delete" else "delete")
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.question}", extra_tags=undo)
    return redirect(product_url("decisions:forecasts", product))


def _make_from_line(access: Access, product: ProductView, line: str) -> Any:
    said = parse_forecast_line(line, today_of(product))
    draft = ForecastDraft(
        said.question, said.resolve_by, probability=said.probability, topics=said.topics
    )
    return create_forecast(access, product, draft)


def _page(
    request: HttpRequest, access: Access, product: ProductView, forecast_id: str, **errors: Any
) -> HttpResponse:
    view = get_forecast(product, forecast_id)
    reference = ObjectRef("forecast", forecast_id)
    is_mine = view.maker_id == access.user_id
    typed_estimate = request.POST.dict() if "estimate_error" in errors else {}
    context = {
        "forecast": view,
        "chart": chart_history(view, parse_zone(product.zone)),
        "values": request.POST,
        "estimate_values": {**show_estimate(view), **typed_estimate, "kind": view.kind.value},
        "edit_values": show_wording(view) | (request.POST.dict() if "edit_error" in errors else {}),
        "outcomes": OUTCOMES[view.kind],
        "twin_query": twin_query(view),
        "levels": LEVELS,
        "links": list_links(access, reference),
        "link_source": reference,
        "may_say": access.may(Role.EDITOR) or (is_mine and access.may(Role.COMMENTER)),
        "may_edit": access.may(Role.EDITOR),
        "may_comment": access.may(Role.COMMENTER),
        **errors,
    }
    return render(request, "decisions/forecast.html", context, status=400 if errors else 200)


def _form(
    request: HttpRequest,
    product: ProductView,
    values: dict[str, Any],
    *,
    error: PilothouseError | None = None,
) -> HttpResponse:
    kind = values.get("kind", "")
    if kind not in ForecastKind.values:
        kind = ForecastKind.BINARY.value
    sources = {
        name: resolver
        for name, resolver in list_resolvers().items()
        if kind in {each.value for each in resolver.kinds}
    }
    context = {
        "values": {"level": "80%", "operator": "at-least", **values, "kind": kind},
        "kinds": ForecastKind.choices,
        "levels": LEVELS,
        "sources": [("", "By hand"), *((name, each.label) for name, each in sources.items())],
        "targets": {
            name: [("", "choose one"), *((t.public_id, t.name) for t in each.list_targets(product))]
            for name, each in sources.items()
        },
        "operators": list(OPERATORS.items()),
        "wanted": list(WANTED.items()),
        "decisions": [("", "none"), *name_decisions(product)],
        "error": error,
    }
    return render(request, "decisions/forecast_form.html", context, status=400 if error else 200)


def _first_values(request: HttpRequest, access: Access, product: ProductView) -> dict[str, Any]:
    """An empty form, or one begun by an address or a captured thought."""
    given: QueryDict = request.GET
    values: dict[str, Any] = {**given.dict(), "person": access.user_name}
    capture_id = given.get("capture", "")
    if not capture_id:
        return values
    capture = get_capture(access, capture_id)
    values |= {"question": capture.title, "criteria": capture.text}
    try:
        said = parse_forecast_line(capture.text, today_of(product))
    except PilothouseError:
        return values
    return values | {
        "question": said.question,
        "probability": show_share(said.probability),
        "resolve_by": said.resolve_by.isoformat(),
        "topics": ", ".join(said.topics),
        "criteria": "",
    }


def _undo(product: ProductView, forecast_id: str, act: str = "delete") -> str:
    return "undo:" + product_url("decisions:forecast-act", product, forecast_id, act)


def _is_wanted(each: ForecastKey, chosen: dict[str, str]) -> bool:
    state = chosen["state"]
    fits = {
        "open": not each.is_over,
        "due": each.is_due,
        "resolved": each.is_over,
    }.get(state, True)
    return (
        fits
        and (not chosen["person"] or chosen["person"] == each.person)
        and (not chosen["topic"] or chosen["topic"] in each.topics)
    )

"""The brief: writing it, changing it, its size while it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.experiments.forms import (
    LEAST_ARMS,
    empty_values,
    pad_rows,
    read_brief,
    show_brief,
    show_typed,
)
from pilothouse.apps.experiments.models import Direction, MetricKind, Rule, Source
from pilothouse.apps.experiments.services.brief import Brief, check_brief
from pilothouse.apps.experiments.services.experiments import get_experiment, save_brief, seal
from pilothouse.apps.experiments.services.planning import list_known, measure_traffic
from pilothouse.apps.experiments.services.sizing import BriefSize, size_brief
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import get_capture, set_capture_done
from pilothouse.apps.workspace.services.links import ObjectRef, add_link, find_objects
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_product
def experiment_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Write a brief down; of an item of the backlog it is begun with its title."""
    if request.method == "GET":
        return _form(request, access, product, _first_values(request, access))
    try:
        saved = save_brief(access, product, read_brief(request.POST))
        _link_item(access, product, saved, request.POST.get("item", ""))
        if request.POST.get("capture"):
            set_capture_done(access, request.POST["capture"], is_done=True)
    except PilothouseError as error:
        typed = show_typed(request.POST)
        return _form(request, access, product, typed, error=form_error(error))
    return _after_saving(request, access, product, saved)


@require_http_methods(["GET", "POST"])
@with_product
def experiment_edit(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """Change a brief; a sealed one with a reason, in the open."""
    view = get_experiment(product, experiment_id)
    if request.method == "GET":
        return _form(request, access, product, show_brief(view.brief), view)
    try:
        draft, reason = read_brief(request.POST), request.POST.get("reason", "")
        saved = save_brief(access, product, draft, public_id=experiment_id, reason=reason)
    except PilothouseError as error:
        typed = show_typed(request.POST)
        return _form(request, access, product, typed, view, error=form_error(error))
    return _after_saving(request, access, product, saved)


@require_GET
@with_product
def size(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """What the brief as typed needs: a part of the form's page. Half a form is no error."""
    try:
        found, error = _size_typed(read_brief(request.GET)), None
    except PilothouseError as refused:
        found, error = None, refused
    context = {"size": found, "error": error, "product": product}
    return render(request, "experiments/size.html", context)


def _after_saving(
    request: HttpRequest, access: Access, product: ProductView, saved: ExperimentView
) -> HttpResponse:
    """On to the page; *Save and seal* seals what has no gaps."""
    if request.POST.get("do") == "seal" and not saved.is_sealed:
        try:
            saved = seal(access, product, saved.public_id)
        except PilothouseError as error:
            typed = show_brief(saved.brief)
            return _form(request, access, product, typed, saved, error=form_error(error))
        messages.success(request, f"Sealed: {saved.name}")
    else:
        messages.success(request, f"Saved: {saved.name}")
    return redirect(saved.url)


def _form(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    values: dict[str, Any],
    view: ExperimentView | None = None,
    *,
    error: PilothouseError | None = None,
) -> HttpResponse:
    known = list_known(product)
    context = {
        "values": values,
        "experiment": view,
        "arms": pad_rows(values["arms"], LEAST_ARMS),
        "guardrails": pad_rows(values["guardrail"]),
        "secondary": pad_rows(values["secondary"]),
        "sources": Source.choices,
        "kinds": MetricKind.choices,
        "directions": Direction.choices,
        "rules": Rule.choices,
        "events": known.events,
        "properties": known.properties,
        "traffic": measure_traffic(product, values.get("exposure_event", "")),
        "size": _size_shown(view, error),
        "members": [member.name for member in list_members(access)],
        "target": view.url + "edit/" if view else product_url("experiments:new", product),
        "error": error,
    }
    return render(request, "experiments/form.html", context, status=400 if error else 200)


def _size_shown(view: ExperimentView | None, error: PilothouseError | None) -> BriefSize | None:
    """The size of what is saved; that of what is typed is asked for by the page."""
    if view is None or error is not None:
        return None
    try:
        return size_brief(view.brief)
    except PilothouseError:
        return None


def _size_typed(brief: Brief) -> BriefSize | None:
    named = brief if brief.name.strip() else Brief(**{**brief.__dict__, "name": "unnamed"})
    return size_brief(check_brief(named))


def _first_values(request: HttpRequest, access: Access) -> dict[str, Any]:
    values = empty_values(access.user_name)
    item_id = request.GET.get("item", "")
    if item_id:
        reference = ObjectRef("item", item_id)
        found = find_objects(access.workspace_id, [reference]).get(reference)
        if found is not None:
            values |= {"name": found.title[:200], "item": item_id}
    capture_id = request.GET.get("capture", "")
    if capture_id:
        capture = get_capture(access, capture_id)
        values |= {"name": capture.title[:200], "hypothesis": capture.text, "capture": capture_id}
    return values


def _link_item(access: Access, product: ProductView, saved: ExperimentView, item_id: str) -> None:
    """The item that the brief was begun from stays linked to it."""
    if not item_id:
        return
    here, item = ObjectRef("experiment", saved.public_id), ObjectRef("item", item_id)
    if item in find_objects(access.workspace_id, [item]):
        add_link(access, product, here, item)

"""Decision records: the list, one record, writing, looking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.decisions.forms import (
    pad_rows,
    read_decision,
    show_decision,
    show_typed,
)
from pilothouse.apps.decisions.models import Cause, Door, Status, Verdict
from pilothouse.apps.decisions.services.decisions import (
    get_decision,
    list_decisions,
    list_revisions,
    name_decisions,
    reverse_decision,
    save_decision,
    set_decision_deleted,
    supersede_decision,
)
from pilothouse.apps.decisions.services.exporting import record_name
from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.decisions.services.premortems import list_premortems
from pilothouse.apps.decisions.services.records import write_record
from pilothouse.apps.decisions.services.resolving import look_at_sources
from pilothouse.apps.decisions.services.reviews import (
    ReviewDraft,
    add_dissent,
    review_decision,
    set_dissent_removed,
)
from pilothouse.apps.decisions.services.views import DecisionView
from pilothouse.apps.experiments.services.experiments import get_experiment
from pilothouse.apps.experiments.services.writing import decision_context
from pilothouse.apps.http import download, form_error, product_url, with_product
from pilothouse.apps.workspace.models import Relation, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.apps.workspace.services.links import (
    ObjectRef,
    add_link,
    find_objects,
    list_links,
)
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import PilothouseError

PAGE_SIZE = 100
ANSWERS = [
    ("", "not to be said now"), ("yes", "Yes"), ("no", "No"), ("void", "It cannot be judged"),
]  # fmt: skip
STATES = [("", "All"), ("due", "Review due"), *Status.choices]


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All records, by status, person and topic."""
    look_at_sources(product)
    everything = list_decisions(product)
    chosen = {name: request.GET.get(name, "") for name in ("status", "person", "topic")}
    wanted = [each for each in everything if _is_wanted(each, chosen)]
    context = {
        "page": Paginator(wanted, PAGE_SIZE).get_page(request.GET.get("page")),
        "total": len(everything),
        "due": sum(each.is_due for each in everything),
        "states": STATES,
        "people": sorted({name for each in everything for name in each.people}),
        "topics": sorted({topic for each in everything for topic in each.topics}),
        "chosen": chosen,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "decisions/home.html", context)


@require_http_methods(["GET", "POST"])
@with_product
def decision_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Write a decision down."""
    if request.method == "GET":
        return _form(request, access, _first_values(request, access, product))
    try:
        saved = save_decision(access, product, read_decision(request.POST))
        _link_experiment(access, product, saved, request.POST.get("experiment", ""))
    except PilothouseError as error:
        return _form(request, access, show_typed(request.POST), error=form_error(error))
    messages.success(request, f"Saved: {saved.title}")
    return redirect(saved.url)


@require_http_methods(["GET", "POST"])
@with_product
def decision_edit(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str
) -> HttpResponse:
    """Change a record; a decided one keeps what it said."""
    view = get_decision(product, decision_id)
    if request.method == "GET":
        return _form(request, access, show_decision(view), view)
    try:
        draft = read_decision(request.POST)
        saved = save_decision(access, product, draft, public_id=decision_id)
    except PilothouseError as error:
        return _form(request, access, show_typed(request.POST), view, error=form_error(error))
    messages.success(request, f"Saved: {saved.title}")
    return redirect(saved.url)


@require_GET
@with_product
def decision(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str
) -> HttpResponse:
    """One record, to be read and printed."""
    look_at_sources(product)
    return _page(request, access, product, decision_id)


@require_GET
@with_product
def decision_record(
    _request: HttpRequest, _access: Access, product: ProductView, decision_id: str
) -> HttpResponse:
    """The record as a Markdown file."""
    view = get_decision(product, decision_id)
    text = write_record(
        product,
        view,
        list_forecasts(product, decision_id=decision_id),
        list_premortems(product, decision_id=decision_id),
    )
    return download(record_name(view), text.encode(), "text/markdown; charset=utf-8")


@require_POST
@with_product
def decision_review(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str
) -> HttpResponse:
    """Write down how it turned out."""
    names = ("happened", "verdict", "cause", "learned", "came_true")
    draft = ReviewDraft(**{name: request.POST.get(name, "") for name in names})
    try:
        view = review_decision(access, product, decision_id, draft)
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, product, decision_id, review_error=refused)
    messages.success(request, f"Reviewed: {view.title}")
    return redirect(view.url)


@require_POST
@with_product
def decision_dissent(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str
) -> HttpResponse:
    """Note who disagreed and why."""
    who, why = request.POST.get("who", ""), request.POST.get("why", "")
    try:
        view = add_dissent(access, product, decision_id, who, why)
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, product, decision_id, dissent_error=refused)
    messages.success(request, "Dissent noted")
    return redirect(view.url)


@require_POST
@with_product
def dissent_act(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    *,
    decision_id: str,
    dissent_id: str,
    act: str,
) -> HttpResponse:
    """Take a dissent out of a record, or bring it back."""
    opposite = {"remove": "restore", "restore": "remove"}.get(act)
    if opposite is None:
        raise Http404
    view = set_dissent_removed(access, product, decision_id, dissent_id, is_removed=act == "remove")
    undo = product_url("decisions:dissent-act", product, decision_id, dissent_id, opposite)
    words = "Removed" if act == "remove" else "Restored"
    messages.success(request, f"{words}: a dissent", extra_tags=f"undo:{undo}")
    return redirect(view.url)


@require_POST
@with_product
def decision_act(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str, act: str
) -> HttpResponse:
    """Delete, restore, reverse or supersede."""
    if act in {"delete", "restore"}:
        is_deleted = act == "delete"
        view = set_decision_deleted(access, product, decision_id, is_deleted=is_deleted)
        opposite = "restore" if is_deleted else "delete"
        undo = product_url("decisions:decision-act", product, decision_id, opposite)
        words = "Deleted" if is_deleted else "Restored"
        messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
        return redirect(product_url("decisions:home", product) if is_deleted else view.url)
    if act == "reverse":
        view = reverse_decision(access, product, decision_id)
    elif act == "supersede":
        view = supersede_decision(access, product, decision_id, request.POST.get("by", ""))
    else:
        raise Http404
    messages.success(request, f"{view.status.label}: {view.title}")
    return redirect(view.url)


def _page(
    request: HttpRequest, access: Access, product: ProductView, decision_id: str, **errors: Any
) -> HttpResponse:
    view = get_decision(product, decision_id)
    forecasts = list_forecasts(product, decision_id=decision_id)
    reference = ObjectRef("decision", decision_id)
    context = {
        "decision": view,
        "forecasts": forecasts,
        "expectation": next((each for each in forecasts if each.is_expectation), None),
        "premortems": list_premortems(product, decision_id=decision_id),
        "links": list_links(access, reference),
        "link_source": reference,
        "revisions": list_revisions(product, decision_id),
        "verdicts": Verdict.choices,
        "causes": Cause.choices,
        "answers": ANSWERS,
        "typed": request.POST,
        "may_edit": access.may(Role.EDITOR),
        "may_comment": access.may(Role.COMMENTER),
        "others": name_decisions(product, with_drafts=False, but=decision_id)
        if view.status != Status.DRAFT
        else [],
        **errors,
    }
    return render(request, "decisions/decision.html", context, status=400 if errors else 200)


def _form(
    request: HttpRequest,
    access: Access,
    values: dict[str, Any],
    view: DecisionView | None = None,
    *,
    error: PilothouseError | None = None,
) -> HttpResponse:
    context = {
        "values": values,
        "rows": pad_rows(values.get("options") or []),
        "decision": view,
        "doors": Door.choices,
        "members": [member.name for member in list_members(access)],
        "error": error,
    }
    return render(request, "decisions/form.html", context, status=400 if error else 200)


def _first_values(request: HttpRequest, access: Access, product: ProductView) -> dict[str, Any]:
    """An empty form, or one begun by a captured thought or by an experiment."""
    values: dict[str, Any] = {"door": Door.UNKNOWN.value, "driver": access.user_name}
    capture_id = request.GET.get("capture", "")
    if capture_id:
        capture = get_capture(access, capture_id)
        values |= {"title": capture.title, "context": capture.text, "capture": capture_id}
    experiment_id = request.GET.get("experiment", "")
    if experiment_id:
        experiment = get_experiment(product, experiment_id)
        values |= {"title": experiment.name, "context": decision_context(experiment)}
        values |= {"experiment": experiment_id, "driver": experiment.brief.owner}
    return values


def _link_experiment(
    access: Access, product: ProductView, saved: DecisionView, experiment_id: str
) -> None:
    """The decision rests on the experiment that it was begun from."""
    experiment = ObjectRef("experiment", experiment_id)
    if experiment_id and find_objects(access.workspace_id, [experiment]):
        here = ObjectRef("decision", saved.public_id)
        add_link(access, product, here, experiment, Relation.EVIDENCE.value)


def _is_wanted(each: DecisionView, chosen: dict[str, str]) -> bool:
    status = chosen["status"]
    return (
        (not status or each.status == status or (status == "due" and each.is_due))
        and (not chosen["person"] or chosen["person"] in each.people)
        and (not chosen["topic"] or chosen["topic"] in each.topics)
    )

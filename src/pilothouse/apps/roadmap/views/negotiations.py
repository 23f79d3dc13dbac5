"""Negotiation sheets: the list, the sheet with its live cut line, the agreement, the print."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.backlog.services.items import list_items
from pilothouse.apps.http import download, form_error, product_url, with_product
from pilothouse.apps.roadmap.services.flow import CLASS_CHOICES, DELIVERED, WINDOW_CHOICES
from pilothouse.apps.roadmap.services.negotiation_files import write_markdown
from pilothouse.apps.roadmap.services.negotiation_sheets import Sheet, agree, read_sheet
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    NegotiationView,
    get_negotiation,
    list_negotiations,
    reopen_negotiation,
    save_negotiation,
    set_negotiation_deleted,
)
from pilothouse.apps.roadmap.services.promise_views import PromiseView
from pilothouse.apps.roadmap.services.promises import (
    list_promises,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.roadmap.views import negotiation_forms as forms
from pilothouse.apps.roadmap.views.promises import read_due
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError

MOST_OFFERED = 200
OPEN_STATUSES = ("doing", "ready", "exploring", "new")


@require_http_methods(["GET", "POST"])
@with_product
def negotiations(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All sheets; a new one from a title and a wished date."""
    error = None
    if request.method == "POST":
        try:
            view = save_negotiation(access, product, _first_draft(product, request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            return redirect("roadmap:negotiation", product.public_id, view.public_id)
    context = {
        "rows": list_negotiations(product),
        "may_edit": access.may(Role.EDITOR),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "roadmap/negotiations.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_product
def negotiation(
    request: HttpRequest, access: Access, product: ProductView, negotiation_id: str
) -> HttpResponse:
    """One sheet; POST saves it as typed."""
    view = get_negotiation(product, negotiation_id)
    if request.method == "GET":
        return _show(request, access, product, view)
    try:
        draft = forms.read_draft(request.POST)
        save_negotiation(access, product, draft, public_id=negotiation_id)
    except PilothouseError as refused:
        return _show(request, access, product, view, error=form_error(refused))
    messages.success(request, f"Saved: {draft.title}")
    return redirect("roadmap:negotiation", product.public_id, negotiation_id)


@require_POST
@with_product
def live(
    request: HttpRequest, access: Access, product: ProductView, negotiation_id: str
) -> HttpResponse:
    """The options and the cut line of what is typed; nothing is kept."""
    view = get_negotiation(product, negotiation_id)
    is_open = access.may(Role.EDITOR) and not view.is_agreed
    context: dict[str, Any] = {"negotiation": view, "may_edit": is_open}
    try:
        draft = forms.read_draft(request.POST)
        # Only what is computed from matters here: a half-typed name is no reason to stop.
        plain = replace(draft, title=draft.title or "-", stakeholders=())
        context |= _live_context(product, read_sheet(product, plain))
    except PilothouseError as refused:
        context |= _live_context(product, _without_terms(product, view, request.POST))
        context["error"] = form_error(refused)
    status = 400 if "error" in context else 200
    return render(request, "roadmap/negotiation_live.html", context, status=status)


@require_POST
@with_product
def agree_on(
    request: HttpRequest, access: Access, product: ProductView, negotiation_id: str
) -> HttpResponse:
    """Close the sheet with a deal, which becomes promises."""
    try:
        view, made = agree(access, product, negotiation_id, forms.read_agreement(request.POST))
    except PilothouseError as refused:
        error = form_error(refused)
        view = get_negotiation(product, negotiation_id)
        return _show(request, access, product, view, agree_error=error)
    count = "1 promise" if len(made) == 1 else f"{len(made)} promises"
    messages.success(request, f"Agreed: {view.title}; {count} made")
    return redirect("roadmap:negotiation", product.public_id, negotiation_id)


@require_GET
@with_product
def sheet(
    request: HttpRequest, _access: Access, product: ProductView, negotiation_id: str
) -> HttpResponse:
    """The option sheet on one page, for print."""
    view = get_negotiation(product, negotiation_id)
    context = {
        "negotiation": view,
        "sheet": read_sheet(product, view.draft),
        "promises": _promises_of(product, view),
        "currency": product.currency,
    }
    return render(request, "roadmap/negotiation_sheet.html", context)


@require_GET
@with_product
def sheet_file(
    _request: HttpRequest, _access: Access, product: ProductView, negotiation_id: str
) -> HttpResponse:
    """The option sheet as Markdown."""
    view = get_negotiation(product, negotiation_id)
    text = write_markdown(
        product, view, read_sheet(product, view.draft), _promises_of(product, view)
    )
    return download(f"{view.title}.md", text.encode(), "text/markdown; charset=utf-8")


@require_POST
@with_product
def act_on(
    request: HttpRequest, access: Access, product: ProductView, negotiation_id: str, act: str
) -> HttpResponse:
    """Delete, restore or reopen a sheet."""
    if act == "reopen":
        view = reopen_negotiation(access, product, negotiation_id)
        messages.success(request, f"Open again: {view.title}. Its promises stay as they are.")
        return redirect("roadmap:negotiation", product.public_id, negotiation_id)
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_negotiation_deleted(access, product, negotiation_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = product_url("roadmap:negotiation-act", product, negotiation_id, opposite)
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("roadmap:negotiations", product.public_id)


def _show(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    view: NegotiationView,
    *,
    error: PilothouseError | None = None,
    agree_error: PilothouseError | None = None,
) -> HttpResponse:
    shown = read_sheet(product, view.draft)
    typed = forms.show_typed(request.POST) if error else forms.show_draft(view.draft)
    if error:
        shown = _without_terms(product, view, request.POST)
    ref = ObjectRef("negotiation", view.public_id)
    context = {
        "negotiation": view,
        "links": list_links(access, ref),
        "link_source": ref,
        "typed": typed,
        "chosen": typed["kinds"] or DELIVERED,
        "agreement": request.POST if agree_error else None,
        "promise_rows": _promise_rows(request.POST if agree_error else None, shown),
        "promises": _promises_of(product, view),
        "error": error,
        "agree_error": agree_error,
        "today": today_of(product),
        "may_edit": access.may(Role.EDITOR) and not view.is_agreed,
        "may_reopen": access.may(Role.EDITOR),
        "classes": CLASS_CHOICES,
        "windows": WINDOW_CHOICES,
        "weights": forms.weights(),
        **_live_context(product, shown),
    }
    status = 400 if error or agree_error else 200
    return render(request, "roadmap/negotiation.html", context, status=status)


def _live_context(product: ProductView, shown: Sheet) -> dict[str, Any]:
    listed = set(shown.draft.item_ids)
    offered = [
        (item.public_id, f"{item.ref} {item.title}")
        for item in list_items(product, statuses=OPEN_STATUSES, limit=MOST_OFFERED)
        if item.public_id not in listed
    ]
    return {
        "sheet": shown,
        "offered": [("", "Choose an item"), *offered],
        "currency": product.currency,
    }


def _without_terms(product: ProductView, view: NegotiationView, given: QueryDict) -> Sheet:
    """The kept sheet with the typed list of items: for terms that make no sense as typed."""
    items = forms.order_items(given) or view.draft.item_ids
    try:
        return read_sheet(product, replace(view.draft, item_ids=items))
    except PilothouseError:
        return read_sheet(product, view.draft)


def _promises_of(product: ProductView, view: NegotiationView) -> list[PromiseView]:
    if not view.promises:
        return []
    every = list_promises(product, open_only=False)
    return [each for each in every if each.negotiation_id == view.public_id]


def _promise_rows(given: QueryDict | None, shown: Sheet) -> list[dict[str, str]]:
    """The promises that the agreement would make: typed, or one for each stakeholder."""
    if given is not None:
        return forms.show_promises(given)
    deal = shown.deals[0] if shown.deals else None
    what = deal.what if deal else ""
    due = deal.day.isoformat() if deal and deal.day else shown.draft.due.isoformat()
    stock = {"what": what, "due": due, "amount": str(deal.scope) if deal else ""}
    rows = [{**stock, "to": p.name, "role": p.role} for p in shown.draft.stakeholders]
    return rows or [{**stock, "to": "", "role": ""}]


def _first_draft(product: ProductView, given: QueryDict) -> NegotiationDraft:
    """A new sheet: with what is ready and in progress on its list, if wanted."""
    draft = NegotiationDraft(title=given.get("title", ""), due=read_due(given.get("due", "")))
    if "with_ready" not in given:
        return draft
    items = list_items(product, kinds=DELIVERED, statuses=("doing", "ready"), limit=100)
    return replace(draft, item_ids=tuple(item.public_id for item in items))

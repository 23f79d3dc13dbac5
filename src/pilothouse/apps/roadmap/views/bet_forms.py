"""Placing a bet, by hand or from a backlog item, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pilothouse.apps.backlog.services.items import find_items, list_items
from pilothouse.apps.http import form_error, product_url, safe_next, with_product
from pilothouse.apps.roadmap.models import BetStatus, Horizon, ValueSource
from pilothouse.apps.roadmap.services.bets import (
    BetDraft,
    BetView,
    create_bet,
    get_bet,
    update_bet,
)
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.outcomes import list_outcomes
from pilothouse.apps.roadmap.services.quarters import (
    list_quarters,
    name_quarter,
    parse_quarter,
    today_of,
)
from pilothouse.apps.roadmap.services.releases import list_releases
from pilothouse.apps.roadmap.services.teams import list_teams
from pilothouse.apps.roadmap.services.worths import Loan, read_loan
from pilothouse.apps.roadmap.views.reading import (
    read_decimal,
    read_percent,
    read_prefixed,
    show_number,
    show_percent,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError

QUARTERS_OFFERED = 12
ITEMS_OFFERED = 300
OPEN_ITEMS = ("new", "exploring", "ready", "doing")


@require_http_methods(["GET", "POST"])
@with_product
def bet_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Place a bet, by hand or from a backlog item (``?item=``)."""
    access.require(Role.EDITOR, to="placing a bet")
    item_id = (request.POST if request.method == "POST" else request.GET).get("item", "")
    loan = read_loan(product, item_id) if item_id else None
    if request.method == "GET":
        return _form(request, product, _first_values(request.GET, loan), loan=loan)
    try:
        view = create_bet(access, product, _read_draft(request.POST, loan))
    except PilothouseError as error:
        return _form(request, product, request.POST, loan=loan, error=form_error(error))
    undo = product_url("roadmap:bet-act", product, view.public_id, "delete")
    messages.success(request, f"Placed: {view.title}", extra_tags=f"undo:{undo}")
    return redirect(safe_next(request, product_url("roadmap:home", product)))


@require_http_methods(["GET", "POST"])
@with_product
def bet_edit(
    request: HttpRequest, access: Access, product: ProductView, bet_id: str
) -> HttpResponse:
    """Change a bet."""
    access.require(Role.EDITOR, to="changing a bet")
    view = get_bet(product, bet_id)
    item_id = request.POST.get("item", "") if request.method == "POST" else view.item_id
    loan = _try_loan(product, item_id)
    if request.method == "GET":
        return _form(request, product, _values_of(view), bet=view, loan=loan)
    try:
        view, batch = update_bet(access, product, bet_id, _read_draft(request.POST, loan))
    except PilothouseError as error:
        typed = form_error(error)
        return _form(request, product, request.POST, bet=view, loan=loan, error=typed)
    undo = product_url("roadmap:moves-undo", product, batch) if batch else ""
    words = "Saved and moved" if batch else "Saved"
    messages.success(request, f"{words}: {view.title}", extra_tags=undo and f"undo:{undo}")
    return redirect("roadmap:bet", product.public_id, bet_id)


def _try_loan(product: ProductView, item_id: str) -> Loan | None:
    # An item that was deleted since must not keep its bet from being changed.
    if not item_id or not find_items(product, [item_id]):
        return None
    return read_loan(product, item_id)


def _read_draft(given: QueryDict, loan: Loan | None) -> BetDraft:
    value = read_decimal(given.get("value", ""), "a value")
    rice = show_number(loan.rice) if loan else ""
    is_rice = value is not None and show_number(value) == rice
    return BetDraft(
        title=given.get("title", ""),
        note=given.get("note", ""),
        item_id=given.get("item", ""),
        outcome_id=given.get("outcome", ""),
        release_id=given.get("release", ""),
        horizon=given.get("horizon", ""),
        quarter=parse_quarter(given.get("quarter", "")),
        efforts=read_prefixed(given, "effort-", "an effort in person-weeks"),
        value=value,
        value_source=ValueSource.RICE.value if is_rice else ValueSource.OWN.value,
        confidence=read_percent(given.get("confidence", ""), "a confidence"),
        status=given.get("status") or BetStatus.PLANNED.value,
    )


def _first_values(given: QueryDict, loan: Loan | None) -> dict[str, str]:
    values = {
        "horizon": given.get("horizon", Horizon.LATER.value),
        "quarter": given.get("quarter", ""),
        "outcome": given.get("outcome", ""),
        "release": given.get("release", ""),
        "title": given.get("title", ""),
    }
    if loan is not None:
        values |= {
            "item": loan.item.public_id,
            "title": loan.item.title,
            "value": show_number(loan.rice),
            "confidence": show_percent(loan.confidence),
        }
    return values


def _values_of(view: BetView) -> dict[str, str]:
    return {
        "title": view.title,
        "note": view.note,
        "item": view.item_id,
        "outcome": view.outcome_id,
        "release": view.release_id,
        "horizon": view.horizon,
        "quarter": view.quarter_name,
        "value": show_number(view.value),
        "confidence": show_percent(view.confidence),
        "status": view.status,
        **{f"effort-{key}": show_number(weeks) for key, weeks in view.efforts.items()},
    }


def _form(
    request: HttpRequest,
    product: ProductView,
    values: Any,
    *,
    bet: BetView | None = None,
    loan: Loan | None = None,
    error: PilothouseError | None = None,
) -> HttpResponse:
    teams = list_teams(product)
    context = {
        "values": values,
        "bet": bet,
        "loan": loan,
        "error": error,
        "efforts": [(team, values.get(f"effort-{team.public_id}", "")) for team in teams],
        "outcomes": [("", "None yet"), *((o.public_id, o.title) for o in list_outcomes(product))],
        "releases": [("", "None"), *((r.public_id, r.name) for r in list_releases(product))],
        "items": _offered_items(product, values.get("item", "")),
        "horizons": Horizon.choices,
        "statuses": BetStatus.choices,
        "quarters": _offered_quarters(product, values.get("quarter", "")),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "currency": product.currency,
        "rule": RULE,
    }
    return render(request, "roadmap/bet_form.html", context, status=400 if error else 200)


def _offered_items(product: ProductView, chosen: str) -> list[tuple[str, str]]:
    items = list_items(
        product, statuses=("new", "exploring", "ready", "doing"), limit=ITEMS_OFFERED
    )
    offered = [(item.public_id, f"{item.ref} {item.title}") for item in items]
    if chosen and chosen not in dict(offered):
        found = find_items(product, [chosen]).values()
        offered += [(item.public_id, f"{item.ref} {item.title}") for item in found]
    return [("", "None"), *offered]


def _offered_quarters(product: ProductView, chosen: str) -> list[tuple[str, str]]:
    names = [name_quarter(day) for day in list_quarters(today_of(product), QUARTERS_OFFERED)]
    if chosen and chosen not in names:
        names.insert(0, chosen)
    return [("", "No quarter"), *((name, name) for name in names)]

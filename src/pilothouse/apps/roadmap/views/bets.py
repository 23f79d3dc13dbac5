"""One bet: everything known of it, its status, what it needs, how audiences are told of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.backlog.services.items import find_items
from pilothouse.apps.http import form_error, product_url, safe_next, with_product
from pilothouse.apps.roadmap.models import BetStatus
from pilothouse.apps.roadmap.services.audiences import (
    WordingDraft,
    check_words,
    list_wordings,
    save_wording,
)
from pilothouse.apps.roadmap.services.bets import (
    BetView,
    get_bet,
    list_bets,
    set_bet_deleted,
    set_bet_status,
)
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.dependencies import (
    add_dependency,
    find_breaches,
    remove_dependency,
)
from pilothouse.apps.roadmap.services.moves import list_moves, summarise_moves
from pilothouse.apps.roadmap.services.teams import list_teams
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_product
def bet(request: HttpRequest, access: Access, product: ProductView, bet_id: str) -> HttpResponse:
    """One bet with everything known of it."""
    return _show_bet(request, access, product, get_bet(product, bet_id))


def _show_bet(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    view: BetView,
    *,
    error: PilothouseError | None = None,
    typed: Any = None,
) -> HttpResponse:
    others = list_bets(product)
    moves = list_moves(product, view.public_id)
    teams = {team.public_id: team for team in list_teams(product)}
    ref = ObjectRef("bet", view.public_id)
    context = {
        "bet": view,
        "item": find_items(product, [view.item_id]).get(view.item_id) if view.item_id else None,
        "efforts": [(teams[key], weeks) for key, weeks in view.efforts.items() if key in teams],
        "needs": [other for other in others if other.public_id in view.needs],
        "needed_by": [other for other in others if view.public_id in other.needs],
        "may_need": [
            (other.public_id, other.title)
            for other in others
            if other.public_id != view.public_id and other.public_id not in view.needs
        ],
        "breaches": [
            each for each in find_breaches(others) if each.bet.public_id == view.public_id
        ],
        "moves": moves,
        "moved": summarise_moves(moves, product.now),
        "wordings": list_wordings(product, view),
        "title_findings": check_words(product, view, view.title),
        "statuses": BetStatus.choices,
        "links": list_links(access, ref),
        "link_source": ref,
        "rule": RULE,
        "error": error,
        "typed": typed or {},
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/bet.html", context, status=400 if error else 200)


@require_POST
@with_product
def bet_act(
    request: HttpRequest, access: Access, product: ProductView, bet_id: str, act: str
) -> HttpResponse:
    """Delete, restore, set the status, or say what the bet needs."""
    if act in {"delete", "restore"}:
        view = set_bet_deleted(access, product, bet_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = product_url("roadmap:bet-act", product, bet_id, opposite)
        words = "Deleted" if act == "delete" else "Restored"
        messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
        home = product_url("roadmap:home", product)
        # The bet's own page is gone with it.
        return redirect(home if act == "delete" else safe_next(request, home))
    acts = {"status": _set_status, "need": _add_need, "unneed": _remove_need}
    if act not in acts:
        raise Http404
    try:
        acts[act](request, access, product, bet_id)
    except PilothouseError as error:
        view, refused = get_bet(product, bet_id), form_error(error)
        return _show_bet(request, access, product, view, error=refused, typed=request.POST)
    return redirect(safe_next(request, product_url("roadmap:bet", product, bet_id)))


@require_POST
@with_product
def bet_wording(
    request: HttpRequest, access: Access, product: ProductView, bet_id: str
) -> HttpResponse:
    """Say how the bet is told to an audience."""
    given = request.POST
    draft = WordingDraft(given.get("audience", ""), given.get("title", ""), given.get("text", ""))
    try:
        wording = save_wording(access, product, bet_id, draft)
    except PilothouseError as error:
        view, refused = get_bet(product, bet_id), form_error(error)
        return _show_bet(request, access, product, view, error=refused, typed=given)
    if wording.findings:
        sentence = f"Saved, but withheld from {wording.audience_name.lower()}: it "
        messages.warning(request, sentence + wording.findings[0].sentence)
    else:
        messages.success(request, f"Saved for {wording.audience_name.lower()}.")
    return redirect(product_url("roadmap:bet", product, bet_id) + "#wordings")


def _set_status(request: HttpRequest, access: Access, product: ProductView, bet_id: str) -> None:
    before = get_bet(product, bet_id).status
    # The form of an undo posts to an address that carries the wish itself.
    wish = request.POST.get("status") or request.GET.get("status", "")
    view = set_bet_status(access, product, bet_id, wish)
    if view.status != before:
        undo = product_url("roadmap:bet-act", product, bet_id, "status") + f"?status={before}"
        words = f"{view.title} is {BetStatus(view.status).label.lower()}"
        messages.success(request, words, extra_tags=f"undo:{undo}")


def _add_need(request: HttpRequest, access: Access, product: ProductView, bet_id: str) -> None:
    add_dependency(access, product, bet_id, request.POST.get("needs", ""))


def _remove_need(request: HttpRequest, access: Access, product: ProductView, bet_id: str) -> None:
    remove_dependency(access, product, bet_id, request.POST.get("needs", ""))

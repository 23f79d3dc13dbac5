"""The board of now, next and later; the timeline; moving bets and undoing that."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import product_url, safe_next, with_product
from pilothouse.apps.roadmap.models import Horizon
from pilothouse.apps.roadmap.services.boards import QUARTERS_SHOWN, build_board, build_timeline
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.moves import move_bet, undo_moves
from pilothouse.apps.roadmap.services.quarters import add_quarters, parse_quarter
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

GROUPS = (("outcome", "Outcome"), ("team", "Team"))


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """What is bet on now, next and later."""
    outcome = request.GET.get("outcome", "")
    board = build_board(product, outcome)
    context = {
        "board": board,
        "outcome": outcome,
        "outcome_options": [
            ("", "All outcomes"),
            *((o.public_id, o.title) for o in board.outcomes),
        ],
        "horizons": Horizon.choices,
        "rule": RULE,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/home.html", context)


@require_GET
@with_product
def timeline(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Bets by quarter, in rows of outcomes or teams."""
    group = "team" if request.GET.get("group") == "team" else "outcome"
    first, error = _read_first(request.GET.get("from", ""))
    shown = build_timeline(product, group=group, first=first)
    context = {
        "timeline": shown,
        "group": group,
        "groups": GROUPS,
        "first": _code(shown.quarters[0]),
        "before": _code(add_quarters(shown.quarters[0], -QUARTERS_SHOWN // 2)),
        "after": _code(add_quarters(shown.quarters[0], QUARTERS_SHOWN // 2)),
        "error": error,
        "rule": RULE,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/timeline.html", context, status=400 if error else 200)


@require_POST
@with_product
def bet_move(
    request: HttpRequest, access: Access, product: ProductView, bet_id: str
) -> HttpResponse:
    """Move a bet to a horizon or a quarter, and to a place in the order."""
    given = request.POST
    batch = move_bet(
        access,
        product,
        bet_id,
        horizon=given.get("horizon") or None,
        quarter=parse_quarter(given.get("quarter", "")),
        before=given.get("before", ""),
    )
    if batch.moved:
        undo = product_url("roadmap:moves-undo", product, batch.public_id)
        messages.success(request, f"Moved: {batch.label}", extra_tags=f"undo:{undo}")
    return redirect(safe_next(request, product_url("roadmap:home", product)))


@require_POST
@with_product
def moves_undo(
    request: HttpRequest, access: Access, product: ProductView, batch_id: str
) -> HttpResponse:
    """Take moves back."""
    batch = undo_moves(access, product, batch_id)
    messages.success(request, f"Taken back: {batch.label}")
    return redirect(safe_next(request, product_url("roadmap:home", product)))


def _read_first(text: str) -> tuple[date | None, PilothouseError | None]:
    try:
        return parse_quarter(text), None
    except InvalidValueError as error:
        return None, error


def _code(quarter: date) -> str:
    return f"{quarter.year:04d}-Q{(quarter.month + 2) // 3}"

"""How audiences see the roadmap, secret links for outsiders, and what those show."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_product
from pilothouse.apps.roadmap.models import Audience, BetStatus, Horizon
from pilothouse.apps.roadmap.services.audiences import ToldBet, list_told_bets
from pilothouse.apps.roadmap.services.confidence import HALF_LIFE
from pilothouse.apps.roadmap.services.shares import (
    ShareDraft,
    create_share,
    list_shares,
    open_share,
    revoke_share,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

FIRST_VALUES = {"audience": "customers", "days": "90", "shows_quarters": "on"}
LIVES = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until revoked")]


@require_GET
@with_product
def audience(
    request: HttpRequest, access: Access, product: ProductView, audience: str
) -> HttpResponse:
    """The roadmap as an audience is told it, with what its wordings get wrong."""
    if audience not in Audience.values:
        raise Http404
    told = list_told_bets(product, audience)
    context = {
        "audience": Audience(audience),
        "audiences": Audience.choices,
        "sections": _sections(told),
        "faults": [bet for bet in told if bet.findings],
        "told": told,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/audience.html", context)


@require_http_methods(["GET", "POST"])
@with_product
def shares(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The secret links; an owner makes one here and sees it this once."""
    values: Any = FIRST_VALUES
    error, link = None, ""
    if request.method == "POST":
        values = request.POST
        try:
            _, token = create_share(access, product, _read_draft(values))
            link = request.build_absolute_uri(reverse("roadmap-shared", args=[token]))
            values = FIRST_VALUES
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "shares": list_shares(product),
        "audiences": Audience.choices,
        "lives": LIVES,
        "values": values,
        "error": error,
        "link": link,
        "may_share": access.may(Role.OWNER),
    }
    return render(request, "roadmap/shares.html", context, status=400 if error else 200)


@require_POST
@with_product
def share_revoke(
    request: HttpRequest, access: Access, product: ProductView, share_id: str
) -> HttpResponse:
    """End a link."""
    view = revoke_share(access, product, share_id)
    messages.success(request, f"Revoked: {view.name}")
    return redirect("roadmap:shares", product.public_id)


@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What the holder of a secret link sees; outside of login."""
    try:
        roadmap = open_share(token)
    except NotFoundError as error:
        raise Http404 from error
    context = {
        "roadmap": roadmap,
        "sections": _sections(roadmap.bets),
        "half_life": HALF_LIFE,
    }
    response = render(request, "roadmap/shared.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # The address is the key: it must not travel on to other sites.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _sections(bets: Any) -> list[tuple[str, str, list[ToldBet]]]:
    done = [bet for bet in bets if bet.status == BetStatus.DONE]
    rest = [bet for bet in bets if bet.status != BetStatus.DONE]
    sections = [
        (horizon.value, horizon.label, [bet for bet in rest if bet.horizon == horizon])
        for horizon in Horizon
    ]
    return [*sections, ("done", "Done", done)]


def _read_draft(given: Any) -> ShareDraft:
    typed = given.get("days", "")
    days = read_number(typed) if typed else None
    if typed and days is None:
        raise InvalidValueError("how long a link works is a number of days.", value=typed)
    return ShareDraft(
        name=given.get("name", ""),
        audience=given.get("audience", ""),
        days=days,
        shows_quarters="shows_quarters" in given,
        shows_efforts="shows_efforts" in given,
        shows_values="shows_values" in given,
    )

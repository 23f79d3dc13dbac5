"""Offers: beside each other, one by one, and the negotiation of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.offer_forms import (
    read_criteria_form,
    read_offer,
    read_sheet_form,
    show_offer,
    show_typed,
)
from pilothouse.apps.jobs.services.briefs import list_choices
from pilothouse.apps.jobs.services.offer_sheets import (
    OfferSheet,
    agree,
    compare_all,
    read_sheet,
    save_sheet,
)
from pilothouse.apps.jobs.services.offers import (
    OfferView,
    get_offer,
    list_offers,
    read_criteria,
    save_criteria,
    save_offer,
    set_offer_deleted,
)
from pilothouse.apps.roadmap.models import Weight
from pilothouse.apps.roadmap.services.negotiations import StakeholderView
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

SPARE = 2


@require_http_methods(["GET", "POST"])
@with_access
def offers(request: HttpRequest, access: Access) -> HttpResponse:
    """One's offers compared; a POST saves the values they are compared by."""
    error: PilothouseError | None = None
    criteria = read_criteria(access)
    rows = [(name, f"{weight:g}") for name, weight in criteria.weights.items()]
    typed = {"years": str(criteria.years), "point_price": f"{criteria.point_price:.12g}"}
    if request.method == "POST":
        try:
            save_criteria(access, read_criteria_form(request.POST))
            messages.success(request, "Saved; everything was reckoned anew.")
            return redirect("jobs:offers")
        except PilothouseError as refused:
            error = form_error(refused)
            pairs = (request.POST.getlist(name) for name in ("criterion", "weight"))
            rows = [pair for pair in zip(*pairs, strict=False) if any(pair)]
            typed = {name: request.POST.get(name, "") for name in typed}
    context = {
        "groups": compare_all(access), "criteria": [*rows, *[("", "")] * SPARE], "typed": typed,
        "error": error,
    }  # fmt: skip
    return render(request, "jobs/offers.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Enter an offer."""
    return _form(request, access, None)


@require_http_methods(["GET", "POST"])
@with_access
def offer(request: HttpRequest, access: Access, offer_id: str) -> HttpResponse:
    """An offer, to be changed."""
    return _form(request, access, get_offer(access, offer_id))


@require_http_methods(["GET", "POST"])
@with_access
def negotiation(request: HttpRequest, access: Access, offer_id: str) -> HttpResponse:
    """The sheet of its negotiation: what is asked for, who is at the table, the cut line."""
    found = read_sheet(access, offer_id)
    error: PilothouseError | None = None
    typed = _show_sheet(found)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "agree":
                agree(access, offer_id, request.POST.get("agreed_text", ""))
                messages.success(request, "Saved: what was agreed")
            else:
                save_sheet(access, offer_id, read_sheet_form(request.POST))
                messages.success(request, "Saved; the chances were reckoned anew.")
            return redirect("jobs:offer-negotiation", offer_id)
        except PilothouseError as refused:
            error = form_error(refused)
            typed = _show_typed_sheet(request, found)
    context = {
        "sheet": found, "offer": found.offer, "typed": typed, "weights": Weight.choices,
        "may_edit": True, "error": error,
    }  # fmt: skip
    return render(request, "jobs/offer_negotiation.html", context, status=400 if error else 200)


@require_POST
@with_access
def offer_act(request: HttpRequest, access: Access, offer_id: str, act: str) -> HttpResponse:
    """Delete an offer, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_offer_deleted(access, offer_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.name}")
        return redirect(view.url)
    undo = reverse("jobs:offer-act", args=[offer_id, "restore"])
    messages.success(request, f"Deleted: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("jobs:offers")


def _form(request: HttpRequest, access: Access, found: OfferView | None) -> HttpResponse:
    criteria = list(read_criteria(access).weights)
    error: PilothouseError | None = None
    values = show_offer(found, criteria)
    if request.method == "POST":
        try:
            draft = read_offer(request.POST, criteria)
            saved = save_offer(access, draft, found.public_id if found else "")
            messages.success(request, f"Saved: {saved.name}")
            return redirect("jobs:offers")
        except PilothouseError as refused:
            error = form_error(refused)
            values = show_typed(request.POST, criteria)
    elif found is None:
        others = list_offers(access)
        values |= {"currency": others[0].currency} if others else {}
        values["application_id"] = request.GET.get("application_id", "")
    applications = [
        ("", "None of my applications"),
        *list_choices(access, values["application_id"]),
    ]
    context = {
        "offer": found, "values": values, "applications": applications, "error": error,
        **(_compared(access, found) if found else {}),
    }  # fmt: skip
    return render(request, "jobs/offer.html", context, status=400 if error else 200)


def _compared(access: Access, found: OfferView) -> dict[str, object]:
    """What an offer comes to, and how likely it is better than each of the others."""
    for group in compare_all(access):
        for offer, figures, chances in group.rows:
            if offer.public_id == found.public_id:
                beside = zip(group.offers, chances, strict=True)
                others = [(other, chance) for other, chance in beside if chance is not None]
                return {"group": group, "figures": figures, "chances": others}
    return {}


def _show_sheet(found: OfferSheet) -> dict[str, object]:
    draft = found.draft
    asks = [(a.what, f"{a.worth:.12g}", f"{a.chance * 100:g}") for a in draft.asks]
    return {
        "asks": [*asks, *[("", "", "")] * SPARE],
        "people": [*draft.people, StakeholderView("")],
        "walk_away": "" if draft.walk_away is None else f"{draft.walk_away:.12g}",
        "confidence": f"{draft.confidence * 100:g}",
        "agreed_text": found.offer.agreed_text,
    }


def _show_typed_sheet(request: HttpRequest, found: OfferSheet) -> dict[str, object]:
    data = request.POST
    if data.get("do") == "agree":
        return _show_sheet(found) | {"agreed_text": data.get("agreed_text", "")}
    names = ("name", "role", "wants", "alternative", "interest", "influence")
    people = zip(*(data.getlist(f"s-{name}") for name in names), strict=False)
    return {
        "asks": list(zip(*(data.getlist(name) for name in ("ask", "worth", "chance")),
                         strict=False)) or [("", "", "")],
        "people": [StakeholderView(*row) for row in people] or [StakeholderView("")],
        "walk_away": data.get("walk_away", ""),
        "confidence": data.get("confidence", ""),
        "agreed_text": found.offer.agreed_text,
    }  # fmt: skip

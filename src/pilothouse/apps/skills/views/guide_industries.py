"""The industries, and starting a product from one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.skills.services.guide import name_competencies
from pilothouse.apps.skills.services.industries import Ask, get_industry, list_industries
from pilothouse.apps.skills.services.industries_start import StartDraft, Started, start_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

PARTS = ("metrics", "items", "outcomes", "documents")
WHOM = {"users": "Of users", "team": "Of the team", "yourself": "Of yourself"}


@require_GET
@with_access
def industries(request: HttpRequest, _access: Access) -> HttpResponse:
    """The five industries side by side."""
    names = name_competencies()
    rows = [
        (pack, [names[skill.competency] for skill in pack.skills]) for pack in list_industries()
    ]
    return render(request, "skills/industries.html", {"rows": rows})


@require_GET
@with_access
def industry(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """All of one industry; ``?q=`` searches its words."""
    pack = get_industry(kind)
    text = request.GET.get("q", "")[:200]
    context = {
        "pack": pack,
        "skills": _named(pack.skills),
        "terms": pack.find_terms(text),
        "text": text,
        "questions": [(WHOM[whom], _named(asks)) for whom, asks in pack.questions.items()],
        "others": [each for each in list_industries() if each.key != kind],
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "skills/industry.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def industry_start(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """Start a product from the pack of an industry."""
    pack = get_industry(kind)
    values: Any = {"zone": "UTC", "currency": "USD", **dict.fromkeys(PARTS, "on")}
    error: PilothouseError | None = None
    if request.method == "POST":
        values = request.POST
        try:
            started = start_product(access, kind, _read_draft(values))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            _tell(request, access, started)
            return redirect("backlog:home", started.product.public_id)
    context = {
        "pack": pack, "values": values, "error": error, "may_edit": access.may(Role.EDITOR),
    }  # fmt: skip
    return render(request, "skills/industry_start.html", context, status=400 if error else 200)


def _read_draft(given: QueryDict) -> StartDraft:
    return StartDraft(
        name=given.get("name", ""),
        description=given.get("description", ""),
        zone=given.get("zone", "").strip() or "UTC",
        currency=given.get("currency", "").strip() or "USD",
        **{f"with_{part}": part in given for part in PARTS},
    )


def _tell(request: HttpRequest, access: Access, started: Started) -> None:
    """Say what was made; whoever may archive a product can undo it at once."""
    product = started.product
    undo = reverse("workspace:product-archive", args=[product.public_id])
    tags = f"undo:{undo}" if access.may(Role.OWNER) else ""
    words = (
        f"Started: {product.name}, with {started.metrics} metrics, {started.items} items, "
        f"{started.outcomes} outcomes, {started.documents} documents"
    )
    messages.success(request, words, extra_tags=tags)


def _named(asks: tuple[Ask, ...]) -> list[tuple[str, Ask]]:
    names = name_competencies()
    return [(names[ask.competency], ask) for ask in asks]

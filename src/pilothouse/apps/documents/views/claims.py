"""Live claims: quoting a number, and deciding about one that no longer stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.documents.forms import (
    claim_choices,
    parse_claim_form,
    parse_source,
    read_amount,
)
from pilothouse.apps.documents.models import ClaimState
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.documents.services.claims import (
    ClaimView,
    accept_claim,
    create_claim,
    get_claim,
    keep_claim,
    list_claims,
    set_tolerance,
)
from pilothouse.apps.documents.services.documents import document_url, get_document
from pilothouse.apps.documents.services.numbers import quote_range, quote_value
from pilothouse.apps.documents.services.sources import SourceContext
from pilothouse.apps.documents.views.reading import show_document
from pilothouse.apps.http import form_error, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import NotFoundError, PilothouseError


@require_GET
@with_product
def claims(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All numbers that the product's documents quote, the unsound first."""
    state = request.GET.get("state", "")
    found = list_claims(product)
    counts = [(each, sum(claim.state == each for claim in found)) for each in ClaimState]
    context = {
        "claims": [claim for claim in found if state in {"", claim.state}],
        "counts": counts,
        "total": len(found),
        "state": state,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "documents/claims.html", context)


@require_POST
@with_product
def claims_check(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Read all sources now."""
    result = check_claims(access, product)
    words = f"{result.checked} checked: {result.stale} stale, {result.broken} broken."
    messages.success(request, words)
    return redirect("documents:claims", product.public_id)


@require_GET
@with_product
def claim_preview(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """What a chosen source says now."""
    context: dict[str, Any] = {"simulated": product.is_simulated}
    try:
        found = SourceContext(product).read(*parse_source(request.GET))
    except PilothouseError as error:
        return render(request, "documents/claim_value.html", {"error": error}, status=400)
    context["found"] = found
    if found.value is not None:
        context["value"] = quote_value(found.value, found.unit, found.currency, found.n)
        context["range"] = quote_range(found.low, found.high, found.unit, found.currency)
    return render(request, "documents/claim_value.html", context)


@require_http_methods(["GET", "POST"])
@with_product
def claim_new(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """Choose a source and quote what it says; the answer is what to put into the text."""
    access.require(Role.EDITOR, to="quoting a number")
    view = get_document(product, document_id)
    context: dict[str, Any] = {"document": view, "values": request.POST or request.GET}
    if request.method == "POST":
        try:
            claim = _quote(request, access, product, document_id)
        except PilothouseError as error:
            context["error"] = error if isinstance(error, NotFoundError) else form_error(error)
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse(context["error"].to_json(), status=400)
        else:
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse({"id": claim.public_id, "markdown": claim.markdown})
            context["claim"] = claim
    context |= claim_choices(product)
    is_part = bool(request.headers.get("HX-Request"))
    name = "documents/claim_form.html" if is_part else "documents/claim_new.html"
    return render(request, name, context, status=400 if context.get("error") else 200)


def _quote(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> ClaimView:
    form = parse_claim_form(request.POST)
    return create_claim(
        access, product, document_id, kind=form.kind, definition=form.definition,
        tolerance=form.tolerance, amount=form.amount, is_shown=True,
    )  # fmt: skip


@require_POST
@with_product
def claim_act(
    request: HttpRequest, access: Access, product: ProductView, claim_id: str, act: str
) -> HttpResponse:
    """Accept the new number, keep the old one for a reason, or allow more."""
    access.require(Role.EDITOR, to="deciding about a number")
    claim = get_claim(product, claim_id)
    try:
        words = _decide(request, access, product, claim_id, act)
    except PilothouseError as error:
        view = get_document(product, claim.document_id)
        extra = {"error": form_error(error), "typed_claim": claim_id, "typed": request.POST}
        return show_document(request, access, product, view, extra)
    messages.success(request, words)
    if request.POST.get("back") == "claims":
        return redirect("documents:claims", product.public_id)
    return redirect(f"{document_url(product, claim.document_id)}#claim-{claim_id}")


def _decide(
    request: HttpRequest, access: Access, product: ProductView, claim_id: str, act: str
) -> str:
    if act == "accept":
        view = accept_claim(access, product, claim_id)
        return f"The text quotes the new number, as version {view.version}."
    if act == "keep":
        keep_claim(access, product, claim_id, request.POST.get("reason", ""))
        return "The number stands, with your reason beside it."
    if act == "tolerance":
        tolerance = request.POST.get("tolerance", "")
        amount = read_amount(request.POST)
        claim = set_tolerance(access, product, claim_id, tolerance, amount, is_shown=True)
        return f"Now {claim.allowed.words}: {claim.state}."
    if act == "check":
        check_claims(access, product, document_id=get_claim(product, claim_id).document_id)
        return "Checked."
    raise Http404

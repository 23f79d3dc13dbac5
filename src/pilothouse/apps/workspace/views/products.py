"""Products: list, create, edit, archive."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.workspace.models import Industry
from pilothouse.apps.workspace.services.access import Access, get_product
from pilothouse.apps.workspace.services.products import (
    ProductDraft,
    archive_product,
    create_product,
    list_products,
    update_product,
)
from pilothouse.apps.workspace.views.thoughts import UNDO
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

WEEK_STARTS = [("0", "Monday"), ("5", "Saturday"), ("6", "Sunday")]


@require_GET
@with_access
def products(request: HttpRequest, access: Access) -> HttpResponse:
    """All products, archived ones apart."""
    every = list_products(access, with_archived=True)
    context = {
        "active": [product for product in every if not product.is_archived],
        "archived": [product for product in every if product.is_archived],
    }
    return render(request, "workspace/products.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def product_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Create a real product."""
    values: Any = {"zone": "UTC", "week_start": "0", "currency": "USD", "industry": "technology"}
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            product = create_product(access, _read_draft(values))
            return redirect("analytics:sources", product.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    return _form(request, values, error, "New product")


@require_http_methods(["GET", "POST"])
@with_access
def product_edit(request: HttpRequest, access: Access, product_id: str) -> HttpResponse:
    """Change a product."""
    edited = get_product(access, product_id)
    values: Any = {**edited.__dict__, "week_start": str(edited.week_start)}
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            update_product(access, product_id, _read_draft(values))
            messages.success(request, "Saved.")
            return redirect("workspace:products")
        except PilothouseError as refused:
            error = form_error(refused)
    return _form(request, values, error, f"Edit {edited.name}")


@require_POST
@with_access
def product_archive(request: HttpRequest, access: Access, product_id: str) -> HttpResponse:
    """Put a product away, or take it back."""
    # The form of an undo posts to an address that carries the wish itself.
    wish = request.POST.get("archived") or request.GET.get("archived", "yes")
    is_archived = wish == "yes"
    product = archive_product(access, product_id, is_archived=is_archived)
    words = "Archived" if is_archived else "Restored"
    undo = reverse("workspace:product-archive", args=[product_id])
    tags = f"{UNDO}{undo}?archived=no" if is_archived else ""
    messages.success(request, f"{words}: {product.name}", extra_tags=tags)
    return redirect("workspace:products")


def _read_draft(given: Any) -> ProductDraft:
    week_start = read_number(given.get("week_start", "0"))
    if week_start is None:
        raise InvalidValueError("the start of the week is a day.", value=given["week_start"])
    return ProductDraft(
        name=given.get("name", ""),
        description=given.get("description", ""),
        zone=given.get("zone", ""),
        week_start=week_start,
        currency=given.get("currency", ""),
        industry=given.get("industry", ""),
    )


def _form(
    request: HttpRequest, values: Any, error: PilothouseError | None, heading: str
) -> HttpResponse:
    context = {
        "values": values,
        "error": error,
        "form_heading": heading,
        "zones": sorted(available_timezones()),
        "industries": Industry.choices,
        "week_starts": WEEK_STARTS,
    }
    return render(request, "workspace/product_form.html", context, status=400 if error else 200)

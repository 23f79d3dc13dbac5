"""Where events come from: write keys, what clients sent, what there is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.analytics.services.answers import take_inventory
from pilothouse.apps.analytics.services.events import count_deliveries
from pilothouse.apps.analytics.services.imports import list_imports
from pilothouse.apps.analytics.services.streams import (
    create_write_key,
    list_write_keys,
    revoke_write_key,
)
from pilothouse.apps.http import form_error, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError

DAYS = 30


@require_GET
@with_product
def events(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """The events and properties there are."""
    inventory = take_inventory(product)
    total = max(inventory.rows, 1)
    rows = [(event, event.count / total) for event in inventory.events]
    return render(request, "analytics/events.html", {"inventory": inventory, "rows": rows})


@require_http_methods(["GET", "POST"])
@with_product
def sources(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Write keys with a snippet to copy, and the book of what was sent."""
    error = None
    if request.method == "POST":
        try:
            create_write_key(access, product, request.POST.get("name", ""))
            messages.success(request, "The write key is ready to use.")
            return redirect("analytics:sources", product.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    keys = list_write_keys(product)
    active = [key for key in keys if not key.is_revoked]
    context = {
        "keys": keys,
        "example_key": active[0].key if active else "",
        "host": f"{request.scheme}://{request.get_host()}",
        "delivery": count_deliveries(product, DAYS, timezone.now()),
        "days": DAYS,
        "error": error,
        "typed_name": request.POST.get("name", ""),
        "inventory": take_inventory(product),
        "imports": list_imports(product)[:5],
        "may_edit": access.may(Role.EDITOR) and not product.is_simulated,
    }
    return render(request, "analytics/sources.html", context, status=400 if error else 200)


@require_POST
@with_product
def key_revoke(
    request: HttpRequest, access: Access, product: ProductView, key_id: str
) -> HttpResponse:
    """Stop taking events under a key."""
    revoke_write_key(access, product, key_id)
    messages.success(request, "Events under this key are refused from now on.")
    return redirect("analytics:sources", product.public_id)

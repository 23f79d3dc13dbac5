"""The first page of documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_product
from pilothouse.apps.workspace.services.access import Access, ProductView


@require_GET
@with_product
def home(request: HttpRequest, _access: Access, _product: ProductView) -> HttpResponse:
    """What there is."""
    return render(request, "documents/home.html", {})

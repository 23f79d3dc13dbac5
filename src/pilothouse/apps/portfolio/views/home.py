"""The first page of portfolio."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.workspace.services.access import Access


@require_GET
@with_access
def home(request: HttpRequest, _access: Access) -> HttpResponse:
    """What there is."""
    return render(request, "portfolio/home.html", {})

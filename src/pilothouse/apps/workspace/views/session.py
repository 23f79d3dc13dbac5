"""Coming in, going out and the first page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse import __version__
from pilothouse.apps.http import with_access
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.login import use_login_token
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.errors import PilothouseError


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """That this is Pilothouse and that it answers; nothing private."""
    return JsonResponse({"name": "pilothouse", "version": __version__})


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """Today of the product last looked at, or the way to a first product."""
    products = list_products(access)
    if not products:
        return redirect("workspace:products")
    ids = [product.public_id for product in products]
    remembered = request.session.get("product_id")
    return redirect("today:home", remembered if remembered in ids else ids[0])


@require_GET
def login_page(request: HttpRequest) -> HttpResponse:
    """How to come in."""
    if request.user.is_authenticated:
        return redirect("workspace:home")
    return render(request, "workspace/login.html")


@require_GET
def login_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a one-time link for a session."""
    try:
        user = use_login_token(token)
    except PilothouseError as error:
        return render(request, "workspace/login.html", {"error": error.sentence}, status=400)
    # A new session key: one that somebody planted before is worth nothing now.
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("workspace:home")


@require_POST
def logout_view(request: HttpRequest) -> HttpResponse:
    """End the session here and on the server."""
    logout(request)
    messages.info(request, "You are logged out.")
    return redirect("workspace:login")

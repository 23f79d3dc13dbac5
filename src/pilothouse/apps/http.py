"""What the views of all apps share: who is asking, about which product, and how to answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from pilothouse.apps.workspace.services.access import (
    Access,
    ProductView,
    get_access,
    get_product,
    open_product,
)
from pilothouse.apps.workspace.services.export import guard_cell
from pilothouse.kernel.errors import ForbiddenError, NotFoundError, PilothouseError

View = Callable[..., HttpResponseBase]


def with_access(view: View) -> View:
    """Give a view the member's ``Access`` to the workspace of the session."""

    @login_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access = get_access(request.user, request.session.get("workspace_id"))  # type: ignore[arg-type]
        request.access = access  # type: ignore[attr-defined]
        return view(request, access, *args, **kwargs)

    return wrapper


def with_product(view: View) -> View:
    """Give a view the ``Access`` and the ``ProductView`` named in the URL; 404 for strangers."""

    @login_required
    @wraps(view)
    def wrapper(
        request: HttpRequest, product_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        access, product = open_product(request.user, product_id)  # type: ignore[arg-type]
        remember_product(request, access, product)
        return view(request, access, product, *args, **kwargs)

    return wrapper


def remember_product(request: HttpRequest, access: Access, product: ProductView) -> None:
    """Keep the product at hand for the frame of the page and for the next visit."""
    request.access = access  # type: ignore[attr-defined]
    request.product = product  # type: ignore[attr-defined]
    if request.session.get("product_id") != product.public_id:
        request.session["product_id"] = product.public_id
    if request.session.get("workspace_id") != access.workspace_id:
        request.session["workspace_id"] = access.workspace_id


def form_error(error: PilothouseError) -> PilothouseError:
    """``error`` for a form that is shown again with what was typed.

    What the member may not do or see is no matter of typing: it is raised on (403, 404).
    """
    if isinstance(error, ForbiddenError | NotFoundError):
        raise error
    return error


def read_number(text: str) -> int | None:
    """A whole number of at most nine digits, which every field and database holds; else None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def product_url(name: str, product: ProductView, *args: Any) -> str:
    """The address of a product's page."""
    return reverse(name, args=[product.public_id, *args])


def csv_response(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A table as a CSV file that no spreadsheet takes for formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guard_cell(cell) for cell in header])
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return download(file_name, text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")


def download(file_name: str, body: bytes, content_type: str) -> HttpResponse:
    """A file to save."""
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    return response


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go on after a form, never to another site."""
    target = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if target.startswith("/") and is_safe else default


def api_product(request: HttpRequest, product_id: str) -> tuple[Access, ProductView]:
    """Who asks with a token, and about which of their products."""
    access: Access = request.auth  # type: ignore[attr-defined]
    return access, get_product(access, product_id)

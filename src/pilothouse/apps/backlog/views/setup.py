"""Saved views and custom fields."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.backlog.forms import status_of
from pilothouse.apps.backlog.models import FieldKind
from pilothouse.apps.backlog.services.fields import list_fields, save_field, set_field_deleted
from pilothouse.apps.backlog.services.saved_views import (
    save_view,
    set_default_view,
    set_view_deleted,
)
from pilothouse.apps.http import form_error, product_url, safe_next, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError


@require_POST
@with_product
def view_save(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Keep the filter and layout of a page under a name."""
    given = request.POST
    view = save_view(
        access, product, given.get("name", ""), given.get("layout", ""), given.get("query", "")
    )
    if "default" in given:
        set_default_view(access, product, view.public_id, is_default=True)
    messages.success(request, f"Saved view: {view.name}")
    return redirect(view.url)


@require_POST
@with_product
def view_act(
    request: HttpRequest, access: Access, product: ProductView, view_id: str, act: str
) -> HttpResponse:
    """Delete a view or bring it back; open the backlog with it or not."""
    if act in {"delete", "restore"}:
        view = set_view_deleted(access, product, view_id, is_deleted=act == "delete")
        opposite, words = ("restore", "Deleted") if act == "delete" else ("delete", "Restored")
        undo = product_url("backlog:view-act", product, view_id, opposite)
        messages.success(request, f"{words} view: {view.name}", extra_tags=f"undo:{undo}")
        # The address of a deleted view would show its filter without its name.
        return redirect(product_url("backlog:home", product))
    if act not in {"default", "no-default"}:
        raise Http404
    view = set_default_view(access, product, view_id, is_default=act == "default")
    words = "The backlog opens with" if view.is_default else "The backlog opens no more with"
    messages.success(request, f"{words} {view.name}")
    return redirect(safe_next(request, view.url))


@require_http_methods(["GET", "POST"])
@with_product
def fields(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The custom fields; one more is added here."""
    return _fields(request, access, product, None)


@require_http_methods(["GET", "POST"])
@with_product
def field(
    request: HttpRequest, access: Access, product: ProductView, field_id: str
) -> HttpResponse:
    """One custom field: its name and its options."""
    if not any(each.public_id == field_id for each in list_fields(product)):
        raise Http404
    return _fields(request, access, product, field_id)


@require_POST
@with_product
def field_act(
    request: HttpRequest, access: Access, product: ProductView, field_id: str, act: str
) -> HttpResponse:
    """Delete a field, or bring it back with the values that items kept."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_field_deleted(access, product, field_id, is_deleted=act == "delete")
    opposite, words = ("restore", "Deleted") if act == "delete" else ("delete", "Restored")
    undo = product_url("backlog:field-act", product, field_id, opposite)
    messages.success(request, f"{words}: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("backlog:fields", product.public_id)


def _fields(
    request: HttpRequest, access: Access, product: ProductView, field_id: str | None
) -> HttpResponse:
    error, given = None, request.POST
    if request.method == "POST":
        try:
            view = save_field(
                access, product, given.get("name", ""), given.get("kind", ""),
                given.get("options", "").splitlines(), public_id=field_id,
            )  # fmt: skip
            messages.success(request, f"Saved: {view.name}")
            return redirect("backlog:fields", product.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    fields_now = list_fields(product)
    edited = next((each for each in fields_now if each.public_id == field_id), None)
    values = {"name": "", "kind": "text", "options": ""}
    if edited:
        options = "\n".join(edited.options)
        values = {"name": edited.name, "kind": edited.kind, "options": options}
    context = {
        "fields": fields_now, "edited": edited, "error": error, "kinds": FieldKind.choices,
        "values": values | (given.dict() if error else {}), "may_edit": access.may(Role.EDITOR),
    }  # fmt: skip
    return render(request, "backlog/fields.html", context, status=status_of(error))

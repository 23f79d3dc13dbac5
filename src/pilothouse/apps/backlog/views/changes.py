"""Changing many items at once, and undoing what was done lately."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.backlog.forms import read_parent, wants_json
from pilothouse.apps.backlog.services.batches import list_batches, undo_batch, undo_url_of
from pilothouse.apps.backlog.services.fields import list_fields
from pilothouse.apps.backlog.services.items import BulkEdit, delete_items, update_items
from pilothouse.apps.backlog.services.pages import matching_ids
from pilothouse.apps.http import product_url, safe_next, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError

NONE = "none"


@require_POST
@with_product
def bulk(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """One change for all chosen items, as one batch."""
    ids = request.POST.getlist("item")
    if "matching" in request.POST:
        ids = matching_ids(product, request.POST.get("matching", ""))
    if "delete" in request.POST:
        batch = delete_items(access, product, ids)
    else:
        batch = update_items(access, product, ids, _read(product, request.POST))
    words = batch.title if batch else "They were all so already"
    undo = undo_url_of(product, batch) if batch else ""
    if wants_json(request):
        return JsonResponse({"title": words, "items": batch.items if batch else 0, "undo": undo})
    messages.success(request, words, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(safe_next(request, product_url("backlog:home", product)))


@require_GET
@with_product
def changes(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """What was changed lately, each with its undo."""
    context = {"batches": list_batches(product), "may_edit": access.may(Role.EDITOR)}
    return render(request, "backlog/changes.html", context)


@require_POST
@with_product
def undo(
    request: HttpRequest, access: Access, product: ProductView, change_id: str
) -> HttpResponse:
    """Put back what a batch changed."""
    done = undo_batch(access, product, change_id)
    if done.left:
        left = ", ".join(done.left[:5]) + (" and more" if len(done.left) > 5 else "")
        messages.warning(request, f"Changed again since and left as it is: {left}")
    if done.batch is not None:
        url = undo_url_of(product, done.batch)
        messages.success(request, done.batch.title, extra_tags=f"undo:{url}")
    return redirect(safe_next(request, product_url("backlog:changes", product)))


def _read(product: ProductView, given: QueryDict) -> BulkEdit:
    """The change that the bar of a list names; a part left at its first choice is left out."""
    values: dict[str, Any] = {name: given[name] for name in ("status", "kind") if given.get(name)}
    owner, parent, field = (given.get(name, "").strip() for name in ("owner", "parent", "field"))
    if owner:
        values["owner_id"] = None if owner == NONE else owner
    if parent:
        is_none = parent.lower() == NONE
        values["parent_id"] = None if is_none else read_parent(product, parent)
    if field:
        values["fields"] = {_key_of(product, field): given.get("field_value", "")}
    change = BulkEdit(values, _tags(given, "add_tags"), _tags(given, "remove_tags"))
    if not values and not change.add_tags and not change.remove_tags:
        raise InvalidValueError("nothing was chosen to change.", remedy="Choose a new value.")
    return change


def _tags(given: QueryDict, name: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in given.get(name, "").split(",") if tag.strip())


def _key_of(product: ProductView, input_name: str) -> str:
    for field in list_fields(product):
        if field.input_name == input_name:
            return field.key
    raise InvalidValueError("there is no such custom field.", value=input_name)

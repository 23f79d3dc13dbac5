"""Backlog for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.backlog.exchange_api import router as exchange_router
from pilothouse.apps.backlog.scoring_api import router as scoring_router
from pilothouse.apps.backlog.services.batches import list_batches, undo_batch
from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.fields import list_fields, save_field, set_field_deleted
from pilothouse.apps.backlog.services.history import list_history, to_change_json
from pilothouse.apps.backlog.services.items import (
    BulkEdit,
    create_item,
    delete_items,
    get_item,
    set_item_deleted,
    to_item_json,
    update_item,
    update_items,
)
from pilothouse.apps.backlog.services.moving import Move, move_item
from pilothouse.apps.backlog.services.pages import filtered_items
from pilothouse.apps.backlog.services.saved_views import list_views, save_view, set_view_deleted
from pilothouse.apps.backlog.services.writing import BatchView
from pilothouse.apps.http import api_product

router = Router()
router.add_router("", exchange_router)
router.add_router("", scoring_router)


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class ItemIn(Strict):
    title: str
    kind: str = "idea"
    body: str = ""
    status: str = "new"
    parent_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    owner_id: str | None = None
    estimate: float | None = None
    due: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    after_id: str | None = None


class ItemPatch(Strict):
    """What is to change. With ``version`` a change made meanwhile is refused, not overwritten."""

    title: str | None = None
    kind: str | None = None
    body: str | None = None
    status: str | None = None
    parent_id: str | None = None
    tags: list[str] | None = None
    owner_id: str | None = None
    estimate: float | None = None
    due: str | None = None
    fields: dict[str, Any] | None = None
    version: int | None = None


class MoveIn(Strict):
    """Where to: beside another item, below a parent (empty: the top), into a status."""

    before_id: str | None = None
    after_id: str | None = None
    parent_id: str | None = None
    status: str | None = None
    from_status: str | None = None


class BulkIn(Strict):
    """One change for many items: values, tags, or deleting them."""

    ids: list[str]
    values: dict[str, Any] = Field(default_factory=dict)
    add_tags: list[str] = Field(default_factory=list)
    remove_tags: list[str] = Field(default_factory=list)
    delete: bool = False


class ViewIn(Strict):
    name: str
    layout: str = "outline"
    query: str = ""


class FieldIn(Strict):
    name: str
    kind: str = "text"
    options: list[str] = Field(default_factory=list)


def _batch_json(batch: BatchView | None) -> dict[str, Any] | None:
    if batch is None:
        return None
    body = asdict(batch)
    return {"id": body.pop("public_id"), **body, "created_at": batch.created_at.isoformat()}


@router.get("items", summary="Items by the filter of the pages, in their order")
def get_items(
    request: HttpRequest,
    product_id: Path[str],
    limit: Query[int] = 100,
    offset: Query[int] = 0,
) -> dict[str, Any]:
    """Takes q, kind, status (or any), tag, owner, parent, due, estimate as the pages do."""
    _, product = api_product(request, product_id)
    count, items = filtered_items(product, request.GET, limit=limit, offset=offset)
    return {
        "simulated": product.is_simulated,
        "count": count,
        "items": [to_item_json(item) for item in items],
    }


@router.post("items", summary="Add an item")
def post_item(request: HttpRequest, product_id: Path[str], payload: ItemIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_item_json(create_item(access, product, ItemDraft(**payload.dict())))


@router.get("items/{item_id}", summary="An item, whole")
def get_one_item(request: HttpRequest, product_id: Path[str], item_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_item_json(get_item(product, item_id))


@router.patch("items/{item_id}", summary="Change an item; what is not named stays")
def patch_item(
    request: HttpRequest, product_id: Path[str], item_id: str, payload: ItemPatch
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    values = payload.dict(exclude_unset=True)
    version = values.pop("version", None)
    return to_item_json(update_item(access, product, item_id, values, version=version))


@router.delete("items/{item_id}", summary="Delete an item (it can be restored)")
def delete_item(request: HttpRequest, product_id: Path[str], item_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    batch = set_item_deleted(access, product, item_id, is_deleted=True)
    return {"id": item_id, "batch": _batch_json(batch)}


@router.post("items/{item_id}/restore", summary="Bring a deleted item back")
def restore_item(request: HttpRequest, product_id: Path[str], item_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    set_item_deleted(access, product, item_id, is_deleted=False)
    return to_item_json(get_item(product, item_id))


@router.post("items/{item_id}/move", summary="Move an item")
def post_move(
    request: HttpRequest, product_id: Path[str], item_id: str, payload: MoveIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_item_json(move_item(access, product, item_id, Move(**payload.dict())))


@router.get("items/{item_id}/history", summary="What became of an item, the newest first")
def get_history(request: HttpRequest, product_id: Path[str], item_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    history = list_history(product, get_item(product, item_id).id)
    return {
        "simulated": product.is_simulated,
        "history": [to_change_json(change) for change in history],
    }


@router.post("bulk", summary="Change or delete many items as one batch")
def post_bulk(request: HttpRequest, product_id: Path[str], payload: BulkIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    if payload.delete:
        return {"batch": _batch_json(delete_items(access, product, payload.ids))}
    change = BulkEdit(payload.values, tuple(payload.add_tags), tuple(payload.remove_tags))
    return {"batch": _batch_json(update_items(access, product, payload.ids, change))}


@router.get("changes", summary="The newest batches of changes")
def get_changes(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"changes": [_batch_json(batch) for batch in list_batches(product)]}


@router.post("changes/{change_id}/undo", summary="Undo a batch")
def post_undo(request: HttpRequest, product_id: Path[str], change_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    done = undo_batch(access, product, change_id)
    return {"batch": _batch_json(done.batch), "left": list(done.left)}


@router.get("views", summary="Saved views")
def get_views(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"views": [_renamed(asdict(view)) for view in list_views(product)]}


@router.post("views", summary="Save a view; one of the same name is replaced")
def post_view(request: HttpRequest, product_id: Path[str], payload: ViewIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = save_view(access, product, payload.name, payload.layout, payload.query)
    return _renamed(asdict(view))


@router.delete("views/{view_id}", summary="Delete a saved view")
def delete_view(request: HttpRequest, product_id: Path[str], view_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return _renamed(asdict(set_view_deleted(access, product, view_id, is_deleted=True)))


@router.get("fields", summary="Custom fields")
def get_fields(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"fields": [_renamed(asdict(field)) for field in list_fields(product)]}


@router.post("fields", summary="Add a custom field")
def post_field(request: HttpRequest, product_id: Path[str], payload: FieldIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return _renamed(
        asdict(save_field(access, product, payload.name, payload.kind, payload.options))
    )


@router.put("fields/{field_id}", summary="Rename a custom field, change its options")
def put_field(
    request: HttpRequest, product_id: Path[str], field_id: str, payload: FieldIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    field = save_field(
        access, product, payload.name, payload.kind, payload.options, public_id=field_id
    )
    return _renamed(asdict(field))


@router.delete("fields/{field_id}", summary="Delete a custom field; items keep their values")
def delete_field(request: HttpRequest, product_id: Path[str], field_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return _renamed(asdict(set_field_deleted(access, product, field_id, is_deleted=True)))


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": body.pop("public_id"), **body}

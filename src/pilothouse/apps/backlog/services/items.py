"""Items: finding, creating, changing, deleting them, one or many at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.batches import undo_url_of
from pilothouse.apps.backlog.services.creating import ItemDraft, create_items
from pilothouse.apps.backlog.services.edits import (
    BulkEdit,
    plan_values,
    refuse_conflict,
    refuse_cycles,
    spare_children,
)
from pilothouse.apps.backlog.services.fields import list_fields
from pilothouse.apps.backlog.services.history_fields import CUSTOM, read_value
from pilothouse.apps.backlog.services.rows import (
    ItemView,
    all_items,
    find_row,
    item_url,
    light,
    live_items,
    to_item_json,
    to_view,
    to_views,
)
from pilothouse.apps.backlog.services.writing import (
    BatchView,
    Edit,
    lock_backlog,
    to_batch_view,
    write_edits,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

__all__ = [
    "MAX_AT_ONCE",
    "BatchView",
    "BulkEdit",
    "ItemDraft",
    "ItemView",
    "create_item",
    "create_items",
    "delete_items",
    "find_by_ref",
    "find_by_title",
    "find_items",
    "get_item",
    "item_url",
    "list_children",
    "list_items",
    "set_item_deleted",
    "to_item_json",
    "undo_url_of",
    "update_item",
    "update_items",
]

MAX_AT_ONCE = 10_000


def get_item(product: ProductView, public_id: str) -> ItemView:
    """An item of the product, whole."""
    return to_view(product, find_row(product, public_id))


def list_items(
    product: ProductView,
    *,
    kinds: Collection[str] | None = None,
    statuses: Collection[str] | None = None,
    text: str = "",
    limit: int = 500,
) -> list[ItemView]:
    """Items in their order, without their descriptions; ``text`` is looked for in titles."""
    rows = light(live_items(product)).order_by("position", "pk")
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if statuses is not None:
        rows = rows.filter(status__in=statuses)
    if text:
        rows = rows.filter(title__icontains=text)
    return to_views(product, rows[:limit], body=False)


def find_items(
    product: ProductView, public_ids: Collection[str], *, with_deleted: bool = False
) -> dict[str, ItemView]:
    """Items by their public ids, without their descriptions; unknown ids are left out."""
    rows = light(all_items(product) if with_deleted else live_items(product))
    found = rows.filter(public_id__in=set(public_ids))
    return {view.public_id: view for view in to_views(product, found, body=False)}


def list_children(product: ProductView, parent: ItemView) -> list[ItemView]:
    """The items right below ``parent``, without their descriptions."""
    rows = light(live_items(product)).filter(parent_id=parent.id).order_by("position", "pk")
    return to_views(product, rows[:200], body=False)


def find_by_ref(product: ProductView, number: int) -> ItemView | None:
    """The item that people call ``#number``; None when there is none."""
    row = live_items(product).filter(number=number).first()
    return to_view(product, row) if row else None


def find_by_title(product: ProductView, title: str) -> ItemView | None:
    """The one item of this title; None when there is none, or more than one."""
    rows = live_items(product).filter(title__iexact=title)[:2]
    return to_view(product, rows[0]) if len(rows) == 1 else None


def create_item(access: Access, product: ProductView, draft: ItemDraft) -> ItemView:
    """A new item, at the end or where the draft says."""
    return create_items(access, product, [draft])[1][0]


def update_item(
    access: Access,
    product: ProductView,
    public_id: str,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
) -> ItemView:
    """Change what ``values`` names; the rest stays.

    Names are title, body, kind, status, parent_id, tags, owner_id, estimate, due and fields.
    With the ``version`` that was read, ``ConflictError`` tells of a change made meanwhile.
    """
    access.require(Role.EDITOR, to="changing an item")
    planned = plan_values(values, list_fields(product) if values.get("fields") else ())
    with transaction.atomic():
        lock_backlog(product)
        item = find_row(product, public_id)
        refuse_conflict(item, planned, version)
        edits = [Edit(item, planned)]
        refuse_cycles(product, edits)
        write_edits(access, product, edits, kind="edit", title=_say_changed(item, planned))
    return get_item(product, public_id)


def update_items(
    access: Access, product: ProductView, public_ids: Sequence[str], change: BulkEdit
) -> BatchView | None:
    """Change many items alike as one batch that can be undone; None when all were so already."""
    access.require(Role.EDITOR, to="changing items")
    planned = plan_values(change.values, list_fields(product) if "fields" in change.values else ())
    with transaction.atomic():
        lock_backlog(product)
        rows = _find_all(product, public_ids)
        edits = [Edit(row, change.values_for(row, planned)) for row in rows]
        if "parent" in planned:
            edits = [edit for edit in edits if edit.item.public_id != planned["parent"]]
        refuse_cycles(product, edits)
        title = f"{change.sentence}: {_count(len(edits))}"
        batch = write_edits(access, product, edits, kind="bulk", title=title)
    return to_batch_view(batch) if batch else None


def set_item_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> BatchView | None:
    """Delete an item, whose children move up to its parent, or bring it back."""
    access.require(Role.EDITOR, to="deleting an item")
    with transaction.atomic():
        lock_backlog(product)
        item = find_row(product, public_id, with_deleted=True)
        title = f"{'Deleted' if is_deleted else 'Restored'}: #{item.number} {item.title}"
        return _write_deleted(access, product, [item], is_deleted=is_deleted, title=title)


def delete_items(
    access: Access, product: ProductView, public_ids: Sequence[str]
) -> BatchView | None:
    """Delete many items as one batch; children of theirs that stay move up."""
    access.require(Role.EDITOR, to="deleting items")
    with transaction.atomic():
        lock_backlog(product)
        rows = _find_all(product, public_ids)
        return _write_deleted(
            access, product, rows, is_deleted=True, title=f"Deleted: {_count(len(rows))}"
        )


def _say_changed(item: Item, planned: Mapping[str, Any]) -> str:
    changed = [name for name, value in planned.items() if read_value(item, name) != value]
    names = [name.removeprefix(CUSTOM) for name in changed]
    words = ", ".join("description" if name == "body" else name for name in names)
    return f"#{item.number} {item.title[:200]}: {words}"


def _write_deleted(
    access: Access, product: ProductView, rows: list[Item], *, is_deleted: bool, title: str
) -> BatchView | None:
    edits = [Edit(row, {"deleted": is_deleted}) for row in rows]
    edits = spare_children(product, edits)
    kind = "edit" if len(rows) == 1 and len(edits) == 1 else "bulk"
    batch = write_edits(access, product, edits, kind=kind, title=title)
    return to_batch_view(batch) if batch else None


def _find_all(product: ProductView, public_ids: Sequence[str]) -> list[Item]:
    wanted = list(dict.fromkeys(public_ids))
    if not 1 <= len(wanted) <= MAX_AT_ONCE:
        raise InvalidValueError(
            f"choose 1 to {MAX_AT_ONCE:,} items.", value=f"{len(wanted):,} items"
        )
    rows = {row.public_id: row for row in live_items(product).filter(public_id__in=wanted)}
    for missing in [each for each in wanted if each not in rows]:
        raise NotFoundError("there is no such item in this product.", value=missing)
    return [rows[each] for each in wanted]


def _count(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"

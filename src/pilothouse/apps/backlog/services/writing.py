"""The one way by which items change: values in, rows, history, search and ledger out.

A batch is everything one act changed. Each field of each item that became different is one row of
history with what was before, which is all that undoing needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pilothouse.apps.backlog.models import Backlog, ChangeBatch, Item, ItemChange, ItemStatus
from pilothouse.apps.backlog.services.history_fields import (
    DERIVED,
    References,
    column_of,
    read_value,
    write_value,
)
from pilothouse.apps.backlog.services.people import find_people
from pilothouse.apps.backlog.services.rows import item_url
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.bulk import update_many
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import Entry, index_entries, remove_entries
from pilothouse.kernel.errors import NotFoundError

ROWS_AT_ONCE = 1000
_SEARCHED = frozenset({"title", "body", "deleted"})


@dataclass(frozen=True)
class Edit:
    """New values of one item by the names of history."""

    item: Item
    values: dict[str, Any]


@dataclass(frozen=True)
class BatchView:
    """A batch as the screens show it. ``items`` is how many items it changed."""

    public_id: str
    kind: str
    title: str
    items: int
    user_name: str
    created_at: datetime
    is_undone: bool
    undoes_id: str | None = None


def lock_backlog(product: ProductView) -> Backlog:
    """The row that whoever changes items holds; call it inside a transaction."""
    Backlog.objects.get_or_create(product_id=product.id)
    return Backlog.objects.select_for_update().get(product_id=product.id)


def find_references(product: ProductView, edits: Sequence[Edit]) -> References:
    """The rows that the new values point to; ``NotFoundError`` for one that is not there."""
    parents = {edit.values["parent"] for edit in edits if edit.values.get("parent")}
    owners = {edit.values["owner"] for edit in edits if edit.values.get("owner")}
    items = _items_by_id(product, parents) if parents else {}
    items |= {e.item.public_id: e.item for e in edits if e.values.get("deleted") is False}
    people = find_people(product, owners)
    for missing in parents - items.keys():
        raise NotFoundError("there is no such parent in this product.", value=missing)
    for missing in owners - people.keys():
        raise NotFoundError("there is no such member of the workspace.", value=missing)
    return References(items, people)


def write_edits(
    access: Access,
    product: ProductView,
    edits: Sequence[Edit],
    *,
    kind: str,
    title: str,
    undoes: ChangeBatch | None = None,
) -> ChangeBatch | None:
    """Write what became different, with its history; None when nothing did.

    Call it inside a transaction that holds ``lock_backlog``.
    """
    references = find_references(product, edits)
    now = product.now
    changes: list[ItemChange] = []
    for edit in edits:
        changes += _change_item(edit, references, now, access.user_id)
    if not changes:
        return None
    changed = list({change.item_id: change.item for change in changes}.values())
    batch = ChangeBatch.objects.create(
        product_id=product.id, user_id=access.user_id, kind=kind, title=title[:300],
        items=len(changed), created_at=now, undoes=undoes,
    )  # fmt: skip
    _save_items(changed, {column_of(change.field) for change in changes})
    save_changes(batch, changes)
    touched = {change.item_id for change in changes if change.field in _SEARCHED}
    index_items(product, [item for item in changed if item.pk in touched])
    _record(access, product, batch, changes)
    return batch


def save_changes(batch: ChangeBatch, changes: Iterable[ItemChange]) -> None:
    """Write rows of history under their batch."""
    rows = list(changes)
    for change in rows:
        change.batch = batch
    ItemChange.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def index_items(product: ProductView, items: Sequence[Item]) -> None:
    """Make items findable by their texts now; deleted ones are not found any more."""
    gone = [item.public_id for item in items if item.deleted_at is not None]
    if gone:
        remove_entries(product.workspace_id, "item", gone)
    entries = [
        Entry(
            kind="item",
            object_id=item.public_id,
            title=item.title,
            body=item.body,
            url=item_url(product, item.public_id),
            product_id=product.id,
        )
        for item in items
        if item.deleted_at is None
    ]
    if entries:
        index_entries(product.workspace_id, entries)


def to_batch_view(batch: ChangeBatch) -> BatchView:
    """A row as a view; ``user`` and ``undoes`` come with it where it is one of many."""
    return BatchView(
        public_id=batch.public_id,
        kind=batch.kind,
        title=batch.title,
        items=batch.items,
        user_name=batch.user.name if batch.user else "",
        created_at=batch.created_at,
        is_undone=batch.undone_at is not None,
        undoes_id=batch.undoes.public_id if batch.undoes else None,
    )


def _change_item(
    edit: Edit, references: References, now: datetime, user_id: int
) -> list[ItemChange]:
    item, values = edit.item, dict(edit.values)
    if values.get("status", item.status) != item.status:
        values = {**_times_of_status(item, values["status"], now), **values}
    changes = []
    for name, after in values.items():
        before = read_value(item, name)
        if before != after:
            write_value(item, name, after, references, now)
            changes.append(
                ItemChange(
                    item=item, user_id=user_id, field=name, before=before, after=after, at=now
                )
            )
    if any(change.field != "position" for change in changes):
        item.version += 1
    return changes


def _times_of_status(item: Item, status: str, now: datetime) -> dict[str, str | None]:
    """When work began and ended, from the new status. Work that was never begun has no begin."""
    times: dict[str, str | None] = {"done_at": None}
    if status == ItemStatus.DONE:
        times["done_at"] = now.isoformat()
    if status == ItemStatus.DOING and item.started_at is None:
        times["started_at"] = now.isoformat()
    return times


def _save_items(items: Sequence[Item], columns: set[str]) -> None:
    kept = columns | {"version"}
    names = [field.attname for field in Item._meta.concrete_fields if field.attname in kept]
    rows = ((item.pk, [getattr(item, name) for name in names]) for item in items)
    with transaction.atomic():
        update_many(Item, names, rows)


def _record(
    access: Access, product: ProductView, batch: ChangeBatch, changes: Sequence[ItemChange]
) -> None:
    told = [change for change in changes if change.field not in DERIVED]
    is_single = batch.items == 1 and batch.kind in {"edit", "move"}
    if not told and is_single:
        return
    if is_single:
        kind, facts = _tell_of_one(told)
        record_act(access, kind, "item", told[0].item.public_id, facts, product=product)
        return
    facts = {
        "name": batch.title,
        "count": batch.items,
        "fields": sorted({change.field for change in told}),
    }
    kind = "batch.undone" if batch.kind == "undo" else "batch.applied"
    record_act(access, kind, "batch", batch.public_id, facts, product=product)


def _tell_of_one(changes: Sequence[ItemChange]) -> tuple[str, dict[str, Any]]:
    item = changes[0].item
    by_field = {change.field: change for change in changes}
    facts: dict[str, Any] = {"name": item.title, "number": item.number}
    if deleted := by_field.get("deleted"):
        return ("item.deleted" if deleted.after else "item.restored"), facts
    if status := by_field.get("status"):
        return "item.status-changed", facts | {"from": status.before, "to": status.after}
    return "item.changed", facts | {"fields": sorted(by_field)}


def _items_by_id(product: ProductView, public_ids: set[str]) -> dict[str, Item]:
    rows = Item.objects.filter(
        product_id=product.id, public_id__in=public_ids, deleted_at=None
    ).only("public_id", "number", "title")
    return {row.public_id: row for row in rows}

"""Batches of changes: what was done lately, and undoing any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.backlog.models import ChangeBatch, Item, ItemChange
from pilothouse.apps.backlog.services.edits import is_own_ancestor, parent_map, spare_children
from pilothouse.apps.backlog.services.history_fields import DERIVED, read_value
from pilothouse.apps.backlog.services.people import find_people
from pilothouse.apps.backlog.services.rows import all_items
from pilothouse.apps.backlog.services.writing import (
    BatchView,
    Edit,
    lock_backlog,
    to_batch_view,
    write_edits,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import ConflictError, NotFoundError


@dataclass(frozen=True)
class UndoView:
    """What undoing did: the batch that undid (None when nothing was left to undo), and what was
    changed since and therefore left as it is."""

    batch: BatchView | None
    left: tuple[str, ...]


def list_batches(product: ProductView, limit: int = 50) -> list[BatchView]:
    """The newest batches first."""
    rows = ChangeBatch.objects.filter(product_id=product.id).select_related("user", "undoes")
    return [to_batch_view(row) for row in rows.order_by("-pk")[:limit]]


def get_batch(product: ProductView, public_id: str) -> BatchView:
    """One batch by its public id."""
    return to_batch_view(_get(product, public_id))


def undo_batch(access: Access, product: ProductView, public_id: str) -> UndoView:
    """Put back what a batch changed, except what was changed again since.

    Undoing is a batch itself, so it can be undone as well.
    """
    access.require(Role.EDITOR, to="undoing a change")
    with transaction.atomic():
        lock_backlog(product)
        batch = _get(product, public_id)
        if batch.undone_at is not None:
            raise ConflictError("this was undone already.", value=batch.title)
        edits, left = _plan_undo(product, batch)
        done = write_edits(
            access, product, spare_children(product, edits),
            kind="undo", title=f"Undone: {batch.title}", undoes=batch,
        )  # fmt: skip
        batch.undone_at = timezone.now()
        batch.save(update_fields=["undone_at"])
        if batch.undoes is not None:
            # What an undo undid holds again.
            ChangeBatch.objects.filter(pk=batch.undoes.pk).update(undone_at=None)
    return UndoView(to_batch_view(done) if done else None, tuple(left))


def undo_url_of(product: ProductView, batch: BatchView) -> str:
    """The address that undoes a batch when it is posted to."""
    return f"/p/{product.public_id}/backlog/changes/{batch.public_id}/undo/"


def _plan_undo(product: ProductView, batch: ChangeBatch) -> tuple[list[Edit], list[str]]:
    changes = list(ItemChange.objects.filter(batch=batch).order_by("-pk"))
    touched = ItemChange.objects.filter(batch=batch).values("item_id")
    items = {item.pk: item for item in all_items(product).filter(pk__in=touched)}
    created = {change.item_id for change in changes if change.field == "created"}
    values: dict[int, dict[str, object]] = {pk: {"deleted": True} for pk in created}
    left: list[str] = []
    parents, gone = _parents_then(product, changes, items), _owners_gone(product, changes)
    for change in changes:
        if change.item_id in created:
            continue
        item = items[change.item_id]
        if _can_go_back(change, item, parents, gone):
            values.setdefault(item.pk, {})[change.field] = change.before
        elif change.field not in DERIVED or change.field == "position":
            left.append(f"#{item.number} {change.field}")
    return [Edit(items[pk], each) for pk, each in values.items()], left


def _can_go_back(
    change: ItemChange, item: Item, parents: dict[str, str | None], gone: set[str]
) -> bool:
    """Whether the field is still as the batch left it, and what was before still fits."""
    if read_value(item, change.field) != change.after:
        return False
    if change.field == "parent":
        return _fits(item.public_id, change.before, parents)
    return change.field != "owner" or change.before not in gone


def _parents_then(
    product: ProductView, changes: Sequence[ItemChange], items: Mapping[int, Item]
) -> dict[str, str | None]:
    """The parent of every item that will be there: those now, and those that come back."""
    if not any(change.field == "parent" for change in changes):
        return {}
    returning = {c.item_id for c in changes if c.field == "deleted" and c.after}
    return parent_map(product) | {
        item.public_id: item.parent.public_id if item.parent else None
        for item in items.values()
        if item.pk in returning
    }


def _owners_gone(product: ProductView, changes: Sequence[ItemChange]) -> set[str]:
    owners = {change.before for change in changes if change.field == "owner" and change.before}
    return owners - find_people(product, owners).keys()


def _fits(item_id: str, parent_id: str | None, parents: dict[str, str | None]) -> bool:
    """Whether the parent of before is still there and not below the item by now."""
    if parent_id is None:
        parents[item_id] = None
        return True
    if parent_id not in parents:
        return False
    kept, parents[item_id] = parents.get(item_id), parent_id
    if is_own_ancestor(item_id, parents):
        parents[item_id] = kept
        return False
    return True


def _get(product: ProductView, public_id: str) -> ChangeBatch:
    rows = ChangeBatch.objects.select_related("user", "undoes")
    row = rows.filter(product_id=product.id, public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such change in this product.", value=public_id)
    return row

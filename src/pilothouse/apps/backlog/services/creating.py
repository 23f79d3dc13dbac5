"""New items: one by hand, thousands from a file, in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pilothouse.apps.backlog.models import ChangeBatch, Item, ItemChange, ItemStatus
from pilothouse.apps.backlog.services.edits import plan_values
from pilothouse.apps.backlog.services.fields import FieldView, list_fields
from pilothouse.apps.backlog.services.history_fields import References, write_value
from pilothouse.apps.backlog.services.order import GAP, last_position, position_after
from pilothouse.apps.backlog.services.rows import ItemView, find_row, to_views
from pilothouse.apps.backlog.services.writing import (
    ROWS_AT_ONCE,
    BatchView,
    Edit,
    find_references,
    index_items,
    lock_backlog,
    save_changes,
    to_batch_view,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text


@dataclass(frozen=True)
class ItemDraft:
    """What there is to know of a new item.

    ``after_id`` puts it right behind that item. In a list of drafts ``parent_index`` names the
    parent by its place in the list. A ``number`` that is free is kept; times are of imports.
    """

    title: str
    kind: str = "idea"
    body: str = ""
    status: str = "new"
    parent_id: str | None = None
    tags: Sequence[str] = ()
    owner_id: str | None = None
    estimate: float | None = None
    due: date | str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    after_id: str | None = None
    parent_index: int | None = None
    number: int | None = None
    source: str = ""
    external_id: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None

    def planned(self, fields: Sequence[FieldView]) -> dict[str, Any]:
        """The checked values by the names of history."""
        values = {
            "title": self.title, "kind": self.kind, "body": self.body, "status": self.status,
            "parent_id": self.parent_id, "tags": list(self.tags), "owner_id": self.owner_id,
            "estimate": self.estimate, "due": self.due,
        }  # fmt: skip
        return plan_values(values | ({"fields": self.fields} if self.fields else {}), fields)


def create_items(
    access: Access,
    product: ProductView,
    drafts: Sequence[ItemDraft],
    *,
    title: str = "",
    kind: str = "create",
) -> tuple[BatchView, list[ItemView]]:
    """New items in the order of the drafts, as one batch that can be undone.

    One item is one act of its own; many are one act of the batch, called ``title``.
    """
    access.require(Role.EDITOR, to="adding items")
    if not drafts:
        raise InvalidValueError("there is nothing to add.")
    fields = list_fields(product)
    plans = [draft.planned(fields) for draft in drafts]
    with transaction.atomic():
        items = _make_rows(product, drafts, plans)
        batch = ChangeBatch.objects.create(
            product_id=product.id, user_id=access.user_id, kind=kind, items=len(items),
            title=(title or f"Added: {items[0].title}")[:300], created_at=product.now,
        )  # fmt: skip
        save_changes(batch, [row for item in items for row in _history_of(item, access)])
        index_items(product, items)
        _record(access, product, batch, items)
    return to_batch_view(batch), to_views(product, items)


def _make_rows(
    product: ProductView,
    drafts: Sequence[ItemDraft],
    plans: Sequence[dict[str, Any]],
) -> list[Item]:
    numbers = _take_numbers(product, drafts)
    items = [
        Item(product_id=product.id, number=number, position=0, created_at=product.now)
        for number in numbers
    ]
    edits = [Edit(item, plan) for item, plan in zip(items, plans, strict=True)]
    references = find_references(product, edits)
    first, step = _first_place(product, drafts[0])
    for place, (item, draft, plan) in enumerate(zip(items, drafts, plans, strict=True)):
        item.position = first + place * step
        _fill(item, draft, plan, references, product.now)
    Item.objects.bulk_create(items, batch_size=ROWS_AT_ONCE)
    _set_parents(items, drafts)
    return items


def _fill(
    item: Item, draft: ItemDraft, plan: dict[str, Any], references: References, now: datetime
) -> None:
    for name, value in plan.items():
        write_value(item, name, value, references, now)
    item.source = clean_text(draft.source)[:20]
    item.external_id = clean_text(draft.external_id)[:200]
    item.created_at = draft.created_at or now
    item.started_at, item.done_at = draft.started_at, draft.done_at
    if item.status == ItemStatus.DONE and item.done_at is None:
        item.done_at = now
    if item.status == ItemStatus.DOING and item.started_at is None:
        item.started_at = now


def _take_numbers(product: ProductView, drafts: Sequence[ItemDraft]) -> list[int]:
    """A number for each draft: its own where that is free, else the next."""
    backlog = lock_backlog(product)
    wanted = {draft.number for draft in drafts if draft.number and draft.number > 0}
    taken: set[int] = set()
    if wanted:
        rows = Item.objects.filter(product_id=product.id)
        taken = set(rows.values_list("number", flat=True))
    following = max([backlog.next_number, *(number + 1 for number in wanted)])
    numbers = []
    for draft in drafts:
        if draft.number in wanted and draft.number not in taken:
            numbers.append(draft.number)
            taken.add(draft.number)
        else:
            numbers.append(following)
            following += 1
    backlog.next_number = following
    backlog.save(update_fields=["next_number"])
    return numbers


def _first_place(product: ProductView, draft: ItemDraft) -> tuple[int, int]:
    """Where the first goes, and the step from each to the next."""
    if draft.after_id is None:
        return last_position(product) + GAP, GAP
    return position_after(product, find_row(product, draft.after_id)), 1


def _set_parents(items: Sequence[Item], drafts: Sequence[ItemDraft]) -> None:
    children = []
    for item, draft in zip(items, drafts, strict=True):
        if draft.parent_index is None:
            continue
        if not 0 <= draft.parent_index < len(items) or items[draft.parent_index] is item:
            raise InvalidValueError("there is no such parent.", value=draft.parent_index)
        item.parent = items[draft.parent_index]
        children.append(item)
    if children:
        Item.objects.bulk_update(children, ["parent"], batch_size=ROWS_AT_ONCE)


def _history_of(item: Item, access: Access) -> list[ItemChange]:
    """Made, begun and ended at the times that are known."""
    steps: list[tuple[datetime, str]] = []
    if item.started_at and item.started_at > item.created_at:
        steps.append((item.started_at, ItemStatus.DOING.value))
    if item.status == ItemStatus.DONE and item.done_at and item.done_at > item.created_at:
        steps.append((item.done_at, item.status))
    elif steps and item.status != ItemStatus.DOING:
        # Begun once, and elsewhere now: when it went there is not known.
        steps = []
    before = ItemStatus.NEW.value if steps else item.status
    created = {"status": before, "kind": item.kind}
    changes: list[tuple[datetime, str, Any, Any]] = [(item.created_at, "created", None, created)]
    for at, after in steps:
        changes.append((at, "status", before, after))
        before = after
    return [
        ItemChange(item=item, user_id=access.user_id, field=name, before=old, after=new, at=at)
        for at, name, old, new in changes
    ]


def _record(
    access: Access, product: ProductView, batch: ChangeBatch, items: Sequence[Item]
) -> None:
    if len(items) == 1 and batch.kind == "create":
        item = items[0]
        facts = {"name": item.title, "number": item.number, "kind": item.kind}
        record_act(access, "item.created", "item", item.public_id, facts, product=product)
        return
    facts = {"name": batch.title, "count": batch.items}
    record_act(access, "batch.applied", "batch", batch.public_id, facts, product=product)

"""Moving items: within the order, under another parent, into another column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet

from pilothouse.apps.backlog.models import Item, ItemStatus
from pilothouse.apps.backlog.services.edits import refuse_cycles
from pilothouse.apps.backlog.services.order import (
    exchange_positions,
    position_after,
    position_before,
)
from pilothouse.apps.backlog.services.rows import ItemView, find_row, live_items, to_view
from pilothouse.apps.backlog.services.values import check_status
from pilothouse.apps.backlog.services.writing import (
    BatchView,
    Edit,
    lock_backlog,
    to_batch_view,
    write_edits,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

Direction = Literal["up", "down", "indent", "outdent"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "indent", "outdent")


@dataclass(frozen=True)
class Move:
    """Where an item goes. What is None stays; the empty ``parent_id`` is the top level.

    With ``from_status``, the status that was seen, ``ConflictError`` tells of another one.
    """

    before_id: str | None = None
    after_id: str | None = None
    parent_id: str | None = None
    status: str | None = None
    from_status: str | None = None


def move_item(access: Access, product: ProductView, public_id: str, move: Move) -> ItemView:
    """Move an item as a person dragged it: one row is written."""
    access.require(Role.EDITOR, to="moving an item")
    with transaction.atomic():
        lock_backlog(product)
        item = find_row(product, public_id)
        if move.from_status and move.from_status != item.status:
            raise ConflictError(
                f"it is {item.status} by now, not {move.from_status}.",
                value=f"#{item.number} {item.title}",
                remedy="Look where it is and move it again.",
            )
        values: dict[str, Any] = {}
        if move.parent_id is not None:
            values["parent"] = move.parent_id or None
        if move.status is not None:
            values["status"] = check_status(move.status)
        position = _position(product, item, move)
        if position is not None:
            values["position"] = position
        _write(access, product, item, values)
    return to_view(product, find_row(product, public_id))


def shift_item(
    access: Access, product: ProductView, public_id: str, direction: str, *, within: str = "parent"
) -> ItemView:
    """Move an item one place up or down among its siblings (or its column), in or out a level.

    At the edge it stays as it is.
    """
    access.require(Role.EDITOR, to="moving an item")
    if direction not in DIRECTIONS:
        raise InvalidValueError(f"a direction is one of {', '.join(DIRECTIONS)}.", value=direction)
    with transaction.atomic():
        lock_backlog(product)
        item = find_row(product, public_id)
        values = _shifted(product, item, direction, within)
        _write(access, product, item, values)
    return to_view(product, find_row(product, public_id))


def shift_status(access: Access, product: ProductView, public_id: str, by: int) -> ItemView:
    """Move an item to the next (1) or last (-1) status of the flow; at the edge it stays."""
    access.require(Role.EDITOR, to="moving an item")
    with transaction.atomic():
        lock_backlog(product)
        item = find_row(product, public_id)
        place = ItemStatus.values.index(item.status) + (1 if by > 0 else -1)
        status = ItemStatus.values[max(0, min(len(ItemStatus.values) - 1, place))]
        _write(access, product, item, {"status": status})
    return to_view(product, find_row(product, public_id))


def order_items(
    access: Access, product: ProductView, public_ids: Sequence[str], *, title: str
) -> BatchView | None:
    """Put items into the given order in the places that they hold, as one batch.

    Items that are not named stay where they are. None when they were in this order already.
    """
    access.require(Role.EDITOR, to="ordering items")
    wanted = list(dict.fromkeys(public_ids))
    with transaction.atomic():
        lock_backlog(product)
        rows = {row.public_id: row for row in live_items(product).filter(public_id__in=wanted)}
        for missing in [each for each in wanted if each not in rows]:
            raise NotFoundError("there is no such item in this product.", value=missing)
        ordered = [rows[each] for each in wanted]
        places = exchange_positions(ordered)
        edits = [Edit(row, {"position": place}) for row, place in zip(ordered, places, strict=True)]
        batch = write_edits(access, product, edits, kind="order", title=title)
    return to_batch_view(batch) if batch else None


def _write(access: Access, product: ProductView, item: Item, values: dict[str, Any]) -> None:
    if not values:
        return
    edits = [Edit(item, values)]
    refuse_cycles(product, edits)
    title = f"Moved: #{item.number} {item.title}"
    write_edits(access, product, edits, kind="move", title=title)


def _position(product: ProductView, item: Item, move: Move) -> int | None:
    if move.after_id and move.after_id != item.public_id:
        return position_after(product, find_row(product, move.after_id))
    if move.before_id and move.before_id != item.public_id:
        return position_before(product, find_row(product, move.before_id))
    return None


def _shifted(product: ProductView, item: Item, direction: str, within: str) -> dict[str, Any]:
    if direction == "outdent":
        parent = item.parent
        if parent is None:
            return {}
        above = find_row(product, parent.public_id).parent
        anchor = find_row(product, parent.public_id)
        return {
            "parent": above.public_id if above else None,
            "position": position_after(product, anchor),
        }
    peers = _peers(product, item, within)
    if direction == "down":
        following = peers.filter(position__gt=item.position).order_by("position", "pk").first()
        return {"position": position_after(product, following)} if following else {}
    previous = peers.filter(position__lt=item.position).order_by("-position", "-pk").first()
    if previous is None:
        return {}
    if direction == "up":
        return {"position": position_before(product, previous)}
    return _into(product, item, previous)


def _into(product: ProductView, item: Item, parent: Item) -> dict[str, Any]:
    """Below ``parent``, behind the children that it has."""
    last = live_items(product).filter(parent_id=parent.pk).order_by("-position").first()
    values: dict[str, Any] = {"parent": parent.public_id}
    if last is not None and last.position > item.position:
        values["position"] = position_after(product, last)
    return values


def _peers(product: ProductView, item: Item, within: str) -> QuerySet[Item]:
    items = live_items(product).exclude(pk=item.pk)
    if within == "column":
        return items.filter(status=item.status)
    if within == "parent":
        return items.filter(parent_id=item.parent_id)
    raise InvalidValueError("an item is moved within its parent or its column.", value=within)

"""Items as other apps and the screens see them, and how one is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class ItemView:
    """An item. ``parent_id`` and ``owner_id`` are public ids; rows of lists have no ``body``."""

    id: int
    public_id: str
    number: int
    kind: str
    title: str
    body: str
    status: str
    parent_id: str | None
    parent_number: int | None
    parent_title: str
    tags: tuple[str, ...]
    owner_id: str | None
    owner_name: str
    estimate: float | None
    due: date | None
    fields: dict[str, Any]
    source: str
    external_id: str
    version: int
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    is_deleted: bool
    url: str

    @property
    def ref(self) -> str:
        """The short name by which people call it."""
        return f"#{self.number}"

    @property
    def is_closed(self) -> bool:
        return self.status in {"done", "dropped"}


def item_url(product: ProductView, public_id: str) -> str:
    """The address of an item's page."""
    return f"/p/{product.public_id}/backlog/items/{public_id}/"


def live_items(product: ProductView) -> QuerySet[Item]:
    """The items of a product that are not deleted, with what their views need."""
    return all_items(product).filter(deleted_at=None)


def all_items(product: ProductView) -> QuerySet[Item]:
    """The items of a product, the deleted ones too."""
    return Item.objects.filter(product_id=product.id).select_related("parent", "owner")


def light(items: QuerySet[Item]) -> QuerySet[Item]:
    """``items`` without the long texts, for lists."""
    return items.only(
        "public_id", "number", "kind", "title", "status", "tags", "estimate", "due", "fields",
        "source", "external_id", "version", "created_at", "started_at", "done_at", "deleted_at",
        "position", "product_id", "parent__public_id", "parent__number", "parent__title",
        "owner__public_id", "owner__name",
    )  # fmt: skip


def find_row(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Item:
    """The row of an item; ``NotFoundError`` when this product has none of this id."""
    items = all_items(product) if with_deleted else live_items(product)
    item = items.filter(public_id=public_id).first()
    if item is None:
        raise NotFoundError("there is no such item in this product.", value=public_id)
    return item


def to_views(product: ProductView, items: Iterable[Item], *, body: bool = True) -> list[ItemView]:
    """Rows as views, in their order."""
    return [to_view(product, item, body=body) for item in items]


def to_view(product: ProductView, item: Item, *, body: bool = True) -> ItemView:
    """A row as the frozen value that crosses app borders."""
    parent, owner = item.parent, item.owner
    return ItemView(
        id=item.pk,
        public_id=item.public_id,
        number=item.number,
        kind=item.kind,
        title=item.title,
        body=item.body if body else "",
        status=item.status,
        parent_id=parent.public_id if parent else None,
        parent_number=parent.number if parent else None,
        parent_title=parent.title if parent else "",
        tags=tuple(item.tags),
        owner_id=owner.public_id if owner else None,
        owner_name=owner.name if owner else "",
        estimate=item.estimate,
        due=item.due,
        fields=item.fields,
        source=item.source,
        external_id=item.external_id,
        version=item.version,
        created_at=item.created_at,
        started_at=item.started_at,
        done_at=item.done_at,
        is_deleted=item.deleted_at is not None,
        url=item_url(product, item.public_id),
    )


def to_item_json(item: ItemView) -> dict[str, Any]:
    """An item as the API, commands and files show it: public ids, ISO times."""
    return {
        "id": item.public_id,
        "number": item.number,
        "kind": item.kind,
        "title": item.title,
        "body": item.body,
        "status": item.status,
        "parent_id": item.parent_id,
        "tags": list(item.tags),
        "owner_id": item.owner_id,
        "estimate": item.estimate,
        "due": item.due.isoformat() if item.due else None,
        "fields": item.fields,
        "source": item.source,
        "external_id": item.external_id,
        "version": item.version,
        "created_at": item.created_at.isoformat(),
        "started_at": item.started_at.isoformat() if item.started_at else None,
        "done_at": item.done_at.isoformat() if item.done_at else None,
        "url": item.url,
    }

"""How items went through their statuses: what forecasts and cumulative flow are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from pilothouse.apps.backlog.models import ItemChange, ItemStatus
from pilothouse.apps.backlog.services.rows import live_items
from pilothouse.apps.workspace.services.access import ProductView


@dataclass(frozen=True)
class FlowItem:
    """When an item was made, begun and done; None is not known or not yet."""

    public_id: str
    number: int
    title: str
    kind: str
    status: str
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class StatusChange:
    """An item came to status ``after``; ``before`` is None when it was made."""

    item_id: str
    kind: str
    at: datetime
    before: str | None
    after: str


def list_flow(product: ProductView, since: datetime | None = None) -> list[FlowItem]:
    """All items, or those that are open or were done at ``since`` or later; by creation."""
    items = live_items(product)
    if since is not None:
        is_open = ~Q(status__in=[ItemStatus.DONE, ItemStatus.DROPPED])
        items = items.filter(is_open | Q(done_at__gte=since))
    names = (
        "public_id", "number", "title", "kind", "status", "created_at", "started_at", "done_at",
    )  # fmt: skip
    return [FlowItem(*row) for row in items.order_by("created_at", "pk").values_list(*names)]


def list_status_changes(product: ProductView, since: datetime | None = None) -> list[StatusChange]:
    """Every arrival in a status of the items that are there now, the oldest first."""
    rows = ItemChange.objects.filter(
        item__product_id=product.id, item__deleted_at=None, field__in=["created", "status"]
    )
    if since is not None:
        rows = rows.filter(at__gte=since)
    names = ("item__public_id", "item__kind", "at", "before", "after", "field")
    return [
        StatusChange(item_id, kind, at, before, after["status"] if name == "created" else after)
        for item_id, kind, at, before, after, name in rows.order_by("at", "pk").values_list(*names)
    ]

"""The backlog as plain files, for the export of a whole workspace."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.backlog.services.fields import FieldView, list_fields
from pilothouse.apps.backlog.services.history import list_all_history, to_change_json
from pilothouse.apps.backlog.services.rows import (
    ItemView,
    all_items,
    live_items,
    to_item_json,
    to_views,
)
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import guard_cell

_COLUMNS = (
    "product", "number", "id", "kind", "title", "status", "parent", "tags", "owner", "estimate",
    "due", "created_at", "started_at", "done_at", "body",
)  # fmt: skip


def write_items(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``items.csv`` (live items), ``items.json`` (all, with history); how many there are."""
    with (folder / "items.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_COLUMNS, "fields"])
        for product in products:
            views = to_views(product, live_items(product).order_by("position", "pk"))
            writer.writerows(_cells(product, view) for view in views)
    bodies = [_to_json(product) for product in products]
    text = json.dumps({"products": bodies}, ensure_ascii=False, indent=1)
    (folder / "items.json").write_text(text, encoding="utf-8")
    return sum(len(body["items"]) for body in bodies)


def _cells(product: ProductView, item: ItemView) -> list[Any]:
    parent = f"#{item.parent_number}" if item.parent_number else ""
    cells: Iterable[Any] = (
        product.name, item.number, item.public_id, item.kind, item.title, item.status, parent,
        ", ".join(item.tags), item.owner_name, item.estimate, item.due,
        item.created_at.isoformat(), _iso(item.started_at), _iso(item.done_at), item.body,
        json.dumps(item.fields, ensure_ascii=False) if item.fields else "",
    )  # fmt: skip
    return [guard_cell("" if cell is None else cell) for cell in cells]


def _to_json(product: ProductView) -> dict[str, Any]:
    items = to_views(product, all_items(product).order_by("position", "pk"))
    history: dict[str, list[dict[str, Any]]] = {}
    for change in list_all_history(product):
        history.setdefault(change.item_id, []).append(to_change_json(change))
    return {
        "product": product.name,
        "simulated": product.is_simulated,
        "fields": [_field_json(field) for field in list_fields(product)],
        "items": [
            to_item_json(item)
            | {"is_deleted": item.is_deleted, "history": history.get(item.public_id, [])}
            for item in items
        ],
    }


def _field_json(field: FieldView) -> dict[str, Any]:
    return {
        "key": field.key, "name": field.name, "kind": field.kind, "options": list(field.options),
    }  # fmt: skip


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""

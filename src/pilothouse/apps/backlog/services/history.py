"""What became of an item: every change with who and when, in words that need no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilothouse.apps.backlog.models import Item, ItemChange
from pilothouse.apps.backlog.services.fields import FieldView, list_fields
from pilothouse.apps.backlog.services.history_fields import CUSTOM, DERIVED
from pilothouse.apps.backlog.services.people import find_people
from pilothouse.apps.workspace.services.access import ProductView

_LONG = 60


@dataclass(frozen=True)
class ChangeView:
    """One field before and after; texts for people beside the values as they are kept."""

    item_id: str
    batch_id: str
    field: str
    label: str
    before: Any
    after: Any
    before_text: str
    after_text: str
    user_name: str
    at: datetime


def list_history(product: ProductView, item_id: int, limit: int = 100) -> list[ChangeView]:
    """The changes of one item, the newest first; what follows from others is left out."""
    rows = ItemChange.objects.filter(item_id=item_id).exclude(field__in=DERIVED)
    return _to_views(product, list(_joined(rows).order_by("-at", "-pk")[:limit]))


def list_all_history(product: ProductView) -> list[ChangeView]:
    """All changes of all items of the product, the oldest first, for exports."""
    rows = ItemChange.objects.filter(item__product_id=product.id)
    return _to_views(product, list(_joined(rows).order_by("at", "pk")))


def to_change_json(change: ChangeView) -> dict[str, Any]:
    """A change as the API and files show it."""
    return {
        "item_id": change.item_id,
        "batch_id": change.batch_id,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "at": change.at.isoformat(),
    }


def _joined(rows: Any) -> Any:
    return rows.select_related("user", "item", "batch").only(
        "field", "before", "after", "at", "user__name", "item__public_id", "batch__public_id"
    )


def _to_views(product: ProductView, rows: Sequence[ItemChange]) -> list[ChangeView]:
    people, parents = _names(rows, "owner"), _names(rows, "parent")
    names = {
        "owner": {key: person.name for key, person in find_people(product, people).items()},
        "parent": {
            public_id: f"#{number} {title}"
            for public_id, number, title in Item.objects.filter(
                product_id=product.id, public_id__in=parents
            ).values_list("public_id", "number", "title")
        },
    }
    fields = list_fields(product)
    return [_to_view(row, names, fields) for row in rows]


def _names(rows: Iterable[ItemChange], field: str) -> set[str]:
    named = [row for row in rows if row.field == field]
    return {value for row in named for value in (row.before, row.after) if value}


def _to_view(
    row: ItemChange, names: dict[str, dict[str, str]], fields: Sequence[FieldView]
) -> ChangeView:
    known = names.get(row.field, {})
    return ChangeView(
        item_id=row.item.public_id,
        batch_id=row.batch.public_id,
        field=row.field,
        label=_label(row.field, fields),
        before=row.before,
        after=row.after,
        before_text=_say(row.field, row.before, known),
        after_text=_say(row.field, row.after, known),
        user_name=row.user.name if row.user else "",
        at=row.at,
    )


def _label(name: str, fields: Sequence[FieldView]) -> str:
    if name == "body":
        return "description"
    if not name.startswith(CUSTOM):
        return name
    key = name.removeprefix(CUSTOM)
    return next((field.name for field in fields if field.key == key), key)


def _say(field: str, value: Any, known: dict[str, str]) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if field in {"owner", "parent"}:
        return known.get(value, "somebody who is gone" if field == "owner" else "an item")
    if field == "created":
        return str(value["status"])
    if field == "deleted":
        return "deleted" if value else "there"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"

"""Items as files: our own CSV, which holds everything, and those of other tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

from pilothouse.apps.backlog.formats.own import OwnItem, write_own
from pilothouse.apps.backlog.formats.records import SOURCES
from pilothouse.apps.backlog.formats.writers import WRITERS
from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.fields import FieldView, list_fields
from pilothouse.apps.backlog.services.rows import live_items
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError

FORMATS = tuple(name for name in SOURCES if name != "csv")


def export_items(product: ProductView, format_name: str) -> tuple[str, Iterable[bytes]]:
    """The file's ending and its pieces; all items that are not deleted, in their order."""
    if format_name not in FORMATS:
        raise InvalidValueError(f"a format is one of {', '.join(FORMATS)}.", value=format_name)
    fields = list_fields(product)
    items = read_items(product, fields)
    if format_name == "pilothouse":
        return "csv", write_own(items, [(field.kind, field.name) for field in fields])
    write, ending = WRITERS[format_name]
    return ending, [write(items, product.name)]


def read_items(product: ProductView, fields: Sequence[FieldView]) -> list[OwnItem]:
    """Every item with its body and the names of its fields; one query."""
    names = {field.key: field.name for field in fields}
    rows = live_items(product).order_by("position", "pk")
    return [_to_own(row, names) for row in rows]


def _to_own(row: Item, names: dict[str, str]) -> OwnItem:
    return OwnItem(
        public_id=row.public_id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        title=row.title,
        parent=row.parent.public_id if row.parent else "",
        tags=tuple(row.tags),
        owner=row.owner.name if row.owner else "",
        estimate=row.estimate,
        due=row.due,
        created_at=row.created_at.astimezone(timezone.utc),
        started_at=_utc(row.started_at),
        done_at=_utc(row.done_at),
        source=row.source,
        external_id=row.external_id,
        body=row.body,
        fields={names[key]: value for key, value in row.fields.items() if key in names},
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(timezone.utc) if moment else None

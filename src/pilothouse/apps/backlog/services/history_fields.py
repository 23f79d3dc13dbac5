"""The fields of an item as history knows them: read as JSON, written back from JSON.

History holds what JSON holds (texts, numbers, lists, public ids, ISO times), so that a change can
be shown, exported and undone years later. A custom field is called ``field:KEY``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.people import Person

CUSTOM = "field:"
_PLAIN = frozenset({"title", "body", "kind", "status", "tags", "estimate", "position"})
_TIMES = frozenset({"started_at", "done_at"})
# What follows from something else; not shown by itself.
DERIVED = frozenset({"started_at", "done_at", "position"})
# The columns behind the names of history where they differ.
_COLUMNS = {"parent": "parent_id", "owner": "owner_id", "deleted": "deleted_at"}


@dataclass(frozen=True)
class References:
    """Rows by their public ids, for the fields that point to rows."""

    items: Mapping[str, Item] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)


def read_value(item: Item, name: str) -> Any:
    """The value of a field as history holds it."""
    if name in _PLAIN:
        return getattr(item, name)
    if name.startswith(CUSTOM):
        return item.fields.get(name.removeprefix(CUSTOM))
    if name in {"parent", "owner"}:
        row = getattr(item, name)
        return row.public_id if row else None
    if name == "deleted":
        return item.deleted_at is not None
    moment: date | datetime | None = getattr(item, name)
    return moment.isoformat() if moment else None


def write_value(item: Item, name: str, value: Any, references: References, at: datetime) -> None:
    """Set a field from what history holds; the row is not saved."""
    if name in _PLAIN:
        setattr(item, name, value)
    elif name.startswith(CUSTOM):
        item.fields = _with_custom(item.fields, name.removeprefix(CUSTOM), value)
    elif name == "parent":
        item.parent = references.items[value] if value else None
    elif name == "owner":
        item.owner_id = references.people[value].id if value else None
    elif name == "deleted":
        item.deleted_at = at if value else None
    elif name in _TIMES:
        setattr(item, name, datetime.fromisoformat(value) if value else None)
    else:
        item.due = date.fromisoformat(value) if value else None


def column_of(name: str) -> str:
    """The attribute of the row that holds a field."""
    return "fields" if name.startswith(CUSTOM) else _COLUMNS.get(name, name)


def _with_custom(fields: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    kept = {name: each for name, each in fields.items() if name != key}
    return kept if value is None else {**kept, key: value}

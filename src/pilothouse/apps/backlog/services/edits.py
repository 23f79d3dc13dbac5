"""What a person wants changed, as values of history; and what must not come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.fields import FieldView, check_fields
from pilothouse.apps.backlog.services.history_fields import CUSTOM, read_value
from pilothouse.apps.backlog.services.rows import live_items
from pilothouse.apps.backlog.services.values import (
    check_body,
    check_date,
    check_estimate,
    check_kind,
    check_status,
    check_tags,
    check_title,
)
from pilothouse.apps.backlog.services.writing import Edit
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import ConflictError, InvalidValueError

_CHECKS = {
    "title": check_title,
    "body": check_body,
    "kind": check_kind,
    "status": check_status,
    "tags": check_tags,
    "estimate": check_estimate,
}
_POINTERS = {"parent_id": "parent", "owner_id": "owner"}
NAMES = (*_CHECKS, *_POINTERS, "due", "fields")


@dataclass(frozen=True)
class BulkEdit:
    """One change for many items. ``values`` are those of ``update_item``; tags add and remove."""

    values: Mapping[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is changed, in words."""
        parts = [_say(name, value) for name, value in self.values.items()]
        parts += [f"tag {tag} added" for tag in self.add_tags]
        parts += [f"tag {tag} removed" for tag in self.remove_tags]
        text = ", ".join(parts)
        return text[:1].upper() + text[1:] if text else "Changed"

    def values_for(self, item: Item, planned: Mapping[str, Any]) -> dict[str, Any]:
        """The new values of one of the items, given the checked ``values``."""
        values = dict(planned)
        if self.add_tags or self.remove_tags:
            removed = set(check_tags(list(self.remove_tags)))
            kept = [tag for tag in values.get("tags", item.tags) if tag not in removed]
            values["tags"] = check_tags([*kept, *self.add_tags])
        return values


def plan_values(values: Mapping[str, Any], fields: Sequence[FieldView]) -> dict[str, Any]:
    """Checked values by the names of history; ``InvalidValueError`` for the first bad one."""
    planned: dict[str, Any] = {}
    for name, value in values.items():
        if name in _CHECKS:
            planned[name] = _CHECKS[name](value)
        elif name in _POINTERS:
            planned[_POINTERS[name]] = _public_id(value, name)
        elif name == "due":
            day = check_date(value)
            planned["due"] = day.isoformat() if day else None
        elif name == "fields":
            checked = check_fields(fields, value)
            planned |= {CUSTOM + key: each for key, each in checked.items()}
        else:
            raise InvalidValueError(f"a field is one of {', '.join(NAMES)}.", value=name)
    return planned


def refuse_conflict(item: Item, planned: Mapping[str, Any], version: int | None) -> None:
    """Raise when somebody changed the item after ``version`` was read."""
    if version is None or version == item.version:
        return
    different = [name for name, value in planned.items() if read_value(item, name) != value]
    if different:
        raise ConflictError(
            f"it was changed meanwhile; different from yours: {', '.join(different)}.",
            value=f"#{item.number} {item.title}",
            remedy="Look at what it says now and save again to replace it.",
        )


def refuse_cycles(product: ProductView, edits: Sequence[Edit]) -> None:
    """Raise when an item would become its own ancestor."""
    moved = {
        edit.item.public_id: edit.values["parent"] for edit in edits if edit.values.get("parent")
    }
    if not moved:
        return
    parents = parent_map(product) | moved
    for item_id in moved:
        if is_own_ancestor(item_id, parents):
            raise InvalidValueError(
                "an item cannot lie below itself or one of its children.",
                remedy="Choose another parent.",
            )


def parent_map(product: ProductView) -> dict[str, str | None]:
    """The parent of every item, by public ids."""
    rows = live_items(product).order_by().values_list("public_id", "parent__public_id")
    return dict(rows)


def is_own_ancestor(item_id: str, parents: Mapping[str, str | None]) -> bool:
    """Whether going up from an item comes back to it."""
    seen, at = {item_id}, parents.get(item_id)
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def spare_children(product: ProductView, edits: Sequence[Edit]) -> list[Edit]:
    """``edits`` and, for items that go, their children moved up to the next one that stays.

    An item that comes back under a parent that is gone stands at the top.
    """
    going = {edit.item.pk: edit.item for edit in edits if edit.values.get("deleted")}
    returning = {edit.item.pk for edit in edits if edit.values.get("deleted") is False}
    result = [_without_dead_parent(edit, returning) for edit in edits]
    if not going:
        return result
    edited = {edit.item.pk for edit in edits}
    for child in live_items(product).filter(parent_id__in=going).exclude(pk__in=edited):
        above = going[child.parent_id].parent if child.parent_id else None
        while above is not None and above.pk in going:
            above = going[above.pk].parent
        result.append(Edit(child, {"parent": above.public_id if above else None}))
    return result


def _without_dead_parent(edit: Edit, returning: set[int]) -> Edit:
    parent = edit.item.parent
    if edit.item.pk not in returning or "parent" in edit.values or parent is None:
        return edit
    if parent.deleted_at is None or parent.pk in returning:
        return edit
    return Edit(edit.item, {**edit.values, "parent": None})


def _public_id(value: object, name: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidValueError(f"{name} is a public id.", value=value)
    return value


def _say(name: str, value: Any) -> str:
    label = name.removesuffix("_id")
    if name in {"status", "kind"}:
        return f"{label} {value}"
    if name == "fields" and isinstance(value, dict):
        return ", ".join(
            f"{key} {each}" if each else f"{key} cleared" for key, each in value.items()
        )
    return f"{label} cleared" if value in (None, "", []) else f"{label} changed"

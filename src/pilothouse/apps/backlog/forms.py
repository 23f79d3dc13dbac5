"""Forms of the backlog: what was typed, as values for the services, and back again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services.fields import FieldView
from pilothouse.apps.backlog.services.items import ItemView, find_by_ref, find_by_title
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError
from pilothouse.kernel.ids import clean_text

PLAIN = ("title", "body", "kind", "status", "tags", "estimate", "due")
_REF = re.compile(r"#?(\d{1,9})\b")


@dataclass(frozen=True)
class FormField:
    """A custom field with the value that its widget shows."""

    name: str
    label: str
    kind: str
    options: list[tuple[str, str]]
    value: str


def read_values(
    product: ProductView, given: QueryDict, fields: Sequence[FieldView]
) -> dict[str, Any]:
    """The values that a form names, for ``update_item``; what it does not name stays as it is."""
    values: dict[str, Any] = {name: given[name] for name in PLAIN if name in given}
    if "owner" in given:
        values["owner_id"] = given.get("owner") or None
    if "parent" in given:
        values["parent_id"] = read_parent(product, given.get("parent", ""))
    custom = {each.key: given[each.input_name] for each in fields if each.input_name in given}
    return values | ({"fields": custom} if custom else {})


def read_parent(product: ProductView, text: str) -> str | None:
    """The public id behind "#12", "12", "#12 Its title" or a title; None for nothing."""
    words = clean_text(text).strip()
    if not words:
        return None
    match = _REF.match(words)
    item = find_by_ref(product, int(match[1])) if match else None
    item = item or find_by_title(product, words)
    if item is None:
        raise InvalidValueError(
            "a parent is the number of an item, such as #12, or its whole title.", value=words
        )
    return item.public_id


def read_version(given: QueryDict) -> int | None:
    """The version that the form was made from."""
    text = given.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def shown_values(item: ItemView | None, given: QueryDict | None = None) -> dict[str, Any]:
    """What the widgets of an item show: what was typed, else what is."""
    shown: dict[str, Any] = {"kind": "idea", "status": "new"}
    if item is not None:
        shown = {
            "title": item.title, "body": item.body, "kind": item.kind, "status": item.status,
            "tags": ", ".join(item.tags), "owner": item.owner_id or "",
            "parent": f"#{item.parent_number} {item.parent_title}" if item.parent_id else "",
            "estimate": "" if item.estimate is None else f"{item.estimate:g}",
            "due": item.due.isoformat() if item.due else "", "version": item.version,
        }  # fmt: skip
    return shown | (given.dict() if given is not None else {})


def shown_fields(
    fields: Sequence[FieldView], item: ItemView | None, given: QueryDict | None = None
) -> list[FormField]:
    """The custom fields with what their widgets show."""
    return [
        FormField(
            each.input_name,
            each.name,
            each.kind,
            [("", "—"), *((option, option) for option in each.options)],
            _shown(each, item, given),
        )
        for each in fields
    ]


def options(access: Access) -> dict[str, Any]:
    """The choices of every form of items."""
    members = [(member.user_public_id, member.name) for member in list_members(access)]
    return {
        "kinds": ItemKind.choices,
        "statuses": ItemStatus.choices,
        "owners": [("", "Nobody"), *members],
        "members": members,
    }


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of the page asks, which shows the answer itself."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def status_of(error: PilothouseError | None) -> int:
    """The status of a form that is shown again; 200 without an error."""
    if error is None:
        return 200
    return 409 if isinstance(error, ConflictError) else 400


def _shown(each: FieldView, item: ItemView | None, given: QueryDict | None) -> str:
    if given is not None and each.input_name in given:
        return str(given[each.input_name])
    value = item.fields.get(each.key) if item else None
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)

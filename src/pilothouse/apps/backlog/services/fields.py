"""Custom fields: what a product adds to its items."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pilothouse.apps.backlog.models import CustomField, FieldKind
from pilothouse.apps.backlog.services.values import check_custom
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_FIELDS = 30
MAX_OPTIONS = 50
MAX_NAME = 60


@dataclass(frozen=True)
class FieldView:
    """A custom field. Items keep its value under ``key``."""

    public_id: str
    key: str
    name: str
    kind: str
    options: tuple[str, ...]

    @property
    def input_name(self) -> str:
        """What its widget is called in forms."""
        return f"field-{self.key}"


def list_fields(product: ProductView) -> list[FieldView]:
    """The product's custom fields in their order."""
    rows = CustomField.objects.filter(product_id=product.id, deleted_at=None)
    return [_to_view(row) for row in rows.order_by("position", "pk")]


def save_field(
    access: Access,
    product: ProductView,
    name: str,
    kind: str = FieldKind.TEXT.value,
    options: Sequence[str] = (),
    *,
    public_id: str | None = None,
) -> FieldView:
    """Add a field, or rename one and change its options; a kind is chosen once."""
    access.require(Role.EDITOR, to="changing the fields of items")
    label, choices = _check_name(name), _check_options(options)
    with transaction.atomic():
        row = _get(product, public_id) if public_id else _new(product, label, kind)
        _refuse_taken_name(product, label, row.public_id)
        if row.kind == FieldKind.CHOICE and not choices:
            raise InvalidValueError("a choice needs options.", remedy="Write one on each line.")
        row.name, row.options = label, choices if row.kind == FieldKind.CHOICE else []
        row.save()
        act = "field.changed" if public_id else "field.added"
        facts = {"name": row.name, "kind": row.kind}
        record_act(access, act, "field", row.public_id, facts, product=product)
    return _to_view(row)


def set_field_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> FieldView:
    """Take a field away, or bring it back. Items keep their values meanwhile."""
    access.require(Role.EDITOR, to="deleting a field")
    with transaction.atomic():
        row = _get(product, public_id, with_deleted=True)
        if not is_deleted:
            _refuse_taken_name(product, row.name, row.public_id)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        act = "field.deleted" if is_deleted else "field.restored"
        record_act(access, act, "field", public_id, {"name": row.name}, product=product)
    return _to_view(row)


def check_fields(fields: Sequence[FieldView], given: object) -> dict[str, Any]:
    """Values by key, each as items keep it; a key of no field is refused."""
    if not isinstance(given, dict):
        raise InvalidValueError("fields are an object of values by key.", value=given)
    known = {field.key: field for field in fields}
    for key in given:
        if key not in known:
            raise InvalidValueError(
                "there is no custom field of this key.", value=key, remedy="Add it under Fields."
            )
    return {
        key: check_custom(known[key].kind, known[key].name, list(known[key].options), value)
        for key, value in given.items()
    }


def _new(product: ProductView, name: str, kind: str) -> CustomField:
    if kind not in FieldKind.values:
        raise InvalidValueError(f"a kind is one of {', '.join(FieldKind.values)}.", value=kind)
    rows = CustomField.objects.filter(product_id=product.id)
    if rows.filter(deleted_at=None).count() >= MAX_FIELDS:
        raise ConflictError(f"a product has at most {MAX_FIELDS} fields.")
    last = rows.aggregate(last=Max("position"))["last"]
    key = _free_key(name, set(rows.values_list("key", flat=True)))
    return CustomField(
        product_id=product.id, kind=kind, key=key, position=0 if last is None else last + 1
    )


def _free_key(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    # A key of digits would be read as a place in a list.
    base = slug if slug and not slug[0].isdigit() else f"field-{slug}".strip("-")
    return next(
        key
        for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
        if key not in taken
    )


def _check_name(name: str) -> str:
    label = " ".join(clean_text(name).split())
    if not 1 <= len(label) <= MAX_NAME:
        raise InvalidValueError(f"a field's name has 1 to {MAX_NAME} characters.", value=name)
    return label


def _check_options(options: Sequence[str]) -> list[str]:
    texts = list(dict.fromkeys(" ".join(clean_text(each).split()) for each in options))
    kept = [text for text in texts if text]
    if len(kept) > MAX_OPTIONS or any(len(text) > 100 for text in kept):
        raise InvalidValueError(
            f"a choice has at most {MAX_OPTIONS} options of at most 100 characters."
        )
    return kept


def _get(product: ProductView, public_id: str, *, with_deleted: bool = False) -> CustomField:
    rows = CustomField.objects.filter(product_id=product.id, public_id=public_id)
    row = rows.first() if with_deleted else rows.filter(deleted_at=None).first()
    if row is None:
        raise NotFoundError("there is no such field in this product.", value=public_id)
    return row


def _refuse_taken_name(product: ProductView, name: str, public_id: str) -> None:
    taken = CustomField.objects.filter(product_id=product.id, name=name, deleted_at=None)
    if taken.exclude(public_id=public_id).exists():
        raise ConflictError("there is a field of this name already.", value=name)


def _to_view(row: CustomField) -> FieldView:
    return FieldView(row.public_id, row.key, row.name, row.kind, tuple(row.options))

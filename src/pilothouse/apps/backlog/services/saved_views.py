"""Saved views: a filter and a layout under a name, for all who work on the product."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.backlog.models import Layout, SavedView
from pilothouse.apps.backlog.services.filters import check_query
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_NAME = 60
MAX_VIEWS = 50
_PAGES = {Layout.OUTLINE: "", Layout.BOARD: "board/", Layout.TABLE: "table/"}


@dataclass(frozen=True)
class SavedViewView:
    """A saved view. ``query`` is as in the address of the page."""

    public_id: str
    name: str
    layout: str
    query: str
    is_default: bool
    url: str


def list_views(product: ProductView) -> list[SavedViewView]:
    """The product's saved views by name."""
    rows = SavedView.objects.filter(product_id=product.id, deleted_at=None)
    return sorted((_to_view(product, row) for row in rows), key=lambda view: view.name.casefold())


def save_view(
    access: Access, product: ProductView, name: str, layout: str, query: str
) -> SavedViewView:
    """Keep a view under a name; the one of that name is replaced."""
    access.require(Role.EDITOR, to="saving a view")
    label = " ".join(clean_text(name).split())
    if not 1 <= len(label) <= MAX_NAME:
        raise InvalidValueError(f"a view's name has 1 to {MAX_NAME} characters.", value=name)
    if layout not in Layout.values:
        raise InvalidValueError(f"a layout is one of {', '.join(Layout.values)}.", value=layout)
    with transaction.atomic():
        rows = SavedView.objects.filter(product_id=product.id, deleted_at=None)
        row = rows.filter(name=label).first()
        if row is None and rows.count() >= MAX_VIEWS:
            raise ConflictError(f"a product has at most {MAX_VIEWS} saved views.")
        row = row or SavedView(product_id=product.id, name=label, user_id=access.user_id)
        row.layout, row.query = layout, check_query(query)
        row.save()
        _record(access, product, "view.saved", row)
    return _to_view(product, row)


def set_view_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> SavedViewView:
    """Delete a view, or bring it back."""
    access.require(Role.EDITOR, to="deleting a view")
    with transaction.atomic():
        row = _get(product, public_id, with_deleted=True)
        taken = SavedView.objects.filter(product_id=product.id, name=row.name, deleted_at=None)
        if not is_deleted and taken.exclude(pk=row.pk).exists():
            raise ConflictError("there is a view of this name already.", value=row.name)
        row.deleted_at = timezone.now() if is_deleted else None
        row.is_default = False
        row.save(update_fields=["deleted_at", "is_default"])
        _record(access, product, "view.deleted" if is_deleted else "view.restored", row)
    return _to_view(product, row)


def set_default_view(
    access: Access, product: ProductView, public_id: str, *, is_default: bool
) -> SavedViewView:
    """Open the backlog with this view from now on, or not any more."""
    access.require(Role.EDITOR, to="choosing the view that opens first")
    with transaction.atomic():
        row = _get(product, public_id)
        SavedView.objects.filter(product_id=product.id, is_default=True).update(is_default=False)
        row.is_default = is_default
        row.save(update_fields=["is_default"])
    return _to_view(product, row)


def _get(product: ProductView, public_id: str, *, with_deleted: bool = False) -> SavedView:
    rows = SavedView.objects.filter(product_id=product.id, public_id=public_id)
    row = rows.first() if with_deleted else rows.filter(deleted_at=None).first()
    if row is None:
        raise NotFoundError("there is no such view in this product.", value=public_id)
    return row


def _record(access: Access, product: ProductView, kind: str, row: SavedView) -> None:
    facts = {"name": row.name, "layout": row.layout}
    record_act(access, kind, "view", row.public_id, facts, product=product)


def _to_view(product: ProductView, row: SavedView) -> SavedViewView:
    page = _PAGES[Layout(row.layout)]
    query = f"{row.query}&" if row.query else ""
    return SavedViewView(
        public_id=row.public_id,
        name=row.name,
        layout=row.layout,
        query=row.query,
        is_default=row.is_default,
        url=f"/p/{product.public_id}/backlog/{page}?{query}view={row.public_id}",
    )

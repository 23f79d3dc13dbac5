"""Products of a workspace: creating, editing, archiving; their world never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import Industry, Product, Role, World
from pilothouse.apps.workspace.services.access import (
    Access,
    ProductView,
    get_product,
    to_product_view,
)
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import parse_zone


@dataclass(frozen=True)
class ProductDraft:
    """What a person decides about a product; validated as a whole."""

    name: str
    description: str = ""
    zone: str = "UTC"
    week_start: int = 0
    currency: str = "USD"
    industry: str = Industry.TECHNOLOGY.value

    def checked(self) -> ProductDraft:
        """This draft with clean texts; raises ``InvalidValueError`` for the first bad field."""
        name = clean_text(self.name).strip()
        if not 1 <= len(name) <= 100:
            raise InvalidValueError("a product's name has 1 to 100 characters.", value=self.name)
        parse_zone(self.zone)
        if self.week_start not in range(7):
            raise InvalidValueError(
                "the start of the week is 0 (Monday) to 6 (Sunday).", value=self.week_start
            )
        currency = self.currency.strip().upper()
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise InvalidValueError(
                "a currency is its three-letter code, such as EUR.", value=self.currency
            )
        if self.industry not in Industry.values:
            raise InvalidValueError(
                f"an industry is one of {', '.join(Industry.values)}.", value=self.industry
            )
        description = clean_text(self.description).strip()
        if len(description) > 2000:
            raise InvalidValueError(
                "a description has at most 2,000 characters.", value=len(description)
            )
        return ProductDraft(name, description, self.zone, self.week_start, currency, self.industry)


def list_products(access: Access, *, with_archived: bool = False) -> list[ProductView]:
    """Products of the workspace by name."""
    products = Product.objects.filter(workspace_id=access.workspace_id).order_by("name")
    if not with_archived:
        products = products.filter(archived_at=None)
    return [to_product_view(product) for product in products]


def create_product(
    access: Access,
    draft: ProductDraft,
    *,
    world: World = World.REAL,
    clock: datetime | None = None,
) -> ProductView:
    """A new product in a real or simulated world."""
    access.require(Role.EDITOR, to="creating a product")
    checked = draft.checked()
    with transaction.atomic():
        _refuse_taken_name(access, checked.name)
        product = Product.objects.create(
            workspace_id=access.workspace_id, world=world, clock=clock, **checked.__dict__
        )
        view = to_product_view(product)
        facts = {"name": view.name, "world": view.world, "industry": view.industry}
        record_act(access, "product.created", "product", view.public_id, facts, product=view)
        _index(view)
    return view


def update_product(access: Access, public_id: str, draft: ProductDraft) -> ProductView:
    """Change what a person decides about a product."""
    access.require(Role.EDITOR, to="changing a product")
    checked = draft.checked()
    with transaction.atomic():
        before = get_product(access, public_id)
        if checked.name != before.name:
            _refuse_taken_name(access, checked.name)
        Product.objects.filter(pk=before.id).update(**checked.__dict__)
        after = get_product(access, public_id)
        facts = _difference(before, after, checked.__dict__)
        if facts:
            record_act(access, "product.changed", "product", public_id, facts, product=after)
        _index(after)
    return after


def archive_product(access: Access, public_id: str, *, is_archived: bool) -> ProductView:
    """Put a product away, or take it back; nothing is deleted."""
    access.require(Role.OWNER, to="archiving a product")
    with transaction.atomic():
        product = get_product(access, public_id)
        Product.objects.filter(pk=product.id).update(
            archived_at=timezone.now() if is_archived else None
        )
        kind = "product.archived" if is_archived else "product.restored"
        record_act(access, kind, "product", public_id, {}, product=product)
    return get_product(access, public_id)


def set_clock(access: Access, product: ProductView, clock: datetime) -> ProductView:
    """Move the clock of a simulated product."""
    if not product.is_simulated:
        raise ConflictError("a real product lives by the wall clock.", value=product.name)
    Product.objects.filter(pk=product.id).update(clock=clock)
    return get_product(access, product.public_id)


def _refuse_taken_name(access: Access, name: str) -> None:
    if Product.objects.filter(workspace_id=access.workspace_id, name=name).exists():
        raise ConflictError("there is a product of this name already.", value=name)


def _difference(
    before: ProductView, after: ProductView, fields: Mapping[str, object]
) -> dict[str, list[object]]:
    return {
        name: [getattr(before, name), getattr(after, name)]
        for name in fields
        if getattr(before, name) != getattr(after, name)
    }


def _index(product: ProductView) -> None:
    index_entry(
        product.workspace_id,
        kind="product",
        object_id=product.public_id,
        title=product.name,
        body=product.description,
        url=f"/p/{product.public_id}/today/",
        product_id=product.id,
    )

"""The members of a product's workspace by their public ids, as history and forms know them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pilothouse.apps.backlog.models import Backlog
from pilothouse.apps.workspace.services.access import ProductView

_USER = "product__workspace__members__user"


@dataclass(frozen=True)
class Person:
    """A member. ``id`` is the key of the user's row."""

    id: int
    public_id: str
    name: str


def find_people(product: ProductView, public_ids: Collection[str]) -> dict[str, Person]:
    """Those of ``public_ids`` who are members of the product's workspace now."""
    if not public_ids:
        return {}
    rows = Backlog.objects.filter(
        **{"product_id": product.id, f"{_USER}__public_id__in": set(public_ids)}
    ).values_list(f"{_USER}__id", f"{_USER}__public_id", f"{_USER}__name")
    return {public_id: Person(pk, public_id, name) for pk, public_id, name in rows}

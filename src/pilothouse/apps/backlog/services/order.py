"""The one order of a product's items, with gaps: a move writes one row, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max, Min

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.workspace.services.access import ProductView

# Forty moves into the same gap before all items must be numbered anew.
GAP = 2**40


def last_position(product: ProductView) -> int:
    """The position of the last item, deleted ones included; 0 when there is none."""
    found = Item.objects.filter(product_id=product.id).aggregate(last=Max("position"))["last"]
    return 0 if found is None else int(found)


def position_after(product: ProductView, item: Item | None) -> int:
    """A free position right behind ``item``, or before all when it is None."""
    before = item.position if item else _first_position(product) - 2 * GAP
    following = Item.objects.filter(product_id=product.id, position__gt=before).aggregate(
        next=Min("position")
    )["next"]
    if following is None:
        return before + GAP
    if following - before > 1:
        return (before + int(following)) // 2
    renumber(product)
    if item:
        item.refresh_from_db(fields=["position"])
    return position_after(product, item)


def position_before(product: ProductView, item: Item) -> int:
    """A free position right before ``item``."""
    preceding = Item.objects.filter(product_id=product.id, position__lt=item.position).aggregate(
        last=Max("position")
    )["last"]
    if preceding is None:
        return item.position - GAP
    if item.position - int(preceding) > 1:
        return (item.position + int(preceding)) // 2
    renumber(product)
    item.refresh_from_db(fields=["position"])
    return position_before(product, item)


def renumber(product: ProductView) -> None:
    """Give all items new positions in the order they have, in one statement."""
    table = connection.ops.quote_name(Item._meta.db_table)
    sql = (
        f"UPDATE {table} SET position = ranked.place * {GAP} FROM ("  # noqa: S608 -- our names
        f"SELECT id, ROW_NUMBER() OVER (ORDER BY position, id) AS place FROM {table}"
        f" WHERE product_id = %s) AS ranked WHERE {table}.id = ranked.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [product.id])


def exchange_positions(items: Sequence[Item]) -> list[int]:
    """The places that ``items`` hold, lowest first: for putting them there in another order."""
    return sorted(item.position for item in items)


def _first_position(product: ProductView) -> int:
    found = Item.objects.filter(product_id=product.id).aggregate(first=Min("position"))["first"]
    return 0 if found is None else int(found)

"""What the list, the board and the table show: a page of rows by a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import QueryDict

from pilothouse.apps.backlog.models import FieldKind, Item, ItemStatus
from pilothouse.apps.backlog.services.fields import FieldView
from pilothouse.apps.backlog.services.filters import (
    SORTS,
    ItemFilter,
    Sorting,
    apply_filter,
    parse_filter,
)
from pilothouse.apps.backlog.services.rows import ItemView, light, live_items, to_views
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_zone

ROWS_A_PAGE = 100
CARDS_A_COLUMN = 50
CLOSED_CARDS = 10
# Deeper levels are shown at this one.
MAX_DEPTH = 12
MAX_LIMIT = 1000
MAX_OFFSET = 10**9


@dataclass(frozen=True)
class Progress:
    """How many of an item's children are done; dropped ones do not count."""

    done: int
    of: int


@dataclass(frozen=True)
class OutlineRow:
    """A line of the outline. ``has_children`` tells of children that are shown."""

    item: ItemView
    depth: int
    has_children: bool
    progress: Progress | None


@dataclass(frozen=True)
class OutlinePage:
    """A page of the outline."""

    rows: list[OutlineRow]
    page: Page[tuple[int, int]]


@dataclass(frozen=True)
class BoardColumn:
    """A status with its first cards; ``count`` is of all of them."""

    status: str
    label: str
    count: int
    items: list[ItemView]
    next_offset: int | None


@dataclass(frozen=True)
class TablePage:
    """A page of the table."""

    items: list[ItemView]
    page: Page[Item]


def today_of(product: ProductView) -> date:
    """The day on which the product lives."""
    return product.now.astimezone(parse_zone(product.zone)).date()


def outline_page(product: ProductView, wanted: ItemFilter, number: str) -> OutlinePage:
    """Items below their parents, in their order; one whose parent is not shown stands on top."""
    items = apply_filter(live_items(product), wanted, today_of(product)).order_by("position", "pk")
    pairs = list(items.select_related(None).values_list("pk", "parent_id"))
    lines, parents = _outline(pairs)
    page = Paginator(lines, ROWS_A_PAGE).get_page(number)
    pks = [pk for pk, _ in page.object_list]
    rows = light(live_items(product)).filter(pk__in=pks)
    views = {view.id: view for view in to_views(product, rows, body=False)}
    progress = count_progress(pks)
    return OutlinePage(
        [
            OutlineRow(views[pk], min(depth, MAX_DEPTH), pk in parents, progress.get(pk))
            for pk, depth in page.object_list
            if pk in views
        ],
        page,
    )


def board_columns(product: ProductView, wanted: ItemFilter) -> list[BoardColumn]:
    """Every status that the filter lets through, with its first cards."""
    items = apply_filter(live_items(product), wanted, today_of(product), default=ItemStatus.values)
    counts = dict(items.order_by().values_list("status").annotate(n=Count("pk")))
    shown = ItemStatus.values if wanted.statuses == ("any",) else wanted.statuses
    return [
        _column(product, items, status, counts.get(status, 0), 0)
        for status in ItemStatus
        if not shown or status.value in shown
    ]


def board_column(product: ProductView, wanted: ItemFilter, status: str, offset: int) -> BoardColumn:
    """The cards of one column from ``offset`` on."""
    items = apply_filter(live_items(product), wanted, today_of(product), default=ItemStatus.values)
    count = items.filter(status=status).count()
    return _column(product, items, ItemStatus(status), count, offset)


def table_page(
    product: ProductView,
    wanted: ItemFilter,
    sorting: Sorting,
    fields: Sequence[FieldView],
    number: str,
) -> TablePage:
    """Items sorted by a column; without a value last, and in the backlog's order where equal."""
    items = apply_filter(live_items(product), wanted, today_of(product))
    page = Paginator(_sorted(light(items), sorting, fields), ROWS_A_PAGE).get_page(number)
    return TablePage(to_views(product, page.object_list, body=False), page)


def filtered_items(
    product: ProductView, query: QueryDict, *, limit: int, offset: int = 0
) -> tuple[int, list[ItemView]]:
    """How many items an address asks for, and ``limit`` of them with their descriptions."""
    if not 1 <= limit <= MAX_LIMIT or not 0 <= offset <= MAX_OFFSET:
        raise InvalidValueError(f"a limit is 1 to {MAX_LIMIT:,}.", value=limit)
    items = apply_filter(live_items(product), parse_filter(query), today_of(product))
    rows = items.order_by("position", "pk")[offset : offset + limit]
    return items.count(), to_views(product, rows)


def matching_ids(product: ProductView, query: str) -> list[str]:
    """The public ids of all items that the query of an address asks for, in their order."""
    items = apply_filter(live_items(product), parse_filter(QueryDict(query)), today_of(product))
    return list(items.order_by("position", "pk").values_list("public_id", flat=True))


def count_progress(parent_pks: Sequence[int]) -> dict[int, Progress]:
    """How far the children of each of these items are."""
    rows = (
        Item.objects.filter(parent_id__in=parent_pks, deleted_at=None)
        .exclude(status=ItemStatus.DROPPED)
        .order_by()
        .values_list("parent_id")
        .annotate(of=Count("pk"), done=Count("pk", filter=Q(status=ItemStatus.DONE)))
    )
    return {pk: Progress(done, of) for pk, of, done in rows if pk is not None}


def _outline(pairs: Sequence[tuple[int, int | None]]) -> tuple[list[tuple[int, int]], set[int]]:
    """(key, depth) in the order of the outline, and the keys of those with children."""
    shown = {pk for pk, _ in pairs}
    children: dict[int | None, list[int]] = {}
    for pk, parent in pairs:
        children.setdefault(parent if parent in shown else None, []).append(pk)
    return list(_walk(children)), {pk for pk in children if pk is not None}


def _walk(children: dict[int | None, list[int]]) -> Iterator[tuple[int, int]]:
    stack = [(pk, 0) for pk in reversed(children.get(None, ()))]
    while stack:
        pk, depth = stack.pop()
        yield pk, depth
        stack.extend((child, depth + 1) for child in reversed(children.get(pk, ())))


def _column(
    product: ProductView, items: QuerySet[Item], status: ItemStatus, count: int, offset: int
) -> BoardColumn:
    rows = light(items).filter(status=status)
    is_closed = status in {ItemStatus.DONE, ItemStatus.DROPPED}
    # What is over is looked at for what is new in it; what is open stands in the backlog's order.
    latest = (F("done_at").desc(nulls_last=True), "-pk")
    rows = rows.order_by(*(latest if is_closed else ("position", "pk")))
    end = offset + (CLOSED_CARDS if is_closed else CARDS_A_COLUMN)
    views = to_views(product, rows[offset:end] if count else (), body=False)
    return BoardColumn(status.value, str(status.label), count, views, end if end < count else None)


def _sorted(items: QuerySet[Item], sorting: Sorting, fields: Sequence[FieldView]) -> Any:
    order = ("position", "pk")
    if not sorting.key:
        return items.order_by(*order)
    column = F(SORTS[sorting.key]) if sorting.key in SORTS else _custom(sorting.key, fields)
    if sorting.key == "status":
        column = _status_place()
    by = column.desc(nulls_last=True) if sorting.is_falling else column.asc(nulls_last=True)
    return items.order_by(by, *order)


def _custom(key: str, fields: Sequence[FieldView]) -> Any:
    found = next((field for field in fields if field.input_name == key), None)
    if found is None:
        return F("position")
    value = KT(f"fields__{found.key}")
    return Cast(value, FloatField()) if found.kind == FieldKind.NUMBER else value


def _status_place() -> Any:
    return Case(
        *(When(status=status, then=Value(place)) for place, status in enumerate(ItemStatus)),
        output_field=IntegerField(),
    )

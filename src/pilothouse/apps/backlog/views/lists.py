"""The list, the board and the table: three pages over one filter."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from pilothouse.apps.backlog.forms import options
from pilothouse.apps.backlog.models import FieldKind, ItemStatus
from pilothouse.apps.backlog.services.fields import FieldView, list_fields
from pilothouse.apps.backlog.services.filters import (
    SORTS,
    ItemFilter,
    count_tags,
    parse_filter,
    parse_sorting,
)
from pilothouse.apps.backlog.services.items import ItemView, find_items
from pilothouse.apps.backlog.services.pages import (
    board_column,
    board_columns,
    outline_page,
    table_page,
    today_of,
)
from pilothouse.apps.backlog.services.saved_views import list_views
from pilothouse.apps.http import read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView

# Key, label, whether it is a number, whether it is shown unless others are chosen.
COLUMNS = (
    ("kind", "Kind", False, True), ("status", "Status", False, True),
    ("tags", "Tags", False, True), ("owner", "Owner", False, True),
    ("estimate", "Points", True, True), ("due", "Due", False, True),
    ("parent", "Parent", False, False), ("created", "Created", False, False),
    ("started", "Begun", False, False), ("done", "Done", False, False),
)  # fmt: skip
HEADS = (
    {"key": "number", "falling": "-number", "label": "#", "number": True, "sortable": True},
    {"key": "title", "falling": "-title", "label": "Title", "number": False, "sortable": True},
)
SORT_KEYS = (*SORTS, "status")
TIMES = {"created": "created_at", "started": "started_at", "done": "done_at"}


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The outline: items below their parents."""
    if not request.GET and not _is_fragment(request):
        default = next((view for view in list_views(product) if view.is_default), None)
        if default is not None:
            return redirect(default.url)
    wanted = parse_filter(request.GET)
    shown = outline_page(product, wanted, request.GET.get("page", "1"))
    context: dict[str, Any] = {"rows": shown.rows, "page": shown.page, "wanted": wanted}
    if _is_fragment(request):
        return render(request, "backlog/outline_rows.html", context | _little(access, product))
    context |= _frame(request, access, product, wanted, layout="outline")
    return render(request, "backlog/home.html", context)


@require_GET
@with_product
def board(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The board: a column for each status."""
    wanted = parse_filter(request.GET)
    context: dict[str, Any] = {"columns": board_columns(product, wanted), "wanted": wanted}
    if _is_fragment(request):
        return render(request, "backlog/board_columns.html", context | _little(access, product))
    context |= _frame(request, access, product, wanted, layout="board")
    return render(request, "backlog/board.html", context)


@require_GET
@with_product
def column(request: HttpRequest, access: Access, product: ProductView, status: str) -> HttpResponse:
    """More cards of one column of the board."""
    if status not in ItemStatus.values:
        raise Http404
    offset = read_number(request.GET.get("from", "")) or 0
    wanted = parse_filter(request.GET)
    shown = board_column(product, wanted, status, offset)
    context = {"column": shown, "wanted": wanted, **_little(access, product)}
    return render(request, "backlog/cards.html", context)


@require_GET
@with_product
def table(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The table: chosen columns, sorted by any of them."""
    wanted, fields = parse_filter(request.GET), list_fields(product)
    keys = (*SORT_KEYS, *(field.input_name for field in fields))
    sorting = parse_sorting(request.GET.get("sort", ""), keys)
    shown = table_page(product, wanted, sorting, fields, request.GET.get("page", "1"))
    columns = _columns(fields, request.GET.getlist("column"))
    context: dict[str, Any] = {
        "rows": [(item, _cells(item, columns)) for item in shown.items],
        "page": shown.page,
        "wanted": wanted,
        "heads": [*HEADS, *(each for each in columns if each["is_shown"])],
        "all_columns": columns,
        "sort": sorting.text,
    }
    if _is_fragment(request):
        return render(request, "backlog/table_rows.html", context | _little(access, product))
    context |= _frame(request, access, product, wanted, layout="table", fields=fields)
    return render(request, "backlog/table.html", context)


def _frame(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    wanted: ItemFilter,
    *,
    layout: str,
    fields: list[FieldView] | None = None,
) -> dict[str, Any]:
    """What the three pages have in common: filter, bulk bar, saved views."""
    more = [(key, value) for key in ("sort", "column") for value in request.GET.getlist(key)]
    views = list_views(product)
    view = next((each for each in views if each.public_id == request.GET.get("view")), None)
    tags = [tag for tag, _ in count_tags(product.id)]
    custom = list_fields(product) if fields is None else fields
    return {
        "layout": layout,
        "wanted": wanted,
        "filter_count": len(wanted.pairs()) - bool(wanted.text),
        "filter_query": wanted.query(),
        "tags": tags,
        "custom": custom,
        "bulk_fields": [(field.input_name, field.name) for field in custom],
        "views": views,
        "view_id": view.public_id if view else "",
        "view_name": view.name if view else "",
        "view_query": wanted.query(more),
        "parents": _parents(product, wanted),
        **_little(access, product),
        **options(access),
    }


def _parents(product: ProductView, wanted: ItemFilter) -> list[tuple[str, str]]:
    """Any, none, and the parent that is asked for."""
    choices = [("", "Any"), ("none", "At the top level")]
    if wanted.parent in {"", "none"}:
        return choices
    found = find_items(product, [wanted.parent])
    return [*choices, *((key, f"{view.ref} {view.title}") for key, view in found.items())]


def _little(access: Access, product: ProductView) -> dict[str, Any]:
    return {
        "may_edit": access.may(Role.EDITOR),
        "today": today_of(product),
        "statuses": ItemStatus.choices,
    }


def _columns(fields: list[FieldView], chosen: list[str]) -> list[dict[str, Any]]:
    plain = [
        _head(key, label, is_number=number, is_shown=key in chosen if chosen else shown)
        | {"kind": key, "sortable": key in SORT_KEYS}
        for key, label, number, shown in COLUMNS
    ]
    custom = [
        _head(
            each.input_name, each.name, is_number=each.kind == FieldKind.NUMBER,
            is_shown=each.input_name in chosen if chosen else True,
        ) | {"kind": "custom", "field": each.key, "sortable": True}
        for each in fields
    ]  # fmt: skip
    return [*plain, *custom]


def _head(key: str, label: str, *, is_number: bool, is_shown: bool) -> dict[str, Any]:
    return {
        "key": key, "falling": f"-{key}", "label": label, "number": is_number,
        "is_shown": is_shown,
    }  # fmt: skip


def _cells(item: ItemView, columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"kind": each["kind"], "number": each["number"], "value": _text(item, each)}
        for each in columns
        if each["is_shown"]
    ]


def _text(item: ItemView, column: dict[str, Any]) -> str:
    if column["kind"] in TIMES:
        moment = getattr(item, TIMES[column["kind"]])
        return f"{moment.day} {moment:%b %Y}" if moment else ""
    value = item.fields.get(column["field"]) if "field" in column else None
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))

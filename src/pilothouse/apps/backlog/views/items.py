"""One item: its page, making one, moving it, deleting it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.backlog.forms import (
    options,
    read_parent,
    read_values,
    read_version,
    shown_fields,
    shown_values,
    status_of,
    wants_json,
)
from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.fields import list_fields
from pilothouse.apps.backlog.services.history import list_history
from pilothouse.apps.backlog.services.items import (
    ItemView,
    create_item,
    get_item,
    list_children,
    set_item_deleted,
    to_item_json,
    undo_url_of,
    update_item,
)
from pilothouse.apps.backlog.services.moving import (
    DIRECTIONS,
    Move,
    move_item,
    shift_item,
    shift_status,
)
from pilothouse.apps.backlog.services.pages import count_progress, today_of
from pilothouse.apps.backlog.services.values import check_estimate
from pilothouse.apps.http import form_error, product_url, safe_next, with_product
from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import get_capture, set_capture_done
from pilothouse.apps.workspace.services.links import ObjectRef, add_link, list_links
from pilothouse.kernel.errors import PilothouseError

MOVES = (
    ("up", "arrow-up", "Up"),
    ("down", "arrow-down", "Down"),
    ("indent", "corner-down-right", "Below the one above"),
    ("outdent", "arrow-left", "A level up"),
    ("back", "chevron-left", "To the status before"),
    ("forward", "chevron-right", "To the next status"),
)


@require_http_methods(["GET", "POST"])
@with_product
def new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Write an item down; from a captured thought it takes the words."""
    error = None
    if request.method == "POST":
        try:
            item = _create(request.POST, access, product)
            if wants_json(request):
                return JsonResponse(to_item_json(item))
            url = product_url("backlog:item-act", product, item.public_id, "delete")
            messages.success(request, f"Added: {item.ref} {item.title}", extra_tags=f"undo:{url}")
            return redirect(safe_next(request, item.url))
        except PilothouseError as refused:
            if wants_json(request):
                raise
            error = form_error(refused)
    given = request.POST if error else _prefilled(request.GET, access)
    context = _form(access, product, None, given) | {"error": error}
    return render(request, "backlog/new.html", context, status=status_of(error))


@require_http_methods(["GET", "POST"])
@with_product
def item(request: HttpRequest, access: Access, product: ProductView, item_id: str) -> HttpResponse:
    """One item, whole: words, fields, children, links, history."""
    view, error = get_item(product, item_id), None
    if request.method == "POST":
        try:
            values = read_values(product, request.POST, list_fields(product))
            view = update_item(access, product, item_id, values, version=read_version(request.POST))
            if wants_json(request):
                return JsonResponse(to_item_json(view))
            messages.success(request, f"Saved: {view.ref} {view.title}")
            return redirect(safe_next(request, view.url))
        except PilothouseError as refused:
            if wants_json(request):
                raise
            error = form_error(refused)
    typed = _typed(request.POST, view) if error else None
    context = _form(access, product, view, typed) | _around(access, product, view)
    context |= {"error": error}
    return render(request, "backlog/item.html", context, status=status_of(error))


@require_POST
@with_product
def item_act(
    request: HttpRequest, access: Access, product: ProductView, item_id: str, act: str
) -> HttpResponse:
    """Delete or restore an item; move it up, down, in, out, forward or back."""
    if act in {"delete", "restore"}:
        return _delete(request, access, product, item_id, is_deleted=act == "delete")
    within = "column" if request.POST.get("within") == "column" else "parent"
    if act in {"forward", "back"}:
        view = shift_status(access, product, item_id, 1 if act == "forward" else -1)
    elif act in DIRECTIONS:
        view = shift_item(access, product, item_id, act, within=within)
    else:
        raise Http404
    if wants_json(request):
        return JsonResponse(to_item_json(view))
    return redirect(safe_next(request, view.url))


@require_POST
@with_product
def item_move(
    request: HttpRequest, access: Access, product: ProductView, item_id: str
) -> HttpResponse:
    """Put an item where it was dragged: beside another, below a parent, into a column."""
    given = request.POST
    move = Move(
        before_id=given.get("before") or None,
        after_id=given.get("after") or None,
        parent_id=given.get("parent"),
        status=given.get("status") or None,
        from_status=given.get("from") or None,
    )
    view = move_item(access, product, item_id, move)
    if wants_json(request):
        return JsonResponse(to_item_json(view))
    return redirect(safe_next(request, view.url))


def _create(given: QueryDict, access: Access, product: ProductView) -> ItemView:
    fields = list_fields(product)
    custom = {each.key: given[each.input_name] for each in fields if given.get(each.input_name)}
    draft = ItemDraft(
        title=given.get("title", ""),
        kind=given.get("kind") or "idea",
        body=given.get("body", ""),
        status=given.get("status") or "new",
        # The quick line knows its parent by id, the form by what people call it.
        parent_id=given.get("parent_id") or read_parent(product, given.get("parent", "")),
        tags=given.get("tags", "").split(","),
        owner_id=given.get("owner") or None,
        estimate=check_estimate(given.get("estimate", "")),
        due=given.get("due") or None,
        fields=custom,
        after_id=given.get("after") or None,
    )
    capture_id = given.get("capture", "")
    if not capture_id:
        return create_item(access, product, draft)
    thought = get_capture(access, capture_id)
    made = create_item(access, product, draft)
    source, target = ObjectRef("item", made.public_id), ObjectRef("capture", thought.public_id)
    add_link(access, product, source, target, "evidence")
    if not thought.is_done:
        set_capture_done(access, capture_id, is_done=True)
    return made


def _prefilled(query: QueryDict, access: Access) -> QueryDict:
    given = query.copy()
    if query.get("capture"):
        thought = get_capture(access, query.get("capture", ""))
        given["title"], given["body"] = thought.title[:200], thought.text
        given["due"] = thought.due.isoformat() if thought.due else ""
    return given


def _typed(given: QueryDict, view: ItemView) -> QueryDict:
    """What was typed, to be saved over what is there now if it is sent again."""
    typed = given.copy()
    typed["version"] = str(view.version)
    return typed


def _form(
    access: Access, product: ProductView, view: ItemView | None, given: QueryDict | None
) -> dict[str, Any]:
    return {
        "item": view,
        "values": shown_values(view, given),
        "fields": shown_fields(list_fields(product), view, given),
        "may_edit": access.may(Role.EDITOR),
        "today": today_of(product),
        **options(access),
    }


def _around(access: Access, product: ProductView, view: ItemView) -> dict[str, Any]:
    reference = ObjectRef("item", view.public_id)
    return {
        "body": render_markdown(view.body, top_level=2),
        "children": list_children(product, view),
        "progress": count_progress([view.id]).get(view.id),
        "history": list_history(product, view.id),
        "links": list_links(access, reference),
        "link_source": reference,
        "moves": MOVES,
    }


def _delete(
    request: HttpRequest, access: Access, product: ProductView, item_id: str, *, is_deleted: bool
) -> HttpResponse:
    batch = set_item_deleted(access, product, item_id, is_deleted=is_deleted)
    if batch is None:
        words = "deleted" if is_deleted else "there"
        messages.info(request, f"It is {words} already.")
    else:
        messages.success(request, batch.title, extra_tags=f"undo:{undo_url_of(product, batch)}")
    return redirect(safe_next(request, product_url("backlog:home", product)))

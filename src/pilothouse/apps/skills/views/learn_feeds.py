"""Feeds: those followed, their texts, lists in and out. Fetching only where it is switched on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.skills.services.learning_feeds import (
    PAGE_SIZE,
    ReadResult,
    add_feed,
    export_feeds,
    import_feeds,
    list_feeds,
    list_items,
    mark_all_read,
    read_feeds,
    set_feed_deleted,
    set_item_read,
    set_reading,
)
from pilothouse.apps.skills.services.learning_feeds_opml import (
    MAX_BYTES,
    read_opml,
    write_opml,
)
from pilothouse.apps.skills.services.library_texts import now
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def feeds(request: HttpRequest, access: Access) -> HttpResponse:
    """The feeds and their newest texts; a POST follows another one."""
    if request.method == "POST":
        given = request.POST
        try:
            url, title = given.get("url", ""), given.get("title", "")
            added = add_feed(access, url, title, given.get("folder", ""))
            if given.get("is_on") == "yes":
                set_reading(access, added.public_id, is_on=True)
        except PilothouseError as error:
            return _page(request, access, error=form_error(error))
        messages.success(request, f"You follow {added.title}")
        return redirect("skills:feeds")
    return _page(request, access)


def _page(
    request: HttpRequest,
    access: Access,
    *,
    error: PilothouseError | None = None,
    list_error: PilothouseError | None = None,
) -> HttpResponse:
    chosen, only_new = request.GET.get("feed", ""), request.GET.get("show") != "all"
    items = list_items(access, chosen, only_new=only_new)
    followed = list_feeds(access)
    context = {
        "feeds": followed,
        "chosen": next((feed for feed in followed if feed.public_id == chosen), None),
        "only_new": only_new,
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("page")),
        "reads_any": any(feed.is_read for feed in followed),
        "any_new": any(feed.new for feed in followed),
        "values": request.POST if error else request.GET,
        "error": error,
        "list_error": list_error,
    }
    bad = error or list_error
    return render(request, "skills/library_feeds.html", context, status=400 if bad else 200)


@require_POST
@with_access
def feeds_import(request: HttpRequest, access: Access) -> HttpResponse:
    """Follow the feeds of an OPML file. None of them is fetched."""
    try:
        file = request.FILES.get("list")
        if file is None or (file.size or 0) > MAX_BYTES:
            raise InvalidValueError(f"choose an OPML file of at most {MAX_BYTES // 1024**2} MB.")
        added, troubles = import_feeds(access, read_opml(file.read()))
    except PilothouseError as error:
        return _page(request, access, list_error=form_error(error))
    many = "feed" if len(added) == 1 else "feeds"
    messages.success(request, f"You follow {len(added)} more {many}; reading is off for them")
    for trouble in troubles[:5]:
        messages.warning(request, trouble)
    return redirect("skills:feeds")


@require_GET
@with_access
def feeds_export(_request: HttpRequest, access: Access) -> HttpResponse:
    """The feeds as OPML."""
    body = write_opml(export_feeds(access), "Feeds", now())
    return download("feeds.opml", body, "text/x-opml; charset=utf-8")


@require_POST
@with_access
def feeds_read(request: HttpRequest, access: Access) -> HttpResponse:
    """Fetch what is new of the feeds whose reading is on."""
    _tell(request, read_feeds(access))
    return redirect("skills:feeds")


def _tell(request: HttpRequest, result: ReadResult) -> None:
    many = "text" if result.items == 1 else "texts"
    left = f"; {result.left} feeds are left for the next time" if result.left else ""
    messages.success(request, f"{result.items} new {many} from {result.feeds} feeds{left}")
    for trouble in result.troubles[:5]:
        messages.warning(request, trouble)


@require_POST
@with_access
def feed_act(request: HttpRequest, access: Access, feed_id: str, act: str) -> HttpResponse:
    """Switch reading on or off, fetch, mark all as read, stop following or go on."""
    if act in {"on", "off"}:
        feed = set_reading(access, feed_id, is_on=act == "on")
        messages.success(request, f"Reading is {act}: {feed.title}")
    elif act == "read":
        try:
            _tell(request, read_feeds(access, feed_id))
        except PilothouseError as error:
            messages.error(request, form_error(error).sentence)
    elif act == "seen":
        mark_all_read(access, feed_id)
    elif act in {"delete", "restore"}:
        feed = set_feed_deleted(access, feed_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("skills:feed-act", args=[feed_id, opposite])
        words = "No longer followed" if act == "delete" else "Followed again"
        messages.success(request, f"{words}: {feed.title}", extra_tags=f"undo:{undo}")
    else:
        raise Http404
    return redirect("skills:feeds")


@require_POST
@with_access
def item_act(request: HttpRequest, access: Access, feed_item_id: str, act: str) -> HttpResponse:
    """Mark a text as read or as new."""
    if act not in {"seen", "new"}:
        raise Http404
    item = set_item_read(access, feed_item_id, is_read=act == "seen")
    opposite = "new" if act == "seen" else "seen"
    undo = reverse("skills:feed-item-act", args=[feed_item_id, opposite])
    words = "Read" if act == "seen" else "New again"
    messages.success(request, f"{words}: {item.title}", extra_tags=f"undo:{undo}")
    return redirect("skills:feeds")

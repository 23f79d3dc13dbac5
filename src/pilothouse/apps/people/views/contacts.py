"""The list of contacts, one contact, and writing it down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, safe_next, with_access
from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.people.forms import (
    RELATIONS,
    STEPS,
    TIES,
    cadence_choices,
    maybe_day,
    read_contact,
    read_wanted,
    show_contact,
)
from pilothouse.apps.people.models import (
    Channel,
    Direction,
    FavourKind,
    FavourState,
    Purpose,
    Relation,
    TagKind,
)
from pilothouse.apps.people.services.balances import read_balance
from pilothouse.apps.people.services.book import get_contact_row, get_habits
from pilothouse.apps.people.services.contacts import (
    change_contact,
    create_contact,
    erase_contact,
    get_contact,
    set_contact_deleted,
    set_snoozed,
)
from pilothouse.apps.people.services.favours import list_favours
from pilothouse.apps.people.services.listing import STATES, list_contacts, list_words
from pilothouse.apps.people.services.outreach import list_outreach
from pilothouse.apps.people.services.rhythms import cadence_of
from pilothouse.apps.people.services.talks import list_talks
from pilothouse.apps.people.views.pages import PER_PAGE, UNDO, start_of, to_page
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError

COLUMNS = (
    {"key": "name", "label": "Name", "sortable": True},
    {"key": "company", "label": "Company", "sortable": True},
    {"key": "tie", "label": "Tie", "sortable": True},
    {"key": "last", "label": "Last contact", "sortable": True},
    {"key": "due", "label": "Due", "sortable": True},
)
LOG_CHOICES = {
    "channels": Channel.choices, "directions": Direction.choices, "kinds": FavourKind.choices,
    "states": FavourState.choices, "purposes": Purpose.choices,
}  # fmt: skip
SNOOZES = {"week": 7, "month": 30, "quarter": 91}


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """The list."""
    wanted = read_wanted(request.GET)
    listed = list_contacts(access, wanted, at=start_of(request), limit=PER_PAGE)
    context = {
        "page": to_page(listed.lines, listed.total, request),
        "wanted": wanted,
        "columns": COLUMNS,
        "groups": list_words(access, TagKind.GROUP),
        "topics": list_words(access, TagKind.TOPIC),
        "relations": Relation.choices,
        "states": list(STATES.items()),
        "into": request.GET.get("into", ""),
    }
    return render(request, "people/home.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Write somebody into the book."""
    values: Any = _begin(request, access)
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            capture_id = request.POST.get("capture", "")
            view = create_contact(access, read_contact(request.POST), capture_id=capture_id)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            undo = reverse("people:contact-act", args=[view.public_id, "delete"])
            messages.success(request, f"In your book: {view.name}", extra_tags=UNDO + undo)
            return redirect(view.url)
    context = {"values": values, "error": error, **_choices(access, values)}
    return render(request, "people/contact_new.html", context, status=400 if error else 200)


def _begin(request: HttpRequest, access: Access) -> dict[str, str]:
    """What a link to the form brings: a company, or a thought that was captured."""
    values = {name: request.GET.get(name, "") for name in ("company", "name")}
    capture_id = request.GET.get("capture", "")
    if capture_id and request.method == "GET":
        capture = get_capture(access, capture_id)
        values |= {"capture": capture_id, "name": capture.title[:200], "notes": capture.text}
    return values


def _choices(access: Access, values: Any) -> dict[str, Any]:
    return {
        "relations": RELATIONS, "ties": TIES, "steps": STEPS,
        "cadences": cadence_choices(values.get("cadence_days", "")),
        "known_groups": list_words(access, TagKind.GROUP),
    }  # fmt: skip


@require_GET
@with_access
def contact(request: HttpRequest, access: Access, contact_id: str) -> HttpResponse:
    """Somebody, with all that is known and what was said."""
    return contact_page(request, access, contact_id)


def contact_page(
    request: HttpRequest, access: Access, contact_id: str, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a contact, with what was refused where something was."""
    view = get_contact(access, contact_id, with_deleted=True)
    ref = ObjectRef("contact", contact_id)
    row = get_contact_row(access, contact_id, with_deleted=True)
    given = extra or {}
    context = {
        "contact": view,
        "talks": list_talks(access, contact_id),
        "favours": list_favours(access, contact_id=contact_id),
        "balance": read_balance(access, contact_id=contact_id),
        "messages_of": list_outreach(access, contact_id=contact_id),
        **LOG_CHOICES,
        "values": request.POST if given else {},
        "notes": render_markdown(view.notes),
        "cadence": cadence_of(access, row),
        "links": list_links(access, ref),
        "link_source": ref,
        "today": get_habits(access).today(timezone.now()),
        **given,
    }
    status = 400 if given.get("error") else 200
    return render(request, "people/contact.html", context, status=status)


@require_http_methods(["GET", "POST"])
@with_access
def edit(request: HttpRequest, access: Access, contact_id: str) -> HttpResponse:
    """Change what the book says of somebody."""
    view = get_contact(access, contact_id)
    values: Any = show_contact(view)
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            change_contact(access, contact_id, read_contact(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect(view.url)
    context = {"contact": view, "values": values, "error": error, **_choices(access, values)}
    return render(request, "people/contact_edit.html", context, status=400 if error else 200)


@require_POST
@with_access
def contact_act(request: HttpRequest, access: Access, contact_id: str, act: str) -> HttpResponse:
    """Take somebody out, back in, away for good; put a reminder off."""
    here = reverse("people:contact", args=[contact_id])
    if act in {"delete", "restore"}:
        view = set_contact_deleted(access, contact_id, is_deleted=act == "delete")
        words = "Out of your book" if act == "delete" else "Back in your book"
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("people:contact-act", args=[contact_id, opposite])
        messages.success(request, f"{words}: {view.name}", extra_tags=UNDO + undo)
        return redirect("people:home" if act == "delete" else here)
    if act == "erase":
        erase_contact(access, contact_id)
        messages.success(request, "Deleted for good, with the log.")
        return redirect("people:home")
    if act != "snooze":
        raise Http404
    return _snooze(request, access, contact_id, here)


def _snooze(request: HttpRequest, access: Access, contact_id: str, here: str) -> HttpResponse:
    given = request.POST.get("until", "")
    today = get_habits(access).today(timezone.now())
    try:
        until = (
            today + timedelta(days=SNOOZES[given])
            if given in SNOOZES
            else maybe_day("the day", given)
        )
        set_snoozed(access, contact_id, until)
    except PilothouseError as error:
        return contact_page(request, access, contact_id, {"error": form_error(error)})
    words = f"Put off until {until:%-d %B %Y}" if until else "The reminder is back."
    messages.success(request, words)
    return redirect(safe_next(request, here))

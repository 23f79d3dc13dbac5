"""The library: the shelf with its filters, an entry with its reader's notes, own entries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.skills.learn_forms import (
    COST_CHOICES,
    LEVEL_CHOICES,
    TYPE_CHOICES,
    act_choices,
    competency_choices,
    read_entry,
    read_filter,
    read_reading,
    show_entry,
    show_reading,
    show_typed_entry,
)
from pilothouse.apps.skills.models import ReadingState
from pilothouse.apps.skills.services.library import get_entry, load_next_acts, to_entry
from pilothouse.apps.skills.services.library import get_own_row as get_own
from pilothouse.apps.skills.services.library_exchange import (
    FORMS,
    LibraryImport,
    export_library,
    import_library,
)
from pilothouse.apps.skills.services.library_own import (
    add_entry,
    change_entry,
    set_entry_deleted,
)
from pilothouse.apps.skills.services.plans_goals import list_goal_names
from pilothouse.apps.skills.services.reading import (
    PAGE_SIZE,
    count_shelf,
    get_reading,
    list_shelf,
    save_reading,
    set_state,
)
from pilothouse.apps.skills.views.learn_places import act_url_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

MAX_FILE = 4 * 1024**2
AIMS = 3
RATINGS = [("", "none"), *((str(n), "★" * n + f" {n} of 5") for n in range(1, 6))]
STATE_CHOICES = [("none", "Not begun"), *ReadingState.choices]


@require_GET
@with_access
def library(request: HttpRequest, access: Access) -> HttpResponse:
    """All entries that fit the filter, with what the person noted."""
    wanted = read_filter(request.GET)
    shelf = list_shelf(access, wanted)
    page = Paginator(shelf, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "counts": count_shelf(shelf),
        "types": TYPE_CHOICES,
        "costs": COST_CHOICES,
        "states": STATE_CHOICES,
        "competencies": competency_choices(),
        "levels": LEVEL_CHOICES,
    }
    return render(request, "skills/library.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def entry(request: HttpRequest, access: Access, library_entry_id: str) -> HttpResponse:
    """An entry; a POST notes state, days, rating and notes."""
    found, error = get_entry(access, library_entry_id), None
    reading = get_reading(access, library_entry_id)
    values: Any = show_reading(reading)
    if request.method == "POST":
        values = request.POST
        try:
            save_reading(access, library_entry_id, read_reading(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect(found.page_url)
    act = load_next_acts().get(found.act)
    context = {
        "entry": found,
        "reading": reading,
        "values": values,
        "error": error,
        "notes": render_markdown(reading.notes) if reading.notes else "",
        "states": [("", "nothing noted"), *ReadingState.choices],
        "ratings": RATINGS,
        "goals": list_goal_names(access),
        "act": act,
        "act_url": act_url_of(request, access, found.act),
    }
    return render(request, "skills/library_entry.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def entry_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Add an entry of one's own. Nothing is looked up."""
    error = None
    values: Any = {name: request.GET.get(name, "") for name in ("title", "isbn", "url")}
    values |= {"type": "book", "cost": "unknown"}
    if request.method == "POST":
        values = show_typed_entry(request.POST)
        try:
            added = add_entry(access, read_entry(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"In your library: {added.title}")
            return redirect(added.page_url)
    return _form(request, "skills/library_new.html", values, error)


@require_http_methods(["GET", "POST"])
@with_access
def entry_edit(request: HttpRequest, access: Access, library_entry_id: str) -> HttpResponse:
    """Say something else of an own entry."""
    found, error = to_entry(get_own(access, library_entry_id)), None
    values = show_entry(found)
    if request.method == "POST":
        values = show_typed_entry(request.POST)
        try:
            change_entry(access, library_entry_id, read_entry(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect(found.page_url)
    return _form(request, "skills/library_edit.html", values, error, entry=found)


def _form(
    request: HttpRequest,
    template: str,
    values: dict[str, Any],
    error: PilothouseError | None,
    **more: Any,
) -> HttpResponse:
    pairs = list(values.get("pairs", ()))
    context = {
        "values": values,
        "error": error,
        "pairs": [*pairs, *[("", "1")] * max(0, AIMS - len(pairs))],
        "types": TYPE_CHOICES,
        "costs": COST_CHOICES,
        "competencies": [("", "none"), *competency_choices()],
        "levels": LEVEL_CHOICES,
        "acts": act_choices(),
        **more,
    }
    return render(request, template, context, status=400 if error else 200)


@require_POST
@with_access
def entry_act(
    request: HttpRequest, access: Access, library_entry_id: str, act: str
) -> HttpResponse:
    """Note where one stands with an entry; delete an own one or bring it back."""
    if act in ReadingState.values:
        found = get_entry(access, library_entry_id)
        noted = set_state(access, library_entry_id, act)
        messages.success(request, f"{noted.state_label}: {found.title}")
        return redirect(found.page_url)
    if act not in {"delete", "restore"}:
        raise Http404
    found = set_entry_deleted(access, library_entry_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("skills:library-act", args=[library_entry_id, opposite])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {found.title}", extra_tags=f"undo:{undo}")
    return redirect("skills:library")


@require_http_methods(["GET", "POST"])
@with_access
def entries_import(request: HttpRequest, access: Access) -> HttpResponse:
    """Bring in what a reference manager exported, as a file or pasted."""
    error, text = None, request.POST.get("text", "")
    if request.method == "POST":
        try:
            brought = import_library(access, _read_file(request) or text)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, _say_brought(brought))
            for trouble in brought.troubles[:5]:
                messages.warning(request, trouble)
            return redirect(f"{reverse('skills:library')}?own=yes")
    context = {"error": error, "text": text}
    return render(request, "skills/library_import.html", context, status=400 if error else 200)


def _read_file(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        return ""
    if (file.size or 0) > MAX_FILE:
        raise InvalidValueError(f"a list has at most {MAX_FILE // 1024**2} MB.")
    body: bytes = file.read()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _say_brought(brought: LibraryImport) -> str:
    many = "entry" if len(brought.added) == 1 else "entries"
    known = f", {brought.known} you had already" if brought.known else ""
    return f"Brought in {len(brought.added)} {many}{known}"


@require_GET
@with_access
def entries_export(_request: HttpRequest, access: Access, extension: str) -> HttpResponse:
    """What the person noted or added, for a reference manager."""
    if extension not in FORMS:
        raise Http404
    body = export_library(access, extension).encode()
    return download(f"library.{extension}", body, f"{FORMS[extension]}; charset=utf-8")

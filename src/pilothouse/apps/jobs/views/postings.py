"""Postings: the list, saving one, its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.services.postings import (
    PostingChange,
    PostingDraft,
    change_posting,
    get_posting,
    list_postings,
    save_posting,
    set_posting_deleted,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

NEW = ("text", "title", "company", "place", "url")
CHANGE = ("title", "company", "place", "url", "notes")


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """One's postings."""
    return render(request, "jobs/home.html", {"postings": list_postings(access)})


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Save a posting by pasting its text."""
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in NEW}
    if request.method == "POST":
        try:
            saved = save_posting(access, PostingDraft(**values))
            messages.success(request, f"Saved: {saved.title}")
            return redirect(saved.page)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"values": values, "error": error}
    return render(request, "jobs/posting_new.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def posting(request: HttpRequest, access: Access, posting_id: str) -> HttpResponse:
    """A posting: its text, what its words say, what one wrote about it."""
    found = get_posting(access, posting_id)
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, getattr(found, name)) for name in CHANGE}
    if request.method == "POST":
        try:
            found = change_posting(access, posting_id, PostingChange(**values))
            messages.success(request, f"Saved: {found.title}")
            return redirect(found.page)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"posting": found, "reading": found.reading, "values": values, "error": error}
    return render(request, "jobs/posting.html", context, status=400 if error else 200)


@require_POST
@with_access
def posting_act(request: HttpRequest, access: Access, posting_id: str, act: str) -> HttpResponse:
    """Delete a posting, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_posting_deleted(access, posting_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.title}")
        return redirect(view.page)
    undo = reverse("jobs:posting-act", args=[posting_id, "restore"])
    messages.success(request, f"Deleted: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("jobs:home")

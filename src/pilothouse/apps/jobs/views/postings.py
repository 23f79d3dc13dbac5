"""Postings: the list, saving one, its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.models import PostingSource
from pilothouse.apps.jobs.services.applications import list_for_posting
from pilothouse.apps.jobs.services.bookmarklet import write_bookmarklet
from pilothouse.apps.jobs.services.fetching import fetch_posting
from pilothouse.apps.jobs.services.pivots import find_pivot, list_pivot_views
from pilothouse.apps.jobs.services.postings import (
    PostingChange,
    PostingDraft,
    PostingView,
    change_posting,
    get_posting,
    list_postings,
    page_postings,
    save_posting,
    set_posting_deleted,
)
from pilothouse.apps.jobs.services.resume_records import list_resumes
from pilothouse.apps.people.services.companies import find_company
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.skills.services.competencies import get_competency
from pilothouse.apps.skills.services.roles import ROLES
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.skills.services.targets import read_posting as read_mentions
from pilothouse.apps.workspace.models import Industry
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

MOST_FOR_PIVOTS = 500
NEW = ("text", "title", "company", "place", "url", "source")
CHANGE = ("title", "company", "place", "url", "notes")


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """One's postings."""
    words = request.GET.get("q", "")
    found = page_postings(access, words, request.GET.get("page"))
    context = {"page": found.page, "words": words, "total": found.total}
    return render(request, "jobs/home.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Save a posting from its text; "fetch" fills the form from its address first."""
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in NEW}
    values["source"] = values["source"] or PostingSource.PASTE.value
    if request.method == "POST":
        try:
            if request.POST.get("do") == "fetch":
                values = vars(fetch_posting(values["url"]))
            else:
                saved = save_posting(access, PostingDraft(**values))
                messages.success(request, f"Saved: {saved.title}")
                return redirect(saved.page)
        except PilothouseError as refused:
            error = form_error(refused)
    else:
        values["company"] = request.GET.get("company", "")[:200]
    context = {"values": values, "error": error}
    return render(request, "jobs/posting_new.html", context, status=400 if error else 200)


@require_GET
def receive(request: HttpRequest) -> HttpResponse:
    """Take what the bookmarklet brings on to the form. The same for all: it shows nothing."""
    return render(request, "jobs/receive.html")


@require_GET
@with_access
def bookmarklet(request: HttpRequest, access: Access) -> HttpResponse:
    """The bookmarklet, to be dragged among one's bookmarks."""
    del access
    place = request.build_absolute_uri(reverse("jobs:receive"))
    return render(request, "jobs/bookmarklet.html", {"code": write_bookmarklet(place)})


@require_GET
@with_access
def pivots(request: HttpRequest, access: Access) -> HttpResponse:
    """Neighbouring roles: what each gives and lacks."""
    return render(
        request,
        "jobs/pivots.html",
        {"views": list_pivot_views(list_postings(access, MOST_FOR_PIVOTS))},
    )


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
    return _posting_page(request, access, found, values=values, error=error)


@require_POST
@with_access
def target(request: HttpRequest, access: Access, posting_id: str) -> HttpResponse:
    """Hold one's levels against a posting: it becomes a target of skills."""
    found = get_posting(access, posting_id)
    given = request.POST
    try:
        made = save_target(
            access,
            TargetDraft(given.get("role", ""), given.get("industry", ""), found.company,
                        found.text),
        )  # fmt: skip
    except PilothouseError as refused:
        values = {name: getattr(found, name) for name in CHANGE}
        return _posting_page(
            request, access, found, values=values, target_error=form_error(refused)
        )
    messages.success(request, f"Saved as a target: {made.name}")
    return redirect(made.url)


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


def _posting_page(
    request: HttpRequest,
    access: Access,
    found: PostingView,
    *,
    values: dict[str, str],
    **errors: PilothouseError | None,
) -> HttpResponse:
    reading = found.reading
    level = reading.level or "pm"
    resumes = list_resumes(access)
    context = {
        "posting": found,
        "reading": reading,
        "pivot": find_pivot(reading.role),
        "mentions": [(each, get_competency(each.competency)) for each in read_mentions(found.text)],
        "applications": list_for_posting(access, found.public_id),
        "bases": [each for each in resumes if not each.is_tailored],
        "versions": [each for each in resumes if each.posting_id == found.public_id],
        "known": list_known_at(access, found.company),
        "company": find_company(access, found.company),
        "values": values,
        "roles": list(ROLES.items()),
        "role": request.POST.get("role", level),
        "industries": Industry.choices,
        "industry": request.POST.get("industry", "technology"),
        **errors,
    }
    status = 400 if any(errors.values()) else 200
    return render(request, "jobs/posting.html", context, status=status)

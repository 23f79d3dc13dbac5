"""Applications: the board, the list, beginning one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.models import ApplicationSource
from pilothouse.apps.jobs.services.applications import (
    ApplicationDraft,
    begin_application,
    list_these,
)
from pilothouse.apps.jobs.services.boards import COLUMNS, Wanted, filter_applications, lay_out
from pilothouse.apps.jobs.services.briefs import list_briefs
from pilothouse.apps.jobs.services.postings import get_posting
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import STAGES
from pilothouse.kernel.errors import PilothouseError

PAGE = 50
NEW = ("title", "company", "source", "referrer", "posting_id", "stage", "on")
STAGE_CHOICES = [(stage.key, stage.name) for stage in STAGES.values()]


@require_GET
@with_access
def board(request: HttpRequest, access: Access) -> HttpResponse:
    """One's applications, a column for each part of the way."""
    found = list_briefs(access)
    context = {"columns": lay_out(found), "applications": found, "stages": STAGE_CHOICES}
    return render(request, "jobs/applications.html", context)


@require_GET
@with_access
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """The same as a table that can be filtered."""
    given = request.GET
    wanted = Wanted(*(given.get(name, "") for name in ("q", "part", "stage", "source")))
    found = list_briefs(access)
    page = Paginator(filter_applications(found, wanted), PAGE).get_page(given.get("page"))
    context = {
        "page": page, "rows": list_these(access, list(page.object_list)), "wanted": wanted,
        "total": len(found),
        "parts": [("", "All of it"), *((key, name) for key, (name, _) in COLUMNS.items())],
        "stages": [("", "Every stage"), *STAGE_CHOICES],
        "sources": [("", "Every source"), *ApplicationSource.choices],
    }  # fmt: skip
    return render(request, "jobs/application_list.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin an application, from a saved posting or without one."""
    error: PilothouseError | None = None
    given = request.POST if request.method == "POST" else request.GET
    values = {name: given.get(name, "") for name in NEW}
    posting = get_posting(access, values["posting_id"]) if values["posting_id"] else None
    if request.method == "POST":
        try:
            made = begin_application(access, ApplicationDraft(**values))
            messages.success(request, f"Begun: {made.title}")
            return redirect(made.url)
        except PilothouseError as refused:
            error = form_error(refused)
    elif posting:
        values |= {"title": posting.title, "company": posting.company}
    context = {
        "values": values, "posting": posting, "sources": ApplicationSource.choices,
        "stages": STAGE_CHOICES, "error": error,
    }  # fmt: skip
    return render(request, "jobs/application_new.html", context, status=400 if error else 200)

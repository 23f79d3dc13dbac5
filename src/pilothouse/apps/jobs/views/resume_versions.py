"""Building resumes, what was built, earlier states, and the texts for LinkedIn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, read_number, with_access
from pilothouse.apps.jobs.services.postings import has_posting
from pilothouse.apps.jobs.services.resume_checking import check
from pilothouse.apps.jobs.services.resume_exchange import export_resume
from pilothouse.apps.jobs.services.resume_records import (
    get_resume,
    list_revisions,
    restore_revision,
)
from pilothouse.apps.jobs.services.resume_versions import (
    build_version,
    get_version_page,
    list_versions,
    read_file,
)
from pilothouse.apps.portfolio.services.texts import to_slug
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_linkedin import ProfileText, write_profile
from pilothouse.kernel.errors import NotFoundError, PilothouseError

_PARTS = {"title", "company", "dates", "description", "name"}


@require_http_methods(["GET", "POST"])
@with_access
def build(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """What stops the build, or the button that builds."""
    view = get_resume(access, resume_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            made = build_version(access, resume_id)
            messages.success(request, f"Built: {made.label}")
            return redirect(made.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"resume": view, "found": check(access, view), "error": error}
    return render(request, "jobs/resume_build.html", context, status=400 if error else 200)


@require_GET
@with_access
def history(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """What was built of a resume, and what it said before."""
    context = {
        "resume": get_resume(access, resume_id),
        "versions": list_versions(access, resume_id=resume_id),
        "revisions": list_revisions(access, resume_id),
    }
    return render(request, "jobs/resume_history.html", context)


@require_POST
@with_access
def state(request: HttpRequest, access: Access, resume_id: str, number: str) -> HttpResponse:
    """Have a resume say again what it said."""
    wanted = read_number(number)
    if wanted is None:
        raise NotFoundError("there is no such state.", value=number)
    view = restore_revision(access, resume_id, wanted)
    messages.success(request, f"It says again what state {wanted} said")
    return redirect(view.url)


@require_GET
@with_access
def version(request: HttpRequest, access: Access, version_id: str) -> HttpResponse:
    """A built version: its files, digest and checks."""
    page = get_version_page(access, version_id)
    posting_id = page.version.posting_id
    return render(request, "jobs/resume_version.html", {
        "page": page, "version": page.version,
        "has_posting": bool(posting_id) and has_posting(access, posting_id or ""),
    })  # fmt: skip


@require_GET
@with_access
def version_file(_request: HttpRequest, access: Access, version_id: str, form: str) -> HttpResponse:
    """One form of a built version, to the byte."""
    made, kind, data = read_file(access, version_id, form)
    name = to_slug(f"{access.user_name} {made.name}") or "resume"
    return download(f"{name}-{made.number}.{kind.extension}", data, kind.media_type)


@require_GET
@with_access
def linkedin(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """The texts of a LinkedIn profile, each with its count and limit."""
    view = get_resume(access, resume_id)
    found = check(access, view)
    context = {"resume": view, "groups": _group(write_profile(found.text)), "found": found}
    return render(request, "jobs/resume_linkedin.html", context)


def _group(fields: Sequence[ProfileText]) -> list[tuple[str, list[tuple[str, ProfileText]]]]:
    """The fields by the form of LinkedIn in which they stand, each with its name there."""
    named = [(each, *_split_place(each.place)) for each in fields]
    return [
        (title, [(part, each) for each, _, part in some])
        for title, some in groupby(named, key=lambda row: row[1])
    ]


def _split_place(place: str) -> tuple[str, str]:
    if place.startswith("Skill "):
        return "Skills", ""
    title, _, part = place.rpartition(", ")
    return (title, part.capitalize()) if part in _PARTS else (place, "")


@require_GET
@with_access
def json_file(_request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """A resume as JSON Resume, as it stands now; its evidence goes along."""
    view = get_resume(access, resume_id)
    text = json.dumps(export_resume(access, view), ensure_ascii=False, indent=2)
    return download(f"{to_slug(view.name) or 'resume'}.json", text.encode(), "application/json")

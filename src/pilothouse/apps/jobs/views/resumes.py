"""Resumes: the list, beginning one, taking in a file, statements."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.resume_models import FactContext
from pilothouse.apps.jobs.services.resume_exchange import MAX_BYTES, import_resume
from pilothouse.apps.jobs.services.resume_facts import FactDraft, list_facts, state_fact
from pilothouse.apps.jobs.services.resume_records import (
    begin_resume,
    list_resumes,
    set_resume_deleted,
)
from pilothouse.apps.jobs.services.resume_versions import list_versions
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

FACT = ("text", "source", "context")
NEWEST = 20


@require_GET
@with_access
def resumes(request: HttpRequest, access: Access) -> HttpResponse:
    """One's resumes with their versions, and what was built last."""
    context = {"resumes": list_resumes(access), "versions": list_versions(access)[:NEWEST]}
    return render(request, "jobs/resume_list.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a resume from what the portfolio says about its person."""
    error: PilothouseError | None = None
    name = request.POST.get("name", "")
    if request.method == "POST":
        try:
            made = begin_resume(access, name)
            messages.success(request, f"Begun: {made.name}")
            return redirect("jobs:resume-record", made.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"name": name, "error": error}
    return render(request, "jobs/resume_new.html", context, status=400 if error else 200)


@require_POST
@with_access
def import_file(request: HttpRequest, access: Access) -> HttpResponse:
    """A new resume from a JSON Resume file, or from its text pasted."""
    name, text = request.POST.get("import_name", ""), request.POST.get("document", "")
    try:
        made = import_resume(access, _read_upload(request) or text.encode(), name)
    except PilothouseError as refused:
        context = {"import_error": form_error(refused), "import_name": name, "document": text}
        return render(request, "jobs/resume_new.html", context, status=400)
    messages.success(request, f"Imported: {made.name}")
    return redirect(made.url)


@require_http_methods(["GET", "POST"])
@with_access
def facts(request: HttpRequest, access: Access) -> HttpResponse:
    """Statements of numbers that the ledger did not see."""
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in FACT}
    if request.method == "POST":
        try:
            made = state_fact(access, FactDraft(**values))
            messages.success(request, f"On record: {made.reference}")
            return redirect("jobs:resume-facts")
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "facts": list_facts(access), "values": values, "contexts": FactContext.choices,
        "error": error,
    }  # fmt: skip
    return render(request, "jobs/resume_facts.html", context, status=400 if error else 200)


@require_POST
@with_access
def resume_act(request: HttpRequest, access: Access, resume_id: str, act: str) -> HttpResponse:
    """Delete a resume, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    try:
        view = set_resume_deleted(access, resume_id, is_deleted=act == "delete")
    except PilothouseError as error:
        messages.error(request, form_error(error).sentence)
        return redirect("jobs:resumes")
    if act == "restore":
        messages.success(request, f"Restored: {view.name}")
        return redirect(view.url)
    undo = reverse("jobs:resume-act", args=[resume_id, "restore"])
    messages.success(request, f"Deleted: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("jobs:resumes")


def _read_upload(request: HttpRequest) -> bytes:
    upload = request.FILES.get("file")
    if upload is None:
        return b""
    if (upload.size or 0) > MAX_BYTES:
        raise InvalidValueError(f"a file has at most {MAX_BYTES:,} bytes.", value=upload.size)
    return bytes(upload.read())

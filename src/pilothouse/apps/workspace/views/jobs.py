"""Jobs: what runs in the background, with cancel and retry."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import with_access
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.jobs import cancel_job, get_job, list_jobs, retry_job


@require_GET
@with_access
def jobs(request: HttpRequest, access: Access) -> HttpResponse:
    """The latest jobs."""
    return render(request, "workspace/jobs.html", {"jobs": list_jobs(access, 100)})


@require_GET
@with_access
def job_detail(request: HttpRequest, access: Access, job_id: str) -> HttpResponse:
    """One job; script asks for its fragment while it runs."""
    template = "workspace/job_state.html" if request.headers.get("HX-Request") else None
    return render(request, template or "workspace/job.html", {"job": get_job(access, job_id)})


@require_POST
@with_access
def job_cancel(request: HttpRequest, access: Access, job_id: str) -> HttpResponse:
    """Ask a job to stop."""
    cancel_job(access, job_id)
    messages.info(request, "The job will stop at its next step and undo what it began.")
    return redirect("workspace:job-detail", job_id)


@require_POST
@with_access
def job_retry(_request: HttpRequest, access: Access, job_id: str) -> HttpResponse:
    """Run a failed or cancelled job again."""
    retry_job(access, job_id)
    return redirect("workspace:job-detail", job_id)

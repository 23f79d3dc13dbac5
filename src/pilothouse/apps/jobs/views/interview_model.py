"""Feedback of a language model: the endpoint, what would be sent, sending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.services.interview_answers import get_answer
from pilothouse.apps.jobs.services.interview_model import (
    ask_model,
    delete_reply,
    forget_setting,
    preview,
    read_setting,
    save_setting,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

FIELDS = ("endpoint", "model", "key")


@require_http_methods(["GET", "POST"])
@with_access
def setting(request: HttpRequest, access: Access) -> HttpResponse:
    """Enter, switch on or off an endpoint."""
    error: PilothouseError | None = None
    found = read_setting(access)
    values = {"endpoint": found.endpoint, "model": found.model, "key": ""}
    is_on = found.is_on
    if request.method == "POST":
        access.require(Role.OWNER, to="entering an endpoint that this server will ask")
        values = {name: request.POST.get(name, "") for name in FIELDS}
        is_on = request.POST.get("on") == "yes"
        try:
            save_setting(
                access, values["endpoint"], values["model"], is_on=is_on, key=values["key"]
            )
            messages.success(request, "Saved. Nothing was sent.")
            return redirect("jobs:interview-model")
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"setting": found, "values": values, "is_on": is_on, "error": error}
    return render(request, "jobs/interview_model.html", context, status=400 if error else 200)


@require_POST
@with_access
def forget(request: HttpRequest, access: Access) -> HttpResponse:
    """Delete the endpoint and its key."""
    forget_setting(access)
    messages.success(request, "Endpoint and key are deleted.")
    return redirect("jobs:interview-model")


@require_http_methods(["GET", "POST"])
@with_access
def feedback(request: HttpRequest, access: Access, practice_id: str) -> HttpResponse:
    """Show exactly what would be sent; a POST sends what was shown."""
    answer = get_answer(access, practice_id)
    error: PilothouseError | None = None
    outgoing = None
    try:
        outgoing = preview(access, answer)
        if request.method == "POST":
            ask_model(access, practice_id, request.POST.get("seen", ""))
            messages.success(request, "The model answered.")
            return redirect("jobs:interview-answer", practice_id)
    except PilothouseError as refused:
        error = form_error(refused)
    context = {"answer": answer, "outgoing": outgoing, "error": error}
    status = 400 if error and request.method == "POST" else 200
    return render(request, "jobs/interview_feedback.html", context, status=status)


@require_POST
@with_access
def reply_delete(request: HttpRequest, access: Access, model_reply_id: str) -> HttpResponse:
    """Delete what a model said."""
    practice_id = delete_reply(access, model_reply_id)
    messages.success(request, "The model's words are deleted.")
    return redirect("jobs:interview-answer", practice_id)

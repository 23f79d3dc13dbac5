"""Steps of the learning plan and their proofs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.skills.learn_forms import act_choices, read_step, show_step
from pilothouse.apps.skills.models import StepKind
from pilothouse.apps.skills.services.library import find_entries, get_entry
from pilothouse.apps.skills.services.plans_goals import list_goal_names
from pilothouse.apps.skills.services.plans_proofs import (
    MAX_BYTES,
    add_proof,
    list_proofs,
    read_proof,
    set_proof_deleted,
)
from pilothouse.apps.skills.services.plans_steps import (
    add_step,
    change_step,
    draft_of_entry,
    get_step,
    set_step_deleted,
    set_step_state,
)
from pilothouse.apps.skills.services.plans_views import StepDraft, StepView
from pilothouse.apps.skills.views.learn_places import act_url_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

STATES = {"begin": "doing", "finish": "done", "drop": "dropped", "open": "planned"}


@require_http_methods(["GET", "POST"])
@with_access
def step_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Put a step into the plan, begun from an entry of the library where one is named."""
    values, error = _begin(request, access), None
    if request.method == "POST":
        values = request.POST
        try:
            view = add_step(access, read_step(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"In the plan: {view.title}")
            return redirect("skills:learn")
    context = {"values": values, "error": error, **_choices(access)}
    return render(request, "skills/learn_step_new.html", context, status=400 if error else 200)


def _begin(request: HttpRequest, access: Access) -> Any:
    goal, entry_id = request.GET.get("goal", ""), request.GET.get("entry", "")
    if entry_id and request.method == "GET":
        return show_step(draft_of_entry(get_entry(access, entry_id), goal))
    return show_step(StepDraft(title="", goal=goal))


def _choices(access: Access) -> dict[str, Any]:
    return {
        "kinds": StepKind.choices,
        "goals": [("", "none"), *list_goal_names(access)],
        "acts": act_choices(),
    }


@require_http_methods(["GET", "POST"])
@with_access
def step(request: HttpRequest, access: Access, learning_step_id: str) -> HttpResponse:
    """A step with its form, its next act and its proofs."""
    view = get_step(access, learning_step_id)
    if request.method == "POST":
        try:
            change_step(access, learning_step_id, read_step(request.POST))
        except PilothouseError as error:
            return _page(request, access, view, error=form_error(error), values=request.POST)
        messages.success(request, "Saved")
        return redirect("skills:step", learning_step_id)
    return _page(request, access, view)


def _page(
    request: HttpRequest,
    access: Access,
    view: StepView,
    *,
    error: PilothouseError | None = None,
    proof_error: PilothouseError | None = None,
    values: Any = None,
) -> HttpResponse:
    entries = find_entries(access, [view.entry_id] if view.entry_id else [])
    context = {
        "step": view,
        "values": values or show_step(view),
        "entry": entries.get(view.entry_id),
        "act_url": act_url_of(request, access, view.act),
        "proofs": list_proofs(access, view.public_id),
        "max_mb": MAX_BYTES // 1024**2,
        "error": error,
        "proof_error": proof_error,
        **_choices(access),
    }
    bad = error or proof_error
    return render(request, "skills/learn_step.html", context, status=400 if bad else 200)


@require_POST
@with_access
def step_act(request: HttpRequest, access: Access, learning_step_id: str, act: str) -> HttpResponse:
    """Begin, finish, drop or open a step; delete it or bring it back."""
    if act in STATES:
        view = set_step_state(access, learning_step_id, STATES[act])
        messages.success(request, f"{view.state_label}: {view.title}")
        is_next = act == "finish" and view.act and view.act_sequence is None
        return redirect(view.page_url) if is_next else redirect("skills:learn")
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_step_deleted(access, learning_step_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("skills:step-act", args=[learning_step_id, opposite])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("skills:learn")


@require_POST
@with_access
def proof_new(request: HttpRequest, access: Access, learning_step_id: str) -> HttpResponse:
    """Keep a file as a proof of a step."""
    view = get_step(access, learning_step_id)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise InvalidValueError("no file was chosen.")
        kept = add_proof(access, learning_step_id, file.name or "proof", file.chunks(2**16))
    except PilothouseError as error:
        return _page(request, access, view, proof_error=form_error(error))
    messages.success(request, f"Kept: {kept.file_name}")
    return redirect(view.page_url)


@require_GET
@with_access
def proof(_request: HttpRequest, access: Access, proof_id: str) -> HttpResponse:
    """A proof, to save; a browser never shows it as a page of this site."""
    view, body = read_proof(access, proof_id)
    return download(view.file_name, body, view.content_type)


@require_POST
@with_access
def proof_act(request: HttpRequest, access: Access, proof_id: str, act: str) -> HttpResponse:
    """Delete a proof or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view, step_id = set_proof_deleted(access, proof_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("skills:proof-act", args=[proof_id, opposite])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.file_name}", extra_tags=f"undo:{undo}")
    return redirect("skills:step", step_id)

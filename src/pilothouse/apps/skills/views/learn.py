"""The learning plan: goals, steps, load; and everything of it as a file of one's own."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.skills.learn_forms import (
    LEVEL_CHOICES,
    competency_choices,
    read_amount,
    read_goal,
)
from pilothouse.apps.skills.services.plans import read_plan, set_weekly_hours
from pilothouse.apps.skills.services.plans_export import to_learning_json
from pilothouse.apps.skills.services.plans_gap import suggest_goals
from pilothouse.apps.skills.services.plans_goals import (
    add_goal,
    change_goal,
    get_goal,
    set_goal_deleted,
    set_goal_state,
)
from pilothouse.apps.skills.services.plans_load import chart_load
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

STATES = {"reach": "reached", "drop": "dropped", "open": "open"}


@require_http_methods(["GET", "POST"])
@with_access
def plan(request: HttpRequest, access: Access) -> HttpResponse:
    """The whole plan; a POST says how many hours a week there are."""
    if request.method == "POST":
        try:
            hours = set_weekly_hours(access, read_amount("hours", request.POST.get("hours", "")))
        except PilothouseError as error:
            return _page(request, access, error=form_error(error), hours=request.POST["hours"])
        messages.success(request, f"{hours:g} hours a week")
        return redirect("skills:learn")
    return _page(request, access)


def _page(
    request: HttpRequest,
    access: Access,
    *,
    error: PilothouseError | None = None,
    goal_error: PilothouseError | None = None,
    hours: str = "",
) -> HttpResponse:
    view = read_plan(access)
    typed = request.POST if goal_error else request.GET
    context: dict[str, Any] = {
        "plan": view,
        "open_goals": [goal for goal in view.goals if goal.state == "open"],
        "closed_goals": [goal for goal in view.goals if goal.state != "open"],
        "chart": chart_load(view.load) if view.load.weeks else None,
        "hours": hours or f"{view.weekly_hours:g}",
        "error": error,
        "goal_error": goal_error,
        "goal_values": typed,
        "competencies": competency_choices(),
        "levels": LEVEL_CHOICES,
        "suggested": suggest_goals(access, view.goals),
    }
    bad = error or goal_error
    return render(request, "skills/learn.html", context, status=400 if bad else 200)


@require_POST
@with_access
def goal_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Set a goal."""
    try:
        view = add_goal(access, read_goal(request.POST))
    except PilothouseError as error:
        return _page(request, access, goal_error=form_error(error))
    messages.success(request, f"Goal set: {view.title}")
    return redirect("skills:learn")


@require_http_methods(["GET", "POST"])
@with_access
def goal(request: HttpRequest, access: Access, learning_goal_id: str) -> HttpResponse:
    """A goal, to say something else of it."""
    view, error = get_goal(access, learning_goal_id), None
    values: Any = {
        "competency": view.competency, "level": str(view.level), "why": view.why,
        "due_on": view.due_on.isoformat() if view.due_on else "",
    }  # fmt: skip
    if request.method == "POST":
        values = request.POST
        try:
            change_goal(access, learning_goal_id, read_goal(values))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect("skills:learn")
    context = {
        "goal": view, "goal_values": values, "goal_error": error,
        "competencies": competency_choices(), "levels": LEVEL_CHOICES,
    }  # fmt: skip
    return render(request, "skills/learn_goal.html", context, status=400 if error else 200)


@require_POST
@with_access
def goal_act(request: HttpRequest, access: Access, learning_goal_id: str, act: str) -> HttpResponse:
    """Close a goal, open it again, delete it or bring it back."""
    if act in STATES:
        view = set_goal_state(access, learning_goal_id, STATES[act])
        messages.success(request, f"{view.state_label}: {view.title}")
    elif act in {"delete", "restore"}:
        view = set_goal_deleted(access, learning_goal_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("skills:learning-goal-act", args=[learning_goal_id, opposite])
        words = "Deleted" if act == "delete" else "Restored"
        messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    else:
        raise Http404
    return redirect("skills:learn")


@require_GET
@with_access
def export(_request: HttpRequest, access: Access) -> HttpResponse:
    """Plan, readings with notes, own entries and feeds of the person, as one file."""
    text = json.dumps(to_learning_json(access), ensure_ascii=False, indent=1) + "\n"
    return download("learning.json", text.encode(), "application/json")

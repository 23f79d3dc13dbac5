"""Targets and the gap to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.skills.services.addresses import page_url
from pilothouse.apps.skills.services.competencies import IDS, list_competencies
from pilothouse.apps.skills.services.gap import GapView, gaps_to
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.roles import ROLES
from pilothouse.apps.skills.services.targets import (
    TargetDraft,
    change_target,
    get_target,
    list_targets,
    save_target,
    set_target_deleted,
)
from pilothouse.apps.workspace.models import Industry
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

FIRST_VALUES = {"role": "pm", "industry": "technology"}
ASKED = [("0", "not asked"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4")]


@require_http_methods(["GET", "POST"])
@with_access
def gap(request: HttpRequest, access: Access) -> HttpResponse:
    """Saved targets with how much is missing; a POST saves another one."""
    values: Any = FIRST_VALUES
    error = None
    if request.method == "POST":
        values = request.POST
        names = ("role", "industry", "name", "posting")
        try:
            saved = save_target(
                access, TargetDraft(**{name: values.get(name, "") for name in names})
            )
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Saved: {saved.name}")
            return redirect(saved.url)
    levels = read_levels(access)
    rows = []
    for each in list_targets(access):
        gaps = gaps_to(each, levels)
        rows.append((each, sum(one.is_met for one in gaps), len(gaps), _heaviest(gaps)))
    context = {
        "rows": rows,
        "roles": list(ROLES.items()),
        "industries": Industry.choices,
        "values": values,
        "error": error,
    }
    return render(request, "skills/gap.html", context, status=400 if error else 200)


def _heaviest(gaps: list[GapView]) -> str:
    return gaps[0].title if gaps and not gaps[0].is_met else ""


@require_http_methods(["GET", "POST"])
@with_access
def target(request: HttpRequest, access: Access, target_id: str) -> HttpResponse:
    """One target with its gaps, the heaviest first; a POST changes what it asks."""
    found = get_target(access, target_id)
    error = None
    if request.method == "POST":
        try:
            changed = change_target(
                access, target_id,
                name=request.POST.get("name"), required=_read_levels(request.POST),
            )  # fmt: skip
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Saved: {changed.name}")
            return redirect(changed.url)
    product_id = request.session.get("product_id", "")
    gaps = gaps_to(found, read_levels(access))
    context = {
        "target": found,
        "open": [(each, _acts(each, product_id)) for each in gaps if not each.is_met],
        "met": [each for each in gaps if each.is_met],
        "asked": [
            (each, request.POST.get(each.id, str(found.required.get(each.id, 0))))
            for each in list_competencies()
        ],
        "choices": ASKED,
        "name": request.POST.get("name", found.name),
        "error": error,
    }
    return render(request, "skills/target.html", context, status=400 if error else 200)


def _acts(view: GapView, product_id: str) -> list[tuple[str, str]]:
    return [(act.words, page_url(act.page, product_id)) for act in view.acts]


def _read_levels(given: Any) -> dict[str, int]:
    levels = {}
    for name in IDS:
        typed = given.get(name, "0")
        level = read_number(typed)
        if level is None:
            raise InvalidValueError("a level is 0 to 4.", value=typed)
        levels[name] = level
    return levels


@require_POST
@with_access
def target_act(request: HttpRequest, access: Access, target_id: str, act: str) -> HttpResponse:
    """Delete a target, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_target_deleted(access, target_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.name}")
        return redirect(view.url)
    undo = reverse("skills:target-act", args=[target_id, "restore"])
    messages.success(request, f"Deleted: {view.name}", extra_tags=f"undo:{undo}")
    return redirect("skills:gap")

"""Fit: the honest guide, and a private reflection that is off until switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.skills.services.fit import (
    STEPS,
    FitView,
    ReflectionView,
    add_reflection,
    forget_fit,
    get_fit,
    list_fit_items,
    list_reflections,
    save_fit,
    set_reflection_deleted,
)
from pilothouse.apps.skills.services.fit_load import read_fit_record
from pilothouse.apps.skills.services.guide import get_guide_page
from pilothouse.apps.skills.views.guide import linked_product
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.kernel.times import parse_zone

# The latest reflections that are shown side by side.
COLUMNS = 8
GUIDES = ("challenges", "rewards")


@require_GET
@with_access
def fit(request: HttpRequest, access: Access) -> HttpResponse:
    """Challenges and rewards; with fit on, the reflection and what the ledger shows."""
    return _page(request, access)


@require_POST
@with_access
def fit_settings(request: HttpRequest, access: Access) -> HttpResponse:
    """Switch fit on or off, or change the hours."""
    try:
        chosen = save_fit(access, _read_settings(request.POST, _before(request, access)))
    except PilothouseError as error:
        return _page(request, access, settings_error=form_error(error))
    messages.success(request, "Fit is on, for your eyes only." if chosen.is_on else "Fit is off.")
    return redirect("skills:fit")


@require_POST
@with_access
def fit_reflect(request: HttpRequest, access: Access) -> HttpResponse:
    """Keep a reflection."""
    given = request.POST
    try:
        answers = _read_answers(given)
        add_reflection(access, answers, gave=given.get("gave", ""), took=given.get("took", ""))
    except PilothouseError as error:
        return _page(request, access, reflection_error=form_error(error))
    messages.success(request, "Kept, for your eyes only.")
    return redirect("skills:fit")


@require_POST
@with_access
def fit_act(request: HttpRequest, access: Access, reflection_id: str, act: str) -> HttpResponse:
    """Delete a reflection, or bring it back."""
    opposite = {"delete": "restore", "restore": "delete"}.get(act)
    if opposite is None:
        raise Http404
    set_reflection_deleted(access, reflection_id, is_deleted=act == "delete")
    undo = reverse("skills:fit-act", args=[reflection_id, opposite])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: a reflection", extra_tags=f"undo:{undo}")
    return redirect("skills:fit")


@require_POST
@with_access
def fit_forget(request: HttpRequest, access: Access) -> HttpResponse:
    """Remove everything of fit for good."""
    if request.POST.get("sure") != "yes":
        refused = InvalidValueError(
            "this cannot be taken back.", remedy="Tick the box if you are sure."
        )
        return _page(request, access, forget_error=refused)
    count = forget_fit(access)
    words = "1 reflection" if count == 1 else f"{count} reflections"
    messages.success(request, f"Gone for good: {words} and your settings of fit.")
    return redirect("skills:fit")


def _page(request: HttpRequest, access: Access, **errors: PilothouseError) -> HttpResponse:
    chosen = get_fit(access)
    items = list_fit_items()
    context: dict[str, Any] = {
        "chosen": chosen,
        "guides": [get_guide_page(key) for key in GUIDES],
        "items": [(item, request.POST.get(item.key, "")) for item in items],
        "steps": STEPS,
        "typed": request.POST,
        **errors,
    }
    if chosen.is_on:
        reflections = list_reflections(access)
        context["reflections"] = reflections
        recent = list(reversed(reflections[:COLUMNS]))
        context["history"] = _history(recent)
        context["columns"] = _columns(recent, chosen)
        context["record"] = read_fit_record(access, chosen)
    return render(request, "skills/fit.html", context, status=400 if errors else 200)


def _history(recent: Sequence[ReflectionView]) -> list[tuple[str, list[int | None]]]:
    """Each item with its answers over time, the oldest first."""
    rows = [each.row for each in recent]
    return [
        (item.about, [row[place] for row in rows]) for place, item in enumerate(list_fit_items())
    ]


def _columns(recent: Sequence[ReflectionView], chosen: FitView) -> list[dict[str, Any]]:
    days = [each.at.astimezone(parse_zone(chosen.zone)) for each in recent]
    dates = [{"label": f"{day.day} {day:%b %Y}", "number": True} for day in days]
    return [{"label": "Asked"}, *dates]


def _before(request: HttpRequest, access: Access) -> FitView:
    """What was chosen before; at first, the zone of the product that was looked at last."""
    chosen = get_fit(access)
    product = linked_product(request, access) if chosen == FitView() else None
    return replace(chosen, zone=product.zone) if product else chosen


def _read_settings(given: Mapping[str, str], before: FitView) -> FitView:
    """What was typed; a form that only switches leaves the hours as they were."""
    if "zone" not in given:
        return replace(before, is_on=given.get("on") == "yes")
    return FitView(
        is_on=given.get("on") == "yes",
        zone=given["zone"],
        first_hour=_read_hour(given.get("first_hour", "")),
        last_hour=_read_hour(given.get("last_hour", "")),
        with_weekends=given.get("with_weekends") == "yes",
    )


def _read_hour(text: str) -> int:
    hour = read_number(text)
    if hour is None:
        raise InvalidValueError("an hour is a whole number.", value=text)
    return hour


def _read_answers(given: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in list_fit_items():
        text = given.get(item.key, "")
        if not text:
            continue
        answer = read_number(text)
        if answer is None:
            raise InvalidValueError("an answer is 1, 2, 3, 4 or 5.", value=text)
        found[item.key] = answer
    return found

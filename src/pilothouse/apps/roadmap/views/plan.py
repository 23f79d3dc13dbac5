"""The best plan: asking for it, watching the search, reading it, taking it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, product_url, read_number, with_product
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.planning import (
    DEFAULT_QUARTERS,
    DEFAULT_SECONDS,
    PlanDraft,
    PlanView,
    find_latest_plan,
    get_plan,
    start_plan,
    take_over,
)
from pilothouse.apps.roadmap.services.planning_problem import list_choices
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

QUARTER_OPTIONS = [(str(n), f"{n} quarters") for n in (2, 4, 6, 8, 12)]
SECOND_OPTIONS = [("3", "3 seconds"), ("10", "10 seconds"), ("30", "30 seconds"),
                  ("60", "a minute"), ("120", "two minutes")]  # fmt: skip


@require_http_methods(["GET", "POST"])
@with_product
def plan(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The latest plan, and the form for a new one."""
    if request.method == "GET":
        return _show(request, access, product, find_latest_plan(access, product))
    try:
        made = start_plan(access, product, _read_draft(request))
    except PilothouseError as refused:
        latest = find_latest_plan(access, product)
        return _show(request, access, product, latest, form_error(refused))
    return redirect("roadmap:plan-detail", product.public_id, made.public_id)


@require_GET
@with_product
def plan_detail(
    request: HttpRequest, access: Access, product: ProductView, plan_id: str
) -> HttpResponse:
    """One plan; while it is searched for, how far that is."""
    found = get_plan(access, product, plan_id)
    if request.headers.get("HX-Request"):
        context = {"plan": found, "rule": RULE, "may_edit": access.may(Role.EDITOR)}
        return render(request, "roadmap/plan_state.html", context)
    return _show(request, access, product, found)


@require_POST
@with_product
def plan_take(
    request: HttpRequest, access: Access, product: ProductView, plan_id: str
) -> HttpResponse:
    """Put every bet where the plan has it."""
    batch = take_over(access, product, plan_id)
    if batch.moved:
        undo = product_url("roadmap:moves-undo", product, batch.public_id)
        words = f"Taken over: {batch.moved} bets moved"
        messages.success(request, words, extra_tags=f"undo:{undo}")
    else:
        messages.info(request, "Every bet stands there already.")
    return redirect("roadmap:timeline", product.public_id)


def _show(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    found: PlanView | None,
    error: PilothouseError | None = None,
) -> HttpResponse:
    choices = list_choices(product)
    context: dict[str, Any] = {
        "plan": found,
        "error": error,
        "choices": choices,
        "kept": _kept(request, found, choices),
        "quarters": request.POST.get("quarters", len(found.quarters) if found else ""),
        "seconds": request.POST.get("seconds", found.seconds if found else ""),
        "quarter_options": QUARTER_OPTIONS,
        "second_options": SECOND_OPTIONS,
        "rule": RULE,
        "may_edit": access.may(Role.EDITOR),
    }
    context["quarters"] = context["quarters"] or DEFAULT_QUARTERS
    context["seconds"] = context["seconds"] or DEFAULT_SECONDS
    return render(request, "roadmap/plan.html", context, status=400 if error else 200)


def _kept(request: HttpRequest, found: PlanView | None, choices: list[Any]) -> set[str]:
    if request.method == "POST":
        return set(request.POST.getlist("keep"))
    if found is not None:
        return set(found.keep)
    return {choice.bet_id for choice in choices if choice.is_doing}


def _read_draft(request: HttpRequest) -> PlanDraft:
    quarters, seconds = (
        _read_whole(request.POST.get(name, ""), name) for name in ("quarters", "seconds")
    )
    return PlanDraft(quarters, seconds, tuple(request.POST.getlist("keep")))


def _read_whole(text: str, what: str) -> int:
    number = read_number(text.strip())
    if number is None:
        raise InvalidValueError(f"the number of {what} is a whole number.", value=text)
    return number

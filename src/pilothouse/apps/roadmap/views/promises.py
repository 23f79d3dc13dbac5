"""Promises by person and by date; keeping, breaking and renegotiating them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.roadmap.services.promise_views import PromiseView, score_promises
from pilothouse.apps.roadmap.services.promises import (
    PromiseDraft,
    get_promise,
    list_changes,
    list_promises,
    make_promise,
    renegotiate_promise,
    set_promise_deleted,
    settle_promise,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.roadmap.views.reading import read_day, read_percent
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

STATES = {"keep": "kept", "break": "broken", "reopen": "open"}
_WORDS = {"keep": "Kept", "break": "Broken", "reopen": "Open again"}


@require_http_methods(["GET", "POST"])
@with_product
def promises(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All promises, by person or by date; a new one."""
    error, typed = None, QueryDict()
    if request.method == "POST":
        typed = request.POST
        try:
            made = make_promise(access, product, read_draft(typed))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            undo = product_url("roadmap:promise-act", product, made.public_id, "delete")
            messages.success(request, f"Promised: {made.what}", extra_tags=f"undo:{undo}")
            return redirect("roadmap:promises", product.public_id)
    every = list_promises(product, open_only=False)
    is_by_person = request.GET.get("by") == "person"
    opened = [view for view in every if view.is_open]
    context = {
        "groups": group_by_person(opened) if is_by_person else group_by_date(opened),
        "settled": [view for view in every if not view.is_open],
        "score": score_promises(every, today_of(product)),
        "late": sum(view.is_late for view in opened),
        "open_count": len(opened),
        "is_by_person": is_by_person,
        "may_edit": access.may(Role.EDITOR),
        "error": error,
        "typed": typed,
    }
    return render(request, "roadmap/promises.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_product
def promise(
    request: HttpRequest, access: Access, product: ProductView, promise_id: str
) -> HttpResponse:
    """One promise with its history; POST renegotiates it."""
    error, typed = None, QueryDict()
    if request.method == "POST":
        typed = request.POST
        try:
            view = renegotiate_promise(
                access,
                product,
                promise_id,
                due=read_due(typed.get("due", "")),
                what=typed.get("what", ""),
                reason=typed.get("reason", ""),
            )
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Renegotiated: {view.what}")
            return redirect("roadmap:promise", product.public_id, promise_id)
    view = get_promise(product, promise_id)
    ref = ObjectRef("promise", promise_id)
    context = {
        "promise": view,
        "links": list_links(access, ref),
        "link_source": ref,
        "changes": list_changes(product, promise_id),
        "today": today_of(product),
        "may_edit": access.may(Role.EDITOR),
        "error": error,
        "typed": typed or {"what": view.what, "due": view.due.isoformat()},
    }
    return render(request, "roadmap/promise.html", context, status=400 if error else 200)


@require_POST
@with_product
def act_on(
    request: HttpRequest, access: Access, product: ProductView, promise_id: str, act: str
) -> HttpResponse:
    """Keep, break, reopen, delete or restore a promise, each with its way back."""
    if act in {"delete", "restore"}:
        view = set_promise_deleted(access, product, promise_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        words = "Deleted" if act == "delete" else "Restored"
    elif act in STATES:
        view = _settle(request.POST, access, product, promise_id, act)
        opposite = "" if act == "reopen" else "reopen"
        words = _WORDS[act]
    else:
        raise Http404
    undo = product_url("roadmap:promise-act", product, promise_id, opposite) if opposite else ""
    messages.success(request, f"{words}: {view.what}", extra_tags=f"undo:{undo}" if undo else "")
    return redirect("roadmap:promises", product.public_id)


def _settle(
    given: QueryDict, access: Access, product: ProductView, promise_id: str, act: str
) -> PromiseView:
    return settle_promise(
        access, product, promise_id, STATES[act],
        on=read_day(given.get("on", "")), reason=given.get("reason", ""),
    )  # fmt: skip


def read_draft(given: QueryDict) -> PromiseDraft:
    """The fields of the form as a draft; raises ``InvalidValueError``."""
    return PromiseDraft(
        what=given.get("what", ""),
        to_name=given.get("to", ""),
        to_role=given.get("role", ""),
        due=read_due(given.get("due", "")),
        probability=read_percent(given.get("probability", ""), "a probability in percent"),
    )


def read_due(text: str) -> Any:
    """The day of a promise, which must be there; raises ``InvalidValueError``."""
    day = read_day(text)
    if day is None:
        raise InvalidValueError("a promise has a day by which it is kept.")
    return day


def group_by_person(views: Sequence[PromiseView]) -> list[tuple[str, list[PromiseView]]]:
    """Open promises under the name of whom they were made to."""
    groups: dict[str, list[PromiseView]] = {}
    for view in views:
        groups.setdefault(view.to_name, []).append(view)
    return sorted(groups.items(), key=lambda group: group[0].casefold())


def group_by_date(views: Sequence[PromiseView]) -> list[tuple[str, list[PromiseView]]]:
    """Open promises as late, this week, within a month, later."""
    groups: dict[str, list[PromiseView]] = {
        "Late": [], "Within a week": [], "Within a month": [], "Later": [],
    }  # fmt: skip
    for view in views:
        left = view.days_left
        name = (
            "Late" if left < 0 else "Within a week" if left <= 7
            else "Within a month" if left <= 31 else "Later"
        )  # fmt: skip
        groups[name].append(view)
    return [(name, rows) for name, rows in groups.items() if rows]

"""Pre-mortems: the list, one with its causes, and what came true."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.decisions.forms import read_cause, read_day
from pilothouse.apps.decisions.services.decisions import name_decisions
from pilothouse.apps.decisions.services.premortems import (
    WEIGHTS,
    add_cause,
    change_cause,
    create_premortem,
    get_premortem,
    judge_cause,
    list_premortems,
    premortem_url,
    set_cause_deleted,
    set_premortem_deleted,
)
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError

JUDGEMENTS = {"came": True, "stayed": False, "unjudge": None}


@require_http_methods(["GET", "POST"])
@with_product
def premortems(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All pre-mortems; a POST begins one."""
    error, given = None, request.POST
    if request.method == "POST":
        try:
            begun = create_premortem(
                access,
                product,
                given.get("title", ""),
                story=given.get("story", ""),
                judge_on=read_day(given.get("judge_on", "")),
                decision_id=given.get("decision", ""),
            )
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Begun: {begun.title}")
            return redirect(begun.url)
    context = {
        "premortems": list_premortems(product),
        "decisions": [("", "none"), *name_decisions(product)],
        "values": given if error else {"decision": request.GET.get("decision", "")},
        "error": error,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "decisions/premortems.html", context, status=400 if error else 200)


@require_GET
@with_product
def premortem(
    request: HttpRequest, access: Access, product: ProductView, premortem_id: str
) -> HttpResponse:
    """One pre-mortem with its causes."""
    return _page(request, access, product, premortem_id)


@require_POST
@with_product
def cause_new(
    request: HttpRequest, access: Access, product: ProductView, premortem_id: str
) -> HttpResponse:
    """Add a cause."""
    try:
        view = add_cause(access, product, premortem_id, read_cause(request.POST))
    except PilothouseError as error:
        return _page(request, access, product, premortem_id, error=form_error(error))
    return redirect(view.url)


@require_http_methods(["POST"])
@with_product
def cause(
    request: HttpRequest, access: Access, product: ProductView, premortem_id: str, cause_id: str
) -> HttpResponse:
    """Change a cause."""
    try:
        view = change_cause(access, product, premortem_id, cause_id, read_cause(request.POST))
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, product, premortem_id, cause_error=refused, bad=cause_id)
    messages.success(request, "Saved")
    return redirect(view.url)


@require_POST
@with_product
def cause_act(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    *,
    premortem_id: str,
    cause_id: str,
    act: str,
) -> HttpResponse:
    """Say what came of a cause, delete it or bring it back."""
    if act in JUDGEMENTS:
        view = judge_cause(access, product, premortem_id, cause_id, came_true=JUDGEMENTS[act])
        return redirect(view.url)
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_cause_deleted(access, product, premortem_id, cause_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = product_url("decisions:cause-act", product, premortem_id, cause_id, opposite)
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: a cause", extra_tags=f"undo:{undo}")
    return redirect(view.url)


@require_POST
@with_product
def premortem_act(
    request: HttpRequest, access: Access, product: ProductView, premortem_id: str, act: str
) -> HttpResponse:
    """Delete a pre-mortem or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    is_deleted = act == "delete"
    title = set_premortem_deleted(access, product, premortem_id, is_deleted=is_deleted)
    opposite = "restore" if is_deleted else "delete"
    undo = product_url("decisions:premortem-act", product, premortem_id, opposite)
    words = "Deleted" if is_deleted else "Restored"
    messages.success(request, f"{words}: {title}", extra_tags=f"undo:{undo}")
    if is_deleted:
        return redirect(product_url("decisions:premortems", product))
    return redirect(premortem_url(product, premortem_id))


def _page(
    request: HttpRequest, access: Access, product: ProductView, premortem_id: str, **errors: Any
) -> HttpResponse:
    context = {
        "premortem": get_premortem(product, premortem_id),
        "weights": [(each, str(each)) for each in WEIGHTS],
        "typed": request.POST,
        "judgements": [("came", "Came true"), ("stayed", "Did not come"), ("unjudge", "Not known")],
        "may_edit": access.may(Role.EDITOR),
        "may_comment": access.may(Role.COMMENTER),
        **errors,
    }
    return render(request, "decisions/premortem.html", context, status=400 if errors else 200)

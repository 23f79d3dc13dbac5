"""Companies: where one would like to be, and who is known there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.people.forms import read_company
from pilothouse.apps.people.services.beside import list_beside_company
from pilothouse.apps.people.services.companies import (
    change_company,
    create_company,
    get_company,
    list_companies,
    set_company_deleted,
)
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.people.views.pages import PER_PAGE, UNDO, start_of, to_page
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def companies(request: HttpRequest, access: Access) -> HttpResponse:
    """All companies, targets first; a new one."""
    error = None
    values = request.POST or {"name": request.GET.get("name", "")[:200]}
    if request.method == "POST":
        try:
            made = create_company(access, read_company(request.POST))
            return redirect(made.url)
        except PilothouseError as refused:
            error = form_error(refused)
    only_targets = request.GET.get("only") == "targets"
    text = request.GET.get("q", "")
    lines, total = list_companies(
        access, only_targets=only_targets, text=text, at=start_of(request), limit=PER_PAGE
    )
    context = {
        "page": to_page(lines, total, request), "error": error, "values": values,
        "only_targets": only_targets, "text": text,
    }  # fmt: skip
    return render(request, "people/companies.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def company(request: HttpRequest, access: Access, company_id: str) -> HttpResponse:
    """A company with whom one knows there."""
    view = get_company(access, company_id)
    values: Any = {name: getattr(view, name) for name in
                   ("name", "website", "notes", "is_target", "why")}  # fmt: skip
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            change_company(access, company_id, read_company(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect(view.url)
    ref = ObjectRef("company", company_id)
    known = list_known_at(access, view.name)
    context = {
        "company": view, "values": values, "error": error,
        "known": [person for person in known if person.tier != "weak"],
        "maybe": [person for person in known if person.tier == "weak"],
        "beside": list_beside_company(access, view.name),
        "links": list_links(access, ref), "link_source": ref,
    }  # fmt: skip
    return render(request, "people/company.html", context, status=400 if error else 200)


@require_POST
@with_access
def company_act(request: HttpRequest, access: Access, company_id: str, act: str) -> HttpResponse:
    """Take a company out, or back in."""
    if act not in {"delete", "restore"}:
        raise Http404
    set_company_deleted(access, company_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("people:company-act", args=[company_id, opposite])
    words = "Out of your book; its people stay." if act == "delete" else "Back in your book."
    messages.success(request, words, extra_tags=UNDO + undo)
    return redirect("people:companies")

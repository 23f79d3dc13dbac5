"""Files of contacts in and out, and contacts that are one person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.people.forms import read_wanted
from pilothouse.apps.people.services.exporting import export_book, export_vcards
from pilothouse.apps.people.services.imports import (
    discard_book_import,
    get_book_import,
    list_book_imports,
    look_at_contacts,
    receive_contacts,
    start_book_import,
    undo_book_import,
)
from pilothouse.apps.people.services.merging import (
    list_merges,
    list_twins,
    merge_certain,
    merge_contacts,
    undo_merge,
)
from pilothouse.apps.people.views.pages import PER_PAGE, UNDO, start_of, to_page
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

SHOWN = 20


@require_http_methods(["GET", "POST"])
@with_access
def files(request: HttpRequest, access: Access) -> HttpResponse:
    """The files there were; a file chosen here is looked at first."""
    error = None
    if request.method == "POST":
        try:
            given = request.FILES.get("file")
            if given is None:
                raise InvalidValueError("no file was chosen.")
            row = receive_contacts(
                access, given.name or "contacts", given.chunks(2**20), now=timezone.now()
            )
            return redirect("people:file", row.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"imports": list_book_imports(access), "error": error}
    return render(request, "people/files.html", context, status=400 if error else 200)


@require_GET
@with_access
def file(request: HttpRequest, access: Access, book_import_id: str) -> HttpResponse:
    """What a file holds, or what became of it."""
    row = get_book_import(access, book_import_id)
    context: dict[str, Any] = {"row": row}
    if row.may_start:
        plan = look_at_contacts(access, book_import_id)
        context |= {"plan": plan, "fresh": plan.fresh[:SHOWN], "changes": plan.changes[:SHOWN]}
    return render(request, "people/file.html", context)


@require_POST
@with_access
def file_act(request: HttpRequest, access: Access, book_import_id: str, act: str) -> HttpResponse:
    """Take a file in, take it out again, or throw it away."""
    if act == "start":
        try:
            group = request.POST.get("group", "")
            row = start_book_import(access, book_import_id, group=group, now=timezone.now())
        except PilothouseError as refused:
            messages.error(request, form_error(refused).sentence)
        else:
            undo = reverse("people:file-act", args=[book_import_id, "undo"])
            words = f"Imported: {row.created:,} new, {row.merged:,} filled in."
            messages.success(request, words, extra_tags=UNDO + undo)
    elif act == "undo":
        row, kept = undo_book_import(access, book_import_id)
        stays = f" {kept:,} stay: you have written about them since." if kept else ""
        messages.success(request, f"What the file brought is out again.{stays}")
    elif act == "discard":
        discard_book_import(access, book_import_id)
        messages.success(request, "The file is thrown away.")
        return redirect("people:files")
    else:
        raise Http404
    return redirect("people:file", book_import_id)


@require_GET
@with_access
def export(request: HttpRequest, access: Access, extension: str) -> HttpResponse:
    """The contacts that fit as vCards, or the whole book as JSON."""
    if extension == "vcf":
        version = request.GET.get("version", "3.0")
        body = export_vcards(access, read_wanted(request.GET), version)
        return download("contacts.vcf", body, "text/vcard; charset=utf-8")
    if extension == "json":
        return download("people.json", export_book(access), "application/json")
    raise Http404


@require_http_methods(["GET", "POST"])
@with_access
def duplicates(request: HttpRequest, access: Access) -> HttpResponse:
    """Pairs that may be one person; making them one."""
    if request.method == "POST":
        return _merge(request, access)
    twins, total = list_twins(access, at=start_of(request), limit=PER_PAGE)
    context = {
        "page": to_page(twins, min(total, 500), request), "total": total,
        "has_certain": any(pair.sureness == "certain" for pair in twins),
        "merges": list_merges(access),
    }  # fmt: skip
    return render(request, "people/duplicates.html", context)


def _merge(request: HttpRequest, access: Access) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("all") == "certain":
            count = merge_certain(access, now=now)
            words = "pair is" if count == 1 else "pairs are"
            messages.success(request, f"{count:,} {words} one now; each can be undone below.")
        else:
            kept, gone = request.POST.get("kept", ""), request.POST.get("gone", "")
            view = merge_contacts(access, kept, gone, now=now)
            undo = reverse("people:merge-undo", args=[view.public_id])
            words = f"{view.gone_name} is part of {view.kept.name} now."
            messages.success(request, words, extra_tags=UNDO + undo)
    except PilothouseError as refused:
        messages.error(request, form_error(refused).sentence)
    return redirect("people:duplicates")


@require_POST
@with_access
def merge_undo(request: HttpRequest, access: Access, merge_id: str) -> HttpResponse:
    """Make two of one again."""
    view = undo_merge(access, merge_id, now=timezone.now())
    messages.success(request, f"{view.kept.name} and {view.gone_name} are two again.")
    return redirect("people:duplicates")

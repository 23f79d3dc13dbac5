"""A version for a posting: choosing bullets beside the posting's words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.services.postings import list_postings
from pilothouse.apps.jobs.services.resume_checking import check, check_text
from pilothouse.apps.jobs.services.resume_records import (
    ResumeView,
    get_resume,
    read_base,
    read_text,
)
from pilothouse.apps.jobs.services.resume_tailoring import (
    TargetDraft,
    begin_version,
    list_choices,
    read_coverage,
    read_tailoring,
    save_tailoring,
    set_target,
    suggest_again,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_tailor import Tailoring, move
from pilothouse.engines.jobs.resume_tailor import tailor as apply_tailoring
from pilothouse.engines.jobs.resume_types import Resume
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

TARGET = ("name", "posting_id", "title", "text")
MAX_SHOWN = 300


@require_http_methods(["GET", "POST"])
@with_access
def tailor(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """Begin a version of a base for a posting."""
    view = get_resume(access, resume_id)
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, request.GET.get(name, "")) for name in TARGET}
    if request.method == "POST":
        try:
            made = begin_version(access, resume_id, TargetDraft(**values))
            messages.success(request, f"Begun: {made.name}")
            return redirect(made.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"resume": view, "values": values, "postings": _postings(access), "error": error}
    return render(request, "jobs/resume_tailor_new.html", context, status=400 if error else 200)


@require_GET
@with_access
def coverage(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """The posting's text beside its words: said, related, in the base, missing."""
    view = get_resume(access, resume_id)
    context = {
        "resume": view, "coverage": read_coverage(access, view, read_text(access, view)),
        "postings": _postings(access),
        "values": {"posting_id": view.posting_id, "title": view.posting_title,
                   "text": "" if view.posting_id else view.posting_text},
    }  # fmt: skip
    return render(request, "jobs/resume_coverage.html", context)


@require_POST
@with_access
def target(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """Say which posting a version is for."""
    view = get_resume(access, resume_id)
    values = {name: request.POST.get(name, "") for name in TARGET}
    try:
        set_target(access, resume_id, TargetDraft(**values))
    except PilothouseError as refused:
        text = read_text(access, view)
        context = {
            "resume": view, "coverage": read_coverage(access, view, text), "values": values,
            "postings": _postings(access), "error": form_error(refused),
        }  # fmt: skip
        return render(request, "jobs/resume_coverage.html", context, status=400)
    messages.success(request, "The posting is set")
    return redirect("jobs:resume-coverage", resume_id)


def choose(request: HttpRequest, access: Access, view: ResumeView) -> HttpResponse:
    """The page of a version; called by the page of a resume."""
    if request.method == "GET":
        return _page(request, access, view, read_tailoring(view))
    base = read_number(request.POST.get("base", "")) or 0
    typed = read_choice(request.POST, read_tailoring(view))
    do = request.POST.get("do", "")
    try:
        changed, anchor = _do(typed, do)
        view = save_tailoring(access, view.public_id, changed, base=base)
        if do == "suggest":
            view = suggest_again(access, view.public_id)
    except PilothouseError as error:
        return _page(request, access, view, typed, form_error(error))
    if do == "build":
        return redirect("jobs:resume-build", view.public_id)
    if not anchor:
        messages.success(request, f"Saved: state {view.version}")
    return redirect(f"{view.url}{f'#{anchor}' if anchor else ''}")


def read_typed(request: HttpRequest, access: Access, view: ResumeView) -> Resume:
    """The words that the choice on the page would make."""
    typed = read_choice(request.POST, read_tailoring(view))
    return apply_tailoring(read_base(access, view), typed)


def read_choice(data: QueryDict, saved: Tailoring) -> Tailoring:
    """What is marked, in the order of the page."""
    picks: dict[str, list[str]] = {id_: [] for id_ in data.getlist("shown")}
    for pair in data.getlist("pick"):
        entry, _, bullet = pair.partition(":")
        picks.setdefault(entry, []).append(bullet)
    return Tailoring(
        label=data.get("label", saved.label),
        summary=data.get("summary", saved.summary),
        entries=tuple(data.getlist("entry")),
        picks={id_: tuple(ids) for id_, ids in picks.items()},
        order=saved.order,
    )


def _do(typed: Tailoring, do: str) -> tuple[Tailoring, str]:
    what, _, name = do.partition(":")
    if what in {"", "save", "build", "suggest"}:
        return typed, ""
    by = {"up": -1, "down": 1}.get(what)
    if by is None:
        raise InvalidValueError("there is no such act of this page.", value=do)
    entry, _, bullet = name.partition(":")
    if not bullet:
        moved = Tailoring(
            typed.label, typed.summary, move(typed.entries, entry, by), typed.picks, typed.order
        )
        return moved, f"entry-{entry}"
    picks = {**typed.picks, entry: move(typed.picks.get(entry, ()), bullet, by)}
    return (
        Tailoring(typed.label, typed.summary, typed.entries, picks, typed.order),
        f"entry-{entry}",
    )


def _page(
    request: HttpRequest,
    access: Access,
    view: ResumeView,
    tailoring: Tailoring,
    error: PilothouseError | None = None,
) -> HttpResponse:
    base = read_base(access, view)
    text = apply_tailoring(base, tailoring)
    coverage = read_coverage(access, view, text) if view.posting_text else None
    context: dict[str, Any] = {
        "resume": view,
        "tailoring": tailoring,
        "sections": list_choices(base, tailoring, coverage),
        "base_label": base.basics.get("label"),
        "coverage": coverage,
        "found": check(access, view) if error is None else check_text(access, view, text),
        "base": view.version if error is None else request.POST.get("base", ""),
        "error": error,
    }
    return render(request, "jobs/resume_tailor.html", context, status=400 if error else 200)


def _postings(access: Access) -> list[tuple[str, str]]:
    found = list_postings(access, MAX_SHOWN)
    named = [
        (each.public_id, f"{each.title}{f', {each.company}' if each.company else ''}")
        for each in found
    ]
    return [("", "None of these: the text below"), *named] if named else []

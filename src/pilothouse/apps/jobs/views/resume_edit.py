"""The resume editor, its live preview, evidence to link, entries from the record, the look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.resume_forms import (
    add_entry,
    move_entry,
    move_section,
    read_resume,
    remove_entry,
    show_basics,
    show_sections,
    show_typed,
)
from pilothouse.apps.jobs.resume_models import Paper, ResumeTemplate
from pilothouse.apps.jobs.services.resume_checking import check, check_text
from pilothouse.apps.jobs.services.resume_facts import list_facts
from pilothouse.apps.jobs.services.resume_offers import list_offers, take
from pilothouse.apps.jobs.services.resume_pdf import Look, draw_pages
from pilothouse.apps.jobs.services.resume_proofs import list_pieces
from pilothouse.apps.jobs.services.resume_records import (
    ResumeView,
    get_resume,
    read_text,
    save_content,
    set_look,
)
from pilothouse.apps.jobs.views import resume_tailor
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_json import from_content, to_content
from pilothouse.engines.jobs.resume_types import LISTED, SECTIONS, Resume
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

SHOWN_ACTS = 15


@require_http_methods(["GET", "POST"])
@with_access
def resume(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """The editor of a base; of a version, what it chooses."""
    view = get_resume(access, resume_id)
    if view.is_tailored:
        return resume_tailor.choose(request, access, view)
    saved = from_content(view.content)
    if request.method == "GET":
        return _page(request, access, view, saved)
    base = read_number(request.POST.get("base", "")) or 0
    try:
        text = read_resume(request.POST, saved)
        changed, anchor = _do(text, request.POST.get("do", ""))
        view = save_content(access, resume_id, to_content(changed), base=base)
    except PilothouseError as error:
        return _page(request, access, view, saved, form_error(error))
    return _go_on(request, view, anchor)


@require_POST
@with_access
def preview(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """What was typed, as a page, held against its evidence; nothing is saved."""
    view = get_resume(access, resume_id)
    error: PilothouseError | None = None
    text = read_text(access, view)
    try:
        if view.is_tailored:
            text = resume_tailor.read_typed(request, access, view)
        else:
            text = read_resume(request.POST, text)
    except PilothouseError as refused:
        error = form_error(refused)
    context = {"resume": view, "found": check_text(access, view, text), "preview_error": error}
    return render(request, "jobs/resume_preview.html", context)


@require_GET
@with_access
def evidence(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """Acts, statements and published pieces to rest a bullet on."""
    view = get_resume(access, resume_id)
    sought = request.GET.get("q", "")[:200]
    words = sought.casefold().split()
    facts = [each for each in list_facts(access) if _fits(each.text, words)]
    pieces = [each for each in list_pieces(access) if _fits(each.content["title"], words)]
    acts = search_acts(access, Wanted(text=sought)).lines
    context = {
        "resume": view, "q": sought, "facts": facts[:SHOWN_ACTS], "pieces": pieces[:SHOWN_ACTS],
        "acts": [each for each in acts if each.kind not in _OWN_ACTS][:SHOWN_ACTS],
    }  # fmt: skip
    return render(request, "jobs/resume_evidence.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def record(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """Entries that one's record offers; posting takes the marked ones."""
    view = get_resume(access, resume_id)
    if view.is_tailored:
        return redirect("jobs:resume-record", view.base_id)
    text = from_content(view.content)
    offers = list_offers(access, text)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            keys = request.POST.getlist("offer")
            view = save_content(access, resume_id, to_content(take(text, offers, keys)))
            messages.success(request, f"Taken: {len(keys)} of your record")
            return redirect(view.url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {"resume": view, "offers": offers, "error": error}
    return render(request, "jobs/resume_record.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def look(request: HttpRequest, access: Access, resume_id: str) -> HttpResponse:
    """The pages in each template, to choose one; name and paper."""
    view = get_resume(access, resume_id)
    error: PilothouseError | None = None
    values = {key: request.POST.get(key, getattr(view, key)) for key in _LOOK}
    if request.method == "POST":
        try:
            view = set_look(access, resume_id, **values)
            messages.success(request, f"Set: {view.template_label}")
            return redirect("jobs:resume-look", resume_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "resume": view, "values": values, "templates": ResumeTemplate.choices,
        "papers": Paper.choices, "error": error,
    }  # fmt: skip
    return render(request, "jobs/resume_look.html", context, status=400 if error else 200)


@require_GET
@with_access
def page(
    _request: HttpRequest, access: Access, resume_id: str, template: str, number: str
) -> HttpResponse:
    """A page as a picture, as it would be set now."""
    view = get_resume(access, resume_id)
    wanted = read_number(number)
    if template not in ResumeTemplate.values or not wanted:
        raise NotFoundError("there is no such page.", value=f"{template} {number}")
    pages = draw_pages(check(access, view).blocks, Look(template, view.paper))
    if wanted > len(pages):
        raise NotFoundError(f"it has {len(pages)} pages.", value=number)
    return HttpResponse(pages[wanted - 1], content_type="image/png")


_LOOK = ("name", "template", "paper")
# Beginning and building resumes says nothing that a resume could rest on.
# Statements stand in a list of their own.
_OWN_ACTS = {
    "resume.begun", "resume.built", "resume.deleted", "resume.restored", "achievement.stated",
}  # fmt: skip


def _do(text: Resume, do: str) -> tuple[Resume, str]:
    """The resume after what was asked for, and the place of the page to go on at."""
    what, _, name = do.partition(":")
    match what:
        case "add":
            changed, id_ = add_entry(text, name)
            return changed, f"entry-{id_}"
        case "remove":
            return remove_entry(text, name), "sections"
        case "up" | "down":
            return move_entry(text, name, -1 if what == "up" else 1), f"entry-{name}"
        case "section-up" | "section-down":
            by = -1 if what == "section-up" else 1
            return move_section(text, name, by), f"section-{name}"
        case "" | "save" | "build" | "evidence":
            return text, ""
    raise InvalidValueError("there is no such act of the editor.", value=do)


def _go_on(request: HttpRequest, view: ResumeView, anchor: str) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "build":
        return redirect("jobs:resume-build", view.public_id)
    if do.startswith("remove:"):
        undo = reverse("jobs:resume-state", args=[view.public_id, view.version - 1])
        messages.success(request, "Taken out", extra_tags=f"undo:{undo}")
    elif not do or do == "save":
        messages.success(request, f"Saved: state {view.version}")
    is_open = f"?open={anchor.removeprefix('entry-')}" if anchor.startswith("entry-") else ""
    return redirect(f"{view.url}{is_open}{f'#{anchor}' if anchor else ''}")


def _page(
    request: HttpRequest,
    access: Access,
    view: ResumeView,
    saved: Resume,
    error: PilothouseError | None = None,
) -> HttpResponse:
    basics, sections = show_basics(saved), show_sections(saved)
    base: Any = view.version
    if error is not None:
        basics, sections = show_typed(request.POST, saved)
        base = request.POST.get("base", "")
    context = {
        "resume": view, "basics": basics, "sections": sections, "error": error, "base": base,
        "found": check(access, view), "open": request.GET.get("open", ""),
        "choices": [(key, SECTIONS[key].noun) for key in LISTED],
    }  # fmt: skip
    return render(request, "jobs/resume_edit.html", context, status=400 if error else 200)


def _fits(text: str, words: list[str]) -> bool:
    return all(word in text.casefold() for word in words)

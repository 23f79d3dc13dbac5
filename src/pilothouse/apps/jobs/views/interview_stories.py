"""Stories: writing them, choosing their acts, and the questions that have none yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.interview_models import Confidential
from pilothouse.apps.jobs.services.interview_content import load_rubric
from pilothouse.apps.jobs.services.interview_matching import (
    list_fitting_questions,
    read_coverage,
)
from pilothouse.apps.jobs.services.interview_seeds import draft_from_act, list_seeds
from pilothouse.apps.jobs.services.interview_stories import (
    StoryDraft,
    StoryView,
    check_story,
    choose_acts,
    create_story,
    finish_story,
    get_story,
    list_stories,
    load_parts,
    remember_figure,
    save_story,
    set_story_deleted,
)
from pilothouse.apps.jobs.views.interview_home import undo_of
from pilothouse.apps.jobs.views.interview_questions import competency_options
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_access
def stories(request: HttpRequest, access: Access) -> HttpResponse:
    """One's stories, and how many behavioural questions still have none."""
    covered = read_coverage(access)
    found = list_stories(access)
    context = {
        "stories": found,
        "seeds": list_seeds(access, {number for each in found for number in each.acts}),
        "bare": sum(not each.fits for each in covered),
        "of": len(covered),
    }
    return render(request, "jobs/interview_stories.html", context)


@require_GET
@with_access
def coverage(request: HttpRequest, access: Access) -> HttpResponse:
    """The questions of a type with the stories that fit, those without first."""
    kinds = load_rubric().types
    kind = request.GET.get("type", "")
    kind = kind if kind in kinds else "behavioural"
    context = {
        "covered": read_coverage(access, kind),
        "kinds": [(key, each.title) for key, each in kinds.items()],
        "chosen": kind,
    }
    return render(request, "jobs/interview_coverage.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a story, from an act of one's own where one is named."""
    error: PilothouseError | None = None
    acts = [read_number(each) for each in request.POST.getlist("act")]
    if request.method == "POST":
        chosen = [each if each is not None else -1 for each in acts]
        try:
            made = create_story(access, _draft(request.POST), acts=chosen)
            messages.success(request, f"Begun: {made.title}")
            return redirect(made.page)
        except PilothouseError as refused:
            error = form_error(refused)
        values = _typed(request.POST)
        source: QueryDict = request.POST
    else:
        values, source, acts = _begin(access, request.GET)
    context = _form(source, values) | {"error": error, "acts": [each for each in acts if each]}
    return render(request, "jobs/interview_story_new.html", context, status=400 if error else 200)


def _begin(access: Access, query: QueryDict) -> tuple[dict[str, Any], QueryDict, list[int | None]]:
    """What a new story begins with: nothing, or what an act says."""
    sequence = read_number(query.get("act", ""))
    draft = draft_from_act(access, sequence) if sequence is not None else StoryDraft("")
    values = {
        "title": draft.title, "questions": query.get("question", "")[:100],
        "confidential": draft.confidential, "best_for": list(draft.best_for), "base": "0",
    }  # fmt: skip
    texts = QueryDict(mutable=True)
    texts.update({f"part-{key}": text for key, text in draft.parts.items()})
    return values, texts, [sequence]


@require_http_methods(["GET", "POST"])
@with_access
def story(request: HttpRequest, access: Access, story_id: str) -> HttpResponse:
    """A story; a POST saves it, and calls it whole where asked."""
    found = get_story(access, story_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            base = read_number(request.POST.get("base", "")) or 0
            found = save_story(access, story_id, _draft(request.POST), base=base)
            if request.POST.get("do") == "finish":
                finish_story(access, story_id)
                messages.success(request, "Every number stands in an act. The story is whole.")
            else:
                messages.success(request, f"Saved: {found.title}")
            return redirect(found.page)
        except PilothouseError as refused:
            error = form_error(refused)
    values = _typed(request.POST) if error else _stored(found)
    context = _form(request.POST if error else found, values) | {
        "story": found,
        "check": check_story(access, found),
        "questions": list_fitting_questions(access, found),
        "error": error,
    }
    return render(request, "jobs/interview_story.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def evidence(request: HttpRequest, access: Access, story_id: str) -> HttpResponse:
    """Acts to choose from; posting takes some in or out."""
    found = get_story(access, story_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        numbers = [read_number(each) for each in request.POST.getlist("act")]
        chosen = [each if each is not None else -1 for each in numbers]
        try:
            if request.POST.get("do") == "remove":
                found = choose_acts(access, story_id, remove=chosen)
            else:
                found = choose_acts(access, story_id, add=chosen)
            messages.success(request, f"Evidence: {len(found.acts)} acts")
            return redirect(found.page)
        except PilothouseError as refused:
            error = form_error(refused)
    text = request.GET.get("q", "")[:200]
    before = read_number(request.GET.get("before", ""))
    context = {
        "story": found,
        "found": search_acts(access, Wanted(text=text, before=before)),
        "query": text,
        "error": error,
    }
    return render(
        request, "jobs/interview_story_evidence.html", context, status=400 if error else 200
    )


@require_POST
@with_access
def story_act(request: HttpRequest, access: Access, story_id: str, act: str) -> HttpResponse:
    """Delete a story, bring it back, or say of a figure that it is told from memory."""
    if act in {"remember", "unsure"}:
        figure = request.POST.get("figure", "")
        changed = remember_figure(access, story_id, figure, is_remembered=act == "remember")
        return redirect(changed.page)
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_story_deleted(access, story_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.title}")
        return redirect(view.page)
    undo = undo_of("jobs:interview-story-act", story_id, "restore")
    messages.success(request, f"Deleted: {view.title}", extra_tags=undo)
    return redirect("jobs:interview-stories")


def _draft(form: QueryDict) -> StoryDraft:
    return StoryDraft(
        form.get("title", ""),
        {part.key: form.get(f"part-{part.key}", "") for part in load_parts()},
        form.getlist("best_for"),
        form.get("questions", "").split(),
        form.get("confidential", Confidential.CAREFUL.value),
    )


def _typed(form: QueryDict) -> dict[str, Any]:
    names = ("title", "questions", "confidential", "base")
    return {name: form.get(name, "") for name in names} | {"best_for": form.getlist("best_for")}


def _stored(found: StoryView) -> dict[str, Any]:
    return {
        "title": found.title, "questions": " ".join(found.questions),
        "confidential": found.confidential, "best_for": list(found.best_for),
        "base": str(found.version),
    }  # fmt: skip


def _form(source: QueryDict | StoryView, values: dict[str, Any]) -> dict[str, Any]:
    def text_of(key: str) -> str:
        if isinstance(source, StoryView):
            return source.parts.get(key, "")
        return source.get(f"part-{key}", "")

    return {
        "values": values,
        "parts": [(part, text_of(part.key)) for part in load_parts()],
        "competencies": [
            (key, label, key in values["best_for"]) for key, label in competency_options()
        ],
        "confidentials": Confidential.choices,
    }

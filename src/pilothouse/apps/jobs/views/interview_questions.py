"""The question bank: finding a question, adding one's own."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.jobs.services.interview_answers import own_answers
from pilothouse.apps.jobs.services.interview_bank import (
    add_question,
    list_questions,
    set_question_deleted,
)
from pilothouse.apps.jobs.services.interview_content import (
    LEVELS,
    OWN,
    Wanted,
    load_rubric,
    search_bank,
)
from pilothouse.apps.jobs.views.interview_home import undo_of
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.workspace.models import Industry
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError

ON_PAGE = 40


@require_GET
@with_access
def bank(request: HttpRequest, access: Access) -> HttpResponse:
    """All questions, by type, level, industry, competency and words."""
    names = {"kind": "type", "level": "level", "industry": "industry", "competency": "competency"}
    chosen = {name: request.GET.get(query, "") for name, query in names.items()}
    wanted = Wanted(text=request.GET.get("q", "")[:200], **chosen)
    found = search_bank(list_questions(access), wanted)
    page = Paginator(found, ON_PAGE).get_page(request.GET.get("page"))
    shown = [each.key for each in page]
    practised = set(
        own_answers(access)
        .filter(deleted_at=None, question__in=shown)
        .values_list("question", flat=True)
    )
    context = {
        "page": page,
        "rows": [(each, each.key in practised) for each in page],
        "wanted": wanted,
        "kinds": [(key, each.title) for key, each in load_rubric().types.items()],
        "levels": list(LEVELS.items()),
        "industries": Industry.choices,
        "competencies": competency_options(),
    }
    return render(request, "jobs/interview_questions.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """A question of one's own."""
    error: PilothouseError | None = None
    values = {name: request.POST.get(name, "") for name in ("kind", "text", "competency")}
    if request.method == "POST":
        chosen = [values["competency"]] if values["competency"] else []
        try:
            made = add_question(access, values["kind"], values["text"], chosen)
            messages.success(request, f"Added: {made.text[:80]}")
            return redirect("jobs:interview-question", made.key)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "values": values,
        "error": error,
        "kinds": [(key, each.title) for key, each in load_rubric().types.items()],
        "competencies": competency_options(),
    }
    return render(
        request, "jobs/interview_question_new.html", context, status=400 if error else 200
    )


@require_POST
@with_access
def question_act(
    request: HttpRequest, access: Access, own_question_id: str, act: str
) -> HttpResponse:
    """Delete a question of one's own, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    key = f"{OWN}{own_question_id}"
    view = set_question_deleted(access, key, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, f"Restored: {view.text[:80]}")
        return redirect("jobs:interview-question", key)
    undo = undo_of("jobs:interview-question-act", own_question_id, "restore")
    messages.success(request, f"Deleted: {view.text[:80]}", extra_tags=undo)
    return redirect(reverse("jobs:interview-questions"))


def competency_options() -> list[tuple[str, str]]:
    """The sixteen competencies as options."""
    return [(each.id, f"{each.id} {each.title}") for each in list_competencies()]

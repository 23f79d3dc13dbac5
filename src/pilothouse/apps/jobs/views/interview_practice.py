"""Practice: a question with a timer, the answer scored by oneself, then held against the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.jobs.services.interview_answers import (
    CANNOT,
    AnswerDraft,
    AnswerView,
    ScoreDraft,
    add_recording,
    change_text,
    get_answer,
    give_answer,
    list_answers,
    query_answers,
    score_answer,
    set_answer_deleted,
)
from pilothouse.apps.jobs.services.interview_bank import get_question
from pilothouse.apps.jobs.services.interview_content import BankQuestion, load_rubric
from pilothouse.apps.jobs.services.interview_matching import find_fits
from pilothouse.apps.jobs.services.interview_model import list_replies, read_setting
from pilothouse.apps.jobs.services.interview_recordings import (
    NewRecording,
    delete_recording,
    read_recording,
)
from pilothouse.apps.jobs.services.interview_stories import list_stories
from pilothouse.apps.jobs.views.interview_home import undo_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.answers_checks import State
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

ON_PAGE = 50
STATES = {
    State.FOUND: ("good", "circle-check", "Found"),
    State.MISSING: ("warn", "circle-dashed", "Missing"),
    State.FAULT: ("bad", "triangle-alert", "A fault"),
    State.UNJUDGED: ("outline", "ban", "Cannot judge"),
}


@require_http_methods(["GET", "POST"])
@with_access
def practice(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """One question; a POST answers it. Only this page may use the microphone."""
    question = get_question(access, kind)
    error: PilothouseError | None = None
    text = request.POST.get("text", "")
    if request.method == "POST":
        try:
            made = give_answer(access, _draft(request, question))
            return redirect("jobs:interview-answer", made.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    began = request.POST.get("began", "") if error else str(int(timezone.now().timestamp()))
    kind_of = load_rubric().types[question.kind]
    context = {
        "question": question,
        "kind": kind_of,
        "minutes": int(kind_of.minutes[1]),
        "text": text,
        "error": error,
        "began": began,
        "fits": find_fits(question, list_stories(access))[:3],
        "earlier": list_answers(access, question=question.key, limit=5),
    }
    response = render(
        request, "jobs/interview_question.html", context, status=400 if error else 200
    )
    response.allows_recording = True  # type: ignore[attr-defined]
    return response


@require_GET
@with_access
def answers(request: HttpRequest, access: Access) -> HttpResponse:
    """All answers, the newest first."""
    page = Paginator(query_answers(access), ON_PAGE).get_page(request.GET.get("page"))
    shown = list_answers(access, start=(page.number - 1) * ON_PAGE, limit=ON_PAGE)
    return render(request, "jobs/interview_answers.html", {"page": page, "answers": shown})


@require_http_methods(["GET", "POST"])
@with_access
def answer(request: HttpRequest, access: Access, practice_id: str) -> HttpResponse:
    """An answer: first to be scored by oneself, then with what the rules say."""
    view = get_answer(access, practice_id)
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            _change(request, access, view)
            return redirect("jobs:interview-answer", practice_id)
        except PilothouseError as refused:
            error = form_error(refused)
    name = "jobs/interview_answer.html" if view.is_scored else "jobs/interview_score.html"
    context = _scored(access, view) if view.is_scored else _unscored(request, access, view)
    response = render(request, name, context | {"error": error}, status=400 if error else 200)
    response.plays_media = True  # type: ignore[attr-defined]
    return response


@require_POST
@with_access
def answer_act(request: HttpRequest, access: Access, practice_id: str, act: str) -> HttpResponse:
    """Delete an answer, or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_answer_deleted(access, practice_id, is_deleted=act == "delete")
    if act == "restore":
        messages.success(request, "Answer restored")
        return redirect("jobs:interview-answer", practice_id)
    undo = undo_of("jobs:interview-answer-act", practice_id, "restore")
    messages.success(request, f"Answer deleted: {view.asked[:60]}", extra_tags=undo)
    return redirect("jobs:interview-answers")


@require_GET
@with_access
def recording(_request: HttpRequest, access: Access, recording_id: str) -> HttpResponse:
    """The sound of a recording, for its person only."""
    view, body = read_recording(access, recording_id)
    response = HttpResponse(body, content_type=view.media_type)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@with_access
def recording_delete(request: HttpRequest, access: Access, recording_id: str) -> HttpResponse:
    """Delete a recording for good."""
    practice_id = delete_recording(access, recording_id)
    messages.success(request, "The recording and its file are deleted.")
    return redirect("jobs:interview-answer", practice_id)


def _change(request: HttpRequest, access: Access, view: AnswerView) -> None:
    match request.POST.get("do"):
        case "text":
            change_text(access, view.public_id, request.POST.get("text", ""))
        case "recording":
            sound = _sound(request)
            if sound is None:
                raise InvalidValueError("a recording is a file with sound in it: choose one.")
            add_recording(access, view.public_id, sound)
        case _:
            score_answer(access, view.public_id, _score(request, view))


def _draft(request: HttpRequest, question: BankQuestion) -> AnswerDraft:
    began = request.POST.get("began", "")
    return AnswerDraft(question.key, request.POST.get("text", ""), _seconds(began), _sound(request))


def _sound(request: HttpRequest) -> NewRecording | None:
    file = request.FILES.get("recording")
    return NewRecording(file.chunks()) if file is not None and file.size else None


def _seconds(began: str) -> int | None:
    text = began.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        return None
    return int(timezone.now().timestamp()) - int(text)


def _score(request: HttpRequest, view: AnswerView) -> ScoreDraft:
    given = {each.key: request.POST.get(f"level-{each.key}", "") for each in view.dimensions}
    levels = {key: read_number(text) for key, text in given.items() if text.strip()}
    return ScoreDraft(
        {key: -1 if level is None else level for key, level in levels.items()},
        request.POST.get("note", ""),
        request.POST.get("follow_up", ""),
        request.POST.get("follow_up_text", ""),
    )


def _unscored(request: HttpRequest, access: Access, view: AnswerView) -> dict[str, Any]:
    """The dimensions with their anchors, and nothing of what the rules say."""
    question = _question(access, view)
    fields = [
        {
            "key": each.key,
            "title": each.title,
            "options": [
                *(
                    (str(level), f"{level}  {anchor}")
                    for level, anchor in enumerate(each.anchors_for(view.kind), 1)
                ),
                (str(CANNOT), "I cannot judge this"),
            ],
            "value": request.POST.get(f"level-{each.key}", ""),
        }
        for each in view.dimensions
    ]  # fmt: skip
    names = ("note", "follow_up", "follow_up_text")
    return {
        "answer": view,
        "fields": fields,
        "values": {name: request.POST.get(name, "") for name in names},
        "follow_ups": question.follow_ups if question else (),
    }


def _scored(access: Access, view: AnswerView) -> dict[str, Any]:
    judgement = view.judgement
    assert judgement is not None
    rubric = load_rubric()
    question = _question(access, view)
    rows = [
        {
            "dimension": rubric.dimensions[each.dimension],
            "own": view.own_levels.get(each.dimension, CANNOT),
            "rule": view.rule_levels.get(each.dimension),
            "judged": each,
        }
        for each in judgement.levels
    ]
    return {
        "answer": view,
        "question": question,
        "gate": judgement.gate,
        "checks": [(each, *STATES[each.state]) for each in judgement.checks],
        "rows": rows,
        "setting": read_setting(access),
        "replies": list_replies(access, view),
    }


def _question(access: Access, view: AnswerView) -> BankQuestion | None:
    try:
        return get_question(access, view.question)
    except NotFoundError:
        return None

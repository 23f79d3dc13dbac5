"""Exercises: choose one, answer it, read why, look back."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.http import csv_response, form_error, read_number, with_access
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.skills.services.exercise_kinds import get_exercise, get_kind, load_kinds
from pilothouse.apps.skills.services.exercises import (
    AttemptView,
    KindRecord,
    check_answers,
    fresh_seed,
    get_attempt,
    list_attempts,
    list_practices,
    list_records,
    query_attempts,
    suggest_next,
)
from pilothouse.apps.skills.services.plans_goals import list_aims
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills.exercises import LEVELS, Exercise, Mark, read_faults
from pilothouse.engines.skills.exercises.model import DataTable, Question
from pilothouse.engines.skills.exercises.words import say_tolerance
from pilothouse.kernel.errors import PilothouseError

ON_PAGE = 50
DIFFICULTIES = {1: "easy", 2: "middle", 3: "hard"}
STATES = {
    "right": ("good", "circle-check", "Right"),
    "close": ("warn", "circle-dot", "Close"),
    "partly": ("warn", "circle-dot", "Partly right"),
    "naive": ("bad", "triangle-alert", "The naive answer"),
    "wrong": ("bad", "circle-x", "Not right"),
    "empty": ("neutral", "circle-dashed", "Not answered"),
    "unjudged": ("outline", "pencil", "Cannot be judged here"),
}


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """All kinds by competency; the next one for this person."""
    titles = {each.id: each.title for each in list_competencies()}
    chosen = request.GET.get("competency", "")
    known = {kind.competency for kind in load_kinds().values()}
    chosen = chosen if chosen in known else ""
    practices = list_practices(access)
    mine = [p for p in practices if chosen in {"", load_kinds()[p.key].competency}]
    records = list_records(mine)
    suggested = suggest_next(mine, timezone.now(), list_aims(access))
    context = {
        "groups": [
            (key, titles.get(key, key), list(rows))
            for key, rows in groupby(records, key=lambda each: each.kind.competency)
        ],
        "competencies": [(key, f"{key} {titles.get(key, '')}") for key in sorted(known)],
        "chosen": chosen,
        "suggested": suggested,
        "suggested_kind": load_kinds()[suggested.key],
        "suggested_name": DIFFICULTIES[suggested.difficulty],
        "count": len(load_kinds()),
        "tried": sum(1 for each in practices if each.tries),
        "difficulties": DIFFICULTIES.items(),
    }
    return render(request, "skills/exercises.html", context)


@require_GET
@with_access
def next_one(request: HttpRequest, access: Access) -> HttpResponse:
    """Go to what should be done next."""
    chosen = request.GET.get("competency", "")
    known = {kind.competency for kind in load_kinds().values()}
    practices = list_practices(access, chosen if chosen in known else "")
    suggested = suggest_next(practices, timezone.now(), list_aims(access))
    return redirect(_address(suggested.key, difficulty=suggested.difficulty))


@require_http_methods(["GET", "POST"])
@with_access
def exercise(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """One variant; a POST answers it."""
    get_kind(kind)
    asked = request.POST if request.method == "POST" else request.GET
    shown = get_exercise(kind, _seed(access, kind, asked), _difficulty(asked))
    given = _answers(shown, request.POST)
    error = None
    if request.method == "POST":
        try:
            view = check_answers(
                access, kind, shown.seed, shown.difficulty, given,
                seconds=_seconds(request.POST.get("began", "")),
            )  # fmt: skip
            return redirect("skills:exercise-attempt", view.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    faults = read_faults(shown, given) if error else {}
    context = _frame(shown) | {
        "fields": [_field(each, given, faults) for each in shown.case.questions],
        "error": error,
        "began": request.POST.get("began", "") if error else int(timezone.now().timestamp()),
    }
    return render(request, "skills/exercise.html", context, status=400 if error else 200)


@require_GET
@with_access
def attempt(request: HttpRequest, access: Access, attempt_id: str) -> HttpResponse:
    """What was answered, what is right, and why."""
    view = get_attempt(access, attempt_id)
    context: dict[str, Any] = {"attempt": view}
    if view.exercise is not None and view.grade is not None:
        context |= _frame(view.exercise) | {
            "marks": [_shown_mark(each) for each in view.grade.marks],
            "verdict": _verdict(view),
        }
    return render(request, "skills/exercise_attempt.html", context)


@require_GET
@with_access
def history(request: HttpRequest, access: Access) -> HttpResponse:
    """All attempts, and the rate of each kind."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in load_kinds() else ""
    page = Paginator(query_attempts(access, kind), ON_PAGE).get_page(request.GET.get("page"))
    records = [each for each in list_records(list_practices(access)) if each.rate.n]
    context = {
        "page": page,
        "attempts": list_attempts(
            access, kind=kind, start=(page.number - 1) * ON_PAGE, limit=ON_PAGE
        ),
        "records": sorted(records, key=_by_share),
        "kinds": [(each.key, each.title) for each in load_kinds().values()],
        "chosen": kind,
    }
    return render(request, "skills/exercise_history.html", context)


@require_GET
@with_access
def export(_request: HttpRequest, access: Access) -> HttpResponse:
    """All attempts of this person as a table: in their own export and in no other."""
    header = ("at", "kind", "difficulty", "seed", "right", "credit", "first", "seconds")
    rows = (
        (each.at.isoformat(), each.kind, each.difficulty, each.seed, each.is_right,
         each.credit, each.is_first, "" if each.seconds is None else each.seconds)
        for each in query_attempts(access).iterator(chunk_size=1000)
    )  # fmt: skip
    return csv_response("exercises.csv", header, rows)


def _by_share(record: KindRecord) -> float:
    return record.rate.share or 0.0


def _difficulty(asked: QueryDict) -> int:
    number = read_number(asked.get("difficulty", ""))
    return number if number in LEVELS else 1


def _seed(access: Access, key: str, asked: QueryDict) -> int:
    seed = read_number(asked.get("seed", ""))
    if seed is not None:
        return seed
    return fresh_seed(access, key, after=read_number(asked.get("after", "")))


def _answers(shown: Exercise, form: QueryDict) -> dict[str, str]:
    """Ticked boxes come as several values of one name."""
    return {
        each.key: " ".join(form.getlist(f"answer-{each.key}"))
        if each.form == "several"
        else form.get(f"answer-{each.key}", "")
        for each in shown.case.questions
    }


def _seconds(began: str) -> int | None:
    text = began.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        return None
    return int(timezone.now().timestamp()) - int(text)


def _address(key: str, **query: Any) -> str:
    return f"{reverse('skills:exercise', args=[key])}?{urlencode(query)}"


def _frame(shown: Exercise) -> dict[str, Any]:
    """What the page of an exercise and that of its answer share."""
    key, level = shown.kind.key, shown.difficulty
    return {
        "exercise": shown,
        "difficulty_name": DIFFICULTIES[level],
        "tables": [(each, _columns(each)) for each in shown.case.tables],
        "another": _address(key, difficulty=level, after=shown.seed),
        "levels": [
            (name, _address(key, difficulty=number, after=shown.seed), number == level)
            for number, name in DIFFICULTIES.items()
        ],
    }


def _columns(table: DataTable) -> list[dict[str, Any]]:
    return [
        {"label": label, "number": place > 0 and _is_figures(table, place)}
        for place, label in enumerate(table.columns)
    ]


def _is_figures(table: DataTable, place: int) -> bool:
    return all(row[place][:1].isdigit() or len(row[place]) == 1 or row[place][:1] == "−"
               for row in table.rows)  # fmt: skip


def _field(question: Question, given: dict[str, str], faults: dict[str, str]) -> dict[str, Any]:
    typed = given[question.key]
    return {
        "question": question,
        "name": f"answer-{question.key}",
        "typed": typed,
        "fault": faults.get(question.key, ""),
        "help": _help(question),
        "options": [(each.key, each.label) for each in question.choices],
        "boxes": [(each.key, each.label, each.key in typed.split()) for each in question.choices],
    }


def _help(question: Question) -> str:
    if question.form == "order":
        keys = " ".join(each.key for each in question.choices)
        return f"The letters, the best first, such as {keys}."
    if question.form == "text":
        return "In your own words. Nothing judges this; an example is shown beside it."
    if question.form == "share":
        return f"In percent, such as 12.4%. Right {say_tolerance(question)}."
    if question.form == "number":
        unit = f"In {question.unit}. " if question.unit else ""
        return f"{unit}Right {say_tolerance(question)}." if question.tolerance else f"{unit}Exact."
    return ""


def _shown_mark(mark: Mark) -> dict[str, Any]:
    tone, icon, words = STATES[mark.state]
    right = set(mark.question.keys) if mark.question.choices else set()
    told = [each for each in mark.question.choices if each.why]
    return {
        "mark": mark, "tone": tone, "icon": icon, "words": words,
        "choices": [(each, each.key in right) for each in told] if len(told) > 1 else [],
    }  # fmt: skip


def _verdict(view: AttemptView) -> str:
    if view.is_right:
        return "All right." if view.is_first else "All right, on a variant that you knew."
    if view.credit == 0:
        return "Not yet. Read why, then take another variant."
    return f"{view.credit:.0%} of it is right. Read why, then take another variant."

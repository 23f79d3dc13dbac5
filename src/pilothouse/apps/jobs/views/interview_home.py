"""Interviews: what to practise next, the rubric, finding, exporting."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from pilothouse.apps.http import csv_response, download, with_access
from pilothouse.apps.jobs.services.interview_answers import list_answers, query_answers
from pilothouse.apps.jobs.services.interview_content import Wanted, load_bank, load_rubric
from pilothouse.apps.jobs.services.interview_debriefs import list_debriefs
from pilothouse.apps.jobs.services.interview_exporting import export_all, find_own
from pilothouse.apps.jobs.services.interview_practice import read_calibration, suggest_question
from pilothouse.apps.jobs.services.interview_sheets import list_sheets
from pilothouse.apps.jobs.services.interview_stories import list_stories
from pilothouse.apps.workspace.services.access import Access


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """The next question, how practice went, and what else there is."""
    kind = _kind(request)
    rubric = load_rubric()
    context = {
        "suggested": suggest_question(access, timezone.now(), Wanted(kind=kind)),
        "kinds": [(key, each.title) for key, each in rubric.types.items()],
        "chosen": kind,
        "calibration": read_calibration(access),
        "answers": list_answers(access, limit=5),
        "count": query_answers(access).count(),
        "bank": len(load_bank()),
        "stories": list_stories(access)[:4],
        "sheets": list_sheets(access)[:4],
        "debriefs": list_debriefs(access)[:4],
    }
    return render(request, "jobs/interviews.html", context)


@require_GET
@with_access
def next_one(request: HttpRequest, access: Access) -> HttpResponse:
    """Go to what should be practised next."""
    suggested = suggest_question(access, timezone.now(), Wanted(kind=_kind(request)))
    return redirect("jobs:interview-question", suggested.question.key)


@require_GET
@with_access
def rubric(request: HttpRequest, _access: Access) -> HttpResponse:
    """The eight dimensions with their anchors and one line at each level."""
    found = load_rubric()
    context = {
        "dimensions": [
            (each, list(zip(range(1, 5), each.anchors, each.examples, strict=True)))
            for each in found.dimensions.values()
        ],
        "types": [
            (each, [found.dimensions[key].title for key in each.asks])
            for each in found.types.values()
        ],
    }
    return render(request, "jobs/interview_rubric.html", context)


@require_GET
@with_access
def search(request: HttpRequest, access: Access) -> HttpResponse:
    """One's own things and the bank, by words."""
    text = request.GET.get("q", "")[:200]
    context = {"query": text, "hits": find_own(access, text)}
    return render(request, "jobs/interview_search.html", context)


@require_GET
@with_access
def export(_request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """Everything as JSON, or the answers' scores as a table: one's own and nobody else's."""
    if kind == "interviews.json":
        body = json.dumps(export_all(access), ensure_ascii=False, indent=1).encode()
        return download(kind, body, "application/json")
    if kind != "answers.csv":
        raise Http404
    dimensions = list(load_rubric().dimensions)
    header = ("at", "type", "question", "words", "seconds",
              *(f"own {key}" for key in dimensions),
              *(f"rules {key}" for key in dimensions))  # fmt: skip
    rows = (
        (
            row.answered_at.isoformat(), row.kind, row.asked, len(row.text.split()),
            "" if row.seconds is None else row.seconds,
            *(row.own_levels.get(key, "") for key in dimensions),
            *(row.rule_levels.get(key, "") for key in dimensions),
        )
        for row in query_answers(access).iterator(chunk_size=500)
    )  # fmt: skip
    return csv_response(kind, header, rows)


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("type", "")
    return kind if kind in load_rubric().types else ""


def undo_of(name: str, *args: str) -> str:
    """The tag of a message that leads to undoing."""
    return f"undo:{reverse(name, args=args)}"

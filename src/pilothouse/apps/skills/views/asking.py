"""Asking members for ratings and reviews, and answering them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.skills.models import RequestKind
from pilothouse.apps.skills.services.act_reviews import ReviewDraft
from pilothouse.apps.skills.services.asking import (
    RequestView,
    ask_rating,
    ask_review,
    get_request,
    give_rating,
    give_review,
    list_asked_of_me,
    list_my_requests,
    withdraw_request,
)
from pilothouse.apps.skills.services.competencies import IDS, get_competency, list_competencies
from pilothouse.apps.skills.services.endorsements import say_kind
from pilothouse.apps.skills.services.people import list_others
from pilothouse.apps.skills.services.ratings import NAMES, RatingDraft
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

LEVELS = [("", "cannot say"), *((str(n), f"{n} {name}") for n, name in enumerate(NAMES))]


@require_http_methods(["GET", "POST"])
@with_access
def ask(request: HttpRequest, access: Access) -> HttpResponse:
    """What is asked of one and by one; a POST asks a member."""
    error = None
    if request.method == "POST":
        try:
            made = _ask(access, request.POST)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Asked {made.asked}")
            return redirect("skills:ask")
    context = {
        "asked": list_asked_of_me(access),
        "mine": list_my_requests(access),
        "members": list_others(access),
        "typed": request.POST,
        "error": error,
    }
    return render(request, "skills/ask.html", context, status=400 if error else 200)


def _ask(access: Access, given: Any) -> RequestView:
    member, message = given.get("member", ""), given.get("message", "")
    if given.get("kind") != RequestKind.REVIEW:
        return ask_rating(access, member, message)
    sequence = read_number(given.get("sequence", ""))
    if sequence is None or given.get("competency") not in IDS:
        raise InvalidValueError("choose one of your acts and a competency.")
    try:
        return ask_review(access, member, sequence, given["competency"], message)
    except NotFoundError as error:
        raise InvalidValueError("choose one of your own acts.", value=sequence) from error


@require_http_methods(["GET", "POST"])
@with_access
def answer(request: HttpRequest, access: Access, request_id: str) -> HttpResponse:
    """Rate a member who asked, or review an act of theirs."""
    asked = get_request(access, request_id)
    if asked.is_mine:
        raise NotFoundError("this was not asked of you.", value=request_id)
    error = None
    if request.method == "POST":
        try:
            _answer(access, asked, request.POST)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, f"Sent to {asked.person}. Thank you.")
            return redirect("skills:ask")
    is_rating = asked.kind == RequestKind.RATING
    context = {
        "asked": asked,
        "is_rating": is_rating,
        "competencies": [(each, request.POST.get(each.id, "")) for each in list_competencies()],
        "competency": None if is_rating else get_competency(asked.competency),
        "act_words": say_kind(asked.act.kind) if asked.act else "",
        "facts": _facts(asked),
        "levels": LEVELS,
        "typed": request.POST,
        "error": error,
    }
    template = "skills/answer_rating.html" if is_rating else "skills/answer_review.html"
    return render(request, template, context, status=400 if error else 200)


def _answer(access: Access, asked: RequestView, given: Any) -> RequestView:
    note = given.get("note", "")
    if asked.kind == RequestKind.REVIEW:
        draft = ReviewDraft(given.get("behaviour", ""), given.get("shown") == "yes", note)
        return give_review(access, asked.public_id, draft)
    levels = {name: _level(given[name]) for name in IDS if given.get(name)}
    return give_rating(access, asked.public_id, RatingDraft(levels, note))


def _level(typed: str) -> int:
    level = read_number(typed)
    if level is None:
        raise InvalidValueError("a rating is 0 (not yet) to 4.", value=typed)
    return level


def _facts(asked: RequestView) -> list[tuple[str, Any]]:
    """What the act says, as whoever was asked may read it."""
    if asked.act is None:
        return []
    return [(name.replace("_", " "), value) for name, value in asked.act.facts.items()]


@require_POST
@with_access
def withdraw(request: HttpRequest, access: Access, asked_request_id: str) -> HttpResponse:
    """Take back what one asked."""
    view = withdraw_request(access, asked_request_id)
    messages.success(request, f"Withdrawn: what you asked {view.asked}")
    return redirect("skills:ask")

"""Study cards: decks, one card after the other, all cards, one's own, figures."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.skills.services.cards import (
    STATES,
    CardDraft,
    CardView,
    change_card,
    create_card,
    get_card,
    list_cards,
    list_decks_of_own,
    set_card_deleted,
)
from pilothouse.apps.skills.services.cards_content import CardText, deck_title, load_packs
from pilothouse.apps.skills.services.decks import Habits, get_habits, list_decks, set_habits
from pilothouse.apps.skills.services.reviews import (
    ASIDE,
    Queue,
    close_days,
    get_queue,
    next_turn,
    rate_card,
    set_aside,
    undo_rating,
)
from pilothouse.apps.skills.services.reviews_figures import NOT_COMPETENCE, get_figures
from pilothouse.apps.skills.services.reviews_words import say_delay
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills.scheduling import interval_days
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError

ON_PAGE = 50
NAMES = ("Again", "Hard", "Good", "Easy")
DONE = {"bury": "Buried until tomorrow", "unbury": "Back for today", "suspend": "Suspended",
        "resume": "Resumed"}  # fmt: skip
OPPOSITE = {"bury": "unbury", "unbury": "bury", "suspend": "resume", "resume": "suspend",
            "delete": "restore", "restore": "delete"}  # fmt: skip


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """What waits, and all decks."""
    return _home(request, access)


@require_POST
@with_access
def habits(request: HttpRequest, access: Access) -> HttpResponse:
    """Set how one studies."""
    try:
        set_habits(access, _read_habits(request.POST))
    except PilothouseError as error:
        return _home(request, access, error=form_error(error), typed=request.POST)
    messages.success(request, "Saved")
    return redirect("skills:cards")


@require_http_methods(["GET", "POST"])
@with_access
def study(request: HttpRequest, access: Access) -> HttpResponse:
    """The card that comes next; a POST rates one."""
    now = timezone.now()
    deck = (request.POST if request.method == "POST" else request.GET).get("deck", "")
    error = None
    if request.method == "POST":
        try:
            _rate(access, request.POST)
            return redirect(_study_url(deck))
        except ConflictError:
            messages.info(request, "This card was rated already; here is the next one.")
            return redirect(_study_url(deck))
        except PilothouseError as refused:
            error = form_error(refused)
    turn, queue = next_turn(access, now, deck=deck)
    context: dict[str, Any] = {
        "deck": deck, "deck_title": deck_title(deck), "queue": queue, "error": error,
        "rule": _backlog_rule(queue), "now": now,
    }  # fmt: skip
    if turn is not None:
        context |= _shown(turn.card.text) | {
            "card": turn.card,
            "ratings": [
                (n, name, say_delay(delay))
                for n, (name, delay) in enumerate(zip(NAMES, turn.delays, strict=True), start=1)
            ],
        }
    return render(request, "skills/cards_study.html", context, status=400 if error else 200)


@require_POST
@with_access
def undo(request: HttpRequest, access: Access) -> HttpResponse:
    """Take the last rating back."""
    view = undo_rating(access)
    if view is None:
        messages.info(request, "There is no rating to take back: days before today are closed.")
    else:
        messages.success(request, "Taken back: your last rating")
    return redirect(_study_url(request.POST.get("deck", "")))


@require_GET
@with_access
def figures(request: HttpRequest, access: Access) -> HttpResponse:
    """What is coming, and what was really recalled."""
    days = read_number(request.GET.get("days", "30"))
    days = days if days in {30, 90, 365} else 30
    context = {
        "figures": get_figures(access, timezone.now(), days=days),
        "spans": [30, 90, 365],
        "note": NOT_COMPETENCE,
    }
    return render(request, "skills/cards_figures.html", context)


@require_GET
@with_access
def browse(request: HttpRequest, access: Access) -> HttpResponse:
    """All cards, filtered."""
    chosen = {name: request.GET.get(name, "") for name in ("deck", "state", "q")}
    cards = list_cards(access, deck=chosen["deck"], state=chosen["state"], text=chosen["q"])
    page = Paginator(cards, ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "cards": [(card, _line(card)) for card in page],
        "page": page,
        "chosen": chosen,
        "decks": [("", "all decks"), *_deck_options(access)],
        "states": [("", "any state"), *((state, state) for state in STATES)],
    }
    return render(request, "skills/cards_all.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def card_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Write a card of one's own."""
    error = None
    if request.method == "POST":
        try:
            view = create_card(access, _read_draft(request.POST))
            messages.success(request, "Written: a card")
            again = f"{reverse('skills:card-new')}?{urlencode({'deck': view.text.deck})}"
            return redirect(again if "more" in request.POST else _card_url(view.text.key))
        except PilothouseError as refused:
            error = form_error(refused)
    typed = request.POST if error else {"deck": request.GET.get("deck", "")}
    context = {"typed": typed, "error": error, "decks": _deck_options(access)}
    return render(request, "skills/card_form.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def card(request: HttpRequest, access: Access, card_key: str) -> HttpResponse:
    """One card; a POST changes an own one."""
    error = None
    view = get_card(access, card_key)
    if request.method == "POST":
        try:
            change_card(access, card_key, _read_draft(request.POST))
            messages.success(request, "Saved")
            return redirect(_card_url(card_key))
        except PilothouseError as refused:
            error = form_error(refused)
    text = view.text
    kept = {"deck": text.deck, "question": text.question, "answer": text.answer, "why": text.why,
            "tags": " ".join(text.tags)}  # fmt: skip
    context = _shown(text) | {
        "card": view,
        "typed": request.POST if error else kept,
        "error": error,
        "decks": _deck_options(access),
        "today": get_habits(access).day_of(timezone.now()),
    }
    return render(request, "skills/card.html", context, status=400 if error else 200)


@require_POST
@with_access
def card_act(request: HttpRequest, access: Access, card_key: str, act: str) -> HttpResponse:
    """Bury, suspend, delete a card, and back."""
    if act in ASIDE:
        set_aside(access, card_key, act, now=timezone.now())
        words = DONE[act]
    elif act in {"delete", "restore"}:
        set_card_deleted(access, card_key, is_deleted=act == "delete")
        words = "Deleted: a card" if act == "delete" else "Restored: a card"
    else:
        raise Http404
    back = reverse("skills:card-act", args=[card_key, OPPOSITE[act]])
    messages.success(request, words, extra_tags=f"undo:{back}")
    return redirect(_next_of(request) or reverse("skills:cards-all"))


def _home(request: HttpRequest, access: Access, **more: Any) -> HttpResponse:
    now = timezone.now()
    kept = get_habits(access)
    close_days(access, kept.day_of(now))
    decks = list_decks(access, kept, now)
    queue = get_queue(access, now)
    context = {
        "queue": queue,
        "rule": _backlog_rule(queue),
        "groups": [
            (title, [deck for deck in decks if deck.kind == kind])
            for kind, title in (
                ("competency", "Competencies"), ("industry", "Industries"), ("own", "Your own"),
            )
        ],
        "begun": sum(deck.begun for deck in decks),
        "total": sum(deck.cards for deck in decks),
        "habits": kept,
        "percent": round(kept.retention * 100),
        "now": now,
        **more,
    }  # fmt: skip
    return render(request, "skills/cards.html", context, status=400 if "error" in more else 200)


def _rate(access: Access, fields: Any) -> None:
    rating = read_number(fields.get("rating", ""))
    if rating is None:
        raise InvalidValueError("a rating is a whole number from 1 to 4.")
    rate_card(
        access,
        fields.get("card", ""),
        rating,
        now=timezone.now(),
        reps=read_number(fields.get("reps", "")),
        seconds=_read_float(fields.get("seconds", "")),
    )


def _read_habits(fields: Any) -> Habits:
    percent = _read_float(fields.get("retention", ""))
    numbers = [read_number(fields.get(name, "")) for name in ("new_per_day", "backlog_limit")]
    if percent is None or None in numbers:
        raise InvalidValueError("caps and retention are numbers.")
    return Habits(
        numbers[0] or 0, percent / 100, numbers[1] or 0, fields.get("zone", "").strip() or "UTC"
    )


def _read_float(text: str) -> float | None:
    try:
        value = float(text.replace(",", ".")) if len(text) <= 20 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _read_draft(fields: Any) -> CardDraft:
    return CardDraft(
        deck=fields.get("deck", ""),
        question=fields.get("question", ""),
        answer=fields.get("answer", ""),
        why=fields.get("why", ""),
        tags=tuple(fields.get("tags", "").replace(",", " ").split()),
    )


def _shown(text: CardText) -> dict[str, Any]:
    """The texts of a card as safe HTML."""
    return {
        "question_html": render_markdown(text.question),
        "answer_html": render_markdown(text.answer),
        "why_html": render_markdown(text.why) if text.why else "",
    }


def _line(view: CardView) -> str:
    return " ".join(view.text.question.split())[:160]


def _deck_options(access: Access) -> list[tuple[str, str]]:
    packs = load_packs()
    ours = [(pack.deck, pack.title) for pack in packs.values()]
    return ours + [(name, name) for name in list_decks_of_own(access) if name not in packs]


def _backlog_rule(queue: Queue) -> dict[str, Any] | None:
    """What the pages say about a backlog; None while there is none."""
    if not queue.is_backlog:
        return None
    return {
        "waiting": queue.waiting,
        "limit": queue.habits.backlog_limit,
        "wished": round(queue.habits.retention * 100),
        "eased": round(queue.retention * 100),
        "before": interval_days(10, queue.habits.retention),
        "after": interval_days(10, queue.retention),
    }


def _study_url(deck: str) -> str:
    return reverse("skills:cards-study") + (f"?{urlencode({'deck': deck})}" if deck else "")


def _card_url(key: str) -> str:
    return reverse("skills:card", args=[key])


def _next_of(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/")
    return url if is_ours else ""

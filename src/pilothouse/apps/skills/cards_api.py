"""What programs may ask of study cards: always those of the person whose token it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.skills.services.cards import (
    CardDraft,
    change_card,
    create_card,
    get_card,
    list_cards,
    set_card_deleted,
    to_card_json,
)
from pilothouse.apps.skills.services.decks import get_habits, list_decks
from pilothouse.apps.skills.services.reviews import (
    get_queue,
    rate_card,
    set_aside,
    to_queue_json,
    undo_rating,
)
from pilothouse.apps.skills.services.reviews_figures import get_figures, to_figures_json
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()
MAX_SHOWN = 1_000


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class CardIn(Strict):
    deck: str
    question: str
    answer: str
    why: str = ""
    tags: list[str] = Field(default_factory=list)


class CardParameters(Schema):
    deck: str = ""
    state: str = ""
    q: str = ""
    limit: int = Field(100, ge=1, le=MAX_SHOWN)
    offset: int = Field(0, ge=0, le=1_000_000)


class RatingIn(Strict):
    """``rating`` is 1 again, 2 hard, 3 good, 4 easy; ``reps`` how often it was rated before."""

    rating: int
    reps: int | None = None
    seconds: float | None = None


class AsideIn(Strict):
    """``act`` is bury, unbury, suspend or resume."""

    act: str


def _reads(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def _writes(request: HttpRequest) -> Access:
    """A token that only reads has the rights of a viewer; it may not write cards either."""
    access = _reads(request)
    access.require(Role.COMMENTER, to="writing cards by a program")
    return access


def _draft(body: CardIn) -> CardDraft:
    return CardDraft(body.deck, body.question, body.answer, body.why, tuple(body.tags))


@router.get("cards", summary="Cards of a deck, in a state, with a text")
def get_cards(request: HttpRequest, asked: Query[CardParameters]) -> dict[str, Any]:
    cards = list_cards(_reads(request), deck=asked.deck, state=asked.state, text=asked.q)
    page = cards[asked.offset : asked.offset + asked.limit]
    return {"total": len(cards), "cards": [to_card_json(view) for view in page]}


@router.post("cards", summary="Write a card of one's own")
def post_card(request: HttpRequest, body: CardIn) -> dict[str, Any]:
    return to_card_json(create_card(_writes(request), _draft(body)))


@router.get("cards/decks", summary="Decks with what waits in each")
def get_decks(request: HttpRequest) -> dict[str, Any]:
    access = _reads(request)
    decks = list_decks(access, get_habits(access), timezone.now())
    return {"decks": [{**deck.__dict__, "new": deck.new} for deck in decks]}


@router.get("cards/due", summary="What waits now, in its order")
def get_due(request: HttpRequest, deck: Query[str] = "") -> dict[str, Any]:
    return to_queue_json(get_queue(_reads(request), timezone.now(), deck=deck))


@router.get("cards/figures", summary="What is coming, and what was really recalled")
def get_card_figures(request: HttpRequest, days: Query[int] = 30) -> dict[str, Any]:
    days = min(max(1, days), 3_650)
    return to_figures_json(get_figures(_reads(request), timezone.now(), days=days))


@router.delete("cards/last-rating", summary="Take the last rating back")
def delete_last_rating(request: HttpRequest) -> dict[str, Any]:
    view = undo_rating(_writes(request))
    return {"card": to_card_json(view) if view else None}


@router.get("cards/one/{card_key}", summary="One card")
def get_one_card(request: HttpRequest, card_key: Path[str]) -> dict[str, Any]:
    return to_card_json(get_card(_reads(request), card_key))


@router.put("cards/one/{card_key}", summary="Write a card of one's own anew")
def put_card(request: HttpRequest, card_key: Path[str], body: CardIn) -> dict[str, Any]:
    return to_card_json(change_card(_writes(request), card_key, _draft(body)))


@router.delete("cards/one/{card_key}", summary="Delete a card of one's own")
def delete_card(request: HttpRequest, card_key: Path[str]) -> dict[str, Any]:
    set_card_deleted(_writes(request), card_key, is_deleted=True)
    return {"id": card_key, "is_deleted": True}


@router.post("cards/one/{card_key}/ratings", summary="Rate a card")
def post_rating(request: HttpRequest, card_key: Path[str], body: RatingIn) -> dict[str, Any]:
    view = rate_card(
        _writes(request),
        card_key,
        body.rating,
        now=timezone.now(),
        reps=body.reps,
        seconds=body.seconds,
    )
    return to_card_json(view)


@router.post("cards/one/{card_key}/aside", summary="Bury or suspend a card, and back")
def post_aside(request: HttpRequest, card_key: Path[str], body: AsideIn) -> dict[str, Any]:
    return to_card_json(set_aside(_writes(request), card_key, body.act, now=timezone.now()))

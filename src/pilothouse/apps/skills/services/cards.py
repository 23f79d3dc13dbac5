"""A person's cards: those that come with the product and those of one's own.

Nothing here is seen by others: every use case reads and writes the asking person's rows only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from pilothouse.apps.skills.models import CardState, OwnCard
from pilothouse.apps.skills.services.cards_content import CardText, deck_title, load_cards
from pilothouse.apps.skills.services.cards_texts import (
    MAX_ANSWER,
    MAX_QUESTION,
    check_deck,
    check_tags,
    check_text,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.skills.scheduling import STAGES, Memory
from pilothouse.kernel.errors import ConflictError, NotFoundError
from pilothouse.kernel.ids import new_public_id

MAX_OWN_CARDS = 50_000
NEW, SUSPENDED = "new", "suspended"
STATES = (NEW, *STAGES, SUSPENDED)


@dataclass(frozen=True)
class CardDraft:
    """What a person writes on a card."""

    deck: str
    question: str
    answer: str
    why: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CardView:
    """A card with what is believed of the person's memory of it; None: not begun."""

    text: CardText
    memory: Memory | None = None
    reps: int = 0
    lapses: int = 0
    is_suspended: bool = False
    buried_on: date | None = None

    @property
    def state(self) -> str:
        """new, learning, review, relearning or suspended."""
        if self.is_suspended:
            return SUSPENDED
        return self.memory.stage if self.memory else NEW

    @property
    def deck_title(self) -> str:
        return deck_title(self.text.deck)


def own_rows(access: Access) -> QuerySet[OwnCard]:
    """The person's own cards that are not deleted."""
    return OwnCard.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, deleted_at=None
    )


def state_rows(access: Access) -> QuerySet[CardState]:
    """What is believed of the person's memory, without deleted cards."""
    return CardState.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, is_gone=False
    )


def to_text(row: OwnCard) -> CardText:
    """The row as the frozen value that a card of ours is too."""
    return CardText(
        row.public_id, row.deck, row.question, row.answer, row.why, tuple(row.tags), is_own=True
    )


def to_memory(row: CardState) -> Memory | None:
    """The memory of a row; None for one that was never rated."""
    if row.stability is None or row.difficulty is None or row.due is None or not row.last_review:
        return None
    stage = STAGES[STAGES.index(row.stage)]
    return Memory(stage, row.step, row.stability, row.difficulty, row.due, row.last_review)


def find_text(access: Access, key: str) -> CardText:
    """A card of ours, or the person's own; ``NotFoundError`` for anybody else's."""
    ours = load_cards().get(key)
    if ours is not None:
        return ours
    row = own_rows(access).filter(public_id=key).first()
    if row is None:
        raise NotFoundError("there is no such card.", value=key)
    return to_text(row)


def get_card(access: Access, key: str) -> CardView:
    """One card with the person's memory of it."""
    text = find_text(access, key)
    return _to_view(text, state_rows(access).filter(card=key).first())


def list_cards(
    access: Access, *, deck: str = "", state: str = "", text: str = ""
) -> list[CardView]:
    """Cards of ours, then the person's own, of a deck, in a state, with a text: three queries."""
    own = own_rows(access).order_by("deck", "pk")
    states = state_rows(access)
    if deck:
        own, states = own.filter(deck=deck), states.filter(deck=deck)
    by_card = {row.card: row for row in states}
    ours = [card for card in load_cards().values() if deck in ("", card.deck)]
    wanted = text.strip().casefold()
    views = [
        _to_view(card, by_card.get(card.key))
        for card in (*ours, *map(to_text, own))
        if not wanted or wanted in f"{card.question}\n{card.answer}".casefold()
    ]
    return [view for view in views if state in ("", view.state)]


def create_card(access: Access, draft: CardDraft) -> CardView:
    """Write a card of one's own."""
    access.require(Role.VIEWER, to="writing a card")
    with transaction.atomic():
        if own_rows(access).count() >= MAX_OWN_CARDS:
            raise ConflictError(f"a person has at most {MAX_OWN_CARDS:,} own cards.")
        row = OwnCard.objects.create(
            workspace_id=access.workspace_id,
            user_id=access.user_id,
            guid=new_public_id(),
            created_at=timezone.now(),
            **check_draft(draft),
        )
        _record(access, "card.created", row)
    return _to_view(to_text(row), None)


def change_card(access: Access, key: str, draft: CardDraft) -> CardView:
    """Write a card of one's own anew; what is known of the memory of it stays."""
    access.require(Role.VIEWER, to="changing a card")
    with transaction.atomic():
        row = _own(access, key)
        for name, value in check_draft(draft).items():
            setattr(row, name, value)
        row.save()
        state_rows(access).filter(card=key).update(deck=row.deck)
        _record(access, "card.changed", row)
    return get_card(access, key)


def set_card_deleted(access: Access, key: str, *, is_deleted: bool) -> None:
    """Delete a card of one's own, or bring it back with what was known of it."""
    access.require(Role.VIEWER, to="deleting a card")
    with transaction.atomic():
        row = _own(access, key, with_deleted=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        _all_states(access).filter(card=key).update(is_gone=is_deleted)
        _record(access, "card.deleted" if is_deleted else "card.restored", row)


def check_draft(draft: CardDraft) -> dict[str, Any]:
    """The fields of a draft, checked."""
    return {
        "deck": check_deck(draft.deck),
        "question": check_text("a question", draft.question, MAX_QUESTION, least=1),
        "answer": check_text("an answer", draft.answer, MAX_ANSWER, least=1),
        "why": check_text("the why", draft.why, MAX_ANSWER),
        "tags": check_tags(draft.tags),
    }


def to_card_json(view: CardView) -> dict[str, Any]:
    """A card as the API and the commands show it."""
    memory = view.memory
    return {
        "id": view.text.key,
        "deck": view.text.deck,
        "question": view.text.question,
        "answer": view.text.answer,
        "why": view.text.why,
        "tags": list(view.text.tags),
        "is_own": view.text.is_own,
        "state": view.state,
        "buried_on": view.buried_on.isoformat() if view.buried_on else None,
        "reps": view.reps,
        "lapses": view.lapses,
        "due": memory.due.isoformat() if memory else None,
        "stability_days": memory.stability if memory else None,
        "difficulty": memory.difficulty if memory else None,
    }


def find_own_by_guid(access: Access) -> dict[str, str]:
    """Public ids of the person's own cards by the ids that other tools know them by: one query."""
    return dict(own_rows(access).values_list("guid", "public_id"))


def list_decks_of_own(access: Access) -> list[str]:
    """The names of decks that the person's own cards lie in."""
    return list(own_rows(access).order_by("deck").values_list("deck", flat=True).distinct())


def _own(access: Access, key: str, *, with_deleted: bool = False) -> OwnCard:
    rows = OwnCard.objects.filter(
        Q() if with_deleted else Q(deleted_at=None),
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        public_id=key,
    )
    row = rows.first()
    if row is None:
        raise NotFoundError("there is no such card of yours.", value=key)
    return row


def _all_states(access: Access) -> QuerySet[CardState]:
    return CardState.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _to_view(text: CardText, row: CardState | None) -> CardView:
    if row is None:
        return CardView(text)
    return CardView(text, to_memory(row), row.reps, row.lapses, row.is_suspended, row.buried_on)


def _record(access: Access, kind: str, row: OwnCard) -> None:
    """What a person writes on cards is nobody else's: the act holds no text of it."""
    record_act(access, kind, "card", row.public_id, {"has_why": bool(row.why)})

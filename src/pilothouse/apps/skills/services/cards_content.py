"""The cards that come with the product: one TOML file a deck in ``content/cards``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

COMPETENCY, INDUSTRY, OWN = "competency", "industry", "own"


@dataclass(frozen=True)
class CardText:
    """What stands on a card. Texts are Markdown; ``key`` never changes."""

    key: str
    deck: str
    question: str
    answer: str
    why: str = ""
    tags: tuple[str, ...] = ()
    is_own: bool = False


@dataclass(frozen=True)
class Pack:
    """A deck of ours with its cards, in the order in which they are begun."""

    deck: str
    title: str
    kind: str
    cards: tuple[CardText, ...]


@cache
def load_packs() -> dict[str, Pack]:
    """All decks of ours by their keys: ``C01`` to ``C16``, then the industries."""
    folder = files("pilothouse.content").joinpath("cards")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    packs = [_read(name, tomllib.loads(folder.joinpath(name).read_text("utf-8"))) for name in names]
    packs.sort(key=lambda pack: (pack.kind != COMPETENCY, pack.deck))
    return {pack.deck: pack for pack in packs}


@cache
def load_cards() -> dict[str, CardText]:
    """All cards of ours by their keys."""
    return {card.key: card for pack in load_packs().values() for card in pack.cards}


def deck_title(deck: str) -> str:
    """The name of a deck as pages show it; an own deck is called what it is called."""
    pack = load_packs().get(deck)
    return pack.title if pack else deck


def _read(name: str, body: dict[str, Any]) -> Pack:
    stem, deck = name.removesuffix(".toml"), body["deck"]
    cards = tuple(
        CardText(
            key=f"{stem}-{word}",
            deck=deck,
            question=each["question"],
            answer=each["answer"],
            why=each.get("why", ""),
            tags=tuple(each.get("tags", ())),
        )
        for word, each in body.items()
        if isinstance(each, dict)
    )
    return Pack(deck, body["title"], body["kind"], cards)

"""What a file of cards holds, whatever tool wrote it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pilothouse.apps.skills.services.cards import CardDraft, check_draft
from pilothouse.apps.skills.services.cards_content import load_cards
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import digest

MAX_CARDS = 20_000
MAX_PROBLEMS = 200
KEY_PREFIX = "pilothouse:"  # before the key of a card of ours, as an id in other tools


@dataclass(frozen=True)
class Brought:
    """A card of a file. ``memory`` is as stored, with ISO times; None: not begun there."""

    guid: str
    deck: str
    question: str
    answer: str
    why: str = ""
    tags: tuple[str, ...] = ()
    memory: dict[str, Any] | None = None

    @property
    def our_key(self) -> str:
        """The key of the card of ours that this is; empty for all others."""
        key = self.guid.removeprefix(KEY_PREFIX)
        return key if key != self.guid and key in load_cards() else ""

    @property
    def draft(self) -> CardDraft:
        return CardDraft(self.deck, self.question, self.answer, self.why, self.tags)


@dataclass(frozen=True)
class File:
    """What was read: cards, and sentences about what could not be taken as it was."""

    kind: str
    cards: tuple[Brought, ...]
    problems: tuple[str, ...]


def check_brought(cards: list[Brought], kind: str, problems: list[str]) -> File:
    """The cards that keep the rules, each once; the others become sentences."""
    kept: dict[str, Brought] = {}
    for place, card in enumerate(cards, start=1):
        try:
            fields = check_draft(card.draft)
        except InvalidValueError as error:
            problems.append(f"Card {place} is left out: {error.sentence}")
            continue
        guid = card.guid or digest(f"{card.question}\n{card.answer}".encode())[:24]
        if guid in kept:
            problems.append(f"Card {place} is left out: the file holds it twice.")
            continue
        tags = tuple(fields.pop("tags"))
        kept[guid] = Brought(guid, tags=tags, memory=card.memory, **fields)
    return File(kind, tuple(kept.values()), shorten(problems))


def shorten(problems: list[str]) -> tuple[str, ...]:
    """At most ``MAX_PROBLEMS`` sentences, and one that says how many more there are."""
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    more = f"And {len(problems) - MAX_PROBLEMS:,} more."
    return (*problems[:MAX_PROBLEMS], more)


def to_json(card: Brought) -> dict[str, Any]:
    """A card as it is kept until its file is taken in."""
    return asdict(card) | {"tags": list(card.tags)}


def from_json(body: dict[str, Any]) -> Brought:
    """The card that ``to_json`` gave."""
    return Brought(**(body | {"tags": tuple(body["tags"])}))

"""Texts of cards, checked in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MAX_QUESTION, MAX_ANSWER, MAX_DECK, MAX_TAG, MAX_TAGS = 2_000, 5_000, 60, 40, 20

# Files of cards part their fields by such characters; no text needs them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_text(what: str, text: str, most: int, *, least: int = 0) -> str:
    """``text`` cleaned; ``InvalidValueError`` unless it has ``least`` to ``most`` characters."""
    cleaned = _CONTROLS.sub("", clean_text(text).replace("\r\n", "\n")).strip()
    if not least <= len(cleaned) <= most:
        rule = f"{least} to {most:,}" if least else f"at most {most:,}"
        raise InvalidValueError(
            f"{what} has {rule} characters; this has {len(cleaned):,}.", value=cleaned or None
        )
    return cleaned


def check_deck(name: str) -> str:
    """A deck's key or the name of an own deck, on one line."""
    return check_text("a deck", " ".join(clean_text(name).split()), MAX_DECK, least=1)


def check_tags(tags: Iterable[str]) -> list[str]:
    """Tags in small letters with hyphens for spaces, each once."""
    words = ["-".join(clean_text(tag).lower().split()).removeprefix("#") for tag in tags]
    unique = list(dict.fromkeys(check_text("a tag", word, MAX_TAG) for word in words if word))
    if len(unique) > MAX_TAGS:
        raise InvalidValueError(f"a card has at most {MAX_TAGS} tags.", value=len(unique))
    return unique

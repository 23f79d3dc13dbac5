"""The pen of whoever words a record: sentences taken by chance, slots filled, numbers as words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.textgrammar import SLOT, Grammar
from pilothouse.kernel.errors import NotFoundError

_TEXT = int(Stream.TEXT)
# A further sentence comes this often.
ALSO = 0.5
# The first letter of a text, and of each sentence in it.
_HEADS = re.compile(r"^[a-z]|(?<=[.!?] )[a-z]")
# Whoever tells two things that happened tells of two days.
_NOT_TWICE = ("when",)


@dataclass(frozen=True)
class TextKey:
    """Whose words: the world's ``seed``, the day's number, the record's number on that day."""

    seed: int
    day: int
    number: int


@dataclass(frozen=True)
class Record:
    """What is to be told: kind and facts as a world hands them out, ``about`` a key of the pack."""

    kind: str
    about: str
    facts: Mapping[str, Any]


class Pen:
    """Takes sentences by chance and fills their slots."""

    def __init__(self, grammar: Grammar, record: Record, key: TextKey) -> None:
        self.grammar, self.record, self.key = grammar, record, key
        self.facts, self.about = record.facts, record.about
        self.drawn = 0
        self.said: set[str] = set()

    def chance(self) -> float:
        """The next number between 0 and 1."""
        key, self.drawn = self.key, self.drawn + 1
        draw, _, _, _ = philox(key.number, key.day, self.drawn, 0, key.seed, _TEXT)
        return float(uniform(draw))

    def choose(self, options: Sequence[str]) -> str:
        """One of ``options``."""
        return options[int(self.chance() * len(options))]

    def part(self, place: str, **facts: object) -> str:
        """A text of ``place`` with its slots filled, to stand within a sentence."""
        filled = {name: str(value) for name, value in facts.items()}
        return SLOT.sub(lambda slot: self._fill(slot[1], filled), self._sentence(place))

    def line(self, place: str, **facts: object) -> str:
        """A sentence of ``place`` with its slots filled and a capital at its head."""
        return _HEADS.sub(lambda head: head[0].upper(), self.part(place, **facts))

    def lines(self, place: str, count: int) -> list[str]:
        """``count`` different sentences of ``place``, fewer where there are no more."""
        found: list[str] = []
        for _ in range(4 * count):
            text = self.line(place)
            if len(found) < count and text not in found:
                found.append(text)
        return found

    def idea(self, key: str = "") -> str:
        """The title of an idea."""
        title: str = named(self.grammar.business.ideas, key or self.about, "idea").title
        return title

    def _sentence(self, place: str) -> str:
        if place not in self.grammar.lines:
            raise NotFoundError("nothing is said in this world.", value=place)
        segment = self.facts.get("segment", "")
        return self.choose([x.text for x in self.grammar.lines[place] if x.fits(segment)])

    def _fill(self, slot: str, facts: Mapping[str, str]) -> str:
        if slot in facts:
            return facts[slot]
        words = self.grammar.words[slot]
        if slot in _NOT_TWICE:
            words = tuple(word for word in words if word not in self.said) or words
        word = self.choose(words)
        self.said.add(word)
        return word


def named(entries: Sequence[Any], key: str, what: str) -> Any:
    for entry in entries:
        if entry.key == key:
            return entry
    raise NotFoundError(f"there is no such {what}.", value=key)


def join(*parts: str) -> str:
    """Sentences side by side; what is empty is left out."""
    return " ".join(part for part in parts if part)


def stack(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def also(pen: Pen, place: str, **facts: object) -> str:
    """A further sentence, or nothing."""
    return pen.line(place, **facts) if pen.chance() < ALSO else ""


def day_of(day: date) -> str:
    return f"{day.day} {day:%B}"


_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def duration(hours: float) -> str:
    """A stretch of time as people say it."""
    minutes = max(5, 5 * round(12 * hours))
    if minutes < 60:
        return f"{minutes} minutes"
    if hours < 36:
        whole = round(hours)
        return "an hour" if whole <= 1 else f"{count(whole)} hours"
    return f"{count(round(hours / 24))} days"


def count(number: int) -> str:
    """A small number as a word."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def counted(number: int, one: str, more: str) -> str:
    """A number of things: no things, one thing, 1,200 things."""
    if number == 1:
        return f"one {one}"
    return f"{number:,} {more}" if number else f"no {more}"


def days_of(number: int) -> str:
    """A whole number of days, as people say it."""
    return "less than a day" if number < 1 else "a day" if number == 1 else f"{number} days"


def listed(names: Sequence[str]) -> str:
    """Names side by side as people list them."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def percent(share: float) -> str:
    """A share in whole percent, without the sign."""
    return f"{100 * share:.0f}"


def money(pen: Pen, amount: float) -> str:
    """An amount in the currency of the pack."""
    return f"{pen.grammar.currency} {amount:,.0f}"

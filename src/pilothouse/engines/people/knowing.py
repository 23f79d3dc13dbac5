"""Who knows about something: the words of a question in what the book says of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilothouse.engines.people.names import fold

# How much a place in the book says: a topic was written there on purpose, a note may be by chance.
WEIGHTS: Mapping[str, float] = {
    "topics": 4.0, "role": 3.0, "talks": 2.0, "interests": 2.0, "company": 1.5, "groups": 1.5,
    "notes": 1.0,
}  # fmt: skip
# With equal words, whoever would answer comes first.
_TIE_BONUS = 0.1


@dataclass(frozen=True)
class Knower:
    """What the book says of one person, by place (a key of ``WEIGHTS``); ``tie`` 0 to 3."""

    number: int
    texts: Mapping[str, str]
    tie: int = 0


@dataclass(frozen=True)
class Answer:
    """A person who may know, with the places that say so."""

    number: int
    score: float
    places: tuple[str, ...]


def rank_knowers(question: str, knowers: Iterable[Knower]) -> list[Answer]:
    """Those of whom the book holds every word of ``question``, the best first.

    The score is the sum over words of the best place each is found in; a word counts as found where
    a word of the text begins with it (four letters or more) or equals it.

    >>> ana = Knower(1, {"topics": "pricing, onboarding"}, tie=3)
    >>> tom = Knower(2, {"notes": "asked me about pricing"})
    >>> [(a.number, a.places) for a in rank_knowers("pricing", [tom, ana])]
    [(1, ('topics',)), (2, ('notes',))]
    """
    words = fold(question).split()
    if not words:
        return []
    answers = (_answer(words, knower) for knower in knowers)
    return sorted((each for each in answers if each), key=lambda each: (-each.score, each.number))


def _answer(words: list[str], knower: Knower) -> Answer | None:
    texts = {place: fold(text).split() for place, text in knower.texts.items() if text}
    score, places = 0.0, []
    for word in words:
        found = [place for place, text in texts.items() if _holds(text, word)]
        if not found:
            return None
        best = max(found, key=lambda place: WEIGHTS.get(place, 0.5))
        score += WEIGHTS.get(best, 0.5)
        places += [best]
    return Answer(knower.number, score + _TIE_BONUS * knower.tie, tuple(dict.fromkeys(places)))


def _holds(text: list[str], word: str) -> bool:
    if len(word) < 4:
        return word in text
    return any(each.startswith(word) for each in text)

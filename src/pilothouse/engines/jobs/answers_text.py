"""An answer cut into sentences and words, as the checks read it. English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

WORDS_A_MINUTE = 150  # an unhurried speaker
_END = re.compile(r"(?<=[.!?…])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ers", "ies", "ied", "ed", "es",
             "er", "ly", "s")  # fmt: skip
_FUNCTION_WORDS = (
    "a about above after again against all also although am an and any are as at be because been "
    "before being below between both but by can cannot could did do does doing down during each "
    "even few first for from further had has have having he her here him his how i if in into is "
    "it its itself just less let like made make many may me might more most much must my no nor "
    "not now of off on once one only or other our out over own same she should since so some "
    "such than that the their them then there these they this those through to too two under "
    "until up us very was way we were what when where whether which while who whom why will with "
    "within without would yes yet you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True)
class AnswerText:
    """A text with its parts. Everything else is derived."""

    text: str

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Sentences and lines, without empty ones."""
        parts = (" ".join(part.split()) for part in _END.split(self.text))
        return tuple(part for part in parts if part)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words in small letters; digits are none."""
        return tuple(_WORD.findall(self.text.lower().replace("’", "'")))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry meaning."""
        return content_stems(self.text)

    @property
    def count(self) -> int:
        """How many words: what a person would count, numbers included."""
        return len(self.text.split())

    @property
    def function_share(self) -> float:
        """Share of English function words, 0 to 1; prose has 0.35 to 0.6."""
        known = sum(word in FUNCTION_WORDS for word in self.words)
        return known / len(self.words) if self.words else 0.0

    @property
    def spoken_minutes(self) -> float:
        """How long saying it takes, in minutes."""
        return self.count / WORDS_A_MINUTE


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words of ``text`` that are no function words and longer than two letters.

    >>> sorted(content_stems("How many hours do the nurses swap?"))
    ['hour', 'nurs', 'swap']
    """
    words = _WORD.findall(text.lower().replace("’", "'"))
    return frozenset(stem(w) for w in words if w not in FUNCTION_WORDS and len(w) > 2)


def stem(word: str) -> str:
    """A word without a common ending: enough to find *planning* again in *plans*."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            base = word[: -len(suffix)]
            break
    else:
        base = word
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "aeiousl":
        base = base[:-1]
    return base[:-1] if len(base) > 3 and base.endswith("e") else base


def shingles(words: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    """All runs of ``size`` words."""
    return [words[place : place + size] for place in range(len(words) - size + 1)]

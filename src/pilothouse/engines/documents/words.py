"""Words: which language a text is in as far as it matters, and where given words occur."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pilothouse.engines.documents.facts import VagueWord


def words_in(text: str, *phrases: str) -> list[str]:
    """The words of ``text`` between spaces, then the phrases as they are."""
    return [*text.split(), *phrases]


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# The words without which English can hardly be written; almost none is common elsewhere.
_ENGLISH = frozenset(
    words_in(
        "the of and to in is that for it with as be on not are by this or from when which their"
        " they has have had at an will can who what how then than there were was so if we you our"
        " your its should must may would more into after before each every only no"
    )
)
_MIN_WORDS = 12
_MIN_SHARE = 0.12


def looks_english(text: str) -> bool:
    """Whether ``text`` may be English: true unless there is enough of it to say that it is not.

    Twelve words or more with fewer than 12 % of the commonest English words are another language,
    and so are three words or more of which most are not written in ASCII.

    >>> looks_english("Der Bericht soll nach einer Woche von allein auf die Seite kommen.")
    False
    """
    words = _WORD.findall(text.casefold())
    if len(words) >= 3 and sum(not word.isascii() for word in words) * 2 > len(words):
        return False
    if len(words) < _MIN_WORDS:
        return True
    return sum(word in _ENGLISH for word in words) >= _MIN_SHARE * len(words)


def find_words(text: str, words: Sequence[VagueWord]) -> Iterator[tuple[VagueWord, re.Match[str]]]:
    """Where any of ``words`` occurs in ``text`` as whole words; the longest at each place."""
    if not words:
        return
    pattern, by_word = _pattern(tuple(words))
    for match in pattern.finditer(text):
        yield by_word[" ".join(match[0].casefold().split())], match


@lru_cache(maxsize=8)
def _pattern(words: tuple[VagueWord, ...]) -> tuple[re.Pattern[str], dict[str, VagueWord]]:
    by_word = {each.word.casefold(): each for each in words}
    return any_of(by_word), by_word


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of whole words and phrases, capitals ignored, the longest first."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    joined = "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in longest)
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.I)

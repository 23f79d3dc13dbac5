"""Which of a posting's words a resume says, where, and which it cannot say. Nothing is invented.

Terms are the posting's own words: nouns and names it repeats, pairs of words it repeats, and known
terms of the trade that it uses once. A term is *said* where its words stand in the resume,
*related* where another form of them does (prioritise, prioritisation), *in the base* where a bullet
that was not chosen says it, and else *missing*. A missing term is never put in: whoever has no
evidence for it sees that here.

The light stemmer folds plural and a few endings; it is no dictionary, so a related term is shown
with the words it was taken for. Words that only look alike (sales and a sale, customer and custom)
are kept apart by a list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from pilothouse.engines.jobs.resume_types import SECTIONS, Entry, Resume
from pilothouse.engines.jobs.resume_words import (
    BOILERPLATE,
    NOT_PLURALS,
    OWN_STEMS,
    PLURALS_IN_ICS,
    STOP_WORDS,
)

MOST_TERMS = 60
_WORD = re.compile(r"[^\W\d_][\w+#./&'’-]*[\w+#]|[^\W\d_]", re.UNICODE)
_BREAK = re.compile(r"[.;:!?•\n()\[\]]\s|\n|[,;:!?()\[\]•]")


class Found(Enum):
    """How a term stands in a resume."""

    SAID = "said"
    RELATED = "related"
    IN_BASE = "in-base"
    MISSING = "missing"


@dataclass(frozen=True)
class Term:
    """A word or pair of words of a posting, folded; ``shown`` as the posting writes it first."""

    words: tuple[str, ...]
    shown: str
    count: int
    is_known: bool = False


@dataclass(frozen=True)
class Covered:
    """A term with where it stands: the texts that say it, by the id of bullet or entry."""

    term: Term
    found: Found
    where: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> str:
        """The first text that says it."""
        return self.where[0][1] if self.where else ""


@dataclass(frozen=True)
class Coverage:
    """All terms of a posting, the weightiest first."""

    terms: tuple[Covered, ...]

    def having(self, found: Found) -> tuple[Covered, ...]:
        """The terms that stand so."""
        return tuple(each for each in self.terms if each.found is found)

    @property
    def said(self) -> int:
        return len(self.having(Found.SAID))

    @property
    def groups(self) -> tuple[tuple[Found, tuple[Covered, ...]], ...]:
        return tuple((found, self.having(found)) for found in Found)


def find_terms(posting: str, known: Iterable[str] = ()) -> tuple[Term, ...]:
    """The terms of a posting, those it repeats and those of the trade first.

    ``known`` are terms of the trade, such as "user research".

    >>> text = "Run user research. Our user research shapes pricing and pricing tests."
    >>> [(term.shown, term.count) for term in find_terms(text)]
    [('user research', 2), ('pricing', 2)]
    """
    trade = {words_of(each) for each in known}
    trade.discard(())
    counts: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], str] = {}
    for piece in _BREAK.split(posting):
        _count(piece, counts, shown, trade)
    kept = _keep(counts, trade)
    terms = [Term(words, shown[words], counts[words], words in trade) for words in kept]
    terms.sort(key=lambda term: (-term.count - term.is_known, -len(term.words), term.shown))
    return tuple(terms[:MOST_TERMS])


def cover(
    posting: str, resume: Resume, base: Resume | None = None, known: Iterable[str] = ()
) -> Coverage:
    """Hold the terms of a posting against a resume and, where it is a version, its base."""
    said = set(_texts(resume))
    here = [_read(*pair) for pair in _texts(resume)]
    beyond = [_read(*pair) for pair in _texts(base) if pair not in said] if base else []
    return Coverage(tuple(_cover(term, here, beyond) for term in find_terms(posting, known)))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded for comparing.

    >>> words_of("A/B tests, SQL and C++")
    ('a/b', 'test', 'sql', 'and', 'c++')
    """
    return tuple(_fold(match[0]) for match in _WORD.finditer(text))


def stem(word: str) -> str:
    """A folded word without its ending, for telling related words.

    >>> stem("prioritisation") == stem("prioritize") == stem("prioritising")
    True
    >>> stem("customer") == stem("custom")
    False
    """
    if word in OWN_STEMS or _is_no_plural(word):
        return word
    text = word.replace("isation", "ization").replace("ising", "izing").replace("ise", "ize")
    for ending in ("izations", "ization", "izing", "izes", "ized", "ize", "ations", "ation",
                   "ments", "ment", "ings", "ing", "edly", "ed", "ers", "er", "ies", "y",
                   "ive", "al", "s", "e"):  # fmt: skip
        if text.endswith(ending) and len(text) - len(ending) >= 4:
            return text[: -len(ending)]
    return text


def _fold(word: str) -> str:
    text = word.casefold().replace("’", "'").removesuffix("'s").rstrip("./-'")
    if text.endswith("ies") and len(text) > 4:
        return text[:-3] + "y"
    if _is_no_plural(text) or text.endswith(("ss", "us", "is")) or len(text) <= 3:
        return text
    return text.removesuffix("s")


def _is_no_plural(word: str) -> bool:
    """Whether a word ends in an s that is no plural: sales, logistics."""
    return word in NOT_PLURALS or (word.endswith("ics") and word not in PLURALS_IN_ICS)


def _count(
    piece: str,
    counts: Counter[tuple[str, ...]],
    shown: dict[tuple[str, ...], str],
    trade: set[tuple[str, ...]],
) -> None:
    raw = [match[0] for match in _WORD.finditer(piece)]
    folded = [_fold(word) for word in raw]
    longest = max([2, *map(len, trade)])
    for size in range(1, longest + 1):
        for place in range(len(raw) - size + 1):
            words = tuple(folded[place : place + size])
            if words in trade or (size <= 2 and all(_is_telling(word) for word in words)):
                counts[words] += 1
                shown.setdefault(words, " ".join(raw[place : place + size]).rstrip("./-'’"))


def _is_telling(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS and word not in BOILERPLATE


def _keep(counts: Counter[tuple[str, ...]], trade: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Repeated terms and terms of the trade; a word that only stands in a kept pair goes."""
    pairs = [words for words, n in counts.items() if len(words) > 1 and (n > 1 or words in trade)]
    inside: Counter[str] = Counter()
    for words in pairs:
        for word in set(words):
            inside[word] += counts[words]
    single = [
        words
        for words, n in counts.items()
        if len(words) == 1 and (n > 1 or words in trade) and n > inside[words[0]]
    ]
    return pairs + single


@dataclass(frozen=True)
class _Read:
    """A text with its words and their stems, found once for all terms."""

    pair: tuple[str, str]
    words: tuple[str, ...]
    stems: tuple[str, ...]


def _read(id_: str, text: str) -> _Read:
    words = words_of(text)
    return _Read((id_, text), words, tuple(map(stem, words)))


def _texts(resume: Resume) -> list[tuple[str, str]]:
    """Every text of a resume with the id of its bullet or entry, dates and addresses left out."""
    found = [(resume.basics.id, resume.basics.get(key)) for key in ("label", "summary")]
    for entry in resume.entries:
        found += [(entry.id, text) for text in _fields(entry)]
        found += [(bullet.id, bullet.shown) for bullet in entry.bullets]
    return [(id_, text) for id_, text in found if text]


def _fields(entry: Entry) -> list[str]:
    skipped = {"url", "startDate", "endDate", "date", "releaseDate"}
    texts: list[str] = []
    for spec in SECTIONS[entry.section].fields:
        if spec.key not in skipped:
            value = entry.fields.get(spec.key, "")
            texts += value if isinstance(value, tuple) else [entry.get(spec.key)]
    return texts


def _cover(term: Term, here: Sequence[_Read], beyond: Sequence[_Read]) -> Covered:
    stems = tuple(map(stem, term.words))
    ways = (
        (Found.SAID, [each.pair for each in here if _says(each.words, term.words)]),
        (Found.RELATED, [each.pair for each in here if _says(each.stems, stems)]),
        (Found.IN_BASE, [each.pair for each in beyond if _says(each.words, term.words)]),
    )
    for found, pairs in ways:
        if pairs:
            return Covered(term, found, tuple(pairs))
    return Covered(term, Found.MISSING)


def _says(words: Sequence[str], term: Sequence[str]) -> bool:
    size = len(term)
    return any(tuple(words[i : i + size]) == tuple(term) for i in range(len(words) - size + 1))

"""Names of people and firms in one folded form, so that spellings do not tell them apart."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

# Letters that no decomposition turns into plain ones.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
# The same for texts of plain letters, which most are: one step instead of many.
_PLAIN = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_HONORIFICS = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "herr", "frau",
    "mme", "mlle", "sr", "sra", "ing", "mag",
})  # fmt: skip
_AFTER_NAMES = frozenset({
    "phd", "mba", "pmp", "csm", "cspo", "jr", "sr", "ii", "iii", "iv", "msc", "bsc", "ma",
    "ba", "md", "esq", "cpa", "pe", "cfa",
})  # fmt: skip


def fold(text: str) -> str:
    """``text`` in lower case, without accents and punctuation, its words one space apart.

    >>> fold("  Łukasz O’Brien-Müller ")
    'lukasz o brien muller'
    """
    if text.isascii():
        return " ".join(text.translate(_PLAIN).split())
    # Letters such as a raised A are capitals only once they are taken apart, and the other way.
    lower = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", lower).casefold().translate(_LETTERS)
    kept = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def name_key(name: str) -> str:
    """A person's name by its words in order of the alphabet, without titles and degrees.

    What stands in brackets is left out, so are emoji. ``Dr. Ana Ruiz, PhD`` and ``Ruiz, Ana`` are
    the same person to a book.

    >>> name_key("Dr. Ana Ruiz, PhD") == name_key("Ruiz, Ana")
    True
    """
    words = fold(re.sub(r"\([^)]*\)", " ", name)).split()
    kept = [word for word in words if word not in _HONORIFICS | _AFTER_NAMES] or words
    return " ".join(sorted(kept))


def similar(first: str, second: str) -> float:
    """How alike two folded names are, 0 to 1 (twice the matching letters over all letters).

    A missing middle name or an initial in place of a given name costs little: the words of the
    shorter name are looked for in the longer one.

    >>> similar("ana ruiz", "ana maria ruiz"), similar("ana ruiz", "tom berg") < 0.5
    (1.0, True)
    """
    few, many = sorted((first.split(), second.split()), key=len)
    if not few:
        return 0.0
    scores = [max(_word_score(word, other) for other in many) for word in few]
    return sum(scores) / len(scores) if len(few) > 1 or len(many) == 1 else 0.5 * scores[0]


def _word_score(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if min(len(word), len(other)) == 1:
        return 0.9 if word[0] == other[0] else 0.0
    return SequenceMatcher(None, word, other, autojunk=False).ratio()

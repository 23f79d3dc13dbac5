"""Whether two names mean one firm: exact, strong or weak.

Names of firms are written in many ways; a loose comparison finds people who have never been there.
So a match says how sure it is, and only exact and strong ones are shown by default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal, get_args

from pilothouse.engines.people.names import fold

Tier = Literal["exact", "strong", "weak"]
TIERS: tuple[Tier, ...] = get_args(Tier)

# Legal forms: they tell nothing of which firm it is.
_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "lp", "ltd",
    "limited", "plc", "pty", "pte", "gmbh", "ag", "kg", "kgaa", "ug", "se", "ohg", "ev", "sa",
    "sas", "sarl", "sl", "slu", "srl", "spa", "bv", "nv", "ab", "as", "asa", "aps", "oy",
    "oyj", "kk", "kft", "zrt", "sro", "doo", "dba", "the", "and", "und", "et",
})  # fmt: skip
# Words that many firms have in their names, and places where a firm has an office.
_COMMON = frozenset({
    "group", "holding", "holdings", "international", "global", "worldwide", "technologies",
    "technology", "tech", "labs", "lab", "software", "solutions", "systems", "services",
    "consulting", "digital", "media", "studio", "studios", "ventures", "partners", "capital",
    "company", "bank", "health", "ai", "io", "com", "org", "net", "app", "cloud", "data",
    "usa", "us", "uk", "eu", "europe", "emea", "apac", "america", "americas", "germany",
    "deutschland", "france", "spain", "italy", "india", "china", "japan", "canada",
    "australia", "brasil", "brazil", "ireland", "poland", "netherlands", "sweden",
    "switzerland", "austria", "north", "south", "east", "west", "united", "states", "new",
    "first", "open", "national", "american", "european", "general",
})  # fmt: skip
_LIKENESS = 0.88


@dataclass(frozen=True)
class Firm:
    """A firm's name, ready to be compared: ``words`` without legal forms, ``core`` without what
    many firms have in their names; the rest makes comparing with thousands quick."""

    key: str
    words: tuple[str, ...]
    core: tuple[str, ...]
    joined: str
    all_words: frozenset[str]
    letters: int  # one bit a letter that occurs


@lru_cache(maxsize=50_000)
def company_key(name: str) -> str:
    """The name folded and without its legal form; the name itself where nothing else is left.

    >>> company_key("Müller & Söhne GmbH & Co. KG"), company_key("THE LIMITED")
    ('muller sohne', 'the limited')
    """
    return " ".join(_split(name))


def to_firm(name: str) -> Firm:
    """A firm's name as it is compared.

    Letters with points between them (``S.A.``) count as one word.
    """
    words = _split(name)
    core = [word for word in words if word not in _COMMON]
    joined = "".join(words)
    letters = 0
    for letter in joined:
        letters |= 1 << (ord(letter) % 61)
    return Firm(" ".join(words), tuple(words), tuple(core), joined, frozenset(words), letters)


def _split(name: str) -> list[str]:
    """The words of a firm's name without its legal form."""
    joined = name.replace(".", "") if _has_pointed_letters(name) else name
    all_words = fold(joined.replace("&", " ")).split()
    return [word for word in all_words if word not in _FORMS] or all_words


def match_company(wanted: Firm, other: Firm) -> Tier | None:
    """How sure it is that two names mean one firm; None where nothing speaks for it.

    Exact: equal but for case, accents, punctuation and legal form. Strong: equal but for words such
    as *group* or a country, or one name begins with the whole of the other and that has a word of
    its own of four letters or more. Weak: all words of the shorter one occur in the longer one, one
    is the initials of the other, or 88 % of the letters are alike.

    >>> google = to_firm("Google")
    >>> [match_company(google, to_firm(name)) for name in
    ...  ("Google LLC", "Google Cloud UK", "Ex-Google", "Goggle")]
    ['exact', 'strong', 'weak', None]
    """
    if not wanted.joined or not other.joined:
        return None
    if wanted.joined == other.joined:
        return "exact"
    if not wanted.all_words.isdisjoint(other.all_words):
        if _is_strong(wanted, other):
            return "strong"
        if _is_part(wanted, other):
            return "weak"
    return "weak" if _are_initials(wanted, other) or _is_near(wanted, other) else None


def match_companies(name: str, firms: Iterable[tuple[int, Firm]]) -> dict[int, Tier]:
    """The tier of every firm that matches ``name``, by its number."""
    wanted = to_firm(name)
    found = ((number, match_company(wanted, firm)) for number, firm in firms)
    return {number: tier for number, tier in found if tier}


def _is_strong(one: Firm, two: Firm) -> bool:
    if one.core and one.core == two.core:
        return True
    short, long = sorted((one.words, two.words), key=len)
    begins = long[: len(short)] == short
    return begins and any(len(word) >= 4 and word not in _COMMON for word in short)


def _is_part(one: Firm, two: Firm) -> bool:
    short, long = sorted((one, two), key=lambda firm: len(firm.words))
    has_own = any(len(word) >= 3 for word in short.core)
    return has_own and set(short.core) <= long.all_words


def _are_initials(one: Firm, two: Firm) -> bool:
    if len(one.words) > 1:
        one, two = two, one
    if len(one.words) != 1 or len(two.words) < 3:
        return False
    return one.joined == "".join(word[0] for word in two.words)


def _is_near(one: Firm, two: Firm) -> bool:
    """Whether 88 % of the letters are alike. Every letter that only one of them has is a letter
    without a partner, so a glance at the letters rules most out."""
    first, second = len(one.key), len(two.key)
    if min(first, second) < 6 or abs(first - second) > 2:
        return False
    if (one.letters ^ two.letters).bit_count() > (1 - _LIKENESS) * (first + second):
        return False
    return SequenceMatcher(None, one.key, two.key, autojunk=False).ratio() >= _LIKENESS


def _has_pointed_letters(name: str) -> bool:
    parts = name.split(".")
    return any(len(part.strip()) == 1 and part.strip().isalpha() for part in parts[1:])

"""Which role and which level a posting means, by its words alone; it may say "cannot tell".

The title decides where it names a role or level. Only then the text is asked, and only where it
speaks of one role clearly more often than of any other. Nothing is guessed from what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Of two that overlap the longer words count: a "product marketing manager" is no product manager.
ROLES: Mapping[str, tuple[str, ...]] = {
    "product-manager": (
        "product manager", "product management", "product lead", "head of product",
        "director of product", "product director", "vp of product", "vp product",
        "vice president of product", "chief product officer", "cpo",
    ),
    "product-owner": ("product owner",),
    "product-marketing": ("product marketing manager", "product marketing", "pmm"),
    "project-manager": (
        "project manager", "project lead", "programme manager", "program manager",
        "delivery manager", "scrum master",
    ),
    "business-analyst": ("business analyst", "business systems analyst"),
    "product-operations": ("product operations", "product ops"),
    "data-analyst": ("data analyst", "product analyst", "analytics engineer"),
    "ux-research": ("ux researcher", "user researcher", "design researcher"),
    "customer-success": ("customer success manager", "customer success"),
    "support": ("support specialist", "support engineer", "customer support"),
    "qa": ("qa engineer", "quality assurance", "test engineer", "qa analyst"),
    "sales-engineer": ("sales engineer", "solutions engineer", "solution consultant"),
}  # fmt: skip
# From the first job to the last: a level's words, and the least years that go with it.
LEVELS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "associate": (("intern", "internship", "trainee", "junior", "associate", "apm", "entry level",
                   "entry-level", "graduate"), 0),
    "pm": (("mid level", "mid-level", "intermediate"), 2),
    "senior": (("senior", "sr", "sr."), 5),
    "lead": (("lead", "principal", "staff", "group", "head of", "director", "vp",
              "vice president", "chief", "cpo"), 8),
}  # fmt: skip
# A role is read from the text alone where it is named at least twice, and twice as often as others.
LEAST_IN_TEXT, TIMES_AS_OFTEN = 2, 2
_YEARS = re.compile(
    r"\b(\d{1,2})\s*(?:\+|plus|(?:-|\u2013|to)\s*\d{1,2})?\s*\+?\s*(?:years?|yrs?)\b"
    r"(?=[^.;\n]{0,60}\bexperience\b"
    r"|\s(?:as an?|in|of|working|leading|building|managing)\s[^.;,\n]{0,30}\bproduct\b)"
)


@dataclass(frozen=True)
class WordHit:
    """A role or level that words speak for: which words, where, and how often in all."""

    key: str
    words: tuple[str, ...]
    place: str
    count: int


@dataclass(frozen=True)
class PostingReading:
    """What was read. ``role`` and ``level`` are None where the words do not tell.

    ``years`` is the smallest number of years of experience that the text asks for. The hits are
    every word that spoke, also for what was not chosen; ``why_role`` and ``why_level`` say it.
    """

    role: str | None
    level: str | None
    years: int | None
    role_hits: tuple[WordHit, ...]
    level_hits: tuple[WordHit, ...]
    why_role: str
    why_level: str


def read_posting(title: str, text: str) -> PostingReading:
    """Read role and level of a posting from its title and text, in English.

    >>> read_posting("Senior Product Manager, Growth", "").level
    'senior'
    """
    role, role_hits, why_role = _read_role(title, text)
    years = _least_years(text)
    level, level_hits, why_level = _read_level(title, years)
    return PostingReading(role, level, years, role_hits, level_hits, why_role, why_level)


def _read_role(title: str, text: str) -> tuple[str | None, tuple[WordHit, ...], str]:
    in_title = _hits(title, ROLES, "title")
    if len(in_title) == 1:
        return in_title[0].key, in_title, f"The title says “{in_title[0].words[0]}”."
    if in_title:
        named = ", ".join(f"“{hit.words[0]}”" for hit in in_title)
        return None, in_title, f"Cannot tell: the title names {named}."
    found = _hits(text, ROLES, "text")
    if not found:
        return None, (), "Cannot tell: no role is named in the title or the text."
    first, rest = found[0], found[1:]
    most_other = rest[0].count if rest else 0
    if first.count >= LEAST_IN_TEXT and first.count >= TIMES_AS_OFTEN * most_other:
        why = f"The text says “{first.words[0]}” {first.count} times, no other role half as often."
        return first.key, found, why if rest else f"{why.partition(',')[0]} and names no other."
    return None, found, f"Cannot tell: the text names {_counted(found)}, none clearly most often."


def _counted(hits: Sequence[WordHit]) -> str:
    return ", ".join(f"“{hit.words[0]}” ({hit.count})" for hit in hits[:4])


def _read_level(title: str, years: int | None) -> tuple[str | None, tuple[WordHit, ...], str]:
    hits = _hits(_without_roles(title), {key: words for key, (words, _) in LEVELS.items()}, "title")
    if hits:
        # "Senior Group Product Manager": the higher word is the level.
        highest = max(hits, key=lambda hit: list(LEVELS).index(hit.key))
        return highest.key, hits, f"The title says “{highest.words[0]}”."
    if years is None:
        return None, (), "Cannot tell: neither the title names a level nor the text years."
    level = max((key for key in LEVELS if LEVELS[key][1] <= years), key=lambda k: LEVELS[k][1])
    why = f"The title names no level; the text asks for {years} years of experience."
    return level, (WordHit(level, (f"{years} years",), "text", 1),), why


def _without_roles(title: str) -> str:
    """The title with a space for what names the role, unless that names the level too."""
    folded = _fold(title)
    kept = {"product lead", "project lead", "cpo", "chief product officer", "product director"}
    for words in ROLES.values():
        for word in sorted(words, key=len, reverse=True):
            if word not in kept and not word.startswith(("head", "director", "v")):
                folded = _pattern((word,)).sub(" ", folded)
    return folded


def _least_years(text: str) -> int | None:
    # Lines stay apart: years in one bullet do not belong to the experience of the next.
    folded = re.sub(r"[ \t]+", " ", text.casefold())
    found = [int(years) for years in _YEARS.findall(folded)]
    return min(found) if found else None


def _hits(text: str, words: Mapping[str, Sequence[str]], place: str) -> tuple[WordHit, ...]:
    """Every key that words speak for, the most often first; a longer word takes a shorter one."""
    key_of = {word: key for key, each in words.items() for word in each}
    found: dict[str, list[str]] = {}
    for match in _pattern(tuple(key_of)).finditer(_fold(text)):
        found.setdefault(key_of[_singular(match[0], key_of)], []).append(match[0])
    order = list(words)
    hits = [
        WordHit(key, tuple(dict.fromkeys(each)), place, len(each)) for key, each in found.items()
    ]
    return tuple(sorted(hits, key=lambda hit: (-hit.count, order.index(hit.key))))


def _singular(word: str, known: Mapping[str, str]) -> str:
    return word if word in known else word.removesuffix("s")


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in longest)})s?(?!\w)")


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())

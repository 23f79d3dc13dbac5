"""Contacts that may be one person, with how sure that is and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pilothouse.engines.people.names import fold, name_key, similar

Sureness = Literal["certain", "likely", "possible"]
_ORDER: dict[Sureness, int] = {"certain": 0, "likely": 1, "possible": 2}
# So many contacts under one address are a shared mailbox, not one person.
MAX_SHARED = 5
_ALIKE = 0.85


@dataclass(frozen=True)
class Card:
    """What is compared of a contact. ``company`` is the key of its firm, empty where unknown."""

    number: int
    name: str
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    uid: str = ""


@dataclass(frozen=True)
class Pair:
    """Two contacts that may be one, ``first`` < ``second``."""

    first: int
    second: int
    sureness: Sureness
    reasons: tuple[str, ...]


def find_pairs(cards: Sequence[Card]) -> list[Pair]:
    """All pairs that may be one person, the surest first.

    Certain: the same profile or program's id, or the same e-mail address with a name that does not
    contradict. Likely: the same name at the same firm, or the same telephone number with a like
    name. Possible: the same name, unless both name different firms and nothing else speaks for it;
    or like names at one firm. Only contacts that share one of these are compared, so that 20,000
    take a moment.

    >>> [pair.sureness for pair in find_pairs([
    ...     Card(1, "Ana Ruiz", "northwind"), Card(2, "Ruiz, Ana", "northwind")])]
    ['likely']
    """
    found: dict[tuple[int, int], Pair] = {}
    known = {card.number: card for card in cards}
    for first, second in _candidates(cards):
        pair = judge_pair(known[first], known[second])
        if pair:
            found[first, second] = pair
    return sorted(found.values(), key=lambda each: (_ORDER[each.sureness], each.first, each.second))


def judge_pair(one: Card, two: Card) -> Pair | None:
    """Whether two contacts may be one person, and why; None where nothing speaks for it."""
    first, second = sorted((one.number, two.number))
    likeness = similar(fold(one.name), fold(two.name))
    is_same_name = name_key(one.name) == name_key(two.name) != ""
    marks = list(_marks(one, two))
    is_one_firm = bool(one.company) and one.company == two.company
    if {"profile", "id"} & set(marks) or ("e-mail" in marks and likeness >= 0.5):
        sureness: Sureness = "certain"
    elif (is_same_name and is_one_firm) or ("telephone" in marks and likeness >= _ALIKE):
        sureness = "likely"
    elif (
        (is_same_name and not (one.company and two.company))
        or "e-mail" in marks
        or (is_one_firm and likeness >= _ALIKE)
    ):
        sureness = "possible"
    else:
        return None
    reasons = [f"the same {mark}" for mark in marks]
    reasons += ["the same name"] if is_same_name else []
    reasons += ["like names"] if not is_same_name and likeness >= _ALIKE else []
    reasons += ["the same firm"] if is_one_firm else []
    return Pair(first, second, sureness, tuple(reasons))


def phone_key(phone: str) -> str:
    """The last nine digits of a number, which country and trunk codes do not touch; '' if fewer
    than seven.

    >>> phone_key("+49 (0)30 1234567"), phone_key("030-1234567"), phone_key("110")
    ('301234567', '301234567', '')
    """
    digits = "".join(c for c in phone if c.isdecimal())
    return digits[-9:].lstrip("0") if len(digits) >= 7 else ""


def link_key(link: str) -> str:
    """An address without what does not tell profiles apart: scheme, www, query, last slash.

    >>> link_key("https://www.LinkedIn.com/in/ana-ruiz/?trk=x")
    'linkedin.com/in/ana-ruiz'
    """
    bare = link.strip().casefold().partition("#")[0].partition("?")[0]
    return bare.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def keys_of(card: Card) -> Iterator[tuple[str, str]]:
    """What marks a person beyond doubt or nearly so: (kind, key)."""
    if card.uid:
        yield "id", card.uid
    for email in card.emails:
        yield "e-mail", email.casefold()
    for phone in card.phones:
        if key := phone_key(phone):
            yield "telephone", key
    for link in card.links:
        if "/" in (key := link_key(link)):
            yield "profile", key


def _marks(one: Card, two: Card) -> Iterator[str]:
    shared = set(keys_of(one)) & set(keys_of(two))
    yield from dict.fromkeys(kind for kind, _ in sorted(shared))


def _candidates(cards: Iterable[Card]) -> set[tuple[int, int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for card in cards:
        for mark in keys_of(card):
            groups[mark].append(card.number)
        if key := name_key(card.name):
            groups["name", key].append(card.number)
            if card.company:
                last = fold(card.name).split()[-1]
                groups["at", f"{card.company}|{last}"].append(card.number)
    pairs = set()
    for numbers in groups.values():
        ordered = sorted(set(numbers))
        if 1 < len(ordered) <= MAX_SHARED:
            pairs |= {(a, b) for at, a in enumerate(ordered) for b in ordered[at + 1 :]}
    return pairs

"""Whether words about a bet say something that the bet itself denies.

Simple rules over the text, the same answer every time: quarters, dates, years and relative times
must lie in the quarter that the bet has (for ``later`` there is none); numbers must occur in the
bet; nothing is "available now" before it is done; nothing is sure that is not. What these rules do
not see (a claim in words only) stays with the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pilothouse.apps.roadmap.models import Horizon
from pilothouse.apps.roadmap.services.quarters import (
    add_quarters,
    name_quarter,
    quarter_start,
)


@dataclass(frozen=True)
class Facts:
    """What is true of a bet: its place, state and the texts whose numbers may be repeated."""

    horizon: str
    quarter: date | None
    status: str
    band: str
    today: date
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A contradiction: the rule's name, the words at fault, and a sentence for a person."""

    rule: str
    words: str
    sentence: str


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_QUARTER = re.compile(r"\b(?:q([1-4])(?:[ ,/'-]*(20\d\d))?|(20\d\d)[ /-]?q([1-4]))\b", re.I)
_DAY = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])(?:-[0-3]\d)?\b")
_MONTH_YEAR = re.compile(
    rf"\b(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?({_MONTH})\.?(?: \d{{1,2}},?)? (20\d\d)"
    rf"|(?:in|by|until|before|from|since|on|early|late|mid|end of) ({_MONTH})\b"
    r"(?!\.?(?: \d{1,2},?)? 20\d\d))",
    re.I,
)
_YEAR = re.compile(r"(?<![\d.,])(20\d\d)(?![\d]|[.,]\d)")
_RELATIVE: dict[str, Callable[[date], tuple[date, date]]] = {
    "this quarter": lambda today: (quarter_start(today), quarter_start(today)),
    "next quarter": lambda today: (_ahead(today, 1), _ahead(today, 1)),
    "this year": lambda today: (quarter_start(today), date(today.year, 10, 1)),
    "next year": lambda today: (date(today.year + 1, 1, 1), date(today.year + 1, 10, 1)),
}
_SOON = re.compile(
    r"\b(this (?:week|month)|next (?:week|month)|in the coming (?:days|weeks)|tomorrow"
    r"|very soon)\b",
    re.I,
)
_DONE = re.compile(
    r"\b(available now|now available|live now|now live|is live|has shipped|shipped|launched"
    r"|has been released|already (?:out|here|available))\b",
    re.I,
)
_SURE = re.compile(
    r"\b(guarantee[ds]?|promise[ds]?|committed|definitely|certainly|for sure|without fail)\b", re.I
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])|(?<![\w.])\d[\d,]*(?:\.\d+)?(?=\s?%)")


def find_contradictions(text: str, facts: Facts) -> list[Finding]:
    """What ``text`` says against ``facts``, in the order of the rules; each word once.

    >>> facts = Facts("next", date(2027, 1, 1), "planned", "expected", date(2026, 11, 25))
    >>> [f.rule for f in find_contradictions("Coming in Q2 2027", facts)]
    ['quarter']
    """
    rules: tuple[Callable[[str, Facts], Iterator[Finding]], ...] = (
        _check_quarters, _check_dates, _check_relative, _check_state, _check_sureness,
    )  # fmt: skip
    found = [finding for rule in rules for finding in rule(text, facts)]
    found += _check_numbers(_without_times(text), facts)
    return list({(each.rule, each.words.lower()): each for each in found}.values())


def _check_quarters(text: str, facts: Facts) -> Iterator[Finding]:
    for match in _QUARTER.finditer(text):
        number = int(match[1] or match[4])
        year = match[2] or match[3]
        if not _is_quarter(_dated(facts), number, year):
            yield Finding("quarter", match[0], _say_time(match[0], facts))


def _check_dates(text: str, facts: Facts) -> Iterator[Finding]:
    for match in _DAY.finditer(text):
        day = quarter_start(date(int(match[1]), int(match[2]), 1))
        if _dated(facts) != day:
            yield Finding("date", match[0], _say_time(match[0], facts))
    for match in _MONTH_YEAR.finditer(text):
        month = _month_number(match[1] or match[3])
        year = match[2]
        if not _holds_month(_dated(facts), month, year):
            yield Finding("date", match[0], _say_time(match[0], facts))
    for match in _YEAR.finditer(_without(text, _QUARTER, _DAY, _MONTH_YEAR)):
        quarter = _dated(facts)
        if quarter is None or str(quarter.year) != match[1]:
            yield Finding("year", match[0], _say_time(match[0], facts))


def _check_relative(text: str, facts: Facts) -> Iterator[Finding]:
    for words, span in _RELATIVE.items():
        if not re.search(rf"\b{words}\b", text, re.I):
            continue
        first, last = span(facts.today)
        quarter = _dated(facts)
        if quarter is None or not first <= quarter <= last:
            yield Finding("relative time", words, _say_time(words, facts))
    for match in _SOON.finditer(text):
        if facts.horizon != Horizon.NOW:
            yield Finding("relative time", match[0], _say_time(match[0], facts))


def _check_state(text: str, facts: Facts) -> Iterator[Finding]:
    if facts.status == "done":
        return
    for match in _DONE.finditer(text):
        yield Finding("state", match[0], f"says “{match[0]}”, but this is {facts.status}.")


def _check_sureness(text: str, facts: Facts) -> Iterator[Finding]:
    if facts.status == "done":
        return
    for match in _SURE.finditer(text):
        sentence = f"says “{match[0]}”, but the roadmap says only: {facts.band}."
        yield Finding("sureness", match[0], sentence)


def _check_numbers(text: str, facts: Facts) -> Iterator[Finding]:
    known = {_plain(each) for source in facts.texts for each in _NUMBER.findall(source)}
    for match in _NUMBER.finditer(text):
        if _plain(match[0]) not in known:
            yield Finding("number", match[0], f"names {match[0]}, which is in no fact of this bet.")


def _dated(facts: Facts) -> date | None:
    """The quarter that may be told: none for what is later, until it is done."""
    is_later = facts.horizon == Horizon.LATER and facts.status != "done"
    return None if is_later else facts.quarter


def _say_time(words: str, facts: Facts) -> str:
    if facts.horizon == Horizon.LATER:
        return f"says “{words}”, but what is later has no date."
    if facts.quarter is None:
        return f"says “{words}”, but the bet has no quarter (it is {facts.horizon})."
    return f"says “{words}”, but the bet is in {name_quarter(facts.quarter)}."


def _is_quarter(quarter: date | None, number: int, year: str | None) -> bool:
    if quarter is None:
        return False
    same = (quarter.month + 2) // 3 == number
    return same and (year is None or int(year) == quarter.year)


def _holds_month(quarter: date | None, month: int, year: str | None) -> bool:
    if quarter is None:
        return False
    inside = quarter.month <= month < quarter.month + 3
    return inside and (year is None or int(year) == quarter.year)


def _month_number(name: str) -> int:
    return next(i for i, each in enumerate(_MONTHS, 1) if each[:3] == name[:3].lower())


def _ahead(today: date, count: int) -> date:
    return add_quarters(quarter_start(today), count)


def _without_times(text: str) -> str:
    return _without(text, _QUARTER, _DAY, _MONTH_YEAR, _YEAR)


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _plain(number: str) -> str:
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain.lstrip("0") or "0"

"""Numbers and dates in a sentence: what a reader could ask proof for.

What is read: digits with thousands separators (comma, thin or hard space), decimals with a point,
money signs, ``%`` and percentage points, ``k``/``M``/``bn`` and their words, number words from two
on (and *half*), years, days, months, clock times. Not read as numbers, because they name things:
ordinals (``2nd``), letters with digits behind (``Q3``, ``v2``, ``C11``), ``#12``, ``B2B``, the
word *one*, the level of an interval (``95 % interval``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?\b",
        rf"\b{_MONTH}\s+(?P<year>\d{{4}})\b",
        rf"(?<=\bin\s)(?-i:(?=[A-Z])){_MONTH}(?=\W|$)",
        rf"(?<=\bsince\s)(?-i:(?=[A-Z])){_MONTH}(?=\W|$)",
    )
)
_TIME = re.compile(r"\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\b")
# Names of things, whatever digits they have in them.
_NAMES = re.compile(
    r"\b(?:[A-Za-z]+-?\d[\w.]*(?<!\.)(?!\s?%)|\d+(?:st|nd|rd|th)|2FA|[23]D|\d+-bit)\b|#\d+"
    r"|\b\d{1,2}(?:\.\d+)?\s?%(?=\s+(?:confidence\s+|credible\s+)?interval)",
)
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
}  # fmt: skip
_SHARE_WORDS = r"%|percentage\s+points?|per\s?cent|pp\b"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<money>[€$£¥]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    rf"(?:\s?(?P<scale>k|m|bn|thousand|million|billion)\b)?(?:\s?(?P<share>{_SHARE_WORDS}))?",
    re.IGNORECASE,
)
# In "3.2 to 5.1 %" the first number is a share too.
_RANGE = re.compile(r"^\s*(?:-|–|to|and)\s*$", re.IGNORECASE)
_GLUED = re.compile(r"\b(?!\d[\d.,]*(?:k|m|bn)\b)(?=\w*\d)(?=\w*[a-z])\w+\b", re.IGNORECASE)
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "dozen": 12,
}  # fmt: skip
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY_WORD = "|".join([*_WORDS, *_BIG])
_WORD = re.compile(
    rf"\b(?P<half>half)\b|\b(?:(?:one|a)[\s-]+(?=(?:{'|'.join(_BIG)}|dozen)\b))?"
    rf"(?:{_ANY_WORD})(?:(?:[\s-]+and)?[\s-]+(?:one|{_ANY_WORD})){{0,8}}\b",
    re.IGNORECASE,
)


class FigureKind(Enum):
    """What a figure is."""

    NUMBER = "number"
    SHARE = "share"
    YEAR = "year"
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True)
class Figure:
    """A number or date as written. ``value`` is a share for 4.2 %: 0.042.

    ``tolerance`` is half a unit of the last digit written. ``day`` is (year, month, day) with None
    for what was not said.
    """

    text: str
    kind: FigureKind
    value: float = 0.0
    tolerance: float = 0.0
    day: tuple[int | None, int | None, int | None] = (None, None, None)


Found = list[tuple[int, Figure]]
Reader = Callable[[re.Match[str]], Figure]


def find_figures(sentence: str) -> tuple[Figure, ...]:
    """The figures of ``sentence`` in their order.

    >>> [(f.text, f.kind.value) for f in find_figures("In Q3 churn fell from 6.1 to 4.2 %.")]
    [('6.1', 'share'), ('4.2 %', 'share')]
    """
    text = sentence
    found: Found = []
    for pattern in _DAYS:
        text = _take(text, pattern, found, _read_day)
    text = _take(text, _TIME, found, _read_time)
    text = _NAMES.sub(lambda match: " " * len(match[0]), text)
    found += _read_numbers(text)
    text = _NUMBER.sub(lambda match: " " * len(match[0]), text)
    found += [(match.start(), _read_word(match)) for match in _WORD.finditer(text)]
    return tuple(figure for _, figure in sorted(found, key=lambda each: each[0]))


def numbers_in(text: str) -> Iterator[float]:
    """The values of numbers and shares in a text, such as that of a fact.

    Digits inside of ids and digests are none.
    """
    for figure in find_figures(_GLUED.sub(" ", text)):
        if figure.kind in {FigureKind.NUMBER, FigureKind.SHARE, FigureKind.YEAR}:
            yield figure.value


def days_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Whole days in a text."""
    for figure in find_figures(text):
        year, month, day = figure.day
        if figure.kind is FigureKind.DAY and year and month and day:
            yield year, month, day


def _take(text: str, pattern: re.Pattern[str], found: Found, read: Reader) -> str:
    found.extend((match.start(), read(match)) for match in pattern.finditer(text))
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _read_day(match: re.Match[str]) -> Figure:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month_number(parts["month"])
    day = int(parts["day"]) if parts.get("day") else None
    year = int(parts["year"]) if parts.get("year") else None
    return Figure(match[0].strip(" ."), FigureKind.DAY, day=(year, month, day))


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


def _read_time(match: re.Match[str]) -> Figure:
    minutes = int(match["hour"]) * 60 + int(match["minute"])
    return Figure(match[0], FigureKind.TIME, float(minutes))


def _read_numbers(text: str) -> Found:
    matches = list(_NUMBER.finditer(text))
    is_share = [bool(match["share"]) for match in matches]
    for place in range(len(matches) - 2, -1, -1):
        between = text[matches[place].end() : matches[place + 1].start()]
        if is_share[place + 1] and _RANGE.match(between) and not matches[place]["money"]:
            is_share[place] = True
    pairs = zip(matches, is_share, strict=True)
    return [(match.start(), _read_number(match, is_share=share)) for match, share in pairs]


def _read_number(match: re.Match[str], *, is_share: bool) -> Figure:
    digits = re.sub(r"[,\u00a0\u2009\u202f]", "", match["digits"])
    decimals = len(digits.partition(".")[2])
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if is_share:
        scale /= 100
    value, tolerance = float(digits) * scale, 0.5 * 10**-decimals * scale
    is_bare = not (is_share or match["scale"] or match["money"] or decimals)
    is_year = is_bare and match["digits"].isdecimal() and 1900 <= value <= 2100
    kind = FigureKind.YEAR if is_year else FigureKind.SHARE if is_share else FigureKind.NUMBER
    return Figure(match[0].strip(), kind, value, tolerance)


def _read_word(match: re.Match[str]) -> Figure:
    if match["half"]:
        return Figure(match[0], FigureKind.SHARE, 0.5, 0.05)
    whole, part = 0, 0
    for word in re.split(r"[\s-]+", match[0].lower()):
        if word in _BIG:
            part = max(part, 1) * _BIG[word]
            if word != "hundred":
                whole, part = whole + part, 0
        elif word == "dozen":
            part = max(part, 1) * 12
        else:
            part += {"one": 1}.get(word, _WORDS.get(word, 0))
    return Figure(match[0], FigureKind.NUMBER, float(whole + part), 0.5)

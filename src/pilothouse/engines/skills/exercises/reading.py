"""Typed answers, read kindly: 12.4%, 0.124, 12/80, 1,234, 1 234, €1.5k, B > A > C."""

from __future__ import annotations

import math
import re

from pilothouse.engines.skills.exercises.model import Question
from pilothouse.kernel.errors import InvalidValueError

LONGEST = 2_000
_SIZES = {"k": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_DECIMAL_COMMA = re.compile(r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d+,(?:\d{1,2}|\d{4,})|-?0,\d+")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?")
_CURRENCY = re.compile(r"[€$£¥]|\b(?:eur|usd|gbp)\b")
_WORDS = re.compile(r"[a-z][a-z /-]*$")


def read_number(text: str) -> tuple[float, bool]:
    """The number in a text and whether it carries a percent sign.

    >>> read_number("12.4 %"), read_number("1,234"), read_number("€ 1.5k"), read_number("12/80")
    ((12.4, True), (1234.0, False), (1500.0, False), (0.15, False))
    """
    plain = " ".join(text.lower().replace("−", "-").replace("–", "-").split())
    plain = _CURRENCY.sub("", plain).strip().lstrip("~≈+ ")
    over, slash, under = plain.partition("/")
    if slash and _is_plain(over) and _is_plain(under) and _plain(under) != 0:
        return _plain(over) / _plain(under), False
    is_percent = "%" in plain or "percent" in plain or "per cent" in plain
    plain = re.sub(r"%|percent|per cent", "", plain).strip()
    words = _WORDS.search(plain)
    unit = words[0].strip() if words else ""
    if words:
        plain = plain[: words.start()].strip()
    if not _is_plain(plain):
        raise InvalidValueError(
            "this cannot be read as a number.",
            value=text,
            remedy="Write it as 12.4, 12.4% or 1,234.",
        )
    value = _plain(plain) * _SIZES.get(unit, 1.0)
    if not math.isfinite(value):
        raise InvalidValueError("this number is too large.", value=text)
    return value, is_percent


def _is_plain(text: str) -> bool:
    return bool(_NUMBER.fullmatch(_ungrouped(text)))


def _plain(text: str) -> float:
    return float(_ungrouped(text))


def _ungrouped(text: str) -> str:
    text = re.sub(r"(?<=\d)[ '_](?=\d)", "", text.strip())
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", text)


def read_share(text: str, expected: float, tolerance: float) -> float:
    """A share from 12.4%, 12.4 or 0.124.

    A bare number above 1 is in percent. One below may be either: it is read as the share that it
    is, unless only its reading in percent is right.
    """
    value, is_percent = read_number(text)
    if is_percent or abs(value) > 1:
        return value / 100
    if abs(value / 100 - expected) <= tolerance < abs(value - expected):
        return value / 100
    return value


def read_answer(question: Question, given: str) -> float | str | tuple[str, ...]:
    """The answer that a person gave; ``InvalidValueError`` where it cannot be read."""
    if len(given) > LONGEST:
        raise InvalidValueError(f"an answer has at most {LONGEST:,} characters.")
    if question.form == "share":
        return read_share(given, question.number, question.tolerance)
    if question.form == "number":
        return read_number(given)[0]
    if question.form == "choice":
        return _known(question, [given.strip()])[0]
    if question.form == "several":
        return tuple(sorted(set(_known(question, _split(given)))))
    if question.form == "order":
        return _read_order(question, given)
    return given.strip()


def _split(given: str) -> list[str]:
    return [each for each in re.split(r"[\s,;>|]+", given) if each]


def _known(question: Question, keys: list[str]) -> list[str]:
    names = {each.key.lower(): each.key for each in question.choices}
    for key in keys:
        if key.lower() not in names:
            raise InvalidValueError(
                "this is none of the choices.", value=key, remedy=f"Use {', '.join(names)}."
            )
    return [names[key.lower()] for key in keys]


def _read_order(question: Question, given: str) -> tuple[str, ...]:
    parts = _split(given)
    known = {each.key.lower() for each in question.choices}
    # Letters may be written without anything between them.
    if len(parts) == 1 and parts[0].lower() not in known and all(len(key) == 1 for key in known):
        parts = list(parts[0])
    order = tuple(_known(question, parts))
    if len(order) != len(question.choices) or len(set(order)) != len(order):
        raise InvalidValueError(
            "an order names each once.",
            value=given,
            remedy=f"Write all of {', '.join(each.key for each in question.choices)}, best first.",
        )
    return order

"""Numbers as people write and read them: probabilities, thresholds, ranges."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from pilothouse.kernel.errors import InvalidValueError

LIMIT = 1e15
_NUMBER = re.compile(r"[-+\u2212]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")


def parse_number(what: str, given: Any) -> float:
    """A finite number, also written as ``40%`` or ``1 250.5``.

    >>> parse_number("it", "40%"), parse_number("it", 1250), parse_number("it", "1 250.5")
    (0.4, 1250.0, 1250.5)
    """
    number = _read(given)
    if number is None or not math.isfinite(number) or abs(number) > LIMIT:
        raise InvalidValueError(
            f"{what} is a number, such as 1250, 0.4 or 40%.", value=str(given)[:80]
        )
    return number


def parse_probability(given: Any) -> float:
    """A probability: ``70%``, ``70`` or ``0.7``. A bare number above 1 is percent.

    >>> parse_probability("70"), parse_probability("0.7"), parse_probability("0.5%")
    (0.7, 0.7, 0.005)
    """
    number = _read(given)
    if isinstance(given, str) and given.strip() == "1":
        raise InvalidValueError(
            "this may be one percent or certainty.", value=given, remedy="Write 1% or 100%."
        )
    if number is not None and 1 < number <= 100 and "%" not in str(given):
        number = _read(f"{given}%")
    if number is None or not 0 <= number <= 1:
        raise InvalidValueError(
            "a probability lies between 0 and 100 %.",
            value=str(given)[:80],
            remedy="Write 70% or 0.7.",
        )
    return number


def show_number(value: float | None, unit: str = "", currency: str = "") -> str:
    """A number with its unit, for sentences."""
    if value is None:
        return "not known"
    if unit == "share":
        return f"{float(Decimal(repr(value)) * 100):.6g}%"
    shown = f"{value:,.6g}"
    if unit == "money":
        return f"{shown} {currency}".strip()
    return shown if unit in {"", "count", "number"} else f"{shown} {unit}"


def _read(given: Any) -> float | None:
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, int | float):
        try:
            return float(given)
        except OverflowError:
            return None
    text = re.sub(r"[\s_,']", "", str(given)[:100])
    is_percent = text.endswith("%")
    text = text.removesuffix("%")
    if not _NUMBER.fullmatch(text):
        return None
    try:
        exact = Decimal(text.replace("\u2212", "-"))
    except InvalidOperation:
        return None
    return float(exact / 100 if is_percent else exact)

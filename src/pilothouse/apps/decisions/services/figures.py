"""Numbers as people write and read them: probabilities, thresholds, ranges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.numbers import LIMIT, parse_number, read_number

__all__ = ["LIMIT", "parse_number", "parse_probability", "show_number"]


def parse_probability(given: Any) -> float:
    """A probability: ``70%``, ``70`` or ``0.7``. A bare number above 1 is percent.

    >>> parse_probability("70"), parse_probability("0.7"), parse_probability("0.5%")
    (0.7, 0.7, 0.005)
    """
    number = read_number(given)
    if isinstance(given, str) and given.strip() == "1":
        raise InvalidValueError(
            "this may be one percent or certainty.", value=given, remedy="Write 1% or 100%."
        )
    if number is not None and 1 < number <= 100 and "%" not in str(given):
        number = read_number(f"{given}%")
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

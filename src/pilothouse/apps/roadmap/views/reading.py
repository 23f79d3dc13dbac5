"""What was typed into the forms of the roadmap, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_date

MAX_DIGITS = 30


def read_decimal(text: str, what: str) -> float | None:
    """A number such as ``12.5``; None for an empty field; raises ``InvalidValueError``."""
    given = text.strip().replace(",", "")
    if not given:
        return None
    try:
        if len(given) > MAX_DIGITS:
            raise ValueError
        return float(given)
    except ValueError as error:
        raise InvalidValueError(f"{what} is a number, such as 12.5.", value=text) from error


def read_percent(text: str, what: str) -> float | None:
    """A share 0..1 typed in percent; None for an empty field."""
    number = read_decimal(text.strip().removesuffix("%"), what)
    return None if number is None else number / 100


def read_day(text: str) -> date | None:
    """A day; None for an empty field."""
    return parse_date(text) if text.strip() else None


def read_prefixed(given: Mapping[str, str], prefix: str, what: str) -> dict[str, float]:
    """The numbers of the fields that begin with ``prefix``, by the rest of their names."""
    numbers = {
        name.removeprefix(prefix): read_decimal(given[name], what)
        for name in given
        if name.startswith(prefix)
    }
    return {name: number for name, number in numbers.items() if number}


def show_number(value: float | None) -> str:
    """A number for a field: no needless digits; empty for an unknown one."""
    return "" if value is None else f"{value:.12g}"


def show_percent(share: float | None) -> str:
    """A share for a field that takes percent."""
    return "" if share is None else f"{share * 100:.6g}"

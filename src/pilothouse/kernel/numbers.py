"""Numbers as people write them: ``40%``, ``1 250.5``, ``1,200``."""

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
    number = read_number(given)
    if number is None or not math.isfinite(number) or abs(number) > LIMIT:
        raise InvalidValueError(
            f"{what} is a number, such as 1250, 0.4 or 40%.", value=str(given)[:80]
        )
    return number


def parse_percent(what: str, given: Any) -> float:
    """A share written in percent, with its sign or without: ``10`` and ``10%`` are 0.1.

    >>> parse_percent("it", "10"), parse_percent("it", "0.5 %")
    (0.1, 0.005)
    """
    text = str(given).strip()
    return parse_number(what, text if text.endswith("%") else f"{text}%")


def read_number(given: Any) -> float | None:
    """The number that was written; None where it is none."""
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

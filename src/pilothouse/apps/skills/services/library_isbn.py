"""ISBNs: the check digit, the two lengths, and the text that people paste."""

from __future__ import annotations

import re

from pilothouse.kernel.errors import InvalidValueError

_PREFIXES = ("978", "979")


def parse_isbn(text: str) -> str:
    """The 13 digits of an ISBN written with or without hyphens; an ISBN-10 is turned into one.

    ISBN-10 is checked modulo 11 (X is ten), ISBN-13 modulo 10 with weights 1 and 3 (ISO 2108).

    >>> parse_isbn("0-306-40615-2"), parse_isbn("ISBN 978-0-306-40615-7")
    ('9780306406157', '9780306406157')
    """
    plain = re.sub(r"(?i)^\s*isbn(?:-?1[03])?:?", "", text[:60])
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", plain).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        _check(text, digits[-1], _check_digit_10(digits[:9]))
        body = "978" + digits[:9]
        return body + check_digit_13(body)
    if re.fullmatch(r"[0-9]{13}", digits) and digits.startswith(_PREFIXES):
        _check(text, digits[-1], check_digit_13(digits[:12]))
        return digits
    raise InvalidValueError(
        "an ISBN has 13 digits that begin with 978 or 979, or 10 of which the last may be X.",
        value=text,
        remedy="It stands on the back of the book and beside its copyright notice.",
    )


def check_digit_13(body: str) -> str:
    """The last digit of the ISBN-13 that begins with the 12 digits of ``body``."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)


def _check_digit_10(body: str) -> str:
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    return "X" if rest == 10 else str(rest)


def _check(text: str, given: str, right: str) -> None:
    if given != right:
        raise InvalidValueError(
            f"the check digit of this ISBN is {given}, its other digits ask for {right}.",
            value=text,
            remedy="One digit is wrong, or two are swapped.",
        )

"""Numbers as a text quotes them, in the words of the pages: 12.4%, 1 234, €5.20."""

from __future__ import annotations

import math

THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY", "KRW"}


def quote_value(value: float, unit: str, currency: str = "", n: int | None = None) -> str:
    """``value`` in its unit (share, count, money, number), no finer than ``n`` can carry.

    >>> quote_value(0.1244, "share", n=40), quote_value(0.1244, "share", n=800)
    ('12%', '12.4%')
    """
    if not math.isfinite(value):
        return "not a number"
    sign, size = (MINUS if value < 0 else ""), abs(value)
    if unit == "share":
        return f"{sign}{_percent(size * 100, n)}%"
    if unit == "money":
        digits = 0 if currency in _WITHOUT_CENTS or size >= 1e5 else 2
        return sign + _with_currency(_grouped(size, digits), currency)
    if unit == "count":
        return sign + _grouped(size, 0)
    return sign + _plain(size)


def quote_range(low: float | None, high: float | None, unit: str, currency: str = "") -> str:
    """An interval as ``10.1–15.0%``; empty where there is none."""
    if low is None or high is None:
        return ""
    first, last = quote_value(low, unit, currency), quote_value(high, unit, currency)
    if MINUS in first + last:
        return f"{first} to {last}"
    return f"{first.removesuffix('%')}–{last}"


def _percent(percent: float, n: int | None) -> str:
    if percent in (0.0, 100.0):
        return f"{percent:.0f}"
    is_middle = 1 <= percent <= 99
    digits = 0 if is_middle and n is not None and n < 100 else 1 if is_middle else 2
    return _grouped(percent, digits)


def _plain(size: float) -> str:
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{size:.2e}"
    digits = 0 if size >= 100 or size == int(size) else 1 if size >= 10 else 2
    return _grouped(size, 4 if 0 < size < 0.1 else digits)


def _grouped(size: float, digits: int) -> str:
    return f"{size:,.{digits}f}".replace(",", THIN)


def _with_currency(amount: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    return symbol + amount if symbol else f"{currency}{THIN}{amount}" if currency else amount

"""Numbers as people read them: one place, used by pages, charts and messages.

Groups of three are parted by a narrow no-break space, the minus is a real one, and what is
not known is an en dash, never a zero. No rounding turns a share into 0 % or 100 % unless it
is exactly that.
"""

from __future__ import annotations

import math

from pilothouse.kernel.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US

UNKNOWN = "–"
THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY", "KRW"}
_MAGNITUDES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_WINDOW_UNITS = ((DAY_US, "day"), (HOUR_US, "hour"), (MINUTE_US, "minute"), (SECOND_US, "second"))


def is_known(value: float | None) -> bool:
    """Whether there is a finite number to show."""
    if value is None:
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the floats is still a number
        return True


def _grouped(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}" if digits else f"{round(value):,}"
    # Nothing is left of it after rounding: then there is no sign either.
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace(",", THIN).replace("-", MINUS)


def format_count(value: float | None) -> str:
    """``1234567`` as ``1 234 567``."""
    return _grouped(value, 0) if value is not None and is_known(value) else UNKNOWN


def format_number(value: float | None, digits: int | None = None) -> str:
    """A plain number with three meaningful digits, or with ``digits`` decimals."""
    if value is None or not is_known(value):
        return UNKNOWN
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return _scientific(value)
    if digits is None:
        digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
        if 0 < size < 0.1:
            digits = 4
    return _grouped(value, digits)


def _scientific(value: float) -> str:
    try:
        mantissa, _, power = f"{value:.2e}".partition("e")
    except OverflowError:
        text = str(abs(int(value)))
        mantissa, power = f"{'-' * (value < 0)}{text[0]}.{text[1:3]}", str(len(text) - 1)
    return f"{mantissa}e{int(power)}".replace("-", MINUS)


def format_compact(value: float | None) -> str:
    """At most about five signs, for axes: ``1.2M``, ``350``, ``0.05``."""
    if value is None or not is_known(value):
        return UNKNOWN
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return _scientific(value)
    for limit, letter in _MAGNITUDES:
        if size >= limit:
            return _trimmed(value / limit) + letter
    return _trimmed(value)


def _trimmed(value: float) -> str:
    text = f"{value:.4g}" if abs(value) >= 1 else f"{value:.3g}"
    return text.replace("-", MINUS)


def format_share(share: float | None, n: int | None = None) -> str:
    """A share 0..1 in percent, with no more digits than ``n`` observations can carry.

    >>> format_share(0.15342), format_share(0.15342, n=40), format_share(0.99999)
    ('15.3%', '15%', '>99.99%')
    """
    if share is None or not is_known(share):
        return UNKNOWN
    if abs(share) >= 1e6:
        return f"{format_number(share)}×"
    percent = share * 100
    size = abs(percent)
    if share in (0, 1):
        return f"{percent:.0f}%"
    if 0 < size < 0.01:
        return f"{MINUS if percent < 0 else ''}<0.01%"
    if 99.99 < percent < 100:
        return ">99.99%"
    digits = 0 if size >= 101 else 1 if 1 <= size <= 99 else 2
    if n is not None and n < 100 and 1 <= size <= 99:
        digits = 0
    return _grouped(percent, digits) + "%"


def format_interval(low: float | None, high: float | None, unit: str = "share") -> str:
    """``8.8–24.4%``: the unit once, where both ends carry the same."""
    if low is None or high is None or not (is_known(low) and is_known(high)):
        return UNKNOWN
    if unit == "share":
        first, last = format_share(low), format_share(high)
        if first == last:
            return first
        if first[0].isdigit() and last[0].isdigit():
            first = first.removesuffix("%")
    else:
        first, last = format_number(low), format_number(high)
    return f"{first} to {last}" if MINUS in first + last else f"{first}–{last}"


def format_money(value: float | None, currency: str = "") -> str:
    """``€1 250.00``; currencies without a known sign are spelt: ``CHF 12.50``."""
    if value is None or not is_known(value):
        return UNKNOWN
    size = abs(value)
    sign = MINUS if value < 0 else ""
    if size >= 1e15:
        amount = _scientific(size)
    else:
        amount = _grouped(size, 0 if currency in _WITHOUT_CENTS or size >= 1e5 else 2)
    return sign + _with_currency(amount, currency)


def _with_currency(amount: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    if symbol:
        return symbol + amount
    return f"{currency}{THIN}{amount}" if currency else amount


def format_value(value: float | None, unit: str = "number", currency: str = "") -> str:
    """A value of a chart or a figure, by its unit: count, share, money or number."""
    if unit == "share":
        return format_share(value)
    if unit == "money":
        return format_money(value, currency)
    return format_count(value) if unit == "count" and _is_whole(value) else format_number(value)


def _is_whole(value: float | None) -> bool:
    return value is None or not is_known(value) or value == int(value)


def format_tick(value: float, unit: str = "number", currency: str = "") -> str:
    """A label of an axis: short, and exact enough to tell neighbouring ticks apart."""
    if unit == "share":
        return _trimmed(round(value * 100, 10)) + "%"
    if unit == "money":
        sign = MINUS if value < 0 else ""
        return sign + _with_currency(format_compact(abs(value)), currency)
    return format_compact(value)


def format_delta(value: float | None, unit: str = "share", currency: str = "") -> str:
    """A change with its sign: ``+3.2%``, ``−12``, ``±0``."""
    if value is None or not is_known(value):
        return UNKNOWN
    if value == 0:
        return "±0%" if unit == "share" else "±0"
    text = format_value(abs(value), unit, currency)
    return ("+" if value > 0 else MINUS) + text


def format_duration(seconds: float | None) -> str:
    """The two largest parts: ``2 h 05 min``, ``3 d 4 h``, ``450 ms``."""
    if seconds is None or not is_known(seconds):
        return UNKNOWN
    sign = MINUS if seconds < 0 else ""
    size = abs(seconds)
    if 0 < size < 1:
        return f"{sign}{max(1, round(size * 1000))}{THIN}ms"
    whole = round(size)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    if days:
        text = (
            f"{_grouped(days, 0)}{THIN}d {hours}{THIN}h" if hours else f"{_grouped(days, 0)}{THIN}d"
        )
    elif hours:
        text = f"{hours}{THIN}h {minutes:02d}{THIN}min" if minutes else f"{hours}{THIN}h"
    elif minutes:
        text = f"{minutes}{THIN}min {left:02d}{THIN}s" if left else f"{minutes}{THIN}min"
    else:
        text = f"{left}{THIN}s"
    return sign + text


def format_window(window_us: int) -> str:
    """``604800000000`` as ``7 days``."""
    for unit_us, word in _WINDOW_UNITS:
        if window_us and window_us % unit_us == 0:
            count = window_us // unit_us
            return f"{format_count(count)} {word}{'' if count == 1 else 's'}"
    return f"{format_number(window_us / SECOND_US)} seconds"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 step``, ``2 steps``, ``2 companies``; irregular words give both."""
    is_y = one.endswith("y") and one[-2:-1] not in "aeiou"
    usual = f"{one[:-1]}ies" if is_y else f"{one}s"
    return f"{format_count(count)} {one if count == 1 else many or usual}"

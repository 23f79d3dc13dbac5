"""Numbers of experiments as people read them in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MINUS = "\N{MINUS SIGN}"


def show_value(value: float | None, unit: str) -> str:
    """A value of an arm: ``12.40%`` or ``3.21``."""
    if value is None:
        return "not known"
    return f"{_signed(value * 100, 2)}%" if unit == "share" else _signed(value, 4)


def show_change(value: float | None, unit: str) -> str:
    """A difference with its sign: ``+2.3 points`` of shares, ``+12.3%`` relative, ``+0.4``."""
    if value is None:
        return "not known"
    text = _size(value, unit)
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return f"{sign}{text}{_suffix(unit)}"


def show_range(estimate: Mapping[str, Any], unit: str) -> str:
    """``0.4 to 4.2 points``; an open end is said."""
    low, high = estimate["low"], estimate["high"]
    first = "without lower end" if low is None else _ended(low, unit)
    last = "without upper end" if high is None else _ended(high, unit)
    return f"{first} to {last}{_suffix(unit)}"


def _ended(value: float, unit: str) -> str:
    sign = MINUS if value < 0 else ""
    return f"{sign}{_size(value, unit)}"


def _size(value: float, unit: str) -> str:
    if unit in {"share", "relative"}:
        return f"{abs(value) * 100:.2f}" if unit == "share" else f"{abs(value) * 100:.1f}"
    return f"{abs(value):,.4g}"


def _suffix(unit: str) -> str:
    return {"share": " points", "relative": "%"}.get(unit, "")


def _signed(value: float, digits: int) -> str:
    sign = MINUS if value < 0 else ""
    text = f"{abs(value):.{digits}f}" if digits == 2 else f"{abs(value):,.{digits}g}"
    return sign + text

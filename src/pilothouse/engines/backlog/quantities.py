"""Quantities as people give them: a number, a range, or a few values with their chances.

A range ``low..high`` says "nine times in ten between these": its ends are the 5th and the 95th
percentile. What lies between follows the shape of the input (`Shape`); nothing else is assumed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pilothouse.kernel.errors import InvalidValueError

Shape = Literal["positive", "share", "scale", "any"]
SHAPES: dict[Shape, str] = {
    "positive": "lognormal with 5 % below and 5 % above the range; its middle is geometric",
    "share": "uniform with 5 % below and 5 % above the range, cut at 0 and 100 %",
    "scale": "uniform with 5 % below and 5 % above the range, cut at the ends of the scale",
    "any": "normal with 5 % below and 5 % above the range",
}
# A table holds this many equally likely values; 11 of the 16 bits of a draw choose one.
TABLE_BITS = 11
TABLE_SIZE = 1 << TABLE_BITS
LARGEST, SMALLEST, WIDEST = 1e12, 1e-6, 1e6
_Z95 = NormalDist().inv_cdf(0.95)
_NUMBER = r"[+-]?(?:\d{1,3}(?:[, _]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
_CELL = re.compile(rf"({_NUMBER})\s*(%?)")
_RANGE = re.compile(r"\s*(?:\.\.+|…|–|\bto\b)\s*")
_REMEDY = "Write a number (2000), a range (1000..4000) or values with chances (1:30% | 2:70%)."


@dataclass(frozen=True)
class Quantity:
    """One input: a number (``low == high``), a range, or ``values`` with chances that add to 1.

    ``is_percent`` tells that it was written with a percent sign; its numbers are as written then
    (80, not 0.8). ``low`` and ``high`` of a set are its smallest and largest value.
    """

    low: float
    high: float
    values: tuple[tuple[float, float], ...] = ()
    is_percent: bool = False

    @property
    def is_certain(self) -> bool:
        return self.low == self.high

    def scaled(self, factor: float) -> Quantity:
        """The same in another unit, such as per month instead of per quarter."""
        values = tuple((value * factor, chance) for value, chance in self.values)
        return Quantity(self.low * factor, self.high * factor, values)

    def middle(self, shape: Shape) -> float:
        """What a point score takes: the median."""
        if self.values:
            return _median(self.values)
        if self.is_certain:
            return self.low
        if shape == "positive":
            return math.sqrt(self.low * self.high)
        return (self.low + self.high) / 2


def _median(values: tuple[tuple[float, float], ...]) -> float:
    """Between two values that halve the chances, their mean: 1.5 of 1 and 2."""
    below = 0.0
    for place, (value, chance) in enumerate(values):
        below += chance
        if abs(below - 0.5) < 1e-9:
            return (value + values[place + 1][0]) / 2
        if below > 0.5:
            return value
    return values[-1][0]


def number(value: float) -> Quantity:
    """A quantity that is known."""
    return _checked(Quantity(float(value), float(value)))


def spread(low: float, high: float) -> Quantity:
    """A range: nine times in ten between ``low`` and ``high``."""
    return _checked(Quantity(float(low), float(high)))


def choice(*values: float | tuple[float, float]) -> Quantity:
    """Values with chances, or with equal chances: ``choice(0.5, 1, 2)``, ``choice((1, 0.3), ...)``.

    Chances are scaled so that they add up to 1.
    """
    pairs = [each if isinstance(each, tuple) else (each, 1.0) for each in values]
    total = math.fsum(chance for _, chance in pairs)
    if not pairs or total <= 0 or any(chance < 0 for _, chance in pairs):
        raise InvalidValueError("chances are positive and add up to 1.", value=values)
    kept = tuple((float(value), chance / total) for value, chance in sorted(pairs) if chance > 0)
    return _checked(Quantity(kept[0][0], kept[-1][0], kept if len(kept) > 1 else ()))


def parse_quantity(text: str) -> Quantity:
    """Read what a person wrote.

    >>> parse_quantity("1000..4000").high
    4000.0
    >>> parse_quantity("80%").is_percent
    True
    >>> parse_quantity("1:30% | 2:70%").values
    ((1.0, 0.3), (2.0, 0.7))
    """
    text = text.strip()
    if "|" in text:
        return _parse_choice(text)
    parts = _RANGE.split(text)
    if len(parts) > 2:
        raise InvalidValueError("a range has two ends.", value=text, remedy=_REMEDY)
    ends = [_parse_number(part, text) for part in parts]
    is_percent = any(percent for _, percent in ends)
    return _checked(Quantity(ends[0][0], ends[-1][0], (), is_percent), text)


def _parse_choice(text: str) -> Quantity:
    pairs, is_percent = [], False
    for part in text.split("|"):
        value, _, chance = part.partition(":")
        number_, percent = _parse_number(value, text)
        is_percent = is_percent or percent
        weight, of_hundred = _parse_number(chance, text) if chance.strip() else (1.0, False)
        pairs.append((number_, weight / 100 if of_hundred else weight))
    made = choice(*pairs)
    return Quantity(made.low, made.high, made.values, is_percent)


def _parse_number(part: str, text: str) -> tuple[float, bool]:
    match = _CELL.fullmatch(part.strip())
    digits = re.sub(r"[, _]", "", match[1]) if match else ""
    try:
        return float(digits), bool(match and match[2])
    except ValueError:
        raise InvalidValueError("this is no quantity.", value=text, remedy=_REMEDY) from None


def _checked(quantity: Quantity, text: str | None = None) -> Quantity:
    given = f"{quantity.low:g}..{quantity.high:g}" if text is None else text
    numbers = [quantity.low, quantity.high, *(value for value, _ in quantity.values)]
    if not all(math.isfinite(each) for each in numbers):
        raise InvalidValueError("a quantity is a finite number.", value=given)
    if quantity.low > quantity.high:
        raise InvalidValueError(
            "a range goes from low to high.", value=given, remedy="Turn its ends around."
        )
    if any(abs(each) > LARGEST or 0 < abs(each) < SMALLEST for each in numbers):
        raise InvalidValueError(
            "a quantity is 0 or lies between a millionth and a million million.",
            value=given,
            remedy="Use another unit.",
        )
    return quantity


def check_range(quantity: Quantity, shape: Shape, name: str) -> None:
    """Refuse a range that its shape cannot have: raises InvalidValueError."""
    if shape != "positive" or quantity.values or quantity.is_certain:
        return
    given = f"{quantity.low:g}..{quantity.high:g}"
    if quantity.low <= 0:
        raise InvalidValueError(
            f"a range of {name} starts above 0.",
            value=given,
            remedy="Give the small number that it may really be, such as 1.",
        )
    if quantity.high / quantity.low > WIDEST:
        raise InvalidValueError(
            f"a range of {name} over more than a million to one says nothing.",
            value=given,
            remedy="Narrow it.",
        )


@lru_cache(maxsize=1)
def _middles() -> NDArray[np.float64]:
    return (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE


@lru_cache(maxsize=1)
def _normal() -> NDArray[np.float64]:
    quantile = NormalDist().inv_cdf
    return np.array([quantile(p) for p in _middles()])


def table_of(
    quantity: Quantity, shape: Shape, ends: tuple[float, float] = (-LARGEST, LARGEST)
) -> NDArray[np.float64]:
    """``TABLE_SIZE`` equally likely values in rising order: the quantiles at (i + 1/2) / size."""
    if quantity.values:
        edges = np.cumsum([chance for _, chance in quantity.values])
        places = np.searchsorted(edges, _middles(), side="right")
        table: NDArray[np.float64] = np.array([value for value, _ in quantity.values])
        table = table[np.minimum(places, len(table) - 1)]
        return np.clip(table, *ends)
    if quantity.is_certain:
        return np.full(TABLE_SIZE, quantity.low)
    if shape == "positive":
        sigma = math.log(quantity.high / quantity.low) / (2 * _Z95)
        return np.clip(quantity.middle(shape) * np.exp(sigma * _normal()), 1e-8, 1e14)
    if shape == "any":
        sigma = (quantity.high - quantity.low) / (2 * _Z95)
        return quantity.middle(shape) + sigma * _normal()
    margin = (quantity.high - quantity.low) / 18
    low, high = quantity.low - margin, quantity.high + margin
    even: NDArray[np.float64] = np.clip(low + (high - low) * _middles(), *ends)
    return even


def chance_below(quantity: Quantity, shape: Shape, value: float) -> float:
    """P(quantity < value) of a range or of values with chances; ``value`` within their ends."""
    if quantity.values:
        return math.fsum(chance for each, chance in quantity.values if each < value)
    low, high = quantity.low, quantity.high
    if shape == "positive":
        place = math.log(value / math.sqrt(low * high)) / math.log(high / low)
    else:
        place = (value - (low + high) / 2) / (high - low)
    if shape in {"share", "scale"}:
        return 0.5 + 0.9 * place
    return NormalDist().cdf(2 * _Z95 * place)


def to_json(quantity: Quantity) -> Any:
    """A number, ``{"low", "high"}`` or ``{"values": [[value, chance], ...]}``; shares as 0..1."""
    factor = 0.01 if quantity.is_percent else 1.0
    if quantity.values:
        return {"values": [[value * factor, chance] for value, chance in quantity.values]}
    if quantity.is_certain:
        return quantity.low * factor
    return {"low": quantity.low * factor, "high": quantity.high * factor}


def from_json(value: Any) -> Quantity:
    """What `to_json` gave, or a text as `parse_quantity` reads it."""
    try:
        if isinstance(value, str):
            return parse_quantity(value)
        if isinstance(value, dict) and "values" in value:
            return choice(*[(float(each), float(chance)) for each, chance in value["values"]])
        if isinstance(value, dict):
            return spread(float(value["low"]), float(value["high"]))
        return number(float(value))
    except (TypeError, ValueError, KeyError, OverflowError):
        raise InvalidValueError("this is no quantity.", value=value, remedy=_REMEDY) from None


def format_quantity(value: Any) -> str:
    """A stored input as it would be typed, such as ``1000..4000``."""
    quantity = value if isinstance(value, Quantity) else from_json(value)
    sign = "%" if quantity.is_percent else ""
    if quantity.values:
        return _format_choice(quantity.values, sign)
    if quantity.is_certain:
        return f"{_plain(quantity.low)}{sign}"
    return f"{_plain(quantity.low)}..{_plain(quantity.high)}{sign}"


def _format_choice(values: tuple[tuple[float, float], ...], sign: str) -> str:
    if all(abs(chance - 1 / len(values)) < 1e-9 for _, chance in values):
        return "|".join(f"{_plain(value)}{sign}" for value, _ in values)
    return " | ".join(f"{_plain(value)}{sign}:{100 * chance:.4g}%" for value, chance in values)


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.10g}"

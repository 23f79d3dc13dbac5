"""How far the source of a claim may move before the number in the text no longer stands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pilothouse.apps.documents.models import Tolerance
from pilothouse.kernel.errors import InvalidValueError

DEFAULT_RELATIVE = 0.1


@dataclass(frozen=True)
class Quoted:
    """A number as it was when somebody wrote it down, with the interval it had."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Allowed:
    """A kind of tolerance with its amount: 0.1 is 10 % if relative, else in the claim's unit."""

    tolerance: str
    amount: float | None = None

    @property
    def words(self) -> str:
        """The rule as a reader sees it."""
        if self.tolerance == Tolerance.INTERVAL or self.amount is None:
            return "stale outside the quoted interval"
        if self.tolerance == Tolerance.RELATIVE:
            return f"stale beyond ±{self.amount * 100:g} % of the quoted value"
        return f"stale beyond ±{self.amount:g}"


def parse_allowed(tolerance: str, amount: float | None, quoted: Quoted) -> Allowed:
    """A checked tolerance; without one the interval, or 10 % where there is no interval."""
    if not tolerance:
        has_interval = quoted.low is not None and quoted.high is not None
        if has_interval and amount is None:
            return Allowed(Tolerance.INTERVAL.value)
        return Allowed(Tolerance.RELATIVE.value, _parse_amount(amount, DEFAULT_RELATIVE))
    if tolerance not in Tolerance.values:
        raise InvalidValueError(
            f"a tolerance is one of {', '.join(Tolerance.values)}.", value=tolerance
        )
    if tolerance == Tolerance.INTERVAL:
        if quoted.low is None or quoted.high is None:
            raise InvalidValueError(
                "this number has no interval.", remedy="Give a relative or an absolute change."
            )
        return Allowed(tolerance)
    default = DEFAULT_RELATIVE if tolerance == Tolerance.RELATIVE else None
    return Allowed(tolerance, _parse_amount(amount, default))


def to_amount(tolerance: str, shown: float | None, unit: str) -> float | None:
    """An amount as people write it (10 for 10 %, 2 for two points of a share) in the claim's unit.

    >>> to_amount("relative", 10, "count"), to_amount("absolute", 2, "share")
    (0.1, 0.02)
    """
    if shown is None:
        return None
    is_percent = tolerance != Tolerance.ABSOLUTE or unit == "share"
    return shown / 100 if is_percent else shown


def is_beyond(allowed: Allowed, quoted: Quoted, value: float) -> bool:
    """Whether ``value`` is further from what was quoted than allowed; the edge is inside.

    >>> is_beyond(Allowed("relative", 0.1), Quoted(0.5), 0.56)
    True
    >>> is_beyond(Allowed("interval"), Quoted(0.15, 0.088, 0.244), 0.24)
    False
    """
    if allowed.tolerance == Tolerance.INTERVAL or allowed.amount is None:
        if quoted.low is None or quoted.high is None:
            return value != quoted.value
        return not quoted.low <= value <= quoted.high
    scale = abs(quoted.value) if allowed.tolerance == Tolerance.RELATIVE else 1.0
    # Sums of binary fractions miss the edge by a hair: 0.1 of 1000 is inside up to 1100.
    return abs(value - quoted.value) > allowed.amount * scale * (1 + 1e-9)


def _parse_amount(amount: float | None, default: float | None) -> float:
    given = default if amount is None else amount
    if given is None or not math.isfinite(given) or not 0 <= given <= 1e15:
        raise InvalidValueError(
            "a tolerance is a number of zero or more, such as 10 for 10 %.", value=amount
        )
    return given

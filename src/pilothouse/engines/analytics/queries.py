"""Questions about an event log, as frozen values.

Ranges are half-open and bound entry only; windows include their edge; periods are cut in a
named time zone. What each choice means is in docs/methods/analytics.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pilothouse.engines.analytics.columns import Scalar
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US, Period, TimeRange

Operator = Literal["is", "is-not", "contains", "greater", "less", "set", "not-set"]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
MeasureKind = Literal["count", "actors", "wau", "mau", "sum", "mean", "median"]
Immature = Literal["exclude", "include"]
RetentionKind = Literal["first"]
RetentionRule = Literal["on", "on-or-after"]

MAX_STEPS = 20
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Filter:
    """A condition on a property of an event.

    ``is``/``is-not`` take one or more values, ``contains`` (text, capitals ignored) likewise;
    ``greater``/``less`` take one number; ``set``/``not-set`` take none. A property that an
    event lacks is not set: only ``not-set`` and ``is-not`` hold for it.
    """

    property: str
    operator: Operator
    values: tuple[Scalar, ...] = ()

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise InvalidValueError(
                f"a filter's operator is one of {', '.join(OPERATORS)}.", value=self.operator
            )
        if self.operator in ("set", "not-set"):
            if self.values:
                raise InvalidValueError(f"'{self.operator}' takes no value.", value=self.values)
        elif not self.values:
            raise InvalidValueError(f"'{self.operator}' needs a value.", value=self.property)
        if self.operator in ("greater", "less"):
            if len(self.values) != 1:
                raise InvalidValueError(f"'{self.operator}' takes one number.", value=self.values)
            to_number(self.values[0])


def to_number(value: Scalar) -> float:
    """``value`` as a finite number; InvalidValueError when it is none."""
    try:
        number = float(value)
    except ValueError as error:
        raise InvalidValueError("this must be a number.", value=value) from error
    if not math.isfinite(number):
        raise InvalidValueError("a number must be finite.", value=value)
    return number


@dataclass(frozen=True)
class Selector:
    """Which events: those called ``event`` (None: any) that pass every filter."""

    event: str | None
    filters: tuple[Filter, ...] = ()

    @property
    def label(self) -> str:
        """The name to show for it."""
        return "any event" if self.event is None else self.event


@dataclass(frozen=True)
class Measure:
    """What a trend measures; ``property`` only for sum, mean and median."""

    kind: MeasureKind
    property: str | None = None


def parse_measure(text: str) -> Measure:
    """A measure written as ``count``, ``actors``, ``wau``, ``mau`` or ``sum:PROPERTY``.

    ``mean:`` and ``median:`` work like ``sum:``; ``actors`` by day is DAU.

    >>> parse_measure("sum:amount")
    Measure(kind='sum', property='amount')
    """
    kind, colon, name = text.strip().partition(":")
    for plain in ("count", "actors", "wau", "mau"):
        if kind == plain and not colon:
            return Measure(plain)
    for valued in ("sum", "mean", "median"):
        if kind == valued and name.strip():
            return Measure(valued, name.strip())
    raise InvalidValueError(
        "a measure is count, actors, wau, mau, sum:PROPERTY, mean:PROPERTY or median:PROPERTY.",
        value=text,
    )


@dataclass(frozen=True)
class FunnelQuery:
    """How many actors take ``steps`` in order within ``window_us`` of the first.

    ``range`` bounds the first step only. ``as_of_us`` (default: the last instant of the log)
    decides which starts are mature. ``filters`` hold for the events of all steps. Without
    ``timing`` the times between steps are left unknown, which is quicker.
    """

    steps: tuple[Selector, ...]
    window_us: int = 7 * DAY_US
    range: TimeRange | None = None
    as_of_us: int | None = None
    immature: Immature = "exclude"
    filters: tuple[Filter, ...] = ()
    breakdown: str | None = None
    timing: bool = True

    def __post_init__(self) -> None:
        if not 2 <= len(self.steps) <= MAX_STEPS:
            raise InvalidValueError(
                f"a funnel has 2 to {MAX_STEPS} steps.", value=f"{len(self.steps)} steps"
            )
        if self.window_us <= 0:
            raise InvalidValueError("a window is longer than zero.", value=self.window_us)
        if self.immature not in get_args(Immature):
            raise InvalidValueError("immature is exclude or include.", value=self.immature)


@dataclass(frozen=True)
class RetentionQuery:
    """Who comes back: cohorts by the period of the first start event ever.

    ``range`` bounds that start only. ``periods`` is the last column (None: as many as the log
    has). Rule ``on`` counts a return in period k, ``on-or-after`` in k or a later column.
    """

    start: Selector
    returning: Selector
    period: Period = "week"
    periods: int | None = None
    zone: ZoneInfo = UTC
    week_start: int = 0
    range: TimeRange | None = None
    as_of_us: int | None = None
    filters: tuple[Filter, ...] = ()
    kind: RetentionKind = "first"
    rule: RetentionRule = "on"

    def __post_init__(self) -> None:
        if self.periods is not None and not 0 <= self.periods <= 1000:
            raise InvalidValueError("periods lie between 0 and 1000.", value=self.periods)
        if self.kind not in get_args(RetentionKind):
            raise InvalidValueError("the kind of retention is first.", value=self.kind)
        if self.rule not in get_args(RetentionRule):
            raise InvalidValueError("the rule is on or on-or-after.", value=self.rule)
        check_week_start(self.week_start)


@dataclass(frozen=True)
class TrendQuery:
    """A measure of the selected events per period, every period of ``range`` shown.

    ``range`` None runs from the first to the last event of the log.
    """

    selector: Selector
    measure: Measure = Measure("count")
    period: Period = "day"
    zone: ZoneInfo = UTC
    week_start: int = 0
    range: TimeRange | None = None
    as_of_us: int | None = None
    filters: tuple[Filter, ...] = ()
    breakdown: str | None = None

    def __post_init__(self) -> None:
        check_week_start(self.week_start)


def check_week_start(day: int) -> None:
    """InvalidValueError unless 0 (Monday) to 6 (Sunday)."""
    if not 0 <= day <= 6:
        raise InvalidValueError("a week starts on day 0 (Monday) to 6 (Sunday).", value=day)

"""Scores of forecasts of a number or a date, given as a low, a middle and a high value.

The quantile score is twice the mean pinball loss over the three quantiles; with ever more quantiles
it becomes the CRPS. It has the unit of the thing forecast (Gneiting and Raftery 2007, section 6).
The interval score is theirs as well: the width, and a fine of 2/alpha for each unit outside.

A date that has not come by its horizon is censored. Quantiles and outcome are then both capped at
the horizon, always, also when the date has come: the capped variable is scored properly, because a
quantile of it is the capped quantile. Otherwise who hopes would be judged by another rule than who
was right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import Rate, wilson

LEVELS = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Range:
    """A forecast: with chance ``level`` it lies from ``low`` to ``high``; ``median`` between."""

    low: float
    median: float
    high: float
    level: float = 0.8

    def __post_init__(self) -> None:
        if not self.low <= self.median <= self.high:
            raise InvalidValueError(
                "a range goes from low over the middle to high.",
                value=f"{self.low:g}, {self.median:g}, {self.high:g}",
            )
        if self.level not in LEVELS:
            raise InvalidValueError(
                "the level of a range is 0.5, 0.8, 0.9 or 0.95.", value=self.level
            )

    def capped(self, horizon: float) -> Range:
        """The same forecast of the smaller of the thing and ``horizon``."""
        low, median, high = (min(x, horizon) for x in (self.low, self.median, self.high))
        return Range(low, median, high, self.level)


@dataclass(frozen=True)
class RangeScore:
    """How a range did. ``quantile_score`` and ``interval_score`` in the unit of the thing, 0 best.

    ``is_covered``: the outcome lay inside; None where a censored outcome cannot tell.
    ``side``: "inside", "below", "above" or "unknown".
    """

    quantile_score: float
    interval_score: float
    error: float
    is_covered: bool | None
    side: str


@dataclass(frozen=True)
class Coverage:
    """Ranges of one level: the share that held the outcome, which should be ``level``."""

    level: float
    rate: Rate
    below: int
    above: int
    unknown: int
    is_too_few: bool


def pinball(quantile: float, outcome: float, level: float) -> float:
    """The loss of the quantile at ``level`` (0..1): lowest on average at the true quantile.

    >>> round(pinball(10, 14, 0.9), 2), round(pinball(10, 4, 0.9), 2)
    (3.6, 0.6)
    """
    return (outcome - quantile) * (level - float(outcome < quantile))


def score_range(forecast: Range, outcome: float | None, horizon: float | None = None) -> RangeScore:
    """Score a range. ``outcome`` None: not come by ``horizon``, which must be given then.

    >>> score = score_range(Range(10, 20, 40, 0.8), 50)
    >>> score.interval_score, score.side
    (130.0, 'above')
    """
    if outcome is None and horizon is None:
        raise InvalidValueError("an outcome that has not come needs the horizon it was watched to.")
    judged, seen = forecast, outcome
    if horizon is not None:
        judged = forecast.capped(horizon)
        seen = horizon if outcome is None else min(outcome, horizon)
    assert seen is not None
    tail = (1 - forecast.level) / 2
    quantiles = ((judged.low, tail), (judged.median, 0.5), (judged.high, 1 - tail))
    side = _side(forecast, outcome, horizon)
    return RangeScore(
        quantile_score=2 * fsum(pinball(q, seen, level) for q, level in quantiles) / 3,
        interval_score=_interval_score(judged, seen),
        error=abs(seen - judged.median),
        is_covered=None if side == "unknown" else side == "inside",
        side=side,
    )


def measure_coverage(scored: Sequence[tuple[Range, RangeScore]], enough: int) -> list[Coverage]:
    """How often ranges held what came, for each level that was used."""
    found = []
    for level in sorted({each.level for each, _ in scored}):
        sides = [score.side for each, score in scored if each.level == level]
        known = [side for side in sides if side != "unknown"]
        found.append(
            Coverage(
                level=level,
                rate=wilson(known.count("inside"), len(known)),
                below=known.count("below"),
                above=known.count("above"),
                unknown=len(sides) - len(known),
                is_too_few=len(known) < enough,
            )
        )
    return found


def _interval_score(forecast: Range, outcome: float) -> float:
    alpha = 1 - forecast.level
    missed = max(forecast.low - outcome, 0.0) + max(outcome - forecast.high, 0.0)
    # In tenths of a percent the fine is a whole number for every level there is.
    return forecast.high - forecast.low + 2 * missed * 1000 / round(alpha * 1000)


def _side(forecast: Range, outcome: float | None, horizon: float | None) -> str:
    if outcome is None:
        assert horizon is not None
        return "above" if horizon >= forecast.high else "unknown"
    if outcome < forecast.low:
        return "below"
    return "above" if outcome > forecast.high else "inside"

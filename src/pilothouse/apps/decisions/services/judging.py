"""One forecast held against what came. Pure: no database here.

Judged is what was said before the outcome could be known: the last word is the score, the first
word and the mean over time stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilothouse.apps.decisions.models import ForecastKind, Outcome
from pilothouse.engines.decisions import (
    Range,
    RangeScore,
    brier,
    log_loss,
    score_range,
    weigh_brier,
)


@dataclass(frozen=True)
class RangeSaid:
    """A range as it was said: numbers, or days."""

    low: float | date
    median: float | date
    high: float | date
    level: float

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> RangeSaid:
        low, median, high = (_read(given[part]) for part in ("low", "median", "high"))
        return cls(low, median, high, float(given["level"]))

    def to_json(self) -> dict[str, Any]:
        """As it is stored: days as ISO texts."""
        parts = {"low": self.low, "median": self.median, "high": self.high}
        plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in parts.items()}
        return {**plain, "level": self.level}

    def to_range(self) -> Range:
        """For the engine: days are counted from the year 1."""
        low, median, high = (to_number(x) for x in (self.low, self.median, self.high))
        return Range(low, median, high, self.level)


@dataclass(frozen=True)
class Judgement:
    """How a forecast did. ``reason`` says why it is not scored; then nothing else is known.

    For yes or no: ``probability`` the last word, ``first`` the first, with their Brier scores and
    the one weighted by time; ``log_score`` None is infinite. For ranges: ``range`` and ``score``.
    """

    reason: str = ""
    happened: bool | None = None
    probability: float | None = None
    first: float | None = None
    brier: float | None = None
    brier_first: float | None = None
    brier_over_time: float | None = None
    log_score: float | None = None
    range: Range | None = None
    score: RangeScore | None = None

    @property
    def is_scored(self) -> bool:
        return not self.reason


Said = Sequence[tuple[datetime, float | None, RangeSaid | None]]


def judge(
    kind: ForecastKind,
    said: Said,
    *,
    outcome: Outcome,
    value: float | None,
    day: date | None,
    known_at: datetime,
    resolve_by: date,
) -> Judgement:
    """Score what was said before ``known_at``."""
    if outcome == Outcome.VOID:
        return Judgement(reason="void: it could not be judged")
    in_time = [each for each in said if each[0] < known_at]
    if not in_time:
        return Judgement(reason="made when the outcome could be known already")
    if kind == ForecastKind.BINARY:
        history = [(at.timestamp(), p) for at, p, _ in in_time if p is not None]
        return _judge_binary(history, known_at, outcome == Outcome.YES)
    ranges = [each for _, _, each in in_time if each is not None]
    came = None if outcome == Outcome.NEVER else value if day is None else to_number(day)
    horizon = to_number(resolve_by) if kind == ForecastKind.DATE else None
    judged = ranges[-1].to_range()
    return Judgement(range=judged, score=score_range(judged, came, horizon))


def to_number(value: float | date) -> float:
    """A day as the number of days since the year 1; a number as it is."""
    return float(value.toordinal()) if isinstance(value, date) else float(value)


def _judge_binary(
    history: Sequence[tuple[float, float]],
    known_at: datetime,
    happened: bool,  # noqa: FBT001
) -> Judgement:
    first, last = history[0][1], history[-1][1]
    loss = log_loss(last, outcome=happened)
    return Judgement(
        happened=happened,
        probability=last,
        first=first,
        brier=brier(last, outcome=happened),
        brier_first=brier(first, outcome=happened),
        brier_over_time=weigh_brier(history, known_at.timestamp(), outcome=happened),
        log_score=None if loss == float("inf") else loss,
    )


def _read(given: Any) -> float | date:
    return date.fromisoformat(given) if isinstance(given, str) else float(given)

"""Exposures: which arm of an experiment an actor saw first, and what came of it afterwards.

One pass over the postings of the exposure and of each outcome, by arrays alone. What each choice
means is in docs/methods/exposures.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from pilothouse.engines.analytics.columns import Array, format_value
from pilothouse.engines.analytics.groups import group_rows
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import to_units
from pilothouse.engines.analytics.postings import Posting, select
from pilothouse.engines.analytics.queries import Selector
from pilothouse.engines.analytics.values import list_numbers
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import DAY_US, TimeRange

OutcomeKind = Literal["conversion", "count", "sum"]
MAX_ARMS = 20
_NEVER = np.int64(1 << 62)


@dataclass(frozen=True)
class Outcome:
    """What is looked for after exposure: ``conversion`` (at least one such event), ``count`` (how
    many) or ``sum`` of ``property``, within ``window_us`` of the exposure, its edge included."""

    selector: Selector
    kind: OutcomeKind = "conversion"
    window_us: int = 7 * DAY_US
    property: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(OutcomeKind):
            raise InvalidValueError(
                f"an outcome is one of {', '.join(get_args(OutcomeKind))}.", value=self.kind
            )
        if self.kind == "sum" and not self.property:
            raise InvalidValueError("a sum needs the property that is summed.")
        if self.window_us <= 0:
            raise InvalidValueError("a window is longer than zero.", value=self.window_us)


@dataclass(frozen=True)
class ExposureQuery:
    """Who saw which arm: ``exposure`` events whose ``property`` says one of ``arms``.

    ``range`` bounds the first exposure of an actor; who was exposed before it is left out and
    counted. ``as_of_us`` (default: the last instant of the log) decides which windows are closed.
    Actors first exposed before ``sealed_us`` are counted too.
    """

    exposure: Selector
    property: str
    arms: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    range: TimeRange | None = None
    as_of_us: int | None = None
    sealed_us: int | None = None

    def __post_init__(self) -> None:
        if not 2 <= len(self.arms) <= MAX_ARMS or len(set(self.arms)) != len(self.arms):
            raise InvalidValueError(
                f"an experiment has 2 to {MAX_ARMS} arms, each once.", value=", ".join(self.arms)
            )


@dataclass(frozen=True)
class ArmOutcome:
    """An outcome in one arm: ``units`` whose window is closed, those ``immature`` left out, the
    sum of the values of all units and the sum of their squares (a conversion is 0 or 1)."""

    units: int
    immature: int
    total: float
    total_squares: float


@dataclass(frozen=True)
class ExposureResult:
    """Exposed actors of each arm (``units``), and what was left out, each counted.

    ``crossed``: in more than one arm. ``early``: exposed before the range as well. ``elsewhere``:
    exposed only with another value or none. ``before_sealing``: exposed before it was sealed,
    whatever became of them. ``outcomes[m][a]``: outcome m in arm a.
    """

    units: tuple[int, ...]
    crossed: int
    early: int
    elsewhere: int
    before_sealing: int
    first_us: int | None
    outcomes: tuple[tuple[ArmOutcome, ...], ...]


@dataclass(frozen=True, eq=False)
class _Exposed:
    """The actors who count: who, in which arm, when (log units) and in which row."""

    actors: Array
    arms: Array
    times: Array
    rows: Array


@dataclass(frozen=True, eq=False)
class _Seen:
    """All exposures to one of the arms, in the order of the log; ``everybody`` who has any."""

    actors: Array
    arms: Array
    times: Array
    rows: Array
    everybody: int


def measure_exposures(log: EventLog, query: ExposureQuery) -> ExposureResult:
    """The arms of ``query`` with their outcomes.

    >>> log = EventLog.from_rows([
    ...     ("ann", "seen", 0, {"arm": "new"}), ("ann", "buy", 5_000_000, {}),
    ...     ("bob", "seen", 0, {"arm": "old"}),
    ... ])
    >>> query = ExposureQuery(Selector("seen"), "arm", ("old", "new"),
    ...     (Outcome(Selector("buy"), window_us=5_000_000),), as_of_us=9_000_000)
    >>> result = measure_exposures(log, query)
    >>> result.units, [arm.total for arm in result.outcomes[0]]
    ((1, 1), [0.0, 1.0])
    """
    seen = _read_exposures(log, query)
    exposed, left_out = _first_exposures(log, query, seen)
    first = exposed.times.min(initial=_NEVER)
    as_of = query.as_of_us if query.as_of_us is not None else (log.last_us or 0)
    count = len(query.arms)
    return ExposureResult(
        units=tuple(np.bincount(exposed.arms, minlength=count).tolist()),
        first_us=None if first == _NEVER else int(first) * log.time_unit_us + log.time_base_us,
        outcomes=tuple(_measure(log, each, exposed, count, as_of) for each in query.outcomes),
        **left_out,
    )


def count_first_exposures(log: EventLog, selector: Selector, start_us: int, end_us: int) -> int:
    """How many actors have their first such event in the range: the traffic to plan with."""
    _, times, _ = select(log, selector).firsts
    low, high = to_units(log, start_us), to_units(log, end_us)
    when = times.astype(np.int64)
    return int(np.count_nonzero((when >= low) & (when < high)))


def _rows_of(posting: Posting) -> Array:
    if len(posting.rows) or not len(posting.times):
        return posting.rows.astype(np.int64)
    return np.arange(len(posting.times), dtype=np.int64)


def _actors_of(posting: Posting) -> Array:
    """The actor of each row."""
    sizes: Array = np.diff(posting.offsets.astype(np.int64))
    return np.repeat(posting.actors.astype(np.int64), sizes)


def _arms_of(log: EventLog, query: ExposureQuery, rows: Array) -> Array:
    """The arm of each exposure, -1 where its value is none of them."""
    codes, values = group_rows(log.property(query.property), rows)
    wanted = {arm: place for place, arm in enumerate(query.arms)}
    table = [-1, *(wanted.get(format_value(value), -1) for value in values)]
    return np.array(table, dtype=np.int64)[codes]


def _read_exposures(log: EventLog, query: ExposureQuery) -> _Seen:
    posting = select(log, query.exposure)
    rows, actors = _rows_of(posting), _actors_of(posting)
    arms = _arms_of(log, query, rows)
    known = arms >= 0
    return _Seen(
        actors[known], arms[known], posting.times.astype(np.int64)[known], rows[known],
        everybody=len(posting.actors),
    )  # fmt: skip


def _first_exposures(
    log: EventLog, query: ExposureQuery, seen: _Seen
) -> tuple[_Exposed, dict[str, int]]:
    """The first exposure of each actor in range who saw one arm only; and who was left out."""
    within, sealed = query.range, query.sealed_us
    low = -_NEVER if within is None else to_units(log, within.start_us)
    inside = seen.times < (_NEVER if within is None else to_units(log, within.end_us))
    actors, arms = seen.actors[inside], seen.arms[inside]
    times, rows = seen.times[inside], seen.rows[inside]
    # Rows are in order of (actor, time): the first of an actor is the first exposure.
    who, first = np.unique(actors, return_index=True)
    early = times[first] < low
    crossed = np.zeros(len(who), dtype=np.bool_)
    if len(who):
        crossed = np.minimum.reduceat(arms, first) != np.maximum.reduceat(arms, first)
        crossed &= ~early
    chosen = first[~early & ~crossed]
    exposed = _Exposed(actors[chosen], arms[chosen], times[chosen], rows[chosen])
    before = 0 if sealed is None else np.count_nonzero(times[first] < to_units(log, sealed))
    return exposed, {
        "crossed": int(np.count_nonzero(crossed)),
        "early": int(np.count_nonzero(early)),
        "elsewhere": seen.everybody - len(np.unique(seen.actors)),
        "before_sealing": int(before),
    }


def _measure(
    log: EventLog, outcome: Outcome, exposed: _Exposed, arms: int, as_of_us: int
) -> tuple[ArmOutcome, ...]:
    window = outcome.window_us // log.time_unit_us
    mature = (as_of_us - outcome.window_us - log.time_base_us) // log.time_unit_us + 1
    is_mature = exposed.times < mature
    values = _values(log, outcome, exposed, window)[is_mature]
    own = exposed.arms[is_mature]
    units = np.bincount(own, minlength=arms)
    young = np.bincount(exposed.arms[~is_mature], minlength=arms)
    totals = np.bincount(own, weights=values, minlength=arms)
    squares = np.bincount(own, weights=values * values, minlength=arms)
    return tuple(
        ArmOutcome(int(units[a]), int(young[a]), float(totals[a]), float(squares[a]))
        for a in range(arms)
    )


def _values(log: EventLog, outcome: Outcome, exposed: _Exposed, window: int) -> Array:
    """The value of the outcome for each exposed actor."""
    posting = select(log, outcome.selector)
    rows = _rows_of(posting)
    actors = _actors_of(posting)
    place = np.searchsorted(exposed.actors, actors)
    place[place == len(exposed.actors)] = 0
    if not len(exposed.actors):
        return np.zeros(0)
    since = posting.times.astype(np.int64) - exposed.times[place]
    counted = (exposed.actors[place] == actors) & (rows > exposed.rows[place]) & (since <= window)
    weights = None
    if outcome.kind == "sum":
        numbers = list_numbers(log.property(outcome.property), rows[counted])
        weights = np.where(np.isnan(numbers), 0.0, numbers)
    values = np.bincount(place[counted], weights=weights, minlength=len(exposed.actors))
    return (values > 0).astype(np.float64) if outcome.kind == "conversion" else values.astype(float)


def list_arm_values(log: EventLog, exposure: Selector, name: str, most: int = 20) -> Sequence[str]:
    """The values that ``name`` has on exposures, the most frequent first."""
    codes, values = group_rows(log.property(name), _rows_of(select(log, exposure)))
    counts = np.bincount(codes, minlength=len(values) + 1)[1:]
    order = np.argsort(-counts, kind="stable")[:most]
    return [format_value(values[k]) for k in order if counts[k]]

"""Delivery forecasts from throughput: "when for how many" and "how many by when", exactly.

Each future period repeats one of the history's periods with equal chance and independently, zeros
included. The distribution of the sum is a convolution: no simulation, no seed, the same answer
every time. A band around each chance tells how much of it rests on a short history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from pilothouse.engines.roadmap.forecast_band import DRAWS, LEVEL, band, draw_weights
from pilothouse.engines.roadmap.forecast_convolution import Floats, at_least, walk
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import Period

PERCENTILES = (50, 70, 85, 95)
FEWEST_PERIODS = 6
MOST_PERIODS = 520
MOST_ITEMS = 5_000
MOST_COUNT = 5_000
BAND_SEED = 20_261_123
_SURE = 0.995
_SHOWN_WITHOUT_HOPE = 12
_NEGLIGIBLE = 1e-13


@dataclass(frozen=True)
class Throughput:
    """How many items were finished in each period of history, the oldest first, zeros included."""

    counts: tuple[int, ...]
    period: Period = "week"

    def __post_init__(self) -> None:
        if not 1 <= len(self.counts) <= MOST_PERIODS:
            raise InvalidValueError(
                f"a history has 1 to {MOST_PERIODS} periods.",
                value=len(self.counts),
                remedy="Give finished items per week, such as 3,5,2,0,4,6.",
            )
        for count in self.counts:
            if not 0 <= count <= MOST_COUNT:
                raise InvalidValueError(
                    f"finished items in a period are 0 to {MOST_COUNT:,}.", value=count
                )

    @property
    def n(self) -> int:
        """Periods of history."""
        return len(self.counts)

    @property
    def mean(self) -> float:
        """Finished items in a period, on average."""
        return sum(self.counts) / len(self.counts)

    @property
    def is_thin(self) -> bool:
        """Whether the history is too short to be trusted."""
        return self.n < FEWEST_PERIODS


@dataclass(frozen=True)
class Chance:
    """The chance ``p`` that belongs to ``count`` periods or items; ``low``..``high`` is its 95 %
    band, None where it was not computed."""

    count: int
    p: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ScopeForecast:
    """When ``items`` are done: a chance for each period, the first is period 1.

    ``percentiles`` maps 50, 70, 85 and 95 to the first period with at least that chance, None where
    none within the horizon has it. ``late`` is the chance of not being done by the last period.
    """

    items: int
    chances: tuple[Chance, ...]
    percentiles: Mapping[int, int | None]
    warning: str
    semantics: tuple[tuple[str, str], ...]

    @property
    def late(self) -> float:
        return 1.0 - self.chances[-1].p


@dataclass(frozen=True)
class DateForecast:
    """How many items are done after ``periods``: P(n or more) for n = 1, 2, ...

    ``percentiles`` maps 50, 70, 85 and 95 to the most items with at least that chance.
    """

    periods: int
    chances: tuple[Chance, ...]
    percentiles: Mapping[int, int]
    mean: float
    warning: str
    semantics: tuple[tuple[str, str], ...]


def forecast_scope(
    history: Throughput, items: int, *, factors: Sequence[float] = (), with_band: bool = True
) -> ScopeForecast:
    """When ``items`` will be done.

    ``factors`` scale the capacity period by period (0 is a period off); the last one stays.

    >>> forecast = forecast_scope(Throughput((3, 5, 2, 0, 4, 6)), 12)
    >>> [round(chance.p, 3) for chance in forecast.chances[1:6]]
    [0.028, 0.347, 0.682, 0.874, 0.957]
    """
    check_items(items)
    check_factors(factors)
    done = _run_until_sure(history, items, factors)
    low, high = _scope_band(history, items, factors, len(done)) if with_band else (None, None)
    return ScopeForecast(
        items=items,
        chances=_to_chances(done, low, high),
        percentiles={p: first_at(done, p / 100) for p in PERCENTILES},
        warning=warn_of(history),
        semantics=describe(history, factors),
    )


def forecast_date(
    history: Throughput, periods: int, *, factors: Sequence[float] = (), with_band: bool = True
) -> DateForecast:
    """How many items will be done after ``periods``.

    >>> forecast = forecast_date(Throughput((3, 5, 2, 0, 4, 6)), 4)
    >>> round(forecast.chances[8].p, 3), round(forecast.chances[9].p, 3), forecast.percentiles[85]
    (0.883, 0.83, 9)
    """
    check_periods(periods)
    check_factors(factors)
    most = _most_items(history, periods, factors)
    state = _state_after(history.counts, most, periods, factors, None)
    chances = at_least(state)[0]
    shown = max(1, min(most, int(np.count_nonzero(chances[1:] > 1 - _SURE))))
    found = bound_counts(history, most, [periods], factors) if with_band else {}
    bounds = found.get(periods)
    low, high = (None, None) if bounds is None else (b[1 : shown + 1] for b in bounds)
    return DateForecast(
        periods=periods,
        chances=_to_chances(chances[1 : shown + 1], low, high),
        percentiles={p: _most_at(chances, p / 100) for p in PERCENTILES},
        mean=float(chances[1:].sum()),
        warning=warn_of(history),
        semantics=describe(history, factors),
    )


def cumulate(
    history: Throughput, items: int, periods: int, factors: Sequence[float] = ()
) -> Floats:
    """P(n or more items after k periods), array of periods + 1 rows and items + 1 columns."""
    check_items(items)
    check_periods(periods)
    check_factors(factors)
    start = np.zeros(items + 1)
    start[0] = 1.0
    rows = [start]
    for state in islice(walk(history.counts, items, factors), periods):
        rows.append(at_least(state)[0])
        if rows[-1][-1] > 1 - _NEGLIGIBLE:
            break
    rows += [rows[-1]] * (periods + 1 - len(rows))
    return np.maximum.accumulate(np.vstack(rows), axis=0)


def bound_counts(
    history: Throughput, items: int, periods: Collection[int], factors: Sequence[float] = ()
) -> dict[int, tuple[Floats, Floats]]:
    """The 95 % band of P(n or more), n = 0..items, after each period; empty if too large."""
    weights = draw_weights(history.n, _work(history, items, max(periods, default=0)), BAND_SEED)
    if weights is None:
        return {}
    found: dict[int, tuple[Floats, Floats]] = {}
    for period, state in enumerate(walk(history.counts, items, factors, weights), start=1):
        is_settled = bool(state[:, -1].min() > 1 - _NEGLIGIBLE)
        if period in periods or is_settled:
            bounds = band(at_least(state))
            # Once all is done in every draw nothing moves any more.
            found |= {p: bounds for p in periods if p == period or (is_settled and p > period)}
        if is_settled or period >= max(periods):
            break
    return found


def first_at(done: Floats, share: float) -> int | None:
    """The first period (from 1) by which the chance is at least ``share``."""
    places = np.flatnonzero(done >= share - 1e-12)
    return int(places[0]) + 1 if places.size else None


def warn_of(history: Throughput) -> str:
    """What must be said about a short or empty history; empty when nothing."""
    if not any(history.counts):
        return "Nothing was finished in this history, so no forecast can be made from it."
    if history.is_thin:
        return (
            f"Too few: {history.n} {history.period}s of history; {FEWEST_PERIODS} or more are "
            "needed before these chances mean much. The band shows how wide the truth may lie."
        )
    return ""


def describe(history: Throughput, factors: Sequence[float] = ()) -> tuple[tuple[str, str], ...]:
    """The rules behind a forecast."""
    rules = [
        ("method", "exact convolution of independent periods, no simulation"),
        ("history", f"{history.n} {history.period}s, zeros included, each with the same chance"),
        ("band", f"{LEVEL:.0%}, Bayesian bootstrap over the history ({DRAWS} draws, fixed seed)"),
        ("assumes", "the future resembles the history; items are of like size; scope is fixed"),
    ]
    if factors:
        shown = ", ".join(f"{factor:g}" for factor in factors[:12])
        rules.append(("capacity", f"{shown}{' ...' if len(factors) > 12 else ''}; the last stays"))
    return tuple(rules)


def check_items(items: int) -> None:
    """Refuse a scope that is none or too large."""
    if not 1 <= items <= MOST_ITEMS:
        raise InvalidValueError(f"a scope has 1 to {MOST_ITEMS:,} items.", value=items)


def check_periods(periods: int) -> None:
    """Refuse a horizon in the past or too far away."""
    if not 1 <= periods <= MOST_PERIODS:
        raise InvalidValueError(
            f"a forecast looks 1 to {MOST_PERIODS} periods ahead.", value=periods
        )


def check_factors(factors: Sequence[float]) -> None:
    """Refuse capacities that mean nothing."""
    for factor in factors:
        if not 0 <= factor <= 10:
            raise InvalidValueError(
                "a capacity factor lies between 0 (off) and 10; 1 is as in the history.",
                value=factor,
            )


def _run_until_sure(history: Throughput, items: int, factors: Sequence[float]) -> Floats:
    done: list[float] = []
    hopeless = not any(history.counts) or (bool(factors) and not any(factors))
    limit = _SHOWN_WITHOUT_HOPE if hopeless else MOST_PERIODS
    for state in islice(walk(history.counts, items, factors), limit):
        done.append(min(float(state[0, items]), 1.0))
        if done[-1] >= _SURE:
            break
    return np.maximum.accumulate(np.asarray(done))


def _most_items(history: Throughput, periods: int, factors: Sequence[float]) -> int:
    top = max(history.counts)
    scale = max([1.0, *factors])
    return max(1, min(MOST_ITEMS, int((top * scale + 1) * periods)))


def _state_after(
    counts: Sequence[int],
    items: int,
    periods: int,
    factors: Sequence[float],
    weights: Floats | None,
) -> Floats:
    return next(islice(walk(counts, items, factors, weights), periods - 1, periods))


def _scope_band(
    history: Throughput, items: int, factors: Sequence[float], periods: int
) -> tuple[Floats | None, Floats | None]:
    weights = draw_weights(history.n, _work(history, items, periods), BAND_SEED)
    if weights is None:
        return None, None
    states = islice(walk(history.counts, items, factors, weights), periods)
    low, high = band(np.column_stack([state[:, items] for state in states]))
    return np.maximum.accumulate(low), np.maximum.accumulate(high)


def _work(history: Throughput, items: int, periods: int) -> int:
    # Far beyond the mean pace all is done in nearly every draw, and the walk ends.
    needed = 20 + int(4 * items / max(history.mean, 0.01))
    return len(set(history.counts)) * (items + 20) * min(periods, needed)


def _to_chances(chances: Floats, low: Floats | None, high: Floats | None) -> tuple[Chance, ...]:
    return tuple(
        Chance(
            count=place + 1,
            p=float(p),
            low=None if low is None else float(min(low[place], p)),
            high=None if high is None else float(min(max(high[place], p), 1.0)),
        )
        for place, p in enumerate(chances)
    )


def _most_at(chances: Floats, share: float) -> int:
    return int(np.count_nonzero(chances[1:] >= share - 1e-12))

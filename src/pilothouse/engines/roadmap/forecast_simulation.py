"""Forecasts by simulation, for what no convolution can say: scope that grows, urgent work that goes
first, a start that is not certain, or a history of cycle times only.

Every run takes a generator, so that a seed gives the same answer on every machine of one NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.roadmap.forecast import (
    MOST_PERIODS,
    PERCENTILES,
    Chance,
    Throughput,
    check_factors,
    check_items,
    warn_of,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import wilson

TRIALS = 10_000
MOST_TRIALS = 200_000
MOST_LANES = 100
MOST_SIMULATED = 1_000
_SURE = 0.995


@dataclass(frozen=True)
class SimulationPlan:
    """What makes a scope's way uncertain beyond throughput.

    ``split_rate``: new items that a finished one brings with it, on average (0..0.9).
    ``urgent``: items of other classes that arrived in each period of the history (same order and
    number as its counts); they are done first. ``start``: the first and last period by whose end
    work may begin, all between equally likely; (0, 0) is now. ``factors`` as in ``forecast_scope``.
    """

    split_rate: float = 0.0
    urgent: tuple[int, ...] = ()
    start: tuple[int, int] = (0, 0)
    factors: tuple[float, ...] = ()
    trials: int = TRIALS

    def __post_init__(self) -> None:
        if not 0 <= self.split_rate <= 0.9:
            raise InvalidValueError(
                "a split rate lies between 0 and 0.9 new items per finished one.",
                value=self.split_rate,
            )
        if not 0 <= self.start[0] <= self.start[1] <= MOST_PERIODS:
            raise InvalidValueError(
                f"a start is a range of 0 to {MOST_PERIODS} periods, the earlier first.",
                value=f"{self.start[0]} to {self.start[1]}",
            )
        if not 1 <= self.trials <= MOST_TRIALS:
            raise InvalidValueError(f"trials are 1 to {MOST_TRIALS:,}.", value=self.trials)
        check_factors(self.factors)

    @property
    def is_needed(self) -> bool:
        """Whether anything here lies beyond the exact calculation."""
        return bool(self.split_rate or any(self.urgent) or self.start[1] > self.start[0])


@dataclass(frozen=True)
class SimulationForecast:
    """When ``items`` are done, in ``unit``s, from ``trials`` runs.

    The band of a chance is Wilson's and tells the error of the simulation only.
    """

    items: int
    unit: str
    chances: tuple[Chance, ...]
    percentiles: Mapping[int, int | None]
    trials: int
    warning: str
    semantics: tuple[tuple[str, str], ...]


def simulate_scope(
    history: Throughput, items: int, plan: SimulationPlan, rng: np.random.Generator
) -> SimulationForecast:
    """When ``items`` will be done under ``plan``, by repeating periods of the history."""
    check_items(items)
    if plan.urgent and len(plan.urgent) != history.n:
        raise InvalidValueError(
            "urgent arrivals need one number for each period of the history.",
            value=f"{len(plan.urgent)} for {history.n}",
        )
    finished = _run_periods(history, items, plan, rng)
    return _summarise(
        finished,
        items,
        unit=history.period,
        warning=warn_of(history),
        rules=_describe(history, plan),
    )


def simulate_cycle_times(
    days: Sequence[int], items: int, lanes: int, rng: np.random.Generator, *, trials: int = TRIALS
) -> SimulationForecast:
    """When ``items`` are done, in days, if ``lanes`` of them are worked on at a time and each takes
    one of the past cycle times (``days``). For teams whose throughput is too thin to be sampled."""
    if not days or min(days) < 0:
        raise InvalidValueError("cycle times are days of at least one finished item.", value=days)
    if not 1 <= lanes <= MOST_LANES:
        raise InvalidValueError(f"lanes are 1 to {MOST_LANES}.", value=lanes)
    if not 1 <= items <= MOST_SIMULATED:
        raise InvalidValueError(
            f"a simulated scope has 1 to {MOST_SIMULATED:,} items.", value=items
        )
    free = np.zeros((trials, lanes))
    rows = np.arange(trials)
    for _ in range(items):
        lane = free.argmin(axis=1)
        free[rows, lane] += rng.choice(np.asarray(days), trials)
    finished = np.maximum(free.max(axis=1), 1).astype(np.int64)
    warning = "" if len(days) >= 10 else f"Too few: {len(days)} finished items to learn from."
    rules = (
        ("method", f"simulation of {trials:,} runs from {len(days)} cycle times"),
        ("assumes", f"{lanes} items at a time, each as long as one of the past, independently"),
        ("error", "bands are of the simulation only (Wilson, 95 %)"),
    )
    return _summarise(finished, items, unit="day", warning=warning, rules=rules)


def _run_periods(
    history: Throughput, items: int, plan: SimulationPlan, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The period in which each trial finished; ``MOST_PERIODS`` + 1 for never."""
    counts = np.asarray(history.counts)
    urgent = np.asarray(plan.urgent if plan.urgent else (0,) * history.n)
    start = rng.integers(plan.start[0], plan.start[1] + 1, plan.trials)
    left = np.full(plan.trials, items)
    queue = np.zeros(plan.trials, dtype=np.int64)
    finished = np.full(plan.trials, MOST_PERIODS + 1)
    if not counts.any():
        return finished
    for period in range(1, MOST_PERIODS + 1):
        drawn = rng.integers(0, history.n, plan.trials)
        capacity = _scale(counts[drawn], _factor(plan.factors, period), rng)
        queue += urgent[drawn]
        first = np.minimum(queue, capacity)
        queue -= first
        done = np.where(period > start, np.minimum(capacity - first, left), 0)
        left += _grow(done, plan.split_rate, rng) - done
        finished[(left <= 0) & (finished > MOST_PERIODS)] = period
        if np.count_nonzero(finished > MOST_PERIODS) <= plan.trials * (1 - _SURE) / 2:
            break
    return finished


def _factor(factors: Sequence[float], period: int) -> float:
    return factors[min(period, len(factors)) - 1] if factors else 1.0


def _scale(counts: NDArray[np.int64], factor: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Counts times the factor, the rest of a whole by chance, as the exact forecast does it."""
    if factor == 1.0:
        return counts
    scaled = counts * factor
    floor = np.floor(scaled + 1e-12)
    extra = rng.random(len(counts)) < scaled - floor
    whole: NDArray[np.int64] = (floor + extra).astype(np.int64)
    return whole


def _grow(done: NDArray[np.int64], rate: float, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.binomial(done, rate) if rate else np.zeros_like(done)


def _summarise(
    finished: NDArray[np.int64],
    items: int,
    *,
    unit: str,
    warning: str,
    rules: tuple[tuple[str, str], ...],
) -> SimulationForecast:
    trials = len(finished)
    known = finished[finished <= MOST_PERIODS] if unit != "day" else finished
    last = int(np.quantile(known, _SURE)) if known.size else 12
    hits = np.cumsum(np.bincount(known, minlength=last + 1))[1 : last + 1]
    chances = []
    for place, hit in enumerate(hits.tolist(), start=1):
        rate = wilson(hit, trials)
        chances.append(Chance(place, hit / trials, rate.low, rate.high))
    shares = hits / trials
    return SimulationForecast(
        items=items,
        unit=unit,
        chances=tuple(chances),
        percentiles={p: _first_at(shares, p / 100) for p in PERCENTILES},
        trials=trials,
        warning=warning,
        semantics=rules,
    )


def _first_at(shares: NDArray[np.float64], share: float) -> int | None:
    places = np.flatnonzero(shares >= share - 1e-12)
    return int(places[0]) + 1 if places.size else None


def _describe(history: Throughput, plan: SimulationPlan) -> tuple[tuple[str, str], ...]:
    rules = [
        ("method", f"simulation of {plan.trials:,} runs, seeded"),
        ("history", f"{history.n} {history.period}s, zeros included, each with the same chance"),
        ("error", "bands are of the simulation only (Wilson, 95 %)"),
    ]
    if plan.split_rate:
        rules.append(("growth", f"each finished item brings {plan.split_rate:g} new ones"))
    if any(plan.urgent):
        rules.append(("urgent work", "arrives as in the history and is done first"))
    if plan.start[1]:
        rules.append(("start", f"after {plan.start[0]} to {plan.start[1]} {history.period}s"))
    if plan.factors:
        rules.append(("capacity", ", ".join(f"{factor:g}" for factor in plan.factors[:12])))
    return tuple(rules)

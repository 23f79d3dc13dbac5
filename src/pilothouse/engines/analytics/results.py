"""Answers about an event log, as frozen values, each with the rules that made it.

Rates carry their n and interval (``kernel.intervals.Rate``). None is "not known", never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilothouse.kernel.intervals import Rate

Semantics = tuple[tuple[str, str], ...]
OTHER = "Other"


@dataclass(frozen=True)
class FunnelStep:
    """One step: how many actors reached it, of step 1 (``rate``) and of the step before.

    ``median_s`` and ``mean_s`` are seconds since the previous step over all who reached this
    one; None for the first step, where nobody is, and where they were not asked for.
    """

    step: str
    actors: int
    rate: Rate
    step_rate: Rate
    median_s: float | None
    mean_s: float | None


@dataclass(frozen=True)
class FunnelGroup:
    """The funnel of the actors whose first start carries ``value`` (None: not set).

    ``rest`` marks the group of all values beyond the limit, whose value reads *Other*.
    """

    value: str | None
    steps: tuple[FunnelStep, ...]
    immature: int
    rest: bool = False


@dataclass(frozen=True)
class FunnelResult:
    """A funnel. ``immature``: actors with starts in range of which none is mature."""

    steps: tuple[FunnelStep, ...]
    immature: int
    groups: tuple[FunnelGroup, ...]
    semantics: Semantics


@dataclass(frozen=True)
class Cohort:
    """The actors who started in ``period``: ``size`` of them, ``returned[k]`` in period k.

    None lies wholly in the future; ``complete[k]`` is False while that period is not over.
    """

    period: date
    size: int
    returned: tuple[int | None, ...]
    complete: tuple[bool, ...]


@dataclass(frozen=True)
class RetentionResult:
    """Retention. ``mean[k]`` pools the complete cells of column k, weighted by size."""

    cohorts: tuple[Cohort, ...]
    mean: tuple[Rate, ...]
    semantics: Semantics


@dataclass(frozen=True)
class TrendPoint:
    """One period: the value, the ``n`` events or actors behind it, and whether it is over."""

    period: date
    value: float | None
    n: int
    complete: bool


@dataclass(frozen=True)
class TrendSeries:
    """A named row of points. ``rest`` marks *Other*; a ``name`` of None is "not set"."""

    name: str | None
    values: tuple[TrendPoint, ...]
    rest: bool = False


@dataclass(frozen=True)
class TrendResult:
    """One series, or one a value of the breakdown, largest first."""

    series: tuple[TrendSeries, ...]
    semantics: Semantics

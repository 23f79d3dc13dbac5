"""Three ways of making a deal about a date: fix the date, fix the scope, add a person.

All three are exact forecasts from the same history, so they can be compared: what differs is which
end is let go. The cut line says for each item of an ordered scope how likely it is done by the
date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.roadmap.forecast import (
    MOST_PERIODS,
    Chance,
    Throughput,
    bound_counts,
    check_items,
    check_periods,
    cumulate,
    describe,
    first_at,
    warn_of,
)
from pilothouse.engines.roadmap.forecast_convolution import Floats
from pilothouse.kernel.errors import InvalidValueError

_EXTRA_PERIODS = 26
_SURE = 0.995


@dataclass(frozen=True)
class RampUp:
    """One more person on a team of ``team_size``, from period ``joins_after`` + 1 on.

    While ramping up (``periods``) they give ``early_share`` of a member's work and take ``drag`` of
    one from the others who teach them (Brooks 1975: more people make a late project later); after
    that they give ``later_share``. ``factors`` is the team's capacity, 1 being as before.
    """

    team_size: int = 5
    periods: int = 8
    early_share: float = 0.25
    drag: float = 0.5
    later_share: float = 0.9
    joins_after: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.team_size <= 1_000:
            raise InvalidValueError("a team has 1 to 1,000 people.", value=self.team_size)
        for name in ("periods", "joins_after"):
            if not 0 <= getattr(self, name) <= MOST_PERIODS:
                raise InvalidValueError(
                    f"a ramp-up is counted in 0 to {MOST_PERIODS} periods.",
                    value=getattr(self, name),
                )
        for share in (self.early_share, self.later_share, self.drag):
            if not 0 <= share <= 2:
                raise InvalidValueError("a person's share of work is 0 to 2.", value=share)

    @property
    def factors(self) -> tuple[float, ...]:
        during = max(0.0, (self.team_size + self.early_share - self.drag) / self.team_size)
        after = (self.team_size + self.later_share) / self.team_size
        return (*(1.0,) * self.joins_after, *(during,) * self.periods, after)


@dataclass(frozen=True)
class Deal:
    """One option: what is promised, with its chance.

    ``scope`` items by ``period`` (counted from now) with chance ``p`` (95 % band ``low``..``high``,
    None where it was not computed); ``whole_by_date`` is the
    chance of the whole scope by the wished date; ``late_periods`` how many periods after that date
    the whole scope is done on average (a lower bound where ``is_open``); ``cost`` of that delay and
    of the person, None where no cost was given. ``period`` None: not within the horizon.
    """

    kind: str
    scope: int
    period: int | None
    p: float | None
    low: float | None
    high: float | None
    whole_by_date: float
    late_periods: float
    is_open: bool
    cost: float | None


@dataclass(frozen=True)
class DealTerms:
    """What a sheet is about: ``items`` by ``date_period``, promised with ``confidence``.

    Costs are per period: of the whole scope coming late, and of one more person.
    """

    items: int
    date_period: int
    confidence: float = 0.85
    ramp_up: RampUp = RampUp()
    delay_cost: float | None = None
    person_cost: float | None = None

    def __post_init__(self) -> None:
        check_items(self.items)
        check_periods(self.date_period)
        if not 0.5 <= self.confidence <= 0.99:
            raise InvalidValueError(
                "a promise is made with a confidence of 50 % to 99 %.", value=self.confidence
            )
        for cost in (self.delay_cost, self.person_cost):
            if cost is not None and not 0 <= cost <= 1e12:
                raise InvalidValueError("a cost is 0 to 10^12.", value=cost)


@dataclass(frozen=True)
class DealSheet:
    """The three options side by side, with the cut line for the present and the larger team."""

    deals: tuple[Deal, Deal, Deal]
    cut_line: tuple[Chance, ...]
    cut_line_with_person: tuple[Chance, ...]
    warning: str
    semantics: tuple[tuple[str, str], ...]


def draw_cut_line(
    history: Throughput, items: int, periods: int, factors: Sequence[float] = ()
) -> tuple[float, ...]:
    """The chance that item k of an ordered scope is done after ``periods``, for k = 1..items."""
    return tuple(cumulate(history, items, periods, factors)[-1, 1:].tolist())


def find_chance(
    history: Throughput, items: int, periods: int, factors: Sequence[float] = ()
) -> float:
    """The chance that all of ``items`` are done after ``periods``."""
    return float(cumulate(history, items, periods, factors)[-1, -1])


@dataclass(frozen=True)
class _Way:
    """One way of working: its capacity and what comes of it."""

    factors: tuple[float, ...]
    chances: Floats
    # The first period with the wished chance of the whole scope.
    period: int | None
    bounds: Mapping[int, tuple[Floats, Floats]]


def make_deals(history: Throughput, terms: DealTerms) -> DealSheet:
    """The three options for ``terms``."""
    alone = _make_way(history, terms, ())
    joined = _make_way(history, terms, terms.ramp_up.factors)
    kept = int(np.count_nonzero(alone.chances[terms.date_period, 1:] >= terms.confidence - 1e-12))
    deals = (
        _deal("date", kept, terms.date_period, terms, alone),
        _deal("scope", terms.items, alone.period, terms, alone),
        _deal("person", terms.items, joined.period, terms, joined),
    )
    return DealSheet(
        deals=deals,
        cut_line=_line(terms, alone),
        cut_line_with_person=_line(terms, joined),
        warning=warn_of(history),
        semantics=(*describe(history), *_describe(terms)),
    )


def _make_way(history: Throughput, terms: DealTerms, factors: tuple[float, ...]) -> _Way:
    chances = _reach(history, terms, factors)
    period = first_at(chances[1:, -1], terms.confidence)
    wanted = {terms.date_period, period or terms.date_period}
    bounds = bound_counts(history, terms.items, wanted, factors)
    return _Way(factors, chances, period, bounds)


def _reach(history: Throughput, terms: DealTerms, factors: Sequence[float]) -> Floats:
    """Chances up to the period in which the whole scope is nearly sure."""
    periods = terms.date_period + _EXTRA_PERIODS
    while True:
        chances = cumulate(history, terms.items, min(periods, MOST_PERIODS), factors)
        is_whole = chances[-1, -1] >= _SURE or not any(history.counts)
        if is_whole or periods >= MOST_PERIODS:
            return chances
        periods *= 2


def _line(terms: DealTerms, way: _Way) -> tuple[Chance, ...]:
    return tuple(_chance(n, terms.date_period, way) for n in range(1, terms.items + 1))


def _chance(count: int, period: int, way: _Way) -> Chance:
    p = float(way.chances[period, count])
    if period not in way.bounds:
        return Chance(count, p)
    low, high = way.bounds[period]
    return Chance(count, p, float(min(low[count], p)), float(min(max(high[count], p), 1.0)))


def _deal(kind: str, scope: int, period: int | None, terms: DealTerms, way: _Way) -> Deal:
    whole = way.chances[:, -1]
    # E[max(0, T - date)] is the sum of P(T > k) over k from the date on.
    late = float((1 - whole[terms.date_period :]).sum())
    chance = _chance(scope, period, way) if period is not None and scope else None
    return Deal(
        kind=kind,
        scope=scope,
        period=period,
        p=chance.p if chance else None,
        low=chance.low if chance else None,
        high=chance.high if chance else None,
        whole_by_date=float(whole[terms.date_period]),
        late_periods=late,
        is_open=bool(whole[-1] < _SURE),
        cost=_cost(kind, scope, late, whole, terms),
    )


def _cost(kind: str, scope: int, late: float, whole: Floats, terms: DealTerms) -> float | None:
    if terms.delay_cost is None:
        return None
    share = (terms.items - scope) / terms.items if kind == "date" else 1.0
    cost = terms.delay_cost * late * share
    if kind == "person" and terms.person_cost is not None:
        # Paid from joining until the scope is done.
        cost += terms.person_cost * float((1 - whole[terms.ramp_up.joins_after :]).sum())
    return cost


def _describe(terms: DealTerms) -> tuple[tuple[str, str], ...]:
    ramp = terms.ramp_up
    return (
        ("order", "items are done in the order of the list, one history for all of them"),
        (
            "one more person",
            f"joins a team of {ramp.team_size} after {ramp.joins_after} periods; for "
            f"{ramp.periods} periods gives {ramp.early_share:g} and takes {ramp.drag:g} of a "
            f"member's work; then gives {ramp.later_share:g}",
        ),
        (
            "cost of delay",
            "cost a period x average periods late of the whole scope; with the date fixed only "
            "the cut items' share of it, each item the same",
        ),
    )

"""Offers as ranges: what a year is worth, and how likely one is better than another.

Money, in one currency, for an average year over ``years`` years:

    base + bonus in the years it is paid / years + equity / vest_years * min(years, vest_years)
    / years if it comes to be worth something + benefits + once / years - costs

A range says that every value between its ends is as likely as any other, and none outside is
possible. The bonus of each year is paid with its own chance; equity is worth its range with one
chance, else nothing. Draws are independent between the offers and their parts.

Values: each criterion is scored 0 to 10, a range again; the score of an offer is their mean by
weight. Money and values are put together only by a price that the person names: what they would
give up a year for one point more. Without a price (0) money alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Pair = tuple[float, float]
NOTHING: Pair = (0.0, 0.0)
DRAWS = 20_000
_ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class OfferTerms:
    """An offer. Money ranges are a year's, but ``equity`` and ``once``, which are totals.

    Chances lie in 0..1. ``scores`` are ranges in 0..10 by the name of the criterion; one that is
    missing could be anything: 0 to 10.
    """

    key: str
    base: Pair
    bonus: Pair = NOTHING
    bonus_chance: float = 1.0
    equity: Pair = NOTHING
    equity_chance: float = 1.0
    vest_years: float = 4.0
    benefits: Pair = NOTHING
    once: Pair = NOTHING
    costs: Pair = NOTHING
    scores: Mapping[str, Pair] = field(default_factory=dict)


@dataclass(frozen=True)
class OfferFigures:
    """What an offer comes to: 5th, 50th and 95th of a hundred draws, of each thing.

    ``score`` is None where no criterion has a weight. ``total`` is money with the score's worth.
    """

    key: str
    money: tuple[float, float, float]
    score: tuple[float, float, float] | None
    total: tuple[float, float, float]


@dataclass(frozen=True)
class OfferComparison:
    """Figures of all offers, and for each pair how likely the first is better.

    ``better`` goes by the total, ``better_money`` and ``better_score`` by one thing alone; equal
    draws count half. ``error`` bounds the standard error of every probability.
    """

    figures: tuple[OfferFigures, ...]
    better: Mapping[tuple[str, str], float]
    better_money: Mapping[tuple[str, str], float]
    better_score: Mapping[tuple[str, str], float]
    draws: int

    @property
    def error(self) -> float:
        return float(0.5 / self.draws**0.5)


@dataclass(frozen=True)
class OfferAsk:
    """Something asked for in a negotiation: its worth a year, and the chance of a yes (0..1)."""

    what: str
    worth: float
    chance: float


@dataclass(frozen=True)
class AskLine:
    """With this ask and all before it granted: how likely the offer beats the alternative."""

    ask: OfferAsk | None
    chance_better: float
    is_enough: bool


@dataclass(frozen=True)
class AskSheet:
    """Asks in their order, from nothing granted to all; ``enough_at`` is how many are enough.

    ``expected`` is the chance of beating the alternative when each ask is granted by its own
    chance, independent of the others.
    """

    lines: tuple[AskLine, ...]
    enough_at: int | None
    expected: float


def compare_offers(
    offers: Sequence[OfferTerms],
    weights: Mapping[str, float],
    rng: np.random.Generator,
    *,
    point_price: float = 0.0,
    years: int = 3,
    draws: int = DRAWS,
) -> OfferComparison:
    """Compare offers of one currency. The same rng state gives the same answer."""
    money = {each.key: _draw_money(each, years, draws, rng) for each in offers}
    score = {each.key: _draw_score(each, weights, draws, rng) for each in offers}
    total = {key: money[key] + point_price * score[key] for key in money}
    has_score = any(weight > 0 for weight in weights.values())
    figures = tuple(
        OfferFigures(
            each.key,
            _ends_of(money[each.key]),
            _ends_of(score[each.key]) if has_score else None,
            _ends_of(total[each.key]),
        )
        for each in offers
    )
    return OfferComparison(
        figures, _better(total), _better(money), _better(score) if has_score else {}, draws
    )


def weigh_asks(
    offer: OfferTerms,
    alternative: OfferTerms | float,
    asks: Sequence[OfferAsk],
    rng: np.random.Generator,
    *,
    weights: Mapping[str, float] | None = None,
    point_price: float = 0.0,
    years: int = 3,
    confidence: float = 0.8,
    draws: int = DRAWS,
) -> AskSheet:
    """Where the cut line lies: how many asks make the offer better than what there is without it.

    ``alternative`` is another offer, or an amount a year below which one walks away.
    """
    leaning = weights or {}

    def draw(each: OfferTerms) -> Any:
        money = _draw_money(each, years, draws, rng)
        return money + point_price * _draw_score(each, leaning, draws, rng)

    mine = draw(offer)
    other: Any = (
        draw(alternative)
        if isinstance(alternative, OfferTerms)
        else np.full(draws, float(alternative))
    )
    worths = np.cumsum([0.0, *(ask.worth for ask in asks)])
    chances = [_share_better(mine + worth, other) for worth in worths]
    lines = tuple(
        AskLine(asks[place - 1] if place else None, chance, chance >= confidence)
        for place, chance in enumerate(chances)
    )
    granted = sum(
        (np.where(rng.random(draws) < ask.chance, ask.worth, 0.0) for ask in asks),
        np.zeros(draws),
    )
    enough = next((place for place, line in enumerate(lines) if line.is_enough), None)
    return AskSheet(lines, enough, _share_better(mine + granted, other))


def _draw_money(offer: OfferTerms, years: int, draws: int, rng: np.random.Generator) -> Any:
    paid = rng.binomial(years, offer.bonus_chance, draws) / years
    worth = rng.random(draws) < offer.equity_chance
    earned = min(years, offer.vest_years) / offer.vest_years / years
    return (
        _draw(offer.base, draws, rng)
        + _draw(offer.bonus, draws, rng) * paid
        + _draw(offer.equity, draws, rng) * earned * worth
        + _draw(offer.benefits, draws, rng)
        + _draw(offer.once, draws, rng) / years
        - _draw(offer.costs, draws, rng)
    )


def _draw_score(
    offer: OfferTerms, weights: Mapping[str, float], draws: int, rng: np.random.Generator
) -> Any:
    whole = sum(weights.values())
    score = np.zeros(draws)
    if whole <= 0:
        return score
    for name, weight in weights.items():
        score += _draw(offer.scores.get(name, (0.0, 10.0)), draws, rng) * (weight / whole)
    return score


def _draw(ends: Pair, draws: int, rng: np.random.Generator) -> Any:
    low, high = ends
    return np.full(draws, low) if low == high else rng.uniform(low, high, draws)


def _ends_of(values: Any) -> tuple[float, float, float]:
    low, middle, high = (float(each) for each in np.quantile(values, _ENDS))
    return low, middle, high


def _better(drawn: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    return {
        (one, other): _share_better(drawn[one], drawn[other])
        for one in drawn
        for other in drawn
        if one != other
    }


def _share_better(one: Any, other: Any) -> float:
    return float(np.mean(one > other) + np.mean(one == other) / 2)

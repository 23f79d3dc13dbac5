"""What each choice of a person costs: the best plan with it against the best plan without it.

The price is between two sure bounds. At least: the best plan found, less a bound on every plan that
keeps the choice (the relaxation). At most: the bound on every plan, less the best plan found that
keeps the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pilothouse.engines.roadmap._plan_anneal import Annealer
from pilothouse.engines.roadmap._plan_arrays import Ints, PlanArrays, to_arrays
from pilothouse.engines.roadmap._plan_model import PlanModel
from pilothouse.engines.roadmap.plan_check import check_pins, with_pin
from pilothouse.engines.roadmap.plan_problem import (
    NOT_DONE,
    ChoicePrice,
    Place,
    PlanProblem,
    PlanResult,
)

# Two looks around the best plan, the second a little further: up to which share of the moves, and
# how hot. A hotter start would lose the plan it starts from.
NEAR = ((0.5, 0.006), (1.0, 0.015))


@dataclass(frozen=True)
class _Search:
    """How to look for plans that keep a choice: from which plan on, for how long."""

    best: PlanResult
    seed: int
    moves: int

    def value_in(self, problem: PlanProblem, place: tuple[int, Place] | None) -> float | None:
        """The worth of the best plan found near the best one; None where none keeps all rules."""
        if check_pins(problem):
            return None
        arrays = to_arrays(problem)
        places = np.array(self.best.placements, dtype=np.int64)
        if place is not None:
            places[place[0]] = place[1]
            repair(arrays, places)
        annealer = Annealer(arrays, self.seed)
        start = places if arrays.is_kept_by(places) else None
        if start is not None:
            annealer.propose(start)
        for share, hot in NEAR:
            end = share * self.moves
            annealer.cool(partial(_share_done, annealer, end), start=start, hot=hot)
        return arrays.value_of(annealer.places) if annealer.is_kept else None


def price_of_choices(
    problem: PlanProblem,
    choices: Sequence[tuple[int, Place]],
    best: PlanResult,
    *,
    seed: int,
    moves: int = 60_000,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[ChoicePrice, ...]:
    """The price of each choice (bet, place), others free, in the order given.

    ``best`` is the answer to ``problem``. A choice that is a pin of ``problem`` is compared with
    the problem without that pin. ``stop`` ends early: the choices priced until then are given.
    """
    relaxed = PlanModel(to_arrays(problem), is_whole=False)
    search = _Search(best, seed, moves)
    prices = []
    for bet, place in choices:
        if stop():
            break
        if problem.bets[bet].pin is None:
            prices.append(_price_free(problem, (bet, place), relaxed, search))
        else:
            prices.append(_price_pin(problem, bet, search))
    return tuple(prices)


def _price_free(
    problem: PlanProblem, choice: tuple[int, Place], relaxed: PlanModel, search: _Search
) -> ChoicePrice:
    (bet, place), best = choice, search.best
    if best.placements[bet] == place:
        return ChoicePrice(bet, place, 0.0, 0.0, best.bound - best.value)
    ceiling = max(0.0, relaxed.bound_with(bet, place))
    least = max(0.0, best.value - ceiling)
    value = search.value_in(with_pin(problem, bet, place), choice)
    if value is None:
        return ChoicePrice(bet, place, None, least, None)
    # The search with the choice may have found a plan that is better than the best before.
    price = max(least, best.value - value, 0.0)
    return ChoicePrice(bet, place, price, least, max(price, best.bound - value))


def _price_pin(problem: PlanProblem, bet: int, search: _Search) -> ChoicePrice:
    place, best = problem.bets[bet].pin, search.best
    assert place is not None
    free = with_pin(problem, bet, None)
    value = max(search.value_in(free, None) or 0.0, best.value)
    ceiling = PlanModel(to_arrays(free), is_whole=False).bound_with()
    price = value - best.value
    least = max(0.0, value - best.bound)
    return ChoicePrice(bet, place, price, least, max(price, ceiling - best.value))


def _share_done(annealer: Annealer, moves: float) -> float:
    return annealer.moves_done / moves


def repair(arrays: PlanArrays, places: Ints) -> None:
    """Make a plan keep its rules, in place: musts go where they have to, others give way."""
    alone = arrays.must & (arrays.allowed.sum(axis=1) == 1)
    places[alone] = arrays.allowed[alone].argmax(axis=1)
    for b in np.flatnonzero(places >= 0).tolist():
        if not arrays.allowed[b, places[b]]:
            _move(arrays, places, b, _nearest(arrays, b, int(places[b])))
    for b in np.flatnonzero(alone).tolist():
        _bring_needs(arrays, places, b)
    _drop_too_early(arrays, places)
    for q in range(arrays.quarters):
        _drop_overload(arrays, places, q, alone)


def _nearest(arrays: PlanArrays, bet: int, place: int) -> int:
    possible = np.flatnonzero(arrays.allowed[bet])
    return int(possible[np.abs(possible - place).argmin()]) if possible.size else NOT_DONE


def _move(arrays: PlanArrays, places: Ints, bet: int, place: int) -> None:
    places[bet] = place
    if place == NOT_DONE:
        _drop_too_early(arrays, places)


def _bring_needs(arrays: PlanArrays, places: Ints, bet: int) -> None:
    """What a held bet needs comes into its quarter, where it is not done earlier."""
    for need in arrays.needs[arrays.need_at[bet] : arrays.need_at[bet + 1]]:
        if places[need] < 0 or places[need] > places[bet]:
            earlier = np.flatnonzero(arrays.allowed[need, : places[bet] + 1])
            places[need] = earlier[-1] if earlier.size else NOT_DONE
            if earlier.size:
                _bring_needs(arrays, places, need)


def _drop_too_early(arrays: PlanArrays, places: Ints) -> None:
    """Leave out what stands before something it needs, until nothing does."""
    users = np.repeat(np.arange(arrays.bets), np.diff(arrays.need_at))
    while True:
        mine, theirs = places[users], places[arrays.needs]
        wrong = users[(mine >= 0) & ((theirs < 0) | (theirs > mine))]
        if not wrong.size:
            return
        places[wrong] = NOT_DONE


def _drop_overload(
    arrays: PlanArrays,
    places: Ints,
    quarter: int,
    alone: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    """Leave out the bets of a quarter with the least worth until it holds the rest."""
    while True:
        over = arrays.effort[places == quarter].sum(axis=0) - arrays.capacity[:, quarter]
        if not np.any(over > 0):
            return
        relief = np.minimum(arrays.effort, np.maximum(over, 0)).sum(axis=1)
        bets = np.flatnonzero((places == quarter) & ~alone & (relief > 0))
        if not bets.size:
            return
        rates = arrays.worth[bets, quarter] / relief[bets]
        places[bets[rates.argmin()]] = NOT_DONE
        _drop_too_early(arrays, places)

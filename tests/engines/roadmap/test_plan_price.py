"""The price of a choice: exact where all can be tried, and always between its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from pilothouse.engines.roadmap import NOT_DONE, PlanWork, price_of_choices, solve_plan
from pilothouse.engines.roadmap.plan_check import with_pin
from pilothouse.kernel.errors import InvalidValueError
from tests.engines.roadmap.plans import best_by_trying_all, make_problem, problems

SMALL = PlanWork(moves=2_000, nodes=1_000)


def test_worked_example():
    """A and B take a whole quarter each. A first gives 10 + 5, B first 8 + 7: keeping that costs 0.

    Leaving A out gives 8: 7 less than 15. B in Q1 with A anywhere: 15, no price.
    """
    problem = make_problem([(10, 7), (8, 5)], [(4,), (4,)], [(4, 4)])
    best = solve_plan(problem, seed=1, work=SMALL)
    assert best.value == 15
    prices = price_of_choices(problem, [(0, 1), (0, NOT_DONE), (1, 0)], best, seed=1, moves=2_000)
    assert [p.price for p in prices] == pytest.approx([0, 7, 0])
    assert [p.bet for p in prices] == [0, 0, 1]


def test_a_choice_that_cannot_be_kept_has_no_price():
    problem = make_problem([(10, 7)], [(4,)], [(4, 2)])
    best = solve_plan(problem, seed=1, work=SMALL)
    (price,) = price_of_choices(problem, [(0, 1)], best, seed=1)
    assert price.price is None
    assert price.at_most is None


def test_a_pin_is_compared_with_the_plan_without_it():
    problem = make_problem([(10, 7), (8, 5)], [(4,), (4,)], [(4, 4)], pins={0: NOT_DONE})
    best = solve_plan(problem, seed=1, work=SMALL)
    assert best.value == 8
    (price,) = price_of_choices(problem, [(0, NOT_DONE)], best, seed=1, moves=2_000)
    assert price.price == pytest.approx(7)
    assert price.at_least <= 7 <= price.at_most


def test_stopping_keeps_what_is_priced():
    problem = make_problem([(10, 7), (8, 5)], [(4,), (4,)], [(4, 4)])
    best = solve_plan(problem, seed=1, work=SMALL)
    answers = iter([False, True])
    prices = price_of_choices(problem, [(0, 1), (1, 1)], best, seed=1, stop=lambda: next(answers))
    assert len(prices) == 1


@settings(max_examples=25, deadline=None)
@given(problems(4))
def test_the_price_is_what_trying_all_says(problem):
    best = solve_plan(problem, seed=3, work=SMALL)
    choices = [(b, q) for b in range(len(problem.bets)) for q in (NOT_DONE, 0)]
    prices = price_of_choices(problem, choices, best, seed=5, moves=2_000)
    for price in prices:
        with_choice = best_by_trying_all(with_pin(problem, price.bet, price.place))
        if with_choice is None:
            assert price.price is None
            with pytest.raises(InvalidValueError):
                solve_plan(with_pin(problem, price.bet, price.place), seed=1, work=SMALL)
        else:
            cost = best.value - with_choice
            assert price.price is not None
            assert price.at_least - 1e-6 <= cost <= price.at_most + 1e-6
            assert price.price == pytest.approx(cost, abs=1e-6)

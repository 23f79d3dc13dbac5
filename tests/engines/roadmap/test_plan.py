"""The best feasible plan: worked by hand, against trying all, against random plans, its pins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from pilothouse.engines.roadmap import (
    NOT_DONE,
    PlanBet,
    PlanProblem,
    PlanWork,
    check_pins,
    check_plan,
    fade_worth,
    live_worth,
    solve_plan,
    used_weeks,
    value_of,
)
from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from tests.engines.roadmap.plans import (
    best_by_trying_all,
    make_problem,
    make_roadmap,
    problems,
    random_plans,
)

SMALL = PlanWork(moves=2_000, nodes=1_000)


def test_worked_example():
    """One team with 10 weeks in each of two quarters; a quarter later is worth one less.

    A (6 weeks, 10 then 9), B (5 weeks, 8 then 7), C (5 weeks, 7 then 6; needs A). Not all fit into
    Q1. A first and B + C in Q2: 10 + 7 + 6 = 23. B first and A + C in Q2 do not fit (11 weeks);
    B + C first breaks the need. So 23 is the best.
    """
    problem = make_problem(
        [(10, 9), (8, 7), (7, 6)], [(6,), (5,), (5,)], [(10, 10)], needs=((2, 0),)
    )
    best = solve_plan(problem, seed=1, work=SMALL)
    assert best.placements == (0, 1, 1)
    assert (best.value, best.bound, best.gap) == (23, 23, 0)
    assert best.is_best
    assert best.used_weeks == ((6, 10),) == used_weeks(problem, best.placements)


def test_a_bet_too_large_for_every_quarter_is_left_out_with_what_needs_it():
    problem = make_problem([(9, 9), (5, 5)], [(11,), (1,)], [(10, 10)], needs=((1, 0),))
    best = solve_plan(problem, seed=1, work=SMALL)
    assert best.placements == (NOT_DONE, NOT_DONE)
    assert (best.value, best.bound, best.gap) == (0, 0, 0)


def test_thousandths_of_weeks_add_up_exactly():
    """Ten bets of 0.1 weeks fill one week; as floats they would not."""
    problem = make_problem([(1,)] * 10, [(0.1,)] * 10, [(1.0,)])
    assert solve_plan(problem, seed=1, work=SMALL).value == 10
    assert check_plan(problem, [0] * 10) == ()


def test_nothing_to_plan():
    empty = PlanProblem((), ("Q1",), (), ())
    assert solve_plan(empty, seed=1, work=SMALL).value == 0
    teamless = PlanProblem((PlanBet("a", "A", (3.0,), ()),), ("Q1",), (), ())
    assert solve_plan(teamless, seed=1, work=SMALL).placements == (0,)


@settings(max_examples=60, deadline=None)
@given(problems(has_pins=True))
def test_the_best_equals_trying_all(problem):
    wanted = best_by_trying_all(problem)
    if wanted is None:
        with pytest.raises(InvalidValueError):
            solve_plan(problem, seed=3, work=SMALL)
        return
    best = solve_plan(problem, seed=3, work=SMALL)
    assert check_plan(problem, best.placements) == ()
    assert best.value == pytest.approx(wanted)
    assert best.bound == pytest.approx(wanted)
    assert best.is_best


@pytest.fixture(scope="module")
def roadmap():
    problem = make_roadmap(7)
    return problem, solve_plan(problem, seed=2, work=PlanWork(moves=40_000, nodes=1))


def test_none_of_10_000_random_plans_beats_it(roadmap):
    problem, best = roadmap
    plans = random_plans(problem, seed=11, orders=100, of_each=100)
    assert len(plans) == 10_000
    assert all(check_plan(problem, plan) == () for plan in plans[::200].tolist())
    worth = np.array([[*bet.worth, 0.0] for bet in problem.bets])
    values = worth[np.arange(len(problem.bets)), plans].sum(axis=1)
    assert values[0] == pytest.approx(value_of(problem, plans[0].tolist()))
    assert values.max() <= best.value <= best.bound
    # They are good enough to be a test.
    assert values.max() > best.value * 0.75


def test_a_roadmap_keeps_its_rules_and_its_bound(roadmap):
    problem, best = roadmap
    assert check_plan(problem, best.placements) == ()
    assert best.value == pytest.approx(value_of(problem, best.placements))
    assert best.value <= best.bound
    assert best.gap == pytest.approx((best.bound - best.value) / best.bound)
    assert best.gap < 0.05
    assert dict(best.semantics)["gap"] == "(bound - value) / bound"


def test_the_seed_alone_decides_the_plan(roadmap):
    problem, best = roadmap
    again = solve_plan(problem, seed=2, work=PlanWork(moves=40_000, nodes=1))
    assert again == best


def test_all_pins_are_kept_and_cost_something(roadmap):
    problem, best = roadmap
    early = [b for b, place in enumerate(best.placements) if place == 0][:3]
    pinned = PlanProblem(
        tuple(
            PlanBet(bet.key, bet.title, bet.worth, bet.effort_weeks, 2 if b in early else None)
            for b, bet in enumerate(problem.bets)
        ),
        problem.quarters, problem.teams, problem.capacity_weeks, problem.needs,
    )  # fmt: skip
    found = solve_plan(pinned, seed=2, work=PlanWork(moves=40_000, nodes=1))
    assert [found.placements[b] for b in early] == [2, 2, 2]
    assert check_plan(pinned, found.placements) == ()
    assert found.value < best.bound


def test_both_searches_at_once_give_bound_and_progress(roadmap):
    problem, _ = roadmap
    told = []
    shares = iter([*np.linspace(0.05, 0.95, 12), *[1.0] * 1000])
    best = solve_plan(
        problem, seed=2, spent=lambda: float(next(shares)), seconds=1, progress=told.append
    )
    assert check_plan(problem, best.placements) == ()
    assert best.value <= best.bound
    assert not best.was_stopped
    assert [p.value for p in told] == sorted(p.value for p in told)
    assert all(p.value <= p.bound for p in told)


def test_a_stopped_search_gives_what_it_has(roadmap):
    problem, _ = roadmap
    best = solve_plan(problem, seed=2, spent=lambda: 0.5, seconds=5, stop=lambda: True)
    assert best.was_stopped
    assert check_plan(problem, best.placements) == ()
    assert 0 < best.value <= best.bound


def test_a_proof_ends_the_search_before_the_time():
    problem = make_problem([(5, 4)] * 4, [(2,)] * 4, [(4, 4)])
    best = solve_plan(problem, seed=1, spent=lambda: 0.0, seconds=60)
    assert best.is_best
    assert best.value == 18


def test_pins_that_overload_a_team_are_named():
    problem = make_problem([(1, 1)] * 3, [(6,), (5,), (1,)], [(10, 10)], pins={0: 0, 1: 0})
    (violation,) = check_pins(problem)
    assert violation.sentence == "Red has 10 person-weeks in Q1; A and B take 1 more."
    assert (violation.bets, violation.team, violation.quarter) == ((0, 1), 0, 0)
    with pytest.raises(InvalidValueError, match="A and B take 1 more"):
        solve_plan(problem, seed=1, work=SMALL)


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        ({2: 0, 0: 1}, "C (Q1) needs A, which is later (Q2)."),
        ({2: 1, 0: NOT_DONE}, "C (Q2) needs A, which is left out."),
    ],
)
def test_pins_against_a_need_are_named_through_others(pins, sentence):
    problem = make_problem([(1, 1)] * 3, [(1,)] * 3, [(9, 9)], needs=((2, 1), (1, 0)), pins=pins)
    assert [v.sentence for v in check_pins(problem)] == [sentence]
    with pytest.raises(InvalidValueError, match="needs A"):
        solve_plan(problem, seed=1, work=SMALL)


def test_pins_that_fail_only_with_what_they_need_are_named():
    """B in Q1 needs A (6 weeks); with C (5 weeks) there is no room for it. D has no part in it."""
    problem = make_problem(
        [(1, 1)] * 4, [(6,), (1,), (5,), (1,)], [(10, 10)], needs=((1, 0),), pins={1: 0, 2: 0, 3: 1}
    )
    assert check_pins(problem) == ()
    with pytest.raises(InvalidValueError, match="cannot be kept together") as refused:
        solve_plan(problem, seed=1, work=SMALL)
    assert refused.value.value == "B (Q1), C (Q1)"


def test_a_plan_made_by_hand_is_told_what_it_breaks():
    problem = make_problem(
        [(4, 3)] * 3, [(6,), (6,), (1,)], [(10, 10)], needs=((2, 0),), pins={1: 1}
    )
    told = [(v.rule, v.sentence) for v in check_plan(problem, [0, 0, NOT_DONE])]
    assert told == [
        ("pin", "B is pinned (Q2) but stands elsewhere (Q1)."),
        ("capacity", "Red has 10 person-weeks in Q1; A and B take 2 more."),
    ]
    told = [v.sentence for v in check_plan(problem, [NOT_DONE, 1, 0])]
    assert told == ["C (Q1) needs A, which is left out."]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"needs": ((0, 1), (1, 0))}, "circle"),
        ({"needs": ((0, 0),)}, "circle"),
        ({"needs": ((0, 9),)}, "joins two bets"),
        ({"capacity": [(1.0,)]}, "one number a quarter"),
        ({"capacity": [(float("nan"), 1.0)]}, "between 0"),
        ({"worth": [(-1.0, 0.0), (1.0, 1.0)]}, "between 0"),
        ({"worth": [(1.0, float("inf")), (1.0, 1.0)]}, "between 0"),
        ({"effort": [(1.0, 2.0), (1.0, 2.0)]}, "one effort a team"),
        ({"pins": {0: 2}}, "pin names a quarter"),
    ],
)
def test_impossible_problems_are_refused(change, rule):
    plain = {"worth": [(1.0, 1.0)] * 2, "effort": [(1.0,)] * 2, "capacity": [(1.0, 1.0)]}
    with pytest.raises(InvalidValueError, match=rule):
        make_problem(**(plain | change))


def test_plans_of_another_shape_are_refused():
    problem = make_problem([(1.0,)], [(1.0,)], [(1.0,)])
    for plan in ([], [1], [-2]):
        with pytest.raises(PilothouseError):
            check_plan(problem, plan)


def test_worth_by_quarter():
    assert fade_worth(1000, 3, 0.07) == pytest.approx((1000, 930, 864.9))
    assert live_worth(2, 4) == (14, 12, 10, 8)
    assert live_worth(2, 2, after=0) == (2, 0)

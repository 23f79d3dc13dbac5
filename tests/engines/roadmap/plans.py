"""Small problems, a slow obvious solver, and random plans for the tests of planning."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from pilothouse.engines.roadmap import NOT_DONE, PlanBet, PlanProblem, check_plan, value_of


def make_problem(
    worth: list[tuple[float, ...]],
    effort: list[tuple[float, ...]],
    capacity: list[tuple[float, ...]],
    needs: tuple[tuple[int, int], ...] = (),
    pins: dict[int, int] | None = None,
) -> PlanProblem:
    """Bets A, B, ...; quarters Q1, Q2, ...; teams Red, Blue, Green."""
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    bets = tuple(
        PlanBet(names[b].lower(), names[b], w, e, (pins or {}).get(b))
        for b, (w, e) in enumerate(zip(worth, effort, strict=True))
    )
    quarters = tuple(f"Q{q + 1}" for q in range(len(worth[0]) if worth else 1))
    teams = ("Red", "Blue", "Green")[: len(capacity)]
    return PlanProblem(bets, quarters, teams, tuple(capacity), needs)


def best_by_trying_all(problem: PlanProblem) -> float | None:
    """The worth of the best plan, by trying every one; None where none keeps the rules."""
    places = range(NOT_DONE, len(problem.quarters))
    values = [
        value_of(problem, plan)
        for plan in product(places, repeat=len(problem.bets))
        if not check_plan(problem, plan)
    ]
    return max(values, default=None)


@st.composite
def problems(draw, most_bets: int = 5, *, has_pins: bool = False) -> PlanProblem:
    """Up to three quarters and two teams, tight capacity, needs that run one way."""
    bets, quarters = draw(st.integers(0, most_bets)), draw(st.integers(1, 3))
    teams = draw(st.integers(1, 2))
    whole = st.integers(0, 9)

    def rows(n: int, width: int, numbers=whole) -> list[tuple[float, ...]]:
        row = st.tuples(*[numbers.map(float)] * width)
        return draw(st.lists(row, min_size=n, max_size=n))

    pairs = [(b, a) for b in range(bets) for a in range(b)]
    needs = draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else []
    pins = {}
    if has_pins and bets:
        places = st.integers(NOT_DONE, quarters - 1)
        pins = draw(st.dictionaries(st.integers(0, bets - 1), places, max_size=2))
    worth = rows(bets, quarters) if bets else []
    return make_problem(
        worth or [(0.0,) * quarters],
        rows(bets, teams) if bets else [(0.0,) * teams],
        rows(teams, quarters, st.integers(0, 14)),
        tuple(needs),
        pins,
    )


def make_roadmap(seed: int, bets: int = 36, quarters: int = 3, teams: int = 2) -> PlanProblem:
    """A roadmap with 1.6 times more work than weeks, and a need for every third bet."""
    rng = np.random.default_rng(seed)
    effort = rng.integers(1, 13, (bets, teams)) * (rng.random((bets, teams)) < 0.5)
    value = (effort.sum(axis=1) + 1) * rng.lognormal(3, 0.5, bets)
    weeks = np.ceil(effort.sum(axis=0) / 1.6 / quarters)
    needs = {tuple(sorted(rng.choice(bets, 2, replace=False))[::-1]) for _ in range(bets // 3)}
    return PlanProblem(
        tuple(
            PlanBet(f"b{b}", f"Bet {b}", tuple(value[b] * 0.93**q for q in range(quarters)),
                    tuple(map(float, effort[b])))
            for b in range(bets)
        ),
        tuple(f"Q{q + 1}" for q in range(quarters)),
        tuple(f"Team {t}" for t in range(teams)),
        tuple((float(w),) * quarters for w in weeks),
        tuple((int(a), int(b)) for a, b in needs),
    )  # fmt: skip


def random_plans(problem: PlanProblem, seed: int, orders: int, of_each: int) -> Any:
    """Plans[plan, bet] that keep all rules: bets in random order into random first quarters."""
    rng = np.random.default_rng(seed)
    wants: dict[int, list[int]] = {}
    for bet, need in problem.needs:
        wants.setdefault(bet, []).append(need)
    bets = range(len(problem.bets))
    # Bets before those that need them, else in random order.
    return np.vstack([
        _fill(
            problem, sorted(bets, key=lambda b: (_depth(b, wants), rng.random())),
            wants, of_each, rng,
        )
        for _ in range(orders)
    ])  # fmt: skip


def _fill(problem, order, wants, plans, rng):
    effort = np.array([bet.effort_weeks for bet in problem.bets])
    room = np.repeat(np.array(problem.capacity_weeks)[None], plans, axis=0)
    made = np.full((plans, len(order)), NOT_DONE)
    for b in order:
        first = rng.integers(0, len(problem.quarters), plans)
        is_open = rng.random(plans) < 0.95
        for need in wants.get(b, []):
            is_open &= made[:, need] != NOT_DONE
            first = np.maximum(first, made[:, need])
        for q in range(len(problem.quarters)):
            takes = is_open & (first <= q) & np.all(effort[b] <= room[:, :, q], axis=1)
            made[takes, b] = q
            room[takes, :, q] -= effort[b]
            is_open &= ~takes
    return made


def _depth(bet: int, wants: dict[int, list[int]]) -> int:
    return 1 + max((_depth(need, wants) for need in wants.get(bet, [])), default=-1)

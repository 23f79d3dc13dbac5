"""What a plan is worth, which rules it breaks, and which pins cannot be kept together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pilothouse.engines.roadmap._plan_arrays import PER_WEEK, Ints, to_thousandths
from pilothouse.engines.roadmap.plan_problem import (
    NOT_DONE,
    Place,
    PlanProblem,
    PlanViolation,
)
from pilothouse.kernel.errors import InvalidValueError

_NAMED = 5


def value_of(problem: PlanProblem, placements: Sequence[Place]) -> float:
    """The worth of all bets that a plan does, each in its quarter; broken rules do not matter."""
    _check_places(problem, placements)
    pairs = zip(problem.bets, placements, strict=True)
    return float(sum(bet.worth[place] for bet, place in pairs if place != NOT_DONE))


def used_weeks(problem: PlanProblem, placements: Sequence[Place]) -> tuple[tuple[float, ...], ...]:
    """Person-weeks[team][quarter] that a plan uses."""
    _check_places(problem, placements)
    used = _use(problem, placements)
    return tuple(tuple(float(weeks) for weeks in row) for row in used / PER_WEEK)


def check_plan(problem: PlanProblem, placements: Sequence[Place]) -> tuple[PlanViolation, ...]:
    """All rules that a plan breaks: pins, needs, then capacity by quarter and team."""
    _check_places(problem, placements)
    return (
        *_broken_pins(problem, placements),
        *_broken_needs(problem, placements),
        *_overloads(problem, placements),
    )


def check_pins(problem: PlanProblem) -> tuple[PlanViolation, ...]:
    """What the pins break among themselves; more may follow from bets that they need."""
    alone = [NOT_DONE if bet.pin is None else bet.pin for bet in problem.bets]
    return (*_contradicting_pins(problem), *_overloads(problem, alone))


def with_pin(problem: PlanProblem, bet: int, pin: Place | None) -> PlanProblem:
    """The same problem with another pin for one bet."""
    bets = (*problem.bets[:bet], replace(problem.bets[bet], pin=pin), *problem.bets[bet + 1 :])
    return replace(problem, bets=bets)


def describe_place(problem: PlanProblem, place: Place) -> str:
    """The name of a quarter, or that a bet is left out."""
    return "left out" if place == NOT_DONE else problem.quarters[place]


def _check_places(problem: PlanProblem, placements: Sequence[Place]) -> None:
    if len(placements) != len(problem.bets):
        raise InvalidValueError("a plan has one place for each bet.", value=len(placements))
    for place in placements:
        if not NOT_DONE <= place < len(problem.quarters):
            raise InvalidValueError(
                "a bet stands in a quarter of the plan or in none.", value=place
            )


def _use(problem: PlanProblem, placements: Sequence[Place]) -> Ints:
    shape = (len(problem.bets), len(problem.teams))
    effort = to_thousandths([bet.effort_weeks for bet in problem.bets], shape)
    places = np.asarray(placements, dtype=np.int64)
    used = np.zeros((len(problem.teams), len(problem.quarters)), dtype=np.int64)
    for q in range(len(problem.quarters)):
        used[:, q] = effort[places == q].sum(axis=0)
    return used


def _overloads(problem: PlanProblem, placements: Sequence[Place]) -> Iterator[PlanViolation]:
    shape = (len(problem.teams), len(problem.quarters))
    over = _use(problem, placements) - to_thousandths(problem.capacity_weeks, shape)
    for q, t in np.argwhere(over.T > 0).tolist():
        weeks = float(over[t, q] / PER_WEEK)
        bets = tuple(
            b
            for b, bet in enumerate(problem.bets)
            if placements[b] == q and bet.effort_weeks[t] > 0
        )
        sentence = (
            f"{problem.teams[t]} has {problem.capacity_weeks[t][q]:g} person-weeks in "
            f"{problem.quarters[q]}; {_name(problem, bets)} take {weeks:g} more."
        )
        yield PlanViolation("capacity", sentence, bets, t, q, weeks)


def _broken_needs(problem: PlanProblem, placements: Sequence[Place]) -> Iterator[PlanViolation]:
    for bet, need in sorted(set(problem.needs)):
        mine, theirs = placements[bet], placements[need]
        if mine != NOT_DONE and (theirs == NOT_DONE or theirs > mine):
            yield PlanViolation(
                "need", _need_sentence(problem, bet, mine, need, theirs), (bet, need)
            )


def _broken_pins(problem: PlanProblem, placements: Sequence[Place]) -> Iterator[PlanViolation]:
    for b, bet in enumerate(problem.bets):
        if bet.pin is not None and placements[b] != bet.pin:
            sentence = (
                f"{bet.title} is pinned ({describe_place(problem, bet.pin)}) but stands elsewhere "
                f"({describe_place(problem, placements[b])})."
            )
            yield PlanViolation("pin", sentence, (b,))


def _contradicting_pins(problem: PlanProblem) -> Iterator[PlanViolation]:
    pins = [bet.pin for bet in problem.bets]
    for b, pin in enumerate(pins):
        if pin is None or pin == NOT_DONE:
            continue
        for need in sorted(_all_needs(problem, b)):
            other = pins[need]
            if other is not None and (other == NOT_DONE or other > pin):
                sentence = _need_sentence(problem, b, pin, need, other)
                yield PlanViolation("need", sentence, (b, need))


def _all_needs(problem: PlanProblem, bet: int) -> set[int]:
    found: set[int] = set()
    todo = [bet]
    while todo:
        b = todo.pop()
        fresh = {need for user, need in problem.needs if user == b} - found
        found |= fresh
        todo += fresh
    return found


def _need_sentence(problem: PlanProblem, bet: int, mine: Place, need: int, theirs: Place) -> str:
    return (
        f"{problem.bets[bet].title} ({describe_place(problem, mine)}) needs "
        f"{problem.bets[need].title}, which is {_when(problem, theirs)}."
    )


def _when(problem: PlanProblem, place: Place) -> str:
    return "left out" if place == NOT_DONE else f"later ({problem.quarters[place]})"


def _name(problem: PlanProblem, bets: Sequence[int]) -> str:
    names = [problem.bets[b].title for b in bets[:_NAMED]]
    if len(bets) > _NAMED:
        names.append(f"{len(bets) - _NAMED} more")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

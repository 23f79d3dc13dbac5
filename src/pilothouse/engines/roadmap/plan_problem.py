"""What a roadmap's plan is made of: bets, quarters, teams with their capacity, needs and pins.

A bet is done within one quarter or not at all; all its effort falls into that quarter. What it
needs is done in the same or an earlier quarter. Efforts and capacities are person-weeks, counted
to a thousandth. A pin is a choice of a person that the plan must keep.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pilothouse.kernel.errors import InvalidValueError

NOT_DONE: Final = -1
MOST_BETS = 1000
MOST_QUARTERS = 40
MOST_TEAMS = 40
MOST_EFFORT_WEEKS = 100_000.0
MOST_WORTH = 1e12

Place = int
Rule = Literal["capacity", "need", "pin", "quarter"]


@dataclass(frozen=True)
class PlanBet:
    """Something that may be done: its worth by quarter of delivery, its effort by team.

    ``worth`` has one number a quarter, ``effort_weeks`` one a team (person-weeks). ``pin`` is the
    quarter (0, 1, ...) a person chose, ``NOT_DONE`` for "leave it out", None for a free choice.
    """

    key: str
    title: str
    worth: tuple[float, ...]
    effort_weeks: tuple[float, ...]
    pin: Place | None = None


@dataclass(frozen=True)
class PlanProblem:
    """Bets, the names of quarters and teams, capacity[team][quarter], and needs.

    ``needs`` holds pairs of places in ``bets``: (bet, what it needs). InvalidValueError where
    shapes or numbers are impossible, or where bets need each other in a circle.
    """

    bets: tuple[PlanBet, ...]
    quarters: tuple[str, ...]
    teams: tuple[str, ...]
    capacity_weeks: tuple[tuple[float, ...], ...]
    needs: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        _check_sizes(self)
        for bet in self.bets:
            _check_bet(bet, len(self.quarters), len(self.teams))
        for row in self.capacity_weeks:
            if len(row) != len(self.quarters):
                raise InvalidValueError("capacity has one number a quarter.", value=len(row))
            _check_numbers(row, "a capacity", MOST_EFFORT_WEEKS)
        circle = find_circle(len(self.bets), self.needs)
        if circle:
            names = " needs ".join(self.bets[b].title for b in circle)
            raise InvalidValueError(
                "bets cannot need each other in a circle.",
                value=names,
                remedy="Take one of these needs away.",
            )


@dataclass(frozen=True)
class PlanViolation:
    """A rule that a plan breaks, as a sentence and by its parts (places in the problem)."""

    rule: Rule
    sentence: str
    bets: tuple[int, ...] = ()
    team: int | None = None
    quarter: int | None = None
    over_weeks: float = 0.0


@dataclass(frozen=True)
class PlanResult:
    """The best plan found, and how much better any plan could be.

    ``placements`` has a quarter or ``NOT_DONE`` for each bet; ``value`` is its worth; no plan that
    keeps all rules is worth more than ``bound``; ``gap`` is (bound - value) / bound. ``used_weeks``
    is effort[team][quarter]. ``is_best`` says that the gap is closed.
    """

    placements: tuple[Place, ...]
    value: float
    bound: float
    gap: float
    used_weeks: tuple[tuple[float, ...], ...]
    method: str
    is_best: bool
    was_stopped: bool
    semantics: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChoicePrice:
    """What it costs to put bet ``bet`` into ``place`` while all else may be planned anew.

    The cost lies surely between ``at_least`` and ``at_most``; ``price`` is the difference of the
    best plans found with and without the choice. ``price`` is None where no plan keeps it.
    """

    bet: int
    place: Place
    price: float | None
    at_least: float
    at_most: float | None


def fade_worth(value: float, quarters: int, fall: float) -> tuple[float, ...]:
    """``value`` when delivered in the first quarter, less by the share ``fall`` each later one.

    >>> [round(w, 2) for w in fade_worth(100, 3, 0.07)]
    [100.0, 93.0, 86.49]
    """
    return tuple(value * (1 - fall) ** q for q in range(quarters))


def live_worth(value: float, quarters: int, after: int = 4) -> tuple[float, ...]:
    """``value`` for each quarter of being live, up to ``after`` quarters behind the plan's end.

    A bet done in quarter q is live from the next one on, so each quarter of delay costs ``value``.

    >>> live_worth(10, 3, after=4)
    (60.0, 50.0, 40.0)
    """
    return tuple(value * (quarters - q - 1 + after) for q in range(quarters))


def find_circle(bets: int, needs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Bets that need each other in a circle, the first again at the end; () where none do."""
    wants: dict[int, list[int]] = {}
    for bet, need in needs:
        if not (0 <= bet < bets and 0 <= need < bets):
            raise InvalidValueError("a need joins two bets of the plan.", value=(bet, need))
        wants.setdefault(bet, []).append(need)
    done: set[int] = set()
    for start in range(bets):
        circle = _walk(start, wants, done)
        if circle:
            return circle
    return ()


def _walk(start: int, wants: dict[int, list[int]], done: set[int]) -> tuple[int, ...]:
    path: list[int] = []
    on_path: set[int] = set()
    todo = [(start, False)]
    while todo:
        bet, is_left = todo.pop()
        if is_left:
            on_path.discard(path.pop())
            done.add(bet)
        elif bet in on_path:
            return (*path[path.index(bet) :], bet)
        elif bet not in done:
            path.append(bet)
            on_path.add(bet)
            todo.append((bet, True))
            todo += [(need, False) for need in wants.get(bet, ())]
    return ()


def _check_sizes(problem: PlanProblem) -> None:
    sizes = (
        (len(problem.bets), 0, MOST_BETS, "bets"),
        (len(problem.quarters), 1, MOST_QUARTERS, "quarters"),
        (len(problem.teams), 0, MOST_TEAMS, "teams"),
    )
    for size, least, most, noun in sizes:
        if not least <= size <= most:
            raise InvalidValueError(f"a plan has {least} to {most} {noun}.", value=size)
    if len(problem.capacity_weeks) != len(problem.teams):
        raise InvalidValueError(
            "capacity has one row a team.", value=f"{len(problem.capacity_weeks)} rows"
        )


def _check_bet(bet: PlanBet, quarters: int, teams: int) -> None:
    if len(bet.worth) != quarters or len(bet.effort_weeks) != teams:
        raise InvalidValueError(
            "a bet has one worth a quarter and one effort a team.", value=bet.title
        )
    _check_numbers(bet.worth, f"the worth of {bet.title}", MOST_WORTH)
    _check_numbers(bet.effort_weeks, f"the effort of {bet.title}", MOST_EFFORT_WEEKS)
    if bet.pin is not None and not NOT_DONE <= bet.pin < quarters:
        raise InvalidValueError(
            "a pin names a quarter of the plan, or that the bet is left out.", value=bet.title
        )


def _check_numbers(numbers: Sequence[float], what: str, most: float) -> None:
    for number in numbers:
        if not (math.isfinite(number) and 0 <= number <= most):
            raise InvalidValueError(f"{what} lies between 0 and {most:g}.", value=number)

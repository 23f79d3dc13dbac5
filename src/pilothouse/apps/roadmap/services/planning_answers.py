"""A plan that was found, beside the person's own: bet by bet, team by team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.roadmap.services.planning_problem import PlanInput
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.roadmap.plan_problem import NOT_DONE


@dataclass(frozen=True)
class Price:
    """What a choice made by hand costs; ``price`` None where no plan keeps it."""

    price: float | None
    at_least: float
    at_most: float | None


@dataclass(frozen=True)
class PlanRow:
    """A bet in both plans. ``way`` is same, earlier, later, added or left-out."""

    bet_id: str
    title: str
    url: str
    own_name: str
    best_name: str
    way: str
    is_kept: bool
    own_worth: float
    best_worth: float
    price: Price | None


@dataclass(frozen=True)
class PlanLoad:
    """Person-weeks of a team in a quarter, in both plans; ``available`` None: not known."""

    quarter: str
    own: float
    best: float
    available: float | None

    @property
    def over(self) -> float:
        """By how much the person's own plan takes too many weeks."""
        return 0.0 if self.available is None else max(0.0, round(self.own - self.available, 3))


@dataclass(frozen=True)
class Answer:
    """What a search found. ``violations`` are sentences about the person's own plan."""

    value: float
    bound: float
    gap: float
    is_best: bool
    was_stopped: bool
    method: str
    seconds: float
    own_value: float
    violations: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    teams: tuple[tuple[str, tuple[PlanLoad, ...]], ...]
    semantics: tuple[tuple[str, str], ...]

    @property
    def changes(self) -> tuple[PlanRow, ...]:
        """The bets that stand elsewhere in the best plan, the dearest choices first."""
        moved = [row for row in self.rows if row.way != "same"]
        return tuple(sorted(moved, key=_dearness, reverse=True))

    @property
    def lead(self) -> float:
        """How much more the best plan is worth than the person's own."""
        return self.value - self.own_value


def to_answer(product: ProductView, given: PlanInput, result: Mapping[str, Any]) -> Answer:
    """What was stored of a search, as it is shown."""
    return Answer(
        value=result["value"],
        bound=result["bound"],
        gap=result["gap"],
        is_best=result["is_best"],
        was_stopped=result["was_stopped"],
        method=result["method"],
        seconds=result["seconds"],
        own_value=result["own_value"],
        violations=tuple(result["violations"]),
        rows=tuple(_rows(product, given, result)),
        teams=tuple(_loads(given, result)),
        semantics=tuple((name, rule) for name, rule in result["semantics"]),
    )


def _rows(product: ProductView, given: PlanInput, result: Mapping[str, Any]) -> list[PlanRow]:
    places: Sequence[int] = result["places"]
    return [
        PlanRow(
            bet_id=bet.key,
            title=bet.title,
            url=f"/p/{product.public_id}/roadmap/bets/{bet.key}/",
            own_name=_name(given, own),
            best_name=_name(given, best),
            way=_way(own, best),
            is_kept=bet.pin is not None,
            own_worth=0.0 if own == NOT_DONE else bet.worth[own],
            best_worth=0.0 if best == NOT_DONE else bet.worth[best],
            price=Price(*result["prices"][bet.key]) if bet.key in result["prices"] else None,
        )
        for bet, own, best in zip(given.problem.bets, given.own, places, strict=True)
    ]


def _loads(given: PlanInput, result: Mapping[str, Any]) -> list[tuple[str, tuple[PlanLoad, ...]]]:
    problem = given.problem
    return [
        (
            team,
            tuple(
                PlanLoad(
                    problem.quarters[q],
                    result["own_used_weeks"][t][q],
                    result["used_weeks"][t][q],
                    problem.capacity_weeks[t][q] if given.has_limit[t] else None,
                )
                for q in range(len(problem.quarters))
            ),
        )
        for t, team in enumerate(problem.teams)
    ]


def _name(given: PlanInput, place: int) -> str:
    return "not planned" if place == NOT_DONE else given.problem.quarters[place]


def _way(own: int, best: int) -> str:
    if own == best:
        return "same"
    if own == NOT_DONE:
        return "added"
    if best == NOT_DONE:
        return "left-out"
    return "earlier" if best < own else "later"


def _dearness(row: PlanRow) -> tuple[float, float]:
    known = row.price.price if row.price and row.price.price is not None else -1.0
    return known, row.best_worth

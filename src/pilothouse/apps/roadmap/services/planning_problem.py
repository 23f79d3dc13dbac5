"""From the roadmap to the problem of its best plan, and what had to be left out or assumed.

A bet is worth its value, times its stated confidence, for each quarter of being live: from the one
after its delivery until a year after the plan's end. So each quarter of delay costs one quarter's
value. Nothing is guessed: a bet without a value or an effort is not planned, and is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilothouse.apps.roadmap.models import BetStatus
from pilothouse.apps.roadmap.services.bets import BetView, list_bets
from pilothouse.apps.roadmap.services.quarters import (
    list_quarters,
    name_quarter,
    quarters_between,
    today_of,
)
from pilothouse.apps.roadmap.services.teams import TeamView, list_teams
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.roadmap.plan_problem import (
    MOST_BETS,
    MOST_EFFORT_WEEKS,
    NOT_DONE,
    PlanBet,
    PlanProblem,
    live_worth,
)
from pilothouse.kernel.errors import InvalidValueError

LIVE_AFTER = 4  # quarters behind the plan's end that still count
WORTH_RULE = (
    "value x confidence for each quarter from the one after delivery until a year after the "
    "plan's end; without a stated confidence the whole value counts"
)


@dataclass(frozen=True)
class PlanInput:
    """A problem with the person's own plan; ``limits`` False where a team's capacity is unknown.

    ``own`` is a place for each bet of ``problem``; ``left_out`` holds title and reason.
    """

    problem: PlanProblem
    quarters: tuple[date, ...]
    own: tuple[int, ...]
    has_limit: tuple[bool, ...]
    notes: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def build_input(
    product: ProductView, quarters: int, keep: Sequence[str] | None = None
) -> PlanInput:
    """The problem of the next ``quarters``; bets of ``keep`` stay where they stand.

    ``keep`` None keeps those in progress. InvalidValueError where there is nothing to plan.
    """
    span = list_quarters(today_of(product), quarters)
    bets, teams = list_bets(product), list_teams(product)
    planned, left_out = _choose(bets, teams, span)
    if not planned:
        raise InvalidValueError(
            "there is nothing to plan yet.",
            remedy="Give bets a value and an effort in person-weeks of a team.",
        )
    notes: list[str] = []
    capacity = [_capacity_of(team, span, notes) for team in teams]
    _take_out(capacity, bets, teams, span, {bet.public_id for bet in planned})
    places = {bet.public_id: place_in(bet, span) for bet in planned}
    kept = _kept(planned, keep)
    problem = PlanProblem(
        bets=tuple(_to_plan_bet(bet, teams, span, places, kept) for bet in planned),
        quarters=tuple(name_quarter(day) for day in span),
        teams=tuple(team.name for team in teams),
        capacity_weeks=tuple(
            tuple(MOST_EFFORT_WEEKS if weeks is None else weeks for weeks in row)
            for row in capacity
        ),
        needs=tuple(_needs(planned, bets, notes)),
    )
    return PlanInput(
        problem, tuple(span), tuple(places.values()),
        tuple(None not in row for row in capacity), tuple(notes), tuple(left_out),
    )  # fmt: skip


def place_in(bet: BetView, span: Sequence[date]) -> int:
    """The place of a bet in the quarters of a plan; what is late counts in the first of them."""
    if bet.quarter is None or bet.quarter > span[-1]:
        return NOT_DONE
    return max(0, quarters_between(span[0], bet.quarter))


def to_json(given: PlanInput) -> dict[str, Any]:
    """A problem as it is stored."""
    problem = given.problem
    return {
        "quarters": [day.isoformat() for day in given.quarters],
        "teams": list(problem.teams),
        "has_limit": list(given.has_limit),
        "capacity_weeks": [list(row) for row in problem.capacity_weeks],
        "bets": [
            {
                "id": bet.key, "title": bet.title, "worth": list(bet.worth),
                "effort_weeks": list(bet.effort_weeks), "pin": bet.pin, "own": own,
            }
            for bet, own in zip(problem.bets, given.own, strict=True)
        ],
        "needs": [list(pair) for pair in problem.needs],
        "notes": list(given.notes),
        "left_out": [list(pair) for pair in given.left_out],
    }  # fmt: skip


def from_json(stored: Mapping[str, Any]) -> PlanInput:
    """A problem as it was stored."""
    span = tuple(date.fromisoformat(day) for day in stored["quarters"])
    problem = PlanProblem(
        bets=tuple(
            PlanBet(
                each["id"], each["title"], tuple(each["worth"]), tuple(each["effort_weeks"]),
                each["pin"],
            )
            for each in stored["bets"]
        ),
        quarters=tuple(name_quarter(day) for day in span),
        teams=tuple(stored["teams"]),
        capacity_weeks=tuple(tuple(row) for row in stored["capacity_weeks"]),
        needs=tuple((bet, need) for bet, need in stored["needs"]),
    )  # fmt: skip
    return PlanInput(
        problem=problem,
        quarters=span,
        own=tuple(each["own"] for each in stored["bets"]),
        has_limit=tuple(stored["has_limit"]),
        notes=tuple(stored["notes"]),
        left_out=tuple((title, why) for title, why in stored["left_out"]),
    )


def _choose(
    bets: Sequence[BetView], teams: Sequence[TeamView], span: Sequence[date]
) -> tuple[list[BetView], list[tuple[str, str]]]:
    known = {team.public_id for team in teams}
    planned: list[BetView] = []
    left_out: list[tuple[str, str]] = []
    for bet in bets:
        if not bet.is_open:
            continue
        stands = f"; it stays in {bet.quarter_name}" if place_in(bet, span) != NOT_DONE else ""
        if not known & bet.efforts.keys():
            left_out.append((bet.title, f"no effort of a team is stated{stands}"))
        elif bet.value is None:
            left_out.append((bet.title, f"no value is stated{stands}"))
        elif len(planned) == MOST_BETS:
            left_out.append((bet.title, f"a plan holds at most {MOST_BETS:,} bets{stands}"))
        else:
            planned.append(bet)
    return planned, left_out


def _kept(planned: Sequence[BetView], keep: Sequence[str] | None) -> set[str]:
    if keep is None:
        return {bet.public_id for bet in planned if bet.status == BetStatus.DOING}
    unknown = set(keep) - {bet.public_id for bet in planned}
    if unknown:
        raise InvalidValueError(
            "only bets with a value and an effort can be kept in a plan.", value=min(unknown)
        )
    return set(keep)


def _to_plan_bet(
    bet: BetView, teams: Sequence[TeamView], span: Sequence[date], places: Mapping[str, int],
    kept: set[str],
) -> PlanBet:  # fmt: skip
    value = (bet.value or 0.0) * (1.0 if bet.confidence is None else bet.confidence)
    return PlanBet(
        key=bet.public_id,
        title=bet.title,
        worth=live_worth(value, len(span), LIVE_AFTER),
        effort_weeks=tuple(float(bet.efforts.get(team.public_id, 0.0)) for team in teams),
        pin=places[bet.public_id] if bet.public_id in kept else None,
    )


def _capacity_of(team: TeamView, span: Sequence[date], notes: list[str]) -> list[float | None]:
    """Person-weeks by quarter; an unknown one is that of the last quarter before it."""
    before = [day for day in sorted(team.capacity) if day <= span[0]]
    last = team.capacity[before[-1]] if before else None
    row: list[float | None] = []
    carried = []
    for day in span:
        if day not in team.capacity and last is not None:
            carried.append(name_quarter(day))
        last = team.capacity.get(day, last)
        row.append(last)
    if None in row:
        notes.append(f"{team.name}: capacity is not stated for every quarter and limits nothing.")
        return [None] * len(span)
    if carried:
        notes.append(f"{team.name}: no capacity is stated for {carried[0]}; the last one is used.")
    return row


def _take_out(
    capacity: Sequence[list[float | None]], bets: Sequence[BetView], teams: Sequence[TeamView],
    span: Sequence[date], planned: set[str],
) -> None:  # fmt: skip
    """Bets that are not planned anew keep the weeks they take: done ones, and those left out."""
    for bet in bets:
        is_done_before = bet.status == BetStatus.DONE and (not bet.quarter or bet.quarter < span[0])
        place = place_in(bet, span)
        skips = bet.public_id in planned or bet.status == BetStatus.DROPPED or is_done_before
        if skips or place == NOT_DONE:
            continue
        for row, team in zip(capacity, teams, strict=True):
            weeks = row[place]
            if weeks is not None:
                row[place] = max(0.0, weeks - bet.efforts.get(team.public_id, 0.0))


def _needs(
    planned: Sequence[BetView], bets: Sequence[BetView], notes: list[str]
) -> Iterator[tuple[int, int]]:
    places = {bet.public_id: place for place, bet in enumerate(planned)}
    others = {bet.public_id: bet for bet in bets}
    for place, bet in enumerate(planned):
        for need in bet.needs:
            other = others.get(need)
            if need in places:
                yield place, places[need]
            elif other is not None and other.status != BetStatus.DONE:
                notes.append(
                    f"{bet.title} needs {other.title}, which is not planned: not checked here."
                )


@dataclass(frozen=True)
class Choice:
    """A bet that a plan may place, and where the person has it."""

    bet_id: str
    title: str
    place: str
    is_doing: bool


def list_choices(product: ProductView) -> list[Choice]:
    """The open bets with a value and an effort, in their order; four queries."""
    bets, teams = list_bets(product, only_open=True), list_teams(product)
    planned, _ = _choose(bets, teams, list_quarters(today_of(product), 1))
    return [
        Choice(
            bet.public_id,
            bet.title,
            bet.quarter_name or "no quarter",
            bet.status == BetStatus.DOING,
        )
        for bet in planned
    ]

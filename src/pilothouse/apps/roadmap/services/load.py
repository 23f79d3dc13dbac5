"""How much of a team's capacity the bets of each quarter take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pilothouse.apps.roadmap.models import BetStatus
from pilothouse.apps.roadmap.services.bets import BetView
from pilothouse.apps.roadmap.services.quarters import name_quarter
from pilothouse.apps.roadmap.services.teams import TeamView


@dataclass(frozen=True)
class Load:
    """Person-weeks of a team in a quarter. ``available`` is None where nobody said it."""

    team: TeamView
    quarter: date
    used: float
    available: float | None

    @property
    def over(self) -> float:
        """Person-weeks too many; 0 where they fit or nobody knows."""
        return 0.0 if self.available is None else max(0.0, self.used - self.available)

    @property
    def sentence(self) -> str:
        """``Web in Q1 2027: 26 of 20 person-weeks, 6 too many``."""
        place = f"{self.team.name} in {name_quarter(self.quarter)}"
        if self.available is None:
            return f"{place}: {self.used:g} person-weeks, capacity not known"
        whole = f"{place}: {self.used:g} of {self.available:g} person-weeks"
        return f"{whole}, {self.over:g} too many" if self.over else whole


def measure_load(
    bets: Sequence[BetView], teams: Sequence[TeamView], quarters: Sequence[date]
) -> dict[str, list[Load]]:
    """The load of each team (by public id) in the order of ``quarters``.

    A bet takes its whole effort in its quarter. Dropped bets and bets without a quarter take none.
    """
    used: dict[tuple[str, date], float] = {}
    for bet in bets:
        if bet.quarter is None or bet.status == BetStatus.DROPPED:
            continue
        for team_id, weeks in bet.efforts.items():
            key = (team_id, bet.quarter)
            used[key] = used.get(key, 0.0) + weeks
    return {
        team.public_id: [
            Load(team, day, used.get((team.public_id, day), 0.0), team.capacity.get(day))
            for day in quarters
        ]
        for team in teams
    }


def find_overloads(
    bets: Sequence[BetView], teams: Sequence[TeamView], quarters: Sequence[date]
) -> list[Load]:
    """The loads that are above their capacity, in the order of time."""
    loads = measure_load(bets, teams, quarters).values()
    over = [load for row in loads for load in row if load.over > 0]
    return sorted(over, key=lambda load: load.quarter)

"""How things get built: capacity, progress that looks better than it is, debt, bugs, incidents.

Overruns are shared within a project: independent ones would average out and nothing of ten items
would ever be late (M. Jorgensen and K. Molokken 2003 find 60-80 % late by 30-40 %). Debt slows and
breaks things (T. Besker and others 2018; A. Tornhill and M. Borg 2022); people wear out under
pressure that does not end (E. Demerouti and others 2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pilothouse.engines.simulation.company.added import added
from pilothouse.engines.simulation.company.chance import (
    Chance,
    daily,
    gamma,
    lognormal,
    poisson,
)
from pilothouse.engines.simulation.company.crews import (
    LEADING,
    SETTLING_PACE,
    Topics,
    handover,
    members,
    work_of,
)
from pilothouse.engines.simulation.company.schema import Team
from pilothouse.engines.simulation.company.terms import NOTHING_AGREED, SPARED_BUGS, Agreement
from pilothouse.engines.simulation.distributions import exp
from pilothouse.engines.simulation.philox import Stream

# How much of a working day a newcomer is worth at first, and what one takes from a colleague.
FIRST_WORTH, MENTORING = 0.2, 0.2
PRESSURE_HARM = 1.5
ORDINARY_DEMAND, RESTED = 0.30, 0.2
WORN_OUT = 0.5
INCIDENT_SPREAD = 0.8
_NONE: Mapping[int, Agreement] = {}


@dataclass
class Work:
    """An idea in progress at a ``team``: person-days done of a ``size`` that nobody knows."""

    idea: int
    size: float
    estimate: float
    started: int
    done: float = 0.0
    team: int = added(default=0)

    @property
    def reported(self) -> float:
        """Progress as it is told: done over estimate, stuck at nine tenths."""
        return min(0.9, self.done / self.estimate)


@dataclass(frozen=True)
class Split:
    """How the team's time is divided (sums to 1 or less) and how hard it is driven (0 to 1)."""

    features: float = 0.8
    debt: float = 0.1
    bugs: float = 0.1
    pressure: float = 0.0


@dataclass
class Shop:
    """The state of those who build: when each joined, debt, exhaustion, bugs by need, work.

    ``owed`` is person-days that something else takes before features, debt and bugs. They are
    divided into ``teams``; until the day number ``settled`` they still get used to it.
    """

    joined: list[int]
    debt: float
    exhaustion: float = RESTED
    bugs: list[int] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    shipped: int = 0
    owed: float = added(default=0.0)
    teams: int = added(default=1)
    settled: int = added(default=0)


@dataclass(frozen=True)
class Incident:
    """Something broke: hours down; ``release`` says whether one of today's releases did it."""

    hours: float
    release: bool


def fresh_shop(team: Team, needs: int) -> Shop:
    """The team on the first day: everybody has been there long enough."""
    settled = -int(team.ramp_days.value)
    return Shop([settled] * int(team.engineers.value), team.debt_start.value, bugs=[0] * needs)


def drag(team: Team, debt: float) -> float:
    """The share of time that debt takes."""
    return team.debt_drag.value * debt / (1.0 + debt)


def morale(exhaustion: float) -> float:
    """What worn-out people still give, 1 for rested ones."""
    return 1.0 - 0.35 * max(0.0, exhaustion - WORN_OUT)


def heads(team: Team, joined: Sequence[int], day: int) -> float:
    """How many people the team is worth: newcomers less, mentors less, and talk between all."""
    total = 0.0
    for since in joined:
        ramp = min(1.0, max(0.0, (day - since) / team.ramp_days.value))
        total += FIRST_WORTH + (1.0 - FIRST_WORTH) * ramp - (MENTORING if ramp < 1.0 else 0.0)
    pairs = len(joined) * (len(joined) - 1) / 2.0
    return max(0.0, total - team.talk_loss.value * pairs)


def hands(team: Team, shop: Shop, day: int, number: int = 0) -> float:
    """How many people team ``number`` is worth; what lies between teams takes some of each."""
    people = heads(team, members(shop.joined, number, shop.teams), day)
    return max(0.0, people - LEADING * (shop.teams - 1) / shop.teams)


def capacity(
    team: Team,
    shop: Shop,
    *,
    day: int,
    working: int,
    pressure: float,
    upkeep: float,
    number: int = 0,
) -> float:
    """Person-days of an ordinary working day of team ``number``, before good and bad days."""
    focus = 1.0 / (1.0 + team.focus_loss.value * max(0, working - 1))
    gain = 1.0 + team.pressure_gain.value * pressure
    kept = max(0.0, 1.0 - upkeep * shop.shipped)
    people = hands(team, shop, day, number)
    pace = SETTLING_PACE if day < shop.settled else 1.0
    able = people * focus * (1.0 - drag(team, shop.debt)) * gain * morale(shop.exhaustion) * kept
    return able * pace


def work_day(
    team: Team,
    shop: Shop,
    chance: Chance,
    *,
    day: int,
    split: Split,
    upkeep: float,
    agreed: Mapping[int, Agreement] = _NONE,
    topics: Topics = (),
) -> tuple[Work, ...]:
    """One working day of ``shop``, changed in place; returns what was finished on it.

    ``agreed`` says by idea which work weighs more or less, and how much of it goes into tests;
    ``topics`` what an idea is about, which is asked for where there are several teams.
    """
    days = []
    for number in range(shop.teams):
        u, _, _, _ = chance.draw(Stream.DELIVERY, number, day)
        able = capacity(
            team,
            shop,
            day=day,
            working=len(work_of(shop.work, number)),
            pressure=split.pressure,
            upkeep=upkeep,
            number=number,
        )
        lost = handover(shop.work, topics, number)
        days.append(gamma(u, team.day_spread.value) * able * (1.0 - lost))
    total = sum(days)
    taken = min(shop.owed, total)
    shop.owed -= taken
    _repair(team, shop, split, total - taken)
    for number, own in enumerate(days):
        left = own - taken * (own / total) if total > 0.0 else 0.0
        features, harm = left * split.features, 1.0 + PRESSURE_HARM * split.pressure
        if _do_work(work_of(shop.work, number), features, agreed, day):
            shop.debt += team.debt_made.value * features * harm
    finished = tuple(work for work in shop.work if work.done >= work.size)
    shop.work = [work for work in shop.work if work.done < work.size]
    return finished


def _do_work(
    works: Sequence[Work], features: float, agreed: Mapping[int, Agreement], day: int
) -> bool:
    """Put person-days of one team into what it works on; False: there was nothing to work on."""
    deals = [agreed.get(work.idea, NOTHING_AGREED) for work in works]
    weights = [deal.weight(day) for deal in deals]
    total = sum(weights)
    if total <= 0.0:
        return False
    for work, deal, weight in zip(works, deals, weights, strict=True):
        work.done += features * weight / total * (1.0 - deal.testing)
    return True


def _repair(team: Team, shop: Shop, split: Split, days: float) -> None:
    shop.debt = max(0.0, shop.debt - team.debt_repaid.value * days * split.debt)
    # A bug takes about a person-day; the part of one that is left over is lost in switching.
    for _ in range(int(days * split.bugs + 0.5)):
        worst = max(range(len(shop.bugs)), key=shop.bugs.__getitem__)
        if shop.bugs[worst] == 0:
            return
        shop.bugs[worst] -= 1


def new_bugs(
    team: Team, shop: Shop, chance: Chance, work: Work, pressure: float, *, testing: float = 0.0
) -> int:
    """Bugs that reach people with what was built, of whose days tests took ``testing``."""
    u, _, _, _ = chance.draw(Stream.BUGS, work.idea)
    missed, spared = 1.0 - team.caught.value, 1.0 - SPARED_BUGS * testing
    harm = (1.0 + shop.debt) * (1.0 + PRESSURE_HARM * pressure) / (1.0 + team.debt_start.value)
    return poisson(u, work.size * team.bugs_a_day.value * harm * missed * spared)


def incident(team: Team, shop: Shop, chance: Chance, *, day: int, releases: int) -> Incident | None:
    """What breaks today, if anything does: more with debt and with every release."""
    u, v, w, _ = chance.draw(Stream.INCIDENT, 0, day)
    worse = (1.0 + shop.debt) / (1.0 + team.debt_start.value)
    released = 1.0
    for _ in range(releases):
        released *= 1.0 - min(1.0, team.failed_releases.value * worse)
    alone = daily(team.incidents_yearly.value * worse)
    if u >= 1.0 - released * (1.0 - alone):
        return None
    return Incident(
        hours=lognormal(v, team.incident_hours.value, INCIDENT_SPREAD),
        release=w < (1.0 - released) / (1.0 - released * (1.0 - alone)),
    )


def tire(shop: Shop, *, demand: float, relief: float = 0.0) -> None:
    """A day's wear: exhaustion rises with demand above an ordinary one and heals towards rest."""
    rise = 0.010 * (demand - ORDINARY_DEMAND) - 0.006 * (shop.exhaustion - RESTED) - relief
    shop.exhaustion = min(1.0, max(0.0, shop.exhaustion + rise))


def leavers(team: Team, shop: Shop, chance: Chance, day: int) -> tuple[int, ...]:
    """Places of those who quit today; worn-out people do so more often."""
    worn = float(exp(2.0 * max(0.0, shop.exhaustion - WORN_OUT)))
    odds = daily(team.quits_yearly.value * worn)
    return tuple(
        place
        for place in range(len(shop.joined))
        if chance.draw(Stream.STAFF, place, day)[0] < odds
    )

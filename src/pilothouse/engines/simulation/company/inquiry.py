"""Inquiries into what broke: two or three causes are named, one of them was it, or none.

What acted is drawn on the day of the incident, as the rate of incidents has it: a release, worn
parts by their share in the rate, else one of three others alike. What an inquiry says of it is
another draw. Nothing in the world depends on what is said. All sizes are choices of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pilothouse.engines.simulation.calendar import SATURDAY, WEEK
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.philox import Stream

# Working days are looked for: what falls on a weekend is told on Monday.
FIRST_DAYS, LAST_DAYS = 3, 8
# Days that a deeper inquiry takes, and person-days of the team.
DEEP_DAYS, DEEP_WORK = 7, 4.0
# So long an incident may still be looked into, and so long a release is thought of.
REMEMBERED_DAYS, RECENT_DAYS = 60, 7
# Where what acted is named: in first place, later, or nowhere (the rest).
NAMED_FIRST = {False: 0.5, True: 0.8}
NAMED_LATER = {False: 0.3, True: 0.15}
# Chance of three causes instead of two, and how much readier a release is blamed than others.
THREE, BLAMED = 0.5, 0.5
# When it is noticed, as shares of the time that it lasts; by an alarm, or by people who complain.
NOTICED_SOONEST, NOTICED_LATEST, ALARMED = 0.05, 0.45, 0.6


class Cause(StrEnum):
    """What may have been behind an incident."""

    CHANGE = "change"
    WEAR = "wear"
    LOAD = "load"
    PARTNER = "partner"
    HANDLING = "handling"


_OTHERS = (Cause.LOAD, Cause.PARTNER, Cause.HANDLING)


@dataclass
class Broken:
    """An incident of some weight: its ``cause``, and days on which inquiries are told (or None).

    ``changed`` is the places of ideas that people had had for a week or less.
    """

    day: int
    hours: float
    cause: Cause
    changed: tuple[int, ...]
    first: int
    deep: int | None = None


@dataclass(frozen=True)
class Findings:
    """What an inquiry says: when it began and was noticed, what was looked at, causes by rank."""

    hour: int
    noticed_hours: float
    alarmed: bool
    looked: tuple[Cause, ...]
    causes: tuple[Cause, ...]


def remember(
    chance: Chance,
    *,
    day: int,
    weekday: int,
    hours: float,
    release: bool,
    debt: float,
    changed: Sequence[int],
) -> Broken:
    """What broke on ``day``, with the cause that acted; ``weekday`` is 0 on Monday."""
    u, v, _, _ = chance.draw(Stream.INQUIRY, 0, day)
    cause = Cause.CHANGE if release else _apart(u, debt)
    due = FIRST_DAYS + int(v * (LAST_DAYS - FIRST_DAYS + 1))
    return Broken(day, hours, cause, tuple(changed), day + working(due, weekday))


def _apart(u: float, debt: float) -> Cause:
    """What breaks without a release: worn parts as often as debt raises the rate, else others."""
    worn = debt / (1.0 + debt)
    if u < worn:
        return Cause.WEAR
    return _OTHERS[min(len(_OTHERS) - 1, int((u - worn) / (1.0 - worn) * len(_OTHERS)))]


def working(days: int, weekday: int) -> int:
    """``days`` from a ``weekday``, and on to Monday where that is a weekend."""
    then = (weekday + days) % WEEK
    return days + (WEEK - then if then >= SATURDAY else 0)


def find(chance: Chance, broken: Broken, *, deep: bool) -> Findings:
    """What the inquiry says of ``broken``: the same whenever it is asked for."""
    which = 1 + int(deep)
    rank, three, among, place = chance.draw(Stream.INQUIRY, 0, broken.day, which)
    began, noticed, by, _ = chance.draw(Stream.INQUIRY, 0, broken.day, 3)
    causes = _suspects(chance, broken, which)[: 3 if three < THREE else 2]
    if rank < NAMED_FIRST[deep]:
        causes = [broken.cause, *causes[:-1]]
    elif rank < NAMED_FIRST[deep] + NAMED_LATER[deep]:
        causes.pop()
        causes.insert(1 + int(place * len(causes)), broken.cause)
    # A deeper inquiry looks at everything, a quick one at what it names and one thing more: that
    # one may be what acted, and be overlooked.
    more = [cause for cause in _possible(broken) if cause not in causes]
    looked = [*causes, *(more if deep else more[int(among * len(more)) :][:1])]
    share = NOTICED_SOONEST + (NOTICED_LATEST - NOTICED_SOONEST) * noticed
    return Findings(
        hour=int(began * 24),
        noticed_hours=share * broken.hours,
        alarmed=by < ALARMED,
        looked=tuple(cause for cause in Cause if cause in looked),
        causes=tuple(causes),
    )


def _possible(broken: Broken) -> list[Cause]:
    """What may have acted as far as anybody knows: no release where there was none."""
    return [c for c in Cause if c is not Cause.CHANGE or c is broken.cause or broken.changed]


def _suspects(chance: Chance, broken: Broken, which: int) -> list[Cause]:
    """What else may be blamed, the readiest first."""
    drawn = {}
    for cause in _possible(broken):
        if cause is broken.cause:
            continue
        number = 1 + list(Cause).index(cause)
        u = chance.draw(Stream.INQUIRY, number, broken.day, which)[0]
        drawn[cause] = u * (BLAMED if cause is Cause.CHANGE else 1.0)
    return sorted(drawn, key=lambda cause: drawn[cause])


def kept(broken: Iterable[Broken], day: int) -> list[Broken]:
    """Those of ``broken`` that are still spoken of on ``day``."""
    return [each for each in broken if day - each.day <= REMEMBERED_DAYS]

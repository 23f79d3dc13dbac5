"""What a deal says in days, work, tests, updates and hands, and what is kept of it.

Each issue of a talk is a share between 0 (as the product manager wishes) and 1 (as the other side
wishes). The ranges between the two are choices of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.engines.simulation.company.chance import power
from pilothouse.engines.simulation.company.negotiation import Offer

# At 0 people have it so many days after the day that the other side wishes.
MORE_DAYS = 42
# At 0 so much of the work is done, and so much of the effect comes; at 1 all of it.
LEAST_SCOPE = 0.5
# At 1 so much of the days goes into tests. Each hundredth of them spares two of a hundred bugs.
MOST_TESTING, SPARED_BUGS = 0.3, 2.0
# At 1 so many updates are owed within so many days.
MOST_UPDATES, UPDATE_DAYS = 6, 42
# At 0 a third of the hands that one of several things gets, at 1 three times as many; so long.
MOST_HANDS, HANDS_DAYS = 3.0, 28


@dataclass(frozen=True)
class Terms:
    """An offer in plain figures.

    ``due`` is a day number, ``scope`` the share of the work that is built, ``testing`` the share of
    its days that tests take, ``updates`` how many are owed, ``hands`` what the thing weighs when
    the team's days are shared out; 1 is like any other.
    """

    due: int
    scope: float
    testing: float
    updates: int
    hands: float

    @property
    def update_days(self) -> int:
        """Days for each update."""
        return UPDATE_DAYS // max(1, self.updates)


@dataclass(frozen=True)
class Agreement:
    """What holds for an idea: ``hands`` until the day number ``until``, no work before ``halted``.

    ``scope`` and ``testing`` as of ``Terms``, for good.
    """

    scope: float = 1.0
    testing: float = 0.0
    hands: float = 1.0
    until: int = 0
    halted: int = 0

    def weight(self, day: int) -> float:
        """What the idea weighs when the days of ``day`` are shared out."""
        if day < self.halted:
            return 0.0
        return self.hands if day < self.until else 1.0


NOTHING_AGREED = Agreement()


@dataclass
class Owed:
    """Updates owed to a stakeholder about an idea: the next is due by the day number ``due``."""

    to: int
    idea: int
    every: int
    due: int
    left: int
    sent: bool = False


@dataclass(frozen=True)
class Waiting:
    """An offer that lies with a stakeholder, answered on the day number ``day``."""

    place: int
    idea: int
    offer: Offer
    day: int


@dataclass(frozen=True)
class Ruling:
    """A talk that broke off: somebody above decides on the day number ``day``."""

    place: int
    idea: int
    talk: int
    day: int


def read_terms(offer: Offer, wish: int) -> Terms:
    """What ``offer`` means where the other side wishes to have it by the day number ``wish``."""
    date, scope, quality, visibility, staffing = offer
    return Terms(
        due=wish + int((1.0 - date) * MORE_DAYS + 0.5),
        scope=LEAST_SCOPE + (1.0 - LEAST_SCOPE) * scope,
        testing=MOST_TESTING * quality,
        updates=int(MOST_UPDATES * visibility + 0.5),
        hands=power(MOST_HANDS, 2.0 * staffing - 1.0),
    )

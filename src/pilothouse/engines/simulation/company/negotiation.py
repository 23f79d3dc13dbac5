"""Bargaining over several issues at once, where the first offer pulls and trading helps both.

Every issue is a share between 0 (as the product manager wishes) and 1 (as the other side wishes).
Utilities are weighted sums, so the Nash point and the best joint outcome are exact. A first offer
pulls the settlement a quarter of the way (D. Orr and C. Guthrie 2006 find a correlation of about
.5 of first offers with outcomes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilothouse.engines.simulation.company.added import added
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.schema import ISSUES, Stakeholder
from pilothouse.engines.simulation.philox import Stream

PULL = 0.25
FEWEST_ROUNDS, MOST_ROUNDS = 3, 6
# How far limits may lie from nothing. They leave no zone in about one talk of twelve.
THEIR_REACH, OUR_REACH = 0.45, 0.65

Offer = tuple[float, ...]


@dataclass(frozen=True)
class Sides:
    """The private side of a talk: weights over ``ISSUES``, limits on each, patience.

    ``theirs`` and ``ours`` sum to 1. An issue must end at ``least`` or above for them and at
    ``most`` or below for us.
    """

    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    rounds: int


@dataclass
class Talk:
    """A negotiation under way: the first offer made, and how often was answered.

    In one that is ``binding`` what is agreed is done.
    """

    place: int
    about: str
    number: int
    anchor: Offer
    round: int = 0
    binding: bool = added(default=False)


@dataclass(frozen=True)
class Answer:
    """What comes back: ``agreed`` with the ``offer``, a counter-offer, or ``broken`` off."""

    agreed: bool
    broken: bool
    offer: Offer


def open_sides(
    chance: Chance, person: Stakeholder, place: int, number: int, ours: Sequence[float]
) -> Sides:
    """The sides of talk ``number`` with ``person``: limits and patience are drawn."""
    least, most = [], []
    for issue in range(len(ISSUES)):
        u, v, _, _ = chance.fact(Stream.NEGOTIATION, place, number, issue)
        least.append(THEIR_REACH * u)
        most.append(1.0 - OUR_REACH * v)
    w, _, _, _ = chance.fact(Stream.NEGOTIATION, place, number, len(ISSUES))
    rounds = FEWEST_ROUNDS + int(w * (MOST_ROUNDS - FEWEST_ROUNDS + 1))
    theirs = tuple(person.weights.get(issue, 0.0) for issue in ISSUES)
    return Sides(tuple(ours), theirs, tuple(least), tuple(most), rounds)


def read_offer(given: Mapping[str, float]) -> Offer:
    """An offer over ``ISSUES`` from a table; an issue left out stays as we wish."""
    return tuple(float(given.get(issue, 0.0)) for issue in ISSUES)


def our_utility(sides: Sides, offer: Offer) -> float:
    """What ``offer`` is worth to the product manager, 0 to 1."""
    return math.fsum(w * (1.0 - x) for w, x in zip(sides.ours, offer, strict=True))


def their_utility(sides: Sides, offer: Offer) -> float:
    """What ``offer`` is worth to the other side, 0 to 1."""
    return math.fsum(w * x for w, x in zip(sides.theirs, offer, strict=True))


def can_agree(sides: Sides) -> bool:
    """Whether there is a zone of agreement on every issue."""
    return all(low <= high for low, high in zip(sides.least, sides.most, strict=True))


def _frontier(sides: Sides) -> list[int]:
    """Issues in the order in which they should be conceded: dear to them, cheap to us first."""

    def ratio(issue: int) -> float:
        ours = sides.ours[issue]
        return sides.theirs[issue] / ours if ours > 0.0 else math.inf

    return sorted(range(len(sides.ours)), key=lambda issue: (-ratio(issue), issue))


def nash_point(sides: Sides) -> Offer:
    """The offer with the largest product of what both gain over their limits.

    Along the frontier issues are conceded one by one, from their limit to ours, so that each
    stretch is a straight line on which the product has one peak.
    """
    walk_away = our_utility(sides, sides.most), their_utility(sides, sides.least)
    at = list(sides.least)
    best, most = sides.least, 0.0
    for issue in _frontier(sides):
        ours = our_utility(sides, tuple(at)) - walk_away[0]
        theirs = their_utility(sides, tuple(at)) - walk_away[1]
        a, b = sides.ours[issue], sides.theirs[issue]
        low, high = sides.least[issue], max(sides.least[issue], sides.most[issue])
        peak = (b * ours - a * theirs) / (2.0 * a * b) if a > 0.0 and b > 0.0 else high * (b > 0.0)
        for step in (min(high - low, max(0.0, peak)), high - low):
            product = (ours - a * step) * (theirs + b * step)
            if product > most:
                best, most = (*at[:issue], low + step, *at[issue + 1 :]), product
        at[issue] = high
    return best


def best_joint(sides: Sides) -> float:
    """The largest sum of the two utilities: every issue to whom it matters more."""
    return math.fsum(max(a, b) for a, b in zip(sides.ours, sides.theirs, strict=True))


def settlement(sides: Sides, anchor: Offer) -> Offer:
    """Where a talk that began with ``anchor`` ends, within both sides' limits."""
    point = nash_point(sides)
    return tuple(
        min(max(PULL * first + (1.0 - PULL) * fair, low), high)
        for first, fair, low, high in zip(anchor, point, sides.least, sides.most, strict=True)
    )


def answer(sides: Sides, talk: Talk, offer: Offer) -> Answer:
    """The other side's answer to ``offer`` in the talk's next round; ``talk`` moves on.

    They give in step by step from all they want towards the settlement, and accept whatever is
    worth as much to them as what they would ask for next.
    """
    talk.round += 1
    end = settlement(sides, talk.anchor)
    left = max(0.0, 1.0 - talk.round / sides.rounds)
    asked: Offer = tuple(x + (1.0 - x) * left for x in end)
    inside = all(x >= low - 1e-12 for x, low in zip(offer, sides.least, strict=True))
    if inside and their_utility(sides, offer) >= their_utility(sides, asked) - 1e-12:
        return Answer(agreed=True, broken=False, offer=offer)
    over = talk.round >= sides.rounds
    if over and can_agree(sides):
        return Answer(agreed=True, broken=False, offer=end)
    return Answer(agreed=False, broken=over, offer=asked)

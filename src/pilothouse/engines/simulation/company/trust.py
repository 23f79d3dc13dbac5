"""Trust of the people at the table: slow to grow, quick to fall, and what happens without it.

R. Mayer, J. Davis and F. Schoorman 1995; P. Slovic 1993 for the asymmetry. The sizes are choices.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.distributions import sigmoid
from pilothouse.engines.simulation.philox import Stream

GAIN, LOSS = 0.04, 0.16
TOLD_EARLY, FOUND_OUT = 0.04, 0.12
# Attention to what nobody speaks of fades in some three weeks.
ATTENTION_DECAY = 0.05
# An escalation is looked at once a working week, not every day.
ESCALATION_DAYS = 5


class News(StrEnum):
    """What moves trust."""

    KEPT = "kept"
    BROKEN = "broken"
    TOLD_EARLY = "told early"
    FOUND_OUT = "found out"


@dataclass
class Bond:
    """How one stakeholder stands to the product manager."""

    trust: float
    attention: float = 0.5


def moved(trust: float, news: News) -> float:
    """Trust after ``news``."""
    if news is News.KEPT:
        return trust + GAIN * (1.0 - trust)
    if news is News.BROKEN:
        return trust - LOSS * trust
    return max(0.0, trust - (TOLD_EARLY if news is News.TOLD_EARLY else FOUND_OUT))


def settled_trust(kept: float) -> float:
    """Where trust comes to rest when a share ``kept`` of promises is kept."""
    return GAIN * kept / (GAIN * kept + LOSS * (1.0 - kept))


def escalates(
    chance: Chance, place: int, day: int, *, trust: float, urgency: float, surprise: float
) -> bool:
    """Whether a stakeholder goes over the product manager's head today.

    ``urgency`` and ``surprise`` are 0 to 1. Looked at once in ``ESCALATION_DAYS``.
    """
    if day % ESCALATION_DAYS != place % ESCALATION_DAYS:
        return False
    odds = -4.0 + 3.0 * urgency + 2.0 * (1.0 - trust) + 1.5 * surprise
    return chance.draw(Stream.STAKEHOLDER, place, day)[0] < float(sigmoid(odds))


def fade(bond: Bond) -> None:
    """A day in which nothing draws attention to the product manager."""
    bond.attention *= 1.0 - ATTENTION_DECAY

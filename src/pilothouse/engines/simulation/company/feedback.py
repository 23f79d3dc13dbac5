"""Who writes, and about what: tickets and reviews come from those who speak, not from everybody.

Whoever is moved writes, the angry more than the pleased, so that ratings of writers are more
extreme than of all (N. Hu, P. Pavlou and J. Zhang 2009). What hurts silently is under-reported:
counts of tickets follow importance only loosely.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import compiled
from pilothouse.engines.simulation.company.chance import Chance, poisson
from pilothouse.engines.simulation.distributions import Family, Floats, exp, quantile
from pilothouse.engines.simulation.philox import Stream, philox, threshold, uniform
from pilothouse.engines.simulation.users import Lives

# Tickets a year of an active day at a gap of 1 in something that matters wholly and is easily said.
TICKETS_A_DAY = 0.05
BUG_TICKETS_A_DAY = 0.0005
ANGRY = 1.35
MOST_TICKETS = 60
NAMES_A_NEED = 0.5
# Reviews: how many write on an ordinary active day, and how much being moved adds.
_WRITES, _MOVED, _EXPRESSIVE = 0.0006, 0.9, 0.6
# Ratings: what the mean person gives, how much satisfaction moves it, how much taste.
_MIDDLE, _CONTENT, _TASTE = 3.5, 2.0, 1.0
_REVIEW, _NORMAL = int(Stream.REVIEW), int(Family.NORMAL)


@dataclass(frozen=True)
class Ticket:
    """Somebody reports a shortfall: segment, the need it seems to be about, the one it is about."""

    segment: int
    seems: int
    need: int
    bug: bool


def ticket_rates(
    weights: Sequence[Sequence[float]],
    gaps: Sequence[Sequence[float]],
    reportable: Sequence[float],
    active: Sequence[float],
) -> list[list[float]]:
    """Expected tickets of a day by segment and need.

    ``gaps`` is quality minus expectation by segment and need; only shortfalls are reported.
    """
    return [
        [
            TICKETS_A_DAY * people * weight * max(0.0, -gap) * said * ANGRY
            for weight, gap, said in zip(row, short, reportable, strict=True)
        ]
        for row, short, people in zip(weights, gaps, active, strict=True)
    ]


def write_tickets(
    chance: Chance, day: int, rates: Sequence[Sequence[float]], bugs: Sequence[int], active: float
) -> list[Ticket]:
    """The tickets of a day: about needs, and about bugs that stand open."""
    tickets: list[Ticket] = []
    needs = len(bugs)
    for segment, row in enumerate(rates):
        for need, rate in enumerate(row):
            u, _, _, _ = chance.draw(Stream.FEEDBACK, need, day, segment)
            count = poisson(u, rate)
            tickets += [_ticket(chance, day, (segment, need), n, needs) for n in range(count)]
    for need, open_bugs in enumerate(bugs):
        u, v, _, _ = chance.draw(Stream.FEEDBACK, need, day, len(rates))
        ticket = Ticket(int(v * len(rates)), need, need, bug=True)
        tickets += [ticket] * poisson(u, BUG_TICKETS_A_DAY * open_bugs * active)
    return tickets[:MOST_TICKETS]


def _ticket(chance: Chance, day: int, about: tuple[int, int], number: int, needs: int) -> Ticket:
    """One ticket; in a seventh of cases it reads like something else."""
    segment, need = about
    u, v, _, _ = chance.draw(Stream.FEEDBACK, need, day, 100 + 50 * segment + number)
    seems = need if u > 1.0 / 7.0 else int(v * needs)
    return Ticket(segment, seems, need, bug=False)


@compiled
def rate_product(
    people: NDArray[np.int32],
    day: int,
    replicate: int,
    seed: int,
    life: Lives,
    normal: Floats,
    ratings: NDArray[np.int8],
    writes: NDArray[np.bool_],
) -> None:
    """What each of ``people`` would give (1 to 5), and whether they write it today."""
    for place in range(len(people)):
        user = int(people[place])
        a, b, _, _ = philox(user, 0, 0, 0, seed, _REVIEW)
        taste = quantile(_NORMAL, 1.0, normal, uniform(a))
        expressive = quantile(_NORMAL, 1.0, normal, uniform(b))
        felt = _CONTENT * life[user].satisfaction + _TASTE * taste
        ratings[place] = min(5, max(1, int(_MIDDLE + felt + 0.5)))
        moved = _EXPRESSIVE * expressive + _MOVED * abs(felt)
        odds = _WRITES * exp(moved) * (1.35 if felt < 0.0 else 1.0)
        draw, _, _, _ = philox(user, day, 1, replicate, seed, _REVIEW)
        writes[place] = draw < threshold(odds)


def write_reviews(
    chance: Chance, day: int, people: NDArray[np.int32], life: Lives, normal: Floats
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Ratings of ``people`` (n) and who of them writes today (n)."""
    ratings = np.zeros(len(people), np.int8)
    writes = np.zeros(len(people), np.bool_)
    rate_product(people, day, chance.replicate, chance.seed, life, normal, ratings, writes)
    return ratings, writes


def review_topic(chance: Chance, user: int, day: int, moved_by: Sequence[float]) -> int | None:
    """The need that a review names, by how much each moves people like its writer; half name none.

    ``moved_by`` is by need. It takes no part in whether somebody writes.
    """
    names, which, _, _ = chance.draw(Stream.REVIEW, user, day, 2)
    left = which * sum(moved_by)
    if names >= NAMES_A_NEED or left <= 0.0:
        return None
    for need, share in enumerate(moved_by):
        left -= share
        if left < 0.0:
            return need
    return None

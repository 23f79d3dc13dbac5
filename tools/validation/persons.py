"""Simulated product managers: how they read ideas, play a season and answer questions.

They differ in how well they read signals, whether they test, and how overconfident they are. Who
tests thinks in odds: trusts a reading as far as it deserves, and tests where a test may change the
mind. Everybody else takes readings at their word. The varied pool is of all sorts; the homogeneous
one of those who would pass a hiring screen, alike in all of that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.beliefs import belief_around
from pilothouse.engines.simulation.company.policies import (
    Player,
    Policy,
    begin_with,
    build_believer,
    play_day,
    reach,
)
from pilothouse.engines.simulation.company.run import CompanyRun
from tools.validation.people import company

PLAYED_DAYS = 180
# What nobody can know of the true chance: spread of the stated log-odds.
UNKNOWABLE = 0.35
# Normal score above which a third lies.
BEST_THIRD = 0.43
_LEAST = 0.01


@dataclass(frozen=True)
class Pool:
    """Ranges of people's traits, and from what quality of reading signals on they test."""

    number: int
    tracks: tuple[float, float]
    overconfident: float
    tests_from: float


# The anchors of the scale: who knows nothing, and who reads as well as a quick look at the data.
CHANCE, USUAL = Pool(0, (0.0, 0.0), 0.0, 2.0), Pool(3, (0.0, 0.0), 0.0, 2.0)
POOLS = {
    "varied": Pool(1, (0.0, 0.7), 0.9, 0.35),
    "homogeneous": Pool(2, (0.2, 0.5), 0.45, 2.0),
}


@dataclass(frozen=True)
class Person:
    """A simulated product manager: how well signals are read, overconfidence, whether they test."""

    number: int
    tracks: float
    overconfident: float
    tests: bool


def person_of(pool: Pool, number: int) -> Person:
    """The ``number``-th of ``pool``; traits are drawn once and for all."""
    low, high = pool.tracks
    u, v = np.random.default_rng((pool.number, number)).random(2)
    tracks = low + (high - low) * float(u)
    return Person(number, tracks, pool.overconfident * float(v), tracks >= pool.tests_from)


def read_ideas(pool: Pool, person: Person, world: int, scores: Sequence[float]) -> list[float]:
    """What ``person`` takes the true normal ``scores`` of a world's ideas for."""
    noise = np.random.default_rng((pool.number, person.number, world, 1))
    blur = math.sqrt(1.0 - person.tracks**2) * noise.standard_normal(len(scores))
    return (person.tracks * np.asarray(scores) + blur).tolist()


def play(pack: Pack, world: int, pool: Pool, person: Person, users: int) -> float:
    """What the company is worth after ``person`` led it."""
    run = company(pack, users, world)
    seen = read_ideas(pool, person, world, [truth.score for truth in run.setting.truths])
    player = _thinker(run, seen, person.tracks) if person.tests else _taker(run, seen)
    begin_with(run, player)
    for _ in range(PLAYED_DAYS):
        play_day(run, player)
    return run.value


def _thinker(run: CompanyRun, seen: Sequence[float], tracks: float) -> Player:
    """Whoever knows how well they read."""
    width = math.sqrt(1.0 - tracks**2)
    around = (belief_around(run.setting, tracks * score, width) for score in seen)
    return build_believer(run, dict(enumerate(around)))


def _taker(run: CompanyRun, seen: Sequence[float]) -> Player:
    """Whoever builds the third of the list that looks best, in the order of RICE."""
    setting = run.setting

    def rice(place: int) -> float:
        useful = reach(setting, setting.truths[place]) * math.exp(seen[place])
        return useful / setting.business.ideas[place].estimate_days

    looks_good = (place for place, score in enumerate(seen) if score > BEST_THIRD)
    order = tuple(sorted(looks_good, key=lambda place: (-rice(place), place)))
    return Player(Policy.RICE, order, frozenset(order), frozenset())


def said_by(pool: Pool, person: Person, episode: int, known: Sequence[float]) -> np.ndarray:
    """What ``person`` answers: the true chance, too far from a half, and blurred."""
    rng = np.random.default_rng((pool.number, person.number, episode, 2))
    sure = np.clip(known, _LEAST, 1.0 - _LEAST)
    odds = np.log(sure / (1.0 - sure)) * (1.0 + person.overconfident)
    odds += UNKNOWABLE * rng.standard_normal(len(sure))
    return 1.0 / (1.0 + np.exp(-odds))

"""C2 and C3: scores tell simulated people apart, and cannot be gamed.

People play worlds of one pack, each a few of many, put its ideas in order and answer questions.
The worlds are apart from those on which this design was chosen (0 to 29).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.effects import company_of
from pilothouse.engines.simulation.company.policies import Policy, play_policy
from pilothouse.engines.simulation.company.replay import ROLLOUTS
from pilothouse.engines.simulation.scoring import brier, discovery_tau, forecast_loss, scale
from tools.validation.chances import true_chances
from tools.validation.games import judge_halves
from tools.validation.kinds import ALL, Check, Found, Line, Size, between
from tools.validation.people import company
from tools.validation.persons import (
    CHANCE,
    PLAYED_DAYS,
    POOLS,
    USUAL,
    Person,
    Pool,
    person_of,
    play,
    read_ideas,
    said_by,
)

FIRST_WORLD = 100
# In a small market the contracts of a few accounts are nearly all that a company is worth, and a
# test tells nothing.
USERS, USERS_ASKED = 200_000, 10_000
EPISODES, PLAYS = 6, 24
# One random order says little, for in some worlds it is near the best; so does one look at data.
ANCHORED_BY = 8


def episodes_of(world: int, worlds: int) -> list[tuple[int, int]]:
    """Who plays ``world``: numbers of people and of their episodes."""
    return [
        (number, episode)
        for number in range(PLAYS * worlds // EPISODES)
        for episode in range(EPISODES)
        if (number + episode * _step(number // worlds, worlds)) % worlds == world
    ]


def _step(turn: int, worlds: int) -> int:
    """How far on the next world of a person is.

    Nobody plays one world twice: it would be the same play, and look like reliability.
    """
    step = 1 + turn
    return step if step * (EPISODES - 1) < worlds else 1


def measure_reliability(pack: Pack, seed: int, size: Size) -> Found:
    users, worlds, world = min(USERS, size.users), by_half(size), FIRST_WORLD + seed
    found: Found = {"worlds": worlds}
    look = company_of(pack).signals.quick_look.value
    for anchor, pool, tracks in (("chance", CHANCE, 0.0), ("usual", USUAL, look)):
        players = (Person(number, tracks, 0.0, tests=False) for number in range(ANCHORED_BY))
        found[anchor] = float(np.mean([play(pack, world, pool, one, users) for one in players]))
    run = company(pack, users, world)
    play_policy(run, Policy.ORACLE, PLAYED_DAYS)
    found["best"] = run.value
    scores = [truth.score for truth in run.setting.truths]
    for name, pool in POOLS.items():
        found[name] = [
            [
                number,
                episode,
                play(pack, world, pool, person_of(pool, number), users),
                rightness(pool, person_of(pool, number), world, scores),
            ]
            for number, episode in episodes_of(seed, worlds)
        ]
    return found | true_chances(pack, world, min(USERS_ASKED, users))


def rightness(pool: Pool, person: Person, world: int, scores: list[float]) -> float:
    """How right the order of a world's ideas is that ``person`` takes them for; 1 is the truth."""
    return discovery_tau(read_ideas(pool, person, world, scores), scores)


def reliability(scores: np.ndarray) -> float:
    """ICC(1), the share of the variance of one episode's score that is the person's.

    ``scores`` (people, episodes); what is missing is nan.
    """
    scores = scores[(~np.isnan(scores)).any(axis=1)]
    each = (~np.isnan(scores)).sum(axis=1)
    count, total = len(scores), int(each.sum())
    means = np.nanmean(scores, axis=1)
    within = float(np.nansum((scores - means[:, None]) ** 2)) / (total - count)
    apart = float((each * (means - np.nanmean(scores)) ** 2).sum()) / (count - 1)
    # Episodes a person, where some were not played (the usual mean of an unbalanced design).
    episodes = (total - float((each**2).sum()) / total) / (count - 1)
    return (apart - within) / (apart + (episodes - 1) * within)


def tables(pieces: list[Found], name: str) -> dict[str, np.ndarray]:
    """Scores of one pool, each (people, episodes): outcome, skill, order, three of forecasts."""
    pool = POOLS[name]
    people = 1 + max(number for piece in pieces for number, *_ in piece[name])
    found = {
        what: np.full((people, EPISODES), np.nan)
        for what in ("outcome", "skill", "order", "forecasts", "few forecasts", "what happened")
    }
    for piece in pieces:
        for number, episode, value, tau in piece[name]:
            said = said_by(pool, person_of(pool, number), episode, piece["known"])
            place = (number, episode)
            found["outcome"][place] = value
            found["skill"][place] = skill_of(value, piece)
            found["order"][place] = tau
            answers = said.tolist()
            found["forecasts"][place] = forecast_loss(answers, piece["hits"], ROLLOUTS)
            few = slice(None, None, 3)
            found["few forecasts"][place] = forecast_loss(
                answers[few], piece["hits"][few], ROLLOUTS
            )
            found["what happened"][place] = brier(answers, piece["happened"])
    found["skill of two"], found["outcome of two"] = map(by_two, (found["skill"], found["outcome"]))
    return found


def by_two(scores: np.ndarray) -> np.ndarray:
    """Means of two episodes each: (people, episodes / 2), nan where one was not played."""
    halves: np.ndarray = (scores[:, ::2] + scores[:, 1::2]) / 2.0
    return halves


def skill_of(value: float, piece: Found) -> float:
    """Where ``value`` lies in its world, 0 to 100: chance, one who looks at the data, the oracle.

    Where looking does no better than chance, or as well as the oracle, the middle of the scale lies
    halfway.
    """
    chance, usual, best = piece["chance"], piece["usual"], piece["best"]
    if best <= chance:
        return 0.0
    middle = usual if chance < usual < best else (chance + best) / 2.0
    return scale(value, random=chance, reference=middle, best=best)


# What a season is worth hangs on a few great ideas, found or not: of one season the order of the
# whole list is judged, and skill over two (docs/decisions/0016).
LEAST_RELIABLE = {
    "varied": {"forecasts": 0.85, "order": 0.55, "skill of two": 0.55},
    "homogeneous": {"forecasts": 0.40, "order": 0.10, "skill of two": 0.10},
}
WHAT = {
    "forecasts": "100 forecasts against the truth",
    "order": "order of ideas by impact, one season",
    "skill of two": "skill by three anchors, two seasons",
    "skill": "skill by three anchors, one season",
    "outcome": "raw outcome, one season",
    "outcome of two": "raw outcome, two seasons",
    "few forecasts": "34 forecasts against the truth",
    "what happened": "100 forecasts against what happened",
}
ABOVE = {"forecasts": "outcome", "order": "outcome", "skill of two": "outcome of two"}


def judge_reliability(pieces: list[Found]) -> Iterator[Line]:
    for name, least in LEAST_RELIABLE.items():
        found = {what: reliability(scores) for what, scores in tables(pieces, name).items()}
        for what, low in least.items():
            yield between("C2", ALL, f"{name}: {WHAT[what]}", found[what], (low, 1.0))
            more = found[what] - found[ABOVE[what]]
            words = f"{name}: the same above raw outcome"
            yield between("C2", ALL, words, more, (0.0, math.inf))
        for what in (what for what in WHAT if what not in least):
            words = f"{name}: {WHAT[what]}"
            yield between("C2", ALL, words, found[what], (-1.0, 1.0), "for comparison")


def judge_each(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    yield from judge_reliability(pieces)
    usual = float(np.nanmean(tables(pieces, "homogeneous")["forecasts"]))
    yield from judge_halves(pieces, usual)


def by_half(size: Size) -> int:
    """Half as many worlds as for the order of policies."""
    return max(6, size.worlds // 2)


CHECKS = (Check("reliability", ("C2", "C3"), measure_reliability, judge_each, by_half, ("saas",)),)

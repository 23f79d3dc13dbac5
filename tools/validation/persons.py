"""C2 and C3: scores tell simulated people apart, and cannot be gamed.

People differ in how well they read signals, whether they test, and how overconfident they are. Who
tests thinks in odds: trusts a reading as far as it deserves, and tests where a test may change the
mind. Everybody else takes readings at their word. The varied pool is of all sorts; the homogeneous
one of those who would pass a hiring screen, alike in all of that. They play worlds of one pack,
each a few of many, and answer questions about them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.beliefs import belief_around
from pilothouse.engines.simulation.company.commands import AllocateCapacity, Prioritise
from pilothouse.engines.simulation.company.effects import company_of
from pilothouse.engines.simulation.company.policies import (
    Player,
    Policy,
    begin_with,
    build_believer,
    play_day,
    play_policy,
    reach,
)
from pilothouse.engines.simulation.company.replay import ROLLOUTS, ship_when_built
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.scoring import brier, forecast_loss, scale
from tools.validation.games import judge_halves
from tools.validation.kinds import ALL, Check, Found, Line, Size, between
from tools.validation.people import company

# In a small market the contracts of a few accounts are nearly all that a company is worth, and a
# test tells nothing.
PLAYED_DAYS, USERS, USERS_ASKED = 180, 200_000, 10_000
EPISODES, PLAYS = 6, 24
# One random order says little, for in some worlds it is near the best; so does one look at data.
ANCHORED_BY = 8
# Futures from which people know, apart from those by which they are scored.
KNOWN = 400
# Every second week, about the week to come and the one after it: weeks that do not overlap.
ASKED_ON, WEEKS, WEEK_DAYS = tuple(range(20, 160, 14)), 2, 7
ASKED_AT = (0.1, 0.3, 0.5, 0.7, 0.9)
# What is nearly certain tells nobody apart and is not asked.
ASKED_ABOVE = 0.05
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


def play(pack: Pack, world: int, pool: Pool, person: Person, users: int) -> float:
    """What the company is worth after ``person`` led it."""
    run = company(pack, users, world)
    rng = np.random.default_rng((pool.number, person.number, world, 1))
    noise = rng.standard_normal(len(run.setting.truths))
    blur = math.sqrt(1.0 - person.tracks**2)
    seen = [
        person.tracks * truth.score + blur * float(noise[truth.place])
        for truth in run.setting.truths
    ]
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


def measure_persons(pack: Pack, seed: int, size: Size) -> Found:
    users, worlds = min(USERS, size.users), by_half(size)
    found: Found = {"worlds": worlds}
    look = company_of(pack).signals.quick_look.value
    for anchor, pool, tracks in (("chance", CHANCE, 0.0), ("usual", USUAL, look)):
        players = (Person(number, tracks, 0.0, tests=False) for number in range(ANCHORED_BY))
        found[anchor] = float(np.mean([play(pack, seed, pool, one, users) for one in players]))
    run = company(pack, users, seed)
    play_policy(run, Policy.ORACLE, PLAYED_DAYS)
    found["best"] = run.value
    for name, pool in POOLS.items():
        found[name] = [
            [number, episode, play(pack, seed, pool, person_of(pool, number), users)]
            for number, episode in episodes_of(seed, worlds)
        ]
    return found | true_chances(pack, seed, min(USERS_ASKED, users))


def true_chances(pack: Pack, seed: int, users: int) -> Found:
    """A hundred questions under a neutral plan: in how many futures each comes true.

    By some futures people know what may happen, by others they are scored; one is what happened.
    """
    run = company(pack, users, seed)
    run.give(Prioritise(tuple(idea.key for idea in pack.business.ideas)))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    found: Found = {"known": [], "hits": [], "happened": []}
    for turn, day in enumerate(ASKED_ON):
        while run.days < day:
            ship_when_built(run)
            run.advance()
        snapshot = run.snapshot()
        futures = np.array(
            [
                future_of(
                    CompanyRun.restore(pack, snapshot, threads=1, replicate=n, feedback=False)
                )
                for n in range(1, KNOWN + ROLLOUTS + 2)
            ]
        )
        for figure, values in enumerate(futures.T):
            # Of each figure one mark is asked about, by turns, of those that divide its futures.
            marks = np.quantile(values[:KNOWN], ASKED_AT, method="higher")
            over = values[:, None] >= marks
            known = over[:KNOWN].mean(axis=0)
            open_marks = np.flatnonzero(np.abs(known - 0.5) < 0.5 - ASKED_ABOVE)
            if len(open_marks):
                mark = open_marks[(figure + turn) % len(open_marks)]
                found["known"].append(float(known[mark]))
                found["hits"].append(int(over[KNOWN : KNOWN + ROLLOUTS, mark].sum()))
                found["happened"].append(bool(over[-1, mark]))
    return found


def future_of(run: CompanyRun) -> list[float]:
    """What questions are about, week by week: sign-ups, use, sales, those who leave, worth."""
    found: list[float] = []
    for _ in range(WEEKS):
        money, first = run.value, len(run.metrics)
        for _ in range(WEEK_DAYS):
            ship_when_built(run)
            run.advance()
        week = run.metrics[first:]
        found += [
            sum(m.signups for m in week),
            sum(m.active for m in week),
            sum(m.subscriptions for m in week),
            sum(m.leavers for m in week),
            run.value - money,
        ]
    return found


def said_by(pool: Pool, person: Person, episode: int, known: Sequence[float]) -> np.ndarray:
    """What ``person`` answers: the true chance, too far from a half, and blurred."""
    rng = np.random.default_rng((pool.number, person.number, episode, 2))
    sure = np.clip(known, _LEAST, 1.0 - _LEAST)
    odds = np.log(sure / (1.0 - sure)) * (1.0 + person.overconfident)
    odds += UNKNOWABLE * rng.standard_normal(len(sure))
    return 1.0 / (1.0 + np.exp(-odds))


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
    """Scores of one pool, each (people, episodes): outcome, skill and three of forecasts."""
    pool = POOLS[name]
    people = 1 + max(number for piece in pieces for number, _, _ in piece[name])
    found = {
        what: np.full((people, EPISODES), np.nan)
        for what in ("outcome", "skill", "forecasts", "few forecasts", "what happened")
    }
    for piece in pieces:
        for number, episode, value in piece[name]:
            said = said_by(pool, person_of(pool, number), episode, piece["known"])
            place = (number, episode)
            found["outcome"][place] = value
            found["skill"][place] = skill_of(value, piece)
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


# Skill is judged over two seasons: what a season is worth hangs on a few great ideas, found or not.
LEAST_RELIABLE = {
    "varied": {"forecasts": 0.85, "skill of two": 0.55},
    "homogeneous": {"forecasts": 0.40, "skill of two": 0.10},
}
WHAT = {
    "forecasts": "100 forecasts against the truth",
    "skill of two": "skill by three anchors, two seasons",
    "skill": "skill by three anchors, one season",
    "outcome": "raw outcome, one season",
    "outcome of two": "raw outcome, two seasons",
    "few forecasts": "34 forecasts against the truth",
    "what happened": "100 forecasts against what happened",
}
ABOVE = {"forecasts": "outcome", "skill of two": "outcome of two"}


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


def judge_persons(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    yield from judge_reliability(pieces)
    usual = float(np.nanmean(tables(pieces, "homogeneous")["forecasts"]))
    yield from judge_halves(pieces, usual)


def by_half(size: Size) -> int:
    """Half as many worlds as for the order of policies."""
    return max(6, size.worlds // 2)


CHECKS = (Check("persons", ("C2", "C3"), measure_persons, judge_persons, by_half, ("saas",)),)

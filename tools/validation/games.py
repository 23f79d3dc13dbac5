"""C3: playing a score instead of the game earns nothing where the skill is not there.

Four agents: one always suspects a trap, one always says a half, one copies RICE and releases all,
one talks to everybody who can be reached. Each competency is scaled as everywhere: 0 for chance,
50 for a competent rule of thumb, 100 for the best there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.beliefs import believe
from pilothouse.engines.simulation.company.policies import (
    ASKED,
    Policy,
    begin_play,
    leverage,
    reach,
)
from pilothouse.engines.simulation.company.replay import ROLLOUTS
from pilothouse.engines.simulation.company.research import Question, Said, interview
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.setting import build_setting
from pilothouse.engines.simulation.scoring import (
    decision_loss,
    detection,
    diagnosis_gain,
    discovery_tau,
    forecast_loss,
    open_share,
    order_gain,
    profile_total,
    recall_of_top,
    sample_divergence,
    scale,
)
from tools.validation.kinds import ALL, FIRST, Check, Found, Line, Size, between, by_seed

MOST = 50.0
TOP, READ_WORLDS = 10, 10
# A test's error against the spread of effects, and the gate of RICE with a test.
TEST_ERROR, GATE = 1 / 1.5, 0.25
TALKS, MANY_TALKS = 10, 200
TINY = 1e-12


def measure_games(pack: Pack, seed: int, _: Size) -> Found:
    run = CompanyRun(pack, seed=seed, first_day=FIRST, users=5_000, threads=1, feedback=False)
    return {
        "order": scores_of_orders(run),
        "reading": losses_of_readers(pack, seed),
        "discovery": scores_of_talks(run, seed),
    }


def scores_of_orders(run: CompanyRun) -> dict[str, float]:
    """NDCG of orders by chance and by RICE; who copies RICE has its order."""
    setting = run.setting
    gains = [
        reach(setting, truth) * leverage(setting, truth) * truth.effect / truth.size
        for truth in setting.truths
    ]
    found = {}
    for policy in (Policy.RANDOM, Policy.RICE):
        fresh = CompanyRun(
            setting.pack, seed=run.people.seed, first_day=FIRST, users=5_000, threads=1
        )
        found[policy.value] = order_gain(begin_play(fresh, policy).order, gains, TOP)
    return found


def losses_of_readers(pack: Pack, seed: int) -> dict[str, float]:
    """Mean loss of ship decisions after a test of each idea, by way of reading it."""
    losses: dict[str, list[float]] = {who: [] for who in ("coin", "gate", "bayes", "never", "all")}
    for world in range(READ_WORLDS * seed, READ_WORLDS * (seed + 1)):
        setting = build_setting(pack, seed=world, replicate=0, first_day=FIRST)
        error = pack.business.effects.scale.value * TEST_ERROR
        noise = np.random.default_rng((world, 5)).standard_normal(len(setting.truths))
        for truth, luck in zip(setting.truths, noise, strict=True):
            reading = truth.effect + error * float(luck)
            believed = believe(setting, truth, ASKED).after(reading, error).mean
            missed, harmed = (decision_loss(truth.effect, shipped=s) for s in (False, True))
            losses["coin"].append(0.5 * (missed + harmed))
            losses["gate"].append(harmed if reading > GATE * error else missed)
            losses["bayes"].append(harmed if believed > 0.0 else missed)
            losses["never"].append(missed)
            losses["all"].append(harmed)
    return {who: float(np.mean(values)) for who, values in losses.items()}


def scores_of_talks(run: CompanyRun, seed: int) -> dict[str, float]:
    """Discovery by three ways of asking: the parts joined as they are joined in a total."""
    setting = run.setting
    needs, segments = setting.business.needs, setting.pack.segments
    gaps = [[need.quality.value - need.expectation.value for need in needs]] * len(segments)
    true = [
        max(0.0, -gap)
        * sum(
            share * row[place]
            for share, row in zip(setting.weights.shares, setting.weights.needs, strict=True)
        )
        for place, gap in enumerate(gaps[0])
    ]
    # In a young product about as many have left as stay.
    population = {"here": 0.5, "left": 0.5}

    def talk(question: Question, here: int, left: int) -> float:
        people = [(1_000 * seed + n, n % len(segments), n >= here) for n in range(here + left)]
        said = interview(setting.chance, people=people, gaps=gaps, question=question)
        counts = count_needs(said, len(needs))
        order = sorted(range(len(needs)), key=lambda place: -counts[place])
        parts = {
            "tau": 100.0 * max(0.0, discovery_tau(counts, true)),
            "top": 100.0 * recall_of_top(order, true),
            "open": 100.0 * open_share([question is Question.LEADING] * len(people)),
            "like": 100.0 * math.exp(-sample_divergence({"here": here, "left": left}, population)),
        }
        return profile_total(parts)

    return {
        "fair": talk(Question.LAST_TIME, TALKS, TALKS),
        "spam": talk(Question.LEADING, MANY_TALKS, 0),
        "best": talk(Question.LAST_TIME, MANY_TALKS, MANY_TALKS),
    }


def count_needs(said: Sequence[Said], needs: int) -> list[float]:
    """How many name each need."""
    counts = [0.0] * needs
    for answer in said:
        counts[answer.need] += answer.yes
    return counts


def mean_of(pieces: list[Found], part: str) -> dict[str, float]:
    """A part of all pieces, averaged by name."""
    return {
        name: float(np.mean([piece[part][name] for piece in pieces])) for name in pieces[0][part]
    }


def judge_games(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    order, reading = mean_of(pieces, "order"), mean_of(pieces, "reading")
    talks = mean_of(pieces, "discovery")

    def read(name: str) -> float:
        random, reference, best = (-reading[who] for who in ("coin", "gate", "bayes"))
        # In few worlds the gate may be luckier than Bayes; whoever is below it is scaled the same.
        best = max(best, reference + TINY)
        return scale(-reading[name], random=random, reference=reference, best=best)

    # The best order is the true one; who copies RICE is at the rule of thumb, and no higher.
    prioritised = scale(order["rice"], random=order["random"], reference=order["rice"], best=1.0)
    asked = scale(talks["spam"], random=0.0, reference=talks["fair"], best=talks["best"])
    for who, what, score in (
        ("always suspects", "diagnosis", suspicion()),
        ("always suspects", "causes", certainty()),
        ("always suspects", "experiments", read("never")),
        ("copies RICE", "prioritisation", prioritised),
        ("copies RICE", "experiments", read("all")),
        ("talks to all", "discovery", asked),
    ):
        yield between("C3", ALL, f"{who}: {what}", score, (0.0, MOST))


def suspicion() -> float:
    """d' of one who calls all of twenty traps and twenty twins a trap."""
    (always, _), (usual, _), (best, _) = (
        detection(hits, 20, alarms, 20) for hits, alarms in ((20, 20), (16, 1), (20, 0))
    )
    return scale(always, random=0.0, reference=usual, best=best)


def certainty() -> float:
    """Log score of being sure of a trap, in a trap and in its twin."""

    def gain(trap_share: float, twin_share: float) -> float:
        said = [{"trap": share, "none": 1.0 - share} for share in (trap_share, twin_share)]
        return (diagnosis_gain(said[0], ["trap"]) + diagnosis_gain(said[1], ["none"])) / 2

    return scale(gain(1.0, 1.0), random=0.0, reference=gain(0.8, 0.2), best=gain(1.0, 0.0))


def judge_halves(pieces: list[Found], usual: float) -> Iterator[Line]:
    """Always a half, by the questions people are asked; ``usual`` is the loss of a usual person."""
    rng = np.random.default_rng(3)
    chance, half = [], []
    for piece in pieces:
        hits = piece["hits"]
        chance.append(forecast_loss(rng.random(len(hits)).tolist(), hits, ROLLOUTS))
        half.append(forecast_loss([0.5] * len(hits), hits, ROLLOUTS))
    anchors = {"random": -float(np.mean(chance)), "reference": -usual, "best": 0.0}
    score = scale(-float(np.mean(half)), **anchors)
    yield between("C3", ALL, "always a half: forecasting", score, (0.0, MOST))


CHECKS = (Check("games", ("C3",), measure_games, judge_games, by_seed, ("saas",)),)

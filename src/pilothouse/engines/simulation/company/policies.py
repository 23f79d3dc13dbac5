"""Ways of deciding without a person: the yardsticks that every world is played with.

Random; the most influential opinion (HiPPO); the loudest voice; greedy RICE; RICE with a test
before each release; Bayes (knows how worlds are made and what the sources say, not the truth); and
an oracle that knows the truth and takes the best value for its true size first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from pilothouse.engines.simulation.company.chance import student
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    DesignExperiment,
    Prioritise,
    Ship,
    Submit,
)
from pilothouse.engines.simulation.company.effects import IdeaTruth, signal
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.trials import Measure, Trial, read_trial
from pilothouse.engines.simulation.distributions import exp
from pilothouse.engines.simulation.philox import Stream
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

TEST_DAYS = 28
# RICE with a test ships what looks better by this many standard errors.
GATE = 0.25
# What Bayes asks before it builds: opinions, tickets, a look at the data; no talks or prototypes.
ASKED = ("executive", "sales", "tickets", "quick_look")
_GRID = 81
_WIDEST = 4.0


class Policy(StrEnum):
    """The baselines, by the names of the command line."""

    RANDOM = "random"
    HIPPO = "hippo"
    LOUDEST = "loudest"
    RICE = "rice"
    RICE_AB = "rice-ab"
    BAYES = "bayes"
    ORACLE = "oracle"


@dataclass
class Player:
    """A policy at work: its order of ideas, which of them it wants at all, and whether it tests."""

    policy: Policy
    order: tuple[int, ...]
    wanted: frozenset[int]
    tests: bool
    prior: dict[int, tuple[float, float]] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)


def read_policy(name: str) -> Policy:
    """The policy called ``name``; raises ``InvalidValueError``."""
    try:
        return Policy(name)
    except ValueError:
        known = ", ".join(Policy)
        raise InvalidValueError(f"a policy must be one of: {known}.", value=name)


def begin_play(run: CompanyRun, policy: Policy) -> Player:
    """Set up ``policy`` on the first day of ``run``: order of work and division of the team."""
    setting = run.setting
    truths = setting.truths
    scores = {truth.place: _SCORES[policy](setting, truth) for truth in truths}
    order = tuple(sorted(scores, key=lambda place: (-scores[place], place)))
    picky = policy in {Policy.BAYES, Policy.ORACLE}
    wanted = frozenset(p for p in order if scores[p] > 0.0 or not picky)
    player = Player(policy, order, wanted, tests=policy in {Policy.RICE_AB, Policy.BAYES})
    if policy is Policy.BAYES:
        player.prior = {truth.place: believe(setting, truth) for truth in truths}
    keys = tuple(setting.business.ideas[place].key for place in order if place in wanted)
    run.give(Prioritise(keys))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    return player


def play_day(run: CompanyRun, player: Player) -> None:
    """What ``player`` does before a day: files, tests, releases; then the day is lived."""
    for place in sorted(run.state.built):
        if place in player.wanted and place not in player.judged:
            _handle(run, player, place)
    run.advance()


def play_policy(run: CompanyRun, policy: Policy, days: int) -> Player:
    """Live ``days`` days of a fresh ``run`` under ``policy``."""
    player = begin_play(run, policy)
    for _ in range(days):
        play_day(run, player)
    return player


def _handle(run: CompanyRun, player: Player, place: int) -> None:
    key = run.setting.business.ideas[place].key
    try:
        if not player.tests:
            _release(run, key)
            return
        trial = next((t for t in run.state.trials if t.idea == place), None)
        if trial is None:
            run.give(DesignExperiment(key, measure_of(run.setting, place), TEST_DAYS))
        elif trial.stopped is not None:
            player.judged.add(place)
            if _is_better(run, player, trial):
                player.judged.discard(place)
                _release(run, key)
    except PilothouseError:
        # Refused today, by a gate, a freeze or the clock: tried again tomorrow.
        if run.setting.gate_of(place) is not None:
            _file(run, key)


def _release(run: CompanyRun, key: str) -> None:
    due = any(isinstance(e.command, Ship) and e.command.idea == key for e in run.log[-40:])
    if not due or run.log[-1].given < run.days - 1:
        run.give(Ship(key))


def _file(run: CompanyRun, key: str) -> None:
    try:
        run.give(Submit(key))
    except PilothouseError:
        return


def measure_of(setting: Setting, place: int) -> Measure:
    """What a test of an idea counts: its step of the funnel, else days of use."""
    step, last = setting.truths[place].step, len(setting.pack.steps) - 1
    if step < 0:
        return Measure.ACTIVE_DAYS
    if step == 0:
        return Measure.SIGN_UP
    if step < last:
        return Measure.ACTIVATION
    return Measure.SUBSCRIPTION if setting.pack.purchases is None else Measure.ORDERS


def _is_better(run: CompanyRun, player: Player, trial: Trial) -> bool:
    reading = read_trial(trial, run.people.seed, run.days)
    if player.policy is Policy.RICE_AB:
        return reading.z > GATE
    mean, spread = player.prior[trial.idea]
    if reading.control.mean <= 0.0 or not math.isfinite(reading.error):
        return mean > 0.0
    error = max(reading.error / reading.control.mean, 1e-9)
    trust = spread * spread / (spread * spread + error * error)
    return mean + trust * (reading.relative - mean) > 0.0


def reach(setting: Setting, truth: IdeaTruth) -> float:
    """The share of the market that an idea can serve."""
    idea = setting.business.ideas[truth.place]
    served = [s.share.value for s in setting.pack.segments if s.key in idea.segments]
    return sum(served) if idea.segments else 1.0


def leverage(setting: Setting, truth: IdeaTruth) -> float:
    """How much more than an effect on a step an effect on use is worth, roughly.

    Use makes people contented: they pay more readily and stay.
    """
    if truth.step >= 0:
        return 1.0
    pack = setting.pack
    moved = sum(truth.worth) / max(len(truth.worth), 1)
    if truth.effect == 0.0 or moved == 0.0:
        return 1.0
    per_effect = moved / truth.effect
    pays = pack.conversion.satisfaction_effect.value + pack.retention.satisfaction_effect.value
    return max(1.0, per_effect * pays)


def believe(setting: Setting, truth: IdeaTruth) -> tuple[float, float]:
    """Mean and spread of an idea's effect, given how worlds are made and what sources say.

    The score of the effect is a standard normal; each source sees it with its own correlation, so
    what they say together is normal as well; the effect follows by the prior's quantiles.
    """
    business = setting.business
    weight, pull = 1.0, 0.0
    for source in ASKED:
        tracks = getattr(business.signals, source).value
        said = signal(business, setting.chance, truth, source)
        noise = max(1.0 - tracks * tracks, 1e-6)
        weight += tracks * tracks / noise
        pull += tracks * said / noise
    centre, width = pull / weight, 1.0 / math.sqrt(weight)
    effects, shares = [], []
    for n in range(_GRID):
        offset = _WIDEST * (2.0 * n / (_GRID - 1) - 1.0)
        shares.append(float(exp(-0.5 * offset * offset)))
        effects.append(_effect_at(setting, centre + width * offset))
    total = math.fsum(shares)
    mean = math.fsum(s * e for s, e in zip(shares, effects, strict=True)) / total
    square = math.fsum(s * (e - mean) ** 2 for s, e in zip(shares, effects, strict=True)) / total
    return mean, math.sqrt(square)


def _effect_at(setting: Setting, score: float) -> float:
    prior = setting.business.effects
    share = min(max(0.5 * math.erfc(-score / math.sqrt(2.0)), 1e-6), 1.0 - 1e-6)
    return prior.shift.value + prior.scale.value * student(share, prior.degrees.value)


def _by_chance(setting: Setting, truth: IdeaTruth) -> float:
    return setting.chance.fact(Stream.POLICY, truth.place)[0]


def _by_rank(setting: Setting, truth: IdeaTruth) -> float:
    return signal(setting.business, setting.chance, truth, "executive")


def _by_noise(setting: Setting, truth: IdeaTruth) -> float:
    """What sales asks for, and the more so the more influence whoever wants it has."""
    champion = setting.business.ideas[truth.place].champion
    voices = {person.key: person.influence.value for person in setting.business.stakeholders}
    said = signal(setting.business, setting.chance, truth, "sales")
    return said + 2.0 * voices.get(champion, 0.0)


def _by_rice(setting: Setting, truth: IdeaTruth) -> float:
    """Reach, impact and confidence over effort: the impact as a quick look makes it."""
    impact = float(exp(signal(setting.business, setting.chance, truth, "quick_look")))
    return reach(setting, truth) * impact / setting.business.ideas[truth.place].estimate_days


def _by_belief(setting: Setting, truth: IdeaTruth) -> float:
    """Expected gain over effort, counting that a bad idea need not be released."""
    mean, spread = believe(setting, truth)
    useful = reach(setting, truth) * leverage(setting, truth)
    hope = 0.5 * (mean + math.sqrt(mean * mean + spread * spread))
    return useful * hope / setting.business.ideas[truth.place].estimate_days


def _by_truth(setting: Setting, truth: IdeaTruth) -> float:
    return reach(setting, truth) * leverage(setting, truth) * truth.effect / truth.size


_SCORES: dict[Policy, Callable[[Setting, IdeaTruth], float]] = {
    Policy.RANDOM: _by_chance,
    Policy.HIPPO: _by_rank,
    Policy.LOUDEST: _by_noise,
    Policy.RICE: _by_rice,
    Policy.RICE_AB: _by_rice,
    Policy.BAYES: _by_belief,
    Policy.ORACLE: _by_truth,
}

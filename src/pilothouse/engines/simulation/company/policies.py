"""Ways of deciding without a person: the yardsticks that every world is played with.

Random; the most influential opinion (HiPPO); the loudest voice; greedy RICE; RICE with a test
before each release; Bayes (knows how worlds are made and what the sources say, not the truth); and
an oracle that knows the truth and takes the best value for its true size first.

Bayes tests only where a test may change its mind: with few people a test is so blunt that waiting
for it costs more than it tells.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pilothouse.engines.simulation.company.beliefs import Belief, believe, expected_error
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Command,
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
# Confidence of RICE: little, some or much speaks for an idea, a third of all ideas each.
CONFIDENCE, CONFIDENCE_MARKS = (0.5, 0.8, 1.0), (-0.43, 0.43)
# Over how many days Bayes counts what a release is worth.
LOOKS_AHEAD = 180


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
    """A policy at work: its order of ideas, those it wants at all, and those it tests first."""

    policy: Policy
    order: tuple[int, ...]
    wanted: frozenset[int]
    tests: frozenset[int]
    beliefs: dict[int, Belief] = field(default_factory=dict)
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
    return begin_with(run, _build_player(run, policy))


def _build_player(run: CompanyRun, policy: Policy) -> Player:
    setting = run.setting
    if policy is not Policy.BAYES:
        return _ranker(setting, policy)
    return build_believer(run, {t.place: believe(setting, t, ASKED) for t in setting.truths})


def begin_with(run: CompanyRun, player: Player) -> Player:
    """Give the work of the team its order, that of ``player``, and divide the team."""
    wanted = (place for place in player.order if place in player.wanted)
    run.give(Prioritise(tuple(run.setting.business.ideas[place].key for place in wanted)))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    return player


def first_choices(run: CompanyRun) -> dict[str, tuple[Command, ...]]:
    """What each policy would do on this day with what is neither live nor built.

    Options for a replay, beside one's own: an order of work by name of the policy.
    """
    done = {*run.state.live, *run.state.built}
    choices: dict[str, tuple[Command, ...]] = {}
    for policy in Policy:
        player = _build_player(run, policy)
        places = [p for p in player.order if p in player.wanted and p not in done]
        keys = tuple(run.setting.business.ideas[place].key for place in places)
        choices[str(policy)] = (Prioritise(keys, at_once=run.state.at_once),)
    return choices


def _ranker(setting: Setting, policy: Policy) -> Player:
    """Whoever orders ideas by a score and asks no further."""
    scores = {truth.place: _SCORES[policy](setting, truth) for truth in setting.truths}
    picky = policy is Policy.ORACLE
    wanted = frozenset(place for place in scores if scores[place] > 0.0 or not picky)
    return Player(
        policy, _best_first(scores), wanted, wanted if policy is Policy.RICE_AB else frozenset()
    )


def build_believer(run: CompanyRun, beliefs: dict[int, Belief]) -> Player:
    """Bayes: expected gain over effort, by a test or without, whichever promises more.

    ``beliefs`` holds what is thought of each idea, by its place in the backlog.
    """
    setting, scores, tests = run.setting, {}, set()
    for truth in setting.truths:
        belief = beliefs[truth.place]
        error = expected_error(setting, truth.step, run.people.users, TEST_DAYS)
        now = max(0.0, belief.mean) * LOOKS_AHEAD
        # Half of all people have it while it is tested.
        tested = 0.5 * TEST_DAYS * belief.mean + belief.hope(error) * (LOOKS_AHEAD - TEST_DAYS)
        if tested > now:
            tests.add(truth.place)
        useful = reach(setting, truth) * leverage(setting, truth)
        days = setting.business.ideas[truth.place].estimate_days
        scores[truth.place] = useful * max(now, tested) / days
    wanted = frozenset(place for place in scores if scores[place] > 0.0)
    return Player(Policy.BAYES, _best_first(scores), wanted, frozenset(tests), beliefs)


def _best_first(scores: Mapping[int, float]) -> tuple[int, ...]:
    return tuple(sorted(scores, key=lambda place: (-scores[place], place)))


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
        if place not in player.tests:
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
    belief = player.beliefs[trial.idea]
    if reading.control.mean > 0.0 and math.isfinite(reading.error):
        error = max(reading.error / reading.control.mean, 1e-9)
        belief = belief.after(reading.relative, error)
    return belief.mean > 0.0


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
    """Reach, impact and confidence over effort.

    Impact is what a quick look makes it; confidence, in its usual three steps, is how much of what
    people write in about speaks for the idea.
    """
    impact = float(exp(signal(setting.business, setting.chance, truth, "quick_look")))
    asked_for = signal(setting.business, setting.chance, truth, "tickets")
    useful = reach(setting, truth) * impact * CONFIDENCE[bisect(CONFIDENCE_MARKS, asked_for)]
    return useful / setting.business.ideas[truth.place].estimate_days


def by_truth(setting: Setting, truth: IdeaTruth) -> float:
    return reach(setting, truth) * leverage(setting, truth) * truth.effect / truth.size


_SCORES: dict[Policy, Callable[[Setting, IdeaTruth], float]] = {
    Policy.RANDOM: _by_chance,
    Policy.HIPPO: _by_rank,
    Policy.LOUDEST: _by_noise,
    Policy.RICE: _by_rice,
    Policy.RICE_AB: _by_rice,
    Policy.ORACLE: by_truth,
}

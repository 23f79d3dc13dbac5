"""The same rules for Mesa: one agent a person, each asked once a day.

``live_agents`` asks plain objects in a loop; ``live_mesa`` lets Mesa's ``AgentSet`` ask its agents.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.simulation_world import EXPOSED, TOTALS, World
from pilothouse.engines.simulation.kernel import (
    CANCELLATION,
    FAILURE,
    PAYMENT,
    SIGN_UP,
    SUBSCRIPTION,
    VISIT,
)
from pilothouse.engines.simulation.tables import CHURN, DayTables, Yesterday
from pilothouse.engines.simulation.users import (
    ACTIVATED,
    CHURNED,
    NEVER,
    PAYING,
    SIGNED_UP,
    UNAWARE,
    VISITED,
)

_RANGE = 2.0**32
# Who, what happened by the bits of our kernel, how many sessions, funnel steps before today.
Deed = tuple["Rules", int, int, int]
Log = Callable[[list[Deed]], object]


class Day:
    """The day's tables as Python's own numbers, and what happened on it so far."""

    def __init__(self, number: int, tables: DayTables) -> None:
        self.number = number
        self.visit = (tables.visit[..., 0] / _RANGE).tolist()
        self.steps, self.activity = tables.steps.tolist(), tables.activity.tolist()
        self.utility, self.churn = tables.utility.tolist(), tables.segments[:, CHURN].tolist()
        self.cents, self.effects = tables.cents.tolist(), tables.effects.tolist()
        self.slots = [
            dict(zip(slot.dtype.names, slot.item(), strict=True)) for slot in tables.slots
        ]
        self.marks = (tables.extra_sessions / _RANGE).tolist()
        self.totals = dict.fromkeys(TOTALS, 0.0)
        self.content = 0.0
        self.deeds: list[Deed] = []


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


class Rules:
    """What a person does in a day; ``Agent`` of Mesa or ``Plain`` is mixed in below."""

    world: World
    luck: random.Random

    def begin(self, number: int, world: World, rng: random.Random) -> None:
        """Become person ``number`` of ``world``."""
        pack = world.pack
        self.number, self.world, self.luck, self.rules = number, world, rng, world.rules
        a, b = pack.retention.drop_out_a.value, pack.retention.drop_out_b.value
        mean, shape = pack.activity.mean.value, pack.activity.shape.value
        self.theta, self.lam = rng.betavariate(a, b), rng.gammavariate(shape, mean / shape)
        self.intent = rng.gauss(0.0, 1.0)
        self.returns = rng.random() >= pack.retention.never_returns.value
        self.platform = _pick(rng, [x.share.value for x in pack.platforms])
        self.country = _pick(rng, [x.share.value for x in pack.countries])
        self.segment = _pick(rng, [x.share.value for x in pack.segments])
        liked = pack.segments[self.segment].plans
        self.plan = _pick(rng, [liked.get(plan.key, 0.0) for plan in pack.plans])
        self.treated = (rng.random() < 0.5, True)
        self.met = [NEVER, NEVER]
        self.stage, self.steps, self.payments = UNAWARE, 0, 0
        self.first_day = self.renewal_day = NEVER
        self.habit, self.satisfaction = 0.5, 0.0
        self.happened = 0

    def live(self, day: Day) -> None:
        """One day."""
        sessions, before, self.happened = 0, self.steps, 0
        if self.stage == CHURNED:
            return
        if self.stage <= VISITED:
            if self.luck.random() >= day.visit[self.segment][self.platform]:
                return
            self.stage = VISITED
            day.totals["visits"] += 1
            self.happened = VISIT
            sessions = self._look(day)
        elif self._goes():
            self.stage = CHURNED
            day.totals["leavers"] += 1
            return
        else:
            shift = self._shift(day)
            self._bill(day, shift)
            if self.stage == CHURNED:
                day.totals["leavers"] += 1
            else:
                sessions = self._use(day, shift)
                self._feel(day, shift, sessions)
        if sessions or self.happened:
            day.deeds.append((self, self.happened, sessions, before))
        day.totals["paying"] += self.stage == PAYING

    def _shift(self, day: Day) -> list[float]:
        shift = [0.0] * (1 + len(self.world.pack.steps))
        for slot, effects in zip(day.slots, day.effects, strict=True):
            place = slot["place"]
            if not self.treated[place]:
                continue
            felt = 1.0
            if self.first_day < slot["start"]:
                since = 0 if self.met[place] == NEVER else day.number - self.met[place]
                felt += slot["glow"] * math.exp(-since / slot["glow_days"])
            for part, effect in enumerate(effects[self.segment]):
                shift[part] += felt * effect
        return shift

    def _meet(self, day: Day, *, looking: bool) -> None:
        for slot in day.slots:
            if (not looking or slot["at_visit"]) and self.met[slot["place"]] == NEVER:
                self.met[slot["place"]] = day.number

    def _odds(self, step: int, day: Day, shift: list[float]) -> float:
        odds: float = day.steps[self.segment][self.platform][step]
        return odds + shift[1 + step] + self.rules.intent_effect * self.intent

    def _look(self, day: Day) -> int:
        shift = self._shift(day)
        if self.luck.random() >= sigmoid(self._odds(0, day, shift)):
            self._meet(day, looking=True)
            return 0
        self.stage, self.first_day = SIGNED_UP, day.number
        self.happened |= SIGN_UP
        day.totals["signups"] += 1
        self._climb(day, shift, 0.0)
        self._feel(day, shift, 1)
        return 1

    def _climb(self, day: Day, shift: list[float], penalty: float) -> None:
        while self.steps < self.rules.onboarding_steps:
            odds = self._odds(self.steps + 1, day, shift) - penalty
            if self.luck.random() >= sigmoid(odds):
                return
            self.steps += 1
            day.totals["activations"] += self.steps == self.rules.onboarding_steps
        if self.stage == SIGNED_UP:
            self.stage = ACTIVATED

    def _leaning(self) -> float:
        rules = self.rules
        feeling = rules.hazard_satisfaction * self.satisfaction
        return math.exp(-feeling - rules.hazard_habit * (self.habit - 0.5))

    def _goes(self) -> bool:
        if self.stage == PAYING:
            return False
        return not self.returns or self.luck.random() < self.theta * self._leaning()

    def _bill(self, day: Day, shift: list[float]) -> None:
        if self.stage == PAYING:
            if day.number == self.renewal_day:
                self._renew(day)
        elif day.number == self.first_day + self.rules.trial_days:
            self._convert(day, shift)

    def _renew(self, day: Day) -> None:
        churn = day.churn[self.segment] * self._leaning()
        if self.luck.random() < churn:
            self.stage, self.happened = CHURNED, CANCELLATION
        elif self.luck.random() < self.rules.payment_failure:
            self.stage, self.happened = CHURNED, FAILURE | CANCELLATION
        else:
            self._pay(day)

    def _convert(self, day: Day, shift: list[float]) -> None:
        rules = self.rules
        odds = self._odds(rules.onboarding_steps + 1, day, shift)
        odds += rules.conversion_satisfaction * self.satisfaction
        odds += rules.activation_effect * (self.stage == ACTIVATED)
        if self.luck.random() < sigmoid(odds):
            self.stage = PAYING
            day.totals["subscriptions"] += 1
            self.happened |= SUBSCRIPTION
            self._pay(day)

    def _pay(self, day: Day) -> None:
        self.payments += 1
        self.happened |= PAYMENT
        self.renewal_day = day.number + self.rules.billing_days
        day.totals["revenue"] += day.cents[self.plan] / 100.0

    def _use(self, day: Day, shift: list[float]) -> int:
        rules = self.rules
        rate = self.lam * day.activity[self.segment][self.platform]
        tilt = rules.activity_habit * (self.habit - 0.5) + rules.activity_utility * shift[0]
        if self.luck.random() >= 1.0 - math.exp(-rate * math.exp(tilt)):
            return 0
        if self.steps < rules.onboarding_steps:
            self._climb(day, shift, rules.retry_penalty)
        return 1 + bisect_right(day.marks, self.luck.random())

    def _feel(self, day: Day, shift: list[float], sessions: int) -> None:
        rules = self.rules
        if sessions == 0:
            self.habit *= 1.0 - rules.habit_decay
            return
        self.habit += rules.habit_gain * (1.0 - self.habit)
        half = 0.5 * rules.activation_value
        worth = day.utility[self.segment][self.platform] + shift[0]
        worth += half if self.steps >= rules.onboarding_steps else -half
        self.satisfaction += rules.satisfaction_gain * (worth - self.satisfaction)
        self._meet(day, looking=False)
        day.totals["active"] += 1
        day.totals["sessions"] += sessions
        day.content += self.satisfaction


class Plain(Rules):
    """A person without a framework."""

    def __init__(self, number: int, world: World, rng: random.Random) -> None:
        self.begin(number, world, rng)


def _pick(rng: random.Random, shares: Sequence[float]) -> int:
    return rng.choices(range(len(shares)), shares)[0]


def _run(
    world: World, days: int, people: Sequence[Rules], ask: Callable[[Day], object], log: Log | None
) -> dict[str, float]:
    yesterday, total = Yesterday(0, 0.0), dict.fromkeys(TOTALS, 0.0)
    for number in range(days):
        day = Day(number, world.tables(number, yesterday))
        ask(day)
        if log is not None:
            log(day.deeds)
        active = int(day.totals["active"])
        yesterday = Yesterday(active, day.content / active if active else 0.0)
        for name, value in day.totals.items():
            total[name] = value if name == "paying" else total[name] + value
    for place, name in enumerate(EXPOSED):
        total[name] = sum(person.met[place] != NEVER for person in people)
    return total


def live_agents(world: World, *, days: int, seed: int, log: Log | None = None) -> dict[str, float]:
    """Without Mesa; returns totals by the names of our metrics. ``log`` is told of each day."""
    rng = random.Random(seed)
    people = [Plain(number, world, rng) for number in range(world.users)]

    def ask(day: Day) -> None:
        for person in people:
            person.live(day)

    return _run(world, days, people, ask, log)


def live_mesa(world: World, *, days: int, seed: int, log: Log | None = None) -> dict[str, float]:
    """With Mesa's model and agents; otherwise as ``live_agents``."""
    import mesa

    class Person(mesa.Agent, Rules):  # type: ignore[misc]
        """A person as Mesa keeps them."""

        def __init__(self, model: Any, number: int) -> None:
            super().__init__(model)
            self.begin(number, world, model.random)

    class Market(mesa.Model):  # type: ignore[misc]
        """All people."""

        def __init__(self) -> None:
            super().__init__(seed=seed)
            for number in range(world.users):
                Person(self, number)

    market = Market()
    people: Any = market.agents
    return _run(world, days, people, lambda day: market.agents.do("live", day), log)

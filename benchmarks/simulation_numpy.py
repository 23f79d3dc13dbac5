"""The same rules in NumPy: one array operation for each, nothing per person, small columns.

Chance is NumPy's own stateful generator, in single precision where that is enough. Like ours it
keeps of each day what its events are made of: who, what happened, sessions, money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.simulation_world import EXPOSED, TOTALS, World
from pilothouse.engines.simulation.kernel import (
    ACTIVATION,
    ACTIVE,
    CANCELLATION,
    FAILURE,
    FREE,
    NO_PLAN,
    PAID,
    PAYMENT,
    PLAN_SHIFT,
    SIGN_UP,
    STEPS_AFTER_SHIFT,
    STEPS_BEFORE_SHIFT,
    SUBSCRIPTION,
    TRIAL,
    VISIT,
)
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.tables import CHURN, DayTables, Rules, Yesterday
from pilothouse.engines.simulation.users import (
    ACTIVATED,
    CHURNED,
    NEVER,
    PAYING,
    SIGNED_UP,
    VISITED,
)

Array = np.ndarray[Any, Any]
_RANGE = 2.0**32


@dataclass
class People:
    """Everyone, as columns; ``met`` and ``treated`` are (slots, people)."""

    theta: Array
    lam: Array
    intent: Array
    returns: Array
    platform: Array
    country: Array
    segment: Array
    plan: Array
    treated: Array
    met: Array
    stage: Array
    steps: Array
    first_day: Array
    renewal_day: Array
    payments: Array
    habit: Array
    satisfaction: Array


@dataclass
class Today:
    """One day at work: its number, its tables, and what has happened to whom so far."""

    day: int
    rules: Rules
    tables: DayTables
    rng: np.random.Generator
    flags: Array
    cents: Array
    totals: dict[str, float] = field(default_factory=dict)


def sigmoid(x: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-x))
    return found


def draw_people(world: World, rng: np.random.Generator) -> People:
    pack, users = world.pack, world.users
    a, b = pack.retention.drop_out_a.value, pack.retention.drop_out_b.value
    mean, shape = pack.activity.mean.value, pack.activity.shape.value
    segments = [x.share.value for x in pack.segments]
    segment = rng.choice(len(segments), users, p=segments).astype(np.uint8)
    plans = [[s.plans.get(plan.key, 0.0) for plan in pack.plans] for s in pack.segments]
    upper = np.cumsum(plans, axis=1)[segment]
    return People(
        theta=rng.beta(a, b, users).astype(np.float32),
        lam=rng.gamma(shape, mean / shape, users).astype(np.float32),
        intent=rng.standard_normal(users, np.float32),
        returns=rng.random(users) >= pack.retention.never_returns.value,
        platform=rng.choice(
            len(pack.platforms), users, p=[x.share.value for x in pack.platforms]
        ).astype(np.uint8),
        country=rng.choice(
            len(pack.countries), users, p=[x.share.value for x in pack.countries]
        ).astype(np.uint8),
        segment=segment,
        plan=(rng.random((users, 1)) >= upper[:, :-1]).sum(axis=1).astype(np.uint8),
        treated=rng.random((2, users)) < np.array([[0.5], [1.0]]),
        met=np.full((2, users), NEVER, np.int16),
        stage=np.zeros(users, np.uint8),
        steps=np.zeros(users, np.uint8),
        first_day=np.full(users, NEVER, np.int16),
        renewal_day=np.full(users, NEVER, np.int16),
        payments=np.zeros(users, np.int16),
        habit=np.full(users, 0.5, np.float32),
        satisfaction=np.zeros(users, np.float32),
    )


def shifts(who: Array, p: People, now: Today) -> Array:
    """What the ideas add for each of ``who``: (1 + steps, n), worth first."""
    slots, effects = now.tables.slots, now.tables.effects
    shift = np.zeros((effects.shape[2], len(who)), np.float32)
    segment = p.segment[who]
    for row, slot in enumerate(slots):
        met = p.met[slot["place"], who]
        since = np.where(met == NEVER, 0, now.day - met)
        glow = 1.0 + slot["glow"] * np.exp(-since / slot["glow_days"])
        felt = np.where(p.first_day[who] >= slot["start"], 1.0, glow)
        felt = felt * p.treated[slot["place"], who]
        for part in np.flatnonzero(effects[row].any(axis=0)):
            shift[part] += felt * effects[row, segment, part]
    return shift


def meet(who: Array, *, looking: bool, p: People, now: Today) -> None:
    """Note who meets an idea for the first time."""
    for slot in now.tables.slots:
        if not looking or slot["at_visit"]:
            row = p.met[slot["place"]]
            row[who[row[who] == NEVER]] = now.day


def odds_of(who: Array, step: int, shift: Array, p: People, now: Today) -> Array:
    odds = now.tables.steps[p.segment[who], p.platform[who], step]
    found: Array = odds + shift[1 + step] + now.rules.intent_effect * p.intent[who]
    return found


def climb(who: Array, shift: Array, penalty: float, p: People, now: Today) -> None:
    """Take steps one by one until the first that fails; ``shift`` is that of ``who``."""
    trying = np.ones(len(who), bool)
    for step in range(1, now.rules.onboarding_steps + 1):
        at = np.flatnonzero(trying & (p.steps[who] == step - 1))
        chance = sigmoid(odds_of(who[at], step, shift[:, at], p, now) - penalty)
        done = now.rng.random(len(at), np.float32) < chance
        p.steps[who[at[done]]] = step
        trying[at[~done]] = False
    finished = who[(p.steps[who] >= now.rules.onboarding_steps) & (p.stage[who] == SIGNED_UP)]
    p.stage[finished] = ACTIVATED


def leave(here: Array, feeling: Array, p: People, now: Today) -> Array:
    """Which of ``here`` are gone for good from today on."""
    hazard = p.theta[here] * np.exp(-feeling)
    gone = (now.rng.random(len(here)) < hazard) | ~p.returns[here]
    gone &= p.stage[here] != PAYING
    p.stage[here[gone]] = CHURNED
    return gone


def renew(here: Array, feeling: Array, p: People, now: Today) -> None:
    """Renewals that are due: cancelled, failed or paid."""
    at = np.flatnonzero((p.stage[here] == PAYING) & (p.renewal_day[here] == now.day))
    due = here[at]
    churn = now.tables.segments[p.segment[due], CHURN] * np.exp(-feeling[at])
    cancelled = now.rng.random(len(due)) < churn
    failed = ~cancelled & (now.rng.random(len(due)) < now.rules.payment_failure)
    lost = cancelled | failed
    p.stage[due[lost]] = CHURNED
    now.flags[due[cancelled]] |= CANCELLATION
    now.flags[due[failed]] |= FAILURE | CANCELLATION
    pay(due[~lost], PAYMENT, p, now)


def convert(here: Array, shift: Array, p: People, now: Today) -> None:
    """Trials that end: subscribed or not."""
    ends = p.first_day[here] + now.rules.trial_days == now.day
    at = np.flatnonzero(ends & (p.stage[here] > VISITED) & (p.stage[here] < PAYING))
    who = here[at]
    odds = odds_of(who, now.rules.onboarding_steps + 1, shift[:, at], p, now)
    odds = odds + now.rules.conversion_satisfaction * p.satisfaction[who]
    odds = odds + now.rules.activation_effect * (p.stage[who] == ACTIVATED)
    won = who[now.rng.random(len(who)) < sigmoid(odds)]
    p.stage[won] = PAYING
    pay(won, SUBSCRIPTION | PAYMENT, p, now)


def pay(who: Array, happened: int, p: People, now: Today) -> None:
    p.payments[who] += 1
    p.renewal_day[who] = now.day + now.rules.billing_days
    now.flags[who] |= happened
    now.cents[who] = now.tables.cents[p.plan[who]]


def use(here: Array, shift: Array, p: People, now: Today) -> Array:
    """Which of ``here`` use the product; those not set up may try their next step."""
    rules = now.rules
    rate = p.lam[here] * now.tables.activity[p.segment[here], p.platform[here]]
    tilt = rules.activity_habit * (p.habit[here] - 0.5)
    if len(now.tables.slots):
        tilt = tilt + rules.activity_utility * shift[0]
    chance = 1 - np.exp(-rate * np.exp(tilt))
    active = np.flatnonzero(now.rng.random(len(here), np.float32) < chance)
    at = active[p.steps[here[active]] < rules.onboarding_steps]
    climb(here[at], shift[:, at], rules.retry_penalty, p, now)
    return active


def look(p: People, now: Today) -> tuple[Array, Array, Array]:
    """Who comes to look, who of them signs up, and what the ideas add for these."""
    most = now.tables.visit.max() / _RANGE
    at = np.flatnonzero((now.rng.random(len(p.stage), np.float32) < most) & (p.stage <= VISITED))
    # No campaign asks a crowd of its own here: all quarters of the market come alike.
    chance = now.tables.visit[p.segment[at], p.platform[at], 0] / _RANGE
    came = at[now.rng.random(len(at)) < chance / most] if most < 1.0 else at
    shift = shifts(came, p, now)
    p.stage[came] = VISITED
    stays = now.rng.random(len(came)) < sigmoid(odds_of(came, 0, shift, p, now))
    signed, shift = came[stays], shift[:, stays]
    p.stage[signed], p.first_day[signed] = SIGNED_UP, now.day
    now.flags[came] |= VISIT
    now.flags[signed] |= SIGN_UP
    climb(signed, shift, 0.0, p, now)
    meet(came[~stays], looking=True, p=p, now=now)
    return came, signed, shift


def feel(who: Array, active: Array, shift: Array, p: People, now: Today) -> None:
    """Habit and satisfaction of those still here; ``active`` are places in ``who``."""
    rules = now.rules
    habit = p.habit[who] * np.float32(1 - rules.habit_decay)
    habit[active] = p.habit[who[active]] + rules.habit_gain * (1 - p.habit[who[active]])
    p.habit[who] = habit
    they, half = who[active], 0.5 * rules.activation_value
    worth = now.tables.utility[p.segment[they], p.platform[they]] + shift[0, active]
    worth = worth + np.where(p.steps[they] >= rules.onboarding_steps, half, -half)
    p.satisfaction[they] += rules.satisfaction_gain * (worth - p.satisfaction[they])


def label(who: Array, p: People, now: Today) -> Array:
    """The plan each of ``who`` is on by the end of the day."""
    trial = now.day < p.first_day[who] + now.rules.trial_days
    kinds = [p.payments[who] > 0, p.first_day[who] == NEVER, trial]
    found: Array = np.select(kinds, [PAID, NO_PLAN, TRIAL], FREE)
    return found


def record_day(
    who: Array, before: Array, active: Array, signed: Array, p: People, now: Today
) -> tuple[DayRecord, Array]:
    """What is kept of the day: ``who`` are candidates, ``active`` and ``signed`` people."""
    now.flags[active] |= ACTIVE
    after = p.steps[who].astype(np.uint32)
    done = (after > before) & (after >= now.rules.onboarding_steps)
    now.flags[who[done]] |= ACTIVATION
    sessions = np.zeros(len(p.stage), np.uint8)
    marks = now.tables.extra_sessions / _RANGE
    sessions[active] = 1 + np.searchsorted(marks, now.rng.random(len(active)), side="right")
    sessions[signed] = 1
    kept = np.flatnonzero(now.flags[who])
    who, flags = who[kept], now.flags[who[kept]]
    flags = flags | before[kept] << STEPS_BEFORE_SHIFT | after[kept] << STEPS_AFTER_SHIFT
    flags = flags | label(who, p, now).astype(np.uint32) << PLAN_SHIFT
    row = DayRecord(now.day, who.astype(np.int32), flags, sessions[who], now.cents[who])
    return row, np.bincount(p.segment[active], p.satisfaction[active])


def live_day(p: People, now: Today) -> tuple[DayRecord, float]:
    """One day of everybody; returns what is kept and the contentment of the active."""
    rules, flags = now.rules, now.flags
    here = np.flatnonzero((p.stage > VISITED) & (p.stage < CHURNED))
    feeling = rules.hazard_satisfaction * p.satisfaction[here]
    feeling = feeling + rules.hazard_habit * (p.habit[here] - 0.5)
    gone = leave(here, feeling, p, now)
    here, feeling, leavers = here[~gone], feeling[~gone], int(gone.sum())
    shift = shifts(here, p, now)
    before_here = p.steps[here].astype(np.uint32)
    renew(here, feeling, p, now)
    convert(here, shift, p, now)
    left = p.stage[here] != CHURNED
    stay, shift = here[left], shift[:, left]
    active = use(stay, shift, p, now)
    came, signed, more = look(p, now)
    everyone = np.concatenate([stay, signed])
    shift = np.concatenate([shift, more], axis=1)
    active = np.concatenate([active, np.arange(len(stay), len(everyone))])
    feel(everyone, active, shift, p, now)
    meet(everyone[active], looking=False, p=p, now=now)
    who = np.concatenate([here, came])
    before = np.concatenate([before_here, np.zeros(len(came), np.uint32)])
    row, content = record_day(who, before, everyone[active], signed, p, now)
    now.totals = {
        "visits": len(came),
        "signups": len(signed),
        "activations": int(np.count_nonzero(row.flags & ACTIVATION)),
        "active": len(active),
        "sessions": int(row.sessions.sum()),
        "subscriptions": int(np.count_nonzero(row.flags & SUBSCRIPTION)),
        "leavers": leavers + int(np.count_nonzero(row.flags & CANCELLATION)),
        "paying": int(np.count_nonzero(p.stage == PAYING)),
        "revenue": int(row.cents.sum()) / 100.0,
    }
    flags[who], now.cents[who] = 0, 0
    return row, float(content.sum())


@dataclass
class Lived:
    """What NumPy keeps of a run: people as they are in the end, and each day's record."""

    people: People
    records: list[DayRecord]
    totals: dict[str, float]
    rng: np.random.Generator


def run_numpy(world: World, *, days: int, seed: int) -> Lived:
    """Live ``days`` days; totals by the names of our metrics."""
    rng = np.random.Generator(np.random.SFC64(seed))
    p, yesterday = draw_people(world, rng), Yesterday(0, 0.0)
    flags, cents = np.zeros(world.users, np.uint32), np.zeros(world.users, np.uint32)
    lived = Lived(p, [], dict.fromkeys(TOTALS, 0.0), rng)
    for day in range(days):
        now = Today(day, world.rules, world.tables(day, yesterday), rng, flags, cents)
        row, content = live_day(p, now)
        lived.records.append(row)
        active = int(now.totals["active"])
        yesterday = Yesterday(active, content / active if active else 0.0)
        for name, value in now.totals.items():
            lived.totals[name] = value if name == "paying" else lived.totals[name] + value
    met = (p.met != NEVER).sum(axis=1).astype(float).tolist()
    lived.totals.update(zip(EXPOSED, met, strict=True))
    return lived


def live_numpy(world: World, *, days: int, seed: int) -> dict[str, float]:
    """Totals of ``run_numpy``."""
    return run_numpy(world, days=days, seed=seed).totals

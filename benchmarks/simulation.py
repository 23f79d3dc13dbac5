"""How fast people live: ``python -m benchmarks.simulation --json``.

Beside our kernel runs the same model in plain NumPy with NumPy's own stateful generator. It must
give equal answers in distribution (checked, with the differences printed); it is no strawman: one
array operation for each rule, nothing per person.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np

from pilothouse.engines.simulation import Pack, SimulationRun, build_pack, simulate
from pilothouse.engines.simulation.tables import (
    CHURN,
    DayTables,
    Rules,
    Yesterday,
    build_constants,
    build_day,
    build_rules,
)
from pilothouse.engines.simulation.users import (
    ACTIVATED,
    CHURNED,
    PAYING,
    SIGNED_UP,
    UNAWARE,
    VISITED,
)

FIRST = date(2026, 3, 2)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@dataclass
class People:
    """State of everyone, as NumPy columns."""

    theta: np.ndarray
    lam: np.ndarray
    intent: np.ndarray
    returns: np.ndarray
    platform: np.ndarray
    segment: np.ndarray
    stage: np.ndarray
    steps: np.ndarray
    first_day: np.ndarray
    renewal_day: np.ndarray
    habit: np.ndarray
    satisfaction: np.ndarray


def draw_people(pack: Pack, rng: np.random.Generator, users: int) -> People:
    a, b = pack.retention.drop_out_a.value, pack.retention.drop_out_b.value
    mean, shape = pack.activity.mean.value, pack.activity.shape.value
    return People(
        theta=rng.beta(a, b, users),
        lam=rng.gamma(shape, mean / shape, users),
        intent=rng.standard_normal(users),
        returns=rng.random(users) >= pack.retention.never_returns.value,
        platform=rng.choice(len(pack.platforms), users, p=[x.share.value for x in pack.platforms]),
        segment=rng.choice(len(pack.segments), users, p=[x.share.value for x in pack.segments]),
        stage=np.full(users, UNAWARE),
        steps=np.zeros(users, int),
        first_day=np.full(users, -1),
        renewal_day=np.full(users, -1),
        habit=np.full(users, 0.5),
        satisfaction=np.zeros(users),
    )


def climb(
    who: np.ndarray, shift: float, p: People, rules: Rules, t: DayTables, rng: np.random.Generator
) -> None:
    for step in range(1, rules.onboarding_steps + 1):
        at = who[p.steps[who] == step - 1]
        odds = t.steps[p.segment[at], p.platform[at], step]
        odds = odds + rules.intent_effect * p.intent[at] - shift
        done = at[rng.random(len(at)) < sigmoid(odds)]
        p.steps[done] = step
    finished = who[(p.steps[who] == rules.onboarding_steps) & (p.stage[who] == SIGNED_UP)]
    p.stage[finished] = ACTIVATED


def leave_and_bill(
    here: np.ndarray, day: int, p: People, rules: Rules, t: DayTables, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    """Hazard, renewals and ends of trials; returns who is still here and how many subscribed."""
    feeling = rules.hazard_satisfaction * p.satisfaction + rules.hazard_habit * (p.habit - 0.5)
    free = here[p.stage[here] != PAYING]
    hazard = p.theta[free] * np.exp(-feeling[free])
    gone = free[(rng.random(len(free)) < hazard) | ~p.returns[free]]
    p.stage[gone] = CHURNED
    due = here[(p.stage[here] == PAYING) & (p.renewal_day[here] == day)]
    churn = t.segments[p.segment[due], CHURN] * np.exp(-feeling[due])
    lost = (rng.random(len(due)) < churn) | (rng.random(len(due)) < rules.payment_failure)
    p.stage[due[lost]] = CHURNED
    p.renewal_day[due[~lost]] = day + rules.billing_days
    left = here[p.stage[here] != CHURNED]
    ends = left[(p.stage[left] != PAYING) & (p.first_day[left] + rules.trial_days == day)]
    odds = t.steps[p.segment[ends], p.platform[ends], rules.onboarding_steps + 1]
    odds = odds + rules.intent_effect * p.intent[ends]
    odds = odds + rules.conversion_satisfaction * p.satisfaction[ends]
    odds = odds + rules.activation_effect * (p.stage[ends] == ACTIVATED)
    won = ends[rng.random(len(ends)) < sigmoid(odds)]
    p.stage[won] = PAYING
    p.renewal_day[won] = day + rules.billing_days
    return left, len(won)


def use(
    here: np.ndarray, p: People, rules: Rules, t: DayTables, rng: np.random.Generator
) -> np.ndarray:
    rate = p.lam[here] * t.activity[p.segment[here], p.platform[here]]
    rate = rate * np.exp(rules.activity_habit * (p.habit[here] - 0.5))
    active = here[rng.random(len(here)) < 1 - np.exp(-rate)]
    climb(active[p.steps[active] < rules.onboarding_steps], rules.retry_penalty, p, rules, t, rng)
    rng.poisson(0.5, len(active))
    return active


def visit(
    day: int, p: People, rules: Rules, t: DayTables, rng: np.random.Generator
) -> tuple[int, np.ndarray]:
    outside = np.flatnonzero(p.stage <= VISITED)
    chance = t.visit[p.segment[outside], p.platform[outside], 0] / 2.0**32
    came = outside[rng.random(len(outside)) < chance]
    p.stage[came] = VISITED
    odds = t.steps[p.segment[came], p.platform[came], 0] + rules.intent_effect * p.intent[came]
    signed = came[rng.random(len(came)) < sigmoid(odds)]
    p.stage[signed] = SIGNED_UP
    p.first_day[signed] = day
    climb(signed, 0.0, p, rules, t, rng)
    return len(came), signed


def feel(here: np.ndarray, active: np.ndarray, p: People, rules: Rules, t: DayTables) -> None:
    idle = np.setdiff1d(here, active, assume_unique=True)
    p.habit[idle] *= 1 - rules.habit_decay
    p.habit[active] += rules.habit_gain * (1 - p.habit[active])
    half = 0.5 * rules.activation_value
    worth = t.utility[p.segment[active], p.platform[active]]
    worth = worth + np.where(p.steps[active] >= rules.onboarding_steps, half, -half)
    p.satisfaction[active] += rules.satisfaction_gain * (worth - p.satisfaction[active])


def live_numpy(pack: Pack, *, users: int, days: int, seed: int) -> dict[str, float]:
    """The plain version; returns totals by the names of our metrics."""
    rng, rules, constants = np.random.default_rng(seed), build_rules(pack), build_constants(pack)
    p, yesterday = draw_people(pack, rng, users), Yesterday(0, 0.0)
    total: dict[str, float] = dict.fromkeys(("visits", "signups", "active", "subscriptions"), 0)
    for day in range(days):
        t = build_day(
            pack,
            constants,
            day=FIRST + timedelta(day),
            changes=(),
            yesterday=yesterday,
            users=users,
        )
        here = np.flatnonzero((p.stage > VISITED) & (p.stage < CHURNED))
        here, won = leave_and_bill(here, day, p, rules, t, rng)
        visits, signed = visit(day, p, rules, t, rng)
        active = np.concatenate([use(here, p, rules, t, rng), signed])
        feel(np.concatenate([here, signed]), active, p, rules, t)
        content = float(p.satisfaction[active].mean()) if len(active) else 0.0
        yesterday = Yesterday(len(active), content)
        for name, value in zip(total, (visits, len(signed), len(active), won), strict=True):
            total[name] += value
    return total


def totals_of(run: SimulationRun) -> dict[str, float]:
    names = ("visits", "signups", "active", "subscriptions")
    return {name: sum(getattr(m, name) for m in run.metrics) for name in names}


def median_seconds(work: Callable[[], Any], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(users: int, days: int, repeats: int) -> dict[str, Any]:
    text = files("pilothouse.content.worlds").joinpath("saas.toml").read_text(encoding="utf-8")
    pack = build_pack(tomllib.loads(text))

    def live(threads: int, seed: int = 1) -> SimulationRun:
        return simulate(pack, seed=seed, first_day=FIRST, days=days, users=users, threads=threads)

    cold = median_seconds(lambda: list(live(1).events()), 1)
    run = live(2)
    rows = sum(len(batch) for batch in run.events())
    emission = median_seconds(lambda: list(run.events()), repeats)
    seconds = {
        "1 thread": median_seconds(lambda: live(1), repeats),
        "2 threads": median_seconds(lambda: live(2), repeats),
        "numpy": median_seconds(lambda: live_numpy(pack, users=users, days=days, seed=1), repeats),
    }
    ours, theirs = totals_of(run), live_numpy(pack, users=users, days=days, seed=2)
    return {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "users": users,
        "days": days,
        "first_call_seconds": round(cold, 2),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "user_days_per_second": {n: round(users * days / s) for n, s in seconds.items()},
        "events": rows,
        "events_per_second": round(rows / emission),
        "same_in_distribution": {
            name: {
                "ours": ours[name],
                "numpy": theirs[name],
                "ratio": round(ours[name] / theirs[name], 4),
            }
            for name in ours
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    answer = measure(arguments.users, arguments.days, arguments.repeats)
    print(json.dumps(answer, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()

"""B20: what spoils a reading is found by its standard instrument, and not found in the twin."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from pilothouse.engines.simulation import Pack, SimulationRun, kernel, simulate
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.research import Question, interview
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.scenarios import Scenario, Staged, build_scenario, distort, stage
from pilothouse.engines.simulation.slots import TREATED, arms_of
from tools.validation.kinds import Check, Found, Line, Size, between, parsed

LEAST_PIECES = 5
SRM_MARK = 0.0005
# Those who stayed and those who left, each.
ASKED = 300


def scenario_of(key: str) -> Scenario:
    """The scenario called ``key``."""
    return build_scenario(parsed("scenarios", f"{key}.toml"))


def staged(scenario: Scenario, *, twin: bool) -> Staged:
    """One side of it."""
    return stage(scenario, parsed(f"{scenario.pack}.toml"), twin=twin)


def live(scenario: Scenario, side: Staged, seed: int) -> SimulationRun:
    """The people of one side, for its days."""
    return simulate(
        side.pack,
        seed=seed,
        first_day=side.first_day,
        days=scenario.days,
        users=scenario.users,
        changes=side.changes,
        threads=1,
    )


def rates(run: SimulationRun, first: int, last: int) -> np.ndarray[Any, Any]:
    """Visits and accounts opened by platform, (platforms, 2), from day ``first`` to ``last``."""
    found = np.zeros((len(run.pack.platforms), 2))
    for day in range(first, last):
        record = run.records[day]
        platform = run.traits["platform"][record.user]
        for place, bit in enumerate((kernel.VISIT, kernel.SIGN_UP)):
            found[:, place] += np.bincount(platform[record.flags & bit != 0], minlength=len(found))
    return found


def paradox(key: str, *, seed: int, twin: bool) -> bool:
    """Simpson: the total fell, and at the mix of before it did not."""
    scenario = scenario_of(key)
    run = live(scenario, staged(scenario, twin=twin), seed)
    before, after = rates(run, 30, 60), rates(run, 60, 90)
    total = [part[:, 1].sum() / part[:, 0].sum() for part in (before, after)]
    mix = before[:, 0] / before[:, 0].sum()
    same_mix = [float(mix @ (part[:, 1] / part[:, 0])) for part in (before, after)]
    return bool(total[1] < 0.9 * total[0] and same_mix[1] > 0.97 * same_mix[0])


def uneven_arms(key: str, *, seed: int, twin: bool) -> bool:
    """SRM: people whose events arrived, in each arm, against one half, at p < 0.0005."""
    scenario = scenario_of(key)
    side = staged(scenario, twin=twin)
    run, start = live(scenario, side, seed), scenario.first_day
    seen = np.zeros(scenario.users, bool)
    for day in run.events(start + timedelta(14), start + timedelta(27)):
        arriving = distort(day, side.faults, first_day=start, seed=seed)
        # Bots have numbers from there on, and belong to no arm.
        people = arriving.actor.codes[arriving.actor.codes < scenario.users]
        seen[people] = True
    arms = arms_of(scenario.users, 1, 1, seed, (threshold(1.0), threshold(0.5)))[seen]
    treated, everybody = int((arms == TREATED).sum()), int(seen.sum())
    z = (treated - everybody / 2) / math.sqrt(everybody / 4)
    return math.erfc(abs(z) / math.sqrt(2)) < SRM_MARK


def silent_leavers(key: str, *, seed: int, twin: bool) -> bool:
    """Survivorship: asked about the last time, who left names it more often than who stayed."""
    pack = staged(scenario_of(key), twin=twin).pack
    needs = [need.key for need in pack.business.needs]
    place = needs.index("onboarding")
    need = pack.business.needs[place]
    gaps = [[need.quality.value - need.expectation.value] * len(needs)] * len(pack.segments)
    shares = []
    for left in (False, True):
        people = [(1_000 * left + n, 0, left) for n in range(ASKED)]
        said = interview(Chance(seed), people=people, gaps=gaps, question=Question.LAST_TIME)
        shares.append(np.mean([s.yes for s in said if s.need == place]))
    error = math.sqrt(sum(p * (1 - p) / ASKED for p in shares))
    return float(shares[1] - shares[0]) > 2.33 * max(error, 1e-9)


def trap(name: str, key: str, instrument: Callable[..., bool], what: str) -> Check:
    """The check of one scenario, trap and twin, by its instrument."""

    def measure(_pack: Pack, seed: int, _size: Size) -> Found:
        return {
            "power": instrument(key, seed=seed, twin=False),
            "alarm": instrument(key, seed=seed, twin=True),
        }

    def judge(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
        for part, words, span in (
            ("power", "found", (0.8, 1.0)),
            ("alarm", "false alarms", (0.0, 0.05)),
        ):
            share = float(np.mean([piece[part] for piece in pieces]))
            yield between("B20", pack.key, f"{what}: {words}", share, span)

    return Check(name, ("B20",), measure, judge, enough, (scenario_of(key).pack,))


def enough(size: Size) -> int:
    """Pieces: a share of them is what is read."""
    return max(LEAST_PIECES, size.seeds)


CHECKS = (
    trap("simpson", "funnel_that_fell", paradox, "Simpson's paradox"),
    trap("srm", "missing_treatment_users", uneven_arms, "uneven arms (SRM)"),
    trap("survivorship", "happy_interviewees", silent_leavers, "survivorship"),
)

"""Which parameters of a pack move a world, and which turn the order of policies: Morris screening.

``./run validate sensitivity``. Every parameter with a range takes part; entries of a list (needs,
segments, rivals, ...) move together, each in a direction of its own. A trajectory starts at random
and moves one parameter after another by two thirds of its range (M. Morris 1991; F. Campolongo and
others 2007 for the mean of absolute effects and for groups). All points of a trajectory live in one
world of shared luck, so an effect is the parameter's and hardly ever chance.

What moves the gaps between policies most (or what ``--factors`` names, without a screening) is
then set to both ends of its range, one at a time, and the order of test C1 is played at its own
size over ``--worlds`` worlds; what turns is played over twice as many.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from pilothouse.engines.simulation.company.policies import Policy, play_policy
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.reading import build_pack
from pilothouse.engines.simulation.returning import ReturnCount
from tools.odd import PACKS, parameters
from tools.validation.kinds import FIRST

LEVELS = 4
JUMP = 2.0 / 3.0
OUTCOMES = ("back on day 1", "back on day 30", "active people", "value", "tested / random",
            "truth / tested")  # fmt: skip
ORDER = (Policy.RANDOM, Policy.HIPPO, Policy.RICE, Policy.RICE_AB, Policy.BAYES, Policy.ORACLE)
SHARES = ("segments", "platforms", "countries")


@dataclass(frozen=True)
class Size:
    """How much is played."""

    trajectories: int
    users: int
    days: int
    worlds: int
    ends: int
    order_users: int = 20_000
    order_days: int = 180

    @property
    def of_order(self) -> Size:
        """The size at which the order of policies is played."""
        return replace(self, users=self.order_users, days=self.order_days)


@dataclass(frozen=True)
class Effect:
    """One factor on one outcome: mean absolute, mean and spread of its effects, as shares."""

    factor: str
    outcome: str
    strength: float
    mean: float
    spread: float


class World:
    """A parsed pack and its factors: names of parameters that move together."""

    def __init__(self, key: str) -> None:
        folder = files("pilothouse.content.worlds")
        self.key = key
        self.parsed = tomllib.loads(folder.joinpath(f"{key}.toml").read_text(encoding="utf-8"))
        found = dict(parameters(self.parsed))
        self.moving = {path: p for path, p in found.items() if p["low"] < p["high"]}
        self.fixed = len(found) - len(self.moving)
        self.factors: dict[str, list[str]] = {}
        for path in self.moving:
            self.factors.setdefault(self._factor(path), []).append(path)

    def _factor(self, path: str) -> str:
        first, *rest = path.split(".")
        if isinstance(self.parsed[first], list):
            return f"{first}.*.{rest[-1]}"
        return f"{first}.{rest[0]}" if first == "calendar" else path

    def pack_at(self, places: Mapping[str, float]) -> Any:
        """The pack with parameters at ``places`` (0 to 1) of their ranges, shares made whole."""
        parsed = deepcopy(self.parsed)
        found = dict(parameters(parsed))
        for path, place in places.items():
            p = found[path]
            p["value"] = min(p["high"], p["low"] + place * (p["high"] - p["low"]))
        for name in SHARES:
            total = sum(entry["share"]["value"] for entry in parsed[name])
            for entry in parsed[name]:
                share = entry["share"]
                share["value"] /= total
                # Made whole they may lie a little outside of their range.
                share.update(low=0.0, high=1.0)
        return build_pack(parsed)


def play(pack: Any, policy: Policy, seed: int, size: Size) -> tuple[CompanyRun, ReturnCount]:
    run = CompanyRun(pack, seed=seed, first_day=FIRST, users=size.users, threads=1, feedback=False)
    play_policy(run, policy, size.days)
    back = ReturnCount((1, 30))
    for day in range(run.days):
        back.count(run.people.records[day], run.people.state)
    return run, back


def outcomes_of(pack: Any, seed: int, size: Size) -> np.ndarray:
    """The six ``OUTCOMES`` of one world."""
    tested, back = play(pack, Policy.RICE_AB, seed, size)
    blind, seeing = (play(pack, p, seed, size)[0].value for p in (Policy.RANDOM, Policy.ORACLE))
    shares = [each.share or 0.0 for each in back.found]
    active = float(np.mean([day.active for day in tested.metrics[-28:]]))
    value = tested.value
    return np.array([*shares, active, value, value - blind, seeing - value])


def screen(world: World, size: Size) -> list[Effect]:
    """Elementary effects of every factor on every outcome."""
    rng = np.random.default_rng(1991)
    effects: dict[str, list[np.ndarray]] = {factor: [] for factor in world.factors}
    levels = []
    for seed in range(size.trajectories):
        places = {path: float(rng.integers(LEVELS)) / (LEVELS - 1) for path in world.moving}
        before = outcomes_of(world.pack_at(places), seed, size)
        for factor in rng.permutation(list(world.factors)):
            for path in world.factors[str(factor)]:
                places[path] += JUMP if places[path] < 0.5 else -JUMP
            # The sign of a factor of one parameter is known; of many it means nothing.
            (first, *_) = world.factors[str(factor)]
            sign = 1.0 if places[first] > 0.5 else -1.0
            after = outcomes_of(world.pack_at(places), seed, size)
            effects[str(factor)].append(sign * (after - before))
            levels.append(after)
            before = after
    scale = np.abs(np.mean(levels, axis=0))
    # Gaps are small beside what there is: they are told as shares of the value.
    scale[4:] = scale[3]
    return [
        Effect(factor, outcome, *_moments(np.array(found)[:, k] / max(scale[k], 1e-12)))
        for factor, found in effects.items()
        for k, outcome in enumerate(OUTCOMES)
    ]


def _moments(found: np.ndarray) -> tuple[float, float, float]:
    spread = float(found.std(ddof=1)) if len(found) > 1 else 0.0
    return float(np.abs(found).mean()), float(found.mean()), spread


def steps_of(pack: Any, worlds: int, size: Size) -> list[float]:
    """Each step of the order of C1, in standard errors over ``worlds`` worlds."""
    large = size.of_order
    values = {
        policy: np.array([play(pack, policy, seed, large)[0].value for seed in range(worlds)])
        for policy in ORDER
    }
    return [_sure(values[high] - values[low]) for low, high in pairwise(ORDER)]


def _sure(more: np.ndarray) -> float:
    error = float(more.std(ddof=1)) / math.sqrt(len(more))
    return float(more.mean()) / error if error > 0 else 0.0


@dataclass(frozen=True)
class End:
    """The order with one factor at one end of its range; ``steps`` in standard errors."""

    factor: str
    end: str
    worlds: int
    steps: list[float]

    @property
    def turned(self) -> list[str]:
        """Steps that go the wrong way by more than one standard error."""
        pairs = zip(pairwise(ORDER), self.steps, strict=True)
        return [f"{low} > {high}" for (low, high), step in pairs if step < -1.0]


def movers(effects: list[Effect], most: int) -> list[str]:
    """The factors that move the gaps between policies most."""
    gaps: dict[str, float] = {}
    for effect in effects:
        if effect.outcome in OUTCOMES[4:]:
            gaps[effect.factor] = gaps.get(effect.factor, 0.0) + effect.strength
    return sorted(gaps, key=lambda name: -gaps[name])[:most]


def try_ends(world: World, factors: list[str], size: Size) -> Iterator[End]:
    """The order as the pack is, then with each of ``factors`` at both ends of its range."""
    yield _played("as it is", "", world.pack_at({}), size)
    for factor in factors:
        for end, place in (("low", 0.0), ("high", 1.0)):
            pack = world.pack_at(dict.fromkeys(world.factors[factor], place))
            yield _played(factor, end, pack, size)


def _played(factor: str, end: str, pack: Any, size: Size) -> End:
    """The order in ``pack``; what seems to turn is played over twice as many worlds."""
    found = End(factor, end, size.worlds, steps_of(pack, size.worlds, size))
    if not found.turned:
        return found
    return End(factor, end, 2 * size.worlds, steps_of(pack, 2 * size.worlds, size))


def show(world: World, effects: list[Effect], most: int) -> None:
    print(f"\n#### `{world.key}`: {len(world.moving)} parameters in {len(world.factors)} factors, "
          f"{world.fixed} without a range\n")  # fmt: skip
    print("| Outcome | What moves it most, by which share of it |\n|---|---|")
    for outcome in OUTCOMES:
        found = sorted((e for e in effects if e.outcome == outcome), key=lambda e: -e.strength)
        said = ", ".join(f"`{e.factor}` {e.strength:.2g}{_sign(world, e)}" for e in found[:most])
        print(f"| {outcome} | {said} |", flush=True)


def _sign(world: World, effect: Effect) -> str:
    """Whether more of it means more: only where it moves one parameter, always in one direction."""
    if len(world.factors[effect.factor]) > 1 or abs(effect.mean) < 0.9 * effect.strength:
        return ""
    return "+" if effect.mean > 0 else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", nargs="*", default=list(PACKS), choices=PACKS)
    parser.add_argument("--trajectories", type=int, default=3)
    parser.add_argument("--users", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--worlds", type=int, default=12, help="for the order of policies")
    parser.add_argument("--ends", type=int, default=4, help="factors tried at both ends")
    parser.add_argument("--factors", nargs="*", default=[], help="try these, without a screening")
    parser.add_argument("--most", type=int, default=5, help="factors shown an outcome")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    size = Size(given.trajectories, given.users, given.days, given.worlds, given.ends)
    answer: dict[str, Any] = {"size": vars(size)}
    for key in given.packs:
        began, world = time.process_time(), World(key)
        known = [factor for factor in given.factors if factor in world.factors]
        effects = [] if given.factors else screen(world, size)
        if effects and not given.json:
            show(world, effects, given.most)
        if not given.json:
            to = " | ".join(f"to {policy}" for policy in ORDER[1:])
            print(f"\n| Factor | End | Worlds | {to} | Turned |\n|{'---|' * 9}")
        ends = []
        for end in try_ends(world, known or movers(effects, size.ends), size):
            ends.append({**vars(end), "turned": end.turned})
            if not given.json:
                steps = " | ".join(f"{step:+.1f}" for step in end.steps)
                print(f"| `{end.factor}` | {end.end} | {end.worlds} | {steps} | "
                      f"{', '.join(end.turned)} |", flush=True)  # fmt: skip
        took = time.process_time() - began
        answer[key] = {"effects": [vars(e) for e in effects], "ends": ends, "cpu_s": took}
        if not given.json:
            print(f"\n{took:.0f} s of one core.", flush=True)
    if given.json:
        json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

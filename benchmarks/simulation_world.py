"""The world that the simulation benchmark lives in, and our kernel living in it.

The market is that of the pack ``saas`` with two ideas that people meet: one under test, with a
glow, and one shipped to everybody on the twentieth day. In the launch all people look at the site
on the first days and nearly all sign up, so that the work is in using the product; in the market as
the pack has it, 19 of 20 people have nothing to do with it on most days.
"""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files

import numpy as np

from pilothouse.engines.simulation import Pack, SimulationRun, build_pack
from pilothouse.engines.simulation.parameter import Parameter
from pilothouse.engines.simulation.slots import SLOT
from pilothouse.engines.simulation.tables import (
    Constants,
    DayTables,
    Rules,
    Yesterday,
    build_constants,
    build_day,
    build_rules,
)
from pilothouse.engines.simulation.users import NEVER

FIRST = date(2026, 3, 2)
# People who met the idea under test, and the one for everybody.
EXPOSED = ("exposed_to_test", "exposed_to_all")
TOTALS = (
    "visits",
    "signups",
    "activations",
    "active",
    "sessions",
    "subscriptions",
    "leavers",
    "paying",
    "revenue",
    *EXPOSED,
)
# One under test from the fifth day, felt three times as strongly at first; one for everybody.
_SLOTS = np.array(
    [
        (2**32, 2**31, 2.0, 7.0, 0, 1, 1, 5, 0),
        (2**32, 2**32, 1.0, 5.0, 1, 0, 1, 20, 1),
    ],
    SLOT,
)
_WORTH, _EASE = (0.3, 0.1), (0.5, 0.3)


@dataclass(frozen=True)
class World:
    """A pack, how many people it has, and what follows from the pack."""

    pack: Pack
    users: int
    rules: Rules
    constants: Constants

    def tables(self, day: int, yesterday: Yesterday) -> DayTables:
        """Day number ``day``, with the ideas that people meet on it."""
        plain = build_day(
            self.pack,
            self.constants,
            day=FIRST + timedelta(day),
            changes=(),
            yesterday=yesterday,
            users=self.users,
        )
        there = [place for place, slot in enumerate(_SLOTS) if slot["start"] <= day]
        effects = np.zeros((len(there), len(self.pack.segments), 1 + len(self.pack.steps)))
        for row, place in enumerate(there):
            effects[row, :, 0], effects[row, :, 2] = _WORTH[place], _EASE[place]
        return plain._replace(slots=_SLOTS[there], effects=effects)


def build_world(users: int, *, launch: bool) -> World:
    """The market of ``users`` people; ``launch``: all of them come on the first days."""
    text = files("pilothouse.content.worlds").joinpath("saas.toml").read_text(encoding="utf-8")
    pack = build_pack(tomllib.loads(text))
    if launch:
        acquisition = replace(
            pack.acquisition, paid_visits=_with(pack.acquisition.paid_visits, 1.0)
        )
        first = replace(pack.steps[0], share=_with(pack.steps[0].share, 0.98))
        pack = replace(pack, acquisition=acquisition, steps=(first, *pack.steps[1:]))
    return World(pack, users, build_rules(pack), build_constants(pack))


def _with(parameter: Parameter, value: float) -> Parameter:
    return replace(parameter, value=value)


def live_ours(world: World, *, days: int, seed: int, threads: int = 2) -> SimulationRun:
    """Our run of ``world``: its records hold whatever events are made of."""
    run = SimulationRun(
        world.pack,
        seed=seed,
        first_day=FIRST,
        users=world.users,
        threads=threads,
        remembering=True,
    )
    with ThreadPoolExecutor(threads) as pool:
        for day in range(days):
            run.metrics.append(run.live(pool, world.tables(day, run.yesterday)))
    return run


def totals_of(run: SimulationRun) -> dict[str, float]:
    """Sums over all days; of ``paying`` the last, and of exposures those who had any."""
    lived = [name for name in TOTALS if name not in EXPOSED]
    found = {name: float(sum(getattr(m, name) for m in run.metrics)) for name in lived}
    met = (run.memory[:, : len(EXPOSED)] != NEVER).sum(axis=0)
    exposed = dict(zip(EXPOSED, met.astype(float).tolist(), strict=True))
    return {**found, "paying": float(run.metrics[-1].paying), **exposed}

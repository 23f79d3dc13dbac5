"""What a check is made of: pieces that can be measured apart, and lines judged over all of them.

A piece is one seed or one world of one pack. Pieces are plain numbers by name, so that they can be
measured by several processes, at several times, kept in a file and put together later.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from pilothouse.engines.simulation import Pack, SimulationRun, build_pack, simulate
from pilothouse.engines.simulation.kernel import ACTIVE, SIGN_UP
from pilothouse.engines.simulation.parameter import Parameter

FIRST = date(2026, 3, 2)
PACKS = ("saas", "consumer", "health", "ecommerce", "edtech")
# What does not depend on a pack is measured once.
ALL = "all"

Found = dict[str, Any]


@dataclass(frozen=True, order=True)
class Size:
    """How much is simulated: seeds a pack, people a seed, worlds for what compares policies."""

    seeds: int
    users: int
    worlds: int


class State(StrEnum):
    """Whether a figure is where it must be; exempt where its tolerance does not apply."""

    HOLDS = "holds"
    MISSES = "misses"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Line:
    """One figure beside what it must be. ``error`` is its standard error over pieces."""

    test: str
    pack: str
    what: str
    found: str
    error: str
    tolerance: str
    state: State
    why: str = ""
    pieces: str = ""


@dataclass(frozen=True)
class Check:
    """One way of measuring: ``measure`` a piece, ``judge`` all pieces of a pack.

    ``pieces`` says how many pieces a size asks for.
    """

    name: str
    tests: tuple[str, ...]
    measure: Callable[[Pack, int, Size], Found]
    judge: Callable[[Pack, list[Found]], Iterator[Line]]
    pieces: Callable[[Size], int]
    packs: tuple[str, ...] = PACKS


def once(_: Size) -> int:
    """One piece, whatever the size."""
    return 1


def by_seed(size: Size) -> int:
    """A piece for each seed."""
    return size.seeds


def by_world(size: Size) -> int:
    """A piece for each world in which policies are compared."""
    return size.worlds


@cache
def load(key: str) -> Pack:
    """The pack called ``key``, as it ships."""
    return build_pack(parsed(f"{key}.toml"))


def parsed(*path: str) -> dict[str, Any]:
    """A file of worlds, parsed."""
    place = files("pilothouse.content.worlds").joinpath(*path)
    return tomllib.loads(place.read_text(encoding="utf-8"))


def between(
    test: str,
    pack: str,
    what: str,
    found: float | Sequence[float],
    span: tuple[float, float],
    exempt: str = "",
) -> Line:
    """A line for a figure, or for one a piece, whose mean must lie in ``span``."""
    values = np.atleast_1d(np.asarray(found, float))
    mean = float(values.mean())
    error = ""
    if len(values) > 1:
        error = f"{values.std(ddof=1) / math.sqrt(len(values)):.2g}"
    low, high = span
    tolerance = f"{low:g} to {high:g}" if math.isfinite(high) else f"at least {low:g}"
    state = State.HOLDS if low <= mean <= high else State.MISSES
    if exempt:
        state = State.EXEMPT
    return Line(test, pack, what, f"{mean:.4g}", error, tolerance, state, exempt)


def pooled(
    test: str,
    pack: str,
    what: str,
    sums: tuple[np.ndarray, np.ndarray],
    span: tuple[float, float],
    shape: Callable[[float], float] = float,
) -> Line:
    """A line for ``shape`` of the ratio of two sums over pieces that say too little one by one.

    The standard error is found by leaving out one piece at a time.
    """
    over, under = sums
    line = between(test, pack, what, shape(over.sum() / under.sum()), span)
    if len(over) < 2:
        return line
    rest = [shape((over.sum() - a) / (under.sum() - b)) for a, b in zip(over, under, strict=True)]
    error = math.sqrt((len(rest) - 1) * float(np.var(rest)))
    return replace(line, error=f"{error:.2g}")


def exact(test: str, pack: str, what: str, *, holds: bool) -> Line:
    """A line for what must be equal to the last bit."""
    state = State.HOLDS if holds else State.MISSES
    return Line(test, pack, what, "equal" if holds else "differs", "", "exact", state)


def column(pieces: list[Found], name: str) -> list[float]:
    """One figure of every piece."""
    return [float(piece[name]) for piece in pieces]


def fixed(value: float) -> Parameter:
    """A parameter that cannot vary."""
    return Parameter(value, value, value, "Fixed for a test.", "design")


class Log:
    """Activity and first days of everybody, from what a run keeps of each day."""

    def __init__(self, run: SimulationRun) -> None:
        self.active = np.zeros((run.days, run.users), bool)
        self.first = np.full(run.users, -1)
        for day, record in run.records.items():
            self.active[day, record.user] = record.flags & ACTIVE != 0
            self.first[record.user[record.flags & SIGN_UP != 0]] = day

    def cohort(self, until: int) -> np.ndarray:
        """Who signed up before day ``until``."""
        return np.flatnonzero((self.first >= 0) & (self.first < until))

    def retention(self, day: int, until: int) -> float:
        """Share of that cohort active exactly ``day`` days later."""
        cohort = self.cohort(until)
        return float(self.active[self.first[cohort] + day, cohort].mean())

    def busiest_tenth(self, days: int) -> float:
        """Share of all active days of the last ``days`` that the busiest tenth of people have."""
        counts = np.sort(self.active[-days:].sum(axis=0))[::-1]
        counts = counts[counts > 0]
        return float(counts[: len(counts) // 10].sum() / counts.sum())


def lived(pack: Pack, users: int, days: int, seed: int, **more: Any) -> SimulationRun:
    """People alone, for ``days``, on one thread: pieces run beside one another."""
    return simulate(pack, seed=seed, first_day=FIRST, days=days, users=users, threads=1, **more)


def crowded(pack: Pack) -> Pack:
    """``pack`` with so many visits that most of the market signs up within two months.

    When and how many sign up has no part in what becomes of them, but more people of a cohort make
    its figures sharper.
    """
    acquisition = replace(pack.acquisition, paid_visits=fixed(0.05))
    first = replace(pack.steps[0], share=fixed(0.5))
    return replace(
        pack,
        fingerprint=f"{pack.fingerprint}-crowded",
        acquisition=acquisition,
        steps=(first, *pack.steps[1:]),
    )

"""A1 to A6 and B1: the engine does what it says, to the bit or to a closed form."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from pilothouse.engines.simulation import Change, Pack, retention_curve, without_covariates
from pilothouse.engines.simulation.company.commands import Prioritise, Reflect
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.kernel import ACTIVE
from pilothouse.engines.simulation.philox import philox, threshold
from pilothouse.engines.simulation.slots import TREATED, arms_of
from tools.validation.kinds import (
    ALL,
    FIRST,
    Check,
    Found,
    Line,
    Log,
    Size,
    between,
    by_seed,
    column,
    crowded,
    exact,
    lived,
    once,
)

# Published with the generator: counter, key, answer.
KNOWN_ANSWERS = (
    ((0,) * 6, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
)
RETURN_DAYS = (1, 7, 30, 90)
COHORT_DAYS = 60
FUTURES = 16
TESTS_OF_NOTHING, LEAST_PIECES = 150, 7
# Of Kolmogorov and Smirnov's statistic where p is 0.001.
_KS_MARK = 1.9495


def measure_vectors(_pack: Pack, _seed: int, _size: Size) -> Found:
    words = [" ".join(f"{int(part):08x}" for part in philox(*given)) for given, _ in KNOWN_ANSWERS]
    return {
        "equal": [word == answer for word, (_, answer) in zip(words, KNOWN_ANSWERS, strict=True)]
    }


def judge_vectors(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    yield exact("A1", ALL, "Philox, three known answers", holds=all(pieces[0]["equal"]))


def measure_sameness(pack: Pack, seed: int, size: Size) -> Found:
    def season(threads: int, *, cut: bool = False, idle: bool = False) -> CompanyRun:
        users = min(50_000, size.users)
        run = CompanyRun(pack, seed=seed, first_day=FIRST, users=users, threads=threads)
        run.give(Prioritise(tuple(idea.key for idea in pack.business.ideas)))
        if idle:
            run.give(Reflect("nothing"))
        run.advance(20)
        if cut:
            run = CompanyRun.restore(pack, run.snapshot(), threads=threads)
        run.advance(20)
        return run

    straight = season(1)
    whole = straight.state_hash
    return {
        "threads": all(season(n).state_hash == whole for n in (2, 4)),
        "cut": season(2, cut=True).state_hash == whole,
        "idle": season(1, idle=True).people.state_hash == straight.people.state_hash,
    }


def judge_sameness(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for test, name, what in (
        ("A2", "threads", "hash on 1, 2 and 4 threads"),
        ("A2", "cut", "hash straight and from a snapshot"),
        ("A3", "idle", "a command that changes nothing"),
    ):
        yield exact(test, pack.key, what, holds=all(piece[name] for piece in pieces))


def measure_luck(pack: Pack, seed: int, _: Size) -> Found:
    def actives(replicate: int, amount: float) -> float:
        change = Change("utility", FIRST, amount)
        run = lived(pack, 20_000, 60, seed, changes=[change], replicate=replicate)
        return float(sum(m.active for m in run.metrics))

    base, better = ([actives(r, amount) for r in range(FUTURES)] for amount in (0.0, 0.05))
    return {
        "shared": float(np.var(np.subtract(better, base), ddof=1)),
        "apart": float(np.var(np.subtract(better, np.roll(base, 5)), ddof=1)),
    }


def judge_luck(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    ratio = sum(column(pieces, "apart")) / sum(column(pieces, "shared"))
    yield between("A4", pack.key, "variance, other luck / shared", ratio, (50, math.inf))


def measure_theory(pack: Pack, seed: int, size: Size) -> Found:
    users = max(size.users, 200_000)
    log = Log(lived(crowded(without_covariates(pack)), users, 300, seed))
    found: Found = {
        f"day {day}": log.retention(day, COHORT_DAYS) / retention_curve(pack, day)
        for day in RETURN_DAYS
    }
    cohort = log.cohort(COHORT_DAYS)
    last = log.active.shape[0] - 1 - np.argmax(log.active[::-1, cohort], axis=0)
    life = last - log.first[cohort]
    life = life[life > 0]

    def hazard(month: int) -> float:
        risk = life >= 30 * (month - 1)
        return float(np.count_nonzero(risk & (life < 30 * month)) / np.count_nonzero(risk))

    return found | {"hazard": hazard(6) / hazard(1)}


def judge_theory(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for day in RETURN_DAYS:
        name = f"day {day}"
        what = f"{name} / closed form"
        yield between("A5", pack.key, what, column(pieces, name), (0.97, 1.03))
    hazards = column(pieces, "hazard")
    yield between("B1", pack.key, "leaving in month 6 / month 1", hazards, (0, 0.6))


def measure_nothing(pack: Pack, seed: int, _: Size) -> Found:
    run = lived(pack, 60_000, 30, seed)
    days = np.zeros(run.users)
    for record in run.records.values():
        days[record.user] += record.flags & ACTIVE != 0
    used = days > 0
    marks, chances = (threshold(1.0), threshold(0.5)), []
    for experiment in range(1, 1 + TESTS_OF_NOTHING):
        treated = arms_of(run.users, 1, experiment, seed, marks)[used] == TREATED
        a, b = days[used][treated], days[used][~treated]
        error = math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        z = (a.mean() - b.mean()) / error
        chances.append(round(2 * (1 - NormalDist().cdf(abs(float(z)))), 6))
    return {"chances": chances}


def judge_nothing(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    chances = np.sort(np.concatenate([piece["chances"] for piece in pieces]))
    n = len(chances)
    rejected = float(np.mean(chances < 0.05))
    yield between("A6", pack.key, f"{n} A/A tests, share below .05", rejected, (0.036, 0.064))
    steps = np.arange(n + 1) / n
    far = max(np.abs(steps[1:] - chances).max(), np.abs(chances - steps[:-1]).max())
    what = "their distance from uniform x sqrt(n)"
    yield between("A6", pack.key, what, float(far * math.sqrt(n)), (0, _KS_MARK))


def at_least_seven(size: Size) -> int:
    """A thousand tests of nothing, however few seeds there are."""
    return max(LEAST_PIECES, size.seeds)


CHECKS = (
    Check("vectors", ("A1",), measure_vectors, judge_vectors, once, ("saas",)),
    Check("sameness", ("A2", "A3"), measure_sameness, judge_sameness, by_seed),
    Check("luck", ("A4",), measure_luck, judge_luck, by_seed),
    Check("theory", ("A5", "B1"), measure_theory, judge_theory, by_seed),
    Check("nothing", ("A6",), measure_nothing, judge_nothing, at_least_seven),
)

"""How fast people live, beside NumPy and Mesa: ``./run bench simulation --json``.

Two worlds (see ``simulation_world``): a launch, in which everybody uses the product, and the market
of the pack, in which most have nothing to do with it. NumPy and Mesa live by the same rules, with
the same two ideas that people meet; at a small size totals of several seeds must agree with ours.

- speed: users x days a second, ours on one thread and on two beside NumPy, in rounds that ask each
  in turn; the first round is dropped. Drawing the people is part of it.
- emission: the same with all events made.
- mesa: at the size it can do.
- year: a million people for 365 days without events, in a process of its own for its peak memory.
- company: a company under a policy with all artefacts: events, exposures, records and their words.

Clock and processor are told apart, for on a busy machine the first holds the waiting for others.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.simulation_mesa import live_mesa
from benchmarks.simulation_numpy import live_numpy
from benchmarks.simulation_world import FIRST, TOTALS, build_world, live_ours, totals_of

GOALS = {
    "launch_to_numpy": 6.0,
    "to_mesa": 100.0,
    "year_seconds": 20.0,
    "year_peak_mb": 1536.0,
    "company_seconds": 10.0,
}
WORLDS = {"launch": True, "market": False}
# Totals of independent seeds; above this many standard errors two versions are not the same.
_MOST_ERRORS = 4.5
_AGREEMENT = {"users": 1_500, "days": 40, "seeds": 8}

Totals = dict[str, float]


def errors_between(ours: Sequence[Totals], theirs: Sequence[Totals]) -> dict[str, float]:
    """Differences of the means of each total in standard errors."""
    found = {}
    for name in TOTALS:
        a, b = (np.array([totals[name] for totals in each]) for each in (ours, theirs))
        error = float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
        gap = float(a.mean() - b.mean())
        found[name] = round(gap / error, 2) if error else (0.0 if gap == 0.0 else float("inf"))
    return found


def measure_agreement() -> dict[str, Any]:
    """All three at a small size; stops if their totals are not the same in distribution."""
    found: dict[str, Any] = dict(_AGREEMENT)
    for name, launch in WORLDS.items():
        # Where few sign up it takes more people to see anything.
        world = build_world(_AGREEMENT["users"] * (1 if launch else 5), launch=launch)
        days, seeds = _AGREEMENT["days"], range(_AGREEMENT["seeds"])
        ours = [totals_of(live_ours(world, days=days, seed=seed)) for seed in seeds]
        for peer, live in (("numpy", live_numpy), ("mesa", live_mesa)):
            errors = errors_between(ours, [live(world, days=days, seed=s) for s in seeds])
            assert max(map(abs, errors.values())) < _MOST_ERRORS, (name, peer, errors)
            found[f"{name}_{peer}_standard_errors"] = errors
    return found


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def take_rounds(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    """Each of ``works`` in turn, ``rounds`` times after one that is dropped."""
    taken = [{name: timed(work) for name, work in works.items()} for _ in range(rounds + 1)][1:]
    return {
        name: {
            "seconds": [each[name][0] for each in taken],
            "cpu_seconds": [each[name][1] for each in taken],
        }
        for name in works
    }


def measure_speed(users: int, days: int, rounds: int, *, launch: bool) -> dict[str, Any]:
    """Ours beside NumPy in one world of one size."""
    world = build_world(users, launch=launch)
    taken = take_rounds(
        {
            "1 thread": lambda: live_ours(world, days=days, seed=1, threads=1),
            "2 threads": lambda: live_ours(world, days=days, seed=1, threads=2),
            "numpy": lambda: live_numpy(world, days=days, seed=1),
        },
        rounds,
    )
    ratios = _ratios(taken["numpy"]["seconds"], taken["2 threads"]["seconds"])
    cores = _ratios(taken["numpy"]["cpu_seconds"], taken["1 thread"]["cpu_seconds"])
    return {
        "users": users,
        "days": days,
        "rounds": rounds,
        **{name: _line(figures, users * days) for name, figures in taken.items()},
        "numpy_to_2_threads": round(statistics.median(ratios), 2),
        "numpy_to_1_thread_by_processor": round(statistics.median(cores), 2),
    }


def _ratios(theirs: list[float], ours: list[float]) -> list[float]:
    return [a / b for a, b in zip(theirs, ours, strict=True)]


def _line(figures: dict[str, list[float]], user_days: int) -> dict[str, float]:
    seconds = statistics.median(figures["seconds"])
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(statistics.median(figures["cpu_seconds"]), 3),
        "user_days_per_second": round(user_days / seconds),
    }


def measure_emission(users: int, days: int, *, launch: bool) -> dict[str, Any]:
    """Ours with all events of all days made, once."""
    world, rows = build_world(users, launch=launch), 0

    def work() -> None:
        nonlocal rows
        rows = sum(len(batch) for batch in live_ours(world, days=days, seed=1).events())

    seconds, processor = timed(work)
    found = _line({"seconds": [seconds], "cpu_seconds": [processor]}, users * days)
    return {"users": users, "days": days, "events": rows, **found}


def measure_mesa(users: int, days: int, speed: dict[str, Any], *, launch: bool) -> dict[str, Any]:
    """Mesa at the size it can do; ``speed`` is ours in the same world."""
    world = build_world(users, launch=launch)
    seconds, processor = timed(lambda: live_mesa(world, days=days, seed=1))
    rate = users * days / seconds
    one = speed["users"] * speed["days"] / speed["1 thread"]["cpu_seconds"]
    return {
        "users": users,
        "days": days,
        "seconds": round(seconds, 2),
        "user_days_per_second": round(rate),
        "2_threads_to_mesa": round(speed["2 threads"]["user_days_per_second"] / rate),
        "1_thread_to_mesa_by_processor": round(one * processor / (users * days)),
    }


def live_year(users: int, days: int) -> dict[str, Any]:
    """A long run without events, and the peak memory of this process."""
    world = build_world(users, launch=False)
    seconds, processor = timed(lambda: live_ours(world, days=days, seed=1))
    return {
        "users": users,
        "days": days,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(processor, 2),
        "peak_mb": _peak_mb(),
    }


def live_company(users: int, days: int) -> dict[str, Any]:
    """A company of the pack with everything that it writes, and the peak memory of this process."""
    from pilothouse.engines.simulation.company.policies import Policy, play_policy
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.engines.simulation.textgrammar import build_grammar
    from pilothouse.engines.simulation.texts import compose_all

    folder = files("pilothouse.content.worlds").joinpath("texts")
    common, own = (
        tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("common", "saas")
    )
    world = build_world(users, launch=False)
    made: dict[str, int] = {}

    def work() -> None:
        run = CompanyRun(world.pack, seed=1, first_day=FIRST, users=users)
        play_policy(run, Policy("rice-ab"), days)
        grammar = build_grammar(common, own, world.pack)
        words = compose_all(grammar, run.artefacts, seed=1, first_day=FIRST)
        made["records"], made["characters"] = len(words), sum(map(len, words))
        made["events"] = sum(len(batch) for batch in run.events())
        made["exposures"] = sum(len(batch) for batch in run.exposures())

    seconds, processor = timed(work)
    return {
        "users": users,
        "days": days,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(processor, 2),
        "peak_mb": _peak_mb(),
        **made,
    }


def _peak_mb() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # What the system reports as usage of a process holds its parent's peak from before.
        line = next(x for x in status.read_text("utf-8").splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024)
    # Kilobytes but on macOS, where it is bytes.
    scale = 1024 if sys.platform == "darwin" else 1
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale / 1024)


def in_own_process(part: str, users: int, days: int) -> dict[str, Any]:
    """``part`` of this benchmark alone, after a small run that has compiled everything."""
    words = ["--only", part, "--users", str(users), "--days", str(days)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulation", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(sizes: Sequence[int], days: int, rounds: int, *, short: bool) -> dict[str, Any]:
    """All parts; ``short`` leaves out the long ones."""
    found: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}",
        "agreement": measure_agreement(),
    }
    for name, launch in WORLDS.items():
        # The ideas that people meet are all there from the twentieth day on.
        list(live_ours(build_world(1_000, launch=launch), days=25, seed=1).events())
        speeds = [measure_speed(users, days, rounds, launch=launch) for users in sizes]
        found[name] = {
            "speed": speeds,
            # A launch of a million makes a hundred million events: that is another benchmark.
            "emission": [
                measure_emission(u, days, launch=launch) for u in (sizes[:1] if launch else sizes)
            ],
            "mesa": measure_mesa(2_000 if short else 10_000, 30, speeds[0], launch=launch),
        }
    if not short:
        found["year"] = in_own_process("year", 1_000_000, 365)
        found["company"] = in_own_process("company", 100_000, 90)
    return {**found, "goals": reach(found)}


def reach(found: dict[str, Any]) -> dict[str, Any]:
    """Each goal, what was found for it, and whether it is met."""
    reached = {
        "launch_to_numpy": found["launch"]["speed"][0]["numpy_to_2_threads"],
        "to_mesa": found["launch"]["mesa"]["2_threads_to_mesa"],
    }
    if "year" in found:
        reached |= {
            "year_seconds": found["year"]["seconds"],
            "year_peak_mb": found["year"]["peak_mb"],
            "company_seconds": found["company"]["seconds"],
        }
    return {
        name: {
            "goal": GOALS[name],
            "found": value,
            "met": value >= GOALS[name] if "_to_" in f"_{name}" else value <= GOALS[name],
        }
        for name, value in reached.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--users", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="One size, three rounds, no year.")
    parser.add_argument("--only", choices=("year", "company"), help="One part, in this process.")
    given = parser.parse_args()
    if given.only:
        live = live_year if given.only == "year" else live_company
        live(1_000, 30)
        answer = live(given.users[0], given.days)
    elif given.short:
        answer = measure(given.users[:1], given.days, 3, short=True)
    else:
        answer = measure(given.users, given.days, given.rounds, short=False)
    print(json.dumps(answer, indent=None if given.json else 2))


if __name__ == "__main__":
    main()

"""How fast people live, beside NumPy and Mesa: ``./run bench simulation --json``.

Two worlds (see ``simulation_world``): a launch, in which everybody uses the product, and the market
of the pack, in which most have nothing to do with it. NumPy and Mesa live by the same rules, with
the same two ideas that people meet, and write the same events; at a small size totals of several
seeds must agree with ours, and so must counts, gaps, delays and hours of events.

- full: users x days a second of the whole kernel (funnel, experiments and all events of all days),
  ours on one thread and on two beside NumPy, in rounds that ask each in turn; the first round is
  dropped. Drawing the people is part of it. This is what the goals are about.
  NumPy has two versions of events: plain, an operation a rule as one writes it first, and one with
  every trick we know.
- without_events: the same without any.
- mesa: with events and without, at the size it can do.
- log: ours with all events as they go into a log: with names, bots and renamed events.
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
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.simulation_events import (
    told_by,
    told_by_agents,
    write_numpy,
    write_ours,
    write_plain,
)
from benchmarks.simulation_mesa import live_mesa
from benchmarks.simulation_speed import measure_log, measure_mesa, measure_speed, timed
from benchmarks.simulation_world import FIRST, build_world, live_ours

GOALS = {
    "launch_to_plain_numpy": 6.0,
    "launch_to_numpy": 6.0,
    "to_mesa": 100.0,
    "year_seconds": 20.0,
    "year_peak_mb": 1536.0,
    "company_seconds": 10.0,
}
WORLDS = {"launch": True, "market": False}
# Totals of independent seeds; above this many standard errors two versions are not the same.
_MOST_ERRORS = 4.5
_AGREEMENT = {"users": 1_500, "days": 40, "seeds": 12}

# User-days of the launch whose events are written: a million people for a month.
_MOST_USER_DAYS = 30_000_000

Totals = dict[str, float]


def errors_between(ours: Sequence[Totals], theirs: Sequence[Totals]) -> dict[str, float]:
    """Differences of the means of each total in standard errors."""
    found = {}
    for name in ours[0]:
        a, b = (np.array([totals[name] for totals in each]) for each in (ours, theirs))
        error = float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
        gap = float(a.mean() - b.mean())
        found[name] = round(gap / error, 2) if error else (0.0 if gap == 0.0 else float("inf"))
    return found


def measure_agreement() -> dict[str, Any]:
    """All three at a small size; stops if they and their events are not alike in distribution."""
    found: dict[str, Any] = dict(_AGREEMENT)
    for name, launch in WORLDS.items():
        # Where few sign up it takes more people to see anything.
        world = build_world(_AGREEMENT["users"] * (1 if launch else 5), launch=launch)
        days, seeds = _AGREEMENT["days"], range(_AGREEMENT["seeds"])
        ours = [told_by(write_ours, world, days=days, seed=seed) for seed in seeds]
        theirs = {
            "numpy": [told_by(write_numpy, world, days=days, seed=seed) for seed in seeds],
            "plain numpy": [told_by(write_plain, world, days=days, seed=seed) for seed in seeds],
            "mesa": [told_by_agents(world, live_mesa, days=days, seed=seed) for seed in seeds],
        }
        for peer, totals in theirs.items():
            errors = errors_between(ours, totals)
            assert max(map(abs, errors.values())) < _MOST_ERRORS, (name, peer, errors)
            found[f"{name}_{peer}_standard_errors"] = errors
    return found


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
        found[name] = measure_world(sizes, days, rounds, launch=launch, short=short)
    if not short:
        found["year"] = in_own_process("year", 1_000_000, 365)
        found["company"] = in_own_process("company", 100_000, 90)
    found["load_at_the_end"] = round(os.getloadavg()[0], 1)
    return {**found, "goals": reach(found)}


def measure_world(
    sizes: Sequence[int], days: int, rounds: int, *, launch: bool, short: bool
) -> dict[str, Any]:
    """All of one world."""
    found: dict[str, Any] = {"mesa": {}}
    for part, events in (("full", True), ("without_events", False)):
        found[part] = [
            # A launch of a million makes over a million events a day.
            measure_speed(
                users,
                min(days, _MOST_USER_DAYS // users) if launch and events else days,
                rounds,
                launch=launch,
                events=events,
            )
            for users in sizes
        ]
        found["mesa"][part] = measure_mesa(
            1_000 if short else 10_000,
            sizes[0],
            days,
            min(rounds, 3),
            launch=launch,
            events=events,
        )
    logged = sizes[:1] if launch else sizes
    found["log"] = [measure_log(users, days, launch=launch) for users in logged]
    return found


def reach(found: dict[str, Any]) -> dict[str, Any]:
    """Each goal, what was found for it, and whether it is met.

    Beside the goals of the full kernel stands what the same comparison gives without events.
    """
    launch = found["launch"]
    reached = {"launch_to_plain_numpy": launch["full"][0]["plain_numpy_to_2_threads"]}
    for part, end in (("full", ""), ("without_events", "_without_events")):
        reached[f"launch_to_numpy{end}"] = launch[part][0]["numpy_to_2_threads"]
        reached[f"to_mesa{end}"] = launch["mesa"][part]["2_threads_to_mesa"]
    if "year" in found:
        reached |= {
            "year_seconds": found["year"]["seconds"],
            "year_peak_mb": found["year"]["peak_mb"],
            "company_seconds": found["company"]["seconds"],
        }
    return {name: _judged(name, value) for name, value in reached.items()}


def _judged(name: str, value: float) -> dict[str, Any]:
    goal = GOALS[name.removesuffix("_without_events")]
    met = value >= goal if "_to_" in f"_{name}" else value <= goal
    return {"goal": goal, "found": value, "met": met}


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

"""The best plan of a roadmap beside CP-SAT and HiGHS: 200 bets, 8 quarters, 6 teams.

Made problems with 1.6 times more work than capacity, 60 to 71 needs, worth falling 7 % a quarter.
Every solver has a fresh process and two threads, one after another; each answer is checked and
valued by the same code. Ours gets half the time of the others.

    python -m benchmarks.roadmap --json --seconds 30
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from pilothouse.engines.roadmap import (
    PlanBet,
    PlanProblem,
    check_plan,
    fade_worth,
    solve_plan,
    value_of,
)

BETS, QUARTERS, TEAMS = 200, 8, 6
LOAD, FALL = 1.6, 0.07
SEEDS = "1,2,3"
PEER_TIMES = 2  # how many times longer the peers may search
PEERS = ("cpsat", "highs")
CENTS = 100  # CP-SAT counts in whole numbers
GOAL = 0.995


def make_problem(seed: int) -> PlanProblem:
    """A roadmap of whole person-weeks; bets take one to three teams."""
    rng = np.random.default_rng(seed)
    effort = np.zeros((BETS, TEAMS))
    for b in range(BETS):
        teams = rng.choice(TEAMS, rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]), replace=False)
        effort[b, teams] = rng.integers(2, 17, len(teams))
    value = np.round(effort.sum(axis=1) * rng.lognormal(4.6, 0.5, BETS))
    weeks = np.maximum(16, np.round(effort.sum(axis=0) / LOAD / QUARTERS))
    needs: set[tuple[int, int]] = set()
    wanted = rng.integers(60, 72)
    while len(needs) < wanted:
        first, second = sorted(rng.choice(BETS, 2, replace=False).tolist())
        needs.add((second, first))
    return PlanProblem(
        bets=tuple(
            PlanBet(
                f"b{b}", f"Bet {b}", fade_worth(float(value[b]), QUARTERS, FALL), tuple(effort[b])
            )
            for b in range(BETS)
        ),
        quarters=tuple(f"Q{q + 1}" for q in range(QUARTERS)),
        teams=tuple(f"Team {t + 1}" for t in range(TEAMS)),
        capacity_weeks=tuple((float(w),) * QUARTERS for w in weeks),
        needs=tuple(sorted(needs)),
    )


def work_ours(problem: PlanProblem, seconds: float) -> tuple[list[int], float]:
    """Places and bound of ours. Reading the compiled kernels from disk is in the time."""
    began = time.perf_counter()
    found = solve_plan(
        problem, seed=1, spent=lambda: (time.perf_counter() - began) / seconds, seconds=seconds
    )
    return list(found.placements), found.bound


def work_highs(problem: PlanProblem, seconds: float) -> tuple[list[int], float]:
    """HiGHS alone with the model that ours uses for its bound, on two threads."""
    from pilothouse.engines.roadmap._plan_arrays import to_arrays
    from pilothouse.engines.roadmap._plan_model import PlanModel, Search, trivial_bound

    arrays = to_arrays(problem)
    model = PlanModel(arrays, is_whole=True)
    for name, value in (("time_limit", seconds), ("threads", 2), ("parallel", "on")):
        model.solver.setOptionValue(name, value)
    search = Search(trivial_bound(arrays))
    model.maximise(search, None)
    return [] if search.places is None else search.places.tolist(), search.bound


def work_cpsat(problem: PlanProblem, seconds: float) -> tuple[list[int], float]:
    """CP-SAT with two workers. Never in a process that uses HiGHS."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    quarters = range(len(problem.quarters))
    x = [[model.new_bool_var(f"{b}.{q}") for q in quarters] for b in range(len(problem.bets))]
    for row in x:
        model.add_at_most_one(row)
    for bet, need in problem.needs:
        for q in quarters:
            model.add(sum(x[bet][: q + 1]) <= sum(x[need][: q + 1]))
    for t, capacity in enumerate(problem.capacity_weeks):
        takes = [
            (b, int(bet.effort_weeks[t]))
            for b, bet in enumerate(problem.bets)
            if bet.effort_weeks[t]
        ]
        for q in quarters:
            model.add(sum(weeks * x[b][q] for b, weeks in takes) <= int(capacity[q]))
    model.maximize(
        sum(
            round(worth * CENTS) * x[b][q]
            for b, bet in enumerate(problem.bets)
            for q, worth in enumerate(bet.worth)
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.solve(model)
    places = [next((q for q in quarters if solver.value(row[q])), -1) for row in x]
    return places, solver.best_objective_bound / CENTS


WORKS = {"ours": work_ours, "highs": work_highs, "cpsat": work_cpsat}


def work(name: str, seed: int, seconds: float) -> dict[str, Any]:
    """One solver on one problem, in this process."""
    problem = make_problem(seed)
    began = time.perf_counter()
    places, bound = WORKS[name](problem, seconds)
    took = time.perf_counter() - began
    broken = [violation.sentence for violation in check_plan(problem, places)]
    assert not broken, broken
    value = value_of(problem, places)
    return {
        "value": round(value, 2),
        "bound": round(bound, 2),
        "gap": round((bound - value) / bound, 5),
        "seconds": round(took, 2),
        "peak_memory_mb": _memory_mb(),
    }


def _memory_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1e3


def ask(name: str, seed: int, seconds: float) -> dict[str, Any]:
    """The same in a fresh process."""
    words = [sys.executable, "-m", "benchmarks.roadmap", "--work", name, "--seconds", str(seconds)]
    done = subprocess.run(
        [*words, "--seeds", str(seed)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def measure(seeds: list[int], seconds: float, peers: list[str]) -> dict[str, Any]:
    """All solvers on all problems, one after another."""
    rounds = {}
    for seed in seeds:
        found = {"ours": ask("ours", seed, seconds)}
        found |= {peer: ask(peer, seed, seconds * PEER_TIMES) for peer in peers}
        best = max((found[peer]["value"] for peer in peers), default=found["ours"]["value"])
        rounds[seed] = {**found, "ratio": round(found["ours"]["value"] / best, 5)}
        print(f"seed {seed}: {json.dumps(rounds[seed])}", file=sys.stderr, flush=True)
    return {
        "problem": {"bets": BETS, "quarters": QUARTERS, "teams": TEAMS, "load": LOAD, "fall": FALL},
        "seconds": {"ours": seconds, "peers": seconds * PEER_TIMES},
        "seeds": rounds,
        "least_ratio": min(each["ratio"] for each in rounds.values()),
        "goal_ratio": GOAL,
        "machine": platform.platform(),
    }


def main() -> None:
    """Read the words, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=30, help="for ours; peers get twice that")
    parser.add_argument("--seeds", default=SEEDS)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--work", choices=sorted(WORKS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    if given.work:
        print(json.dumps(work(given.work, seeds[0], given.seconds)))
        return
    found = measure(seeds, given.seconds, [peer for peer in given.peers.split(",") if peer])
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for seed, each in found["seeds"].items():
        for name in ("ours", *PEERS):
            if name in each:
                one = each[name]
                print(
                    f"seed {seed} {name:>6}: {one['value']:>12,.0f}  at most {one['bound']:>12,.0f}"
                    f"  gap {100 * one['gap']:5.2f} %  {one['seconds']:6.1f} s"
                    f"  {one['peak_memory_mb']:6.0f} MB"
                )
        print(f"seed {seed}  ratio: {each['ratio']:.4f} (goal {GOAL})")


if __name__ == "__main__":
    main()

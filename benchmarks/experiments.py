"""Reading experiments beside others: many readings, a file of units, sums of ten millions.

- readings: one comparison from sufficient statistics, with SciPy (its t-test alone) and gbstats
  (its test alone, where ``--gbstats`` names a Python that has it: it wants a NumPy of 2023).
- file: CSV with one row a unit to the CUPED effect, units of several arms left out: Polars, DuckDB,
  pandas with statsmodels.
- sums: five metrics with their covariates by arm, in memory: Polars, DuckDB, NumPy.

Rounds ask every engine in turn; the first is dropped; effects must be equal.

    python -m benchmarks.experiments --json --rows 1000000 --sums 10000000
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.experiments_peers import FILE_PEERS, SUM_PEERS, Sums, read_ours, sum_ours
from pilothouse.engines.experiments import ArmCounts, ArmSums, compare_means, compare_proportions

ROUNDS = 5
READINGS = 2_000
GOALS = {"sums_to_best_peer": 6.0, "file_to_best_peer": 1.0}
GBSTATS = """
import sys, time
from gbstats.frequentist.tests import FrequentistConfig, TwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
def ask(k):
    a = SampleMeanStatistic(n=1000, sum=2000 + k, sum_squares=9000 + 4 * k)
    b = SampleMeanStatistic(n=1010, sum=2100, sum_squares=9500)
    return TwoSidedTTest(a, b, FrequentistConfig(difference_type="absolute")).compute_result()
ask(0)
began = time.perf_counter()
for k in range(int(sys.argv[1])):
    ask(k)
print(int(sys.argv[1]) / (time.perf_counter() - began))
"""


def measure_readings(gbstats: str | None) -> dict[str, Any]:
    """Readings per second; ours is the whole of it, others their test alone."""
    from scipy import stats

    def scipy_test(k: int) -> Any:
        a, b = (2000 + k) / 1000, 2100 / 1010
        s = math.sqrt((9000 + 4 * k - 1000 * a * a) / 999)
        t = math.sqrt((9500 - 1010 * b * b) / 1009)
        found = stats.ttest_ind_from_stats(b, t, 1010, a, s, 1000, equal_var=False)
        return found.pvalue

    def means(k: int) -> Any:
        return compare_means(
            ArmSums("A", 1000, 2000 + k, 9000 + 4 * k), ArmSums("B", 1010, 2100, 9500)
        ).absolute.p

    def counts(k: int) -> Any:
        return compare_proportions(
            ArmCounts("A", 100_000, 9_000 + k), ArmCounts("B", 99_000, 9_900)
        )

    def few(k: int) -> Any:
        return compare_proportions(ArmCounts("A", 1_000 + k, 3), ArmCounts("B", 1_000, 9))

    assert math.isclose(means(7), scipy_test(7), rel_tol=1e-9)
    works = {"means": means, "proportions": counts, "few_counts": few, "scipy_t_test": scipy_test}
    found = {name: round(_per_second(work)) for name, work in works.items()}
    if gbstats:
        done = subprocess.run(
            [gbstats, "-W", "ignore", "-c", GBSTATS, str(READINGS)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found["gbstats_t_test"] = round(float(done.stdout))
    return found


def _per_second(work: Callable[[int], Any]) -> float:
    best = 0.0
    for _ in range(3):
        began = time.perf_counter()
        for k in range(READINGS):
            work(k)
        best = max(best, READINGS / (time.perf_counter() - began))
    return best


def write_units(path: Path, rows: int) -> None:
    """A file of units with what they spent and had spent before; some are in both arms."""
    rng = np.random.default_rng(1)
    arm, pre = rng.integers(0, 2, rows), rng.gamma(2, 3, rows).round(3)
    spend = (0.7 * pre + rng.gamma(2, 2, rows) + 0.05 * arm).round(3)
    unit = np.arange(rows)
    unit[:: rows // 50] = unit[1 :: rows // 50]
    columns = [each.tolist() for each in (unit, arm, spend, pre)]
    with path.open("w") as file:
        file.write("user,group,spend,before\n")
        file.writelines(
            f"u{u:08d},{'AB'[a]},{y},{x}\n" for u, a, y, x in zip(*columns, strict=True)
        )


def measure_file(rows: int, rounds: int) -> dict[str, Any]:
    """From the file to the effect."""
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as name:
        path = Path(name) / "units.csv"
        write_units(path, rows)
        engines: dict[str, Callable[[Path], float]] = {"ours": read_ours, **FILE_PEERS}
        times = _in_turn({n: lambda e=e: e(path) for n, e in engines.items()}, rounds, 2e-3)
        words = [
            sys.executable, "-c", "from pilothouse.cli.main import main; main()",
            "experiments", "analyze", str(path), "--unit", "user", "--arm", "group",
            "--metric", "spend", "--pre", "before", "--repeated", "sum", "--json",
        ]  # fmt: skip
        began = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        command_s = round(time.perf_counter() - began, 2)
    return {"rows": rows, "times": times, "command_s": command_s, **_ratio(times)}


def measure_sums(rows: int, rounds: int) -> dict[str, Any]:
    """Five metrics with covariates, from arrays to effects."""
    data = Sums.make(rows)
    engines = {"ours": sum_ours, **{name: made(data) for name, made in SUM_PEERS.items()}}
    times = _in_turn({n: lambda e=e: e(data) for n, e in engines.items()}, rounds, 1e-9)
    return {"rows": rows, "metrics": len(data.y), "times": times, **_ratio(times)}


def _in_turn(
    works: dict[str, Callable[[], Any]], rounds: int, tolerance: float
) -> dict[str, dict[str, float]]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        answers = {}
        for name, work in works.items():
            began = time.perf_counter()
            answers[name] = work()
            taken[name].append(time.perf_counter() - began)
        for name, answer in answers.items():
            assert np.allclose(answer, answers["ours"], rtol=tolerance, atol=0), (name, answers)
    return {
        name: {
            "best_ms": round(min(each[1:]) * 1e3, 1),
            "median_ms": round(statistics.median(each[1:]) * 1e3, 1),
        }
        for name, each in taken.items()
    }


def _ratio(times: dict[str, dict[str, float]]) -> dict[str, Any]:
    own = times["ours"]["median_ms"]
    ratios = {n: round(t["median_ms"] / own, 2) for n, t in times.items() if n != "ours"}
    return {"ratios": ratios, "best_peer_ratio": min(ratios.values())}


def main() -> None:
    """Read the words, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sums", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--gbstats", metavar="PYTHON", help="a Python that has gbstats")
    given = parser.parse_args()
    found = {
        "readings_per_second": measure_readings(given.gbstats),
        "file": measure_file(given.rows, given.rounds),
        "sums": measure_sums(given.sums, given.rounds),
        "goals": GOALS,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for name, per_second in found["readings_per_second"].items():
        print(f"{name:>16}: {per_second:>9,} a second")
    for part in ("file", "sums"):
        for name, each in found[part]["times"].items():
            print(f"{part} {name:>20}: {each['median_ms']:>9,.1f} ms (best {each['best_ms']:,.1f})")
    print(f"the whole command: {found['file']['command_s']} s")


if __name__ == "__main__":
    main()

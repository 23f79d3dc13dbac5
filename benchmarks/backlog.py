"""How fast a backlog is ranked: ``python -m benchmarks.backlog --json``.

Beside our kernels runs the same question in plain NumPy: scores of a chunk of draws as one matrix,
``argsort`` twice for ranks, ``partition`` for percentiles; no strawman, one array operation for
each step and chunks small enough for the caches. Both must give the same answer within the error
of their draws, which is checked before any time is told. Peaks of memory are those of a process of
its own. Page times are added by ``benchmarks.backlog_pages`` where it is there.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pilothouse.engines.backlog import FRAMEWORKS, Candidate, choice, number, rank, spread

RICE = FRAMEWORKS["rice"]
Z95 = 1.6448536269514722
CHUNK = 500


@dataclass(frozen=True)
class Ideas:
    """Made inputs: lognormal reach and effort by their ranges, impact of three, a range of %."""

    reach: np.ndarray
    confidence: np.ndarray
    effort: np.ndarray

    def __len__(self) -> int:
        return len(self.reach)


IMPACTS = np.array([0.5, 1.0, 2.0])


def make_ideas(items: int, seed: int = 1) -> Ideas:
    rng = np.random.default_rng(seed)
    reach, effort = rng.uniform(50, 5000, items), rng.uniform(0.5, 6, items)
    sure = rng.uniform(0.5, 0.75, items)
    return Ideas(
        np.stack([reach, reach * rng.uniform(1.5, 4, items)], axis=1),
        np.stack([sure, sure + rng.uniform(0.05, 0.2, items)], axis=1),
        np.stack([effort, effort * rng.uniform(1.2, 3, items)], axis=1),
    )


def to_candidates(ideas: Ideas) -> list[Candidate]:
    return [
        Candidate(
            f"i{i}", f"i{i}",
            {
                "reach": spread(*ideas.reach[i]),
                "impact": choice(*IMPACTS.tolist()),
                "confidence": spread(*ideas.confidence[i]),
                "effort": spread(*ideas.effort[i]),
            },
            "quarter",
        )
        for i in range(len(ideas))
    ]  # fmt: skip


def rank_numpy(ideas: Ideas, draws: int, top: int, seed: int) -> dict[str, np.ndarray]:
    """Rank intervals, score intervals and P(top) the plain way, in chunks of draws."""
    rng, size = np.random.default_rng(seed), len(ideas)
    counts, tops = np.zeros((size, size), dtype=np.int64), np.zeros(size, dtype=np.int64)
    kept = np.empty((draws, size), dtype=np.float32)
    middles = [np.log(each).mean(axis=1) for each in (ideas.reach, ideas.effort)]
    sigmas = [np.log(e[:, 1] / e[:, 0]) / 2 / Z95 for e in (ideas.reach, ideas.effort)]
    margin = (ideas.confidence[:, 1] - ideas.confidence[:, 0]) / 18
    low, high = ideas.confidence[:, 0] - margin, ideas.confidence[:, 1] + margin
    columns = np.arange(size)
    for start in range(0, draws, CHUNK):
        shape = (min(CHUNK, draws - start), size)
        logs = middles[0] - middles[1] + sigmas[0] * rng.standard_normal(shape)
        logs -= sigmas[1] * rng.standard_normal(shape)
        scores = np.exp(logs) * IMPACTS[rng.integers(0, 3, shape)]
        scores *= np.clip(rng.uniform(low, high, shape), 0, 1)
        kept[start : start + shape[0]] = scores
        ranks = np.argsort(np.argsort(-scores, axis=1), axis=1)
        counts += np.bincount((columns * size + ranks).ravel(), minlength=size * size).reshape(
            size, size
        )
        tops += (ranks < top).sum(axis=0)
    places = [round(0.05 * draws) - 1, round(0.95 * draws) - 1]
    sums = np.cumsum(counts, axis=1)
    return {
        "rank_low": (sums < 0.05 * draws).sum(axis=1) + 1,
        "rank_high": (sums < 0.95 * draws).sum(axis=1) + 1,
        "top": tops / draws,
        "score": np.partition(kept, places, axis=0)[places].T.astype(float),
    }


def rank_ours(ideas: Ideas, draws: int, top: int, threads: int | None) -> dict[str, np.ndarray]:
    candidates = to_candidates(ideas)
    rows = {r.key: r for r in rank(candidates, RICE, draws=draws, top=top, threads=threads).rows}
    ordered = [rows[each.key] for each in candidates]
    return {
        "rank_low": np.array([row.rank_low for row in ordered]),
        "rank_high": np.array([row.rank_high for row in ordered]),
        "top": np.array([row.top_probability for row in ordered]),
        "score": np.array([[row.low, row.high] for row in ordered], dtype=float),
    }


def check_same(ours: dict[str, Any], theirs: dict[str, Any], draws: int) -> dict[str, float]:
    """The largest differences; an error where draws cannot explain them.

    A rank's bound may move by the ranks that hold the error of its probability: 1 % of all.
    """
    size = len(ours["top"])
    error = 6 * math.sqrt(0.25 * 2 / draws)
    gaps = {
        "rank": float(
            max(np.abs(ours[name] - theirs[name]).max() for name in ("rank_low", "rank_high"))
        ),
        "top_probability": float(np.abs(ours["top"] - theirs["top"]).max()),
        "score_share": float(np.abs(ours["score"] / theirs["score"] - 1).max()),
    }
    assert gaps["rank"] <= max(2, 0.015 * size), gaps
    assert gaps["top_probability"] <= error, gaps
    assert gaps["score_share"] <= 0.04, gaps
    return gaps


def timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


WAYS = ("ours", "ours_1_thread", "numpy")


def run_way(way: str, items: int, draws: int) -> Any:
    ideas = make_ideas(items)
    if way == "numpy":
        return rank_numpy(ideas, draws, 20, seed=2)
    return rank_ours(ideas, draws, 20, 1 if way == "ours_1_thread" else None)


def peak_mb(way: str, items: int, draws: int) -> float:
    """Peak memory of a process that does nothing else."""
    words = ["--peak", way, "--items", str(items), "--draws", str(draws)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.backlog", *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def measure_ranking(items: int, draws: int, repeats: int) -> dict[str, Any]:
    """Medians of interleaved runs, after one run to load what is compiled."""
    run_way("ours", 50, 100_000)
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    answers: dict[str, Any] = {}
    for _ in range(repeats):
        for way in WAYS:
            seconds, answers[way] = timed(lambda way=way: run_way(way, items, draws))
            times[way].append(seconds)
    gaps = check_same(answers["ours"], answers["numpy"], draws)
    for name, values in answers["ours"].items():
        assert np.array_equal(values, answers["ours_1_thread"][name]), name
    medians = {way: float(np.median(each)) for way, each in times.items()}
    two = [Candidate(n, n, {k: number(2.0) for k in ("reach", "impact", "effort")}
                     | {"confidence": spread(0.5, 0.9)}, "month") for n in "ab"]  # fmt: skip
    small, _ = timed(lambda: rank(two, RICE, draws=100_000))
    return {
        "items": items,
        "draws": draws,
        "seconds": {way: round(each, 3) for way, each in medians.items()},
        "times_numpy": round(medians["numpy"] / medians["ours"], 2),
        "times_numpy_1_thread": round(medians["numpy"] / medians["ours_1_thread"], 2),
        "peak_mb": {way: round(peak_mb(way, items, draws)) for way in ("ours", "numpy")},
        "largest_differences": {name: round(gap, 5) for name, gap in gaps.items()},
        "two_items_seconds": round(small, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peak", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        run_way(arguments.peak, arguments.items, arguments.draws)
        # Not ru_maxrss: a child inherits that of the process it was forked from.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)
        return
    answer: dict[str, Any] = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "ranking": measure_ranking(arguments.items, arguments.draws, arguments.repeats),
    }
    if find_spec("benchmarks.backlog_pages"):
        answer["pages"] = import_module("benchmarks.backlog_pages").measure()
    print(json.dumps(answer, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()

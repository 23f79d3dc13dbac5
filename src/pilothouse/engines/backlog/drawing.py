"""All draws of a ranking: score percentiles, rank percentiles, and who is above whom.

Two ways do the same to the bit: `plain` in NumPy for short lists, `_kernels` compiled for long.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.backlog import plain
from pilothouse.engines.backlog.program import Program

LEVEL = 0.9
EDGES = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
# Up to here NumPy is done before Numba would be loaded.
_PLAIN_WORK = 4_000_000
_KERNELS = "pilothouse.engines.backlog._kernels"
_PAIRS = 10
_MOST_RANKS = 2048


@dataclass(frozen=True)
class Drawing:
    """What the draws say, by place in the program.

    ``scores`` and ``ranks``: low and high (float64[n, 2], int64[n, 2], ranks from 1). ``tops``:
    P(among the first). ``beats_next``: P(above the next one). ``better``: P(i above j) for the
    first ten.
    """

    scores: NDArray[np.float64]
    ranks: NDArray[np.int64]
    tops: NDArray[np.float64]
    beats_next: NDArray[np.float64]
    better: dict[tuple[int, int], float]


def draw(program: Program, draws: int, top: int, threads: int, *, is_sum: bool) -> Drawing:
    """Draw ``draws`` times on ``threads`` threads; the answer does not depend on the latter."""
    size = len(program.ties)
    # Once the kernels are there they are quicker for anything.
    is_plain = size * draws <= _PLAIN_WORK and _KERNELS not in sys.modules
    work = _Work(program, draws, top, 1 if is_plain else threads, is_sum, _ways(is_plain=is_plain))
    scores, beats_next = _walk_candidates(work)
    counts, tops = _count(work)
    ranks = _rank_bounds(counts, draws, _width(size))
    return Drawing(scores, ranks, tops / draws, beats_next, _pairs(work))


@dataclass(frozen=True)
class _Work:
    program: Program
    draws: int
    top: int
    threads: int
    is_sum: bool
    ways: Any

    @property
    def size(self) -> int:
        return len(self.program.ties)

    def fill(self, item: int, scores: NDArray[np.float32], words: NDArray[np.uint64]) -> None:
        self.ways.fill_scores(self.program, item, 0, scores, words, self.is_sum)

    def room(self) -> NDArray[np.uint64]:
        return np.empty(self.draws, dtype=np.uint64)


def _ways(*, is_plain: bool) -> Any:
    if is_plain:
        return plain
    from pilothouse.engines.backlog import _kernels

    return _kernels


def _walk_candidates(work: _Work) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high of each score, and how often each is above the next."""
    size = work.size
    bounds, beats = np.zeros((size, 2)), np.full(size, np.nan)
    places = np.array([max(0, round(edge * work.draws) - 1) for edge in EDGES])

    def walk(chunk: int) -> None:
        first, last = size * chunk // work.threads, size * (chunk + 1) // work.threads
        scores, before = np.empty((2, work.draws), dtype=np.float32)
        words = work.room()
        for item in range(first, min(last + 1, size)):
            work.fill(item, scores, words)
            if item > first:
                beats[item - 1] = work.ways.count_above(before, scores) / 2 / work.draws
            if item < last:
                work.ways.find_places(scores, places, bounds[item])
            scores, before = before, scores

    run_chunks(walk, work.threads)
    return bounds, beats


def _pairs(work: _Work) -> dict[tuple[int, int], float]:
    count = min(_PAIRS, work.size)
    scores = np.empty((count, work.draws), dtype=np.float32)
    for item in range(count):
        work.fill(item, scores[item], work.room())
    better: dict[tuple[int, int], float] = {}
    for i in range(count):
        for j in range(i):
            better[j, i] = work.ways.count_above(scores[j], scores[i]) / 2 / work.draws
            better[i, j] = 1 - better[j, i]
    return better


def _width(size: int) -> int:
    """Ranks counted together: 1 up to 2,048 candidates."""
    return max(1, -(-size // _MOST_RANKS))


def _count(work: _Work) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """How often each candidate has each rank, and is among the first."""
    width = _width(work.size)
    bins = -(-work.size // width)

    def count(chunk: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        first = work.draws * chunk // work.threads
        last = work.draws * (chunk + 1) // work.threads
        counts, tops = np.zeros((work.size, bins), np.int32), np.zeros(work.size, np.int64)
        work.ways.count_ranks(work.program, first, last, counts, tops, work.top, width, work.is_sum)
        return counts, tops

    counts, tops = zip(*run_chunks(count, work.threads), strict=True)
    return _total(counts), _total(tops)


def _total(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    for more in parts[1:]:
        parts[0][:] += more
    return parts[0]


def _rank_bounds(counts: NDArray[np.int32], draws: int, width: int) -> NDArray[np.int64]:
    """The 5th and the 95th percentile of each rank, from 1."""
    low, high = (_ranks_below(counts, edge * draws) for edge in EDGES)
    return np.stack([low * width + 1, np.minimum((high + 1) * width, len(counts))], axis=1)


def _ranks_below(counts: NDArray[np.int32], bar: float) -> NDArray[np.int64]:
    """How many of the ranks still sum to less than ``bar`` draws."""
    below: NDArray[np.int64] = (np.cumsum(counts, axis=1, dtype=np.int32) < bar).sum(axis=1)
    return below

# ruff: noqa: PLR0917 - the same arguments in the same places as the kernels
"""The kernels' twin in NumPy: the same numbers bit for bit, without a compiler.

Short lists take this way, so that ranking three ideas does not load Numba.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.backlog.program import (
    BEYOND,
    GAMMA,
    MIX_1,
    MIX_2,
    PLUS,
    TIE_BITS,
    TIMES,
    Program,
)
from pilothouse.engines.backlog.quantities import TABLE_SIZE

_MASK = np.uint64(TABLE_SIZE - 1)
_BLOCK = 2048


def mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The last step of SplitMix64."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(MIX_1)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(MIX_2)
    return words ^ (words >> np.uint64(31))


def fill_scores(
    program: Program, item: int, first: int, scores: NDArray[np.float32],
    words: NDArray[np.uint64], is_sum: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Scores of one candidate in the draws from ``first`` on; ``words`` is room of that size."""
    scores[:] = 0 if is_sum else 1
    stream = None
    steps = np.arange(first + 1, first + 1 + len(scores), dtype=np.uint64) * np.uint64(GAMMA)
    for f in range(program.offsets[item], program.offsets[item + 1]):
        row = program.rows[f]
        values: NDArray[np.float32] | np.float32 = program.constants[f]
        if row >= 0:
            if stream is None or program.streams[f] != stream:
                stream = program.streams[f]
                words[:] = mix(steps + stream)
            values = program.tables[row][(words >> program.shifts[f]) & _MASK]
        if program.operations[f] == TIMES:
            scores *= values
        elif program.operations[f] == PLUS:
            scores += values
        elif program.operations[f] == BEYOND:
            scores += np.maximum(scores - values, np.float32(0))


def order_keys(scores: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Whole numbers in the order of the scores, rounded so that ties are ties."""
    bits = scores.view(np.int32)
    turned = np.where(bits < 0, ~bits, bits | np.int32(-(2**31))).view(np.uint32)
    half = np.uint32(1 << (TIE_BITS - 1))
    room = np.minimum(turned, np.uint32(0xFFFFFFFF) - half)
    return (room + half) >> np.uint32(TIE_BITS)


def find_places(
    scores: NDArray[np.float32], places: NDArray[np.int64], answers: NDArray[np.float64]
) -> None:
    """``answers[k]``: the score at ``places[k]`` (from 0) of the rising order, exactly."""
    answers[:] = np.partition(scores, places)[places]


def count_above(scores: NDArray[np.float32], others: NDArray[np.float32]) -> int:
    """Twice how often ``scores`` is above ``others``, and once how often it is a tie."""
    keys, other_keys = order_keys(scores), order_keys(others)
    above, same = np.count_nonzero(keys > other_keys), np.count_nonzero(keys == other_keys)
    return int(2 * above + same)


def count_ranks(
    program: Program, first: int, last: int, counts: NDArray[np.int32],
    tops: NDArray[np.int64], top: int, width: int, is_sum: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Add how often each candidate has each rank, and how often it is among the first ``top``."""
    size = len(tops)
    for start in range(first, last, _BLOCK):
        draws = min(_BLOCK, last - start)
        scores, words = np.empty((size, draws), np.float32), np.empty(draws, np.uint64)
        for item in range(size):
            fill_scores(program, item, start, scores[item], words, is_sum)
        ranks = _ranks(order_keys(scores), program.ties, start)
        for item in range(size):
            found = np.bincount(ranks[item] // width, minlength=counts.shape[1])
            counts[item] += found.astype(np.int32)
        tops += (ranks < top).sum(axis=1)


def _ranks(keys: NDArray[np.uint32], ties: NDArray[np.uint64], start: int) -> NDArray[np.int64]:
    """Ranks from 0 in each draw (a column); ties go by a number of the candidate and the draw."""
    steps = np.arange(start, start + keys.shape[1], dtype=np.uint64) * np.uint64(GAMMA)
    luck = mix(ties[:, None] + steps[None, :])
    order = np.lexsort((luck, ~keys), axis=0)
    ranks = np.empty(keys.shape, dtype=np.int64)
    places = np.broadcast_to(np.arange(keys.shape[0])[:, None], keys.shape)
    np.put_along_axis(ranks, order, places, axis=0)
    return ranks

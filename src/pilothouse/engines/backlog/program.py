"""A framework and its candidates as flat arrays: what the kernels and their NumPy twin walk.

Chance is a pure function of (seed, candidate's key, place of the input, number of the draw): one
64-bit number of SplitMix64 (G. Steele, D. Lea, C. Flood 2014) gives four inputs their places in
their tables. Adding a candidate therefore moves nobody else's luck, and threads cannot matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.backlog.candidates import Candidate
from pilothouse.engines.backlog.frameworks import Framework, Input
from pilothouse.engines.backlog.quantities import TABLE_BITS, TABLE_SIZE, Quantity, table_of

TIMES, PLUS, BEYOND = 0, 1, 2
_ORDER = {"plus": 0, "beyond": 1, "times": 2, "over": 2, "short-of-one": 2}
_OPERATION = {"plus": PLUS, "beyond": BEYOND, "times": TIMES, "over": TIMES, "short-of-one": TIMES}
GAMMA, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
# Scores nearer than one part in about half a million are a tie: 4 of 24 bits are rounded away.
TIE_BITS = 4


class Program(NamedTuple):
    """Operations of candidate i are ``offsets[i]`` to before ``offsets[i + 1]``.

    Each starts from the row of ``tables`` (or, where that is -1, the number in ``constants``),
    takes ``shifts`` of the word of ``streams`` and does one of ``operations`` to the score.
    ``ties`` breaks ties by chance.
    """

    offsets: NDArray[np.int64]
    operations: NDArray[np.int64]
    rows: NDArray[np.int64]
    shifts: NDArray[np.uint64]
    streams: NDArray[np.uint64]
    constants: NDArray[np.float32]
    tables: NDArray[np.float32]
    ties: NDArray[np.uint64]


def build_program(candidates: Sequence[Candidate], framework: Framework, seed: int) -> Program:
    """The arrays for settled candidates (float32: 1 in 16 million is nothing to a guess)."""
    inputs = sorted(enumerate(framework.inputs), key=lambda each: _ORDER[each[1].role])
    known: dict[tuple[Quantity, str], int] = {}
    tables: list[NDArray[np.float32]] = []
    rows: list[tuple[int, int, int, int, float]] = []
    for candidate in candidates:
        keys: dict[int, int] = {}
        for place, each in inputs:
            quantity = candidate.inputs[each.key]
            row, constant = -1, 0.0
            if quantity.is_certain:
                constant = float(_operand(np.array([quantity.low]), each)[0])
            elif (row := known.get((quantity, each.key), -1)) < 0:
                row = known[quantity, each.key] = len(tables)
                tables.append(operands(quantity, each).astype(np.float32))
            group = place // 4
            if row >= 0 and group not in keys:
                keys[group] = stream_of(seed, candidate.key, group)
            shift = 16 * (place % 4) + 16 - TABLE_BITS
            rows.append((_OPERATION[each.role], row, shift, keys.get(group, 0), constant))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    width = len(inputs)
    return Program(
        offsets=np.arange(len(candidates) + 1, dtype=np.int64) * width,
        operations=np.array(columns[0], dtype=np.int64),
        rows=np.array(columns[1], dtype=np.int64),
        shifts=np.array(columns[2], dtype=np.uint64),
        streams=np.array(columns[3], dtype=np.uint64),
        constants=np.array(columns[4], dtype=np.float32),
        tables=np.array(tables, dtype=np.float32).reshape(-1, TABLE_SIZE),
        ties=np.array([stream_of(seed, each.key, -1) for each in candidates], dtype=np.uint64),
    )


def operands(quantity: Quantity, each: Input) -> NDArray[np.float64]:
    """The table of an input as what the score is multiplied by or added to."""
    return _operand(table_of(quantity, each.shape, each.ends), each)


def _operand(values: NDArray[np.float64], each: Input) -> NDArray[np.float64]:
    if each.role == "over":
        return 1 / values
    if each.role == "short-of-one":
        return 1 - values
    return values * each.weight if each.role == "plus" else values


def stream_of(seed: int, key: str, group: int) -> int:
    """Where the numbers of (seed, key, group of four inputs) begin: 64 bits."""
    text = f"{seed}\0{group}\0{key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def has_plus(framework: Framework) -> bool:
    """Whether the score starts from a sum (0) or from a product (1)."""
    return any(each.role == "plus" for each in framework.inputs)

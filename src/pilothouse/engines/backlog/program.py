"""A framework and its candidates as flat arrays: what the kernels and their NumPy twin walk.

Chance is a pure function of (seed, candidate's key, place of the input, number of the draw): one
64-bit number of SplitMix64 (G. Steele, D. Lea, C. Flood 2014) gives four inputs their places in
their tables. Adding a candidate therefore moves nobody else's luck, and threads cannot matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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


class Prepared(NamedTuple):
    """A candidate with the table of each input (one number where it is certain)."""

    candidate: Candidate
    tables: Mapping[str, NDArray[np.float64]]
    means: Mapping[str, float]


def prepare(candidates: Sequence[Candidate], framework: Framework) -> list[Prepared]:
    """Make every table once; the same quantity in the same input is one array."""
    known: dict[tuple[Quantity, str], tuple[NDArray[np.float64], float]] = {}
    prepared = []
    for candidate in candidates:
        found = {}
        for each in framework.inputs:
            key = (candidate.inputs[each.key], each.key)
            if key not in known:
                table = operands(key[0], each)
                known[key] = (table, float(table.mean()))
            found[each.key] = known[key]
        tables = {name: table for name, (table, _) in found.items()}
        means = {name: mean for name, (_, mean) in found.items()}
        prepared.append(Prepared(candidate, tables, means))
    return prepared


def build_program(prepared: Sequence[Prepared], framework: Framework, seed: int) -> Program:
    """The arrays of all candidates (float32: 1 in 16 million is nothing to a guess)."""
    inputs = sorted(enumerate(framework.inputs), key=lambda each: _ORDER[each[1].role])
    known: dict[int, int] = {}
    tables: list[NDArray[np.float32]] = []
    rows: list[tuple[int, int, int, int, float]] = []
    for each in prepared:
        streams: dict[int, int] = {}
        for place, asked in inputs:
            table = each.tables[asked.key]
            row, constant = -1, float(table[0])
            if len(table) > 1:
                row = known.setdefault(id(table), len(tables))
                if row == len(tables):
                    tables.append(table.astype(np.float32))
                if place // 4 not in streams:
                    streams[place // 4] = stream_of(seed, each.candidate.key, place // 4)
            shift = 16 * (place % 4) + 16 - TABLE_BITS
            rows.append((_OPERATION[asked.role], row, shift, streams.get(place // 4, 0), constant))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Program(
        offsets=np.arange(len(prepared) + 1, dtype=np.int64) * len(inputs),
        operations=np.array(columns[0], dtype=np.int64),
        rows=np.array(columns[1], dtype=np.int64),
        shifts=np.array(columns[2], dtype=np.uint64),
        streams=np.array(columns[3], dtype=np.uint64),
        constants=np.array(columns[4], dtype=np.float32),
        tables=np.array(tables, dtype=np.float32).reshape(-1, TABLE_SIZE),
        ties=np.array([stream_of(seed, p.candidate.key, -1) for p in prepared], dtype=np.uint64),
    )


def operands(quantity: Quantity, each: Input) -> NDArray[np.float64]:
    """The table of an input as what the score is multiplied by or added to; one if certain."""
    if quantity.is_certain:
        return _operand(np.array([quantity.low]), each)
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

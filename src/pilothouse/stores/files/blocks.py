"""Blocks of rows between reading and mapping, and the book of refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pilothouse.kernel.errors import shown

Bits = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]
Mask = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

MAX_EXAMPLES = 100
# A row is an event: more than this is a broken quotation mark or an attack.
MAX_ROW_BYTES = 2**20


@dataclass(frozen=True)
class Refusal:
    """A row that is no event: where it begins in the file, which rule it breaks, the value."""

    line: int
    reason: str
    value: str = ""


@dataclass
class Refusals:
    """All refused rows by reason, with the first hundred as examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[Refusal] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows were refused."""
        return sum(self.counts.values())

    def add(self, line: int, reason: str, value: Any = "") -> None:
        """Note one refused row."""
        self.counts[reason] += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(Refusal(int(line), reason, shown(value) if value != "" else ""))

    def merge(self, other: Refusals) -> None:
        """Add what ``other`` holds."""
        self.counts.update(other.counts)
        room = MAX_EXAMPLES - len(self.examples)
        self.examples.extend(other.examples[:room])
        self.examples.sort(key=lambda each: each.line)


@dataclass
class Block:
    """Rows of a file as they were written, before the mapping.

    ``columns`` by name: text, or what the format itself knows (integers, doubles, decimals,
    booleans, timestamps). ``lines`` are one-based line numbers in the file (of the first line
    of a row; the row number in Parquet), ``bits`` a hash of each row's content.
    """

    columns: dict[str, pa.Array]
    lines: Longs
    bits: Bits
    refusals: Refusals = field(default_factory=Refusals)


@dataclass
class Rows:
    """Which rows of a block still stand; a row is refused once, for its first fault."""

    lines: Longs
    refusals: Refusals
    standing: Mask

    def refuse(self, faulty: Mask, reason: str, value: Callable[[int], Any] | None = None) -> None:
        """Refuse the standing rows of ``faulty``; ``value(row)`` gives what to show."""
        rows = np.flatnonzero(faulty & self.standing)
        if not len(rows):
            return
        self.standing[rows] = False
        room = max(0, MAX_EXAMPLES - len(self.refusals.examples))
        for row in rows[:room].tolist():
            self.refusals.add(self.lines[row], reason, value(row) if value else "")
        self.refusals.counts[reason] += max(0, len(rows) - room)

"""Values of properties as numbers or codes, and sums, means and medians of them per cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pilothouse.engines.analytics.columns import Array, PropertyColumn, Scalar
from pilothouse.engines.analytics.filters import maybe_number
from pilothouse.engines.analytics.groups import group_rows
from pilothouse.engines.analytics.queries import MeasureKind


def code_rows(column: PropertyColumn) -> tuple[Array, Sequence[Scalar]]:
    """A code for each row of the log and the values they stand for; code 0 is "not set"."""
    if column.codes is not None:
        return column.codes, column.values
    assert column.numbers is not None
    return group_rows(column, np.arange(len(column.numbers)))


def list_numbers(column: PropertyColumn, rows: Array) -> Array:
    """The numbers of the given rows as float64, NaN where there is none.

    A text that reads as a number is that number; a truth value is none.
    """
    if column.numbers is not None:
        return column.numbers[rows]
    assert column.codes is not None
    found = [None if isinstance(v, bool) else maybe_number(v) for v in column.values]
    table = np.array([np.nan, *(np.nan if n is None else n for n in found)], dtype=np.float64)
    return table[column.codes[rows]]


def measure_cells(
    kind: MeasureKind, cells: Array, numbers: Array, count: int
) -> tuple[Array, Array]:
    """Sum, mean or median of each of ``count`` cells, and how many numbers it has.

    ``cells`` int64, negative for rows in no cell. A mean or median over nothing is NaN.
    """
    if kind == "median":
        return _medians(cells, numbers, count)
    from pilothouse.engines.analytics import _kernels_trend as kernels

    sums, sizes = kernels.add_values(cells, numbers, count)
    if kind == "sum":
        return sums, sizes
    return np.divide(sums, sizes, out=np.full(count, np.nan), where=sizes > 0), sizes


def _medians(cells: Array, numbers: Array, count: int) -> tuple[Array, Array]:
    used = (cells >= 0) & ~np.isnan(numbers)
    order = np.lexsort((numbers[used], cells[used]))
    ordered = numbers[used][order]
    sizes = np.bincount(cells[used], minlength=count)
    ends = np.cumsum(sizes)
    medians = np.full(count, np.nan)
    some = sizes > 0
    low = (ends - sizes + (sizes - 1) // 2)[some]
    high = (ends - sizes + sizes // 2)[some]
    medians[some] = ordered[low] / 2 + ordered[high] / 2
    return medians, sizes

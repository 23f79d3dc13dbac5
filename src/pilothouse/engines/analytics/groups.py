"""Groups of a breakdown: the largest values, the rest as *Other*, "not set" apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.analytics.columns import Array, PropertyColumn, Scalar, format_value
from pilothouse.engines.analytics.results import OTHER

MAX_GROUPS = 25


@dataclass(frozen=True)
class Group:
    """One value of a breakdown; None is "not set", ``rest`` all values beyond the limit."""

    value: str | None
    rest: bool = False


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups, and for each actor (or code) the place of its group."""

    groups: tuple[Group, ...]
    of_actor: Array


def group_rows(column: PropertyColumn, rows: Array) -> tuple[Array, Sequence[Scalar]]:
    """Codes of the given rows and the values they stand for; code 0 is "not set"."""
    if column.codes is not None:
        return column.codes[rows], column.values
    assert column.numbers is not None
    given = column.numbers[rows]
    known = ~np.isnan(given)
    values, places = np.unique(given[known], return_inverse=True)
    codes = np.zeros(len(rows), dtype=np.uint32)
    codes[known] = places + 1
    return codes, [float(v) for v in values]


def rank_groups(values: Sequence[Scalar], counts: Array) -> tuple[Array, tuple[Group, ...]]:
    """The group of each code, and the groups from the largest, then *Other*, then "not set".

    ``counts[k]`` is the size of code k; equal sizes go by the value's text.
    """
    size = len(values) + 1
    counts = np.concatenate([counts, np.zeros(size - len(counts), dtype=np.int64)])
    # Only codes that may be among the largest need their text.
    limit = np.sort(counts[1:])[::-1][MAX_GROUPS - 1] if size - 1 > MAX_GROUPS else 0
    near = [int(k) + 1 for k in np.flatnonzero(counts[1:] >= limit)]
    near.sort(key=lambda k: (-int(counts[k]), format_value(values[k - 1])))
    top = near[:MAX_GROUPS]
    of_code = np.full(size, len(top), dtype=np.uint8)
    of_code[0] = len(top) + 1
    of_code[top] = np.arange(len(top), dtype=np.uint8)
    groups = [Group(format_value(values[k - 1])) for k in top]
    return of_code, (*groups, Group(OTHER, rest=True), Group(None))

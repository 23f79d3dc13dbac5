"""Rows of units as they come: who was in two arms, who stands there twice."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.experiments.summing import Codes, Values
from pilothouse.kernel.errors import InvalidValueError

# A share of units seen in several arms from which something is wrong with the assignment.
MULTIPLE_ALARM = 0.01
EXAMPLES = 5
Repeated = Literal["refuse", "sum"]


@dataclass(frozen=True)
class UnitRows:
    """One row a unit, as arrays of one length.

    ``arm`` and ``stratum`` are places in ``arms`` and ``strata``, ``unit`` numbers from 0 to
    ``unit_count`` - 1. ``pre`` is the metric before the exposure, ``denominator`` and
    ``pre_denominator`` make it a ratio.
    """

    arms: tuple[str, ...]
    arm: Codes
    unit: Codes
    unit_count: int
    metric: Values
    pre: Values | None = None
    denominator: Values | None = None
    pre_denominator: Values | None = None
    strata: tuple[str, ...] = ()
    stratum: Codes | None = None

    def __len__(self) -> int:
        return len(self.metric)

    def take(self, kept: NDArray[Any]) -> UnitRows:
        """Only the rows of a mask or of places."""
        found: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{n: v[kept] for n, v in found.items() if isinstance(v, np.ndarray)})


@dataclass(frozen=True)
class Exposure:
    """Units seen in more than one arm, which are left out.

    ``multiple`` of ``units``; ``alarm``: over 1 %. ``examples``: numbers of some of them.
    ``rows_left_out``: their rows. ``repeated_rows``: rows added to an earlier one of the unit.
    """

    units: int
    multiple: int
    alarm: bool
    examples: tuple[int, ...]
    rows_left_out: int
    repeated_rows: int


def clean_units(rows: UnitRows, repeated: Repeated = "refuse") -> tuple[UnitRows, Exposure]:
    """Leave out units of several arms; refuse, or add up, several rows of a unit in one arm."""
    if not len(rows):
        raise InvalidValueError("there are no rows.", remedy="Give one row for each unit.")
    first = np.full(rows.unit_count, -1, dtype=np.int64)
    first[rows.unit[::-1]] = rows.arm[::-1]
    strays = np.unique(rows.unit[rows.arm != first[rows.unit]])
    units = int((first >= 0).sum())
    kept, out = rows, 0
    if len(strays):
        is_stray = np.zeros(rows.unit_count, dtype=np.bool_)
        is_stray[strays] = True
        kept = rows.take(~is_stray[rows.unit])
        out = len(rows) - len(kept)
    kept, added = _merge(kept, repeated)
    examples = tuple(int(each) for each in strays[:EXAMPLES])
    alarm = len(strays) > MULTIPLE_ALARM * units
    return kept, Exposure(units, len(strays), alarm, examples, out, added)


class RepeatedUnitError(InvalidValueError):
    """A unit has several rows; ``unit`` is its number."""

    def __init__(self, unit: int, units: int) -> None:
        self.unit = unit
        super().__init__(
            f"{units:,} unit{' has' if units == 1 else 's have'} more than one row in one arm.",
            remedy="Give one row a unit, or ask for the rows of a unit to be added up.",
        )


def _merge(rows: UnitRows, repeated: Repeated) -> tuple[UnitRows, int]:
    times = np.bincount(rows.unit, minlength=rows.unit_count)
    if not len(rows) or times.max() <= 1:
        return rows, 0
    if repeated == "refuse":
        raise RepeatedUnitError(int(times.argmax()), int((times > 1).sum()))
    places, firsts, inverse = np.unique(rows.unit, return_index=True, return_inverse=True)
    merged = rows.take(firsts)

    def added(values: Values | None) -> Values | None:
        return None if values is None else np.bincount(inverse, values).astype(np.float64)

    metric = np.bincount(inverse, rows.metric).astype(np.float64)
    # What was before the exposure stands on each row of the unit alike: the first is kept.
    merged = replace(merged, metric=metric, denominator=added(rows.denominator))
    return merged, len(rows) - len(places)

"""Property columns of an event log: one value a row, coded by a dictionary where that is smaller.

Code 0 is "not set"; code k stands for ``values[k - 1]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PropertyKind = Literal["text", "number", "bool"]
Scalar = str | float | bool
Value = Scalar | None


@dataclass(frozen=True, eq=False)
class PropertyColumn:
    """Values of one property, in the order of the log's rows.

    Either ``codes`` (uint8/16/32, one a row) with their ``values``, or ``numbers`` (float64, NaN
    where not set) when a number has too many distinct values to be worth a dictionary.
    """

    kind: PropertyKind
    codes: Array | None = None
    values: Sequence[str] | Sequence[float] | Sequence[bool] = ()
    numbers: Array | None = None


class PropertySource(Protocol):
    """Supplies the columns of a log when they are asked for."""

    @property
    def names(self) -> Sequence[str]:
        """Names of all properties, sorted."""
        ...

    def column(self, name: str) -> PropertyColumn:
        """The column called ``name``, one of ``names``."""
        ...


@dataclass(frozen=True, eq=False)
class MemoryProperties:
    """Columns held in memory, already in the order of the log's rows."""

    columns: dict[str, PropertyColumn]

    @property
    def names(self) -> Sequence[str]:
        """Names of all properties, sorted."""
        return sorted(self.columns)

    def column(self, name: str) -> PropertyColumn:
        """The column called ``name``."""
        return self.columns[name]


def frozen(array: Array) -> Array:
    """A read-only plain view of ``array``."""
    view = np.asarray(array).view(np.ndarray)[...]
    view.flags.writeable = False
    return view


def format_value(value: Scalar) -> str:
    """A property's value as text: ``12`` for 12.0, ``true`` for True.

    >>> format_value(12.0), format_value(0.5), format_value(True)
    ('12', '0.5', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def code_type(count: int) -> type[np.unsignedinteger[Any]]:
    """The smallest unsigned type that holds codes 0..``count``."""
    if count < 1 << 8:
        return np.uint8
    return np.uint16 if count < 1 << 16 else np.uint32


def column_from_values(values: Iterable[Value]) -> PropertyColumn:
    """A column of plain values; None is not set, values of several types become text."""
    rows = [None if isinstance(v, float) and v != v else v for v in values]  # noqa: PLR0124 - NaN
    kinds = {_kind(v) for v in rows if v is not None}
    kind: PropertyKind = kinds.pop() if len(kinds) == 1 else "text"
    given = [v if v is None else _plain(v, kind) for v in rows]
    seen: dict[Any, int] = {}
    codes = [0 if v is None else seen.setdefault(v, len(seen) + 1) for v in given]
    return PropertyColumn(kind, np.array(codes, dtype=code_type(len(seen))), tuple(seen))


def _plain(value: Scalar, kind: PropertyKind) -> Scalar:
    if kind == "text":
        return format_value(value)
    return float(value) if kind == "number" else value


def _kind(value: Scalar) -> PropertyKind:
    if isinstance(value, bool):
        return "bool"
    return "text" if isinstance(value, str) else "number"

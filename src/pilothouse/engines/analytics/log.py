"""The event log that all questions walk: rows sorted by (actor, time, sequence), as arrays.

Times are whole ``time_unit_us`` since ``time_base_us``: uint32 seconds when every instant is a
whole second, else uint32 milliseconds if they fit, else int64 microseconds. Always exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pilothouse.engines.analytics.columns import (
    Array,
    MemoryProperties,
    PropertyColumn,
    PropertySource,
    Value,
    code_type,
    column_from_values,
    frozen,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import SECOND_US

Row = tuple[str, str, int, Mapping[str, Value]]
MAX_ROWS = (1 << 32) - 1
_U32 = 1 << 32


@dataclass(frozen=True, eq=False)
class EventLog:
    """Events of one product.

    ``offsets`` int64[actors + 1]: rows of actor a are ``offsets[a]:offsets[a + 1]``.
    ``time`` uint32 or int64 [rows], ``event`` uint8/16/32 [rows] codes of ``event_names``.
    ``first_us`` and ``last_us`` are None for an empty log. Arrays are made read-only.
    """

    offsets: Array
    time: Array
    event: Array
    time_base_us: int
    time_unit_us: int
    event_names: Sequence[str]
    actor_names: Sequence[str]
    properties: PropertySource
    first_us: int | None
    last_us: int | None
    # Answers derived from the rows, kept while the log is open (see postings.py).
    derived: dict[object, object] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        # One kind of array, mapped or in memory, so that each kernel is compiled once.
        for name in ("offsets", "time", "event"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def rows(self) -> int:
        """Number of events."""
        return len(self.time)

    @property
    def actors(self) -> int:
        """Number of actors."""
        return len(self.offsets) - 1

    @property
    def property_names(self) -> Sequence[str]:
        """Names of all properties, sorted."""
        return self.properties.names

    def property(self, name: str) -> PropertyColumn:
        """The column called ``name``; a property that no event has is nowhere set."""
        if name not in self.properties.names:
            return PropertyColumn("text", np.zeros(self.rows, dtype=np.uint8), ())
        return self.properties.column(name)

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> EventLog:
        """A log of ``(actor, event, time_us, properties)``; their order breaks ties of time.

        >>> log = EventLog.from_rows([("ann", "visit", 0, {}), ("ann", "buy", 5_000_000, {})])
        >>> log.rows, log.actors, log.time_unit_us
        (2, 1, 1000000)
        """
        given = list(rows)
        actor_codes, actor_names = _encode([row[0] for row in given])
        event_codes, event_names = _encode([row[1] for row in given])
        names = sorted({name for row in given for name in row[3]})
        return build_log(
            actor=actor_codes,
            event=event_codes,
            time_us=np.array([row[2] for row in given], dtype=np.int64),
            actor_names=actor_names,
            event_names=event_names,
            properties={n: column_from_values([r[3].get(n) for r in given]) for n in names},
        )


def _encode(texts: Sequence[str]) -> tuple[Array, list[str]]:
    seen: dict[str, int] = {}
    codes = [seen.setdefault(text, len(seen)) for text in texts]
    return np.array(codes, dtype=np.uint32), list(seen)


def choose_unit(first_us: int, last_us: int, *, seconds: bool, millis: bool) -> tuple[int, type]:
    """The coarsest exact unit in microseconds and the array type that holds the span."""
    span = last_us - first_us
    if seconds and span // SECOND_US < _U32:
        return SECOND_US, np.uint32
    if millis and span // 1000 < _U32:
        return 1000, np.uint32
    return 1, np.int64


def pack_times(time_us: Array) -> tuple[Array, int, int]:
    """Times in their smallest exact form: array, base and unit in microseconds."""
    if not len(time_us):
        return np.zeros(0, dtype=np.uint32), 0, SECOND_US
    first, last = int(time_us.min()), int(time_us.max())
    base = first - first % SECOND_US
    seconds = not np.any(time_us % SECOND_US)
    millis = seconds or not np.any(time_us % 1000)
    unit, kind = choose_unit(base, last, seconds=seconds, millis=millis)
    return ((time_us - base) // unit).astype(kind), base, unit


def sort_rows(actor: Array, time: Array, actors: int) -> tuple[Array, Array]:
    """Offsets of actors and the order of rows by (actor, time, position), as uint32."""
    from pilothouse.engines.analytics import _kernels_log

    offsets, order = _kernels_log.group_rows(np.ascontiguousarray(actor, np.uint32), actors)
    spare = np.empty(np.diff(offsets).max(initial=0), dtype=np.uint32)
    _kernels_log.sort_groups(offsets, order, np.ascontiguousarray(time), spare)
    return offsets, order


def build_log(
    *,
    actor: Array,
    event: Array,
    time_us: Array,
    actor_names: Sequence[str],
    event_names: Sequence[str],
    properties: Mapping[str, PropertyColumn] | None = None,
) -> EventLog:
    """A log from plain arrays, one entry an event in order of arrival.

    ``actor`` and ``event`` are codes of the names; ``properties`` are in the same order as the
    other arrays. Raises InvalidValueError when lengths differ.
    """
    columns = dict(properties or {})
    lengths = {len(actor), len(event), len(time_us)}
    if len(lengths) != 1 or len(time_us) > MAX_ROWS:
        raise InvalidValueError("all arrays of a log have one length.", value=sorted(lengths))
    time, base_us, unit_us = pack_times(time_us)
    offsets, order = sort_rows(actor, time, len(actor_names))
    return EventLog(
        offsets=offsets,
        time=time[order],
        event=np.asarray(event).astype(code_type(len(event_names)))[order],
        time_base_us=base_us,
        time_unit_us=unit_us,
        event_names=tuple(event_names),
        actor_names=actor_names,
        properties=MemoryProperties({n: _reorder(c, order) for n, c in columns.items()}),
        first_us=int(time_us.min()) if len(time_us) else None,
        last_us=int(time_us.max()) if len(time_us) else None,
    )


def _reorder(column: PropertyColumn, order: Array) -> PropertyColumn:
    codes = None if column.codes is None else column.codes[order]
    numbers = None if column.numbers is None else column.numbers[order]
    return PropertyColumn(column.kind, codes, column.values, numbers)

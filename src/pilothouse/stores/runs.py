"""Reading segments into the sorted run of events that an index stores, and extending such a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pilothouse.engines.analytics.columns import code_type
from pilothouse.engines.analytics.log import pack_times, sort_rows
from pilothouse.stores.segments import read_segment

Array = NDArray[Any]
BASE = ("event", "actor", "time", "sequence")


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Events of some segments in order of arrival; ``order`` are their rows in the segments."""

    actor: Array
    event: Array
    time_us: Array
    order: Array
    first_sequence: int
    last_sequence: int
    actors: pa.Array
    events: list[str]

    def __len__(self) -> int:
        return len(self.time_us)


@dataclass(frozen=True, eq=False)
class Run:
    """Sorted events: the arrays of an ``EventLog``, with the row each came from in ``order``."""

    offsets: Array
    time: Array
    event: Array
    order: Array
    time_base_us: int
    time_unit_us: int
    first_us: int
    last_us: int
    last_sequence: int
    actors: pa.Array
    events: list[str]


@dataclass(frozen=True, eq=False)
class Extension:
    """A run extended by fresh segments.

    ``source`` tells where each row comes from, counting the sorted base rows first, then the
    sorted fresh ones, whose rows in the fresh segments are ``fresh_order``.
    """

    run: Run
    source: Array
    fresh_order: Array


def read_arrivals(paths: Sequence[Path]) -> Arrivals:
    """The events of all segments, without their properties."""
    tables = [read_segment(p, BASE, coded=("actor", "event")) for p in paths]
    actor, actors = encode([t["actor"] for t in tables])
    event, events = encode([t["event"] for t in tables])
    time_us = _join([t["time"].cast(pa.int64()) for t in tables])
    sequence = _join([t["sequence"] for t in tables])
    order = np.arange(len(time_us), dtype=np.uint32)
    if np.any(sequence[1:] < sequence[:-1]):
        order = np.argsort(sequence, kind="stable").astype(np.uint32)
        actor, event, time_us = actor[order], event[order], time_us[order]
    bounds = int(sequence.min()), int(sequence.max())
    return Arrivals(actor, event, time_us, order, *bounds, actors, events.to_pylist())


def encode(columns: Sequence[pa.ChunkedArray]) -> tuple[Array, pa.Array]:
    """Codes of all texts, by first appearance, and the texts; gaps have the code -1."""
    chunks = [chunk for column in columns for chunk in column.chunks]
    coded = [c if pa.types.is_dictionary(c.type) else c.dictionary_encode() for c in chunks]
    if not coded:
        return np.zeros(0, dtype=np.int32), pa.array([], pa.string())
    joined = pa.chunked_array(coded).unify_dictionaries()
    codes = [c.indices.fill_null(-1).to_numpy(zero_copy_only=False) for c in joined.chunks]
    return np.concatenate(codes), joined.chunk(0).dictionary


def _join(columns: Sequence[pa.ChunkedArray]) -> Array:
    return np.concatenate([column.to_numpy() for column in columns])


def make_run(arrivals: Arrivals) -> Run:
    """The sorted run of ``arrivals``."""
    time, base_us, unit_us = pack_times(arrivals.time_us)
    offsets, order = sort_rows(arrivals.actor, time, len(arrivals.actors))
    return Run(
        offsets=offsets,
        time=time[order],
        event=arrivals.event.astype(code_type(len(arrivals.events)))[order],
        order=arrivals.order[order],
        time_base_us=base_us,
        time_unit_us=unit_us,
        first_us=int(arrivals.time_us.min()),
        last_us=int(arrivals.time_us.max()),
        last_sequence=arrivals.last_sequence,
        actors=arrivals.actors,
        events=arrivals.events,
    )


def extend_run(base: Run, fresh: Arrivals) -> Extension | None:
    """``base`` with ``fresh`` merged in; None where it cannot.

    It can when all that is fresh arrived later and fits the times of ``base``. Rows of the fresh
    segments are numbered after those of the base.
    """
    time = _fit_times(base, fresh)
    if time is None or fresh.first_sequence <= base.last_sequence:
        return None
    table, actors = merge_names(base.actors, fresh.actors)
    names, events = merge_names(pa.array(base.events), pa.array(fresh.events))
    offsets, order = sort_rows(table[fresh.actor], time, len(actors))
    newcomers = len(actors) - len(base.actors)
    old = np.concatenate([base.offsets, np.full(newcomers, len(base.time))])
    merged, source = _merge(old, base.time, offsets, time[order])
    fresh_order = fresh.order[order]
    kind = code_type(len(events))
    event = names[fresh.event[order]].astype(kind)
    rows = (fresh_order + len(base.time)).astype(np.uint32)
    run = Run(
        offsets=merged,
        time=np.concatenate([base.time, time[order]])[source],
        event=np.concatenate([base.event.astype(kind), event])[source],
        order=np.concatenate([base.order, rows])[source],
        time_base_us=base.time_base_us,
        time_unit_us=base.time_unit_us,
        first_us=min(base.first_us, int(fresh.time_us.min())),
        last_us=max(base.last_us, int(fresh.time_us.max())),
        last_sequence=fresh.last_sequence,
        actors=actors,
        events=events.to_pylist(),
    )
    return Extension(run, source, fresh_order)


def _fit_times(base: Run, fresh: Arrivals) -> Array | None:
    """The fresh times in the units of ``base``; None where they do not fit exactly."""
    since = fresh.time_us - base.time_base_us
    time = since // base.time_unit_us
    top = np.iinfo(base.time.dtype).max
    if np.any(since % base.time_unit_us) or since.min() < 0 or time.max() > top:
        return None
    return time.astype(base.time.dtype)


def merge_names(known: pa.Array, fresh: pa.Array) -> tuple[Array, pa.Array]:
    """For each of ``fresh`` its place among ``known`` and those it lacks; and all the names."""
    fresh = fresh.cast(known.type)
    places = pc.index_in(fresh, value_set=known)
    missing = pc.is_null(places)
    new = missing.to_numpy(zero_copy_only=False)
    table = np.where(new, np.cumsum(new) - 1 + len(known), places.fill_null(0).to_numpy())
    return table.astype(np.int64), pa.concat_arrays([known, fresh.filter(missing)])


def _merge(old: Array, old_time: Array, new: Array, new_time: Array) -> tuple[Array, Array]:
    from pilothouse.engines.analytics import _kernels_log as kernels
    from pilothouse.engines.analytics.columns import frozen

    source = np.empty(len(old_time) + len(new_time), dtype=np.uint32)
    kernels.merge_groups(frozen(old), frozen(old_time), new, new_time, source)
    return old + new, source

"""The index: segments as memory-mapped arrays sorted by (actor, time, sequence).

Derived and disposable. Each set of segments has its own folder, named by the digest of the set.
A set that adds a little to an indexed one is made by merging; any other is built anew. Property
columns are extracted when a question first needs them, and kept beside.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pilothouse.engines.analytics.log import MAX_ROWS, EventLog
from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.stores.arrays import TextList, open_bundle, read_facts, save_bundle, split_texts
from pilothouse.stores.base import SegmentInfo
from pilothouse.stores.batches import PROPERTY_PREFIX
from pilothouse.stores.properties import SegmentProperties, carry_columns
from pilothouse.stores.runs import Extension, Run, extend_run, make_run, read_arrivals

FORMAT = 1
MAX_FRESH_SHARE = 0.1
_ARRAYS = ("offsets", "time", "event", "order")
_NUMBERS = ("time_base_us", "time_unit_us", "first_us", "last_us", "last_sequence")


def open_log(index_dir: Path, segments_dir: Path, segments: Sequence[SegmentInfo]) -> EventLog:
    """The log of ``segments``, from its index; the index is made where it is missing or torn.

    Raises DamagedError when a segment is damaged, UnavailableError when the disk refuses.
    """
    names = order_names(segments)
    if not names:
        return EventLog.from_rows([])
    if sum(s.rows for s in segments) > MAX_ROWS:
        raise UnavailableError(f"one product's index holds up to {MAX_ROWS} events.")
    folder = index_dir / index_name(names)
    try:
        return _open(folder, segments_dir)
    except DamagedError:
        shutil.rmtree(folder, ignore_errors=True)
    _build(index_dir, folder, segments_dir, segments, names)
    return _open(folder, segments_dir)


def order_names(segments: Sequence[SegmentInfo]) -> list[str]:
    """Names of segments in order of arrival."""
    return [s.name for s in sorted(set(segments), key=lambda s: (s.first_sequence, s.name))]


def index_name(names: Sequence[str]) -> str:
    """The folder's name for a set of segments."""
    return digest(canonical_json([FORMAT, list(names)]))[:32]


def _open(folder: Path, segments_dir: Path) -> EventLog:
    arrays, facts = open_bundle(folder)
    return EventLog(
        offsets=arrays["offsets"],
        time=arrays["time"],
        event=arrays["event"],
        time_base_us=facts["time_base_us"],
        time_unit_us=facts["time_unit_us"],
        event_names=tuple(facts["events"]),
        actor_names=TextList(arrays["actor_text"], arrays["actor_ends"]),
        properties=SegmentProperties(
            folder / "columns",
            [segments_dir / name for name in facts["segments"]],
            facts["properties"],
            arrays["order"],
        ),
        first_us=facts["first_us"],
        last_us=facts["last_us"],
    )


def _build(
    index_dir: Path,
    folder: Path,
    segments_dir: Path,
    segments: Sequence[SegmentInfo],
    names: list[str],
) -> None:
    base = _find_base(index_dir, segments, names)
    extended = None if base is None else _extend(base, segments_dir, names)
    if base is None or extended is None:
        run = make_run(read_arrivals([segments_dir / name for name in names]))
        _save(folder, segments_dir, run, names)
    else:
        extension, held, fresh = extended
        _save(folder, segments_dir, extension.run, [*held, *fresh])
        paths = [segments_dir / name for name in fresh]
        carry_columns(base / "columns", folder / "columns", paths, extension)
    if base is not None:
        # Its set of segments is part of the new one: nobody will ask for it again.
        shutil.rmtree(base, ignore_errors=True)


def _save(folder: Path, segments_dir: Path, run: Run, names: list[str]) -> None:
    text, ends = split_texts(run.actors)
    arrays = {name: getattr(run, name) for name in _ARRAYS}
    facts: dict[str, Any] = {name: getattr(run, name) for name in _NUMBERS}
    facts |= {"segments": names, "events": run.events}
    facts["properties"] = _list_properties([segments_dir / name for name in names])
    save_bundle(folder, {**arrays, "actor_text": text, "actor_ends": ends}, facts)


def _list_properties(paths: Sequence[Path]) -> list[str]:
    columns = {name for path in paths for name in pq.read_schema(path).names}
    found = [n for n in columns if n.startswith(PROPERTY_PREFIX)]
    return sorted(name.removeprefix(PROPERTY_PREFIX) for name in found)


def _find_base(index_dir: Path, segments: Sequence[SegmentInfo], names: list[str]) -> Path | None:
    """The largest index of a part of these segments that lacks little enough to be extended."""
    rows = {s.name: s.rows for s in segments}
    best, most = None, sum(rows.values()) / (1 + MAX_FRESH_SHARE)
    for folder in index_dir.glob("[0-9a-f]*"):
        try:
            held = read_facts(folder)["facts"]["segments"]
        except DamagedError:
            continue
        if set(held) < set(names) and sum(rows[name] for name in held) >= most:
            best, most = folder, sum(rows[name] for name in held)
    return best


def _extend(
    base: Path, segments_dir: Path, names: list[str]
) -> tuple[Extension, list[str], list[str]] | None:
    """The base with the segments it lacks, the names it held, and those it lacked."""
    try:
        arrays, facts = open_bundle(base)
    except DamagedError:
        return None
    actors = TextList(arrays["actor_text"], arrays["actor_ends"]).to_arrow()
    parts: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
    parts |= {name: facts[name] for name in _NUMBERS}
    run = Run(**parts, actors=actors, events=facts["events"])
    held = list(facts["segments"])
    fresh = [name for name in names if name not in set(held)]
    extended = extend_run(run, read_arrivals([segments_dir / name for name in fresh]))
    return None if extended is None else (extended, held, fresh)


def measure_bytes(folder: Path) -> int:
    """Bytes of all files below ``folder``."""
    return int(np.sum([f.stat().st_size for f in folder.rglob("*") if f.is_file()], dtype=np.int64))

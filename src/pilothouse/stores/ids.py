"""Which event ids are already stored: an exact test against segments, by sorted sidecars.

A sidecar holds the ids of one segment as two sorted uint64 halves behind a SHA-256. It is
derived: a missing or damaged one is made again from its segment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.stores.base import SegmentInfo
from pilothouse.stores.segments import read_segment, save_durably

SUFFIX = ".ids"
_HASH = 32


class IdSets:
    """Ids of segments in ``segments_dir``, with their sidecars in ``folder``."""

    def __init__(self, segments_dir: Path, folder: Path) -> None:
        self._segments_dir = segments_dir
        self._folder = folder
        self._open: dict[str, NDArray[np.uint64]] = {}

    def known(self, ids: NDArray[Any], segments: Sequence[SegmentInfo]) -> NDArray[np.bool_]:
        """For each id (uint8[n, 16]) whether one of ``segments`` holds it."""
        asked = split_ids(ids)
        found = np.zeros(len(asked), dtype=np.bool_)
        for segment in segments:
            found |= contains(self._halves(segment.name), asked)
        return found

    def forget(self, segment: SegmentInfo) -> None:
        """Delete the sidecar of a segment."""
        self._open.pop(segment.name, None)
        self._path(segment.name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{SUFFIX}"

    def _halves(self, name: str) -> NDArray[np.uint64]:
        if name not in self._open:
            path = self._path(name)
            halves = _load(path)
            if halves is None:
                _store(path, sort_ids(read_ids(read_segment(self._segments_dir / name, ["id"]))))
                halves = _load(path)
            assert halves is not None
            self._open[name] = halves
        return self._open[name]


def read_ids(batch: pa.Table) -> NDArray[np.uint8]:
    """The ids of a batch as uint8[n, 16]."""
    column = batch["id"].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    raw = np.frombuffer(column.buffers()[1], dtype=np.uint8)
    return raw[column.offset * 16 : (column.offset + len(column)) * 16].reshape(-1, 16)


def split_ids(ids: NDArray[Any]) -> NDArray[np.uint64]:
    """Ids uint8[n, 16] as pairs uint64[n, 2] in the same order."""
    if ids.dtype != np.uint8 or ids.ndim != 2 or ids.shape[1] != 16:
        raise InvalidValueError("ids are rows of 16 bytes.", value=f"{ids.dtype}{ids.shape}")
    return np.ascontiguousarray(ids).view(">u8").astype(np.uint64)


def sort_ids(ids: NDArray[Any]) -> NDArray[np.uint64]:
    """The two halves uint64[2, n] of the ids, sorted."""
    pairs = split_ids(ids)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return np.ascontiguousarray(pairs[order].T)


def contains(halves: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each pair uint64[n, 2] is among sorted ``halves`` uint64[2, m]."""
    high, low = halves
    low_ends = np.searchsorted(high, asked[:, 0], side="left")
    ends = np.searchsorted(high, asked[:, 0], side="right")
    tops = ends.copy()
    # Equal high halves are one row as a rule; ids made to collide are halved like any others.
    while np.any(open_ := low_ends < tops):
        middle = (low_ends + tops) // 2
        less = np.zeros(len(asked), dtype=np.bool_)
        less[open_] = low[middle[open_]] < asked[open_, 1]
        low_ends = np.where(open_ & less, middle + 1, low_ends)
        tops = np.where(open_ & ~less, middle, tops)
    inside = low_ends < ends
    found = np.zeros(len(asked), dtype=np.bool_)
    found[inside] = low[low_ends[inside]] == asked[inside, 1]
    return found


def _store(path: Path, halves: NDArray[np.uint64]) -> None:
    content = halves.tobytes()
    save_durably(path, hashlib.sha256(content).digest() + content)


def _load(path: Path) -> NDArray[np.uint64] | None:
    """The halves in a sidecar; None when it is missing or not what was written."""
    try:
        raw = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError):
        return None
    body = raw[_HASH:]
    if len(body) % 16 or hashlib.sha256(body.data).digest() != raw[:_HASH].tobytes():
        return None
    return body.view(np.uint64).reshape(2, -1)

"""The event store of one machine: segments in a folder, an index beside it, no server."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pilothouse.engines.analytics.log import EventLog
from pilothouse.stores.base import SegmentInfo
from pilothouse.stores.ids import IdSets
from pilothouse.stores.index import index_name, open_log, order_names
from pilothouse.stores.segments import read_segments, write_segment

MAX_OPEN = 8


class EmbeddedStore:
    """An ``EventStore`` (stores.base) in ``events_dir``, with derived files in ``index_dir``.

    Safe for several threads and processes: segments never change, derived files appear whole.
    """

    def __init__(self, events_dir: Path, index_dir: Path) -> None:
        self._events_dir = events_dir
        self._index_dir = index_dir
        self._ids = IdSets(events_dir, index_dir / "ids")
        self._logs: OrderedDict[str, EventLog] = OrderedDict()
        self._lock = Lock()

    def append(self, batch: pa.Table) -> SegmentInfo:
        """Store a batch (``stores.batches``) durably; it counts once catalogued."""
        return write_segment(self._events_dir, batch)

    def log(self, segments: Sequence[SegmentInfo]) -> EventLog:
        """The log of the events in ``segments``, kept open while it is among the last few."""
        key = index_name(order_names(segments))
        with self._lock:
            if key not in self._logs:
                self._logs[key] = open_log(self._index_dir, self._events_dir, segments)
            self._logs.move_to_end(key)
            while len(self._logs) > MAX_OPEN:
                self._logs.popitem(last=False)
            return self._logs[key]

    def known(self, ids: NDArray[Any], segments: Sequence[SegmentInfo]) -> NDArray[np.bool_]:
        """For each 16-byte id (uint8[n, 16]) whether ``segments`` hold it."""
        return self._ids.known(ids, segments)

    def read(self, segments: Sequence[SegmentInfo]) -> pa.Table:
        """The events of ``segments`` as one batch, in the order of the segments."""
        return read_segments(self._events_dir / segment.name for segment in segments)

    def remove(self, segments: Sequence[SegmentInfo]) -> None:
        """Delete segments that no catalogue lists any more."""
        self.forget(segments)
        for segment in segments:
            (self._events_dir / segment.name).unlink(missing_ok=True)

    def forget(self, segments: Sequence[SegmentInfo]) -> None:
        """Drop what is derived from segments alone; their files stay for who still reads them."""
        for segment in segments:
            self._ids.forget(segment)

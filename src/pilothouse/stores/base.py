"""What every event store can do. Callers keep the catalogue: which segments are live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pilothouse.engines.analytics.log import EventLog


@dataclass(frozen=True)
class SegmentInfo:
    """The catalogue's entry of one immutable segment.

    ``name`` is the file's name, made from its content; times are microseconds, both ends
    included; ``bytes`` and ``sha256`` are the file's; ``events`` counts rows per event name.
    """

    name: str
    rows: int
    first_us: int
    last_us: int
    first_sequence: int
    bytes: int
    sha256: str
    events: tuple[tuple[str, int], ...]


class EventStore(Protocol):
    """Keeps segments and answers questions from them."""

    def append(self, batch: pa.Table) -> SegmentInfo:
        """Store a batch (``stores.batches``) durably; it counts once catalogued."""
        ...

    def log(self, segments: Sequence[SegmentInfo]) -> EventLog:
        """The log of the events in ``segments``."""
        ...

    def known(self, ids: NDArray[Any], segments: Sequence[SegmentInfo]) -> NDArray[np.bool_]:
        """For each 16-byte id (uint8[n, 16]) whether ``segments`` hold it."""
        ...

    def read(self, segments: Sequence[SegmentInfo]) -> pa.Table:
        """The events of ``segments`` as one batch, in the order of the segments."""
        ...

    def remove(self, segments: Sequence[SegmentInfo]) -> None:
        """Delete segments that no catalogue lists any more."""
        ...

"""Bulk loads: many batches that become live together, each id once.

Until ``publish`` no question sees them. Segments of a load that died are not live and are swept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from django.db import transaction
from numpy.typing import NDArray

from pilothouse.apps.analytics.models import InboxEvent, Segment, Stream
from pilothouse.apps.analytics.services.packing import (
    add_segment,
    pack_stream,
    take_sequences,
    touch_stream,
)
from pilothouse.apps.analytics.services.store import (
    event_store,
    list_live_segments,
    to_segment_infos,
)
from pilothouse.apps.analytics.services.streams import get_stream, lock_stream
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import ConflictError
from pilothouse.stores.ids import read_ids

if TYPE_CHECKING:
    from pilothouse.stores.base import SegmentInfo


class BulkLoad:
    """One load into one stream; ``source_id`` names the import it belongs to, if any."""

    def __init__(self, stream_id: int, source_id: int | None = None) -> None:
        pack_stream(stream_id)
        self.stream_id = stream_id
        self.source_id = source_id
        self.accepted = 0
        self.duplicates = 0
        self._known_first = {segment.name for segment in list_live_segments(stream_id)}
        self._written: list[SegmentInfo] = []
        self._segment_ids: list[int] = []

    def write(self, table: pa.Table) -> None:
        """Store a batch; ids that the stream or an earlier batch has are counted and dropped."""
        fresh = self._drop_known(table)
        if not fresh.num_rows:
            return
        with transaction.atomic():
            first = take_sequences(lock_stream(self.stream_id), fresh.num_rows)
        info = event_store(self.stream_id).append(_number(fresh, first))
        with transaction.atomic():
            stream = lock_stream(self.stream_id)
            segment = add_segment(stream, info, source_id=self.source_id, is_live=False)
        self._segment_ids.append(segment.pk)
        self._written.append(info)
        self.accepted += fresh.num_rows

    def publish(self) -> Stream:
        """Make the whole load live; call it in the transaction that ends the work.

        Raises ``ConflictError`` when that would store an id twice, or when the load was swept.
        """
        stream = lock_stream(self.stream_id)
        live = Segment.objects.filter(pk__in=self._segment_ids).update(is_live=True)
        if live != len(self._segment_ids):
            raise ConflictError("another worker has taken this load up.")
        self._refuse_latecomers()
        touch_stream(stream)
        return stream

    def _drop_known(self, table: pa.Table) -> pa.Table:
        ids = read_ids(table)
        if not len(ids):
            return table
        is_new = is_first_of_its_kind(ids)
        # Asked anew for each batch: clients go on sending, and small segments are merged.
        known = [*list_live_segments(self.stream_id), *self._written]
        if known:
            # In order, the places to look at lie side by side: a quarter of the time.
            order = np.argsort(ids.view(">u8")[:, 0], kind="stable")
            is_known = event_store(self.stream_id).known(ids[order], known)
            is_new[order[is_known]] = False
        dropped = len(ids) - int(is_new.sum())
        self.duplicates += dropped
        return table.filter(pa.array(is_new)) if dropped else table

    def _refuse_latecomers(self) -> None:
        """Whether an id of this load came in by another way after its batch was written."""
        if not self._written:
            return
        store = event_store(self.stream_id)
        inbox = InboxEvent.objects.filter(stream_id=self.stream_id)
        raw = b"".join(bytes(each) for each in inbox.values_list("event_id", flat=True))
        late = [np.frombuffer(raw, dtype=np.uint8).reshape(-1, 16)]
        earlier = self._known_first | {segment.name for segment in self._written}
        late += [
            read_ids(store.read([segment]))
            for segment in list_live_segments(self.stream_id)
            if segment.name not in earlier
        ]
        if any(store.known(ids, self._written).any() for ids in late):
            raise ConflictError(
                "some of these events came in meanwhile by another way.",
                remedy="Start again: what is known then counts as a duplicate.",
            )


def load_batches(product: ProductView, batches: Sequence[pa.Table]) -> int:
    """Store whole batches for a product at once; the number of events that were new."""
    load = BulkLoad(get_stream(product).pk)
    for batch in batches:
        load.write(batch)
    with transaction.atomic():
        load.publish()
    return load.accepted


def sweep_load(stream_id: int, source_id: int) -> None:
    """Remove the segments of an import's attempt that did not end."""
    with transaction.atomic():
        lock_stream(stream_id)
        pending = list(Segment.objects.filter(source_id=source_id, is_live=False))
        Segment.objects.filter(pk__in=[segment.pk for segment in pending]).delete()
    event_store(stream_id).remove(to_segment_infos(pending))


def is_first_of_its_kind(ids: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each id whether no earlier row has it."""
    keys = np.ascontiguousarray(ids).view([("high", ">u8"), ("low", ">u8")]).reshape(-1)
    # Sorting by one native integer is ten times as fast; only its ties need the other half.
    high = keys["high"].astype(np.uint64)
    order = np.argsort(high, kind="stable")
    is_tie = high[order][1:] == high[order][:-1]
    is_first = np.ones(len(keys), dtype=bool)
    if not is_tie.any():
        return is_first
    _, first = np.unique(keys, return_index=True)
    is_first[:] = False
    is_first[first] = True
    return is_first


def _number(table: pa.Table, first: int) -> pa.Table:
    place = table.schema.get_field_index("sequence")
    sequence = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
    return table.set_column(place, table.schema.field(place), sequence)

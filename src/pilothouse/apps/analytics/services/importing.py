"""The inside of an import's job: one pass over the file, one commit at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from pilothouse.apps.analytics.models import EventImport, ImportState, Segment
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
from pilothouse.apps.analytics.services.streams import lock_stream
from pilothouse.stores.files import FileBatch, Refusals, from_json, read_batches

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.jobs import JobContext
    from pilothouse.stores.base import SegmentInfo

EXAMPLES_KEPT = 100


class ImportRun:
    """One attempt at an import."""

    def __init__(self, row: EventImport, path: Path, job: JobContext) -> None:
        self.row = row
        self.path = path
        self.job = job
        self.store = event_store(row.stream_id)
        self.refusals = Refusals()
        self.accepted = 0
        self.duplicates = 0
        self.known: list[SegmentInfo] = []

    def run(self) -> None:
        """Read the whole file into segments, then make them live together."""
        pack_stream(self.row.stream_id)
        self.known = list_live_segments(self.row.stream_id)
        batches = read_batches(
            self.path,
            from_json(self.row.mapping),
            namespace=f"product-{self.row.stream.product_id}",
        )
        for batch in batches:
            self.refusals.merge(batch.refusals)
            self._store(batch)
            self.job.progress(
                batch.bytes_done, batch.bytes_total, unit="bytes", message="Reading the file"
            )
        self._commit()

    def _store(self, batch: FileBatch) -> None:
        table = self._drop_known(batch.table)
        if not table.num_rows:
            return
        with transaction.atomic():
            first = take_sequences(lock_stream(self.row.stream_id), table.num_rows)
        sequence = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
        place = table.schema.get_field_index("sequence")
        table = table.set_column(place, table.schema.field(place), sequence)
        info = self.store.append(table)
        with transaction.atomic():
            stream = lock_stream(self.row.stream_id)
            add_segment(stream, info, source_id=self.row.pk, is_live=False)
        # A repeated id later in the same file is a duplicate too.
        self.known.append(info)
        self.accepted += table.num_rows

    def _drop_known(self, table: pa.Table) -> pa.Table:
        ids = to_id_rows(table)
        if not len(ids):
            return table
        is_new = ~self.store.known(ids, self.known) & is_first_of_its_kind(ids)
        dropped = len(ids) - int(is_new.sum())
        self.duplicates += dropped
        return table.filter(pa.array(is_new)) if dropped else table

    def _commit(self) -> None:
        with transaction.atomic():
            stream = lock_stream(self.row.stream_id)
            Segment.objects.filter(source=self.row).update(is_live=True)
            EventImport.objects.filter(pk=self.row.pk).update(
                state=ImportState.DONE,
                ended_at=timezone.now(),
                rows=self.accepted + self.duplicates + self.refusals.total,
                accepted=self.accepted,
                duplicates=self.duplicates,
                refused=self.refusals.total,
                refusals=_describe(self.refusals),
            )
            touch_stream(stream)


def sweep_import(row: EventImport) -> None:
    """Remove the segments of an attempt that did not end."""
    with transaction.atomic():
        lock_stream(row.stream_id)
        pending = list(Segment.objects.filter(source=row, is_live=False))
        Segment.objects.filter(pk__in=[segment.pk for segment in pending]).delete()
    event_store(row.stream_id).remove(to_segment_infos(pending))


def to_id_rows(table: pa.Table) -> NDArray[np.uint8]:
    """The 16-byte ids of a batch as ``uint8[rows, 16]``."""
    ids: Sequence[Any] = table["id"].combine_chunks()
    raw = np.frombuffer(ids.buffers()[1], dtype=np.uint8)  # type: ignore[attr-defined]
    start = ids.offset * 16  # type: ignore[attr-defined]
    return raw[start : start + len(ids) * 16].reshape(-1, 16)


def is_first_of_its_kind(ids: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each id whether no earlier row has it."""
    keys = np.ascontiguousarray(ids).view([("high", ">u8"), ("low", ">u8")]).reshape(-1)
    _, first = np.unique(keys, return_index=True)
    is_first = np.zeros(len(keys), dtype=bool)
    is_first[first] = True
    return is_first


def _describe(refusals: Refusals) -> list[dict[str, Any]]:
    """Refusals by reason with their first examples, as plain JSON."""
    return [
        {
            "reason": reason,
            "count": count,
            "examples": [
                {"line": each.line, "value": each.value}
                for each in refusals.examples[:EXAMPLES_KEPT]
                if each.reason == reason
            ],
        }
        for reason, count in refusals.counts.most_common()
    ]

"""From the event inbox to segments, and from many small segments to few.

A crash at any point loses nothing and doubles nothing: the file is durable before the one
transaction that adds it to the catalogue and takes its events out of the inbox. A file that no
catalogue names is a left-over of a crash or a merge, and is swept once nobody can be reading it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import F

from pilothouse.apps.analytics.models import InboxEvent, Segment, Stream
from pilothouse.apps.analytics.services.store import event_store, to_segment_infos
from pilothouse.apps.analytics.services.streams import lock_stream
from pilothouse.engines.analytics.columns import format_value
from pilothouse.stores.base import SegmentInfo
from pilothouse.stores.batches import BASE_SCHEMA, PROPERTY_PREFIX, TIME_TYPE

PACK_ROWS = 50_000
SMALL_SEGMENT_ROWS = 250_000
# Merging changes the set of segments, so the index is built anew after it: not too often.
COMPACT_AT = 32
# Longer than any question takes that began before a merge.
SWEEP_AFTER_S = 600.0


def pack_all() -> int:
    """Pack the inbox of every stream; the number of events packed."""
    waiting = InboxEvent.objects.order_by().values_list("stream_id", flat=True).distinct()
    return sum(pack_stream(stream_id) for stream_id in list(waiting))


def pack_stream(stream_id: int) -> int:
    """Pack the whole inbox of one stream; the number of events packed."""
    packed = 0
    while (count := _pack_once(stream_id)) != 0:
        packed += count or 0
    if packed:
        compact_stream(stream_id)
        sweep_files(stream_id)
    return packed


def compact_stream(stream_id: int) -> int:
    """Merge small segments that came from clients into one; how many were merged."""
    small = list(
        Segment.objects.filter(
            stream_id=stream_id, is_live=True, source=None, rows__lt=SMALL_SEGMENT_ROWS
        ).order_by("first_sequence")
    )
    if len(small) < COMPACT_AT:
        return 0
    store = event_store(stream_id)
    infos = to_segment_infos(small)
    merged = store.append(store.read(infos))
    with transaction.atomic():
        stream = lock_stream(stream_id)
        gone, _ = Segment.objects.filter(pk__in=[segment.pk for segment in small]).delete()
        if gone != len(small):
            # Another worker merged them at the same time.
            transaction.set_rollback(True)
            return 0
        add_segment(stream, merged)
    leave_files(stream_id, infos)
    return len(small)


def leave_files(stream_id: int, segments: Sequence[SegmentInfo]) -> None:
    """Files that the catalogue names no more: a running question may read them for a while."""
    event_store(stream_id).forget(segments)
    for segment in segments:
        # Left over from now on, and not before.
        os.utime(_folder(stream_id) / segment.name)


def sweep_all() -> int:
    """Sweep the folders of all streams; how many files went."""
    return sum(sweep_files(pk) for pk in Stream.objects.values_list("pk", flat=True))


def sweep_files(stream_id: int) -> int:
    """Remove the files that the catalogue has not named for a while; how many there were."""
    named = set(Segment.objects.filter(stream_id=stream_id).values_list("name", flat=True))
    until = time.time() - SWEEP_AFTER_S
    found = [path for path in _folder(stream_id).glob("*") if path.name not in named]
    return sum(_sweep_file(path, until) for path in found)


def _sweep_file(path: Path, until: float) -> bool:
    """Remove a file written before ``until``; whether it was."""
    aside = path.with_name(f".gone-{path.name.removeprefix('.gone-')}")
    try:
        if path.stat().st_mtime >= until:
            return False
        # The same events may be written under the same name at this very moment.
        path.rename(aside)
        if aside.stat().st_mtime >= until:
            aside.rename(path)
            return False
        aside.unlink()
    except FileNotFoundError:
        return False  # it got its name, or another worker was quicker
    return True


def _folder(stream_id: int) -> Path:
    folder: Path = settings.CONFIGURATION.events_dir
    return folder / str(stream_id)


def add_segment(
    stream: Stream, info: SegmentInfo, *, source_id: int | None = None, is_live: bool = True
) -> Segment:
    """Enter a segment into the catalogue; call it with the stream locked."""
    segment = Segment.objects.create(
        stream=stream,
        name=info.name,
        rows=info.rows,
        first_us=info.first_us,
        last_us=info.last_us,
        first_sequence=info.first_sequence,
        bytes=info.bytes,
        sha256=info.sha256,
        events=dict(info.events),
        source_id=source_id,
        is_live=is_live,
    )
    touch_stream(stream)
    return segment


def touch_stream(stream: Stream) -> None:
    """Say that what is live has changed."""
    Stream.objects.filter(pk=stream.pk).update(version=F("version") + 1)


def take_sequences(stream: Stream, count: int) -> int:
    """The first of ``count`` sequence numbers; call it with the stream locked."""
    stream.refresh_from_db(fields=["next_sequence"])
    first = stream.next_sequence
    Stream.objects.filter(pk=stream.pk).update(next_sequence=first + count)
    return first


def _pack_once(stream_id: int) -> int | None:
    """How many events were packed; None when another worker packed them at the same time."""
    rows = list(
        InboxEvent.objects.filter(stream_id=stream_id)
        .order_by("sequence")
        .values_list("pk", "event_id", "sequence", "name", "actor", "time_us", "properties")[
            :PACK_ROWS
        ]
    )
    if not rows:
        return 0
    info = event_store(stream_id).append(to_batch(rows))
    with transaction.atomic():
        stream = lock_stream(stream_id)
        inbox = InboxEvent.objects.filter(
            stream_id=stream_id, sequence__gte=rows[0][2], sequence__lte=rows[-1][2]
        )
        gone, _ = inbox.delete()
        if gone != len(rows):
            transaction.set_rollback(True)
            return None
        add_segment(stream, info)
    return len(rows)


def to_batch(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows of the inbox as a batch, one column for each property."""
    columns: dict[str, pa.Array] = {
        "id": pa.array([bytes(row[1]) for row in rows], pa.binary(16)),
        "event": pa.array([row[3] for row in rows], pa.string()),
        "actor": pa.array([row[4] for row in rows], pa.string()),
        "time": pa.array([row[5] for row in rows], pa.int64()).cast(TIME_TYPE),
        "sequence": pa.array([row[2] for row in rows], pa.int64()),
    }
    base = pa.table(columns, schema=BASE_SCHEMA)
    properties = [orjson.loads(row[6]) for row in rows]
    names = sorted({name for each in properties for name in each})
    for name in names:
        values = [each.get(name) for each in properties]
        base = base.append_column(PROPERTY_PREFIX + name, to_property_array(values))
    return base


def to_property_array(values: Sequence[str | float | bool | None]) -> pa.Array:
    """One property's values in the one type that holds them all; text when they differ."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds and kinds <= {int, float}:
        return pa.array(values, pa.float64())
    return pa.array([None if v is None else format_value(v) for v in values], pa.string())

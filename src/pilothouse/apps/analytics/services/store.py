"""The event store of each stream, and the catalogue's rows as the store's own type.

Each stream has folders of its own: segments are named by their content, and two products that
imported the same file must not share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from pilothouse.apps.analytics.models import Segment

if TYPE_CHECKING:
    from pilothouse.stores.base import SegmentInfo
    from pilothouse.stores.embedded import EmbeddedStore


@lru_cache(maxsize=64)
def event_store(stream_id: int) -> EmbeddedStore:
    """The store of one stream; imported when first needed, since it is heavy."""
    from pilothouse.stores.embedded import EmbeddedStore

    configuration = settings.CONFIGURATION
    folder = str(stream_id)
    return EmbeddedStore(configuration.events_dir / folder, configuration.index_dir / folder)


def list_live_segments(stream_id: int) -> list[SegmentInfo]:
    """The catalogue of a stream in order of arrival."""
    rows = Segment.objects.filter(stream_id=stream_id, is_live=True).order_by("first_sequence")
    return to_segment_infos(list(rows))


def to_segment_infos(segments: Sequence[Segment]) -> list[SegmentInfo]:
    """Lines of the catalogue as the store knows them."""
    from pilothouse.stores.base import SegmentInfo

    return [
        SegmentInfo(
            name=segment.name,
            rows=segment.rows,
            first_us=segment.first_us,
            last_us=segment.last_us,
            first_sequence=segment.first_sequence,
            bytes=segment.bytes,
            sha256=segment.sha256,
            events=tuple(segment.events.items()),
        )
        for segment in segments
    ]

"""Answers kept beside the index: as derived and as disposable as it.

The first page after a start would wait for compiled code only to say what it said before. A kept
answer is used while its key is the same: the events behind it, the quarter of an hour and the
question.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings

from pilothouse import __version__
from pilothouse.apps.analytics.services.store import list_live_segments
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.times import HOUR_US, to_us

Plain = dict[str, Any]


def keep(
    stream_id: int, name: str, product: ProductView, parts: Any, make: Callable[[], Plain]
) -> Plain:
    """The answer called ``name``, from what is kept or made anew; ``parts`` is the question."""
    key = _make_key(stream_id, product, parts)
    path = settings.CONFIGURATION.index_dir / str(stream_id) / f"kept-{name}.json"
    try:
        held = orjson.loads(path.read_bytes())
        if held["key"] == key:
            answer: Plain = held["answer"]
            return answer
    except (OSError, ValueError, KeyError, TypeError):
        pass  # there is none, or it is torn: it is made anew like any derived file
    answer = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(orjson.dumps({"key": key, "answer": answer}))
    fresh.replace(path)
    return answer


def _make_key(stream_id: int, product: ProductView, parts: Any) -> str:
    names = [segment.name for segment in list_live_segments(stream_id)]
    # Days end on a quarter of an hour in every time zone there is, and with them all periods.
    quarter = to_us(product.now) // (HOUR_US // 4)
    frame = [__version__, quarter, product.zone, product.week_start, product.currency]
    return digest(canonical_json([frame, names, parts]))

"""Requests as clients make them. Times lie around RECEIVED_US, a Monday morning."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from datetime import datetime, timezone
from typing import Any

from pilothouse.kernel.times import to_us

RECEIVED_US = to_us(datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc))
KEY = "phc_public"


def make_raw(**changes: Any) -> dict[str, Any]:
    """An event as a client sends it; a change to None leaves the field out."""
    raw = {
        "event": "report shared",
        "distinct_id": "ada",
        "uuid": "0192f0c1-2b3c-7d4e-8f50-112233445566",
        "timestamp": "2026-11-23T09:29:00Z",
        "properties": {"plan": "pro", "seats": 3},
        **changes,
    }
    return {name: value for name, value in raw.items() if value is not None}


def make_batch(*raws: Any, **fields: Any) -> dict[str, Any]:
    """The envelope of ``/batch/``."""
    return {"api_key": KEY, "batch": list(raws), **fields}


def to_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def to_base64(data: bytes) -> bytes:
    return base64.b64encode(data)


def to_bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def make_bomb(size_bytes: int) -> bytes:
    """A gzip file that inflates to ``size_bytes`` of spaces and never holds them at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * 1_000_000
    packed = b"".join(packer.compress(piece) for _ in range(size_bytes // len(piece)))
    return packed + packer.flush()


def to_gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)

"""Ids of rows: from a column, or from what the row says and how often it said it before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.kernel.ids import event_id
from pilothouse.stores.files.blocks import Bits, Longs

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]

_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
# Runs of sorted hashes above this are no longer merged: a merge needs its size twice.
_MERGE_BELOW = 2**20
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Seeds:
    """Where hashing begins: another namespace gives other ids to the same rows."""

    high: np.uint64
    low: np.uint64

    @classmethod
    def of(cls, namespace: str) -> Seeds:
        """The seeds of a namespace."""
        digest = hashlib.blake2b(b"file row 1\0" + namespace.encode("utf-8"), digest_size=16)
        high, low = np.frombuffer(digest.digest(), "<u8")
        return cls(np.uint64(high), np.uint64(low))


@dataclass
class Occurrences:
    """How often each row was seen before, exactly, in eight bytes a row.

    Keeps sorted runs of the first halves of the hashes. Two different rows with one half
    (once in 2**64 pairs) would be counted as one, which still leaves their ids apart.
    """

    runs: list[Words] = field(default_factory=list)

    def count(self, keys: Words) -> Longs:
        """For each key the number of equal ones before it, in this call and all earlier."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        begins = np.searchsorted(ordered, ordered, side="left")
        before = np.arange(len(keys), dtype=np.int64) - begins
        for run in self.runs:
            first = np.searchsorted(run, ordered, side="left")
            before += np.searchsorted(run, ordered, side="right") - first
        self._keep(ordered)
        result = np.empty(len(keys), np.int64)
        result[order] = before
        return result

    def _keep(self, run: Words) -> None:
        while self.runs and len(self.runs[-1]) <= 2 * len(run) < _MERGE_BELOW:
            run = np.sort(np.concatenate([self.runs.pop(), run]))
        self.runs.append(run)


def ids_from_content(bits: Bits, seen: Occurrences) -> pa.Array:
    """Sixteen bytes a row: its hash, turned further for each time it was seen before."""
    high, low = bits
    before = seen.count(high)
    again = before > 0
    times = before[again].astype(np.uint64)
    pairs = np.empty((len(high), 2), "<u8")
    pairs[:, 0], pairs[:, 1] = high, low
    with np.errstate(over="ignore"):
        pairs[again, 0] ^= _stir(times * _ODD)
        pairs[again, 1] += _stir(times ^ _ODD)
    return _binary(pairs.tobytes(), len(high))


def ids_from_column(texts: pa.Array) -> pa.Array:
    """``kernel.ids.event_id`` of each text; null gives an id nobody should use."""
    texts = pc.fill_null(texts, "")
    if len(texts) and pc.all(pc.match_substring_regex(texts, _UUID)).as_py():
        joined = "".join(texts.to_pylist()).replace("-", "")
        return _binary(bytes.fromhex(joined), len(texts))
    return _binary(b"".join(_one_id(text) for text in texts.to_pylist()), len(texts))


def _one_id(text: str) -> bytes:
    # Fewer than 32 characters are no UUID; trying costs more than the hash.
    if len(text) < 32:
        return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
    return event_id(text)


def _stir(value: Words) -> Any:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _binary(data: bytes, count: int) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(data)])

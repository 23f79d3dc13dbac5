"""Bundles: a folder of raw arrays and facts, whole or not there, checked before it is believed.

Every array is a file of plain bytes to be memory-mapped, with its CRC-32 in ``facts.json``, which
ends with its own SHA-256. A bundle appears by one rename of a finished folder.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.stores.segments import flush_folder

Arrays = Mapping[str, NDArray[Any]]
FACTS = "facts.json"


def save_bundle(folder: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write a bundle to ``folder``; a bundle that another process put there first stays.

    Raises UnavailableError when the disk refuses; nothing is left behind then.
    """
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
        listed = {name: _save_array(part / name, array) for name, array in arrays.items()}
        body = canonical_json({"facts": dict(facts), "arrays": listed})
        _save_bytes(part / FACTS, body + b"\n" + digest(body).encode())
        flush_folder(part)
        _put(part, folder)
    except OSError as error:
        raise UnavailableError(
            "the index could not be stored.", value=str(folder), remedy=f"The system says: {error}."
        ) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def _put(part: Path, folder: Path) -> None:
    try:
        part.rename(folder)
    except OSError:
        if not folder.exists():
            raise
    flush_folder(folder.parent)


def _save_array(path: Path, array: NDArray[Any]) -> dict[str, Any]:
    plain = np.ascontiguousarray(array)
    raw = plain.reshape(-1).view(np.uint8).data
    _save_bytes(path, raw)
    return {"type": plain.dtype.str, "size": plain.size, "crc": zlib.crc32(raw)}


def _save_bytes(path: Path, content: Any) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts and the list of arrays of a bundle; DamagedError when they are not whole."""
    try:
        body, _, check = (folder / FACTS).read_bytes().rpartition(b"\n")
    except OSError as error:
        raise _damaged(folder, str(error)) from error
    if digest(body).encode() != check:
        raise _damaged(folder, FACTS)
    found: dict[str, Any] = json.loads(body)
    return found


def open_bundle(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Memory-mapped arrays and facts, each byte checked; DamagedError when one is not right."""
    found = read_facts(folder)
    listed: dict[str, dict[str, Any]] = found["arrays"]
    with ThreadPoolExecutor(2) as pool:
        arrays = pool.map(lambda item: _open_array(folder / item[0], item[1]), listed.items())
        return dict(zip(listed, arrays, strict=True)), found["facts"]


def _open_array(path: Path, entry: Mapping[str, Any]) -> NDArray[Any]:
    kind = np.dtype(entry["type"])
    try:
        if path.stat().st_size != entry["size"] * kind.itemsize:
            raise _damaged(path, "size")
        if entry["size"] == 0:
            return np.zeros(0, dtype=kind)
        array = np.memmap(path, dtype=kind, mode="r")
    except OSError as error:
        raise _damaged(path, str(error)) from error
    if zlib.crc32(array.view(np.uint8).data) != entry["crc"]:
        raise _damaged(path, "content")
    return array


def _damaged(path: Path, detail: str) -> DamagedError:
    return DamagedError(
        "a part of the index is not what was written.",
        value=f"{path.name} ({detail})",
        remedy="It is made again from the segments.",
    )


class TextList(Sequence[str]):
    """Texts in two arrays: their UTF-8 bytes, and int64 offsets of each one."""

    def __init__(self, data: NDArray[Any], offsets: NDArray[Any]) -> None:
        self.data = data
        self.offsets = offsets

    def __len__(self) -> int:
        return max(0, len(self.offsets) - 1)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(len(self)))]
        k = range(len(self))[place]
        return bytes(self.data[self.offsets[k] : self.offsets[k + 1]]).decode()

    def __iter__(self) -> Iterator[str]:
        raw, ends = bytes(self.data), self.offsets.tolist()
        return (raw[a:b].decode() for a, b in pairwise(ends))

    def to_arrow(self) -> pa.Array:
        """The texts as an Arrow array over the same bytes."""
        buffers = [None, pa.py_buffer(self.offsets), pa.py_buffer(self.data)]
        return pa.LargeStringArray.from_buffers(len(self), buffers[1], buffers[2])


def split_texts(texts: pa.Array) -> tuple[NDArray[Any], NDArray[Any]]:
    """Bytes and offsets of Arrow texts without gaps, as ``TextList`` takes them."""
    plain = pa.concat_arrays([texts.cast(pa.large_string())])
    _, ends, data = plain.buffers()
    if not len(plain):
        return np.zeros(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    offsets = np.frombuffer(ends, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    raw = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return raw[offsets[0] : offsets[-1]], offsets - offsets[0]

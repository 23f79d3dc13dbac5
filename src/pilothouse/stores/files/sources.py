"""Bytes of a file as blocks of UTF-8, whatever its encoding and whether gzip packed it.

Bytes that its encoding cannot mean come out as bytes that UTF-8 cannot mean either, so that
the row that holds them is refused and no other.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pilothouse.kernel.errors import DamagedError, InvalidValueError

BLOCK_BYTES = 2 * 2**20
GZIP_MAGIC = b"\x1f\x8b"
# More than any log of events shrinks to; a packed bomb reaches 1000.
MAX_RATIO = 200
RATIO_FROM_BYTES = 64 * 2**20

BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
# What becomes of bytes without a meaning: kept as they are (1252) or as a lone surrogate (16).
_ERRORS = {
    "cp1252": "surrogateescape",
    "utf-16-le": "surrogatepass",
    "utf-16-be": "surrogatepass",
}


@dataclass
class Source:
    """An open file: ``read`` gives unpacked bytes, ``bytes_done`` counts packed ones."""

    raw: IO[bytes]
    stream: IO[bytes]
    total: int
    block_bytes: int = BLOCK_BYTES
    unpacked: int = 0

    @property
    def bytes_done(self) -> int:
        """How much of the file has been read, in bytes on the disk."""
        return self.raw.tell()

    def read(self, size: int) -> bytes:
        """Up to ``size`` unpacked bytes; fewer only at the end.

        Raises ``DamagedError`` for a broken gzip stream and ``InvalidValueError`` for one that
        unpacks to more than ``MAX_RATIO`` times its size.
        """
        try:
            data = self.stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedError(
                f"the gzip file is broken after {self.unpacked} unpacked bytes ({error}).",
                remedy="Export or copy the file again.",
            ) from error
        self.unpacked += len(data)
        if self.unpacked > max(RATIO_FROM_BYTES, MAX_RATIO * self.total):
            raise InvalidValueError(
                f"a packed file may unpack to at most {MAX_RATIO} times its size.",
                value=f"{self.unpacked} bytes from {self.total}",
                remedy="Unpack it and look at what it holds.",
            )
        return data

    def close(self) -> None:
        """Close the file."""
        self.stream.close()
        self.raw.close()


def open_source(path: Path | str, block_bytes: int = BLOCK_BYTES) -> Source:
    """Open ``path``, through gzip if its first bytes say so (its name does not matter)."""
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 - closed by Source.close
    except OSError as error:
        raise InvalidValueError(
            f"the file cannot be opened ({error.strerror}).", value=str(path)
        ) from error
    total = Path(path).stat().st_size
    packed = raw.read(2) == GZIP_MAGIC
    raw.seek(0)
    stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw) if packed else raw)
    return Source(raw, stream, total, block_bytes)


def iter_utf8(source: Source, encoding: str) -> Iterator[bytes]:
    """The text of ``source`` as blocks of UTF-8 bytes without a byte order mark."""
    mark, block_bytes = BOMS.get(encoding, b""), source.block_bytes
    data = source.read(block_bytes)
    data = data.removeprefix(mark) if mark else data
    if encoding == "utf-8":
        while data:
            yield data
            data = source.read(block_bytes)
        return
    errors = _ERRORS[encoding]
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while data:
        yield decoder.decode(data).encode("utf-8", errors)
        data = source.read(block_bytes)
    # An odd last byte means nothing; 0xFF means nothing in UTF-8 either.
    left = decoder.getstate()[0]
    if left:
        yield b"\xff"


def invalid_utf8_at(data: bytes) -> list[int]:
    """Positions in ``data`` at which bytes that are no UTF-8 begin."""
    if data.isascii():
        return []
    found: list[int] = []
    at = 0
    while True:
        try:
            data[at:].decode("utf-8") if at else data.decode("utf-8")
            return found
        except UnicodeDecodeError as error:
            found.append(at + error.start)
            at += error.end

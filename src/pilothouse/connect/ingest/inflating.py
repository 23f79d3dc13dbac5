"""Decompression that counts while it inflates, so that a small body cannot become a large one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.limits import MAX_GZIP_MEMBERS, MAX_REQUEST_BYTES

GZIP_MAGIC = b"\x1f\x8b"

_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15
_INPUT_BYTES = 64 * 1024
_OUTPUT_BYTES = 1024 * 1024


def is_gzip(data: bytes) -> bool:
    """Whether ``data`` begins as gzip does, whatever its headers say."""
    return data.startswith(GZIP_MAGIC)


def check_size(size_bytes: int) -> None:
    """Raise 413 above the limit of a request."""
    if size_bytes > MAX_REQUEST_BYTES:
        raise RequestRefusedError(
            413,
            "request-too-large",
            f"a request holds at most {MAX_REQUEST_BYTES:,} bytes, also after decompression.",
            remedy="Send fewer events at once.",
        )


def inflate_gzip(data: bytes) -> bytes:
    """The content of all members of a gzip file; zero bytes may pad its end.

    Raises ``RequestRefusedError`` 400 when it is damaged, cut short or followed by anything
    else, 413 above the limit.
    """
    out = bytearray()
    rest = memoryview(data)
    for _ in range(MAX_GZIP_MEMBERS):
        used = _inflate_stream(rest, _GZIP_BITS, out)
        rest = rest[used:]
        if not is_gzip(bytes(rest[:2])):
            break
    if bytes(rest).strip(b"\0"):
        raise _damaged("the compressed body is followed by something else.")
    return bytes(out)


def inflate_deflate(data: bytes) -> bytes:
    """The content of ``Content-Encoding: deflate``: zlib as the standard says, or bare deflate."""
    wrapped = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    out = bytearray()
    used = _inflate_stream(memoryview(data), _ZLIB_BITS if wrapped else _RAW_BITS, out)
    if used != len(data):
        raise _damaged("the compressed body is followed by something else.")
    return bytes(out)


def _inflate_stream(data: memoryview, window_bits: int, out: bytearray) -> int:
    """Append the content of the stream at the start of ``data``; how many bytes it took."""
    inflater = zlib.decompressobj(window_bits)
    used = 0
    for chunk in _chunks(data):
        used += len(chunk)
        pending = bytes(chunk)
        # A full piece may have a successor even when all input is consumed.
        piece_bytes = _OUTPUT_BYTES
        while (pending or piece_bytes == _OUTPUT_BYTES) and not inflater.eof:
            try:
                piece = inflater.decompress(pending, _OUTPUT_BYTES)
            except zlib.error as error:
                raise _damaged("the compressed body is damaged.") from error
            out += piece
            check_size(len(out))
            pending, piece_bytes = inflater.unconsumed_tail, len(piece)
        if inflater.eof:
            return used - len(inflater.unused_data)
    raise _damaged("the compressed body is cut short.")


def _chunks(data: memoryview) -> Iterator[memoryview]:
    for start in range(0, len(data), _INPUT_BYTES):
        yield data[start : start + _INPUT_BYTES]


def _damaged(rule: str) -> RequestRefusedError:
    return RequestRefusedError(400, "bad-compression", rule, remedy="Send it again in full.")

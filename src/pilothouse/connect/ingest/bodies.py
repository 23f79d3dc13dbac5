"""The body of a request to a JSON value: compression, forms and base64 in any combination sent.

Content decides, not its label: clients send gzip as ``text/plain`` without a header, and JSON
as a form. A header ``Content-Encoding`` is a promise, though, and is held to it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.inflating import (
    check_size,
    inflate_deflate,
    inflate_gzip,
    is_gzip,
)
from pilothouse.connect.ingest.parsing import parse_json

_COMPRESSIONS = ("", "base64", "gzip", "gzip-js", "none")
_FORM_FIELD = re.compile(rb"(?:\A|&)data=([^&]*+)")
_BAD_ESCAPE = re.compile(rb"%(?![0-9a-fA-F]{2})")
_URL_SAFE = bytes.maketrans(b"-_ ", b"+/+")
_UNQUOTE_BYTES = 64 * 1024


def read_body(
    raw: bytes,
    *,
    content_type: str = "",
    content_encoding: str = "",
    params: Mapping[str, str] | None = None,
) -> Any:
    """The JSON value of a request; ``params`` are those of its URL, ``data`` among them for GET.

    Raises ``RequestRefusedError``: 400 unreadable, 413 too large, 415 unknown compression.
    """
    params = params or {}
    compression = params.get("compression", "").lower()
    if compression not in _COMPRESSIONS:
        raise _unsupported(compression)
    check_size(len(raw))
    content = _decompress(raw, content_encoding.strip().lower()) if raw else raw
    if not content.strip():
        content = params.get("data", "").encode("utf-8", "replace")
        check_size(len(content))
    return parse_json(_find_json(content, content_type))


def _decompress(raw: bytes, encoding: str) -> bytes:
    if encoding in ("gzip", "x-gzip"):
        return inflate_gzip(raw)
    if encoding == "deflate":
        return inflate_deflate(raw)
    if encoding not in ("", "identity"):
        raise _unsupported(encoding)
    return inflate_gzip(raw) if is_gzip(raw) else raw


def _find_json(content: bytes, content_type: str) -> bytes:
    """The JSON text within ``content``, out of its form field and base64 where there are any."""
    if not content.strip():
        raise RequestRefusedError(400, "empty", "the request holds no events.")
    if _is_json(content):
        return content
    field = _FORM_FIELD.search(content)
    if field:
        content = _unquote(field[1])
        if _is_json(content):
            return content
    elif "form-urlencoded" in content_type.lower():
        raise RequestRefusedError(400, "no-data", "a form holds its events in the field data.")
    decoded = _decode_base64(content)
    text = inflate_gzip(decoded) if is_gzip(decoded) else decoded
    if not _is_json(text):
        raise _no_json()
    return text


def _is_json(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _decode_base64(content: bytes) -> bytes:
    """Base64 of either alphabet; a plus may have become a space, and padding may be missing."""
    packed = content.strip().translate(_URL_SAFE, b"\r\n").rstrip(b"=")
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error as error:
        raise _no_json() from error


def _unquote(field: bytes) -> bytes:
    """Percent-decoding by pieces: the library's own would take ten times the room at once."""
    if _BAD_ESCAPE.search(field):
        raise RequestRefusedError(
            400, "bad-form", "in a form a percent sign is followed by two hexadecimal digits."
        )
    out = bytearray()
    start = 0
    while start < len(field):
        end = min(start + _UNQUOTE_BYTES, len(field))
        cut = field.rfind(b"%", max(start, end - 2), end)
        if cut > start and end < len(field):
            end = cut
        out += unquote_to_bytes(field[start:end].replace(b"+", b" "))
        start = end
    return bytes(out)


def _no_json() -> RequestRefusedError:
    return RequestRefusedError(400, "not-json", "the body is neither JSON nor base64 of JSON.")


def _unsupported(name: str) -> RequestRefusedError:
    return RequestRefusedError(
        415,
        "unsupported-compression",
        "a body is plain, gzip, deflate or base64.",
        value=name[:80],
        remedy="Choose gzip in the client.",
    )

"""Badges as pictures: the signed credential inside an SVG or PNG, as Open Badges 3.0 bakes them.

SVG: an ``openbadges:credential`` element; PNG: an ``iTXt`` chunk called ``openbadgecredential``.
A token stands in the attribute ``verify`` of the element, a document with a proof is its text.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from html import escape, unescape
from re import DOTALL, search, sub

from pilothouse.kernel.errors import InvalidValueError

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
PNG_START = b"\x89PNG\r\n\x1a\n"
MAX_TEXT = 4 * 1024**2
PAGE_MARK = '<script type="application/json" id="credential">'


def bake_svg(picture: str, credential: str) -> str:
    """``picture`` with the credential as its first element."""
    place = picture.find(">", picture.find("<svg")) + 1
    if not place or "<svg" not in picture:
        raise InvalidValueError("this is no SVG picture.")
    if credential.startswith("{"):
        # XML has no place for these two; JSON can spell them.
        credential = sub("[\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", credential)
        element = (
            f'<openbadges:credential xmlns:openbadges="{NAMESPACE}">'
            f"{escape(credential, quote=False)}</openbadges:credential>"
        )
    else:
        element = (
            f'<openbadges:credential xmlns:openbadges="{NAMESPACE}" '
            f'verify="{escape(credential)}"></openbadges:credential>'
        )
    return picture[:place] + element + picture[place:]


def bake_png(picture: bytes, credential: str) -> bytes:
    """``picture`` with the credential before its end."""
    body = KEYWORD + b"\0\0\0\0\0" + credential.encode("utf-8")
    baked = PNG_START
    for name, data in _read_chunks(picture):
        if name == b"IEND":
            baked += _write_chunk(b"iTXt", body)
        baked += _write_chunk(name, data)
    return baked


def extract(data: bytes) -> str:
    """The credential in a file: SVG, PNG, the verifier's page, JSON or a token as they are."""
    if data.startswith(PNG_START):
        return _extract_png(data)
    text = data.decode("utf-8", "replace")
    if "openbadges:credential" in text[:MAX_TEXT] and "<svg" in text:
        return _extract_svg(text)
    if PAGE_MARK in text:
        return _extract_page(text)
    return text


def _extract_svg(text: str) -> str:
    # Not by a reader of XML: entities in a file of a stranger cost memory without end.
    found = search(
        r"<openbadges:credential\b([^>]*?)(?:/>|>(.*?)</openbadges:credential>)", text, DOTALL
    )
    if found is None:
        raise InvalidValueError("this SVG holds no credential.")
    token = search(r"""\bverify=["']([^"']*)["']""", found[1])
    if token:
        return token[1]
    inside = (found[2] or "").strip()
    cdata = search(r"^<!\[CDATA\[(.*)\]\]>$", inside, DOTALL)
    return cdata[1].strip() if cdata else unescape(inside)


def _extract_png(data: bytes) -> str:
    for name, body in _read_chunks(data):
        if name == b"iTXt" and body.startswith(KEYWORD + b"\0"):
            return _read_text(body[len(KEYWORD) + 1 :])
    raise InvalidValueError("this PNG holds no credential.")


def _read_text(body: bytes) -> str:
    is_packed = body[:1] == b"\1"
    parts = body[2:].split(b"\0", 2)
    if len(parts) != 3:
        raise InvalidValueError("the text in this PNG is damaged.")
    packed = parts[2]
    try:
        plain = zlib.decompressobj().decompress(packed, MAX_TEXT) if is_packed else packed
        return plain.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise InvalidValueError("the text in this PNG is damaged.") from error


def _extract_page(text: str) -> str:
    start = text.index(PAGE_MARK) + len(PAGE_MARK)
    return text[start : text.index("</script>", start)].strip().replace("\\u003c", "<")


def _read_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG_START)
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        end = place + 12 + length
        if end > len(data):
            break
        name, body = data[place + 4 : place + 8], data[place + 8 : end - 4]
        if struct.pack(">I", zlib.crc32(name + body)) != data[end - 4 : end]:
            raise InvalidValueError("a part of this PNG is damaged.")
        yield name, body
        if name == b"IEND":
            return
        place = end
    raise InvalidValueError("this PNG ends too early.")


def _write_chunk(name: bytes, body: bytes) -> bytes:
    whole = name + body
    return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

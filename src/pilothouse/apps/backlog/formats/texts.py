"""Bytes of a file as text: byte order marks, UTF-16, and what old spreadsheets write."""

from __future__ import annotations

from pilothouse.kernel.errors import InvalidValueError

MAX_BYTES = 200 * 1024 * 1024
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_FOREIGN = {
    b"PK\x03\x04": "Unpack it, or save the sheet as CSV, and give that file.",
    b"%PDF": "Export CSV or JSON instead.",
    b"\xd0\xcf\x11\xe0": "Save it as CSV.",
    b"\x1f\x8b": "Unpack it first.",
}


def read_text(data: bytes) -> str:
    """The text of ``data``; raises ``InvalidValueError`` for what is no text."""
    if len(data) > MAX_BYTES:
        raise InvalidValueError(
            "a file of work items has at most 200 MB.",
            value=f"{len(data) / 1e6:,.0f} MB",
            remedy="Export fewer items at a time.",
        )
    for magic, remedy in _FOREIGN.items():
        if data.startswith(magic):
            raise InvalidValueError("this is neither CSV nor JSON.", remedy=remedy)
    text = _decode(data)
    head = text[:4096]
    if sum(c < " " and c not in "\t\r\n\f" for c in head) > len(head) / 50:
        raise InvalidValueError("this is not a text file.", remedy="Export CSV or JSON.")
    if not text.strip():
        raise InvalidValueError("the file is empty.", remedy="Export it again.")
    return text.replace("\x00", "")


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:4096]
    # Half of the bytes of Western text in UTF-16 are zero.
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[offset::2].count(0) > 0.4 * (len(head) / 2):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")

"""JSON text to values, within bounded memory and time.

Two readings: the strict and fast one first; where it fails, a second that tells what is wrong
and saves what can be judged event by event. What each oddity gives:

- invalid UTF-8, broken syntax, too deep or too many values: the request is refused
- half of a surrogate pair (a text cut in an emoji): the replacement character U+FFFD
- ``NaN``, ``Infinity``, ``1e999``, numbers of many digits: a number that is not finite, for which
  the event that holds it is refused
- a name twice in one object: the last one counts, as in browsers
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.limits import MAX_CONTAINERS, MAX_VALUES

_BOM = b"\xef\xbb\xbf"

# Far above what an event may nest and far below Python's own limit of recursion.
_MAX_DOCUMENT_DEPTH = 200

# A string that never ends reaches the end of the text: no place is looked at twice.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)

# An escaped backslash and a whole pair are matched only to be stepped over.
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_MAX_HALVES = 100_000
_MAX_WHOLE_DIGITS = 18


def parse_json(text: bytes) -> Any:
    """The value of a JSON text.

    Raises ``RequestRefusedError`` 400 for what is no JSON, 413 for too many values.
    """
    text = text.removeprefix(_BOM)
    plausible = (
        text.count(b"{") + text.count(b"[") <= MAX_CONTAINERS and text.count(b",") <= MAX_VALUES
    )
    if not plausible:
        check_structure(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_leniently(text)


def check_structure(text: bytes) -> None:
    """Raise when ``text`` has too many values or levels; looks at brackets, builds nothing."""
    depth = containers = values = strings = 0
    for match in _TOKEN.finditer(text):
        mark = text[match.start()]
        if mark in b"[{":
            depth += 1
            containers += 1
        elif mark in b"]}":
            depth -= 1
        elif mark in b",":
            values += 1
        else:
            strings += 1
        if depth > _MAX_DOCUMENT_DEPTH:
            raise RequestRefusedError(
                400, "too-deep", f"lists and objects nest at most {_MAX_DOCUMENT_DEPTH} deep."
            )
        if containers > MAX_CONTAINERS or values > MAX_VALUES or strings > 3 * MAX_VALUES:
            raise RequestRefusedError(
                413,
                "too-many-values",
                f"a request holds at most {MAX_CONTAINERS:,} lists and objects "
                f"and {MAX_VALUES:,} values.",
                remedy="Send fewer events at once.",
            )


def _parse_leniently(text: bytes) -> Any:
    check_structure(text)
    try:
        whole = _mend_surrogates(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestRefusedError(
            400, "not-utf8", f"the body must be UTF-8; byte {error.start} is not."
        ) from error
    try:
        return json.loads(whole, parse_int=_parse_whole)
    except ValueError as error:
        raise RequestRefusedError(400, "not-json", f"the body is no JSON: {error}.") from error


def _parse_whole(digits: str) -> int | float:
    """Whole numbers of more digits are out of range anyhow, and costly to read exactly."""
    return int(digits) if len(digits) <= _MAX_WHOLE_DIGITS else float(digits)


def _mend_surrogates(text: bytes) -> bytes | bytearray:
    """``text`` with each half of a surrogate pair replaced; in place, as both are six bytes."""
    if b"\\ud" not in text and b"\\uD" not in text:
        return text
    mended = bytearray(text)
    halves = 0
    for match in _SURROGATE.finditer(text):
        if match[1] is None:
            continue
        halves += 1
        if halves > _MAX_HALVES:
            raise RequestRefusedError(
                400, "not-json", f"the body holds more than {_MAX_HALVES:,} halves of characters."
            )
        mended[match.start() : match.end()] = b"\\ufffd"
    return mended

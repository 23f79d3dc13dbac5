"""Bodies: every form times every encoding gives the same value, and damage has a name."""

from __future__ import annotations

import zlib
from urllib.parse import quote

import pytest

from pilothouse.connect.ingest import bodies
from pilothouse.connect.ingest.bodies import read_body
from pilothouse.connect.ingest.errors import RequestRefusedError
from tests.connect.ingest.makers import (
    make_batch,
    make_raw,
    to_bare_deflate,
    to_base64,
    to_gzip,
    to_json,
)

VALUE = make_batch(make_raw(properties={"text": "ä + b & c = 100 % \N{ROCKET}"}))
TEXT = to_json(VALUE)
JSON, PLAIN, FORM = "application/json", "text/plain", "application/x-www-form-urlencoded"

CONTENTS = {
    "json": TEXT,
    "json with a mark of order": b"\xef\xbb\xbf" + TEXT,
    "json in spaces": b" \r\n\t" + TEXT + b"\n",
    "base64": to_base64(TEXT),
    "base64 in lines": to_base64(TEXT)[:40] + b"\r\n" + to_base64(TEXT)[40:],
    "base64 of gzip": to_base64(to_gzip(TEXT)),
    "base64 for urls": to_base64(to_gzip(TEXT)).replace(b"+", b"-").replace(b"/", b"_"),
    "base64 unpadded": to_base64(to_gzip(TEXT)).rstrip(b"="),
    "form of json": b"data=" + quote(TEXT, safe="").encode(),
    "form among fields": b"ip=1&data=" + quote(TEXT, safe="").encode() + b"&verbose=1",
    "form of base64": b"data=" + quote(to_base64(TEXT), safe="").encode(),
    "form of base64 unquoted": b"data=" + to_base64(TEXT),
    "form of base64 of gzip": b"data=" + quote(to_base64(to_gzip(TEXT)), safe="").encode(),
}
ENCODINGS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": to_gzip,
    "GZIP ": to_gzip,
    "deflate": zlib.compress,
}


# Bare base64 is no form.
LABELS = [
    (form, label)
    for form in CONTENTS
    for label in (JSON, PLAIN, FORM, "", "application/octet-stream")
    if not (label == FORM and form.startswith("base64"))
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("form", "content_type"), LABELS)
def test_every_form_in_every_encoding_gives_the_value(form, encoding, content_type):
    raw = ENCODINGS[encoding](CONTENTS[form])
    assert read_body(raw, content_type=content_type, content_encoding=encoding) == VALUE


@pytest.mark.parametrize("content_type", [JSON, PLAIN, FORM])
def test_gzip_is_known_by_its_first_bytes(content_type):
    assert read_body(to_gzip(TEXT), content_type=content_type) == VALUE


@pytest.mark.parametrize("compression", ["", "gzip", "gzip-js", "base64", "GZIP-JS"])
def test_the_compression_in_the_url_may_be_any_we_know(compression):
    assert read_body(to_gzip(TEXT), params={"compression": compression}) == VALUE


@pytest.mark.parametrize("data", [TEXT, to_base64(TEXT), to_base64(to_gzip(TEXT))])
def test_a_get_carries_its_events_in_the_url(data):
    assert read_body(b"", params={"data": data.decode()}) == VALUE


def test_deflate_without_its_wrapping_is_read_too():
    assert read_body(to_bare_deflate(TEXT), content_encoding="deflate") == VALUE


def test_several_gzip_members_and_padding_are_one_body():
    raw = to_gzip(TEXT[:50]) + to_gzip(b"") + to_gzip(TEXT[50:]) + b"\0" * 512
    assert read_body(raw) == VALUE


@pytest.mark.parametrize("size_bytes", [1, 2, 3, 64 * 1024 - 1, 64 * 1024 + 1])
def test_percent_signs_are_never_torn_between_pieces(size_bytes, monkeypatch):
    monkeypatch.setattr(bodies, "_UNQUOTE_BYTES", max(3, size_bytes))
    assert read_body(CONTENTS["form of json"]) == VALUE


@pytest.mark.parametrize("size_bytes", [1_048_576, 1_048_577, 5_000_000])
def test_a_body_that_inflates_to_whole_pieces_is_not_cut_short(size_bytes):
    padded = TEXT + b" " * (size_bytes - len(TEXT))
    assert read_body(to_gzip(padded)) == VALUE


REFUSED = {
    "nothing": (b"", {}, 400, "empty"),
    "spaces": (b" \n ", {}, 400, "empty"),
    "an empty gzip": (to_gzip(b""), {}, 400, "empty"),
    "gzip promised, json sent": (TEXT, {"content_encoding": "gzip"}, 400, "bad-compression"),
    "gzip cut short": (to_gzip(TEXT)[:-9], {}, 400, "bad-compression"),
    "gzip cut in its header": (to_gzip(TEXT)[:5], {}, 400, "bad-compression"),
    "gzip with a wrong sum": (to_gzip(TEXT)[:-8] + b"\1" * 8, {}, 400, "bad-compression"),
    "gzip with more behind": (to_gzip(TEXT) + b"more", {}, 400, "bad-compression"),
    "too many members": (to_gzip(b"") * 101, {}, 400, "bad-compression"),
    "bad deflate": (b"\x78\x9cnonsense", {"content_encoding": "deflate"}, 400, "bad-compression"),
    "zstd": (b"x", {"content_encoding": "zstd"}, 415, "unsupported-compression"),
    "gzip twice": (to_gzip(to_gzip(TEXT)), {}, 400, "not-json"),
    "lz64": (TEXT, {"params": {"compression": "lz64"}}, 415, "unsupported-compression"),
    "a form without data": (b"a=1", {"content_type": FORM}, 400, "no-data"),
    "a form with a bare percent sign": (b'data={"a": "100 %"}', {}, 400, "bad-form"),
    "too many halves of pairs": (b'["' + rb"\ud800" * 100_001 + b'"]', {}, 400, "not-json"),
    "base64 cut short": (to_base64(TEXT)[:-21], {}, 400, "not-json"),
    "base64 of one letter more": (to_base64(TEXT).rstrip(b"=") + b"AAAAA", {}, 400, "not-json"),
    "prose": (b"hello there!", {}, 400, "not-json"),
    "a number": (b"17", {}, 400, "not-json"),
    "json cut short": (TEXT[:-3], {}, 400, "not-json"),
    "json and more": (TEXT + b"{", {}, 400, "not-json"),
    "latin-1": ('{"a": "ä"}'.encode("latin-1"), {}, 400, "not-utf8"),
    "utf-16": (TEXT.decode().encode("utf-16"), {}, 400, "not-json"),
    "a surrogate as bytes": (b'{"a": "\xed\xa0\x80"}', {}, 400, "not-utf8"),
    "200 brackets": (b"[" * 300 + b"NaN" + b"]" * 300, {}, 400, "too-deep"),
    "100,000 brackets": (b"[" * 100_000 + b"]" * 100_000, {}, 400, "too-deep"),
    "100,000 brackets, none closed": (b"[" * 100_000, {}, 400, "too-deep"),
    "many lists": (b"[" + b"[]," * 200_000 + b"1]", {}, 413, "too-many-values"),
    "many numbers": (b"[" + b"1," * 700_000 + b"1]", {}, 413, "too-many-values"),
    "too large": (b" " * (20 * 2**20 + 1), {}, 413, "request-too-large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_by_name(case):
    raw, arguments, status, code = REFUSED[case]
    with pytest.raises(RequestRefusedError) as caught:
        read_body(raw, **arguments)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.sentence


def test_commas_and_brackets_within_texts_are_no_values():
    value = [{"text": '[{,"\\' * 30_000}, {"text": "[" * 300_000 + "," * 700_000}]
    assert read_body(to_json(value)) == value


def test_the_last_of_two_names_counts():
    assert read_body(b'{"a": 1, "a": 2}') == {"a": 2}


def test_half_a_pair_becomes_a_replacement_and_whole_ones_stay():
    text = rb'{"a": "x\ud83d\ude80\ud83d", "b": "\\ud83d", "c": "\ude80\ud83d"}'
    assert read_body(text) == {"a": "x🚀\ufffd", "b": "\\ud83d", "c": "\ufffd\ufffd"}

"""Whatever is sent: a refusal by name, nothing lost from the count, and bounded memory."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tracemalloc
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.connect.ingest.bodies import read_body
from pilothouse.connect.ingest.decoding import decode_legacy, decode_v1
from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.limits import MAX_NUMBER
from tests.connect.ingest.makers import (
    RECEIVED_US,
    make_batch,
    make_bomb,
    make_raw,
    to_base64,
    to_gzip,
    to_json,
)

MEBIBYTE = 2**20
LONG = "a number of 5,000 digits"

words = st.sampled_from(
    [
        *("event", "distinct_id", "uuid", "timestamp", "offset", "properties", "batch", "data"),
        *("api_key", "token", "sent_at", "options", "$set", "$anon_distinct_id", "alias"),
        *("$identify", "$create_alias", "$insert_id", "2026-11-23T09:00:00Z", "ada"),
    ]
)
texts = words | st.text(max_size=20) | st.text(st.characters(categories=["Cs", "Cc"]), max_size=5)
numbers = st.integers() | st.floats() | st.sampled_from([2**53, 2**53 + 1, 2**63, LONG])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda children: st.lists(children, max_size=5) | st.dictionaries(texts, children, max_size=8),
    max_leaves=30,
)
events = st.dictionaries(words, values, max_size=8) | st.builds(
    make_raw,
    properties=st.dictionaries(texts, values, max_size=6),
    timestamp=values | texts,
    distinct_id=values | texts,
)
requests = st.one_of(
    values,
    st.lists(events | values, max_size=6),
    st.builds(lambda raws: make_batch(*raws), st.lists(events | values, max_size=6)),
    st.fixed_dictionaries({"batch": st.lists(events, max_size=4)}, optional={"sent_at": values}),
)


def dump(value):
    """JSON as an attacker writes it: with numbers that Python itself refuses to write."""
    return json.dumps(value).replace(f'"{LONG}"', "1" * 5_000).encode()


def attempt(raw, decode=decode_legacy, *, params=None, **labels):
    """What a request gives: the value read, what was decoded of it, the status."""
    more = {} if params is None else {"params": params}
    try:
        value = read_body(raw, **more, **labels)
        return value, decode(value, received_us=RECEIVED_US, **more), 200
    except RequestRefusedError as error:
        return None, None, error.status


def count_sent(value):
    if isinstance(value, list):
        return len(value)
    for name in ("batch", "data"):
        if isinstance(value.get(name), list) and (name == "batch" or "event" not in value):
            return len(value[name])
    return 1


def check_decoded(decoded, sent):
    assert len(decoded.events) + len(decoded.refusals) == sent
    places = [each.index for each in (*decoded.events, *decoded.refusals)]
    assert sorted(places) == list(range(sent))
    for event in decoded.events:
        assert len(event.id) == 16
        assert 0 < len(event.name) <= 200
        assert 0 < len(event.actor) <= 400
        assert abs(event.time_us) < 2**53
        # What every store can hold: no NUL, no half of a pair, no number that loses digits.
        stored = [event.name, event.actor, *event.properties]
        for value in event.properties.values():
            assert value is None or type(value) in (str, float, bool)
            if type(value) is float:
                assert abs(value) <= MAX_NUMBER
            if type(value) is str:
                stored.append(value)
        assert "\0" not in "".join(stored)
        assert "".join(stored).encode()


@settings(max_examples=50, deadline=None)
@given(requests)
def test_any_json_is_counted_whole_or_refused(value):
    for decode in (decode_legacy, decode_v1):
        read, decoded, status = attempt(dump(value), decode)
        if status == 200:
            check_decoded(decoded, count_sent(read))
        else:
            assert status in (400, 401, 413)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200)
    | st.binary(max_size=100).map(lambda tail: to_gzip(b"{}")[:12] + tail)
    | st.binary(max_size=100).map(lambda data: b"data=" + quote(to_base64(data)).encode())
    | st.text('[]{}",:\\u0123dDeE+-.', max_size=100).map(str.encode),
    st.sampled_from(["", "gzip", "deflate", "br"]),
    st.sampled_from(["", "text/plain", "application/x-www-form-urlencoded"]),
    st.dictionaries(st.sampled_from(["compression", "data", "_", "token"]), texts),
)
def test_any_bytes_are_read_or_refused(raw, encoding, content_type, params):
    _, _, status = attempt(raw, content_type=content_type, content_encoding=encoding, params=params)
    assert status in (200, 400, 401, 413, 415)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_body_with_some_bytes_changed_is_read_or_refused(data):
    body = bytearray(to_json(make_batch(make_raw(), make_raw(event="$identify"))))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert attempt(bytes(body))[2] in (200, 400, 401)


def to_form(data):
    return b"data=" + quote(to_base64(data), safe="").encode()


HEAVY = {
    "a bomb of 200 MB": lambda: make_bomb(200_000_000),
    "a bomb in a form": lambda: to_form(make_bomb(200_000_000)),
    "a bomb in a bomb": lambda: to_gzip(make_bomb(200_000_000)),
    "many members": lambda: gzip.compress(b"") * 900_000,
    "small lists": lambda: b"[" + b"[]," * 6_900_000 + b"1]",
    "small objects": lambda: b"[" + b'{"a":1},' * 2_600_000 + b"1]",
    "small numbers": lambda: b"[" + b"1," * 10_000_000 + b"1]",
    "open brackets": lambda: b"[" * 20_000_000,
    "quotes": lambda: b"[" + b'"' * 20_000_000,
    "escaped quotes": lambda: b'["' + b'\\"' * 9_999_000,
    "backslashes": lambda: b'["' + b"\\" * 20_000_000,
    "digits": lambda: b'{"event":' + b"1" * 20_000_000 + b"}",
    "percent signs": lambda: b"data=" + b"%" * 20_000_000,
    "escapes": lambda: b"data=" + b"%25" * 6_900_000,
    "ampersands": lambda: b"&" * 20_000_000,
    "as many objects as allowed": lambda: (
        b'{"batch":[{"event":[' + b'{"a":"bb","c":"dd"},' * 99_000 + b"1]}]}"
    ),
    "as many values as allowed": lambda: to_json(
        make_batch(*[make_raw(properties={f"p{i}": f"v{i}" for i in range(255)})] * 2_000)
    ),
    "halves of pairs": lambda: b'{"event":"' + rb"\ud800" * 3_400_000 + b'"}',
}


SPEND = """
import json, pathlib, re, sys, time
sys.path[:0] = ["src", "."]
from tests.connect.ingest.test_hostile import HEAVY, attempt

def resident(field):
    text = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(re.search(field + r":\\s+(\\d+)", text)[1])

raw = HEAVY[sys.argv[1]]()
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
before, start = resident("VmRSS"), time.perf_counter()
status = attempt(raw)[2]
print(json.dumps([status, time.perf_counter() - start, resident("VmHWM") - before]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("case", HEAVY)
def test_twenty_megabytes_of_malice_stay_small_and_quick(case):
    # In a process of its own: room that is reserved and never touched does not count.
    run = subprocess.run(
        [sys.executable, "-c", SPEND, case], capture_output=True, text=True, check=True
    )
    status, seconds, grown_bytes = json.loads(run.stdout)
    assert status in (200, 400, 413)
    assert grown_bytes < 150 * MEBIBYTE
    assert seconds < 10


def test_a_bomb_is_stopped_at_the_limit():
    bomb = make_bomb(200_000_000)
    tracemalloc.start()
    with pytest.raises(RequestRefusedError) as caught:
        read_body(bomb)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (caught.value.status, caught.value.code) == (413, "request-too-large")
    assert len(bomb) < MEBIBYTE
    assert peak_bytes < 50 * MEBIBYTE

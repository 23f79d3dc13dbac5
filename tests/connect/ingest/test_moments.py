"""Times of events: read exactly, corrected by the client's clock, or refused."""

from __future__ import annotations

import pytest

from pilothouse.connect.ingest.errors import EventRefusedError
from pilothouse.connect.ingest.moments import parse_moment, place_moment
from pilothouse.kernel.times import HOUR_US, SECOND_US, format_instant
from tests.connect.ingest.makers import RECEIVED_US


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z"),
        ("2026-11-23T09:30:00.123456+00:00", "2026-11-23T09:30:00.123456Z"),
        ("2026-11-23T10:30:00+01:00", "2026-11-23T09:30:00Z"),
        ("2026-11-23T10:30:00.5+0100", "2026-11-23T09:30:00.500000Z"),
        ("2026-11-23 09:30:00", "2026-11-23T09:30:00Z"),
        ("2026-11-23t09:30z", "2026-11-23T09:30:00Z"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        (" 2026-11-23T09:30:00.123456789Z ", "2026-11-23T09:30:00.123456Z"),
        (1795426200, "2026-11-23T09:30:00Z"),
        (1795426200.25, "2026-11-23T09:30:00.250000Z"),
        (1795426200123, "2026-11-23T09:30:00.123000Z"),
        (31536000, "1971-01-01T00:00:00Z"),
        (31536000000, "1971-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0000"),
    ],
)
def test_times_as_clients_write_them(written, instant):
    if instant == "0000":
        assert parse_moment(written) < -62_000_000_000 * SECOND_US
    else:
        assert format_instant(parse_moment(written)) == instant


@pytest.mark.parametrize(
    "written",
    [
        *("", "yesterday", "1795426200", "2026-13-01", "2026-02-30T00:00:00Z", "0000-01-01"),
        *("20261123T093000Z", "2026-W48-1", "2026-11-23T25:00:00Z", "2026-11-23T09:30:00+99:00"),
        *("2026-11-23T09:30:00Z; drop", "2026-11-23T09:30:60Z", "２０２６-11-23", "2" * 100_000),
        *(True, [], {}, 0, -1, 17, 9_000_000_000, 1795426200123456, 2**63, float("nan")),
        *(float("inf"), 1e300),
    ],
)
def test_a_time_that_cannot_be_read_is_never_replaced(written):
    with pytest.raises(EventRefusedError) as caught:
        parse_moment(written)
    assert caught.value.code == "time-invalid"


def test_a_clock_that_is_wrong_is_corrected():
    # Sent at noon by its own clock, an hour of which lies before noon; arrived at 9:30.
    sent_us = parse_moment("2031-01-01T12:00:00Z")
    time_us = place_moment("2031-01-01T11:00:00Z", None, RECEIVED_US, RECEIVED_US - sent_us)
    assert time_us == RECEIVED_US - HOUR_US


def test_an_offset_counts_back_from_the_arrival():
    assert place_moment(None, 1500, RECEIVED_US, 10**15) == RECEIVED_US - 1_500_000


def test_no_time_is_the_time_of_arrival():
    assert place_moment(None, None, RECEIVED_US, 10**15) == RECEIVED_US


@pytest.mark.parametrize("offset_ms", [-1, "5", True, float("nan"), 1e300, 10**19, []])
def test_an_offset_that_is_no_length_of_time_is_refused(offset_ms):
    with pytest.raises(EventRefusedError, match="offset"):
        place_moment(None, offset_ms, RECEIVED_US, 0)


@pytest.mark.parametrize(
    ("timestamp", "reason"),
    [
        ("1970-12-31T23:59:59Z", "time-range"),
        ("1971-01-01T00:00:00Z", None),
        ("2026-11-24T08:30:00Z", None),
        ("2026-11-24T08:30:00.000001Z", "time-future"),
        ("2199-12-31T23:59:59Z", "time-future"),
        ("2200-01-01T00:00:00Z", "time-range"),
        ("9999-12-31T23:59:59Z", "time-range"),
        ("9999-12-31T23:59:59-12:00", "time-range"),
    ],
)
def test_the_edges_of_what_is_believed(timestamp, reason):
    if reason is None:
        assert place_moment(timestamp, None, RECEIVED_US, 0) == parse_moment(timestamp)
        return
    with pytest.raises(EventRefusedError) as caught:
        place_moment(timestamp, None, RECEIVED_US, 0)
    assert caught.value.code == reason

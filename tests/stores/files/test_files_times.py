"""Times to the microsecond, in every spelling, with zones and their changes."""

# ruff: noqa: DTZ001 - local times without a zone are what is tested
from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.times import to_us
from pilothouse.stores.files.times import localize, read_times

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")


def read_one(text, form="iso", zone=UTC):
    times, states = read_times(pa.array([text]), form, zone)
    return datetime.fromtimestamp(times[0] / 1e6, timezone.utc).isoformat() if states[0] else None


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2024-02-29", "iso", "2024-02-29T00:00:00+00:00"),
        ("2023-02-29", "iso", None),
        ("2024-01-31 14:05", "iso", "2024-01-31T14:05:00+00:00"),
        ("2024-01-31T14:05:06.5+01:00", "iso", "2024-01-31T13:05:06.500000+00:00"),
        ("2024-01-31T14:05:06,25-0130", "iso", "2024-01-31T15:35:06.250000+00:00"),
        ("2024-01-31 14:05:06 UTC", "iso", "2024-01-31T14:05:06+00:00"),
        ("2024/01/31 02:05:06 PM GMT+1", "iso", "2024-01-31T13:05:06+00:00"),
        ("2024-01-31T14:05:06.123456789Z", "iso", "2024-01-31T14:05:06.123456+00:00"),
        ("20240131T140506Z", "iso", "2024-01-31T14:05:06+00:00"),
        ("2024-01-31T24:00", "iso", None),
        ("2024-01-31T10:60", "iso", None),
        ("2024-01-31T10:00:00+", "iso", None),
        ("2024-01-31T10:00:00Zebra", "iso", None),
        ("20240131", "date", "2024-01-31T00:00:00+00:00"),
        ("20240132", "date", None),
        ("31/01/24", "day-first", "2024-01-31T00:00:00+00:00"),
        ("31/01/24", "month-first", None),
        ("1/31/2024 12:05 AM", "month-first", "2024-01-31T00:05:00+00:00"),
        ("1700000000", "epoch-s", "2023-11-14T22:13:20+00:00"),
        ("1.7e9", "epoch-s", "2023-11-14T22:13:20+00:00"),
        ("1700000000123.5", "epoch-ms", "2023-11-14T22:13:20.123500+00:00"),
        ("9" * 40, "epoch-s", None),
        ("1e400", "epoch-s", None),
        ("NaN", "epoch-s", None),
        ("31.01.2024 23h", "%d.%m.%Y %Hh", "2024-01-31T23:00:00+00:00"),
    ],
)
def test_spelling(text, form, expected):
    assert read_one(text, form) == expected


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31)), st.sampled_from("T "))
@settings(max_examples=100, deadline=None)
def test_iso_agrees_with_python(moment, between):
    times, _ = read_times(pa.array([moment.isoformat(between)]), "iso", UTC)
    assert times[0] == to_us(moment.replace(tzinfo=timezone.utc))


@given(st.integers(0, 7_258_118_399_999_999))
@settings(max_examples=100, deadline=None)
def test_fractions_of_epoch_seconds_are_exact(micros):
    text = str(Decimal(micros) / 1_000_000)
    as_text, _ = read_times(pa.array([text]), "epoch-s", UTC)
    assert as_text[0] == micros


@given(st.integers(0, 4_102_444_799_999_999))
@settings(max_examples=100, deadline=None)
def test_doubles_give_the_microsecond_that_was_written(micros):
    as_double, _ = read_times(pa.array([micros / 1e6]), "epoch-s", UTC)
    assert as_double[0] == micros


def test_an_hour_that_is_skipped_and_one_that_comes_twice():
    assert read_one("2024-03-31 02:30", zone=BERLIN) == "2024-03-31T01:30:00+00:00"
    assert read_one("2024-10-27 02:30", zone=BERLIN) == "2024-10-27T00:30:00+00:00"
    assert read_one("2024-10-27 03:00", zone=BERLIN) == "2024-10-27T02:00:00+00:00"


@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
@settings(max_examples=50, deadline=None)
def test_zones_agree_with_python_one_by_one(moments, name):
    zone = ZoneInfo(name)
    local = np.array([to_us(moment.replace(tzinfo=timezone.utc)) for moment in moments])
    expected = [to_us(moment.replace(tzinfo=zone)) for moment in moments]
    assert localize(local, zone).tolist() == expected


def test_typed_times_keep_their_zone_or_take_that_of_the_mapping():
    aware = pa.array([0, None], pa.timestamp("ms", tz="Asia/Tokyo"))
    naive = pa.array([0], pa.timestamp("ns"))
    assert read_times(aware, "iso", BERLIN)[1].tolist() == [2, 0]
    assert read_times(naive, "iso", BERLIN)[0].tolist() == [-3_600_000_000]
    assert read_times(pa.array([1], pa.date32()), "iso", UTC)[0].tolist() == [86_400_000_000]


@pytest.mark.parametrize(
    "kind", [pa.timestamp("s"), pa.timestamp("ms", tz="UTC"), pa.timestamp("us"), pa.date32()]
)
def test_typed_times_past_all_calendars_do_not_wrap_into_the_present(kind):
    bits = 31 if kind == pa.date32() else 63
    whole = pa.int32() if bits == 31 else pa.int64()
    times, _ = read_times(pa.array([2**bits - 1, 1 - 2**bits], whole).cast(kind), "iso", BERLIN)
    assert times[0] > to_us(datetime(2200, 1, 1, tzinfo=timezone.utc))
    assert times[1] < 0

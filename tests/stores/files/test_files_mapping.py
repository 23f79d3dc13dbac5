"""What columns mean, guessed and given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.stores.files import (
    ColumnRef,
    Constant,
    Mapping,
    PropertyRef,
    detect,
    from_json,
    guess_mapping,
    preview,
    to_json,
)
from tests.stores.files.conftest import read_all

MIXPANEL = (
    '{"event":"Signup","properties":{"time":1700000000,"distinct_id":"u1",'
    '"$insert_id":"i1","plan":"pro"}}\n'
    '{"event":"Visit","properties":{"time":1700000100,"distinct_id":"u1","$insert_id":"i2"}}\n'
)
AMPLITUDE = (
    '{"event_type":"buy","user_id":null,"device_id":"d1","event_time":"2026-01-02 03:04:05.678000",'
    '"$insert_id":"a","event_properties":{"amount":9.5},"user_properties":{"vip":true}}\n'
)
SEGMENT = (
    '{"type":"track","event":"Buy","userId":"u1","anonymousId":"x","messageId":"m1",'
    '"timestamp":"2026-01-02T03:04:05Z","properties":{"amount":5}}\n'
    '{"type":"page","userId":null,"anonymousId":"x","messageId":"m2",'
    '"timestamp":"2026-01-02T03:04:06Z","properties":{"amount":null}}\n'
)
POSTHOG = (
    '{"event":"$pageview","distinct_id":"u1","uuid":"018c0000-0000-7000-8000-000000000001",'
    '"timestamp":"2026-01-02T03:04:05Z","properties":{"$browser":"Firefox"}}\n'
)


def test_mixpanel_keeps_actor_time_and_id_inside_properties(make_file):
    path = make_file(MIXPANEL)
    mapping = guess_mapping(detect(path))
    assert mapping.actor.name == "properties.distinct_id"
    assert (mapping.time.name, mapping.time_format) == ("properties.time", "epoch-s")
    assert mapping.id == ColumnRef("properties.$insert_id")
    rows = read_all(path, mapping).rows
    assert [row["p:plan"] for row in rows] == ["pro", None]
    assert rows[1]["time"].isoformat() == "2023-11-14T22:15:00+00:00"


def test_amplitude_takes_the_device_where_no_user_is_known(make_file):
    (row,) = read_all(make_file(AMPLITUDE)).rows
    assert (row["event"], row["actor"]) == ("buy", "d1")
    assert row["time"].isoformat() == "2026-01-02T03:04:05.678000+00:00"
    assert row["p:amount"] == 9.5
    assert row["p:user_properties"] == '{"vip":true}'


def test_segment_names_a_page_call_by_its_type(make_file):
    reading = read_all(make_file(SEGMENT))
    assert [(r["event"], r["actor"]) for r in reading.rows] == [("Buy", "u1"), ("page", "x")]


def test_posthog_uuid_is_the_id(make_file):
    (row,) = read_all(make_file(POSTHOG)).rows
    assert row["id"].hex() == "018c0000000070008000000000000001"
    assert row["p:$browser"] == "Firefox"


def rows_with(*more: str) -> str:
    """Thirty rows of one person, each with an id of its own, and ``more``."""
    lines = [f"ann,a,2024-01-31T10:{n:02}:00Z,e{n},x,2024-02-01" for n in range(30)]
    return "\n".join(["actor,event,time,id,plan,received", *lines, *more, ""])


@pytest.mark.parametrize(
    ("again", "is_id"),
    [
        # Sent twice: the same but for when it came in.
        ("ann,a,2024-01-31T10:03:00Z,e3,x,2024-02-02", True),
        ("ann,a,2024-01-31T10:03:00Z,e3,x,2024-02-01", True),
        # Another event, or the same with other properties: lines of one order.
        ("ann,b,2024-01-31T10:03:00Z,e3,x,2024-02-01", False),
        ("ann,a,2024-01-31T10:03:00Z,e3,y,2024-02-01", False),
        ("ann,a,2024-01-31T10:03:00Z,,x,2024-02-01", False),
    ],
)
def test_an_id_may_come_twice_with_one_event_only(make_file, again, is_id):
    mapping = guess_mapping(detect(make_file(rows_with(again))))
    assert (mapping.id == ColumnRef("id")) is is_id


def test_what_is_there_often_is_no_id(make_file):
    same = ["ann,a,2024-01-31T10:03:00Z,e3,x,2024-02-01"] * 4
    assert guess_mapping(detect(make_file(rows_with(*same)))).id is None


def test_a_log_without_events_is_one_of_purchases(make_file):
    mapping = guess_mapping(detect(make_file("customer_id,date,amount\n7,20240131,1.5\n")))
    assert (mapping.event, mapping.time_format) == (Constant("purchase"), "date")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2024-01-31T10:00:00Z", "iso"),
        ("2024-01-31", "date"),
        ("20240131", "date"),
        ("1700000000", "epoch-s"),
        ("1700000000.25", "epoch-s"),
        ("1700000000000", "epoch-ms"),
        ("1700000000000000", "epoch-us"),
        ("31/01/2024 14:05", "day-first"),
        ("1/31/2024 2:05 PM", "month-first"),
        ("31.1.2024", "day-first"),
        ("14/Jul/25 3:42 PM", "%d/%b/%y %I:%M %p"),
        ("12 Mar 2024", "%d %b %Y"),
    ],
)
def test_time_format(make_file, text, form):
    mapping = guess_mapping(detect(make_file(f"actor,event,time\nann,a,{text}\nbo,b,{text}\n")))
    assert mapping.time_format == form


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("1", "2.5"), "number"),
        (("true", "False"), "bool"),
        (("pro", "1"), "text"),
        (("007", "008"), "text"),
        (("12345678901234567", "1"), "text"),
        (("", ""), "text"),
        (("NaN", "1"), "text"),
    ],
)
def test_kind_of_a_property(make_file, values, kind):
    rows = "".join(f"ann,a,2024-01-01,{value}\n" for value in values)
    mapping = guess_mapping(detect(make_file("actor,event,time,x\n" + rows)))
    assert mapping.properties[0].kind == kind


def test_repeated_columns_become_properties_of_their_own(read):
    (row,) = read("actor,event,time,tag,tag\nann,a,2024-01-01,x,y\n").rows
    assert (row["p:tag"], row["p:tag 2"]) == ("x", "y")


def test_a_file_without_a_time_asks_for_one(make_file):
    with pytest.raises(InvalidValueError, match="known to be the time"):
        guess_mapping(detect(make_file("actor,event\nann,a\n")))


def test_a_mapping_that_names_a_missing_column_is_refused(make_file):
    mapping = Mapping(Constant("a"), ColumnRef("nobody"), ColumnRef("time"))
    with pytest.raises(InvalidValueError, match="no such column"):
        read_all(make_file("actor,time\nann,2024-01-01\n"), mapping)


def test_preview_shows_rows_counts_and_warnings(make_file):
    path = make_file("actor,event,time,n\nann,a,03/04/2024,1\nbo,b,05/06/2024,2\nbo,b,x,3\n")
    seen = preview(path, guess_mapping(detect(path), zone="Europe/Berlin"))
    assert seen.rows[0] == {
        "event": "a",
        "actor": "ann",
        "time": "2024-04-02T22:00:00Z",
        "properties": {"n": 1.0},
    }
    assert (seen.events, seen.sampled) == ((("a", 1), ("b", 1)), 3)
    assert [each.line for each in seen.refusals.examples] == [4]
    assert "Day and month could be swapped: read as day-first." in seen.warnings
    assert "Times have no zone: read as Europe/Berlin." in seen.warnings


names = st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text)
refs = st.builds(ColumnRef, names, st.none() | st.integers(0, 99), st.just("") | names)
mappings = st.builds(
    Mapping,
    event=refs | st.builds(Constant, names),
    actor=refs,
    time=refs,
    time_format=st.sampled_from(["iso", "date", "day-first", "epoch-ms", "%d.%m.%Y %H:%M"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    id=st.none() | refs,
    properties=st.lists(
        st.builds(PropertyRef, refs, names, st.sampled_from(["text", "number", "bool"])),
        max_size=4,
        unique_by=lambda each: each.name,
    ).map(tuple),
    rest=st.booleans(),
    flatten=st.lists(names, max_size=2).map(tuple),
    ignored=st.lists(names, max_size=2).map(tuple),
)


@given(mappings)
@settings(max_examples=50, deadline=None)
def test_json_gives_the_mapping_back(mapping):
    assert from_json(to_json(mapping)) == mapping


GOOD = to_json(Mapping(ColumnRef("event"), ColumnRef("actor"), ColumnRef("time")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"event": None}, "event must be an object"),
        ({"actor": {"column": 5}}, "actor.column must be text"),
        ({"actor": {"column": "a", "position": -1}}, "from 0"),
        ({"time_format": "fortnights"}, "a time format"),
        ({"time_format": "%Q"}, "not a pattern"),
        ({"zone": "Mars/Base"}, "IANA"),
        ({"rest": "yes"}, "true or false"),
        ({"properties": {}}, "must be a list"),
        ({"properties": [{"column": "a", "kind": "date"}]}, "kind"),
        ({"properties": [{"column": "a"}, {"column": "a"}]}, "one property"),
        ({"properties": [{"column": str(i)} for i in range(256)]}, "at most 255"),
        ({"event": {"constant": ""}}, "1 to 200"),
        ({"colour": 1}, "no such field"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_value_and_rule(change, words):
    with pytest.raises(InvalidValueError, match=words):
        from_json({**GOOD, **change})

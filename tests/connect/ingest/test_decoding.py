"""Events in all forms: what is kept, what is refused and why, and that none goes missing."""

from __future__ import annotations

import uuid

import orjson
import pytest

from pilothouse.connect.ingest.bodies import read_body
from pilothouse.connect.ingest.decoding import decode_legacy, decode_v1
from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.events import IdentityLink
from pilothouse.kernel.ids import event_id
from pilothouse.kernel.times import HOUR_US, MINUTE_US, SECOND_US
from tests.connect.ingest.makers import KEY, RECEIVED_US, make_batch, make_raw, to_json


def decode(value, **params):
    return decode_legacy(read_body(to_json(value)), received_us=RECEIVED_US, params=params)


def decode_one(**changes):
    decoded = decode(make_batch(make_raw(**changes)))
    assert not decoded.refusals
    return decoded.events[0]


def refuse_one(**changes):
    decoded = decode(make_batch(make_raw(**changes)))
    assert not decoded.events
    return decoded.refusals[0]


def test_an_event_is_kept_as_it_was_sent():
    event = decode_one()
    assert (event.name, event.actor, event.index) == ("report shared", "ada", 0)
    assert event.time_us == RECEIVED_US - MINUTE_US
    assert event.properties == {"plan": "pro", "seats": 3.0}
    assert event.client_id == "0192f0c1-2b3c-7d4e-8f50-112233445566"
    assert event.id == uuid.UUID(event.client_id).bytes


@pytest.mark.parametrize(
    "value",
    [
        make_batch(make_raw()),
        {"token": KEY, "batch": [make_raw()]},
        [make_raw(api_key=KEY)],
        [make_raw(properties={"token": KEY, "plan": "pro", "seats": 3})],
        {"data": [make_raw()], "api_key": KEY},
        {"data": make_raw(), "api_key": KEY},
        make_raw(api_key=KEY),
        make_raw(token=f" {KEY} "),
    ],
)
def test_all_forms_mean_the_same(value):
    decoded = decode(value)
    assert decoded.key == KEY
    assert [event.properties for event in decoded.events] == [{"plan": "pro", "seats": 3.0}]


@pytest.mark.parametrize("name", ["api_key", "token"])
def test_the_key_may_stand_in_the_url(name):
    assert decode([make_raw()], **{name: KEY}).key == KEY


def test_without_a_key_the_events_are_still_read():
    decoded = decode([make_raw()])
    assert decoded.key is None
    assert len(decoded.events) == 1


def test_a_property_called_token_that_is_not_the_key_stays():
    assert decode_one(properties={"token": "t-17"}).properties == {"token": "t-17"}


@pytest.mark.parametrize("place", [{"api_key": "other"}, {"properties": {"token": "other"}}])
def test_events_of_another_product_are_not_mixed_in(place):
    first = make_raw(properties={"token": KEY})
    decoded = decode([first, make_raw(**place)])
    assert (decoded.key, len(decoded.events)) == (KEY, 1)
    assert decoded.refusals[0].reason == "other-key"


def test_lists_and_objects_become_canonical_json():
    event = decode_one(properties={"b": {"z": [1, "é"], "a": None}, "$set": {"name": "Ada"}})
    assert event.properties == {"b": '{"a":null,"z":[1,"é"]}', "$set": '{"name":"Ada"}'}


def test_fields_beside_the_properties_join_them_and_never_win():
    event = decode_one(
        properties={"$set": {"a": 1}}, **{"$set": {"a": 2}, "$set_once": {"b": 3}}, session_id="s"
    )
    assert event.properties == {"$set": '{"a":1}', "$set_once": '{"b":3}', "$session_id": "s"}


def test_texts_are_cleaned_and_nothing_else_is():
    event = decode_one(properties={"a": "x\0y", "b": "e\u0301", "c": " ", "d": True, "e": None})
    assert event.properties == {"a": "xy", "b": "é", "c": " ", "d": True, "e": None}


@pytest.mark.parametrize("number", [0, -1.5, 2**53, -(2**53), 1e-300])
def test_numbers_are_doubles(number):
    kept = decode_one(properties={"x": number}).properties["x"]
    assert kept == number
    assert type(kept) is float


@pytest.mark.parametrize("text", ["9223372036854775808", "1" * 5000, "1e400", "NaN", "-Infinity"])
@pytest.mark.parametrize("wrap", ["%s", "[%s]", '{"a": [{"b": %s}]}'])
def test_numbers_that_would_lose_digits_refuse_their_event_alone(text, wrap):
    bad = b'{"event": "e", "distinct_id": "a", "properties": {"x": %s}}' % (wrap % text).encode()
    body = b'{"api_key": "k", "batch": [%s, %s]}' % (to_json(make_raw()), bad)
    decoded = decode_legacy(read_body(body), received_us=RECEIVED_US)
    assert [event.index for event in decoded.events] == [0]
    assert [(r.reason, r.index) for r in decoded.refusals] == [("number-range", 1)]
    assert "Send long numbers as text." in decoded.refusals[0].sentence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"distinct_id": None}, "actor-missing"),
        *(
            ({"distinct_id": word}, "actor-illegal")
            for word in ("", " ", "null", "None", "NaN", "undefined", "0", 0, "Anonymous", "GUEST")
        ),
        ({"distinct_id": "[object Object]"}, "actor-illegal"),
        ({"distinct_id": True}, "actor-illegal"),
        ({"distinct_id": 1.5}, "actor-illegal"),
        ({"distinct_id": ["a"]}, "actor-illegal"),
        ({"distinct_id": "a\0b"}, "actor-illegal"),
        ({"distinct_id": "a" * 401}, "actor-illegal"),
        ({"event": None}, "event-name"),
        ({"event": " "}, "event-name"),
        ({"event": 5}, "event-name"),
        ({"event": "e" * 201}, "event-name"),
        ({"event": "a\0"}, "event-name"),
        ({"uuid": 5}, "id-invalid"),
        ({"uuid": ""}, "id-invalid"),
        ({"uuid": "u" * 201}, "id-invalid"),
        ({"properties": []}, "properties-invalid"),
        ({"properties": "a"}, "properties-invalid"),
        ({"options": [1]}, "options-invalid"),
        ({"properties": {"": 1}}, "property-name"),
        ({"properties": {"n" * 201: 1}}, "property-name"),
        ({"properties": {"a\0": 1}}, "property-name"),
        ({"properties": {f"p{i}": i for i in range(256)}}, "too-many-properties"),
        ({"properties": {"a": "x" * 8193}}, "text-too-long"),
        ({"properties": {"a": ["x" * 8193]}}, "text-too-long"),
        ({"timestamp": "soon"}, "time-invalid"),
        ({"timestamp": ""}, "time-invalid"),
        ({"timestamp": "0000-01-01T00:00:00Z"}, "time-invalid"),
        ({"timestamp": "9999-01-01T00:00:00Z"}, "time-range"),
        ({"timestamp": "2026-11-25T00:00:00Z"}, "time-future"),
        ({"timestamp": None, "offset": -5}, "time-invalid"),
        ({"event": "$create_alias"}, "identity-invalid"),
        ({"event": "$identify", "properties": {"$anon_distinct_id": "0"}}, "identity-invalid"),
        ({"properties": {"a": "x" * 2**20}}, "event-too-large"),
    ],
)
def test_a_broken_rule_has_a_reason_and_a_sentence(changes, reason):
    refusal = refuse_one(**changes)
    assert refusal.reason == reason
    assert refusal.sentence.endswith(".")
    assert len(refusal.example) <= 80
    assert len(refusal.sentence) < 500


@pytest.mark.parametrize("raw", [None, 5, "event", [], [make_raw()], True])
def test_an_event_that_is_no_object_is_refused(raw):
    assert decode(make_batch(raw)).refusals[0].reason == "event-invalid"


def test_numbers_name_actors_too():
    assert decode_one(distinct_id=4711).actor == "4711"


def test_the_actor_may_stand_among_the_properties():
    event = decode_one(distinct_id=None, properties={"distinct_id": " eve "})
    assert event.actor == "eve"


def test_limits_are_the_last_that_is_allowed():
    event = decode_one(
        event="e" * 200,
        distinct_id="a" * 400,
        properties={f"p{i}": "x" * 2_000 for i in range(254)} | {"n" * 200: "x" * 8192},
    )
    assert len(event.properties) == 255


def nest(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


def test_twenty_levels_are_allowed_the_event_being_the_first():
    assert decode_one(properties={"a": nest(18)})
    assert refuse_one(properties={"a": nest(19)}).reason == "too-deep"
    assert refuse_one(properties={"a": nest(900)}).reason == "too-deep"


def make_raw_of(size_bytes):
    """An event whose JSON has exactly so many bytes."""
    texts = {f"p{i}": "x" * 8_000 for i in range(129)} | {"q": "", "r": ""}
    missing = size_bytes - len(orjson.dumps(make_raw(properties=texts)))
    texts |= {"q": "x" * (missing // 2), "r": "x" * (missing - missing // 2)}
    return make_raw(properties=texts)


def test_an_event_of_one_byte_too_many_is_refused():
    decoded = decode(make_batch(make_raw_of(2**20), make_raw_of(2**20 + 1)))
    assert [event.index for event in decoded.events] == [0]
    assert [(r.index, r.reason) for r in decoded.refusals] == [(1, "event-too-large")]


@pytest.mark.parametrize("field", ["uuid", "$insert_id"])
def test_ids_are_those_of_the_client(field):
    event = decode_one(**{"uuid": None, field: "order-17"})
    assert (event.id, event.client_id) == (event_id("order-17"), "order-17")


def test_an_id_may_stand_among_the_properties():
    event = decode_one(uuid=None, properties={"$insert_id": "order-17"})
    assert event.id == event_id("order-17")


def test_without_an_id_events_are_told_apart_and_tries_are_one():
    raws = [make_raw(uuid=None), make_raw(uuid=None), make_raw(uuid=None, event="other")]
    first = decode(make_batch(*raws, sent_at="2026-11-23T09:30:00Z"))
    again = decode(make_batch(*raws, sent_at="2026-11-23T09:30:07Z"))
    assert first.events[0].time_us != again.events[0].time_us
    assert len({event.id for event in first.events}) == 3
    assert [event.id for event in first.events] == [event.id for event in again.events]


def test_without_id_and_time_every_arrival_is_another_event():
    value = make_batch(make_raw(uuid=None, timestamp=None))
    first = decode_legacy(value, received_us=RECEIVED_US).events[0]
    later = decode_legacy(value, received_us=RECEIVED_US + 1).events[0]
    assert first.id != later.id


def test_a_client_that_says_when_it_sent_is_corrected():
    decoded = decode(make_batch(make_raw(), sent_at="2026-11-23T08:30:00Z"))
    assert decoded.events[0].time_us == RECEIVED_US - MINUTE_US + HOUR_US


def test_browsers_say_it_in_the_url():
    decoded = decode(make_batch(make_raw()), _=str(RECEIVED_US // 1000 + 5_000))
    assert decoded.events[0].time_us == RECEIVED_US - MINUTE_US - 5 * SECOND_US


@pytest.mark.parametrize("mark", ["", "²²²²²²²²²²²²²", "17", "abc"])
def test_other_marks_against_caches_are_no_times(mark):
    assert decode(make_batch(make_raw()), _=mark).events[0].time_us == RECEIVED_US - MINUTE_US


def test_history_is_not_corrected():
    decoded = decode(
        make_batch(make_raw(), sent_at="2020-01-01T00:00:00Z", historical_migration=True)
    )
    assert decoded.events[0].time_us == RECEIVED_US - MINUTE_US


def test_an_event_may_ask_not_to_be_corrected():
    raw = make_raw(properties={"$ignore_sent_at": True})
    decoded = decode(make_batch(raw, sent_at="2020-01-01T00:00:00Z"))
    assert decoded.events[0].time_us == RECEIVED_US - MINUTE_US


@pytest.mark.parametrize(
    ("event", "properties"),
    [
        ("$identify", {"$anon_distinct_id": "device-9"}),
        ("$create_alias", {"alias": "device-9", "distinct_id": "ada"}),
        ("$merge_dangerously", {"alias": "device-9"}),
    ],
)
def test_events_of_identity_bring_a_link_beside_themselves(event, properties):
    decoded = decode(make_batch(make_raw(event=event, properties=properties)))
    assert len(decoded.events) == 1
    assert decoded.links == (IdentityLink("device-9", "ada", RECEIVED_US - MINUTE_US),)


@pytest.mark.parametrize("properties", [{}, {"$anon_distinct_id": "ada"}])
def test_identify_without_another_actor_links_nothing(properties):
    decoded = decode(make_batch(make_raw(event="$identify", properties=properties)))
    assert (len(decoded.events), decoded.links) == (1, ())


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"batch": {}},
        {"batch": "x"},
        {"batch": None},
        {"data": 5},
        {"data": None},
        {"api_key": KEY},
    ],
)
def test_a_request_without_events_is_refused(value):
    with pytest.raises(RequestRefusedError) as caught:
        decode(value)
    assert (caught.value.status, caught.value.code) == (400, "wrong-shape")


def test_an_empty_batch_is_no_error():
    assert decode(make_batch()).events == ()


def test_two_thousand_events_and_not_one_more():
    raw = {"event": "e", "distinct_id": "a"}
    assert len(decode(make_batch(*[raw] * 2_000)).events) == 2_000
    with pytest.raises(RequestRefusedError) as caught:
        decode(make_batch(*[raw] * 2_001))
    assert (caught.value.status, caught.value.code) == (413, "too-many-events")


@pytest.mark.parametrize("key", ["k" * 201, "k\0", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused(key):
    with pytest.raises(RequestRefusedError) as caught:
        decode(make_batch(make_raw(), api_key=key))
    assert (caught.value.status, caught.value.code) == (401, "unknown-key")


def test_a_time_of_sending_that_cannot_be_read_is_told():
    with pytest.raises(RequestRefusedError, match="time of sending"):
        decode(make_batch(make_raw(), sent_at="soon"))


def make_v1(**changes):
    return {"created_at": "2026-11-23T09:00:00Z", "batch": [make_raw(**changes)]}


def test_the_newer_form_has_key_time_and_client_in_its_headers():
    decoded = decode_v1(
        make_v1(options={"process_person_profile": False}, window_id="w"),
        received_us=RECEIVED_US,
        authorization=f"Bearer {KEY}",
        sent_at="2026-11-23T09:29:58Z",
        client="posthog-python/7.91.1",
    )
    event = decoded.events[0]
    assert decoded.key == KEY
    assert event.time_us == RECEIVED_US - MINUTE_US + 2 * SECOND_US
    assert event.properties == {
        "$lib": "posthog-python",
        "$lib_version": "7.91.1",
        "plan": "pro",
        "seats": 3.0,
        "$window_id": "w",
        "$process_person_profile": False,
    }


def test_the_newer_form_may_switch_the_correction_off():
    decoded = decode_v1(
        make_v1(options={"disable_skew_correction": True}),
        received_us=RECEIVED_US,
        sent_at="2020-01-01T00:00:00Z",
    )
    assert decoded.events[0].time_us == RECEIVED_US - MINUTE_US


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", f"Basic {KEY}", KEY])
def test_the_newer_form_takes_no_other_key(authorization):
    value = make_v1() | {"api_key": KEY}
    decoded = decode_v1(value, received_us=RECEIVED_US, authorization=authorization)
    assert decoded.key is None


@pytest.mark.parametrize("value", [[make_raw()], make_raw(), {"batch": {}}, {}])
def test_the_newer_form_is_a_batch_and_nothing_else(value):
    with pytest.raises(RequestRefusedError, match="batch"):
        decode_v1(value, received_us=RECEIVED_US)

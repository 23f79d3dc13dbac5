"""One event of a client to an ``IncomingEvent``, or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from pilothouse.connect.ingest.errors import EventRefusedError, brief
from pilothouse.connect.ingest.limits import MAX_EVENT_BYTES
from pilothouse.connect.ingest.moments import place_moment
from pilothouse.connect.ingest.values import (
    PropertyValue,
    is_too_deep,
    read_actor,
    read_event_name,
    read_id,
    read_properties,
)
from pilothouse.kernel.errors import shown
from pilothouse.kernel.ids import event_id

KEY_NAMES = ("api_key", "token")

# Event -> the property that names the other actor, who is the same person.
_IDENTITY_PROPERTIES = {
    "$identify": "$anon_distinct_id",
    "$create_alias": "alias",
    "$merge_dangerously": "alias",
}
_NEEDS_OTHER = ("$create_alias", "$merge_dangerously")
# Fields beside the properties -> the property that holds the same for other clients.
_FIELD_PROPERTIES = {
    "$set": "$set",
    "$set_once": "$set_once",
    "session_id": "$session_id",
    "window_id": "$window_id",
}
_OPTION_PROPERTIES = {"disable_skew_correction": "$ignore_sent_at"}


@dataclass(frozen=True)
class IncomingEvent:
    """An event that keeps all rules.

    ``index`` is its place in the request. ``id`` is 16 bytes of the client's id or, without one,
    of the event as sent, its place, and its arrival if it has no time of its own: so it stays the
    same when the client tries again, although the corrected time does not.
    """

    index: int
    id: bytes
    name: str
    actor: str
    time_us: int
    properties: dict[str, PropertyValue]
    client_id: str = ""


@dataclass(frozen=True)
class IdentityLink:
    """Two actors are one person: what ``from_actor`` did, ``to_actor`` did."""

    from_actor: str
    to_actor: str
    time_us: int


@dataclass(frozen=True)
class Refusal:
    """An event not accepted: a stable ``reason``, a sentence for people, and what it was."""

    reason: str
    sentence: str
    index: int
    example: str
    client_id: str = ""


@dataclass(frozen=True)
class Envelope:
    """What holds for all events of a request.

    ``skew_us`` is arrival less sending, or 0. With ``key_in_properties`` the key was found nowhere
    but in a property ``token``, which is then no ordinary property of the other events either.
    """

    key: str | None
    received_us: int
    skew_us: int = 0
    key_in_properties: bool = False
    added: Mapping[str, PropertyValue] | None = None


def decode_event(
    raw: Any, index: int, envelope: Envelope
) -> tuple[IncomingEvent, IdentityLink | None]:
    """The event at place ``index``, and the link between actors it brings.

    Fields beside ``properties`` that the protocol does not name are not kept.

    Raises ``EventRefusedError`` with the first rule it breaks.
    """
    text = _check_shape(raw)
    properties = _gather_properties(raw, envelope)
    skew_us = 0 if properties.get("$ignore_sent_at") is True else envelope.skew_us
    client_id = _read_client_id(raw, properties)
    event = IncomingEvent(
        index=index,
        id=event_id(client_id) if client_id else _derive_id(raw, text, index, envelope),
        name=read_event_name(raw.get("event")),
        actor=read_actor(_first(raw.get("distinct_id"), properties.get("distinct_id"))),
        time_us=place_moment(
            raw.get("timestamp"), raw.get("offset"), envelope.received_us, skew_us
        ),
        properties=read_properties(properties),
        client_id=client_id,
    )
    return event, _find_link(event, properties)


def make_refusal(raw: Any, index: int, error: EventRefusedError) -> Refusal:
    """The record of an event refused, with its name and id as far as they can be read."""
    name = raw.get("event", raw) if isinstance(raw, dict) else raw
    client_id = raw.get("uuid") if isinstance(raw, dict) else None
    return Refusal(
        reason=error.code,
        sentence=error.sentence,
        index=index,
        example=shown(brief(name)),
        client_id=client_id if isinstance(client_id, str) else "",
    )


def read_key(value: Any) -> str | None:
    """A write key, or None where there is no text."""
    return (value.strip() or None) if isinstance(value, str) else None


def _check_shape(raw: Any) -> bytes:
    """The JSON text of an event that is an object, not too deep and not too large."""
    if not isinstance(raw, dict):
        raise EventRefusedError("event-invalid", "an event is an object.", value=raw)
    if is_too_deep(raw):
        raise EventRefusedError("too-deep", "an event nests lists and objects at most 20 deep.")
    text = orjson.dumps(raw)
    if len(text) > MAX_EVENT_BYTES:
        raise EventRefusedError(
            "event-too-large",
            f"an event has at most {MAX_EVENT_BYTES:,} bytes of JSON; this has {len(text):,}.",
        )
    return text


def _gather_properties(raw: dict[str, Any], envelope: Envelope) -> dict[str, Any]:
    """Properties together with the fields that clients keep beside them; the key taken out."""
    given = _read_object(raw.get("properties"), "properties")
    properties = {**(envelope.added or {}), **given}
    for field, name in _FIELD_PROPERTIES.items():
        if raw.get(field) is not None:
            properties.setdefault(name, raw[field])
    for name, value in _read_object(raw.get("options"), "options").items():
        properties.setdefault(_OPTION_PROPERTIES.get(name, f"${name}"), value)
    _take_key_out(raw, properties, envelope)
    return properties


def _take_key_out(raw: dict[str, Any], properties: dict[str, Any], envelope: Envelope) -> None:
    for name in KEY_NAMES:
        _check_key(raw.get(name), envelope.key)
        if envelope.key_in_properties:
            _check_key(properties.get(name), envelope.key)
        if envelope.key is not None and read_key(properties.get(name)) == envelope.key:
            del properties[name]


def _read_object(value: Any, noun: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise EventRefusedError(f"{noun}-invalid", f"{noun} are an object.", value=value)
    return value


def _check_key(value: Any, key: str | None) -> None:
    if value is not None and read_key(value) != key:
        raise EventRefusedError(
            "other-key", "all events of a request carry the same write key as the request."
        )


def _find_link(event: IncomingEvent, properties: dict[str, Any]) -> IdentityLink | None:
    name = _IDENTITY_PROPERTIES.get(event.name)
    if name is None or (properties.get(name) is None and event.name not in _NEEDS_OTHER):
        return None
    try:
        other = read_actor(properties.get(name))
    except EventRefusedError as error:
        raise EventRefusedError(
            "identity-invalid", f"{name} of {event.name} names no actor: {error.sentence}"
        ) from error
    return None if other == event.actor else IdentityLink(other, event.actor, event.time_us)


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _read_client_id(raw: dict[str, Any], properties: dict[str, Any]) -> str:
    given = _first(raw.get("uuid"), raw.get("$insert_id"), properties.get("$insert_id"))
    return "" if given is None else read_id(given)


def _derive_id(raw: dict[str, Any], text: bytes, index: int, envelope: Envelope) -> bytes:
    arrival_us = -1 if raw.get("timestamp") is not None else envelope.received_us
    place = b"%d %d " % (index, arrival_us)
    return hashlib.blake2b(place + text, digest_size=16).digest()

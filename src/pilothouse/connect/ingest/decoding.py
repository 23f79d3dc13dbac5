"""The forms in which requests carry events, to one ``Decoded``.

Forms: ``{"batch": [...]}``, ``{"data": ...}``, a list, a single event. The write key is, in this
order: the ``Authorization`` header, the envelope's ``api_key`` or ``token``, the URL's, or that of
the first event which has one. The number of events and refusals together is the number sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilothouse.connect.ingest.errors import EventRefusedError, RequestRefusedError
from pilothouse.connect.ingest.events import (
    KEY_NAMES,
    Envelope,
    IdentityLink,
    IncomingEvent,
    Refusal,
    decode_event,
    make_refusal,
    read_key,
)
from pilothouse.connect.ingest.limits import MAX_EVENTS, MAX_KEY
from pilothouse.connect.ingest.moments import parse_moment
from pilothouse.connect.ingest.values import PropertyValue

# Browsers append the time of sending as "_" to defeat caches.
_MILLISECONDS = re.compile(r"[0-9]{13}")


@dataclass(frozen=True)
class Decoded:
    """A request read: ``len(events) + len(refusals)`` is the number of events sent."""

    key: str | None
    events: tuple[IncomingEvent, ...]
    refusals: tuple[Refusal, ...]
    links: tuple[IdentityLink, ...]


def decode_legacy(
    value: Any, *, received_us: int, params: Mapping[str, str] | None = None
) -> Decoded:
    """A request to ``/batch/``, ``/e/``, ``/capture/`` and their like.

    Raises ``RequestRefusedError``: 400 for a shape that holds no events, 413 for too many.
    """
    params = params or {}
    fields = value if isinstance(value, dict) else {}
    raws = _find_events(value)
    sent_at = fields.get("sent_at")
    if sent_at is None and _MILLISECONDS.fullmatch(params.get("_", "")):
        sent_at = int(params["_"])
    key, in_properties = _find_key(fields, params, raws)
    envelope = Envelope(
        key=key,
        key_in_properties=in_properties,
        received_us=received_us,
        skew_us=0 if fields.get("historical_migration") is True else _skew(sent_at, received_us),
    )
    return _decode_all(raws, envelope)


def decode_v1(
    value: Any, *, received_us: int, authorization: str = "", sent_at: str = "", client: str = ""
) -> Decoded:
    """A request to ``/i/v1/analytics/events``.

    ``authorization``, ``sent_at`` and ``client`` are the headers ``Authorization``,
    ``PostHog-Request-Timestamp`` and ``PostHog-Sdk-Info``. Errors as in ``decode_legacy``.
    """
    if not isinstance(value, dict) or not isinstance(value.get("batch"), list):
        raise _no_events('a request is {"batch": [...]}.')
    scheme, _, key = authorization.partition(" ")
    historical = value.get("historical_migration") is True
    envelope = Envelope(
        key=_check_key(read_key(key) if scheme.lower() == "bearer" else None),
        received_us=received_us,
        skew_us=0 if historical else _skew(sent_at or None, received_us),
        added=_name_client(client),
    )
    return _decode_all(_check_count(value["batch"]), envelope)


def _decode_all(raws: list[Any], envelope: Envelope) -> Decoded:
    events: list[IncomingEvent] = []
    refusals: list[Refusal] = []
    links: list[IdentityLink] = []
    for index, raw in enumerate(raws):
        try:
            event, link = decode_event(raw, index, envelope)
        except EventRefusedError as error:
            refusals.append(make_refusal(raw, index, error))
            continue
        events.append(event)
        if link is not None:
            links.append(link)
    return Decoded(envelope.key, tuple(events), tuple(refusals), tuple(links))


def _find_events(value: Any) -> list[Any]:
    """The events in any of the forms, each still as sent."""
    if isinstance(value, list):
        return _check_count(value)
    if isinstance(value, dict):
        if "batch" in value:
            return _check_list(value["batch"])
        if "event" in value:
            return [value]
        if isinstance(value.get("data"), dict):
            return [value["data"]]
        if "data" in value:
            return _check_list(value["data"])
    raise _no_events('a request is an event, a list of events or {"batch": [...]}.')


def _check_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _no_events("the events of a request are a list.")
    return _check_count(value)


def _check_count(raws: list[Any]) -> list[Any]:
    if len(raws) > MAX_EVENTS:
        raise RequestRefusedError(
            413,
            "too-many-events",
            f"a request holds at most {MAX_EVENTS:,} events; this holds {len(raws):,}.",
            remedy="Send fewer events at once.",
        )
    return raws


def _find_key(
    fields: dict[str, Any], params: Mapping[str, str], raws: list[Any]
) -> tuple[str | None, bool]:
    """The write key, and whether it was found only among the properties of an event."""
    key = _key_of(fields) or _key_of(params)
    if key is not None:
        return _check_key(key), False
    for raw in filter(_is_object, raws):
        key = _key_of(raw)
        if key is not None:
            return _check_key(key), False
        if _is_object(raw.get("properties")):
            key = _key_of(raw["properties"])
        if key is not None:
            return _check_key(key), True
    return None, False


def _key_of(fields: Mapping[str, Any]) -> str | None:
    return next(filter(None, (read_key(fields.get(name)) for name in KEY_NAMES)), None)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _check_key(key: str | None) -> str | None:
    if key is not None and (len(key) > MAX_KEY or not (key.isascii() and key.isprintable())):
        raise RequestRefusedError(401, "unknown-key", "this is no write key.", value=key[:40])
    return key


def _skew(sent_at: Any, received_us: int) -> int:
    """Arrival less sending in microseconds; 0 where the client does not say when it sent."""
    if sent_at is None:
        return 0
    try:
        return received_us - parse_moment(sent_at)
    except EventRefusedError as error:
        raise RequestRefusedError(
            400, "sent-at-invalid", f"the time of sending cannot be read: {error.sentence}"
        ) from error


def _name_client(client: str) -> dict[str, PropertyValue]:
    """``posthog-python/7.91.1`` as the two properties that older clients send themselves."""
    name, _, version = client.strip()[:100].partition("/")
    return {"$lib": name, "$lib_version": version} if name and version else {}


def _no_events(rule: str) -> RequestRefusedError:
    return RequestRefusedError(400, "wrong-shape", rule)

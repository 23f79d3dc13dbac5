"""HTTP for clients of other tools: no login and no cookies, only a write key.

Every answer allows any origin without credentials: whoever knows the write key may send.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import orjson
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from pilothouse.apps.analytics.services import events
from pilothouse.apps.analytics.services.events import (
    Accepted,
    IdentityLink,
    NewEvent,
    NewRefusal,
)
from pilothouse.connect.ingest.answers import (
    answer_config,
    answer_config_script,
    answer_flags,
    answer_legacy,
    answer_refused,
    answer_v1,
)
from pilothouse.connect.ingest.bodies import read_body
from pilothouse.connect.ingest.decoding import Decoded, decode_legacy, decode_v1
from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.events import IncomingEvent
from pilothouse.connect.ingest.inflating import check_size
from pilothouse.kernel.errors import NotFoundError, UnavailableError

RETRY_AFTER_SECONDS = 5

_METHODS = ("GET", "POST", "OPTIONS")
_READ_BYTES = 64 * 1024
_HEADER_NAMES = re.compile(r"[A-Za-z0-9_\-, ]{1,1000}")

View = Callable[..., HttpResponse]


def open_to_clients(view: View) -> View:
    """``view`` for any origin: preflights answered, other methods 405, no CSRF token."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        elif request.method in _METHODS:
            response = view(request, *args, **kwargs)
        else:
            response = _to_json(
                405,
                {"status": 0, "code": "method", "detail": "Send events with POST or GET."},
                {"Allow": ", ".join(_METHODS)},
            )
        return _allow_origins(request, response)

    return csrf_exempt(wrapped)


@open_to_clients
def ingest(request: HttpRequest) -> HttpResponse:
    """Events in any of the older forms."""

    def decode(value: Any, received_us: int) -> Decoded:
        return decode_legacy(value, received_us=received_us, params=request.GET.dict())

    def answer(decoded: Decoded, outcome: Accepted) -> tuple[int, dict[str, Any]]:
        counts = len(outcome.accepted), len(outcome.duplicates)
        return answer_legacy(*counts, decoded.refusals)

    return _take_in(request, decode, answer)


@open_to_clients
def ingest_v1(request: HttpRequest) -> HttpResponse:
    """Events in the newer form, answered one by one."""

    def decode(value: Any, received_us: int) -> Decoded:
        return decode_v1(
            value,
            received_us=received_us,
            authorization=request.headers.get("Authorization", ""),
            sent_at=request.headers.get("PostHog-Request-Timestamp", ""),
            client=request.headers.get("PostHog-Sdk-Info", ""),
        )

    def answer(decoded: Decoded, outcome: Accepted) -> tuple[int, dict[str, Any]]:
        return answer_v1(decoded.events, outcome.duplicates, decoded.refusals)

    return _take_in(request, decode, answer)


@open_to_clients
def flags(_request: HttpRequest) -> HttpResponse:
    """Truthfully: there are no flags."""
    return _to_json(200, answer_flags())


@open_to_clients
def config(_request: HttpRequest) -> HttpResponse:
    """Truthfully: nothing is configured."""
    return _to_json(200, answer_config())


@open_to_clients
def config_script(_request: HttpRequest, key: str) -> HttpResponse:
    """The same as a script."""
    return HttpResponse(answer_config_script(key), content_type="text/javascript; charset=utf-8")


def _take_in(
    request: HttpRequest,
    decode: Callable[[Any, int], Decoded],
    answer: Callable[[Decoded, Accepted], tuple[int, dict[str, Any]]],
) -> HttpResponse:
    received_us = time.time_ns() // 1_000
    try:
        value = read_body(
            _read_raw(request),
            content_type=request.headers.get("Content-Type", ""),
            content_encoding=request.headers.get("Content-Encoding", ""),
            params=request.GET.dict(),
        )
        decoded = decode(value, received_us)
        return _to_json(*answer(decoded, _accept(decoded, received_us)))
    except RequestRefusedError as error:
        return _to_json(*answer_refused(error))
    except (UnavailableError, OperationalError) as error:
        busy = RequestRefusedError(
            503, "unavailable", f"nothing can be stored now ({error}).", remedy="Try again shortly."
        )
        return _to_json(*answer_refused(busy), {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _accept(decoded: Decoded, received_us: int) -> Accepted:
    if decoded.key is None:
        raise _unknown_key("the request carries no write key.")
    try:
        return events.accept_events(
            decoded.key,
            [_to_new_event(event) for event in decoded.events],
            [NewRefusal(each.reason, each.sentence, each.example) for each in decoded.refusals],
            [IdentityLink(link.from_actor, link.to_actor) for link in decoded.links],
            received_us,
        )
    except NotFoundError as error:
        raise _unknown_key("no product has this write key.") from error


def _to_new_event(event: IncomingEvent) -> NewEvent:
    return NewEvent(event.id, event.name, event.actor, event.time_us, event.properties)


def _unknown_key(rule: str) -> RequestRefusedError:
    return RequestRefusedError(
        401, "unknown-key", rule, remedy="Copy the key from the settings of the product."
    )


def _read_raw(request: HttpRequest) -> bytes:
    """The body, read only as far as the limit; Django's own limit is for forms of people."""
    raw = bytearray()
    try:
        while chunk := request.read(_READ_BYTES):
            raw += chunk
            check_size(len(raw))
    except UnreadablePostError as error:
        raise RequestRefusedError(400, "cut-short", "the connection broke off.") from error
    return bytes(raw)


def _to_json(
    status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/json", headers=headers
    )


def _allow_origins(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    if request.method == "OPTIONS":
        asked = request.headers.get("Access-Control-Request-Headers", "")
        response["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
        if _HEADER_NAMES.fullmatch(asked):
            response["Access-Control-Allow-Headers"] = asked
        response["Access-Control-Max-Age"] = "86400"
    return response

"""What each client must be told, so that it neither loses events nor sends them forever.

Facts the bodies rest on, from the clients themselves:
- The Python client takes 200 alone for success in the older protocol: any other 2xx is retried.
- 4xx other than 408 and 429 is final for it, 5xx is tried again; ``Retry-After`` is heeded, up to
  30 seconds. With its settings untouched it gives up after 3 retries in about 7 seconds.
- It prints ``detail`` of an error. In the newer protocol 404 is tried again as well.
- The newer protocol wants ``results`` by the id as sent, with ``result`` and ``details``; an
  event that is absent counts as accepted, so every refused one must be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import orjson

from pilothouse.connect.ingest.errors import RequestRefusedError
from pilothouse.connect.ingest.events import IncomingEvent, Refusal

Body = dict[str, Any]


def answer_legacy(accepted: int, duplicates: int, refusals: Sequence[Refusal]) -> tuple[int, Body]:
    """Status and body for the older forms: 400 when every event was refused, else 200."""
    refused_all = bool(refusals) and not accepted and not duplicates
    body: Body = {"status": 0 if refused_all else 1, "accepted": accepted, "duplicate": duplicates}
    body["refused"] = [_describe(refusal) for refusal in refusals]
    if refused_all:
        body["code"] = "all-refused"
        body["detail"] = f"All {len(refusals)} events were refused: {refusals[0].sentence}"
    return (400 if refused_all else 200), body


def answer_v1(
    events: Sequence[IncomingEvent], duplicates: Sequence[int], refusals: Sequence[Refusal]
) -> tuple[int, Body]:
    """Status and body for the newer form. ``duplicates`` are positions among ``events``."""
    twice = frozenset(duplicates)
    results = {
        event.client_id: {"result": "ok", "details": "duplicate"}
        if position in twice
        else {"result": "ok"}
        for position, event in enumerate(events)
        if event.client_id
    }
    # Later, so that an id used by two events shows the refusal.
    for refusal in refusals:
        if refusal.client_id:
            details = f"{refusal.reason}: {refusal.sentence}"
            results[refusal.client_id] = {"result": "drop", "details": details}
    return 200, {"results": results, "refused": [_describe(refusal) for refusal in refusals]}


def answer_refused(error: RequestRefusedError) -> tuple[int, Body]:
    """Status and body for a request refused whole."""
    return error.status, {"status": 0, "code": error.code, "detail": error.sentence}


def answer_flags() -> Body:
    """No flags: asked for by clients at their start, in the words of all their versions."""
    return {
        "flags": {},
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": False,
        "requestId": str(uuid4()),
        **answer_config(),
    }


def answer_config() -> Body:
    """Nothing configured: no recording, no surveys, no toolbar, events with gzip."""
    return {
        "supportedCompression": ["gzip", "gzip-js", "base64"],
        "hasFeatureFlags": False,
        "sessionRecording": False,
        "surveys": False,
        "heatmaps": False,
        "capturePerformance": False,
        "autocaptureExceptions": False,
        "autocapture_opt_out": True,
        "isAuthenticated": False,
        "toolbarParams": {},
        "siteApps": [],
    }


def answer_config_script(key: str) -> bytes:
    """The same as a script, as some browser clients load it."""
    config = orjson.dumps({"config": answer_config(), "siteApps": []})
    name = orjson.dumps(key).replace(b"<", b"\\u003c")
    return (
        b"(function(w){w._POSTHOG_REMOTE_CONFIG=w._POSTHOG_REMOTE_CONFIG||{};"
        b"w._POSTHOG_REMOTE_CONFIG[" + name + b"]=" + config + b"})(window);"
    )


def _describe(refusal: Refusal) -> Body:
    return {"index": refusal.index, "reason": refusal.reason, "message": refusal.sentence}

"""The unmodified Python client of PostHog against the real views, over the loopback."""

from __future__ import annotations

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import posthog
import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.urls import resolve
from posthog import capture_v1, consumer

from tests.connect.ingest.makers import KEY

MODES = [
    {},
    {"gzip": True},
    {"capture_mode": "v1"},
    {"capture_mode": "v1", "capture_compression": "gzip"},
    {"capture_mode": "v1", "capture_compression": "deflate"},
]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


def _application(environ, start_response):
    request = WSGIRequest(environ)
    match = resolve(request.path, "pilothouse.connect.ingest.urls")
    response = match.func(request, *match.args, **match.kwargs)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


@pytest.fixture
def host():
    server = make_server("127.0.0.1", 0, _application, handler_class=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waits(monkeypatch):
    """The seconds that the client would have waited."""
    waited = []
    for module in (consumer, capture_v1):
        monkeypatch.setattr(module.time, "sleep", waited.append)
    return waited


@pytest.fixture
def make_client(host):
    clients = []

    def make(errors, **mode):
        client = posthog.Posthog(
            mode.pop("key", KEY),
            host=host,
            on_error=lambda error, batch: errors.append((error, batch)),
            flush_interval=0.05,
            **mode,
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.shutdown()


@pytest.mark.parametrize("mode", MODES)
def test_all_that_it_sends_arrives_once(mode, make_client, service):
    errors = []
    client = make_client(errors, **mode)
    for number in range(250):
        client.capture("report shared", distinct_id=f"u{number % 7}", properties={"n": number})
    client.alias("device-9", "ada")
    client.set(distinct_id="ada", properties={"plan": "pro"})
    client.flush()
    assert errors == []
    assert service.refusals == []
    assert len(service.taken) == 252
    assert sorted(e.properties["n"] for e in service.taken.values() if "n" in e.properties) == [
        float(number) for number in range(250)
    ]
    assert [(link.alias, link.actor) for link in service.links] == [("ada", "device-9")]
    assert any(event.properties.get("$set") for event in service.taken.values())
    assert all(event.properties["$lib"] == "posthog-python" for event in service.taken.values())


@pytest.mark.parametrize("mode", MODES)
def test_it_comes_again_when_the_database_is_locked(mode, make_client, service, waits):
    errors = []
    service.troubles += [OperationalError("database is locked")] * 2
    client = make_client(errors, **mode)
    client.capture("report shared", distinct_id="ada")
    client.flush()
    assert errors == []
    assert (service.calls, len(service.taken)) == (3, 1)
    # Our Retry-After of five seconds is heeded where its own wait is shorter.
    assert [seconds for seconds in waits if seconds >= 1] == [5, 5]


@pytest.mark.parametrize("mode", MODES)
def test_it_takes_an_unknown_key_as_final(mode, make_client, service):
    errors = []
    client = make_client(errors, key="phc_other", **mode)
    client.capture("report shared", distinct_id="ada")
    client.flush()
    assert service.calls == 1
    assert [error.status for error, _ in errors] == [401]
    assert "no product has this write key" in errors[0][0].message


@pytest.mark.parametrize(("mode", "status"), [(MODES[0], 400), (MODES[2], 200)])
def test_it_is_told_of_refused_events_and_keeps_none_back(mode, status, make_client, service):
    errors = []
    client = make_client(errors, **mode)
    client.capture("report shared", distinct_id="null")
    client.flush()
    assert service.calls == 1
    assert [error.status for error, _ in errors] == [status]
    assert [refusal.reason for refusal in service.refusals] == ["actor-illegal"]


def test_its_flags_are_off_without_an_error(make_client, service, caplog):
    client = make_client([])
    assert client.get_all_flags("ada") == {}
    assert not client.evaluate_flags("ada").is_enabled("new-report")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []

"""HTTP as clients see it: statuses, bodies, headers for browsers, all paths."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from pilothouse.kernel.errors import UnavailableError
from tests.connect.ingest.makers import KEY, make_batch, make_raw, to_base64, to_gzip, to_json

URLS = "pilothouse.connect.ingest.urls"
JSON = "application/json"


def send(method, path, body=b"", content_type=JSON, **headers):
    request = RequestFactory().generic(method, path, body, content_type=content_type, **headers)
    match = resolve(path.partition("?")[0], URLS)
    return match.func(request, *match.args, **match.kwargs)


def post(value, path="/batch/", **headers):
    response = send("POST", path, to_json(value), **headers)
    return response.status_code, json.loads(response.content)


def make_now(**changes):
    return make_raw(timestamp=None, **changes)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", ["/batch", "/e", "/capture", "/i/v0/e", "/i/v0/ai/batch"])
def test_events_are_taken_at_every_older_path(path, slash, service):
    status, body = post(make_batch(make_now()), path + slash)
    assert (status, body) == (200, {"status": 1, "accepted": 1, "duplicate": 0, "refused": []})
    assert [event.name for event in service.taken.values()] == ["report shared"]


def test_a_browser_sends_gzip_as_text(service):
    body = to_gzip(to_json([make_now(properties={"token": KEY})]))
    assert send("POST", "/e/?compression=gzip-js", body, "text/plain").status_code == 200
    assert next(iter(service.taken.values())).properties == {}


def test_a_get_with_data_is_taken(service):
    data = to_base64(to_json(make_now(api_key=KEY))).decode().replace("+", "%2B")
    assert send("GET", f"/e/?data={data}").status_code == 200
    assert len(service.taken) == 1


def test_sent_again_is_a_duplicate_and_a_success(service):
    post(make_batch(make_now()))
    status, body = post(make_batch(make_now()))
    assert (status, body["accepted"], body["duplicate"]) == (200, 0, 1)


def test_part_of_a_batch_may_be_refused(service):
    status, body = post(make_batch(make_now(), make_now(distinct_id="null"), 5))
    assert (status, body["status"], body["accepted"]) == (200, 1, 1)
    assert [(r["index"], r["reason"]) for r in body["refused"]] == [
        (1, "actor-illegal"),
        (2, "event-invalid"),
    ]
    assert [refusal.reason for refusal in service.refusals] == ["actor-illegal", "event-invalid"]


def test_all_refused_is_an_error_that_is_still_counted(service):
    status, body = post(make_batch(make_now(event="")))
    assert (status, body["code"], len(body["refused"])) == (400, "all-refused", 1)
    assert body["detail"]
    assert len(service.refusals) == 1


def test_links_between_actors_reach_the_service(service):
    post(make_batch(make_now(event="$identify", properties={"$anon_distinct_id": "d9"})))
    assert [(link.alias, link.actor) for link in service.links] == [("d9", "ada")]


def post_v1(*raws, **headers):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {KEY}", **headers}
    return post({"batch": list(raws)}, "/i/v1/analytics/events", **headers)


def test_the_newer_form_answers_each_event(service):
    post_v1(make_now(uuid="known"))
    status, body = post_v1(
        make_now(uuid="new"), make_now(uuid="bad", distinct_id=""), make_now(uuid="known")
    )
    assert status == 200
    assert body["results"]["new"] == {"result": "ok"}
    assert body["results"]["known"] == {"result": "ok", "details": "duplicate"}
    assert body["results"]["bad"]["result"] == "drop"
    assert body["results"]["bad"]["details"].startswith("actor-illegal: ")


@pytest.mark.parametrize(
    ("value", "path"), [(make_batch(make_raw(), api_key="other"), "/batch/"), ([make_raw()], "/e/")]
)
def test_an_unknown_key_or_none_is_401_with_a_way_out(value, path, service):
    status, body = post(value, path)
    assert (status, body["code"]) == (401, "unknown-key")
    assert "Copy the key" in body["detail"]


@pytest.mark.parametrize(
    "trouble", [UnavailableError("the disk is full."), OperationalError("database is locked")]
)
def test_what_passes_is_503_and_asks_to_come_again(trouble, service):
    service.troubles.append(trouble)
    response = send("POST", "/batch/", to_json(make_batch(make_now())))
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_body_beyond_the_limit_is_413_without_the_service(service):
    response = send("POST", "/batch/", b" " * (20 * 2**20 + 1))
    assert (response.status_code, service.calls) == (413, 0)


@pytest.mark.parametrize("path", ["/batch/", "/i/v1/analytics/events", "/flags/"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE"])
def test_other_methods_are_405(method, path, service):
    response = send(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize("path", ["/e/", "/flags/", f"/array/{KEY}/config", "/batch"])
def test_a_preflight_gets_the_headers_it_asked_for(path):
    response = send("OPTIONS", path, HTTP_ACCESS_CONTROL_REQUEST_HEADERS="content-type, x-own")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Headers"] == "content-type, x-own"
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("asked", ["a\x7fb", "x" * 1001, "ä", "a;b"])
def test_a_preflight_returns_no_nonsense(asked):
    response = send("OPTIONS", "/e/", HTTP_ACCESS_CONTROL_REQUEST_HEADERS=asked)
    assert "Access-Control-Allow-Headers" not in response


@pytest.mark.parametrize("path", ["/flags", "/flags/", "/decide/"])
def test_there_are_no_flags(path):
    status, body = post({"distinct_id": "ada", "api_key": KEY}, path)
    assert status == 200
    assert body["flags"] == body["featureFlags"] == {}
    assert body["errorsWhileComputingFlags"] is False


def test_nothing_is_configured():
    body = json.loads(send("GET", f"/array/{KEY}/config").content)
    assert body["sessionRecording"] is False
    assert body["hasFeatureFlags"] is False


def test_nothing_is_configured_as_a_script_either():
    response = send("GET", f"/array/{KEY}/config.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert f'["{KEY}"]='.encode() in response.content


@pytest.mark.parametrize("path", ["/array/<script>/config.js", "/i/v2/events", "/array//config"])
def test_other_paths_are_not_ours(path):
    with pytest.raises(Resolver404):
        resolve(path, URLS)

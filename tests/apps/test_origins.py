"""Other sites, other names, old forms: what a browser on this machine must not be made to do."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from pilothouse.apps.workspace.models import Capture
from pilothouse.apps.workspace.services.login import make_login_token
from tests.apps.makers import browser_of
from tests.apps.test_access_matrix import OPEN, PAGES, address_of, ids_for
from tests.apps.worlds import MARK, World
from tests.builders import user_of

pytestmark = pytest.mark.usefixtures("undone")

MORE_PATHS = ("/static/base.css", "/api/v1/me", "/nowhere/", "/static/nothing.css")
FOREIGN_POSTS = {
    "cross-site form": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    "same-site form": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
    "cross-site fetch": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "origin": {"Origin": "https://evil.test"},
    "opaque origin": {"Origin": "null"},
    "other port": {"Origin": "http://testserver:9999"},
    "other scheme": {"Origin": "https://testserver"},
}
FOREIGN_GETS = {
    "fetch": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    "image": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "other port": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    "websocket": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "websocket"},
}
OWN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Origin": "http://testserver"}


def every_path(world: World) -> list[str]:
    pages = [address_of(name, ids_for(page, world)) for name, page in PAGES.items()]
    return [*pages, *(row.path for row in OPEN.values()), *MORE_PATHS]


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "[::2]"]
)
def test_an_unknown_host_gets_nothing_anywhere(host: str, world: World):
    alice = browser_of(world.people.alice)
    for path in every_path(world):
        for method in (alice.get, alice.post):
            answer = method(path, headers={"Host": host})
            assert (answer.status_code, answer.content) == (400, b"Unknown host."), path


@pytest.mark.parametrize("host", ["localhost:8700", "127.0.0.1:8700", "[::1]:8700"])
def test_the_names_of_this_machine_are_known(host: str, world: World):
    assert browser_of(world.people.alice).get("/search/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("kind", FOREIGN_POSTS)
def test_another_site_can_change_nothing(kind: str, world: World):
    alice = browser_of(world.people.alice)
    count = Capture.objects.count()
    for name, page in PAGES.items():
        if page.writes:
            url = address_of(name, ids_for(page, world))
            answer = alice.post(url, {"text": "planted"}, headers=FOREIGN_POSTS[kind])
            assert answer.status_code == 403, name
    assert Capture.objects.count() == count


@pytest.mark.parametrize("kind", FOREIGN_GETS)
def test_another_site_can_read_nothing(kind: str, world: World):
    alice = browser_of(world.people.alice)
    for name, page in PAGES.items():
        if page.reads:
            url = address_of(name, ids_for(page, world))
            answer = alice.get(url, headers=FOREIGN_GETS[kind])
            assert answer.status_code == 403, name
            assert MARK.encode() not in answer.content


def test_a_link_from_elsewhere_opens_a_page(world: World):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert browser_of(world.people.alice).get("/search/", headers=headers).status_code == 200


def test_a_form_needs_its_token(world: World):
    alice = browser_of(world.people.alice, enforce_csrf_checks=True)
    for name, page in PAGES.items():
        if page.writes:
            answer = alice.post(address_of(name, ids_for(page, world)), headers=OWN)
            assert answer.status_code == 403, name
    page = alice.get("/workspace/capture/")
    token = page.context["csrf_token"]
    form = {"text": "mine", "csrfmiddlewaretoken": str(token)}
    assert alice.post("/workspace/capture/", form, headers=OWN).status_code == 302
    assert alice.post("/workspace/capture/", form | {"csrfmiddlewaretoken": "x"}).status_code == 403


def test_a_login_link_works_once_and_gives_a_new_session_key(world: World):
    client = Client()
    planted = client.session
    planted["seen"] = "before"
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    token = make_login_token(user_of(world.people.alice))
    first = client.get(f"/login/{token}/")
    assert (first.status_code, first["Location"]) == (302, "/")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != planted.session_key
    assert client.get("/search/").status_code == 200
    again = Client().get(f"/login/{token}/")
    assert again.status_code == 400
    assert b"used already" in again.content
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert old.get("/search/").status_code == 302


def test_logging_out_ends_the_session_on_the_server(world: World):
    alice = browser_of(world.people.alice)
    key = alice.cookies[settings.SESSION_COOKIE_NAME].value
    assert alice.post("/logout/").status_code == 302
    copy = Client()
    copy.cookies[settings.SESSION_COOKIE_NAME] = key
    assert copy.get("/search/").status_code == 302


def test_cookies_are_for_this_site_and_not_for_scripts(world: World):
    client = Client()
    client.get(f"/login/{make_login_token(user_of(world.people.alice))}/")
    client.get("/workspace/capture/")
    assert len(client.cookies) == 2
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Strict", cookie.key
        assert str(settings.CONFIGURATION.port) in cookie.key


def test_every_answer_keeps_the_page_to_itself(world: World):
    alice = browser_of(world.people.alice)
    for path in every_path(world):
        answer = alice.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "http" not in policy, path
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["X-Frame-Options"] == "DENY", path
        assert answer["Referrer-Policy"] == "same-origin", path
        if not path.startswith("/static/"):
            assert answer["Cache-Control"] == "no-store", path
        # Not answer.close(): that would end the connection to the database too.
        for close in answer._resource_closers:
            close()


def test_the_api_takes_no_cookie_from_another_site(world: World):
    alice = browser_of(world.people.alice)
    for headers in FOREIGN_POSTS.values():
        answer = alice.post(
            "/api/v1/captures", {"text": "planted"}, content_type="application/json",
            headers=headers,
        )  # fmt: skip
        assert answer.status_code == 401
        assert "Access-Control-Allow-Origin" not in answer

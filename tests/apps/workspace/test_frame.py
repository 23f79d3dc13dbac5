"""The kept parts of the frame: the same as drawn anew, and nobody's but the reader's."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils.html import escape

from pilothouse.apps.workspace.models import Role
from pilothouse.web.templatetags import frame
from tests.apps.makers import browser_of
from tests.builders import make_people, make_product

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HEADER = re.compile(r'"X-CSRFToken": "([^"]+)"')
HOSTILE = '<b>"O\'Neil" & sons</b>'


def page(browser: Client, address: str = "/workspace/settings/") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def without_tokens(html: str) -> str:
    return HEADER.sub("", TOKEN.sub("", html))


def test_what_is_kept_is_what_is_drawn_anew(data_folder: Any, db: None):
    alice = make_people().alice
    make_product(alice, HOSTILE)
    browser = browser_of(alice)
    for address in ("/workspace/settings/", "/people/", "/search/?q=%22%3E%3Cb%3E"):
        frame._draw_kept.cache_clear()
        fresh, misses = page(browser, address), frame._draw_kept.cache_info().misses
        kept = page(browser, address)
        assert frame._draw_kept.cache_info().misses == misses == 3
        assert without_tokens(kept) == without_tokens(fresh)
        assert escape(HOSTILE) in kept
        assert "<b>" not in kept


def test_everybody_has_a_frame_of_their_own(data_folder: Any, db: None):
    people = make_people(Role.VIEWER)
    for person, name in ((people.alice, "Beacon"), (people.charlie, "Lantern")):
        make_product(person, name)
    seen = {
        name: page(browser_of(access), "/workspace/jobs/")
        for _ in range(2)
        for name, access in (
            ("Alice", people.alice), ("Bob", people.bob), ("Charlie", people.charlie),
        )
    }  # fmt: skip
    for name, html in seen.items():
        assert f"{name}, {'viewer' if name == 'Bob' else 'owner'} · " in html
        assert ("Beacon" in html) == (name != "Charlie")
        assert ("Lantern" in html) == (name == "Charlie")
        assert ("New product" in html) == (name != "Bob")


def test_forms_of_the_frame_have_the_token_of_their_reader(data_folder: Any, db: None):
    alice = make_people().alice
    for _ in range(2):
        browser = browser_of(alice, enforce_csrf_checks=True)
        html = page(browser)
        assert frame._TOKEN not in html
        tokens = set(TOKEN.findall(html))
        assert tokens == set(HEADER.findall(html))
        assert browser.post("/logout/").status_code == 403
        form = {"csrfmiddlewaretoken": tokens.pop()}
        assert browser.post("/logout/", form).status_code == 302
        # Logged out: the page asks for a login.
        assert browser.get("/workspace/settings/").status_code == 302


def test_capturing_leads_back_to_the_page_at_hand(data_folder: Any, db: None):
    browser = browser_of(make_people().alice)
    for address in ("/people/?q=a&b=%22%3E", "/people/?q=other"):
        html = page(browser, address)
        assert f'name="next" value="{escape(address)}"' in html
        assert frame._ADDRESS not in html

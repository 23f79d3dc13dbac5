"""The workspace's pages: the thing, the empty state, and what was typed beside what was wrong."""

from __future__ import annotations

from typing import Any

import pytest

from pilothouse.apps.workspace.services.access import get_product
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.apps.workspace.services.products import list_products
from tests.apps.makers import browser_of
from tests.builders import make_capture, make_product

pytestmark = pytest.mark.usefixtures("data_folder")


def text_of(answer: Any) -> str:
    from html import unescape

    return unescape(answer.content.decode())


@pytest.fixture
def alice(people):
    return browser_of(people.alice)


def test_the_first_page_shows_ways_to_begin(alice):
    page = text_of(alice.get("/", follow=True))
    for way in ("/workspace/products/new/", "/portfolio/projects/new/", "/skills/"):
        assert f'href="{way}"' in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/workspace/products/", "No product yet"),
        ("/workspace/jobs/", "No job yet"),
        ("/search/?q=nothing", "Nothing found"),
        ("/workspace/members/", "alice@example.org"),
        ("/workspace/ledger/?verify=yes", "The chain is whole"),
        ("/workspace/settings/", "API tokens"),
    ],
)
def test_pages_of_an_empty_workspace(alice, path, words):
    answer = alice.get(path)
    assert answer.status_code == 200
    assert words in text_of(answer)


def test_the_first_page_leads_to_a_product_or_to_making_one(people, alice):
    assert alice.get("/")["Location"] == "/workspace/products/"
    first, second = make_product(people.alice, "A"), make_product(people.alice, "B")
    assert alice.get("/")["Location"] == f"/p/{first.public_id}/today/"
    alice.get(f"/p/{second.public_id}/analytics/")
    assert alice.get("/")["Location"] == f"/p/{second.public_id}/today/"


FORM = {"name": "Beacon", "description": "Light", "zone": "Europe/Berlin", "week_start": "6",
        "currency": "eur", "industry": "education"}  # fmt: skip


def test_a_product_is_made_and_changed(people, alice):
    assert alice.post("/workspace/products/new/", FORM).status_code == 302
    (product,) = list_products(people.alice)
    assert (product.currency, product.week_start, product.zone) == ("EUR", 6, "Europe/Berlin")
    url = f"/workspace/products/{product.public_id}/"
    assert 'value="Europe/Berlin"' in text_of(alice.get(url))
    assert alice.post(url, {**FORM, "name": "Lamp"}).status_code == 302
    assert "Lamp" in text_of(alice.get("/workspace/products/"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "1 to 100 characters"),
        ("zone", "Mars/Olympus", "name of the IANA list"),
        ("week_start", "Monday", "start of the week"),
        ("currency", "euros", "three-letter code"),
        ("industry", "mining", "an industry is one of"),
    ],
)
def test_a_form_with_a_fault_keeps_what_was_typed(people, alice, field, value, words):
    answer = alice.post("/workspace/products/new/", {**FORM, field: value})
    page = text_of(answer)
    assert answer.status_code == 400
    assert words in page
    for name in {"name", "zone", "currency"} - {field}:
        assert f'value="{FORM[name]}"' in page
    assert "Light" in page
    assert list_products(people.alice) == []


def test_a_name_that_is_taken_is_told(people, alice):
    make_product(people.alice, "Beacon")
    answer = alice.post("/workspace/products/new/", FORM)
    assert answer.status_code == 400
    assert "of this name already" in text_of(answer)


def test_archiving_is_undone_from_the_message(people, alice):
    product = make_product(people.alice)
    page = text_of(alice.post(f"/workspace/products/{product.public_id}/archive/", follow=True))
    assert get_product(people.alice, product.public_id).is_archived
    undo = f"/workspace/products/{product.public_id}/archive/?archived=no"
    assert f'action="{undo}"' in page
    alice.post(undo, {"next": "/"})
    assert not get_product(people.alice, product.public_id).is_archived


def test_a_thought_is_captured_ticked_off_and_brought_back(people, alice):
    answer = alice.post("/workspace/capture/", {"text": "Ask Mira", "next": "/search/"})
    assert (answer.status_code, answer["Location"]) == (302, "/search/")
    thought = make_capture(people.alice, "Another")
    base = f"/workspace/captures/{thought.public_id}/"
    assert "Another" in text_of(alice.get(base))
    for act, is_done in (("done", True), ("reopen", False)):
        page = text_of(alice.post(f"{base}{act}/", {"next": "/search/"}, follow=True))
        assert "Undo" in page
        assert get_capture(people.alice, thought.public_id).is_done is is_done
    alice.post(f"{base}delete/")
    assert alice.get(base).status_code == 404
    alice.post(f"{base}restore/")
    assert alice.get(base).status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": "  "}, "1 to 10,000 characters"),
        ({"text": "Kept", "due": "soon"}, "year-month-day"),
        ({"text": "Kept", "kind": "poem"}, "a kind is one of"),
    ],
)
def test_a_thought_with_a_fault_is_not_lost(alice, form, words):
    answer = alice.post("/workspace/capture/", form)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert form["text"].strip() in text_of(answer)


def test_an_invitation_shows_its_link_once(alice, client):
    form = {"name": "Dora", "email": "dora@example.org", "role": "viewer"}
    page = text_of(alice.post("/workspace/members/", form))
    link = page.partition("http://testserver/login/")[2].partition("<")[0].split('"')[0].strip()
    assert link
    assert "/login/" + link not in text_of(alice.get("/workspace/members/"))
    assert client.get(f"/login/{link}").status_code == 302
    answer = alice.post("/workspace/members/", {**form, "email": "nobody"})
    assert answer.status_code == 400
    assert "is not an e-mail address" in text_of(answer)
    assert 'value="Dora"' in text_of(answer)


def test_a_token_is_shown_once(alice):
    page = text_of(alice.post("/workspace/settings/", {"token_name": "script", "rights": "read"}))
    assert "ph_" in page
    assert "ph_" not in text_of(alice.get("/workspace/settings/"))
    answer = alice.post("/workspace/settings/", {"token_name": " ", "rights": "write"})
    assert answer.status_code == 400
    assert "a token needs a name" in text_of(answer)


def test_the_ledger_pages_backwards(people, alice):
    for n in range(60):
        make_capture(people.alice, f"thought {n}")
    page = text_of(alice.get("/workspace/ledger/"))
    assert "Older acts" in page
    before = page.partition("?before=")[2].partition('"')[0]
    assert "Older acts" not in text_of(alice.get(f"/workspace/ledger/?before={before}"))
    lines = alice.get("/workspace/ledger/export/").content.decode().splitlines()
    assert len(lines) > 60

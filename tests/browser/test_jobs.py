"""Jobs in Chromium: every page, the board by mouse and keys, the bookmarklet, an offer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.jobs.services.applications import (
    ApplicationDraft,
    begin_application,
    get_application,
    list_applications,
)
from pilothouse.apps.jobs.services.postings import list_postings
from pilothouse.apps.workspace.services.access import Access
from tests.apps.jobs import application_rows, offer_rows, posting_rows
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, Theme, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAIN = (
    "home", "posting-new", "bookmarklet", "pivots", "applications", "application-list",
    "application-new", "application-imports", "funnel", "history", "offers", "offer-new",
)  # fmt: skip


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_every_page(
    alice: Access, tmp_path: Path, live_server: LiveServer, open_page: OpenPage, theme: Theme,
    width: int,
):  # fmt: skip
    plain = [reverse(f"jobs:{name}") for name in PLAIN]
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + plain[0], theme=theme, width=width, cookies=cookies)
    for url in plain:
        page.goto(live_server.url + url)
        check_page(page)
    product = make_product(alice)
    ids: dict[str, str] = {}
    for rows in (posting_rows, application_rows, offer_rows):
        ids |= rows.make(alice, product, tmp_path, "Marked")
    of = ids["application_id"]
    full = [
        reverse("jobs:posting", args=[ids["posting_id"]]),
        reverse("jobs:application", args=[of]),
        *(
            reverse("jobs:application", args=[of]) + f"?part={part}"
            for part in ("sent", "people", "interviews")
        ),
        reverse("jobs:application-import", args=[ids["application_import_id"]]),
        reverse("jobs:application-import", args=[ids["taken_sheet_id"]]),
        reverse("jobs:move", args=[of, 1]),
        reverse("jobs:letter", args=[ids["letter_of"], ids["letter_id"]]),
        reverse("jobs:offer", args=[ids["offer_id"]]),
        reverse("jobs:offer-negotiation", args=[ids["offer_id"]]),
    ]
    for url in [*plain, *full]:
        page.goto(live_server.url + url)
        check_page(page)


def test_the_board_by_mouse_and_by_keys(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    made = begin_application(alice, ApplicationDraft("PM", "Acme", stage="applied"))
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + reverse("jobs:applications"), cookies=cookies)
    card = page.locator(f"#card-{made.public_id}")
    with page.expect_navigation():
        card.drag_to(page.locator("[data-stage='interview']"))
    assert get_application(alice, made.public_id).standing.stage == "interview"
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    page.goto(live_server.url + reverse("jobs:applications"))
    assert get_application(alice, made.public_id).standing.stage == "applied"
    card.get_by_role("link").focus()
    with page.expect_navigation():
        page.keyboard.press("Shift+ArrowRight")
    assert get_application(alice, made.public_id).standing.stage == "screen"
    # The card has the focus again after the page came anew.
    expect(card.get_by_role("link")).to_be_focused()
    page.keyboard.press("m")
    page.get_by_label("To", exact=True).select_option("offer")
    page.get_by_label("Note").fill("They called.")
    with page.expect_navigation():
        page.get_by_role("button", name="Move", exact=True).click()
    found = get_application(alice, made.public_id)
    assert [(move.stage, move.note) for move in found.moves][-1] == ("offer", "They called.")
    assert len(found.moves) == 4


def test_what_the_bookmarklet_brings_is_shown_and_saved_by_hand(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    brought = {
        "text": "Product manager wanted. <img src=x onerror=alert(1)>",
        "title": "PM at Acme", "url": "https://acme.example/jobs/1",
    }  # fmt: skip
    cookies = log_in(alice, live_server.url)
    place = live_server.url + reverse("jobs:receive")
    page = open_page(f"{place}#posting={quote(json.dumps(brought))}", cookies=cookies)
    page.wait_for_url("**/jobs/postings/new/")
    expect(page.get_by_label("Title")).to_have_value("PM at Acme")
    assert list_postings(alice) == []
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/jobs/postings/*/")
    check_page(page)
    (saved,) = list_postings(alice)
    assert (saved.source, saved.text) == ("bookmarklet", brought["text"])


def test_from_a_posting_to_a_letter_and_an_offer(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + reverse("jobs:posting-new"), cookies=cookies)
    page.get_by_label("The text of the posting").fill("Product owner\nYou own our roadmap.")
    page.get_by_label("Company").fill("Acme")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a neighbouring role")).to_be_visible()
    page.get_by_role("link", name="Begin an application").click()
    page.get_by_label("Where it stands").select_option("applied")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Sent", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "resume.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("link", name="resume.pdf")).to_be_visible()
    page.get_by_role("button", name="Write a letter").click()
    page.get_by_role("textbox", name="Letter", exact=True).fill("We grew by 40 %.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nothing is linked to its 40 %")).to_be_visible()
    page.get_by_role("textbox", name="Letter", exact=True).fill("I like your shop.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Keep as sent").click()
    page.get_by_role("link", name="Timeline", exact=True).click()
    expect(page.get_by_text("Letter sent")).to_be_visible()
    page.get_by_role("link", name="Interviews and offer").click()
    page.get_by_role("link", name="Enter an offer").click()
    page.get_by_label("Name").fill("Acme")
    page.get_by_label("Salary a year: from").fill("60000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="60,000").first).to_be_visible()
    assert len(list_applications(alice)) == 1

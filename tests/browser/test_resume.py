"""Resumes in Chromium: every page, and the way from a number without evidence to a sent version."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting
from pilothouse.apps.workspace.services.access import Access
from tests.apps.jobs import resume_rows as rows
from tests.apps.jobs.resume_makers import base_of, reading
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, Theme, check_page, pardon_refusal
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAIN = ("resumes", "resume-new", "resume-facts")
SINGLE = ("resume", "resume-record", "resume-look", "resume-tailor", "resume-build",
          "resume-history", "resume-linkedin")  # fmt: skip
POSTING = (
    "Product manager. Run user research every week. User research shapes Kubernetes, Kubernetes."
)


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_pass_the_check(
    alice: Access,
    tmp_path: Path,
    live_server: LiveServer,
    open_page: OpenPage,
    theme: Theme,
    width: int,
):
    empty = reverse("jobs:resumes")
    page = open_page(
        live_server.url + empty, theme=theme, width=width, cookies=log_in(alice, live_server.url)
    )
    check_page(page)
    ids = rows.make(alice, make_product(alice), tmp_path, "Marked")
    urls = [reverse(f"jobs:{name}") for name in PLAIN]
    urls += [reverse(f"jobs:{name}", args=[ids["resume_id"]]) for name in SINGLE]
    urls += [f"{reverse('jobs:resume', args=[ids['tailored_id']])}"]
    urls += [reverse("jobs:resume-coverage", args=[ids["tailored_id"]])]
    urls += [reverse("jobs:resume-version", args=[ids["version_id"]])]
    for url in urls:
        page.goto(live_server.url + url)
        check_page(page)


def test_from_a_bare_number_to_the_version_that_was_sent(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    act = reading(alice)
    base = base_of(alice, "31 of 48 finished.", "Ran user research every week.", "Wrote notes.")
    saved = save_posting(alice, PostingDraft(POSTING, "PM at Acme"))
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + base.url, cookies=cookies)
    expect(page.get_by_text("nothing is linked to its 31")).to_be_visible()
    link_the_number(page, act.sequence)
    page.get_by_role("link", name="Tailor to a posting").click()
    page.get_by_label("A saved posting").select_option(saved.public_id)
    page.get_by_role("button", name="Begin the version").click()
    expect(page.get_by_role("heading", name="PM at Acme")).to_be_visible()
    expect(page.get_by_text("Nowhere in your resume")).to_be_visible()
    expect(page.locator("[data-found=missing]")).to_contain_text("Kubernetes")
    page.get_by_role("checkbox", name="Wrote notes.").uncheck()
    expect(page.locator("#resume-preview")).not_to_contain_text("Wrote notes.")
    page.get_by_role("button", name="Save and build").click()
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.get_by_text("come back once, in order, word for word")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    text = PdfReader(io.BytesIO(Path(download.value.path()).read_bytes())).pages[0].extract_text()
    assert "Ran user research every week." in text
    assert "Wrote notes." not in text
    assert "{act" not in text
    check_page(page)


def link_the_number(page: Page, sequence: int) -> None:
    """Put the sign of an act behind a bullet from the panel; the live preview agrees."""
    page.get_by_text("Product manager, Ann Pay").click()
    bullets = page.get_by_label("What you did")
    bullets.click()
    bullets.press("Control+Home")
    page.get_by_role("searchbox", name="Look for evidence").fill("Finished")
    item = page.locator("#resume-evidence li")
    expect(item).to_have_count(1)
    item.get_by_role("button", name="Insert").click()
    expect(bullets).to_have_value(
        f"31 of 48 finished. {{act:{sequence}}}\nRan user research every week.\nWrote notes."
    )
    expect(page.locator("#resume-preview")).to_contain_text("It builds")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved: state 2")).to_be_visible()


def test_nothing_typed_is_lost_and_entries_come_and_go(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    base = base_of(alice, "Asked why.")
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + base.url, cookies=cookies)
    page.get_by_role("textbox", name="Name").first.fill("Ann Other")
    page.get_by_role("button", name="Add an entry").click()
    page.get_by_role("button", name="Award", exact=True).click()
    expect(page.get_by_role("textbox", name="Name").first).to_have_value("Ann Other")
    page.get_by_role("textbox", name="Award").first.fill("Prize of the town")
    page.get_by_role("textbox", name="Day").first.fill("last year")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("last year: Awards")
    expect(page.get_by_role("textbox", name="Award").first).to_have_value("Prize of the town")
    pardon_refusal(page)
    page.get_by_role("textbox", name="Day").first.fill("2025")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_label("The resume as it reads")).to_contain_text("Prize of the town")
    page.get_by_text("Prize of the town").first.click()
    page.locator("#section-awards").get_by_role("button", name="Take out").click()
    expect(page.get_by_label("The resume as it reads")).not_to_contain_text("Prize of the town")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("The resume as it reads")).to_contain_text("Prize of the town")
    check_page(page)

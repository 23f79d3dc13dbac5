"""Checks and imports of documents in Chromium: findings lead to their lines, files come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    list_documents,
)
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.makers import make_event, send
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, Theme, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = """## Problem

We lose 12 % of new teams before they send a report, and many users say it is hard.

## Goals

Teams send their first report on the first day.

## Requirements

- R1: Users export a report as a file. Errors are shown, the empty list says so, owners have access.
  Metric: Activation rate
- R2: Users share a report by a link. Metric: Joy
- R3: The nightly job deletes old files. Metric: Visits
- R4: Reports open on the phone. Metric: Ghost rate

As a team lead, I want to share a report and get answers with one button, so that we decide earlier.

Acceptance criteria:

- Given a report, when I share it, then the link opens quickly
- Given an old link, when somebody opens it, then a page says that it has ended
"""


@dataclass(frozen=True)
class Living:
    """A server with a PRD that breaks rules, and somebody logged in."""

    url: str
    alice: Access
    product: ProductView
    document: DocumentView
    cookies: list[dict[str, str]]

    def address(self, path: str = "") -> str:
        return f"{self.url}/p/{self.product.public_id}/documents/{path}"


@pytest.fixture
def living(live_server: LiveServer, tmp_path: Path) -> Iterator[Living]:
    with live_in(tmp_path):
        alice = make_lighthouse()
        product = make_product(alice)
        yesterday = timezone.now() - timedelta(days=1)
        send(alice, product, [make_event("e1", "signed up", at=yesterday)])
        for name, event in (
            ("Activation rate", "signed up"),
            ("Ghost rate", "ghost seen"),
            ("Visits", None),
        ):
            question = parse_question("trend", {"event": event})
            save_metric(alice, product, MetricDraft(name, question))
        draft = DocumentDraft("Share reports", BODY, "prd", "plans")
        document = create_document(alice, product, draft)
        yield Living(live_server.url, alice, product, document, log_in(alice, live_server.url))


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_of_checks_and_imports(
    open_page: OpenPage, living: Living, theme: Theme, width: int
) -> None:
    for path in ("checks/", f"{living.document.public_id}/lint/", "import/"):
        page = open_page(living.address(path), theme=theme, width=width, cookies=living.cookies)
        for fold in page.locator("main details").all():
            fold.evaluate("each => { each.open = true }")
        check_page(page)
    page = open_page(
        living.address(f"{living.document.public_id}/"), theme=theme, width=width,
        cookies=living.cookies,
    )  # fmt: skip
    expect(page.locator("[data-lint]")).to_be_visible()
    check_page(page)


def test_a_finding_leads_to_its_line(open_page: OpenPage, living: Living) -> None:
    address = living.address(f"{living.document.public_id}/")
    page = open_page(address, cookies=living.cookies)
    finding = page.locator(".finding", has_text="Joy")
    finding.get_by_role("link").click()
    expect(page.locator(".lint-here")).to_contain_text("R2: Users share a report")
    assert page.url == address
    page.goto(living.address("checks/"))
    page.get_by_role("link", name="R4").click()
    expect(page.locator(".lint-here")).to_contain_text("R4: Reports open on the phone")


def pack(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, text in files.items():
            target.writestr(f"{name}.md", text)
    return stream.getvalue()


def choose(page: Page, data: bytes) -> None:
    file = {"name": "vault.zip", "mimeType": "application/zip", "buffer": data}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_a_vault_comes_in_and_goes_out_again(
    open_page: OpenPage, living: Living, theme: Theme, width: int
) -> None:
    page = open_page(living.address("import/"), theme=theme, width=width, cookies=living.cookies)
    choose(page, pack(Interview="# Ann\n\nSaid [[Share reports]] helps.", Second="Later."))
    expect(page.get_by_text("Interview.md")).to_be_visible()
    check_page(page)
    page.get_by_label("Kind of Ann").select_option("interview-guide")
    page.get_by_label("Import Second").uncheck()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("link", name="@Share reports")).to_be_visible()
    check_page(page)
    titles = {each.title: each.kind for each in list_documents(living.product)}
    assert titles == {"Ann": "interview-guide", "Share reports": "prd"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: the import of 1 document")).to_be_visible()
    assert [each.title for each in list_documents(living.product)] == ["Share reports"]

"""Credentials in Chromium: from acts to a signed badge, and the page that checks it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.portfolio.services.credential_files import write_credential
from pilothouse.apps.portfolio.services.credentials import (
    CredentialView,
    issue_bundle,
    revoke_credential,
)
from pilothouse.apps.portfolio.services.endorsing import add_endorsement
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.portfolio.credential_makers import (
    give_level,
    make_badge,
    sign_draft,
    sign_endorsement,
)
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_in_both_themes, check_page, record_complaints
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    return make_product(alice)


def _fill(alice: Access, product: ProductView) -> CredentialView:
    taken_back = make_badge(alice, product)
    revoke_credential(alice, taken_back.public_id, "A name was wrong")
    badge = make_badge(alice, product)
    add_endorsement(alice, badge.public_id, sign_endorsement(badge.uri).encode())
    issue_bundle(alice, [badge.public_id], name="Product management")
    return badge


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_pass_the_check(
    alice: Access,
    product: ProductView,
    live_server: LiveServer,
    open_page: OpenPage,
    width: int,
):
    badge = _fill(alice, product)
    cookies = log_in(alice, live_server.url)
    new = reverse("portfolio:credential-new")
    for path in (
        reverse("portfolio:credentials"), badge.url, new, f"{new}?competency=C03",
        reverse("portfolio:credential-verify"), reverse("portfolio:credential-endorse"),
    ):  # fmt: skip
        page = open_page(live_server.url + path, width=width, cookies=cookies)
        check_in_both_themes(page)


def test_from_acts_to_a_badge_that_is_checked(
    alice: Access, product: ProductView, live_server: LiveServer, open_page: OpenPage
):
    give_level(alice, product)
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + reverse("portfolio:credentials"), cookies=cookies)
    page.get_by_role("link", name="Issue a badge").first.click()
    page.get_by_role("link", name="Prepare Problem framing").click()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="It does not prove")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Sign it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("issued by the holder")
    check_page(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="The same as PNG").click()
    page.goto(live_server.url + reverse("portfolio:credential-verify"))
    page.locator("#file").set_input_files(waiting.value.path())
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("Every check that could be made holds.")).to_be_visible()
    check_page(page)


def _open_file(page: Page, path: Path, body: bytes) -> Page:
    path.write_bytes(body)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    expect(page.locator("#checks li").first).not_to_contain_text("Not checked yet")
    assert asked == [path.as_uri()], "it asks for nothing but itself"
    return page


def test_page_of_a_badge_checks_itself_without_a_network(
    alice: Access, product: ProductView, live_server: LiveServer, tmp_path: Path,
    open_page: OpenPage,
):  # fmt: skip
    badge = _fill(alice, product)
    bundle = issue_bundle(alice, [badge.public_id])
    blank = open_page(live_server.url + "/static/icon.svg")
    page = blank.context.new_page()
    record_complaints(page)
    for view in (badge, bundle):
        _, body, _ = write_credential(view, "html")
        _open_file(page, tmp_path / "page.html", body)
        signed = page.get_by_text("the signature fits, nothing was changed.")
        assert signed.count() == (1 if view is badge else 3)
        assert page.locator("#checks [data-tone=bad]").count() == 0
        check_in_both_themes(page)
    _, body, _ = write_credential(badge, "html")
    forged = body.replace(b'"value":"L1"', b'"value":"L4"')
    assert forged != body
    _open_file(page, tmp_path / "forged.html", forged)
    expect(page.locator("#checks [data-tone=bad]")).to_contain_text("Something was changed")


def test_a_changed_badge_is_named_as_such(
    alice: Access, live_server: LiveServer, open_page: OpenPage
):
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + reverse("portfolio:credential-verify"), cookies=cookies)
    page.get_by_label("Or its text").fill(sign_draft().replace('"L2"', '"L3"'))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("something was changed").first).to_be_visible()
    check_page(page)

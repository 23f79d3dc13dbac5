"""A negotiation in Chromium: the cut line moves while one types, and the deal becomes promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.backlog.services.items import ItemDraft, create_items
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    NegotiationView,
    StakeholderView,
    get_negotiation,
    save_negotiation,
)
from pilothouse.apps.roadmap.services.promises import list_promises
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.roadmap.delivery_rows import make_history
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, Theme, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    made = make_product(alice, "Beacon", clock=NOW, world="simulated")
    make_history(alice, made, (3, 5, 2, 0, 4, 6))
    return made


@pytest.fixture
def sheet(alice: Access, product: ProductView) -> NegotiationView:
    """The worked example: twelve items, wished in four weeks."""
    drafts = [ItemDraft(f"Item {n}", kind="story", status="ready") for n in range(1, 13)]
    _, items = create_items(alice, product, drafts)
    ids = tuple(item.public_id for item in items)
    people = (StakeholderView("Dana", "sales", "a show", "the old plan"),)
    draft = NegotiationDraft(
        "The fair", date(2026, 12, 23), item_ids=ids, stakeholders=people, delay_cost=1000.0
    )
    return save_negotiation(alice, product, draft)


def first_items(page: Page) -> list[str]:
    return [text.split(" ", 1)[1] for text in page.locator(".scope-title").all_inner_texts()[:3]]


def test_the_cut_line_moves_and_the_deal_becomes_a_promise(
    alice: Access,
    product: ProductView,
    sheet: NegotiationView,
    live_server: LiveServer,
    open_page: OpenPage,
):
    page = open_page(live_server.url + sheet.url, cookies=log_in(alice, live_server.url))
    words = page.locator(".deal-words").first
    expect(words).to_have_text("By 23 December 2026: the first 9 of 12 items.")
    page.get_by_label("Promise only what has a chance of (%)").fill("75")
    expect(words).to_have_text("By 23 December 2026: the first 11 of 12 items.")
    page.locator("#weeks").press("ArrowRight")
    expect(words).to_have_text("By 30 December 2026: all 12 items.")
    page.get_by_role("button", name="down", exact=False).first.press("Enter")
    expect(page.locator(".scope-title").first).to_contain_text("Item 2")
    assert page.evaluate("document.activeElement.id").startswith("down-")
    page.locator(".scope-grip").nth(2).drag_to(page.locator(".scope-line").nth(0))
    expect(page.locator(".scope-title").first).to_contain_text("Item 3")
    expect(page.get_by_role("button", name="Agree and promise")).to_be_disabled()
    check_page(page)
    page.get_by_role("button", name="Save the sheet").click()
    expect(page.get_by_text("Saved: The fair")).to_be_visible()
    assert first_items(page) == ["Item 3", "Item 2", "Item 1"]
    assert get_negotiation(product, sheet.public_id).draft.confidence == 0.75
    page.get_by_label("Scope fixed").check()
    page.get_by_role("button", name="Agree and promise").click()
    expect(page.get_by_text("Agreed: The fair; 1 promise made")).to_be_visible()
    (promise,) = list_promises(product)
    assert (promise.what, promise.to_name) == ("The fair: all 12 items", "Dana")
    assert promise.due == date(2026, 12, 30)
    check_page(page)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_the_pages_of_delivery_pass(
    theme: Theme,
    width: int,
    alice: Access,
    product: ProductView,
    sheet: NegotiationView,
    live_server: LiveServer,
    open_page: OpenPage,
):
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + sheet.url, theme=theme, width=width, cookies=cookies)
    check_page(page)
    start = f"{live_server.url}/p/{product.public_id}/roadmap/"
    for path in (
        "forecast/?scope=number&items=12", "flow/", "negotiations/", "promises/",
        f"negotiations/{sheet.public_id}/sheet/",
    ):  # fmt: skip
        page.goto(start + path)
        check_page(page)

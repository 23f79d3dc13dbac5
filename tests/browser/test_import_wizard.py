"""The import wizard with the purchases of CDNOW, from choosing the file to undo and redo.

The figures are those of the file: 69,659 purchases of 23,570 customers from January 1997 to June
1998; active customers a month as counted from it line by line below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.local import list_owner_accesses
from pilothouse.web.formatting import format_count
from tests.browser.living import live_in, log_in, work
from tests.browser.pages import OpenPage, check_page
from tests.builders import make_people, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PURCHASES = 69_659
CUSTOMERS = 23_570
IMPORT_WITHIN_MS = 60_000


@pytest.fixture
def purchases(root: Path, needs_or_skips: Callable[[str], None]) -> Path:
    path = root.parent / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
    if not path.exists():
        needs_or_skips("the purchases of CDNOW are not on this computer")
    return path


@pytest.fixture
def product(live_server: LiveServer, tmp_path: Path) -> Iterator[ProductView]:
    with live_in(tmp_path):
        access = make_people().alice
        made = make_product(access, "Records")
        with work():
            yield made


@pytest.fixture
def imports(product: ProductView, live_server: LiveServer, open_page: OpenPage) -> Page:
    url = live_server.url
    page = open_page(
        url + reverse("analytics:imports", args=[product.public_id]),
        cookies=log_in(list_owner_accesses()[0], url),
    )
    # The first look at a file loads what reads files, and the first question what answers.
    page.set_default_timeout(IMPORT_WITHIN_MS)
    return page


def test_a_purchase_log_becomes_events_and_back(
    imports: Page, live_server: LiveServer, product: ProductView, purchases: Path
) -> None:
    page = imports
    _choose(page, purchases)
    _check_guess(page)
    page.get_by_role("button", name="Import", exact=True).click()
    _expect_done(page)
    check_page(page)
    assert _monthly_buyers(page, live_server, product) == _count_buyers(purchases)

    page.go_back()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Its events are out again")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Events", exact=True).click()
    expect(page.locator(".stat-value", has_text=format_count(PURCHASES))).to_have_count(0)

    page.go_back()
    page.get_by_role("button", name="Import", exact=True).click()
    _expect_done(page)
    page.get_by_role("link", name="Events", exact=True).click()
    for figure in (PURCHASES, CUSTOMERS):
        expect(page.locator(".stat", has_text=format_count(figure)).first).to_be_visible()


def _choose(page: Page, path: Path) -> None:
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()


def _check_guess(page: Page) -> None:
    """The mapping that was guessed and the first purchases as they would be stored."""
    assert _chosen(page, "Who (actor)") == "customer_id"
    assert _chosen(page, "When") == "date"
    assert _chosen(page, "What (event)") == "every row is the same event:"
    expect(page.get_by_label("Name of that event")).to_have_value("purchase")
    assert _chosen(page, "Kind of dollar_value") == "number"
    kept = page.get_by_label("Property name of dollar_value")
    assert kept.input_value() in {"amount", "dollar_value"}
    first = page.get_by_role("region", name="Preview").get_by_role("row").nth(1)
    expect(first).to_contain_text("1997-01-01")
    expect(first).to_contain_text("11.77")
    check_page(page)


def _chosen(page: Page, label: str) -> str:
    picked = page.get_by_label(label, exact=True).locator("option:checked")
    return (picked.text_content() or "").strip()


def _expect_done(page: Page) -> None:
    expect(page.get_by_role("heading", name="Imported")).to_be_visible(timeout=IMPORT_WITHIN_MS)
    stored = page.locator(".stat", has_text="Events stored")
    expect(stored).to_contain_text(format_count(PURCHASES))
    expect(page.locator(".stat", has_text="Refused")).to_contain_text("0")


def _monthly_buyers(page: Page, live_server: LiveServer, product: ProductView) -> list[int]:
    """What the trend of active customers by month says in its table."""
    address = live_server.url + reverse("analytics:trend", args=[product.public_id])
    page.goto(f"{address}?event=purchase&measure=actors&period=month&from=1997-01-01&to=1998-06-30")
    check_page(page)
    # Beside the figure a cell tells its n.
    figures = page.locator(".plot table tbody td").evaluate_all(
        "cells => cells.map(cell => cell.firstChild.textContent)"
    )
    return [int(re.sub(r"\D", "", figure)) for figure in figures]


def _count_buyers(path: Path) -> list[int]:
    months: dict[str, set[str]] = {}
    for line in path.read_text().splitlines():
        customer, day = line.split()[:2]
        if day.isdigit():
            months.setdefault(day[:6], set()).add(customer)
    return [len(months[month]) for month in sorted(months)]

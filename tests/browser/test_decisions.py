"""Decisions in Chromium: from a decision to its score, and every page in both themes and widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import list_acts
from tests.apps.decisions import rows
from tests.apps.decisions.makers import make_dated, make_metric, turn
from tests.apps.makers import daily_events, send
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_all, check_in_both_themes, check_page
from tests.builders import make_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    made = make_dated(alice)
    send(alice, made, daily_events([3, 4, 5, 6]))
    return made


def _pages(product: ProductView, ids: dict[str, str]) -> list[str]:
    address = product.public_id
    plain = ("home", "decision-new", "forecasts", "forecast-new", "calibration", "premortems")
    single = {
        "decision": "decision_id", "decision-edit": "decision_id", "forecast": "forecast_id",
        "premortem": "premortem_id",
    }  # fmt: skip
    return [
        *(reverse(f"decisions:{name}", args=[address]) for name in plain),
        *(reverse(f"decisions:{name}", args=[address, ids[key]]) for name, key in single.items()),
        reverse("decisions:forecast-new", args=[address]) + "?kind=date",
        *(each.url for each in list_forecasts(product)),
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_pass_the_check(
    alice: Access,
    product: ProductView,
    tmp_path: Path,
    live_server: LiveServer,
    open_page: OpenPage,
    width: int,
) -> None:
    url = live_server.url
    first = open_page(url + "/health/", width=width, cookies=log_in(alice, url))
    empty = make_dated(alice, name="Empty")
    ids = rows.make(alice, product, tmp_path, "Zanzibar")
    rows.fill(alice, product, 1)
    pages = [*_pages(product, ids), *_pages(empty, ids)[:6]]
    check_all(first, url, pages, check_in_both_themes)


def test_from_a_decision_to_its_score(
    alice: Access, product: ProductView, live_server: LiveServer, open_page: OpenPage
) -> None:
    metric = make_metric(alice, product)
    url = live_server.url
    start = url + reverse("decisions:decision-new", args=[product.public_id])
    page = open_page(start, cookies=log_in(alice, url))
    _decide(page)
    page.get_by_role("link", name="Forecast", exact=True).click()
    page.get_by_label("It will happen that").fill("Opens stay above five")
    page.get_by_label("Probability").fill("80%")
    page.get_by_label("Known by the end of").fill(product.now.date().isoformat())
    page.get_by_label("Resolves").select_option("metric")
    page.get_by_label("Metric", exact=True).select_option(metric.public_id)
    page.get_by_label("This value").fill("5")
    page.get_by_role("button", name="Make the forecast").click()
    expect(page.get_by_role("main")).to_contain_text("Read when 23 Nov 2026 is over")
    turn(product, days=1)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("came true")
    expect(page.get_by_role("main")).to_contain_text("by itself, from the metric")
    check_page(page)
    page.get_by_role("link", name="Calibration").click()
    expect(page.get_by_role("main")).to_contain_text("Under 20 a score says more of luck")
    expect(page.get_by_role("main")).to_contain_text("0.040")
    kinds = {act.kind for act in list_acts(alice)}
    assert {"decision.decided", "forecast.made", "forecast.resolved"} <= kinds


def _decide(page: Page) -> None:
    page.get_by_label("Decision", exact=True).fill("Open the board to everybody")
    page.get_by_label("Option", exact=True).first.fill("Open it")
    page.get_by_role("button", name="Another option").click()
    page.get_by_label("Option", exact=True).last.fill("Keep it closed")
    page.get_by_label("chosen").first.check()
    page.get_by_label("Expected result").fill("A hundred ideas by May")
    page.get_by_label("Probability of that").fill("65%")
    page.get_by_label("Review on").fill("2027-05-01")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Open the board to everybody")
    expect(page.get_by_role("main")).to_contain_text("A hundred ideas by May")


def test_a_forecast_in_one_line_is_undone(
    alice: Access, product: ProductView, live_server: LiveServer, open_page: OpenPage
) -> None:
    url = live_server.url
    path = reverse("decisions:forecasts", args=[product.public_id])
    page = open_page(url + path, cookies=log_in(alice, url))
    page.get_by_label("A forecast in one line").fill("Perhaps we ship")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("80% that … by 2026-12-31")
    expect(page.get_by_label("A forecast in one line")).to_have_value("Perhaps we ship")
    page.get_by_label("A forecast in one line").fill("70% that we ship by 31 Dec #release")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="we ship")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="we ship", exact=True)).to_have_count(0)

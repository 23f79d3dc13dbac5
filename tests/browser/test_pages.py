"""Every page in Chromium: both themes, both widths, with data and without, and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.analytics.services.imports import receive_file, start_import
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.streams import create_write_key
from pilothouse.apps.simulation.services import demo
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import list_jobs
from pilothouse.apps.workspace.services.worker import run_one
from tests.browser.living import live_in, log_in
from tests.browser.pages import (
    OpenPage,
    check_all,
    check_in_both_themes,
    check_page,
    record_complaints,
)
from tests.builders import make_capture, make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PURCHASES = "customer,date,amount\n" + "".join(
    f"c{number % 40},2026-0{1 + number % 9}-1{number % 10},{number}.50\n" for number in range(200)
)
ANALYTICS = ("home", "trend", "funnel", "retention", "events", "sources", "imports")
WORKSPACE = (
    "products", "product-new", "members", "ledger", "jobs", "backups", "settings", "capture",
    "search",
)  # fmt: skip


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def simulated(alice: Access, monkeypatch: pytest.MonkeyPatch) -> ProductView:
    """The demo, younger and smaller."""
    monkeypatch.setattr(demo, "DAYS", 75)
    monkeypatch.setattr(demo, "USERS", 400)
    return demo.create_demo(alice)


def _pages_of(product: ProductView) -> list[str]:
    """The pages that every product has."""
    address = product.public_id
    return [
        reverse("today:home", args=[address]),
        *(reverse(f"analytics:{name}", args=[address]) for name in ANALYTICS),
        *(reverse(f"workspace:{name}") for name in WORKSPACE),
        reverse("workspace:product-edit", args=[address]),
    ]


def _pages_with_data(alice: Access, product: ProductView) -> list[str]:
    """The pages that there are only when there is something to show."""
    address = product.public_id
    asked = {
        "trend": "event=app_opened&measure=actors&period=week&breakdown=platform",
        "funnel": "step=signed_up&step=workspace_created&step=project_created&breakdown=platform",
        "retention": "start=signed_up&return=app_opened&period=week&periods=6",
    }
    thought = make_capture(alice, "Is it people, or is it the measuring?")
    return [
        *(f"{reverse(f'analytics:{kind}', args=[address])}?{q}" for kind, q in asked.items()),
        *(
            reverse("analytics:metric", args=[address, metric.public_id])
            for metric in list_metrics(product)
        ),
        reverse("workspace:capture-detail", args=[thought.public_id]),
        reverse("workspace:search") + "?q=measuring",
        *_pages_of_imports(alice),
    ]


def _pages_of_imports(alice: Access) -> list[str]:
    """An import that waits, one that is done, its job, and the sources of a real product."""
    product = make_product(alice, "Records")
    create_write_key(alice, product, "Website")
    waiting, done = (
        receive_file(alice, product, "purchases.csv", [PURCHASES.encode()]) for _ in range(2)
    )
    start_import(alice, product, done.public_id)
    assert run_one("test")
    address = product.public_id
    return [
        *(reverse("analytics:import", args=[address, row.public_id]) for row in (waiting, done)),
        reverse("analytics:imports", args=[address]),
        reverse("analytics:sources", args=[address]),
        reverse("workspace:jobs"),
        reverse("workspace:job-detail", args=[list_jobs(alice)[0].public_id]),
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_with_data_pass_the_check(
    simulated: ProductView,
    alice: Access,
    live_server: LiveServer,
    open_page: OpenPage,
    width: int,
) -> None:
    url = live_server.url
    page = open_page(url + "/health/", width=width, cookies=log_in(alice, url))
    check_all(
        page,
        url,
        [*_pages_of(simulated), *_pages_with_data(alice, simulated)],
        check_in_both_themes,
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_empty_pages_pass_the_check(
    alice: Access, live_server: LiveServer, open_page: OpenPage, width: int
) -> None:
    url = live_server.url
    page = open_page(url + "/health/", width=width, cookies=log_in(alice, url))
    check_all(page, url, _pages_of(make_product(alice)), check_in_both_themes)


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_outside_pass_the_check(
    alice: Access, live_server: LiveServer, open_page: OpenPage, width: int
) -> None:
    url = live_server.url
    outside = open_page(url + "/health/", width=width)
    check_all(outside, url, [reverse("workspace:login")], check_in_both_themes)
    page = open_page(url + "/health/", width=width, cookies=log_in(alice, url))
    nowhere = page.context.new_page()
    answer = nowhere.goto(url + "/p/nothing/today/")
    assert answer is not None
    assert answer.status == 404
    # Chromium itself complains of the status: complaints count from here.
    record_complaints(nowhere)
    check_in_both_themes(nowhere)


@pytest.fixture
def today(alice: Access, live_server: LiveServer, open_page: OpenPage) -> Page:
    url = live_server.url
    product = make_product(alice)
    path = reverse("today:home", args=[product.public_id])
    return open_page(url + path, cookies=log_in(alice, url))


def test_the_palette_searches_and_goes(today: Page, alice: Access) -> None:
    make_capture(alice, "Ask about the onboarding of teams")
    today.keyboard.press("Control+k")
    today.keyboard.type("onboarding of")
    option = today.locator("#palette [role=option]", has_text="Ask about the onboarding of teams")
    expect(option).to_be_visible()
    today.keyboard.press("ArrowDown")
    today.keyboard.press("Enter")
    today.wait_for_url("**/workspace/captures/**")
    expect(today.get_by_role("main")).to_contain_text("Ask about the onboarding of teams")


def test_the_palette_goes_to_a_page(today: Page) -> None:
    today.keyboard.press("Control+k")
    today.keyboard.type("Analytics")
    expect(today.locator("#palette [role=option]").first).to_contain_text("Analytics")
    today.keyboard.press("Enter")
    today.wait_for_url("**/analytics/")


def test_help_lists_the_keys(today: Page) -> None:
    today.keyboard.press("?")
    expect(today.locator("#keys > div")).to_be_visible()
    check_page(today)
    today.keyboard.press("Escape")
    expect(today.locator("#keys > div")).to_be_hidden()


def test_a_captured_thought_is_on_today(today: Page) -> None:
    today.keyboard.press("c")
    today.keyboard.type("Why do teams stop after a week?")
    today.locator("#capture").get_by_role("button", name="Capture", exact=True).press("Enter")
    expect(today.locator("#capture > div")).to_be_hidden()
    expect(today.get_by_role("main")).to_contain_text("Why do teams stop after a week?")


def test_a_deletion_is_undone_from_its_message(
    today: Page, alice: Access, live_server: LiveServer
) -> None:
    thought = make_capture(alice, "Keep me after all")
    path = reverse("workspace:capture-detail", args=[thought.public_id])
    today.goto(live_server.url + path)
    today.get_by_role("button", name="Delete").click()
    with today.expect_navigation():
        today.locator("#toasts").get_by_role("button", name="Undo").click()
    today.goto(live_server.url + path)
    expect(today.get_by_role("main")).to_contain_text("Keep me after all")
    check_page(today)

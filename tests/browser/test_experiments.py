"""Experiments in Chromium: the whole way, and every page in both themes and widths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.documents.services.documents import DocumentDraft, create_document
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from tests.apps.decisions.makers import make_dated, turn
from tests.apps.experiments import rows
from tests.apps.experiments.makers import exposures
from tests.apps.makers import send
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, Theme, check_all, check_page, record_complaints
from tests.builders import make_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    return make_dated(alice)


def _pages(product: ProductView, ids: dict[str, str]) -> list[str]:
    address = product.public_id
    states = (
        "experiment_id",
        "draft_experiment_id",
        "sealed_id",
        "running_id",
        "stopped_id",
        "cancelled_id",
    )
    return [
        *(reverse(f"experiments:{name}", args=[address]) for name in ("home", "new")),
        *(reverse("experiments:experiment", args=[address, ids[state]]) for state in states),
        reverse("experiments:edit", args=[address, ids["draft_experiment_id"]]),
        reverse("experiments:edit", args=[address, ids["running_id"]]),
        reverse("experiments:readout", args=[address, ids["experiment_id"], "1"]),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_pass_the_check(
    alice: Access,
    product: ProductView,
    tmp_path: Path,
    live_server: LiveServer,
    open_page: OpenPage,
    theme: Theme,
    width: int,
) -> None:
    url = live_server.url
    first = open_page(url + "/health/", theme=theme, width=width, cookies=log_in(alice, url))
    empty = make_dated(alice, name="Empty")
    pages = [
        *_pages(product, rows.make(alice, product, tmp_path, "Zanzibar")),
        reverse("experiments:home", args=[empty.public_id]),
    ]
    check_all(first, url, pages)


def test_from_the_brief_to_the_ledger(
    alice: Access, product: ProductView, live_server: LiveServer, open_page: OpenPage
) -> None:
    base = f"{live_server.url}/p/{product.public_id}"
    page = open_page(f"{base}/experiments/", cookies=log_in(alice, live_server.url))
    page.get_by_role("link", name="Write the first brief").click()
    _write_brief(page)
    expect(page.get_by_text("registered").first).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("The result is not shown before its rule is met")).to_be_visible()
    experiment = page.url
    _forecast(page, base)
    begun = product.now + timedelta(minutes=1)
    send(alice, product, exposures([("old", 150, 30), ("new", 150, 66)], begun))
    turn(product, days=9)
    _read_out(page, experiment)
    claim = _quote(page, base, alice, product)
    # The form of a claim begins with a funnel without steps, which is refused and shown as such.
    page = page.context.new_page()
    record_complaints(page)
    later = exposures([("old", 60, 50), ("new", 60, 4)], begun, prefix="late")
    send(alice, product, later)
    _read_again(page, experiment)
    page.goto(claim)
    expect(page.locator("[data-document-text] .claim[data-state=stale]")).to_be_visible()
    page.goto(f"{base}/decisions/forecasts/")
    page.get_by_role("link", name="Templates win").click()
    expect(page.get_by_role("main")).to_contain_text("came true")
    check_page(page)
    kinds = [act.kind for act in reversed(list_acts(alice, limit=200))]
    wanted = [
        "experiment.drafted", "experiment.preregistered", "experiment.started", "forecast.made",
        "experiment.stopped", "experiment.read-out", "claim.quoted", "experiment.read-out",
        "claim.went-stale",
    ]  # fmt: skip
    at = 0
    for kind in wanted:
        assert kind in kinds[at:], (kind, kinds)
        at = kinds.index(kind, at) + 1
    assert verify_ledger(alice.workspace_id).is_whole


def _write_brief(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("A template on the first screen")
    page.get_by_label("Hypothesis").fill("It helps new people. Wrong if nothing moves.")
    page.get_by_label("Event that marks the exposure").fill("seen")
    page.get_by_label("Property of it that names the arm").fill("variant")
    page.get_by_label("Value of the property for arm 1").fill("old")
    page.get_by_label("Name of arm 2").fill("Template")
    page.get_by_label("Value of the property for arm 2").fill("new")
    page.get_by_role("button", name="Another arm").click()
    expect(page.get_by_label("Name of arm 4")).to_be_focused()
    page.get_by_label("Primary metric", exact=True).fill("First project")
    page.get_by_label("Event", exact=True).fill("made")
    page.get_by_label("Baseline of the primary metric").fill("20")
    page.get_by_label("Smallest change worth finding, %").fill("50")
    page.get_by_label("Units a day").fill("30")
    expect(page.locator("#brief-size")).to_contain_text("units in all")
    page.get_by_label("Planned units, all arms").fill("300")
    page.get_by_label("What is done then").fill("Better: ship it. Else drop it.")
    check_page(page)
    page.get_by_role("button", name="Save and seal").click()


def _forecast(page: Page, base: str) -> None:
    page.goto(f"{base}/decisions/forecasts/new/?kind=binary")
    page.get_by_label("It will happen that").fill("Templates win")
    page.get_by_label("Probability", exact=True).fill("70%")
    page.get_by_label("Known by the end of").fill("2026-12-24")
    page.get_by_label("Resolves").select_option("experiment")
    page.get_by_label("Experiment", exact=True).select_option(index=1)
    check_page(page)
    page.get_by_role("button", name="Make the forecast").click()
    expect(page.get_by_text("Templates win").first).to_be_visible()


def _read_out(page: Page, experiment: str) -> None:
    page.goto(experiment)
    expect(page.get_by_text("300 of 300")).to_be_visible()
    expect(page.get_by_text("Template is better than Control")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_label("What was learned").fill("Templates help.")
    page.get_by_role("button", name="Read it out").click()
    page.get_by_role("link", name="Readout 1").click()
    expect(page.get_by_text("by its own rule")).to_be_visible()
    expect(page.get_by_text("What this cannot say")).to_be_visible()
    check_page(page)


def _quote(page: Page, base: str, alice: Access, product: ProductView) -> str:
    document = create_document(alice, product, DocumentDraft("Templates", "Lift:"))
    page.goto(f"{base}/documents/{document.public_id}/edit/")
    body = page.locator("#editor-body")
    body.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" /claim")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Quote a number")
    choice = dialog.get_by_label("What is quoted")
    choice.select_option(label="E1: A template on the first screen: relative difference")
    expect(dialog.locator("#claim-value")).to_contain_text("n 300")
    dialog.get_by_role("button", name="Quote it").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".claim[data-state=fresh]").first).to_contain_text("120")
    return page.url


def _read_again(page: Page, experiment: str) -> None:
    page.goto(experiment)
    page.get_by_text("Read it out again").first.click()
    page.get_by_role("button", name="Read it out again").click()
    expect(page.get_by_role("link", name="Readout 2")).to_be_visible()
    check_page(page)

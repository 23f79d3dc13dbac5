"""The whole way in one browser: from an opportunity to a forecast that its metric resolves.

Opportunity -> feature scored with ranges -> roadmap -> requirements that quote a live number -> the
number moves -> its claim is stale -> a decision with a forecast -> the metric resolves it ->
calibration counts it -> the ledger holds each act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from tests.apps.makers import make_event, send
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTION = "at least 40 people sign up tomorrow"


@dataclass(frozen=True)
class Place:
    """A real product with two metrics, and where it is served."""

    alice: Access
    product: ProductView
    base: str
    server: str

    def come(self, count: int, finish: int, prefix: str, at: datetime) -> None:
        """``count`` people sign up, ``finish`` of them finish their first project."""
        events = [
            make_event(f"{prefix}s{n}", "signed up", f"{prefix}{n}", at) for n in range(count)
        ]
        later = at + timedelta(minutes=5)
        events += [
            make_event(f"{prefix}f{n}", "finished", f"{prefix}{n}", later) for n in range(finish)
        ]
        send(self.alice, self.product, events, at=timezone.now())


@pytest.fixture
def place(tmp_path: Path, live_server: LiveServer) -> Iterator[Place]:
    with live_in(tmp_path):
        alice = make_lighthouse()
        product = make_product(alice)
        funnel = parse_question("funnel", {"steps": ["signed up", "finished"], "window": "1h"})
        trend = parse_question("trend", {"event": "signed up", "measure": "actors"})
        save_metric(alice, product, MetricDraft("Activation", funnel))
        save_metric(alice, product, MetricDraft("Sign-ups", trend))
        found = Place(alice, product, f"{live_server.url}/p/{product.public_id}", live_server.url)
        found.come(80, 12, "a", timezone.now() - timedelta(days=3))
        yield found


def test_from_an_opportunity_to_a_scored_forecast(place: Place, open_page: OpenPage):
    cookies = log_in(place.alice, place.server)
    page = open_page(f"{place.base}/backlog/", cookies=cookies)
    _refine(page, place)
    _bet(page, place)
    _require(page, place)
    _find_stale(page, place)
    _decide(page, place)
    _be_judged(page, place)
    _look_into_the_ledger(place)


def _refine(page: Page, place: Place) -> None:
    """An opportunity, a feature below it, and its RICE score with ranges."""
    page.goto(f"{place.base}/backlog/new/")
    page.get_by_label("Title").fill("People leave before their first project")
    page.get_by_label("Kind").select_option("opportunity")
    page.get_by_role("button", name="Add").click()
    page.goto(f"{place.base}/backlog/new/")
    page.get_by_label("Title").fill("Start from a template")
    page.get_by_label("Kind").select_option("feature")
    page.get_by_label("Parent").fill("#1")
    page.get_by_role("button", name="Add").click()
    page.goto(f"{place.base}/backlog/")
    page.get_by_role("link", name="Start from a template").first.click()
    page.get_by_role("link", name="Score it").click()
    page.get_by_label("Reach", exact=False).first.fill("1000..4000")
    page.get_by_label("Per", exact=True).select_option("quarter")
    page.get_by_label("Impact", exact=False).fill("1..2")
    page.get_by_label("Confidence", exact=False).fill("80%")
    page.get_by_label("Effort", exact=False).fill("2..6")
    check_page(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("90 % interval")).to_be_visible()


def _bet(page: Page, place: Place) -> None:
    """The feature on the roadmap, its value begun by its score."""
    page.goto(f"{place.base}/backlog/ranking/")
    expect(page.get_by_role("link", name="Start from a template").first).to_be_visible()
    page.get_by_role("link", name="Start from a template").first.click()
    item_id = page.url.split("/items/")[1].split("/")[0]
    page.goto(f"{place.base}/roadmap/bets/new/?item={item_id}")
    expect(page.get_by_text("Its RICE score")).to_be_visible()
    page.get_by_label("How far away").select_option("now")
    page.get_by_label("Confidence, %").fill("70")
    page.get_by_role("button", name="Place it").click()
    page.goto(f"{place.base}/roadmap/")
    expect(page.locator('[data-lane="now"] [data-bet]')).to_contain_text("Start from a template")
    check_page(page)


def _require(page: Page, place: Place) -> None:
    """Requirements that quote the funnel as it stands."""
    page.goto(f"{place.base}/documents/new/?template=prd")
    page.get_by_role("textbox", name="Title").fill("Templates")
    page.get_by_role("button", name="Begin writing").click()
    body = page.locator("#editor-body")
    body.fill("## Problem\n\nOf all sign-ups only ")
    body.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("/funnel")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Quote a number")
    expect(dialog.locator("#claim-value")).to_contain_text("n 80")
    dialog.get_by_role("button", name="Quote it").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".claim[data-state=fresh]").first).to_have_text("15%")


def _find_stale(page: Page, place: Place) -> None:
    """The funnel moves, and the document says so."""
    place.come(200, 2, "b", timezone.now() - timedelta(days=2))
    page.reload()
    expect(page.locator("[data-document-text] .claim[data-state=stale]")).to_have_text("15%")
    page.goto(f"{place.base}/today/")
    expect(page.get_by_text("Templates", exact=False).first).to_be_visible()


def _decide(page: Page, place: Place) -> None:
    """A decision, and a forecast that a metric will resolve."""
    page.goto(f"{place.base}/decisions/new/")
    page.get_by_label("Decision", exact=True).fill("Templates first")
    page.get_by_label("Option", exact=True).nth(0).fill("Templates")
    page.get_by_label("Option", exact=True).nth(1).fill("Nothing")
    page.get_by_role("radio", name="chosen").nth(0).check()
    page.get_by_label("Expected result").fill("Activation is back above 10 % within a month.")
    page.get_by_label("Probability of that").fill("65%")
    page.get_by_label("Review on").fill((timezone.now() + timedelta(days=30)).date().isoformat())
    check_page(page)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("decided").first).to_be_visible()
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    page.goto(f"{place.base}/decisions/forecasts/new/?kind=binary")
    page.get_by_label("It will happen that").fill(QUESTION)
    page.get_by_label("Probability", exact=True).fill("70%")
    page.get_by_label("Known by the end of").fill(tomorrow.isoformat())
    page.get_by_label("Resolves").select_option("metric")
    page.get_by_label("Metric", exact=True).select_option(label="Sign-ups")
    page.get_by_label("Yes if it").select_option("at-least")
    page.get_by_label("This value").fill("40")
    page.get_by_label("Belongs to the decision").select_option(index=1)
    check_page(page)
    page.get_by_role("button", name="Make the forecast").click()
    expect(page.get_by_text(QUESTION).first).to_be_visible()


def _be_judged(page: Page, place: Place) -> None:
    """Two days later the metric has spoken, and the calibration counts it."""
    url = page.url
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        place.come(55, 20, "c", tomorrow)
        page.goto(url)
        expect(page.get_by_text("0.09").first).to_be_visible()
        check_page(page)
        page.goto(f"{place.base}/decisions/calibration/")
        expect(page.get_by_text("too few", exact=False).first).to_be_visible()
        expect(page.get_by_text("0.09").first).to_be_visible()
        check_page(page)


def _look_into_the_ledger(place: Place) -> None:
    """Each act is there, in order, and the chain holds."""
    kinds = [act.kind for act in reversed(list_acts(place.alice, limit=200))]
    wanted = [
        "item.created", "item.created", "score.given", "bet.placed", "document.created",
        "claim.quoted", "claim.went-stale", "decision.decided", "forecast.made",
        "forecast.resolved",
    ]  # fmt: skip
    at = 0
    for kind in wanted:
        assert kind in kinds[at:], (kind, kinds)
        at = kinds.index(kind, at) + 1
    assert verify_ledger(place.alice.workspace_id).is_whole

"""Scoring and ranking in Chromium: from an item to an order that can be taken back."""

from __future__ import annotations

import pytest

from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.items import create_item, list_items
from pilothouse.apps.backlog.services.scores import save_score
from pilothouse.apps.backlog.services.surveys import add_answers, create_survey, parse_table
from tests.browser.living import log_in
from tests.browser.pages import check_page
from tests.builders import make_people, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A = {"reach": "1000..4000/quarter", "impact": "0.5|1|2", "confidence": "80%", "effort": "2..6"}
B = {"reach": "500..900/month", "impact": "5", "confidence": "40%", "effort": "1..2"}
KANO = "feature,functional,dysfunctional\n" + "Export,like,dislike\n" * 20


@pytest.fixture
def place(live_server):
    """The workspace of Alice with two items, one scored, and a survey."""
    alice = make_people().alice
    product = make_product(alice)
    first, second = (create_item(alice, product, ItemDraft(title=t)) for t in ("Export", "Filter"))
    save_score(alice, product, first.public_id, "rice", A)
    save_score(alice, product, first.public_id, "moscow", {"box": "must", "effort": "3"})
    survey = create_survey(alice, product, "kano", "Spring")
    add_answers(alice, product, survey.public_id, parse_table(KANO))
    base = f"{live_server.url}/p/{product.public_id}/backlog"
    cookies = log_in(alice, live_server.url)
    return alice, product, (first, second), survey, base, cookies


def test_from_an_item_to_the_order_and_back(place, open_page):
    _, product, (_, second), _, base, cookies = place
    page = open_page(f"{base}/items/{second.public_id}/", cookies=cookies)
    page.get_by_role("link", name="Score it").click()
    page.get_by_label("Reach").fill("30%")
    page.get_by_label("Impact").fill("2")
    page.get_by_label("Confidence").fill("80%")
    page.get_by_label("Effort").fill("1..2")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_text("of whom?").is_visible()
    assert page.get_by_label("Reach").input_value() == "30%"
    page.get_by_label("Reach").fill("900..1200")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Ranking").last.click()
    names = page.locator("tbody th a").all_inner_texts()
    assert names[:2] == ["Filter", "Export"]
    page.get_by_role("button", name="Order the backlog so").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert [each.title for each in list_items(product)] == ["Filter", "Export"]
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone").first.wait_for()
    assert [each.title for each in list_items(product)] == ["Export", "Filter"]


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_can_be_read_by_all(place, open_page, theme, width):
    alice, product, (first, second), survey, base, cookies = place
    save_score(alice, product, second.public_id, "rice", B)
    for path in (
        "ranking/", "ranking/?framework=moscow", "ranking/?framework=ice", "ranking/scorecard/",
        f"items/{first.public_id}/score/", "surveys/", f"surveys/{survey.public_id}/",
    ):  # fmt: skip
        page = open_page(f"{base}/{path}", theme=theme, width=width, cookies=cookies)
        check_page(page)
        page.close()

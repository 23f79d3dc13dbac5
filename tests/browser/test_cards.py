"""Study cards in Chromium: a round by keys alone, without script, and every page in both themes."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.skills.models import CardReview
from pilothouse.apps.skills.services.cards import CardDraft, create_card
from pilothouse.apps.skills.services.cards_content import load_packs
from pilothouse.apps.skills.services.cards_imports import receive_cards
from pilothouse.apps.skills.services.decks import Habits, set_habits
from pilothouse.apps.skills.services.reviews import rate_card, set_aside
from pilothouse.apps.workspace.services.access import Access
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_in_both_themes
from tests.builders import make_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


def study_for(alice: Access, days: int) -> None:
    """So many days of study that ended yesterday, with a seeded memory."""
    rng = random.Random(1)
    begun = datetime.now(timezone.utc) - timedelta(days=days)
    keys = [card.key for deck in ("C10", "C11", "C05") for card in load_packs()[deck].cards]
    for day in range(days):
        for n, key in enumerate(keys[day * 4 % 60 : day * 4 % 60 + 6]):
            rating = rng.choices((1, 2, 3, 4), (2, 2, 8, 2))[0]
            rate_card(alice, key, rating, now=begun + timedelta(days=day, minutes=n), seconds=6)


def test_a_round_by_keys(alice: Access, live_server: LiveServer, open_page: OpenPage) -> None:
    url = live_server.url
    study = reverse("skills:cards-study") + "?deck=C11"
    page = open_page(url + study, cookies=log_in(alice, url))
    first = page.locator(".study-question").inner_text()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Good")).to_be_focused()
    page.keyboard.press("4")
    expect(page.locator(".study-question")).not_to_have_text(first)
    review = CardReview.objects.get()
    assert (review.rating, review.card, review.seconds is not None) == (4, "c11-peeking", True)
    page.keyboard.press("u")
    expect(page.locator(".study-question")).to_have_text(first)
    assert not CardReview.objects.exists()


def test_a_round_without_script(
    alice: Access, live_server: LiveServer, open_page: OpenPage
) -> None:
    url = live_server.url
    study = reverse("skills:cards-study") + "?deck=C11"
    page = open_page(url + study, with_script=False, cookies=log_in(alice, url))
    page.get_by_text("Show the answer").click()
    page.get_by_role("button", name="Again").click()
    expect(page.get_by_text("1 in learning")).to_be_visible()
    assert CardReview.objects.get().rating == 1


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_pass_the_check(
    alice: Access, live_server: LiveServer, open_page: OpenPage, width: int
) -> None:
    url = live_server.url
    page = open_page(url + "/skills/cards/", width=width, cookies=log_in(alice, url))
    _check(page, "empty")
    page.goto(url + reverse("skills:cards-figures"))
    _check(page, "figures-empty")
    own = create_card(alice, CardDraft("Interviews", "Ask **what** first?", "The last time.", "W"))
    set_aside(alice, own.text.key, "suspend", now=datetime.now(timezone.utc))
    body = b"question,answer,tags\nWhat is MRR?,Monthly recurring revenue,money\n,x,\n"
    row = receive_cards(alice, "b.csv", [body], deck="d", now=datetime.now(timezone.utc))
    study_for(alice, 14)
    set_habits(alice, Habits(backlog_limit=5))
    names = ("cards", "cards-study", "cards-figures", "cards-all", "card-new", "cards-files")
    pages = {name: reverse(f"skills:{name}") for name in names}
    pages["deck"] = pages["cards-study"] + "?deck=consumer"
    pages["one"] = reverse("skills:card", args=["c11-peeking"])
    pages["own"] = reverse("skills:card", args=[own.text.key])
    pages["file"] = reverse("skills:cards-file", args=[row.public_id])
    for name, path in pages.items():
        page.goto(url + path)
        if name == "cards-study":
            page.keyboard.press("Space")
            expect(page.get_by_role("button", name="Good")).to_be_focused()
        _check(page, name)


def _check(page: Page, name: str) -> None:
    check_in_both_themes(page)
    if folder := os.environ.get("CARD_SHOTS"):
        size = page.viewport_size or {}
        page.screenshot(path=f"{folder}/{name}-{size.get('width')}.png", full_page=True)

"""The path, the map and endorsements in a browser: no fault, no sideways scrolling, axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pilothouse.apps.skills.services.act_reviews import ReviewDraft
from pilothouse.apps.skills.services.asking import ask_rating, ask_review, give_review
from pilothouse.apps.skills.services.ratings import rate_self
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from tests.apps.skills.test_levels_services import WORDS, decide, endorse
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_page
from tests.builders import People, make_people, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(transactional_db: None, tmp_path: Path) -> Iterator[People]:
    with live_in(tmp_path):
        yield make_people()


def fill(people: People) -> list[str]:
    """Evidence of every strength, ratings, requests, targets; the pages to look at."""
    alice, bob = people.alice, people.bob
    product = make_product(alice)
    numbers = [decide(alice, product, f"How do we price, part {n}?") for n in range(3)]
    rate_self(alice, "C03", 4, "Two years of it")
    asked = ask_review(alice, bob.user_public_id, numbers[0], "C03")
    give_review(bob, asked.public_id, ReviewDraft("C03.L2.b2", is_shown=True, note=WORDS))
    ask_review(alice, bob.user_public_id, numbers[1], "C03")
    endorse(alice, numbers[2])
    rating = ask_rating(bob, alice.user_public_id, "You saw the launch")
    his = ask_review(bob, alice.user_public_id, decide(bob, product, "Do we keep it?"), "C03")
    posting = "You own the roadmap, run user interviews and A/B tests. More A/B tests."
    target = save_target(alice, TargetDraft(name="Northwind", posting=posting))
    return [
        "/skills/", "/skills/map/", "/skills/map/C03/", "/skills/map/C09/", "/skills/gap/",
        target.url, "/skills/ask/", f"/skills/asked/{rating.public_id}/",
        f"/skills/asked/{his.public_id}/", "/skills/endorsements/?competency=C03",
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_are_sound(open_page: OpenPage, live_server: Any, people, theme: str, width: int):
    urls = fill(people)
    cookies = log_in(people.alice, live_server.url)
    page = open_page(live_server.url + urls[0], theme=theme, width=width, cookies=cookies)
    for url in urls:
        page.goto(live_server.url + url)
        check_page(page)


def test_somebody_outside_endorses(open_page: OpenPage, live_server: Any, people):
    product = make_product(people.alice)
    for name in ("one", "two"):
        decide(people.alice, product, name)
    cookies = log_in(people.alice, live_server.url)
    page = open_page(f"{live_server.url}/skills/endorsements/?competency=C03", cookies=cookies)
    page.get_by_role("checkbox").first.check()
    page.get_by_label("For", exact=True).fill("Erin")
    page.get_by_label("What you ask").fill("The pricing of March")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("code").first.inner_text()
    stranger = open_page(link, width=390)
    check_page(stranger)
    stranger.get_by_role("checkbox").first.check()
    stranger.get_by_label("In your own words").fill(WORDS)
    stranger.get_by_label("Your name").fill("Erin")
    stranger.get_by_label("What you are to Alice").select_option("user")
    stranger.get_by_label("These are my own words").check()
    stranger.get_by_role("button", name="Endorse").click()
    stranger.get_by_role("heading", name="Thank you").wait_for()
    check_page(stranger)
    page.goto(f"{live_server.url}/skills/map/C03/")
    assert page.get_by_text(WORDS).is_visible()
    assert page.get_by_text("level 3, practitioner").is_visible()

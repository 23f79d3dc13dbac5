"""The roadmap in a browser: moving bets by dragging and by keys, undo, and a link for outsiders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.roadmap.services.bets import BetDraft, BetView, create_bet, get_bet
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.quarters import list_quarters, name_quarter, today_of
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Roadmap:
    """Two bets of Alice's product and where it is served."""

    access: Access
    product: ProductView
    sharing: BetView
    badges: BetView
    url: str
    cookies: list[dict[str, str]]


@pytest.fixture
def roadmap(live_server: LiveServer, tmp_path: Path) -> Iterator[Roadmap]:
    with live_in(tmp_path):
        access = make_lighthouse()
        product = make_product(access, "Beacon")
        running = list_quarters(today_of(product), 2)
        team = save_team(access, product, "Web").public_id
        set_capacity(access, product, {team: {running[0]: 4.0, running[1]: 20.0}})
        outcome = save_outcome(access, product, OutcomeDraft("Teams stay")).public_id
        sharing = create_bet(
            access,
            product,
            BetDraft(
                "Sharing",
                outcome_id=outcome,
                quarter=running[0],
                efforts={team: 9.0},
                confidence=0.8,
            ),
        )
        badges = create_bet(access, product, BetDraft("Badges", horizon="later"))
        url = live_server.url + reverse("roadmap:home", args=[product.public_id])
        yield Roadmap(access, product, sharing, badges, url, log_in(access, live_server.url))


def card(page: Page, bet: BetView):
    return page.locator(f'[data-bet="{bet.public_id}"]')


def lane(page: Page, name: str):
    return page.locator(f'[data-lane="{name}"]')


def test_bets_move_by_dragging_and_by_keys(roadmap: Roadmap, open_page: OpenPage) -> None:
    page = open_page(roadmap.url, cookies=roadmap.cookies)
    expect(page.get_by_text("9 of 4 person-weeks, 5 too many")).to_be_visible()
    check_page(page)

    drag(page, card(page, roadmap.badges), lane(page, "next"))
    expect(lane(page, "next").locator("[data-bet]")).to_have_count(1)
    expect(page.get_by_text("was later, is next")).to_be_visible()
    assert place_of(roadmap, roadmap.badges) == "next"

    page.get_by_role("button", name="Undo").click()
    expect(lane(page, "later").locator("[data-bet]")).to_have_count(1)
    assert place_of(roadmap, roadmap.badges) == "later"

    page.get_by_role("link", name="Sharing", exact=True).focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(lane(page, "next").locator("[data-bet]")).to_have_count(1)
    # The focus goes along, and the overload is gone with the move.
    expect(page.get_by_role("link", name="Sharing", exact=True)).to_be_focused()
    expect(page.get_by_text("too many")).to_have_count(0)
    assert place_of(roadmap, roadmap.sharing) == "next"
    check_page(page)


def test_the_timeline_moves_along_quarters(roadmap: Roadmap, open_page: OpenPage) -> None:
    page = open_page(roadmap.url + "timeline/", cookies=roadmap.cookies)
    page.get_by_role("link", name="Sharing", exact=True).focus()
    page.keyboard.press("Alt+ArrowRight")
    following = list_quarters(today_of(roadmap.product), 2)[1]
    cell = page.locator(f'[data-lane="{name_quarter(following)}"] [data-bet]')
    expect(cell).to_have_count(1)
    assert get_bet(roadmap.product, roadmap.sharing.public_id).quarter == following
    check_page(page)
    page.get_by_role("link", name="By team").click()
    expect(page.get_by_text("9 of 20")).to_be_visible()
    check_page(page)


def test_without_script_the_page_of_a_bet_moves_it(roadmap: Roadmap, open_page: OpenPage) -> None:
    page = open_page(
        roadmap.url + f"bets/{roadmap.badges.public_id}/",
        cookies=roadmap.cookies,
        with_script=False,
    )
    page.get_by_role("button", name="Now", exact=True).click()
    assert place_of(roadmap, roadmap.badges) == "now"


def test_an_outsider_sees_what_the_link_says(roadmap: Roadmap, open_page: OpenPage) -> None:
    page = open_page(roadmap.url + "shares/", cookies=roadmap.cookies)
    page.get_by_label("For whom").fill("Advisory board")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("code", has_text="/roadmap/shared/").inner_text()
    check_page(page)
    for width, theme in ((1440, "light"), (390, "dark")):
        outside = open_page(link, width=width, theme=theme)
        expect(outside.get_by_role("heading", name="Roadmap of Beacon")).to_be_visible()
        expect(outside.get_by_text("person-weeks")).to_have_count(0)
        check_page(outside)
    page.get_by_role("button", name="Revoke").click()
    assert page.request.get(link).status == 404


@pytest.mark.parametrize(
    "path", ["", "timeline/", "outcomes/", "teams/", "releases/", "audiences/sales/", "bets/new/"]
)
def test_pages_fit_a_telephone_in_the_dark(
    roadmap: Roadmap, open_page: OpenPage, path: str
) -> None:
    check_page(open_page(roadmap.url + path, cookies=roadmap.cookies, width=390, theme="dark"))


def drag(page: Page, what, where) -> None:
    """Drag by the grip as a hand does: press, move in steps, let go."""
    start, end = what.locator(".bet-grip").bounding_box(), where.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] - 15, start["y"] + 10, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 10, steps=12)
    page.mouse.up()


def place_of(roadmap: Roadmap, bet: BetView) -> str:
    return get_bet(roadmap.product, bet.public_id).horizon

"""The pattern page in Chromium: accessible, quiet and whole in both themes and widths."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import OpenPage, Theme, check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: LiveServer) -> str:
    return live_server.url + reverse("patterns")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_patterns_pass_the_check(
    open_page: OpenPage, address: str, theme: Theme, width: int
) -> None:
    check_page(open_page(address, theme=theme, width=width))


def test_dark_is_dark(open_page: OpenPage, address: str) -> None:
    page = open_page(address, theme="light")
    light = _canvas(page)
    page.get_by_role("button", name="Account and workspace").click()
    page.get_by_role("button", name="Dark").click()
    assert _canvas(page) != light
    page.reload()
    assert _canvas(page) != light


def _canvas(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_what_opens_in_a_card_stands_still(open_page: OpenPage, address: str) -> None:
    # A card that scrolls while it grows takes a button away from under the click.
    page = open_page(address)
    card = page.locator(".card").first
    assert card.evaluate("card => getComputedStyle(card).overflow") == "clip"
    content = page.locator("details.disclosure").first
    duration = "details => getComputedStyle(details, '::details-content').transitionDuration"
    assert content.evaluate(duration) == "0.001s"


def test_icons_are_drawn(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    drawn = page.locator(".rail-link .icon use").first
    assert drawn.evaluate("use => use.getBBox().width") > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("opened", ["palette", "keys", "capture", "sample-dialog"])
def test_open_dialogs_pass_the_check(
    open_page: OpenPage, address: str, theme: Theme, opened: str
) -> None:
    page = open_page(address, theme=theme)
    page.locator(f"#{opened}").evaluate("dialog => dialog.showModal()")
    check_page(page)


def test_palette_searches_and_opens(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.keyboard.press("Control+k")
    options = page.locator("#palette [role=option]")
    expect(options).to_have_count(16)
    page.keyboard.type("road")
    expect(options).to_have_count(3)
    expect(options.nth(1)).to_contain_text("Notes on road")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#found")


def test_hostile_results_stay_text(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.keyboard.press("Control+k")
    page.keyboard.type("<img src=x onerror=alert(1)>")
    expect(page.locator("#palette [role=option]")).to_have_count(2)
    expect(page.locator("#palette img")).to_have_count(0)
    check_page(page)


def test_single_keys(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/#backlog")
    page.keyboard.press("c")
    expect(page.locator("#capture > div")).to_be_visible()
    page.keyboard.type("c?")
    expect(page.locator("#capture-text")).to_have_value("c?")
    page.keyboard.press("Escape")
    expect(page.locator("#capture > div")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys > div")).to_be_visible()


def test_single_keys_can_be_turned_off(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.keyboard.press("?")
    page.locator("[data-single-keys]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#capture > div")).to_be_hidden()


def test_tabs_by_keyboard(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.locator("#sample-tab-table").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sample-panel-rules")).to_be_visible()
    expect(page.locator("#sample-panel-table")).to_be_hidden()
    expect(page.locator("#sample-tab-rules")).to_have_attribute("aria-selected", "true")


def test_menu_by_keyboard(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.get_by_role("button", name="Actions for this row").press("Enter")
    expect(page.get_by_role("button", name="Rename")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#row-menu").get_by_role("button", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#row-menu")).to_be_hidden()


def test_toast_from_the_server_is_text(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true,"
        " detail: {text: '<b>Saved</b>', tone: 'good'}}))"
    )
    expect(page.locator("#toasts .note")).to_have_text("<b>Saved</b>")


def test_drawer_when_narrow(open_page: OpenPage, address: str) -> None:
    page = open_page(address, width=390)
    expect(page.get_by_role("link", name="Roadmap")).to_be_hidden()
    page.get_by_role("button", name="Open navigation").click()
    expect(page.get_by_role("link", name="Roadmap")).to_be_visible()
    check_page(page)


def test_without_script_everything_is_there(open_page: OpenPage, address: str) -> None:
    page = open_page(address, width=390, with_script=False)
    for panel in ("table", "rules", "long"):
        expect(page.locator(f"#sample-panel-{panel}")).to_be_visible()
    page.get_by_role("button", name="Open navigation").click()
    expect(page.get_by_role("link", name="Roadmap")).to_be_visible()


def test_simulated_label_is_always_there(open_page: OpenPage, address: str) -> None:
    for width in (1440, 390):
        page = open_page(address, width=width)
        page.mouse.wheel(0, 5000)
        expect(page.locator(".topbar .badge", has_text="Simulated")).to_be_in_viewport()

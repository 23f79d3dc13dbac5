"""The backlog in Chromium: by keyboard, by dragging, and as every page must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.backlog.services.fields import save_field
from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_items,
    get_item,
    list_children,
    list_items,
    update_item,
)
from pilothouse.apps.backlog.services.saved_views import save_view
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_in_both_themes, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
NAMES = ("home", "board", "table", "new", "changes", "fields")


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    product = make_product(alice)
    save_field(alice, product, "Segment", "choice", ["Small", "Large"])
    drafts = [
        ItemDraft(
            "Teams do not invite", kind="opportunity", body="# Why\n\n- [ ] ask\n\n|a|\n|-|\n|1|"
        ),
        ItemDraft(
            "Suggest colleagues", kind="feature", status="doing", estimate=5, tags=["mobile"]
        ),
        ItemDraft("Mail is cut off", kind="bug", status="ready", due="2020-01-01"),
        ItemDraft("Measure invitations", kind="chore", owner_id=alice.user_public_id),
    ]
    create_items(alice, product, drafts)
    save_view(alice, product, "Mobile", "outline", "tag=mobile")
    return product


@pytest.fixture
def visit(
    alice: Access, product: ProductView, live_server: LiveServer, open_page: OpenPage
) -> Open:
    def open_at(name: str = "home", query: str = "", **more: object) -> Page:
        url = live_server.url
        path = reverse(f"backlog:{name}", args=[product.public_id])
        return open_page(url + path + query, cookies=log_in(alice, url), **more)

    return open_at


def titles(product: ProductView) -> list[str]:
    return [item.title for item in list_items(product)]


def saved(page: Page, act: Callable[[], None]) -> None:
    """Do something and wait until the list has come anew."""
    area = page.locator("#items")
    before = int(area.get_attribute("data-reads") or 0)
    act()
    expect(area).to_have_attribute("data-reads", str(before + 1))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_pass_the_check(visit: Open, product: ProductView, width: int) -> None:
    page = visit(width=width)
    base = page.url.split("/p/")[0]
    addresses = [reverse(f"backlog:{name}", args=[product.public_id]) for name in NAMES]
    for address in [*addresses, list_items(product)[0].url]:
        page.goto(base + address)
        check_in_both_themes(page)


def test_the_outline_is_worked_by_keys(visit: Open, product: ProductView, alice: Access) -> None:
    page = visit()
    press(page, "j", "j")
    expect(page.locator("[data-cursor] .item-title")).to_have_text("Suggest colleagues")
    # In below the one above, and out again.
    saved(page, lambda: press(page, "Tab"))
    first, second, *_ = list_items(product)
    assert second.parent_id == first.public_id
    expect(page.locator("[data-cursor]")).to_have_attribute("data-depth", "1")
    saved(page, lambda: press(page, "Shift+Tab"))
    assert get_item(product, second.public_id).parent_id is None
    # Down and up.
    saved(page, lambda: press(page, "Alt+ArrowDown"))
    assert titles(product)[1:3] == ["Mail is cut off", "Suggest colleagues"]
    saved(page, lambda: press(page, "Shift+K"))
    assert titles(product)[1:3] == ["Suggest colleagues", "Mail is cut off"]
    # Title, in place.
    press(page, "e")
    page.locator(".title-input").fill("Suggest people")
    saved(page, lambda: press(page, "Enter"))
    assert get_item(product, second.public_id).title == "Suggest people"
    press(page, "e")
    page.locator(".title-input").fill("never mind")
    press(page, "Escape")
    expect(page.locator("[data-cursor] .item-title")).to_have_text("Suggest people")
    # Tags and status.
    press(page, "t")
    page.locator(".title-input").fill("mobile, invites")
    saved(page, lambda: press(page, "Enter"))
    assert get_item(product, second.public_id).tags == ("mobile", "invites")
    press(page, "s")
    press(page, "ArrowUp", "Home")
    expect(page.locator("#status-menu [data-set-status=new]")).to_be_focused()
    page.locator("#status-menu [data-set-status=ready]").focus()
    saved(page, lambda: press(page, "Enter"))
    assert get_item(product, second.public_id).status == "ready"
    check_page(page)


def test_a_new_item_comes_where_the_cursor_is(visit: Open, product: ProductView) -> None:
    page = visit()
    press(page, "j", "n")
    page.keyboard.type("Right behind the first")
    saved(page, lambda: press(page, "Enter"))
    assert titles(product)[:2] == ["Teams do not invite", "Right behind the first"]
    page.keyboard.type("And the next")
    saved(page, lambda: press(page, "Enter"))
    assert titles(product)[:3] == ["Teams do not invite", "Right behind the first", "And the next"]
    press(page, "Escape")
    press(page, "j")
    expect(page.locator("[data-cursor] .item-title")).to_have_text("Suggest colleagues")


def test_many_are_chosen_changed_and_undone(visit: Open, product: ProductView) -> None:
    page = visit()
    expect(page.locator("#bulk-form")).to_be_hidden()
    press(page, "j", "x", "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 items")
    page.locator("#bulk-form [name=add_tags]").fill("q1")
    with page.expect_navigation():
        page.locator("#bulk-form").get_by_role("button", name="Change").click()
    assert [item.tags for item in list_items(product)][:2] == [("q1",), ("mobile", "q1")]
    with page.expect_navigation():
        page.locator("#toasts").get_by_role("button", name="Undo").click()
    assert [item.tags for item in list_items(product)][:2] == [(), ("mobile",)]


def test_keys_do_nothing_while_typing_or_when_turned_off(visit: Open, product: ProductView) -> None:
    page = visit()
    page.get_by_role("searchbox", name="Find in titles").press_sequentially("jxn")
    expect(page.get_by_role("searchbox", name="Find in titles")).to_have_value("jxn")
    expect(page.locator("[data-cursor]")).to_have_count(0)
    page.evaluate(
        "localStorage.setItem('pilothouse.single-keys', 'off'); document.activeElement.blur()"
    )
    press(page, "j")
    expect(page.locator("[data-cursor]")).to_have_count(0)


def test_folding_hides_children_and_is_kept(
    visit: Open, product: ProductView, alice: Access
) -> None:
    first, second, *_ = list_items(product)
    update_item(alice, product, second.public_id, {"parent_id": first.public_id})
    page = visit()
    press(page, "j", "ArrowLeft")
    row = page.locator(f"[data-item='{second.public_id}']")
    expect(row).to_be_hidden()
    page.reload()
    expect(row).to_be_hidden()
    page.locator("[data-fold]").click()
    expect(row).to_be_visible()


def test_a_card_is_moved_by_keys_and_by_dragging(visit: Open, product: ProductView) -> None:
    page = visit("board")
    card = page.locator(".card-row", has_text="Mail is cut off")
    card.locator(".item-title").focus()
    saved(page, lambda: press(page, "Shift+ArrowRight"))
    assert {i.title: i.status for i in list_items(product)}["Mail is cut off"] == "doing"
    expect(page.locator("[data-column=doing] .card-row")).to_have_count(2)
    column = page.locator("[data-column=exploring] [data-cards]")
    saved(page, lambda: card.drag_to(column, target_position={"x": 60, "y": 40}))
    expect(
        page.locator("[data-column=exploring] .card-row", has_text="Mail is cut off")
    ).to_have_count(1)
    assert {i.title: i.status for i in list_items(product)}["Mail is cut off"] == "exploring"


def test_a_move_made_elsewhere_meanwhile_is_told(
    visit: Open, product: ProductView, alice: Access
) -> None:
    page = visit("board")
    card = page.locator(".card-row", has_text="Mail is cut off")
    item = list_items(product, text="Mail")[0]
    update_item(alice, product, item.public_id, {"status": "done"})
    card.drag_to(page.locator("[data-column=new] [data-cards]"), target_position={"x": 60, "y": 20})
    expect(page.locator("#toasts")).to_contain_text("it is done by now, not ready")
    expect(page.locator("[data-column=done] .card-row")).to_contain_text("Mail is cut off")
    assert get_item(product, item.public_id).status == "done"


def test_a_row_is_dragged_by_its_grip(visit: Open, product: ProductView) -> None:
    page = visit()
    row = page.locator(".item-row", has_text="Measure invitations")
    row.hover()
    target = page.locator(".item-row", has_text="Teams do not invite")
    saved(
        page, lambda: row.locator("[data-grip]").drag_to(target, target_position={"x": 20, "y": 4})
    )
    assert titles(product)[0] == "Measure invitations"


def test_all_can_be_done_without_script(visit: Open, product: ProductView, alice: Access) -> None:
    first = list_items(product)[0]
    page = visit(with_script=False)
    page.locator(f"[value='{first.public_id}']").check()
    page.locator("#bulk-form [name=status]").select_option("ready")
    page.locator("#bulk-form").get_by_role("button", name="Change").click()
    assert get_item(product, first.public_id).status == "ready"
    page.locator("#quick-title").fill("By plain form")
    page.locator("#quick-add").get_by_role("button", name="Add").click()
    assert titles(product)[-1] == "By plain form"
    page.get_by_role("link", name="By plain form").click()
    page.get_by_role("button", name="Below the one above").click()
    above = list_items(product, text="Measure")[0]
    assert [child.title for child in list_children(product, above)] == ["By plain form"]

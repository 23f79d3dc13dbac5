"""The portfolio in Chromium: every page, the way to a built site, and the site itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.portfolio.services.site import read_publication, write_folder
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.makers import daily_events, send
from tests.apps.portfolio import rows
from tests.apps.portfolio.makers import reading, study
from tests.browser.living import live_in, log_in, served, work
from tests.browser.pages import OpenPage, Theme, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAIN = ("home", "writing", "study-new", "pictures", "site", "projects", "project-new")
SINGLE = {
    "study": "study_id", "study-evidence": "study_id", "study-preview": "study_id",
    "study-versions": "study_id", "published": "study_id", "project": "project_id",
    "journal": "project_id", "retro": "project_id", "project-git": "project_id",
    "project-ending": "project_id",
}  # fmt: skip


@pytest.fixture
def alice(tmp_path: Path, live_server: LiveServer) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_lighthouse()


@pytest.fixture
def product(alice: Access) -> ProductView:
    from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
    from pilothouse.apps.analytics.services.questions import parse_question

    made = make_product(alice)
    send(alice, made, daily_events([3, 4, 5, 6]))
    save_metric(alice, made, MetricDraft("Opened", parse_question("trend", {"event": "opened"})))
    return made


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_pass_the_check(
    alice: Access,
    product: ProductView,
    tmp_path: Path,
    live_server: LiveServer,
    open_page: OpenPage,
    theme: Theme,
    width: int,
):
    ids = rows.make(alice, product, tmp_path, "Marked")
    urls = [reverse(f"portfolio:{name}") for name in PLAIN]
    urls += [reverse(f"portfolio:{name}", args=[ids[key]]) for name, key in SINGLE.items()]
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + urls[0], theme=theme, width=width, cookies=cookies)
    for url in urls:
        page.goto(live_server.url + url)
        check_page(page)


def test_from_a_text_to_a_site_that_verifies(
    alice: Access,
    product: ProductView,
    tmp_path: Path,
    live_server: LiveServer,
    open_page: OpenPage,
):
    act = reading(alice, product)
    made = study(alice, act, summary="It grew by 90 %.")
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + made.url, cookies=cookies)
    page.get_by_role("button", name="Save and compile").click()
    expect(page.get_by_role("alert")).to_contain_text("90 %")
    page.get_by_label("Summary").fill("A shorter form.")
    page.get_by_label("People").fill("31 people finished.")
    page.get_by_label("People").press("End")
    page.get_by_role("button", name="Insert").first.click()
    expect(page.get_by_label("People")).to_have_value(f"31 people finished. {{act:{act.sequence}}}")
    page.get_by_role("button", name="Save and compile").click()
    page.get_by_role("link", name="Preview what leaves").click()
    page.get_by_label("Words to hide").first.fill("Acme")
    page.get_by_label("What stands in their place").first.fill("a bank")
    page.get_by_role("button", name="Save and preview again").click()
    expect(page.locator("mark").first).to_have_text("a bank")
    page.get_by_role("button", name="Publish this text").click()
    with work():
        page.get_by_role("button", name="Build the site").click()
        expect(page.get_by_text("done").first).to_be_visible(timeout=15_000)
    _, files = read_publication(alice)
    write_folder(files, tmp_path / "site")
    assert b"Acme" not in b"".join(files.values())
    with served(tmp_path / "site") as url:
        _check_site(page, url, [path for path in files if path.endswith(".html")])


def _check_site(page: Page, url: str, paths: list[str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in paths:
        page.goto(f"{url}/{path}")
        assert Axe().run(page).response["violations"] == [], path
    assert all(each.startswith((url, "data:")) for each in asked)
    page.goto(f"{url}/verify.html")
    page.get_by_role("button", name="Check all pages").click()
    expect(page.locator("#state")).to_contain_text("all are as the manifest says")
    page.route("**/about.html", lambda route: route.fulfill(body="<p>changed</p>"))
    page.get_by_role("button", name="Check all pages").click()
    expect(page.locator("#state")).to_contain_text("1 changed")

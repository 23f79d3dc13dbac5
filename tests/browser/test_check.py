"""The check itself: it finds what is wrong, in the theme in which it is wrong."""

from __future__ import annotations

import pytest
from django.templatetags.static import static
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import OpenPage, check_in_both_themes, wait_for_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAD = """<!doctype html><html lang="en"><title>A page</title><style>
:root { color-scheme: light dark }
p { transition: color 1s, background 1s; color: #111; background: #fff }
@media (prefers-color-scheme: dark) { p { color: %s; background: #000 } }
@media (prefers-color-scheme: light) { p { color: %s } }
</style><main><h1>A page</h1><p>Some words that should be read.</p>%s</main>"""

PART = "<div hx-get='/part/%d/' hx-trigger='load' hx-swap='outerHTML'>soon</div>"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page("about:blank")


def test_a_sound_page_passes(page: Page) -> None:
    page.set_content(HEAD % ("#eee", "#111", ""))
    check_in_both_themes(page)


def test_what_cannot_be_read_is_found_in_its_theme(page: Page) -> None:
    for dark, light in (("#222", "#111"), ("#eee", "#ddd")):
        page.set_content(HEAD % (dark, light, ""))
        with pytest.raises(AssertionError, match=r"color-contrast \(serious\)"):
            check_in_both_themes(page)
        page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("<img src='data:,'>", r"image-alt \(critical\)"),
        ("<div style='width: 3000px'>wide</div>", "the page is 30.. px wide"),
        ("<script>console.error('amiss')</script>", "amiss"),
    ],
)
def test_what_is_wrong_in_any_theme_is_found(page: Page, fault: str, words: str) -> None:
    page.set_content(HEAD % ("#eee", "#111", fault))
    with pytest.raises(AssertionError, match=words):
        check_in_both_themes(page)


def test_a_page_is_looked_at_when_its_parts_have_come(
    open_page: OpenPage, live_server: LiveServer
) -> None:
    """A page that asks for a part, which asks for another, five times."""

    def answer(route: Route) -> None:
        number = int(route.request.url.rstrip("/").rsplit("/", 1)[1])
        route.fulfill(
            content_type="text/html", body=PART % (number - 1) if number else "<p id=end>End"
        )

    page = open_page(live_server.url + "/health/")
    page.route("**/part/*/", answer)
    script = live_server.url + static("vendor/htmx.org@4.0.1/htmx.min.js")
    page.route("**/parts/", lambda route: route.fulfill(content_type="text/html", body=(
        f"<script defer src='{script}'></script>{PART % 5}"
    )))  # fmt: skip
    page.goto(live_server.url + "/parts/")
    wait_for_parts(page)
    assert page.locator("#end").count() == 1

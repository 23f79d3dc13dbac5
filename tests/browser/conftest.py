"""Chromium for the browser tests: ``open_page(url, theme=…, width=…)`` opens a recorded page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.pages import WITHIN_MS, OpenPage, Theme, record_complaints

# Playwright runs an event loop in this thread, which Django takes for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "google-chrome", "chromium-browser")
_WITHOUT_MOTION = "reduce"
expect.set_options(timeout=WITHIN_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail(f"no browser: one of {', '.join(_NAMES)} must be on the PATH.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """A function that opens an address in a fresh context."""
    contexts = []

    def open_at(
        url: str,
        *,
        theme: Theme = "light",
        width: int = 1440,
        height: int = 900,
        with_script: bool = True,
        cookies: list[dict[str, str]] | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion=_WITHOUT_MOTION,
            java_script_enabled=with_script,
        )
        contexts.append(context)
        if cookies:
            context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        record_complaints(page)
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()

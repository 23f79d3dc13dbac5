"""Chromium for the browser tests, and the check that every page must pass.

``open_page(url, theme=…, width=…)`` gives a page that records what the console and the policy
complain about; ``check_page(page)`` fails on any of it, on a serious finding of axe, and on
sideways scrolling.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# Playwright runs an event loop in this thread, which Django takes for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

Theme = Literal["light", "dark"]
OpenPage = Callable[..., Page]

_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "google-chrome", "chromium-browser")
_WITHOUT_MOTION = "reduce"


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
        page.set_default_timeout(10_000)
        record_complaints(page)
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()


_complaints: dict[Page, list[str]] = {}


def record_complaints(page: Page) -> None:
    """Collect console errors (refusals of the policy are among them) and uncaught ones."""
    found = _complaints.setdefault(page, [])
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.append(f"failed: {request.url}"))


def check_page(page: Page) -> None:
    """Fail on console errors, sideways scrolling, and serious or critical findings of axe."""
    page.evaluate("document.fonts.ready")
    assert _complaints[page] == []
    room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert room[0] <= room[1], f"the page is {room[0]} px wide in a window of {room[1]} px"
    findings = [
        f"{found['id']} ({found['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]
    assert not findings, "\n".join(findings)

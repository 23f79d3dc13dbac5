"""A long way through many pages in one browser: the page at hand, its checks and its pictures.

``WAY_SHOTS=DIR`` keeps a picture of each page looked at; ``WAY_WIDTH`` and ``WAY_DARK`` say how.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Error, Page

from tests.browser.pages import check_page, wait_for_parts

SHOTS = os.environ.get("WAY_SHOTS")
# A form leads to a page, and at most to one more.
_PAGES_LEFT = 3


@dataclass
class Way:
    """The page at which the person is, and what was found on the way."""

    page: Page
    base: str
    folder: Path
    seen: int = 0

    def go(self, path: str) -> None:
        """Open an address of the server."""
        self.page.goto(self.base + path)

    def look(self, name: str) -> None:
        """Hold the page against the check of every page."""
        for _ in range(_PAGES_LEFT):
            try:
                wait_for_parts(self.page)
                check_page(self.page)
                break
            except Error as fault:
                # The page was left for the next one, which is the one to look at.
                if "Execution context was destroyed" not in fault.message:
                    raise
        else:
            raise AssertionError(f"{name}: the page did not stay, at {self.page.url}")
        self.seen += 1
        self.shoot(f"{self.seen:02}-{name}")

    def shoot(self, name: str) -> None:
        """Keep a picture, where pictures are wanted."""
        if not SHOTS:
            return
        if width := os.environ.get("WAY_WIDTH"):
            self.page.set_viewport_size({"width": int(width), "height": 900})
        self.page.emulate_media(color_scheme="dark" if os.environ.get("WAY_DARK") else "light")
        self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def click(self, name: str, *, role: Literal["link", "button"] = "link") -> None:
        """Follow the link or press the button of this name; both lead to a page."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=True).first.click()

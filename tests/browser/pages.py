"""The check that every page must pass: console, policy, width, accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

Theme = Literal["light", "dark"]
OpenPage = Callable[..., Page]
# Waiting longer costs nothing where all is well; other processes may have the machine meanwhile.
WITHIN_MS = 30_000

_REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
_complaints: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def record_complaints(page: Page) -> None:
    """Collect console errors (refusals of the policy are among them) and uncaught ones."""
    found = _complaints.setdefault(page, [])
    page.on("console", lambda message: found.append(message.text) if _is_fault(message) else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.extend(_describe_failure(request)))


def _describe_failure(request: Request) -> list[str]:
    # What was still on its way when the page was left is given up by the browser itself.
    if request.failure == "net::ERR_ABORTED":
        return []
    return [f"failed: {request.url} ({request.failure})"]


def _is_fault(message: ConsoleMessage) -> bool:
    # Chromium says this of a font when the machine is slow: it tells of the test, not of the page.
    is_slowness = "preloaded using link preload but not used within" in message.text
    return message.type in {"error", "warning"} and not is_slowness


def pardon_refusal(page: Page) -> None:
    """Forget Chromium's own complaint of a form that was refused, as the test wanted it to be."""
    _complaints[page].remove(_REFUSED)


def check_page(page: Page) -> None:
    """Fail on console errors, sideways scrolling, and serious or critical findings of axe."""
    page.evaluate("document.fonts.ready")
    assert not _complaints[page], _complaints[page]
    room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert room[0] <= room[1], f"the page is {room[0]} px wide in a window of {room[1]} px"
    findings = [
        f"{found['id']} ({found['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]
    assert not findings, "\n".join(findings)


def check_all(first: Page, base: str, paths: Iterable[str]) -> None:
    """Check each page in the context of ``first``, and tell of all faults together."""
    faults = []
    for path in paths:
        page = first.context.new_page()
        page.set_default_timeout(WITHIN_MS)
        record_complaints(page)
        answer = page.goto(base + path)
        try:
            assert answer is not None
            assert answer.status == 200, answer.status
            check_page(page)
        except AssertionError as fault:
            faults.append(f"{path}: {fault}")
        page.close()
    assert not faults, "\n\n".join(faults)

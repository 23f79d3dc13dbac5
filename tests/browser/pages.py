"""The check that every page must pass: console, policy, width, accessibility, in both themes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, expect

Theme = Literal["light", "dark"]
OpenPage = Callable[..., Page]
# Waiting longer costs nothing where all is well; other processes may have the machine meanwhile.
WITHIN_MS = 30_000

_REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
_RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
_IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# Colours pass into each other, the outer ones first: here they change at once. A sheet made by
# script is one that the policy of the pages allows.
_WITHOUT_TRANSITIONS = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
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


def wait_for_parts(page: Page) -> None:
    """Wait until what the page asks for by itself as it opens has come and is in its place."""
    page.wait_for_load_state("load")
    # htmx begins in a task of its own; one that is asked for now comes after it.
    page.evaluate("new Promise(done => setTimeout(done))")
    expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)


def check_page(page: Page, **options: Any) -> None:
    """Fail on console errors, sideways scrolling, and serious or critical findings of axe."""
    page.evaluate("document.fonts.ready")
    room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert room[0] <= room[1], f"the page is {room[0]} px wide in a window of {room[1]} px"
    findings = [
        f"{found['id']} ({found['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for found in _ask_axe(page, options)
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]
    assert not findings, "\n".join(findings)
    assert not _complaints[page], _complaints[page]


def check_in_both_themes(page: Page) -> None:
    """The check of a light page, and what depends on its colours once more in the dark.

    The theme is a matter of style alone: the page keeps its elements, their names and their places,
    which are what all other rules look at. ``test_patterns`` loads every component in the dark.
    """
    assert not page.evaluate(_IS_DARK), "the check begins with the light page"
    check_page(page)
    page.evaluate(_WITHOUT_TRANSITIONS)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(_IS_DARK)
    if page.locator("html[data-theme]").count():
        expect(page.locator("html.dark")).to_have_count(1)
    check_page(page, runOnly={"type": "rule", "values": _RULES_OF_COLOUR})
    page.emulate_media(color_scheme="light")


def _ask_axe(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe objects to; only rules that do not count here load sheets and sounds anew."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], "preload": False, **options}
    ask = "options => axe.run(document, options).then(({violations}) => violations)"
    found: list[dict[str, Any]] = page.evaluate(ask, asked)
    return found


def check_all(
    first: Page, base: str, paths: Iterable[str], check: Callable[[Page], None] = check_page
) -> None:
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
            check(page)
        except AssertionError as fault:
            faults.append(f"{path}: {fault}")
        page.close()
    assert not faults, "\n\n".join(faults)

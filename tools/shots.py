"""Pictures of every page: light and dark, 1440 and 390 pixels wide. ``./run shots DIR``.

Starts a server on a new data folder with the demo, follows every link of the pages from the front
door on (one page a kind), and writes NAME-THEME-WIDTH.png.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

THEMES = ("light", "dark")
WIDTHS = (1440, 390)
MAX_PAGES = 200
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
COMMAND = (sys.executable, "-c", "from pilothouse.cli.main import main; main()")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/login/\S+")
# Not pages: they end the session, or give files.
SKIPPED = re.compile(r"/logout/|/static/|/export/|/api/|\.(csv|svg|png|zip|json)$|/backups/.")
# Pages that no link leads to: an answer of search, and what a wrong address gets.
UNLINKED = ("/search/?q=export", "/patterns/", "/no-such-page/")
# Ids make no page of a new kind.
ID = re.compile(r"/[23456789bcdfghjkmnpqrstvwxz]{12}(?=/)")
# Nor do the entries of the library, the exercises and the competencies: one of each is enough.
ENTRY = re.compile(r"(/skills/(?:library|exercises|map)/)(?!(?:feeds|import|new|next)/)[^/]+(?=/)")


@contextmanager
def demo_server() -> Iterator[str]:
    """The login link of a server on a data folder that is gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="pilothouse-shots-")
    words = ["--data", folder, "--port", str(port), "--no-browser"]
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            links = (found[0] for line in process.stdout if (found := LINK.search(line)))
            link = next(links, None)
            if link is None:
                raise SystemExit("the server did not start; see above")
            yield link
        finally:
            process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def kind_of(url: str) -> str:
    """What two pages of one kind have in common."""
    # A question's page with an answer differs from the empty one; one picture is enough.
    return ENTRY.sub(r"\1ENTRY", ID.sub("/ID", urlsplit(url).path))


def find_pages(page: Page, start: str) -> list[str]:
    """One address of each kind of page that links lead to."""
    found: dict[str, str] = {}
    waiting = [start, *(urljoin(start, path) for path in UNLINKED)]
    while waiting and len(found) < MAX_PAGES:
        url = waiting.pop(0)
        if kind_of(url) in found:
            continue
        found[kind_of(url)] = url if _is_page(page, url) else ""
        if not found[kind_of(url)]:
            print(f"left out: {url}")
            continue
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        addresses = [urljoin(page.url, link).split("#")[0] for link in links]
        waiting += [
            each
            for each in addresses
            if urlsplit(each).netloc == urlsplit(start).netloc
            and not SKIPPED.search(urlsplit(each).path)
        ]
    return [url for url in found.values() if url]


def _is_page(page: Page, url: str) -> bool:
    """Whether ``url`` shows something; the page is there then. Some links give files."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    return answer is not None and "text/html" in answer.headers["content-type"]


def picture_name(url: str) -> str:
    """A file name that tells the page."""
    words = re.findall(r"[a-z0-9\-]+", kind_of(url).replace("/p/ID", "").lower())
    return "-".join(words) or "home"


def take_all(browser: Browser, login: str, target: Path) -> int:
    """Write all pictures; how many."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(login)
    urls = find_pages(page, page.url)
    state = context.storage_state()
    context.close()
    count = 0
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.new_context(
                storage_state=state,
                color_scheme=theme,
                reduced_motion="reduce",
                viewport={"width": width, "height": 900},
            )
            page = context.new_page()
            for url in urls:
                page.goto(url)
                page.evaluate("document.fonts.ready")
                path = target / f"{picture_name(url)}-{theme}-{width}.png"
                page.screenshot(path=path, full_page=True)
                count += 1
            context.close()
    return count


def main() -> None:
    """Take the pictures into the folder that is given."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit(f"no browser: one of {', '.join(BROWSERS)} must be on the PATH")
    with demo_server() as login, sync_playwright() as playwright:
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        print(f"{take_all(browser, login, target)} pictures in {target}")
        browser.close()


if __name__ == "__main__":
    main()

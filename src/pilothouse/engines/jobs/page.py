"""What a web page with a posting says: title, company, place and text. Pure; nothing is run.

Pages of employers mostly carry the posting as data of schema.org (``JobPosting`` in JSON-LD): that
is taken where it is there. Else it is the text of ``main`` or ``article``, else of the whole page,
without scripts, styles, navigation, head and foot. Marks become lines; nothing of the page's own
code is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

MAX_TEXT = 50_000
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "nav", "footer", "header",
                     "form", "iframe", "object", "select", "button"})  # fmt: skip
_BLOCKS = frozenset({"p", "div", "section", "article", "main", "ul", "ol", "li", "br", "hr", "tr",
                     "table", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "blockquote", "pre",
                     "aside", "figure", "address"})  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base",
                   "col", "embed", "track"})  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)


@dataclass(frozen=True)
class PostingPage:
    """What was found; empty where nothing was. ``is_structured``: it came as JobPosting data."""

    title: str
    company: str
    place: str
    text: str
    is_structured: bool


def decode_page(data: bytes) -> str:
    """The characters of a page: UTF-8 if they are that, else what it says of itself, else Latin-1.

    >>> decode_page("Café".encode("latin-1"))
    'Café'
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    found = _CHARSET.search(data[:4096])
    try:
        return data.decode(found[1].decode("ascii") if found else "latin-1", "replace")
    except LookupError:
        return data.decode("latin-1")


def read_page(html: str) -> PostingPage:
    """Read a page; the same page gives the same answer.

    >>> read_page("<title>PM</title><main><p>We look for you.</p></main>").text
    'We look for you.'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    structured = next((p for text in reader.data for p in _find_postings(text)), None)
    if structured is not None:
        page = _from_data(structured, reader)
        if page.text:
            return page
    text = _tidy(reader.main) if len(_tidy(reader.main)) >= 200 else _tidy(reader.body)
    text = text or _tidy(reader.main)
    return PostingPage(reader.best_title, "", "", text[:MAX_TEXT], is_structured=False)


class _Reader(HTMLParser):
    """Gathers texts as they come; broken markup only ever loses structure."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.body: list[str] = []
        self.main: list[str] = []
        self.data: list[str] = []
        self.titles: dict[str, list[str]] = {"title": [], "h1": []}
        self._silent: list[str] = []
        self._in_main = 0
        self._into = ""
        self._is_data = False

    @property
    def best_title(self) -> str:
        first = " ".join("".join(self.titles["h1"]).split())
        return (first or " ".join("".join(self.titles["title"]).split()))[:200]

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # Python's own stumbles over ``<![1``; to browsers all of these are comments.
        return self.parse_bogus_comment(i, bool(report))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._add("\n- " if tag == "li" else "\n")
        if tag in _VOID:
            return
        if tag in _SILENT:
            self._silent.append(tag)
            kind = dict(attrs).get("type") or ""
            self._is_data = tag == "script" and kind.strip().lower() == "application/ld+json"
            if self._is_data:
                self.data.append("")
        elif tag in {"main", "article"}:
            self._in_main += 1
        elif tag in self.titles and not self.titles[tag]:
            self._into = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
            self._is_data = False
        elif tag in {"main", "article"}:
            self._in_main = max(self._in_main - 1, 0)
        elif tag == self._into:
            self._into = ""
        if tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self.data[-1] += data
        if self._into:
            self.titles[self._into].append(data)
        if self._into != "title":
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        if self._silent:
            return
        self.body.append(text)
        if self._in_main:
            self.main.append(text)


def _find_postings(text: str) -> Iterator[dict[str, Any]]:
    """Every JobPosting in a piece of JSON-LD; what is not JSON has none."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, list):
            waiting += each[:50]
        elif isinstance(each, dict):
            kinds = each.get("@type")
            if "JobPosting" in (kinds if isinstance(kinds, list) else [kinds]):
                yield each
            graph = each.get("@graph")
            waiting += graph[:50] if isinstance(graph, list) else []


def _from_data(posting: dict[str, Any], page: _Reader) -> PostingPage:
    inner = _Reader()
    # Descriptions are HTML, at times escaped once more.
    inner.feed(_plain(posting.get("description")))
    inner.close()
    text = _tidy(inner.body)
    if re.search(r"</?\w+>", text):
        again = _Reader()
        again.feed(text)
        again.close()
        text = _tidy(again.body)
    organisation = posting.get("hiringOrganization")
    company = organisation.get("name") if isinstance(organisation, dict) else organisation
    return PostingPage(
        title=(_line(posting.get("title")) or page.best_title)[:200],
        company=_line(company)[:200],
        place=_place(posting.get("jobLocation"))[:200],
        text=text[:MAX_TEXT],
        is_structured=True,
    )


def _place(location: Any) -> str:
    first = location[0] if isinstance(location, list) and location else location
    address = first.get("address") if isinstance(first, dict) else None
    if not isinstance(address, dict):
        return _line(address)
    names = (address.get(key) for key in ("addressLocality", "addressRegion", "addressCountry"))
    parts = [_line(each.get("name") if isinstance(each, dict) else each) for each in names]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(value: Any) -> str:
    return " ".join(_plain(value).split())


def _tidy(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    kept: list[str] = []
    for line in lines:
        text = "" if line == "-" else line
        # A mark of a list stands alone where its words are in a block of their own.
        if text and line != "-" and kept and kept[-1] == "- ":
            kept[-1] = f"- {text}"
        elif line == "-":
            kept.append("- ")
        elif text:
            kept.append(text)
    return "\n".join(line for line in kept if line.strip("- "))

"""Lists of feeds as OPML 2.0, which every feed reader writes and reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError, SubElement
from xml.parsers.expat import ExpatError, ParserCreate

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MAX_BYTES = 2 * 1024**2
MAX_OUTLINES = 2000
MAX_DEPTH = 20


@dataclass(frozen=True)
class Outline:
    """One feed of a list; ``folder`` is the name of what it stands in."""

    title: str
    url: str
    site_url: str = ""
    folder: str = ""


def read_opml(body: bytes) -> list[Outline]:
    """The feeds of a list, in its order, each address once.

    Raises ``InvalidValueError`` for what is no OPML, is too large, or declares a document type: no
    feed reader writes one, and it is the door for texts that grow without end.
    """
    if len(body) > MAX_BYTES:
        raise InvalidValueError(f"a list of feeds has at most {MAX_BYTES // 1024**2} MB.")
    try:
        _refuse_document_type(body)
        root = ElementTree.fromstring(body)  # noqa: S314 -- bounded, without a document type
    except (ParseError, ExpatError, ValueError, LookupError) as error:
        raise InvalidValueError(
            "this is no OPML.", remedy="Feed readers write it as an export of subscriptions."
        ) from error
    if root.tag.lower() != "opml":
        raise InvalidValueError("this is XML but no OPML.", value=root.tag)
    found: dict[str, Outline] = {}
    for outline in _walk(root.find("body"), "", 0):
        found.setdefault(outline.url, outline)
        if len(found) > MAX_OUTLINES:
            raise InvalidValueError(f"a list of feeds has at most {MAX_OUTLINES:,} of them.")
    return list(found.values())


def write_opml(feeds: Iterable[Outline], title: str, at: datetime) -> bytes:
    """A list of feeds, those of a folder below it."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = _for_xml(title)
    SubElement(head, "dateCreated").text = format_datetime(at)
    body = SubElement(root, "body")
    folders: dict[str, Element] = {"": body}
    for feed in feeds:
        if feed.folder not in folders:
            name = _for_xml(feed.folder)
            folders[feed.folder] = SubElement(body, "outline", text=name, title=name)
        words = _for_xml(feed.title)
        about = {"type": "rss", "text": words, "title": words, "xmlUrl": _for_xml(feed.url)}
        if feed.site_url:
            about["htmlUrl"] = _for_xml(feed.site_url)
        SubElement(folders[feed.folder], "outline", about)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _refuse_document_type(body: bytes) -> None:
    """Raise before anything is built from declarations; whatever the encoding is."""

    def refuse(*_: object) -> None:
        raise InvalidValueError("a list of feeds with a document type is not read.")

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(body, True)


def _walk(element: Element | None, folder: str, depth: int) -> Iterator[Outline]:
    if element is None or depth > MAX_DEPTH:
        return
    for outline in element.findall("outline"):
        about = {key.lower(): clean_text(value).strip() for key, value in outline.items()}
        name = about.get("title") or about.get("text") or ""
        if url := about.get("xmlurl"):
            yield Outline(name, url, about.get("htmlurl", ""), folder)
        yield from _walk(outline, folder if about.get("xmlurl") else name, depth + 1)


def _for_xml(text: str) -> str:
    """``text`` without the characters that XML 1.0 has no way to write."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)

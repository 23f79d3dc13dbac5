"""From the HTML of other tools' cards to Markdown: no tag of it comes through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_BREAKS = {"br", "div", "p", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "pre", "blockquote", "hr"}
_UNSEEN = {"script", "style", "head", "title"}
_SOUND = re.compile(r"\[sound:[^\]\n]{0,300}\]|\[anki:[^\]\n]{0,300}\]")
_CLOZE = re.compile(r"\{\{c(\d{1,3})::(.*?)(?:::(.*?))?\}\}", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """A field as Markdown, and how many pictures and sounds were left out of it."""

    text: str
    left_out: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.pictures = 0
        self.hidden = 0

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # Python's own stumbles over ``<![1``; to browsers all of these are comments.
        return self.parse_bogus_comment(i, bool(report))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN:
            self.hidden += 1
        elif tag in {"img", "audio", "video", "object", "embed", "svg"}:
            self.pictures += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in {"td", "th"}:
            self.parts.append(" ")
        elif tag in _BREAKS:
            self.parts.append("\n")
        else:
            self.parts.append(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BREAKS - {"br", "hr"}:
            self.parts.append("\n")
        else:
            self.parts.append(_MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data.replace("\xa0", " "))


def to_markdown(html: str) -> Words:
    """The words of ``html``; emphasis, code, lists and lines stay, everything else goes.

    >>> to_markdown("a <b>bold</b> word<br><img src='x.png'><script>x()</script>").text
    'a **bold** word'
    """
    text, sounds = _SOUND.subn("", html)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    whole = "".join(reader.parts).replace("****", "").replace("``", "")
    lines = [line.strip() for line in whole.split("\n")]
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Words(tidy, reader.pictures + sounds)


def split_cloze(text: str) -> list[tuple[int, str, str]]:
    """A cloze text as (number, question, answer): one for each number, the others filled in."""
    numbers = sorted({int(found.group(1)) for found in _CLOZE.finditer(text)})
    return [(number, _hide(text, number), _fill(text, number)) for number in numbers]


def to_source(text: str) -> str:
    """Markdown as a field that comes back exactly."""
    return escape(text, quote=False).replace("\n", "<br>")


def from_source(field: str) -> str:
    """The Markdown that ``to_source`` wrote."""
    return unescape(re.sub(r"<br\s*/?>", "\n", field))


def _hide(text: str, number: int) -> str:
    def cover(found: re.Match[str]) -> str:
        is_asked = int(found.group(1)) == number
        return f"[{found.group(3) or '…'}]" if is_asked else found.group(2)

    return _CLOZE.sub(cover, text)


def _fill(text: str, number: int) -> str:
    def show(found: re.Match[str]) -> str:
        is_asked = int(found.group(1)) == number
        return f"<b>{found.group(2)}</b>" if is_asked else found.group(2)

    return _CLOZE.sub(show, text)

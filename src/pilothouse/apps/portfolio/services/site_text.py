"""Published Markdown as HTML of the site: notes as footnotes, one's own pictures, safe links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from markdown_it import MarkdownIt

from pilothouse.apps.markdown import is_safe_link, render_markdown
from pilothouse.engines.portfolio import REFERENCE

_PICTURE = "picture:"
_TAG = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True)
class SitePicture:
    """A picture as a page shows it. ``source`` is its address from that page."""

    source: str
    alt: str
    width: int
    height: int


def render_site_text(
    text: str,
    numbers: Mapping[str, int],
    pictures: Mapping[str, SitePicture],
    *,
    top_level: int = 3,
) -> str:
    """HTML of ``text``; ``numbers`` are those of the notes by their keys.

    A reference becomes a link to its note; one without a note vanishes.
    """
    extension = _show_pictures(pictures)
    html = str(render_markdown(text, top_level=top_level, extensions=[extension]))
    pieces = _TAG.split(html)
    # Every second piece is a tag: an attribute is left alone.
    pieces[::2] = [REFERENCE.sub(lambda match: _to_note(match, numbers), p) for p in pieces[::2]]
    return re.sub(r"\s+(?=<sup>)", "", "".join(pieces))


def readable(text: str) -> str:
    """What a reader sees of Markdown, whatever marks, entities or tags hid in its source."""
    html = str(render_markdown(text))
    return re.sub("[\u200b-\u200f\u2060\ufeff\u00ad]", "", unescape(_TAG.sub("", html)))


def find_pictures(text: str) -> tuple[str, ...]:
    """The ids of the pictures that a text shows."""
    return tuple(dict.fromkeys(re.findall(r"\(picture:([a-z0-9]{12})\)", text)))


def _to_note(match: re.Match[str], numbers: Mapping[str, int]) -> str:
    number = numbers.get(f"{match[1]}:{match[2]}")
    if number is None:
        return ""
    return f'<sup><a href="#note-{number}" aria-label="Evidence {number}">{number}</a></sup>'


def _show_pictures(pictures: Mapping[str, SitePicture]) -> Callable[[MarkdownIt], None]:
    def extend(parser: MarkdownIt) -> None:
        parser.validateLink = lambda url: (  # type: ignore[method-assign]
            url.startswith(_PICTURE) or is_safe_link(url)
        )
        outside = parser.renderer.rules["image"]  # type: ignore[attr-defined]

        def show(tokens: Any, place: int, options: Any, env: Any) -> str:
            source = str(tokens[place].attrGet("src"))
            if not source.startswith(_PICTURE):
                return str(outside(tokens, place, options, env))
            picture = pictures.get(source.removeprefix(_PICTURE))
            if picture is None:
                return ""
            return (
                f'<img src="{escape(picture.source)}" alt="{escape(picture.alt)}" '
                f'width="{picture.width}" height="{picture.height}" loading="lazy">'
            )

        parser.add_render_rule("image", lambda _, *rest: show(*rest))
        parser.add_render_rule("link_open", _open_link)

    return extend


def _open_link(renderer: Any, tokens: Any, place: int, options: Any, _: Any) -> str:
    token = tokens[place]
    href = str(token.attrGet("href"))
    # An address within the workbench leads nowhere on the site, and tells its ids.
    if href.startswith((_PICTURE, "/")):
        token.attrSet("href", "#main")
    elif ":" in href:
        token.attrSet("rel", "noopener noreferrer nofollow")
    return str(renderer.renderToken(tokens, place, options, {}))

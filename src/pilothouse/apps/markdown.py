"""Markdown as safe HTML: none of the text's own, checked links, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

Extension = Callable[[MarkdownIt], None]

_SCHEMES = frozenset({"http", "https", "mailto"})
# Browsers drop these from addresses before they look at the scheme.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e]")
MAX_HEADING = 6


def render_markdown(
    text: str, *, top_level: int = 3, extensions: Sequence[Extension] = ()
) -> SafeString:
    """``text`` as HTML that is safe on a page whose headings above are ``top_level - 1``.

    An extension is given the parser and may add rules to it; what it renders it must escape.
    """
    parser = _parser(top_level) if not extensions else _make_parser(top_level, extensions)
    # Safe: the parser escapes, HTML is off, links are checked.
    return SafeString(parser.render(text))


def is_safe_link(url: str) -> bool:
    """Whether an address may be followed: within this site, to the web, or a mail address.

    >>> is_safe_link("/p/x/backlog/"), is_safe_link("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(_UNSEEN.sub("", url))
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in _SCHEMES
    return not parts.netloc and "\\" not in url


@cache
def _parser(top_level: int) -> MarkdownIt:
    return _make_parser(top_level, ())


def _make_parser(top_level: int, extensions: Sequence[Extension]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    tasklists_plugin(parser, label=True)
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    parser.core.ruler.push("lower_headings", lambda state: _lower(state.tokens, top_level))
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("image", _show_image)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    for extension in extensions:
        extension(parser)
    return parser


def _lower(tokens: Sequence[Token], top_level: int) -> None:
    """Put the text's headings below those of the page."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(MAX_HEADING, int(token.tag[1]) + top_level - 1)
            token.tag = f"h{level}"


def _open_link(renderer: Any, tokens: Sequence[Token], place: int, options: Any, _: Any) -> str:
    token = tokens[place]
    token.attrSet("class", "link")
    if ":" in str(token.attrGet("href")):
        token.attrSet("rel", "noopener noreferrer nofollow")
    return str(renderer.renderToken(tokens, place, options, {}))


def _show_image(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """A link to the picture: showing it would tell another site who reads this."""
    from django.utils.html import format_html

    token = tokens[place]
    words = renderer.renderInlineAsText(token.children, options, env) or "picture"
    return str(
        format_html(
            '<a class="link" rel="noopener noreferrer nofollow" href="{}">{}</a>',
            token.attrGet("src"),
            words,
        )
    )


def _open_table(*_: Any) -> str:
    frame = '<div class="table-frame" role="region" aria-label="Table" tabindex="0">'
    return f'{frame}<table class="table">\n'

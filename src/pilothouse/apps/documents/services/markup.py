"""Markdown of documents as HTML: no raw HTML, safe links only, what is quoted and mentioned live.

Beyond CommonMark: tables, struck-out words, checklists, callouts (``> [!NOTE]``). Comments
(``<!-- … -->``) are guidance for the writer: readers do not see them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from pilothouse.apps.markdown import is_safe_link

# What stands behind a link of one's own scheme: (address, words) to opening and closing HTML.
LinkHook = Callable[[str, str], tuple[str, str]]

OWN_SCHEMES = frozenset({"claim", "mention"})
CALLOUTS = {"NOTE": "Note", "TIP": "Tip", "WARNING": "Warning", "DECISION": "Decision"}

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")
_CALLOUT = re.compile(r"\[!([A-Za-z]+)\]\s*")


def to_html(text: str, hooks: dict[str, LinkHook], *, with_guidance: bool = False) -> str:
    """``text`` as HTML; ``hooks`` draw the links whose scheme is ``claim`` or ``mention``."""
    parser = _parser()
    env: dict[str, object] = {"guidance": with_guidance}
    tokens = parser.parse(text, env)
    _draw_own_links(tokens, hooks)
    return str(parser.renderer.render(tokens, parser.options, env))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # HTML is recognised so that comments can be hidden; none of it is ever put out as it is.
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = _may_link  # type: ignore[method-assign]
    parser.core.ruler.push("documents", lambda state: _shape(state.tokens))
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _may_link(url: str) -> bool:
    return url.partition(":")[0] in OWN_SCHEMES or is_safe_link(url)


def _shape(tokens: list[Token]) -> None:
    """What is decided over whole blocks: headings, checklists, callouts, frames of tables."""
    used: set[str] = set()
    for place, token in enumerate(tokens):
        if token.map and token.nesting >= 0 and token.type != "inline":
            token.attrSet("data-line", str(token.map[0] + 1))
        if token.type in {"heading_open", "heading_close"}:
            # The page's own heading is the title of the document.
            token.tag = f"h{max(2, int(token.tag[1]))}"
        if token.type == "heading_open":
            token.attrSet("id", _slug(tokens[place + 1].content, used))
        if token.type == "list_item_open":
            _shape_task(token, tokens[place + 1 : place + 3])
        if token.type == "blockquote_open":
            _shape_callout(token, tokens[place + 1 : place + 3])


def _slug(words: str, used: set[str]) -> str:
    plain = unicodedata.normalize("NFKC", words).lower()
    base = "-".join(re.findall(r"\w+", plain))[:60] or "section"
    slug, number = f"s-{base}", 1
    while slug in used:
        number += 1
        slug = f"s-{base}-{number}"
    used.add(slug)
    return slug


def _first_text(following: Sequence[Token]) -> Token | None:
    """The first words of the paragraph that follows."""
    if len(following) < 2 or following[0].type != "paragraph_open":
        return None
    children = following[1].children or []
    return children[0] if children and children[0].type == "text" else None


def _shape_task(item: Token, following: Sequence[Token]) -> None:
    words = _first_text(following)
    match = _TASK.match(words.content) if words else None
    if words is None or match is None:
        return
    item.attrSet("class", "task")
    item.meta["done"] = match[1] != " "
    words.content = words.content[match.end() :]


def _shape_callout(quote: Token, following: Sequence[Token]) -> None:
    words = _first_text(following)
    match = _CALLOUT.match(words.content) if words else None
    if words is None or match is None or match[1].upper() not in CALLOUTS:
        return
    quote.attrSet("class", "callout")
    quote.meta["callout"] = match[1].upper()
    words.content = words.content[match.end() :]


def _draw_own_links(tokens: list[Token], hooks: dict[str, LinkHook]) -> None:
    for block in tokens:
        closing: list[str | None] = []
        children = block.children or []
        for place, token in enumerate(children):
            if token.type == "link_open":
                drawn = _draw_link(children[place:], hooks)
                closing.append(drawn[1] if drawn else None)
                if drawn:
                    _replace(token, drawn[0])
            elif token.type == "link_close" and closing and (end := closing.pop()) is not None:
                _replace(token, end)


def _draw_link(following: list[Token], hooks: dict[str, LinkHook]) -> tuple[str, str] | None:
    scheme, _, rest = str(following[0].attrGet("href") or "").partition(":")
    if scheme not in OWN_SCHEMES:
        return None
    words = ""
    inside = following[1 : _end_of_link(following)]
    words = "".join(token.content for token in inside)
    hook = hooks.get(scheme)
    opening, closing = hook(rest, words) if hook else ("<span>", "</span>")
    if scheme == "mention" and words.startswith("@"):
        # The hook says the present title in place of the words.
        for token in inside:
            _replace(token, "")
    return opening, closing


def _end_of_link(following: list[Token]) -> int:
    ends = (place for place, token in enumerate(following) if token.type == "link_close")
    return next(ends, len(following))


def _replace(token: Token, html: str) -> None:
    """Let a token put out ``html``, which is made here and safe."""
    token.type, token.content, token.children = "own_html", html, None


def _own_html(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    return tokens[at].content


def _raw_html(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: EnvType
) -> str:
    content, end = tokens[at].content, 0
    parts: list[str] = []
    for match in _COMMENT.finditer(content):
        parts.append(escape(content[end : match.start()].strip("\n")))
        if env.get("guidance") and match[1].strip():
            tag = "div" if tokens[at].type == "html_block" else "span"
            parts.append(f'<{tag} class="guidance">{escape(match[1].strip())}</{tag}>')
        end = match.end()
    parts.append(escape(content[end:].strip("\n")))
    html = "".join(parts)
    is_block = tokens[at].type == "html_block" and content.strip()
    return f"<p>{html}</p>\n" if is_block and not html.startswith("<div") and html else html


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    token.attrSet("class", "link")
    parts = urlsplit(str(token.attrGet("href") or ""))
    if parts.netloc:
        token.attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, at, options, env)


def _image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    words = self.renderInlineAsText(token.children, options, env) or "image"
    address = str(token.attrGet("src") or "")
    if not is_safe_link(address):
        return escape(words)
    source = escape(address)
    # Pictures of other hosts would tell them who reads what: a link does not.
    return f'<a class="link" href="{source}" rel="noopener noreferrer nofollow">{escape(words)}</a>'


def _list_item_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    html = self.renderToken(tokens, at, options, env)
    if "done" not in tokens[at].meta:
        return html
    mark, words = ("☑", "done") if tokens[at].meta["done"] else ("☐", "to do")
    sign = f'<span class="task-mark" aria-hidden="true">{mark}</span>'
    return f'{html}{sign}<span class="unseen">{words}: </span>'


def _blockquote_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    html = self.renderToken(tokens, at, options, env)
    name = tokens[at].meta.get("callout")
    if not name:
        return html
    tokens[at].attrSet("data-callout", name.lower())
    html = self.renderToken(tokens, at, options, env)
    return f'{html}<p class="callout-name">{CALLOUTS[name]}</p>'


def _table_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrSet("class", "table")
    html = self.renderToken(tokens, at, options, env)
    return f'<div class="table-frame" role="region" aria-label="Table" tabindex="0">{html}'


def _table_close(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return self.renderToken(tokens, at, options, env) + "</div>"


def _cell_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    # Alignment comes as a style, which the policy of the pages refuses.
    style = str(token.attrs.pop("style", ""))
    if "right" in style:
        token.attrSet("data-number", "")
    return self.renderToken(tokens, at, options, env)


def _fence(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    token = tokens[at]
    language = (token.info or "").strip().split(" ")[0]
    label = f' data-language="{escape(language)}"' if language else ""
    line = escape(str(token.attrGet("data-line") or ""))
    return (
        f'<pre tabindex="0" data-line="{line}"{label}><code>{escape(token.content)}</code></pre>\n'
    )


_RULES = {
    "own_html": _own_html,
    "html_block": _raw_html,
    "html_inline": _raw_html,
    "link_open": _link_open,
    "image": _image,
    "list_item_open": _list_item_open,
    "blockquote_open": _blockquote_open,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _cell_open,
    "td_open": _cell_open,
    "fence": _fence,
    "code_block": _fence,
}

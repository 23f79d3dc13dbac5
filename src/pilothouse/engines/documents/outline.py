"""A Markdown text as the blocks that can be judged, each with its line and the headings above it.

The text is read by markdown-it (CommonMark with tables and front matter left out). Code, comments
and raw HTML are never prose; what is quoted is kept apart, because somebody else said it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pilothouse.engines.documents.words import words_in

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "table"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.S | re.M)
_SWITCH = re.compile(r"<!--\s*lint:\s*off\s+(.+?)\s*-->", re.S)
_TASK = re.compile(r"\[[ xX]\][ \t]+")
# A placeholder of a scenario outline looks like a tag; these are the tags that really are some.
_PLACEHOLDER = re.compile(r"<(?P<name>[A-Za-z][\w -]*)>")
_TAGS = frozenset(
    words_in(
        "a b i u p br hr em del ins div img kbd sub sup code mark span small strong details summary"
    )
)
# Words inside double quotes are a label or somebody's words, not the writer's.
_QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|«[^»\n]{1,200}»")


@dataclass(frozen=True)
class Link:
    """A link with its words, its target and its line (from 1)."""

    words: str
    target: str
    line: int


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item, quoted paragraph, code block or table.

    ``text`` is what a reader sees, its lines as in the source; ``prose`` is the same text, as long,
    with code and quoted words blanked. ``depth`` counts the lists around it (0: none), ``level`` is
    a heading's. ``headings`` are (level, title) of the headings above, the outermost first.
    """

    kind: BlockKind
    text: str
    prose: str
    line: int
    end_line: int
    level: int = 0
    depth: int = 0
    headings: tuple[tuple[int, str], ...] = ()
    links: tuple[Link, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_task: bool = False
    is_lead: bool = False

    def line_of(self, offset: int) -> int:
        """The line of the character at ``offset`` of ``text``."""
        return self.line + self.text.count("\n", 0, offset)

    @property
    def section(self) -> str:
        """The titles of all headings above, in small letters."""
        return " / ".join(title for _, title in self.headings).lower()


@dataclass(frozen=True)
class Outline:
    """The blocks of a document in order and the rules that its comments switch off."""

    blocks: tuple[Block, ...]
    switched_off: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The first heading of the highest level there is; empty without headings."""
        heads = [block for block in self.blocks if block.kind == "heading"]
        return min(heads, key=lambda block: (block.level, block.line)).text if heads else ""

    @property
    def links(self) -> tuple[Link, ...]:
        """All links."""
        return tuple(link for block in self.blocks for link in block.links)


@dataclass
class _State:
    """Where the walk over the tokens is."""

    blocks: list[Block] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    lists: int = 0
    quotes: int = 0
    heading: int = 0
    is_lead: bool = False
    table: list[list[str]] | None = None
    table_links: list[Link] = field(default_factory=list)
    table_lines: tuple[int, int] = (0, 0)
    switches: set[str] = field(default_factory=set)


def read_outline(text: str) -> Outline:
    """The outline of ``text``. Any text has one; lines are those of ``text``, from 1."""
    state = _State()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for token in _parser().parse(blank_front_matter(lines)):
        _take(state, token)
    return Outline(tuple(state.blocks), frozenset(state.switches))


def blank_front_matter(text: str) -> str:
    """``text`` with the lines of its YAML front matter emptied, so that all others keep theirs."""
    match = _FRONT_MATTER.match(text)
    return text if match is None else "\n" * match[0].count("\n") + text[match.end() :]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    # Links that no page would show are links all the same: lint has to see them.
    parser.validateLink = _take_any  # type: ignore[method-assign]
    return parser


def _take_any(url: str) -> bool:
    del url  # markdown-it names this argument
    return True


def _take(state: _State, token: Token) -> None:
    for part in (token, *(token.children or ())):
        if part.type in {"html_block", "html_inline"}:
            state.switches |= _find_switches(part.content)
    if token.type in _COUNTS:
        name, step = _COUNTS[token.type]
        setattr(state, name, getattr(state, name) + step)
    elif token.type == "list_item_open":
        state.is_lead = True
    elif token.type == "heading_open":
        state.heading = int(token.tag[1])
    elif token.type == "heading_close":
        state.heading = 0
    elif token.type in {"fence", "code_block"}:
        _add(state, Block("code", token.content, "", *_lines(token)))
    elif token.type.startswith(("table_", "tr_")):
        _take_table(state, token)
    elif token.type == "inline":
        _take_inline(state, token)


def _find_switches(comment: str) -> set[str]:
    """The rules named in ``<!-- lint: off RULE, RULE -->``."""
    return {
        rule for names in _SWITCH.findall(comment) for rule in re.split(r"[,\s]+", names) if rule
    }


_COUNTS = {
    "bullet_list_open": ("lists", 1),
    "ordered_list_open": ("lists", 1),
    "bullet_list_close": ("lists", -1),
    "ordered_list_close": ("lists", -1),
    "blockquote_open": ("quotes", 1),
    "blockquote_close": ("quotes", -1),
}


def _take_table(state: _State, token: Token) -> None:
    if token.type == "table_open":
        state.table, state.table_links, state.table_lines = [], [], _lines(token)
    elif token.type == "tr_open" and state.table is not None:
        state.table.append([])
    elif token.type == "table_close" and state.table is not None:
        rows = tuple(tuple(row) for row in state.table)
        text = "\n".join(" | ".join(row) for row in rows)
        links = tuple(state.table_links)
        state.table = None
        _add(state, Block("table", text, "", *state.table_lines, links=links, rows=rows))


def _take_inline(state: _State, token: Token) -> None:
    line, end_line = _lines(token)
    text, prose, links = _read_inline(token.children or (), line)
    if state.table is not None:
        if state.table:
            state.table[-1].append(text)
        state.table_links += links
        return
    is_task = bool(state.lists and state.is_lead and _TASK.match(text))
    if is_task:
        cut = _TASK.match(text)
        text, prose = text[cut.end() :], prose[cut.end() :]  # type: ignore[union-attr]
    if state.heading:
        while state.headings and state.headings[-1][0] >= state.heading:
            state.headings.pop()
    _add(
        state,
        Block(
            _kind(state), text, prose, line, end_line, level=state.heading, links=tuple(links),
            is_task=is_task, is_lead=state.is_lead,
        ),
    )  # fmt: skip
    state.is_lead = False
    if state.heading:
        state.headings.append((state.heading, text))


def _kind(state: _State) -> BlockKind:
    if state.heading:
        return "heading"
    if state.quotes:
        return "quote"
    return "item" if state.lists else "paragraph"


def _add(state: _State, block: Block) -> None:
    state.blocks.append(replace(block, depth=state.lists, headings=tuple(state.headings)))


def _lines(token: Token) -> tuple[int, int]:
    start, end = token.map or (0, 1)
    return start + 1, max(start + 1, end)


def _read_inline(children: Sequence[Token], line: int) -> tuple[str, str, list[Link]]:
    text, shown, links = "", "", []
    open_links: list[tuple[str, int, int]] = []
    for child, words, seen in _walk(children):
        if child.type == "link_open":
            target = str(child.attrs.get("href", ""))
            open_links.append((target, len(text), line + text.count("\n")))
        elif child.type == "link_close" and open_links:
            target, start, at = open_links.pop()
            links.append(Link(text[start:], target, at))
        text, shown = text + words, shown + seen
    prose = _QUOTED.sub(lambda match: " " * len(match[0]), shown)
    return text, prose, links


def _walk(children: Sequence[Token]) -> Iterator[tuple[Token, str, str]]:
    """Each child with its words and with its words as prose, which are as long."""
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            yield child, "\n", "\n"
        elif child.type == "code_inline":
            yield child, child.content, " " * len(child.content)
        elif child.type in {"text", "text_special", "image"} or _is_placeholder(child):
            yield child, child.content, child.content
        else:
            yield child, "", ""


def _is_placeholder(token: Token) -> bool:
    match = _PLACEHOLDER.fullmatch(token.content) if token.type == "html_inline" else None
    return match is not None and match["name"].casefold() not in _TAGS

"""A resume as plain text and as Markdown, from its blocks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

from pilothouse.engines.jobs.resume_blocks import Block, BlockKind

WIDTH = 88
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def write_text(blocks: Sequence[Block]) -> str:
    """Plain text for a form that takes nothing else: no marks but capitals and hyphens.

    >>> write_text([Block(BlockKind.HEADING, "Skills"), Block(BlockKind.FACT, "SQL", lead="Data:")])
    'SKILLS\\n\\nData: SQL\\n'
    """
    return _join(blocks, _text_lines)


def write_markdown(blocks: Sequence[Block]) -> str:
    """Markdown in which every word of a person stands for itself."""
    return _join(blocks, _markdown_lines)


def escape(text: str) -> str:
    """``text`` so that Markdown shows it as it is.

    >>> escape("5 * 3 _now_")
    '5 \\\\* 3 \\\\_now\\\\_'
    """
    return re.sub(
        r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+])", r"\\\1", _MARKS.sub(r"\\\1", text))
    )


def _join(blocks: Sequence[Block], write: Callable[[Block], Iterator[str]]) -> str:
    lines: list[str] = []
    last: BlockKind | None = None
    for block in blocks:
        if lines and _stands_apart(block.kind, last):
            lines.append("")
        lines += write(block)
        last = block.kind
    return "\n".join(lines).strip() + "\n"


def _stands_apart(kind: BlockKind, last: BlockKind | None) -> bool:
    if kind is BlockKind.BULLET:
        return last is not BlockKind.BULLET
    if kind is BlockKind.FACT:
        return last is not BlockKind.FACT
    return not (kind is BlockKind.META and last is BlockKind.TITLE)


def _text_lines(block: Block) -> Iterator[str]:
    if block.kind is BlockKind.HEADING:
        yield block.text.upper()
    elif block.kind is BlockKind.CONTACT:
        yield from (words for words, _ in block.links)
    elif block.kind is BlockKind.BULLET:
        yield from _wrap(block.text, "- ", "  ")
    elif block.kind is BlockKind.TITLE and block.right:
        yield f"{block.text} ({block.right})"
    else:
        yield from _wrap(block.whole, "", "")


def _wrap(text: str, first: str, then: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=then,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _markdown_lines(block: Block) -> Iterator[str]:
    text = escape(block.text)
    match block.kind:
        case BlockKind.NAME:
            yield f"# {text}"
        case BlockKind.LABEL:
            yield f"**{text}**"
        case BlockKind.CONTACT:
            yield from (f"- {_link(words, url)}" for words, url in block.links)
        case BlockKind.HEADING:
            yield f"## {text}"
        case BlockKind.TITLE:
            right = f" ({escape(block.right)})" if block.right else ""
            yield f"### {_link(block.text, block.url)}{right}"
        case BlockKind.META:
            yield ""
            yield f"*{text}*"
        case BlockKind.BULLET:
            yield f"- {text}"
        case BlockKind.FACT:
            lead = f"**{escape(block.lead)}** " if block.lead else ""
            yield f"- {lead}{text}".rstrip()
        case _:
            yield text


def _link(words: str, url: str) -> str:
    safe = url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    return f"[{escape(words)}](<{safe}>)" if safe else escape(words)

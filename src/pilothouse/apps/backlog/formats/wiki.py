"""Jira's wiki markup as Markdown: headings, emphasis, lists, code, quotes, links, tables."""

from __future__ import annotations

import re

_BLOCKS = re.compile(r"\{(code|noformat)(?::([^}]*))?\}(.*?)\{\1\}", re.DOTALL)
_QUOTE = re.compile(r"\{quote\}(.*?)\{quote\}", re.DOTALL)
_LINK = re.compile(r"\[([^\]|\n]+)\|([^\]\s|]+)(?:\|[^\]]*)?\]")
_BARE_LINK = re.compile(r"\[(https?://[^\]\s|]+)\]")
_MENTION = re.compile(r"\[~(?:accountid:)?([^\]]+)\]")
_IMAGE = re.compile(r"!([^!\s|]+\.\w{2,4})(?:\|[^!]*)?!")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_MONO = re.compile(r"\{\{(.+?)\}\}")
_COLOUR = re.compile(r"\{color(?::[^}]*)?\}|\{panel(?::[^}]*)?\}")
_HEADING = re.compile(r"h([1-6])\.\s+(.*)")
_LIST = re.compile(r"([*#-]+)\s+(.*)")


def to_markdown(text: str) -> str:
    """The Markdown of a text in wiki markup; what is not known stays as it is.

    >>> to_markdown("h2. Why\\n* *first*\\n** second")
    '## Why\\n- **first**\\n  - second'
    """
    pieces, at = [], 0
    for match in _BLOCKS.finditer(text):
        pieces.append(_prose(text[at : match.start()]))
        language = (match[2] or "").split("|")[0].partition("=")[0].strip()
        pieces.append(f"```{language}\n{match[3].strip(chr(10))}\n```")
        at = match.end()
    pieces.append(_prose(text[at:]))
    return "".join(pieces)


def _prose(text: str) -> str:
    quoted = _QUOTE.sub(lambda m: "\n".join(f"> {line}" for line in m[1].strip().split("\n")), text)
    return "\n".join(_line(line) for line in quoted.split("\n"))


def _line(line: str) -> str:
    bare = line.rstrip("\r")
    if match := _HEADING.fullmatch(bare.strip()):
        return f"{'#' * int(match[1])} {_inline(match[2])}"
    if match := _LIST.fullmatch(bare.strip()):
        marks, rest = match[1], _inline(match[2])
        if set(marks) != {"-"} or len(marks) == 1:
            return f"{'  ' * (len(marks) - 1)}{'1.' if marks[-1] == '#' else '-'} {rest}"
    if bare.startswith("bq. "):
        return f"> {_inline(bare[4:])}"
    if bare.startswith("||"):
        cells = [cell.strip() for cell in bare.strip().strip("|").split("||")]
        return f"| {' | '.join(map(_inline, cells))} |\n|{'---|' * len(cells)}"
    if bare.strip() == "----":
        return "---"
    return _inline(bare)


def _inline(text: str) -> str:
    plain = _COLOUR.sub("", text)
    plain = _LINK.sub(r"[\1](\2)", plain)
    plain = _BARE_LINK.sub(r"<\1>", plain)
    plain = _MENTION.sub(r"@\1", plain)
    plain = _IMAGE.sub(r"(picture \1)", plain)
    return _MONO.sub(r"`\1`", _BOLD.sub(r"**\1**", plain))

"""Markdown as sentences, each with the references that stand in it or right behind it.

A reference is ``{act:412}`` or ``{source:1}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

REFERENCE = re.compile(r"\{(act|source):([a-z0-9]{1,20})\}")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d{1,3}[.)]|#{1,6}|>|\|)\s)")
# A list number is the place of a line and no figure of the text.
_MARK = re.compile(r"^\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,2}[.)]\s+|#{1,6}\s+|>\s*)+")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,300}\")?\)")
_ADDRESS = re.compile(r"\bhttps?://\S+")
_EMPHASIS = re.compile(r"[*_`~|]+")
# A full stop ends a sentence before a space, not inside a number or after a short form.
_END = re.compile(
    r"(?<=[.!?…])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bNo\.)(?<!\bapprox\.)"
    r"(?P<behind>(?:\s*\{[a-z]+:[a-z0-9]+\})*)\s+(?=[\"'“‘(\[A-Z0-9€$£])"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence as a reader sees it, and the keys of what it rests on, such as ``act:412``."""

    text: str
    keys: tuple[str, ...]


def split_sentences(body: str) -> tuple[Sentence, ...]:
    """The sentences of a text in Markdown.

    >>> split_sentences("Churn fell to 4.2 %. {act:12} We went on.")
    (Sentence(text='Churn fell to 4.2 %.', keys=('act:12',)), Sentence(text='We went on.', keys=()))
    """
    sentences = []
    for block in _BLOCK.split(body):
        for part in _split_block(_MARK.sub("", block)):
            keys = tuple(dict.fromkeys(f"{m[1]}:{m[2]}" for m in REFERENCE.finditer(part)))
            text = plain(REFERENCE.sub("", part))
            if text:
                sentences.append(Sentence(text, keys))
            elif keys and sentences:
                last = sentences[-1]
                sentences[-1] = Sentence(last.text, tuple(dict.fromkeys(last.keys + keys)))
    return tuple(sentences)


def plain(text: str) -> str:
    """Markdown without its marks and addresses, on one line."""
    shown = _LINK.sub(lambda match: match[1], text)
    shown = _EMPHASIS.sub(" ", _ADDRESS.sub("", shown))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(shown.split()))


def _split_block(block: str) -> list[str]:
    parts, start = [], 0
    line = " ".join(block.split())
    for match in _END.finditer(line):
        parts.append(line[start : match.end("behind")])
        start = match.end()
    parts.append(line[start:])
    return parts

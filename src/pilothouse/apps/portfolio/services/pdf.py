"""Pieces and the whole portfolio as PDF, set by Typst.

The texts travel as data (JSON in an input), never as source: whatever a person writes cannot become
a command of the typesetter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from markdown_it import MarkdownIt

from pilothouse.apps.portfolio.services.site_pieces import to_piece
from pilothouse.apps.typesetting import set_pdf
from pilothouse.engines.portfolio import REFERENCE


def write_piece_pdf(
    snapshot: Mapping[str, Any], raw: Mapping[str, Any], pictures: Mapping[str, bytes]
) -> bytes:
    """One piece."""
    return _set(snapshot, [raw], pictures, is_whole=False)


def write_portfolio_pdf(snapshot: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """All pieces but notes, after a page about their person."""
    pieces = [raw for raw in snapshot["pieces"] if raw["kind"] != "note"]
    return _set(snapshot, pieces, pictures, is_whole=True)


def _set(
    snapshot: Mapping[str, Any],
    pieces: Sequence[Mapping[str, Any]],
    pictures: Mapping[str, bytes],
    *,
    is_whole: bool,
) -> bytes:
    body = {
        "profile": snapshot["profile"], "is_whole": is_whole, "built": snapshot["now"],
        "head": snapshot["head"], "acts": snapshot["head_sequence"],
        "about": to_blocks(snapshot["profile"]["about"], {}, {}),
        "pieces": [_to_piece(snapshot, raw) for raw in pieces],
    }  # fmt: skip
    files_ = {"main.typ": _template(), "body.json": json.dumps(body).encode()}
    for public_id, facts in snapshot["pictures"].items():
        files_[facts["path"]] = pictures[public_id]
    return set_pdf(files_, "main.typ", datetime.fromisoformat(snapshot["now"]))


def _to_piece(snapshot: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    piece = to_piece(raw)
    numbers = {note["key"]: note["number"] for note in raw["notes"]}
    return {
        **piece.__dict__,
        "sections": [
            {
                "title": part["title"] if raw["kind"] != "note" else "",
                "blocks": to_blocks(part["text"], numbers, snapshot["pictures"]),
            }
            for part in raw["sections"]
        ],
        "notes": raw["notes"],
    }


def to_blocks(
    text: str, numbers: Mapping[str, int], pictures: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Markdown as a flat list of blocks: what they are, how deep, and their runs of text."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    blocks: list[dict[str, Any]] = []
    kind, depth, marks = "text", 0, []
    for token in parser.parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
            marks.append("number" if token.type.startswith("ordered") else "bullet")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
            marks.pop()
        elif token.type == "list_item_open":
            kind = f"{marks[-1]}:{token.info or ''}" if marks else "text"
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "inline":
            blocks += _inline(token, kind, depth, numbers, pictures)
            kind = "text"
        elif token.type in {"fence", "code_block"}:
            runs = [{"text": token.content.rstrip("\n"), "style": "code"}]
            blocks.append({"kind": "code", "depth": depth, "runs": runs})
    return blocks


def _inline(
    token: Any,
    kind: str,
    depth: int,
    numbers: Mapping[str, int],
    pictures: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    runs: list[dict[str, str]] = []
    shown: list[dict[str, Any]] = []
    styles: list[str] = []
    for child in token.children or ():
        if child.type in {"strong_open", "em_open"}:
            styles.append(child.type.removesuffix("_open"))
        elif child.type in {"strong_close", "em_close"} and styles:
            styles.pop()
        elif child.type == "text":
            runs += _runs(child.content, styles[-1] if styles else "", numbers)
        elif child.type == "code_inline":
            runs.append({"text": child.content, "style": "code"})
        elif child.type in {"softbreak", "hardbreak"}:
            runs.append({"text": " ", "style": ""})
        elif child.type == "image":
            shown += _picture(str(child.attrGet("src")), pictures)
    block = {"kind": kind.partition(":")[0], "mark": kind.partition(":")[2], "depth": depth}
    return ([{**block, "runs": runs}] if runs else []) + shown


def _runs(text: str, style: str, numbers: Mapping[str, int]) -> list[dict[str, str]]:
    runs, start = [], 0
    for match in REFERENCE.finditer(text):
        runs.append({"text": text[start : match.start()].rstrip(), "style": style})
        number = numbers.get(f"{match[1]}:{match[2]}")
        if number is not None:
            runs.append({"text": str(number), "style": "note"})
        start = match.end()
    return [*runs, {"text": text[start:], "style": style}]


def _picture(source: str, pictures: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    facts = pictures.get(source.removeprefix("picture:"))
    if facts is None:
        return []
    return [{"kind": "picture", "depth": 0, "runs": [], "path": facts["path"], "alt": facts["alt"]}]


@cache
def _template() -> bytes:
    return files("pilothouse.content").joinpath("site", "portfolio.typ").read_bytes()

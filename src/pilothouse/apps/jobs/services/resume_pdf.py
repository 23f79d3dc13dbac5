"""The PDF of a resume by Typst (PDF/UA), its pages as pictures, and reading it back."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pilothouse.apps.jobs.resume_models import ResumeTemplate
from pilothouse.apps.typesetting import ACCESSIBLE, NoGlyphError, set_pdf, set_pictures
from pilothouse.engines.jobs.resume_ats import PdfFacts
from pilothouse.engines.jobs.resume_blocks import Block, BlockKind

if TYPE_CHECKING:
    from pypdf import PdfReader

MARKS = {ResumeTemplate.PLAIN.value: "-"}
# What belongs to the line above it: no page ends between the two.
_BELONGS = {BlockKind.META, BlockKind.TEXT, BlockKind.BULLET, BlockKind.FACT}


@dataclass(frozen=True)
class Look:
    """How a resume is set."""

    template: str
    paper: str = "a4"

    @property
    def mark(self) -> str:
        """What stands before a bullet."""
        return MARKS.get(self.template, "•")


def write_pdf(blocks: Sequence[Block], look: Look, at: datetime) -> bytes:
    """The PDF. Where our fonts lack a character, those of this machine are tried.

    ``NoGlyphError`` names characters that no font here draws: none is left out in silence.
    """
    source = _files(blocks, look)
    try:
        return set_pdf(source, f"{look.template}.typ", at, standards=ACCESSIBLE)
    except NoGlyphError:
        return set_pdf(
            source, f"{look.template}.typ", at, standards=ACCESSIBLE, has_system_fonts=True
        )


def draw_pages(blocks: Sequence[Block], look: Look, ppi: float = 96) -> list[bytes]:
    """The pages as PNG, as they would be printed now."""
    return set_pictures(
        _files(blocks, look), f"{look.template}.typ", ppi=ppi, has_system_fonts=True
    )


def read_pdf(data: bytes) -> PdfFacts:
    """What a reader that is not ours finds in a PDF: its text in reading order, and its facts."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    facts = reader.metadata
    fonts = _fonts(reader)
    return PdfFacts(
        text="\n".join(page.extract_text() for page in reader.pages),
        pages=len(reader.pages),
        title=(facts.title or "") if facts else "",
        author=(facts.author or "") if facts else "",
        language=str(root.get("/Lang", "")),
        is_tagged=bool(root.get("/MarkInfo", {}).get("/Marked")) and "/StructTreeRoot" in root,
        images=sum(len(page.images) for page in reader.pages),
        fonts=tuple(sorted(fonts)),
        not_embedded=tuple(sorted(name for name, is_there in fonts.items() if not is_there)),
    )


def _fonts(reader: PdfReader) -> dict[str, bool]:
    """The fonts by name, and whether their outlines are in the file."""
    found: dict[str, bool] = {}
    for page in reader.pages:
        resources: Any = page.get("/Resources", {})
        for each in resources.get("/Font", {}).values():
            font = each.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner.get("/FontDescriptor", {})
            is_there = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[str(font.get("/BaseFont", "")).lstrip("/").rpartition("+")[2]] = is_there
    return found


def _files(blocks: Sequence[Block], look: Look) -> dict[str, bytes]:
    shown = [block for block in blocks if block.whole]
    name = next((block.text for block in blocks if block.kind is BlockKind.NAME), "")
    body = {
        "title": f"Resume of {name}" if name else "Resume", "author": name, "paper": look.paper,
        "blocks": [
            {**_to_json(block), "sticky": after is not None and after.kind in _BELONGS}
            for block, after in zip(shown, [*shown[1:], None], strict=True)
        ],
    }  # fmt: skip
    return {"body.json": json.dumps(body).encode(), **_templates()}


def _to_json(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind.value, "text": block.text, "right": block.right, "lead": block.lead,
        "url": block.url, "links": [list(link) for link in block.links],
    }  # fmt: skip


@cache
def _templates() -> dict[str, bytes]:
    folder = files("pilothouse.content").joinpath("resumes")
    names = ["parts", *ResumeTemplate.values]
    return {f"{name}.typ": folder.joinpath(f"{name}.typ").read_bytes() for name in names}

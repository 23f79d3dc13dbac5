"""A resume as a Word document: one column, real headings and lists, nothing in headers or boxes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pilothouse.engines.jobs.resume_blocks import Block, BlockKind

FONT = "Calibri"
_INK, _QUIET = "1B1F27", "4A505C"
_PAPERS = {"a4": (210.0, 297.0), "us-letter": (215.9, 279.4)}  # mm


def write_docx(
    blocks: Sequence[Block], *, title: str, author: str, at: datetime, paper: str = "a4"
) -> bytes:
    """The file. ``at`` is its moment of making: the same blocks give the same bytes.

    Dates stand at the right by a tab stop, in the same paragraph as the title they belong to.
    """
    from docx import Document

    document = Document()
    _describe(document, title, author, at)
    _set_page(document, paper)
    for block in blocks:
        _WRITERS.get(block.kind, _text)(document, block)
    stream = io.BytesIO()
    document.save(stream)
    return _without_times(stream.getvalue())


def _describe(document: Any, title: str, author: str, at: datetime) -> None:
    facts = document.core_properties
    facts.title, facts.author, facts.language = _clean(title), _clean(author), "en"
    facts.comments = facts.keywords = facts.subject = ""
    facts.last_modified_by = _clean(author)
    facts.created = facts.modified = at.replace(tzinfo=None, microsecond=0)
    facts.revision = 1


def _set_page(document: Any, paper: str) -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    width, height = _PAPERS.get(paper, _PAPERS["a4"])
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.paragraph_format.space_after = Pt(2)
    sizes = {"Title": 22, "Heading 1": 12.5, "Heading 2": 11, "List Bullet": 10.5}
    for name, size in sizes.items():
        _set_style(document.styles[name], size)


def _set_style(style: Any, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor.from_string(_INK)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Themed fonts win over named ones, so they go.
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    spacing = style.paragraph_format
    spacing.space_before = Pt(10 if style.name == "Heading 1" else 5 if "Head" in style.name else 0)
    spacing.space_after = Pt(2)
    spacing.keep_with_next = style.name.startswith("Heading")


def _name(document: Any, block: Block) -> None:
    document.add_paragraph(_clean(block.text), style="Title")


def _heading(document: Any, block: Block) -> None:
    document.add_paragraph(_clean(block.text), style="Heading 1")


def _title(document: Any, block: Block) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph = document.add_paragraph(style="Heading 2")
    _link(paragraph, block.text, block.url)
    if block.right:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)
        run = paragraph.add_run(f"\t{_clean(block.right)}")
        run.bold = False
        _tint(run)


def _contact(document: Any, block: Block) -> None:
    paragraph = document.add_paragraph()
    for place, (words, url) in enumerate(block.links):
        if place:
            paragraph.add_run("   ")
        _link(paragraph, words, url)


def _meta(document: Any, block: Block) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _tint(paragraph.add_run(_clean(block.text)))


def _bullet(document: Any, block: Block) -> None:
    document.add_paragraph(_clean(block.text), style="List Bullet")


def _fact(document: Any, block: Block) -> None:
    paragraph = document.add_paragraph()
    if block.lead:
        paragraph.add_run(_clean(block.lead)).bold = True
    paragraph.add_run(_clean(f" {block.text}" if block.lead else block.text))


def _text(document: Any, block: Block) -> None:
    document.add_paragraph(_clean(block.text))


_WRITERS = {
    BlockKind.NAME: _name, BlockKind.HEADING: _heading, BlockKind.TITLE: _title,
    BlockKind.CONTACT: _contact, BlockKind.META: _meta, BlockKind.BULLET: _bullet,
    BlockKind.FACT: _fact,
}  # fmt: skip


def _tint(run: Any) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(_QUIET)


def _link(paragraph: Any, words: str, url: str) -> None:
    if not url or not url.isprintable():
        paragraph.add_run(_clean(words))
        return
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, True))
    element = OxmlElement("w:r")
    link.append(element)
    paragraph._p.append(link)
    Run(element, paragraph).text = _clean(words)


def _clean(text: str) -> str:
    """``text`` without what XML does not hold."""
    return "".join(c for c in text if (ord(c) >= 32 or c in "\t\n") and ord(c) not in _NOT_XML)


_NOT_XML = frozenset({0xFFFE, 0xFFFF, *range(0xD800, 0xE000)})


def _without_times(data: bytes) -> bytes:
    """The same archive with one moment for all its parts, so that equal texts are equal files."""
    import zipfile

    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(part, source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()

"""Markdown as a Word document (Office Open XML): bytes out, for any word processor.

Headings, nested lists, checklists, tables, code, quotes and links keep their form. A live claim
becomes its words with a number in brackets that points into the list "Numbers in this document".
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pilothouse.engines.documents.outline import blank_front_matter

if TYPE_CHECKING:
    from markdown_it.token import Token

CODE_STYLE, CODE_WORDS = "Code Block", "Code Words"
DONE, OPEN = "☑ ", "☐ "
NUMBERS_HEADING = "Numbers in this document"
_MAX_LEVEL = 3


@dataclass(frozen=True)
class ClaimNote:
    """What the list of numbers says of a claim: source, value, n, interval, date, state."""

    id: str
    sentence: str


@dataclass
class _Writer:
    """The document being written and where in the text it is."""

    document: Any
    notes: Mapping[str, ClaimNote]
    resolve: Mapping[str, str]
    used: list[str] = field(default_factory=list)
    lists: list[tuple[str, Any]] = field(default_factory=list)
    quotes: int = 0
    is_lead: bool = False
    cells: list[Any] | None = None
    table: Any = None
    row: list[Any] = field(default_factory=list)
    in_head: bool = False


def write_docx(
    title: str,
    body: str,
    *,
    notes: Iterable[ClaimNote] = (),
    links: Mapping[str, str] | None = None,
    lead: str = "",
) -> bytes:
    """The file. ``links`` maps targets (``mention:...``) to addresses; ``lead`` stands on top."""
    from docx import Document
    from markdown_it import MarkdownIt

    document = Document()
    document.core_properties.title = printable(title)
    document.core_properties.author = ""
    _add_styles(document)
    document.add_heading(printable(title), 0)
    if lead:
        document.add_paragraph(printable(lead), style="Subtitle")
    writer = _Writer(document, {note.id: note for note in notes}, links or {})
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = _take_any  # type: ignore[method-assign]
    tokens = parser.parse(blank_front_matter(body))
    for place, token in enumerate(tokens):
        _write(writer, token, tokens, place)
    _write_notes(writer)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _take_any(url: str) -> bool:
    del url  # markdown-it names this argument; a link that leads nowhere is only words in Word
    return True


def printable(text: str) -> str:
    """``text`` without what XML does not hold."""
    return "".join(
        char
        for char in text
        if char in "\t\n" or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF)
        if ord(char) not in {0xFFFE, 0xFFFF}
    )


def _add_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    block = document.styles.add_style(CODE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    words = document.styles.add_style(CODE_WORDS, WD_STYLE_TYPE.CHARACTER)
    for style in (block, words):
        style.font.name = "Courier New"
        style.font.size = Pt(9)


def _write(writer: _Writer, token: Token, tokens: Sequence[Token], place: int) -> None:
    kind = token.type
    if kind in {"bullet_list_open", "ordered_list_open"}:
        name = "List Bullet" if kind.startswith("bullet") else "List Number"
        start = int(token.attrs.get("start", 1)) if token.attrs else 1
        writer.lists.append((name, _new_numbering(writer, name, len(writer.lists), start)))
    elif kind in {"bullet_list_close", "ordered_list_close"}:
        writer.lists.pop()
    elif kind == "list_item_open":
        writer.is_lead = True
    elif kind.startswith("blockquote"):
        writer.quotes += 1 if kind.endswith("open") else -1
    elif kind in {"fence", "code_block"}:
        _write_code(writer, token)
    elif kind == "hr":
        writer.document.add_paragraph("* * *")
    elif kind.startswith(("table", "thead", "tr", "th", "td")):
        _write_table(writer, token, tokens, place)
    elif kind == "inline":
        _write_inline(writer, token, tokens[place - 1])


def _style(name: str, depth: int) -> str:
    level = min(depth, _MAX_LEVEL)
    return name if level <= 1 else f"{name} {level}"


def _write_inline(writer: _Writer, token: Token, opening: Token) -> None:
    if writer.cells is not None:
        paragraph = writer.cells[-1].paragraphs[0]
        _write_runs(writer, paragraph, token.children or (), is_bold=writer.in_head)
        return
    children = list(token.children or ())
    if opening.type == "heading_open":
        paragraph = writer.document.add_heading("", min(int(opening.tag[1]), 9))
    elif writer.quotes:
        paragraph = writer.document.add_paragraph(style="Quote")
    elif writer.lists:
        paragraph = _add_item(writer, children)
    else:
        paragraph = writer.document.add_paragraph()
    _write_runs(writer, paragraph, children)


def _add_item(writer: _Writer, children: list[Token]) -> Any:
    """A paragraph of a list item: the first carries its mark, the rest is only indented."""
    name, numbering = writer.lists[-1]
    depth = len(writer.lists)
    if not writer.is_lead:
        return writer.document.add_paragraph(style=_style("List Continue", depth))
    writer.is_lead = False
    paragraph = writer.document.add_paragraph(style=_style(name, depth))
    _number(paragraph, numbering, depth)
    if children and children[0].type == "text":
        for mark, box in (("[ ] ", OPEN), ("[x] ", DONE), ("[X] ", DONE)):
            if children[0].content.startswith(mark):
                children[0].content = box + children[0].content[len(mark) :]
    return paragraph


def _new_numbering(writer: _Writer, name: str, depth: int, start: int) -> Any:
    """Each list counts for itself: its own number of the style's numbering, begun anew."""
    style = writer.document.styles[_style(name, depth + 1)]
    properties = style.element.pPr.numPr
    numbering = writer.document.part.numbering_part.element
    abstract = next(
        num.abstractNumId.val for num in numbering.num_lst if num.numId == properties.numId.val
    )
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(max(0, min(start, 32_767)))
    return number.numId


def _number(paragraph: Any, numbering: int, depth: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering
    if depth > _MAX_LEVEL:
        from docx.shared import Cm

        paragraph.paragraph_format.left_indent = Cm(0.63 * (depth + 1))


def _write_code(writer: _Writer, token: Token) -> None:
    paragraph = writer.document.add_paragraph(style=CODE_STYLE)
    lines = printable(token.content.removesuffix("\n")).split("\n")
    for place, line in enumerate(lines):
        run = paragraph.add_run(line)
        if place < len(lines) - 1:
            run.add_break()


def _write_table(writer: _Writer, token: Token, tokens: Sequence[Token], place: int) -> None:
    if token.type == "table_open":
        ends = next(i for i in range(place, len(tokens)) if tokens[i].type == "tr_close")
        columns = sum(each.type == "th_open" for each in tokens[place:ends])
        writer.table = writer.document.add_table(0, columns, style="Table Grid")
    elif token.type == "tr_open":
        writer.cells, writer.row = [], list(writer.table.add_row().cells)
    elif token.type in {"th_open", "td_open"} and writer.cells is not None:
        writer.in_head = token.type == "th_open"
        writer.cells.append(writer.row[len(writer.cells)])
    elif token.type in {"tr_close", "table_close"}:
        writer.cells, writer.in_head = None, False


def _write_runs(
    writer: _Writer, paragraph: Any, children: Iterable[Token], *, is_bold: bool = False
) -> None:
    marks = {"strong": int(is_bold), "em": 0, "s": 0}
    target = ""
    for child in children:
        name, _, end = child.type.rpartition("_")
        if name in marks:
            marks[name] += 1 if end == "open" else -1
        elif child.type == "link_open":
            target = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            _close_link(writer, paragraph, target)
            target = ""
        elif child.type in {"softbreak", "hardbreak"}:
            run = _add_run(writer, paragraph, "" if end == "hardbreak" else " ", target)
            if child.type == "hardbreak":
                run.add_break()
        elif child.type == "image":
            _add_run(
                writer, paragraph, f"[image: {child.content or child.attrs.get('src', '')}]", ""
            )
        elif child.type != "html_inline" or not child.content.startswith("<!--"):
            run = _add_run(writer, paragraph, child.content, target)
            run.bold, run.italic = marks["strong"] > 0 or None, marks["em"] > 0 or None
            run.font.strike = marks["s"] > 0 or None
            if child.type == "code_inline":
                run.style = CODE_WORDS


def _add_run(writer: _Writer, paragraph: Any, text: str, target: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    address = writer.resolve.get(target, target)
    if not address or address.startswith(("claim:", "mention:", "#")) or not address.isprintable():
        return paragraph.add_run(printable(text))
    relation = paragraph.part.relate_to(
        address,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    element = OxmlElement("w:r")
    link.append(element)
    paragraph._p.append(link)
    run = Run(element, paragraph)
    run.text = printable(text)
    run.font.underline = True
    return run


def _close_link(writer: _Writer, paragraph: Any, target: str) -> None:
    id_ = target.removeprefix("claim:")
    if not target.startswith("claim:") or id_ not in writer.notes:
        return
    if id_ not in writer.used:
        writer.used.append(id_)
    paragraph.add_run(f"[{writer.used.index(id_) + 1}]").font.superscript = True


def _write_notes(writer: _Writer) -> None:
    if not writer.used:
        return
    writer.document.add_heading(NUMBERS_HEADING, 1)
    for place, id_ in enumerate(writer.used, 1):
        writer.document.add_paragraph(f"[{place}] {printable(writer.notes[id_].sentence)}")

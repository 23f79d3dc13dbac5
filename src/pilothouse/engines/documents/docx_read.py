"""A Word document as Markdown: bytes in, text out, and a list of what was left out.

What a stranger sends is refused before it is unpacked: macros, encrypted and oversized files, parts
that unpack to far more than they are, document types with entities.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pilothouse.engines.documents.docx_write import CODE_STYLE, CODE_WORDS, DONE, OPEN
from pilothouse.kernel.errors import InvalidValueError

MAX_BYTES = 20 * 1024**2
MAX_UNPACKED = 100 * 1024**2
MAX_PARTS = 3_000
MAX_RATIO = 200
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_STARTS = re.compile(r"^(\s*)([#>+-]|\d+[.)])(?=\s|$)")
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s<>()]+\Z", re.I)


@dataclass(frozen=True)
class DocxText:
    """What a file says: its title where it has one, its text, and what was left out."""

    title: str
    body: str
    notes: tuple[str, ...]


@dataclass
class _Reader:
    """What is known while reading."""

    document: Any
    numbering: dict[str, str]
    title: str = ""
    images: int = 0
    others: set[str] = field(default_factory=set)


def read_docx(data: bytes) -> DocxText:
    """The text of a ``.docx`` file; ``InvalidValueError`` says why one is refused."""
    check_docx(data)
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        document = Document(io.BytesIO(data))
        reader = _Reader(document, _read_numbering(document))
        chunks = list(_blocks(reader))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, LxmlError) as error:
        raise InvalidValueError(
            "this is no Word document that can be read.",
            remedy="Open it in a word processor and save it as .docx again.",
        ) from error
    return DocxText(reader.title, _join(chunks), tuple(_notes(reader)))


def check_docx(data: bytes) -> None:
    """Raise ``InvalidValueError`` for what must not be unpacked."""
    if len(data) > MAX_BYTES:
        raise InvalidValueError(f"a Word document has at most {MAX_BYTES // 1024**2} MB.")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InvalidValueError(
            "this is an old or encrypted Word file.", remedy="Save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InvalidValueError("this is no Word document: it cannot be unpacked.") from error


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise InvalidValueError("this file has too many parts to be a Word document.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED or any(
        part.file_size > 1024**2 and part.file_size > MAX_RATIO * max(1, part.compress_size)
        for part in parts
    ):
        raise InvalidValueError("this file unpacks to far more than it is.")
    if any(
        name.casefold().endswith(("vbaproject.bin", ".bin")) and "vba" in name.casefold()
        for name in names
    ):
        raise InvalidValueError("this file holds macros.", remedy="Save it as .docx without them.")
    if "word/document.xml" not in names:
        raise InvalidValueError("this is no Word document: it has no text.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(package, part)


def _check_xml(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with package.open(part) as file:
        head = file.read(4_096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise InvalidValueError("this file declares entities, which no Word document does.")


def _read_numbering(document: Any) -> dict[str, str]:
    """The format (bullet, decimal, ...) of each numbering id, at its first level."""
    from docx.oxml.ns import qn

    if not any(rel.reltype.endswith("/numbering") for rel in document.part.rels.values()):
        return {}
    root = document.part.numbering_part.element
    formats = {}
    for abstract in root.findall(qn("w:abstractNum")):
        found = abstract.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
        if found is not None:
            formats[abstract.get(qn("w:abstractNumId"))] = found.get(qn("w:val"), "")
    found_formats = {}
    for number in root.findall(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        if link is not None:
            found_formats[number.get(qn("w:numId"))] = formats.get(link.get(qn("w:val")), "")
    return found_formats


@dataclass(frozen=True)
class _Chunk:
    """A block of Markdown and what it is; items say their depth, kind of list and its number."""

    kind: str
    text: str
    depth: int = 0
    mark: str = ""
    number: str = ""


def _blocks(reader: _Reader) -> Iterator[_Chunk]:
    from docx.table import Table

    for block in reader.document.iter_inner_content():
        if isinstance(block, Table):
            yield _Chunk("table", _table(reader, block))
        else:
            chunk = _paragraph(reader, block)
            if chunk is not None:
                yield chunk


def _paragraph(reader: _Reader, paragraph: Any) -> _Chunk | None:
    style = paragraph.style.name if paragraph.style is not None else ""
    if style == CODE_STYLE or style.casefold() in {"code", "source code", "html preformatted"}:
        return _Chunk("code", paragraph.text)
    text = _inline(reader, paragraph).strip()
    level = _heading_level(style)
    if level == 0 and not reader.title:
        reader.title, text = paragraph.text.strip(), ""
    return _chunk(reader, paragraph, style, text) if text else None


def _chunk(reader: _Reader, paragraph: Any, style: str, text: str) -> _Chunk:
    level = _heading_level(style)
    if level is not None:
        return _Chunk("heading", f"{'#' * max(1, min(level, 6))} {' '.join(text.split())}")
    if style in {"Quote", "Intense Quote"}:
        return _Chunk("quote", "\n".join(f"> {line}" for line in text.split("\n")))
    listed = _list_of(reader, paragraph, style)
    if listed is not None:
        return _item(text, *listed)
    return _Chunk("paragraph", "\n".join(_guard(line) for line in text.split("\n")))


def _heading_level(style: str) -> int | None:
    """0 for a title, 1 to 9 for headings, None for anything else."""
    if style == "Title":
        return 0
    match = re.fullmatch(r"[Hh]eading (\d)", style)
    return int(match[1]) if match else None


def _list_of(reader: _Reader, paragraph: Any, style: str) -> tuple[str, int, str] | None:
    """The kind of list ("bullet", "number", "more"), its depth from 0, and which list it is."""
    named = re.fullmatch(r"List (Bullet|Number|Continue|Paragraph)(?: (\d))?", style)
    properties = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    number = (
        str(properties.numId.val) if properties is not None and properties.numId is not None else ""
    )
    level = properties.ilvl.val if properties is not None and properties.ilvl is not None else 0
    if named and named[1] != "Paragraph":
        depth = int(named[2] or 1) - 1
        kind = {"Bullet": "bullet", "Number": "number", "Continue": "more"}[named[1]]
        return kind, max(depth, level), number
    if number and number != "0":
        kind = "bullet" if reader.numbering.get(number, "bullet") in {"bullet", ""} else "number"
        return kind, level, number
    return None


def _item(text: str, kind: str, depth: int, number: str) -> _Chunk:
    for box, mark in ((DONE, "[x] "), (OPEN, "[ ] ")):
        if text.startswith(box.strip()):
            text = mark + text[len(box.strip()) :].lstrip()
    return _Chunk("more" if kind == "more" else "item", text, min(depth, 8), kind, number)


def _inline(reader: _Reader, paragraph: Any) -> str:
    from docx.text.hyperlink import Hyperlink

    parts: list[tuple[str, str]] = []
    for inner in paragraph.iter_inner_content():
        if isinstance(inner, Hyperlink):
            words = "".join(_run(reader, run)[1] for run in inner.runs)
            address = inner.address + (f"#{inner.fragment}" if inner.fragment else "")
            is_safe = bool(_SAFE.match(address)) and bool(words.strip())
            parts.append(("", f"[{words}]({address})" if is_safe else words))
        else:
            parts.append(_run(reader, inner))
    return _with_marks(parts)


def _run(reader: _Reader, run: Any) -> tuple[str, str]:
    """The marks of a run and its escaped words."""
    from docx.oxml.ns import qn

    reader.images += len(run._r.findall(f".//{qn('w:drawing')}")) + len(
        run._r.findall(f".//{qn('w:pict')}")
    )
    text = run.text
    if run.style is not None and run.style.name == CODE_WORDS:
        return "`", text
    marks = ("**" if run.bold else "") + ("*" if run.italic else "")
    return marks, _SPECIAL.sub(r"\\\1", text)


def _with_marks(parts: list[tuple[str, str]]) -> str:
    """Runs of the same marks together; white space stands outside of them."""
    joined: list[tuple[str, str]] = []
    for marks, text in parts:
        if joined and joined[-1][0] == marks:
            joined[-1] = (marks, joined[-1][1] + text)
        else:
            joined.append((marks, text))
    return "".join(_mark(marks, text) for marks, text in joined)


def _mark(marks: str, text: str) -> str:
    inner = text.strip()
    if not marks or not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if marks == "`":
        fence = "`" * (max((len(run) for run in re.findall("`+", inner)), default=0) + 1)
        space = " " if "`" in (inner[0], inner[-1]) else ""
        return f"{before}{fence}{space}{inner}{space}{fence}{after}"
    return f"{before}{marks}{inner}{marks[::-1]}{after}"


def _guard(line: str) -> str:
    """A line that must not begin a list, heading or quote."""
    return _STARTS.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)


def _table(reader: _Reader, table: Any) -> str:
    rows: list[list[str]] = []
    for row in table.rows:
        cells = [
            " ".join(" ".join(_inline(reader, each) for each in cell.paragraphs).split())
            for cell in row.cells
        ]
        rows.append(
            [cell.removeprefix("**").removesuffix("**") if not rows else cell for cell in cells]
        )
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]]) if width else ""


def _join(chunks: list[_Chunk]) -> str:
    """Blocks with an empty line between them, except between items of one list."""
    lines: list[str] = []
    lists = _Lists()
    before = ""
    for chunk in chunks:
        is_listed = chunk.kind in {"item", "more"}
        is_tight = chunk.kind == "item" and before in {"item", "more"} and lists.goes_on(chunk)
        lines += [] if is_tight or not lines else [""]
        if not is_listed:
            lists = _Lists()
        lines.append(lists.write(chunk) if is_listed else _fence_code(chunk))
        before = chunk.kind
    return "\n".join(lines) + "\n" if lines else ""


@dataclass
class _Lists:
    """The lists that are open: for each depth its mark's width, its number and its count."""

    widths: list[int] = field(default_factory=list)
    open: dict[int, tuple[str, str, int, int]] = field(default_factory=dict)

    def goes_on(self, chunk: _Chunk) -> bool:
        """Whether an item belongs to a list that is open, or begins one inside it."""
        return chunk.depth > 0 or self.open.get(0, ("", ""))[:2] == (chunk.mark, chunk.number)

    def write(self, chunk: _Chunk) -> str:
        """The lines of an item or of what more belongs to one."""
        depth = min(chunk.depth, len(self.widths))
        if chunk.kind == "more":
            indent = " " * sum(self.widths[: depth + 1])
            return "\n".join(indent + line for line in chunk.text.split("\n"))
        mark = self._mark(chunk, depth)
        del self.widths[depth:]
        indent = " " * sum(self.widths)
        self.widths.append(len(mark))
        first, *rest = chunk.text.split("\n")
        more = [f"{indent}{' ' * len(mark)}{line}" for line in rest]
        return "\n".join([f"{indent}{mark}{first}", *more])

    def _mark(self, chunk: _Chunk, depth: int) -> str:
        """The mark of the next item. A list that follows another has another sign, to stay two."""
        kind, number, sign, count = self.open.get(depth, ("", "", 0, 0))
        if (kind, number) != (chunk.mark, chunk.number):
            sign, count = (1 - sign if kind == chunk.mark else 0), 0
        for deeper in [each for each in self.open if each > depth]:
            del self.open[deeper]
        self.open[depth] = (chunk.mark, chunk.number, sign, count + 1)
        return "-*"[sign] + " " if chunk.mark == "bullet" else f"{count + 1}{'.)'[sign]} "


def _fence_code(chunk: _Chunk) -> str:
    return _fenced(chunk.text) if chunk.kind == "code" else chunk.text


def _fenced(text: str) -> str:
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}\n{text}\n{fence}"


def _notes(reader: _Reader) -> Iterator[str]:
    if reader.images:
        many = "image was" if reader.images == 1 else "images were"
        yield f"{reader.images} {many} left out: documents hold text."

"""Files of other tools as drafts of documents: Markdown, Word, Gherkin, and zips of these."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pilothouse.apps.documents.models import DocumentKind
from pilothouse.apps.documents.services.documents import DocumentView
from pilothouse.apps.documents.services.texts import (
    MAX_TITLE,
    clean_body,
    clean_folder,
    text_digest,
)
from pilothouse.apps.documents.services.vault import FileText, read_file_text
from pilothouse.engines.documents import read_feature, read_outline
from pilothouse.engines.documents.docx_read import read_docx
from pilothouse.engines.documents.gherkin_read import to_markdown
from pilothouse.engines.documents.vault import CONFLICT_KEY
from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.kernel.ids import clean_text

MAX_BYTES = 30 * 1024**2
MAX_FILES = 300
MAX_ENTRIES = 5_000
MAX_UNPACKED = 60 * 1024**2
ENDINGS = (".md", ".markdown", ".txt", ".docx", ".feature")


@dataclass(frozen=True)
class IncomingDocument:
    """A file read: what it would become, or why it cannot.

    ``document_id`` and ``base`` are what its front matter says of where it came from.
    """

    path: str
    title: str = ""
    kind: str = DocumentKind.NOTE.value
    folder: str = ""
    body: str = ""
    notes: tuple[str, ...] = ()
    document_id: str = ""
    base: str = ""
    trouble: str = ""

    @property
    def digest(self) -> str:
        """What a document of this title and text is told by."""
        return text_digest(self.title, self.body)


def read_incoming(file_name: str, data: bytes) -> list[IncomingDocument]:
    """What a file holds, one entry a document; ``InvalidValueError`` for what is no such file."""
    if file_name.casefold().endswith(".zip"):
        return list(_read_zip(data))
    if not file_name.casefold().endswith(ENDINGS):
        raise InvalidValueError(
            "documents come as .md, .txt, .docx, .feature, or a .zip of these.", value=file_name
        )
    found = read_one(file_name, data)
    if found.trouble:
        raise InvalidValueError(found.trouble, value=file_name)
    return [found]


def read_one(path: str, data: bytes) -> IncomingDocument:
    """One file; ``trouble`` says why it cannot be read."""
    name = path.casefold()
    reader = _read_markdown
    if name.endswith(".docx"):
        reader = _read_word
    elif name.endswith(".feature"):
        reader = _read_gherkin
    try:
        found = reader(path, data)
        folder = clean_folder(path.replace("\\", "/").rpartition("/")[0])
        title = " ".join(clean_text(found.title).split())[:MAX_TITLE] or _stem(path)
        return replace(found, title=title, body=clean_body(found.body), folder=folder)
    except PilothouseError as error:
        return IncomingDocument(path, title=_stem(path), trouble=error.sentence)


def _read_markdown(path: str, data: bytes) -> IncomingDocument:
    text = read_file_text(data)
    if CONFLICT_KEY in text.front:
        raise InvalidValueError("this is set aside from an earlier conflict.")
    title, body = text.text("title"), text.body
    if not title:
        title, body = _take_heading(body)
    return IncomingDocument(
        path, title, _kind_of(text), body=body,
        document_id=text.text("id")[:40], base=text.text("digest")[:64],
    )  # fmt: skip


def _take_heading(body: str) -> tuple[str, str]:
    """The first heading of a text that begins with one, which then stands as its title."""
    blocks = read_outline(body).blocks
    if not blocks or blocks[0].kind != "heading" or blocks[0].level != 1:
        return "", body
    lines = body.split("\n")
    return blocks[0].text, "\n".join(lines[blocks[0].end_line :]).lstrip("\n")


def _kind_of(text: FileText) -> str:
    kind = text.text("kind")
    return kind if kind in DocumentKind.values else DocumentKind.NOTE.value


def _read_word(path: str, data: bytes) -> IncomingDocument:
    read = read_docx(data)
    title, body = (read.title, read.body) if read.title else _take_heading(read.body)
    return IncomingDocument(path, title, body=body, notes=read.notes)


def _read_gherkin(path: str, data: bytes) -> IncomingDocument:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError("a feature file is written in UTF-8.") from error
    feature = read_feature(text)
    return IncomingDocument(path, feature.name, DocumentKind.STORY.value, body=to_markdown(feature))


def _read_zip(data: bytes) -> Iterator[IncomingDocument]:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise InvalidValueError("this zip cannot be unpacked.") from error
    entries = [entry for entry in package.infolist() if _is_taken(entry)]
    if len(package.infolist()) > MAX_ENTRIES or len(entries) > MAX_FILES:
        raise InvalidValueError(f"a zip holds at most {MAX_FILES} documents.", value=len(entries))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise InvalidValueError(f"a zip unpacks to at most {MAX_UNPACKED // 1024**2} MB.")
    if not entries:
        raise InvalidValueError("there is no document in this zip.")
    for entry in entries:
        try:
            yield read_one(entry.filename, package.read(entry))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
            trouble = "this part of the zip is damaged or locked."
            yield IncomingDocument(entry.filename, title=_stem(entry.filename), trouble=trouble)


def _is_taken(entry: zipfile.ZipInfo) -> bool:
    """Documents only: no folders, nothing hidden, nothing that a Mac puts beside files."""
    parts = entry.filename.replace("\\", "/").split("/")
    is_hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return entry.filename.casefold().endswith(ENDINGS) and not is_hidden and not entry.is_dir()


def _stem(path: str) -> str:
    name = path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return " ".join(clean_text(name).split())[:MAX_TITLE] or "Untitled"


def is_from(incoming: IncomingDocument, document: DocumentView) -> bool:
    """Whether a file was made from what the document still says."""
    return incoming.base == document.digest

"""Documents as the Markdown files of a vault: front matter, wikilinks, names, and the way back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilothouse.apps.documents.models import Document
from pilothouse.apps.documents.services.documents import DocumentView, list_documents
from pilothouse.apps.documents.services.texts import clean_body, text_digest
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.documents.frontmatter import join_front_matter, split_front_matter
from pilothouse.engines.documents.names import (
    from_wikilinks,
    name_key,
    safe_name,
    to_wikilinks,
    unique_name,
)
from pilothouse.engines.documents.vault import (
    CONFLICT_KEY,
    VaultFile,
    front_matter_of,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text, digest

ALL = 1_000_000
OURS = ("id", "title", "kind", "status", "version", "digest", "simulated")


@dataclass(frozen=True)
class VaultNames:
    """How documents and their files are called: for wikilinks in both directions."""

    # id -> (file name without ending, title)
    to_files: Mapping[str, tuple[str, str]]
    # ``name_key`` of a file name or title -> (id, title)
    to_documents: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class FileText:
    """What a Markdown file says: its front matter apart, its text as a document has it."""

    front: Mapping[str, Any]
    body: str

    def text(self, name: str) -> str:
        """A text of the front matter, empty where there is none."""
        value = self.front.get(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def extra(self) -> dict[str, Any]:
        """What the front matter says beyond what is ours."""
        return {key: value for key, value in self.front.items() if key not in {*OURS, CONFLICT_KEY}}


@dataclass
class VaultZip:
    """All documents as one file to save."""

    body: bytes
    documents: int
    paths: list[str] = field(default_factory=list)


def name_documents(documents: Iterable[DocumentView], paths: Mapping[str, str]) -> VaultNames:
    """The names of documents; ``paths`` are the files of those that have one, by id."""
    to_files: dict[str, tuple[str, str]] = {}
    to_documents: dict[str, tuple[str, str]] = {}
    for document in documents:
        path = paths.get(document.public_id, "")
        name = path.rpartition("/")[2].removesuffix(".md") or safe_name(document.title)
        to_files[document.public_id] = (name, document.title)
        found = (document.public_id, document.title)
        to_documents.setdefault(name_key(safe_name(document.title)), found)
        to_documents[name_key(name)] = found
    return VaultNames(to_files, to_documents)


def to_file_text(product: ProductView, document: DocumentView, names: VaultNames) -> str:
    """A document as the text of its file."""
    vault = document.exchange.get("vault")
    extra = vault.get("extra", {}) if isinstance(vault, Mapping) else {}
    ours = {
        "id": document.public_id,
        "title": document.title,
        "kind": document.kind,
        "status": document.status,
        "version": document.version,
        "digest": document.digest,
    }
    if product.is_simulated:
        ours["simulated"] = True
    body = to_wikilinks(document.body, names.to_files)
    return join_front_matter(dict(front_matter_of(ours, extra)), body)


def read_file_text(data: bytes) -> FileText:
    """The text of a Markdown file; ``InvalidValueError`` if it is no UTF-8 or too long.

    Line ends of Windows become plain ones.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError(
            "a Markdown file is written in UTF-8.", remedy="Save it again in that form."
        ) from error
    front, body = split_front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    return FileText(front, clean_body(body))


def to_vault_file(
    path: str, data: bytes, names: VaultNames, recorded: Mapping[str, str]
) -> tuple[VaultFile, FileText | None]:
    """A file as the plan compares it; ``recorded`` are the paths of the last sync by id."""
    whole = digest(data)
    try:
        text = read_file_text(data)
    except InvalidValueError as error:
        return VaultFile(path, whole, trouble=error.rule), None
    title = title_of(path, text, recorded)
    body = from_wikilinks(text.body, names.to_documents)
    file = VaultFile(
        path=path,
        digest=whole,
        id=text.text("id"),
        title=title,
        folder=path.rpartition("/")[0],
        base=text.text("digest"),
        text_digest=text_digest(title, body),
        is_conflict=CONFLICT_KEY in text.front,
    )
    return file, FileText(text.front, body)


def title_of(path: str, text: FileText, recorded: Mapping[str, str]) -> str:
    """The title that a file gives: its front matter's, or its name if somebody renamed it."""
    name = path.rpartition("/")[2].removesuffix(".md")
    title = " ".join(clean_text(text.text("title")).split())[:200]
    before = recorded.get(text.text("id"), "")
    is_renamed = bool(before) and before.rpartition("/")[2] != path.rpartition("/")[2]
    named = " ".join(clean_text(name).split())[:200] or "Untitled"
    return named if is_renamed or not title else title


def list_all(product: ProductView) -> list[DocumentView]:
    """Every document that is not deleted, archived ones too."""
    return list_documents(product, with_archived=True, limit=ALL)


def deleted_ids(product: ProductView) -> frozenset[str]:
    """The ids of deleted documents."""
    rows = Document.objects.filter(product_id=product.id, deleted_at__isnull=False)
    return frozenset(rows.values_list("public_id", flat=True))


def write_vault_zip(product: ProductView) -> VaultZip:
    """All documents as a zip of Markdown files; the same documents give the same bytes."""
    documents = sorted(list_all(product), key=lambda each: each.id)
    paths = paths_of(documents)
    names = name_documents(documents, paths)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for document in sorted(documents, key=lambda each: paths[each.public_id]):
            entry = zipfile.ZipInfo(paths[document.public_id], (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, to_file_text(product, document, names))
    return VaultZip(stream.getvalue(), len(documents), sorted(paths.values()))


def paths_of(documents: Sequence[DocumentView]) -> dict[str, str]:
    """A path for each document, by id; no two are one on any system."""
    taken: dict[str, set[str]] = {}
    paths = {}
    for document in documents:
        folder = safe_folder(document.folder)
        inside = taken.setdefault(name_key(folder), set())
        name = unique_name(document.title, inside)
        inside.add(name_key(name))
        paths[document.public_id] = f"{folder}/{name}.md" if folder else f"{name}.md"
    return paths


def safe_folder(folder: str) -> str:
    """A document's folder as folders of a vault."""
    return "/".join(safe_name(part) for part in folder.split("/")) if folder else ""

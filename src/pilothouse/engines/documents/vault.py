"""What a sync between documents and a folder of Markdown files has to do: a plan, nothing done yet.

Three things are compared for each document: the document now, its file now, and the record of the
last sync. Where only one side moved, the other follows. Where both moved, both are kept. Where a
side is gone, nothing is deleted: the plan says so and offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pilothouse.engines.documents.names import name_key, unique_name

CONFLICT_KEY = "conflict-of"


class VaultAction(StrEnum):
    """What a step does."""

    WRITE = "write"  # the document goes into its file
    READ = "read"  # the file goes into its document
    ADD = "add"  # a file becomes a new document
    CONFLICT = "conflict"  # both moved: the file's text is set aside beside it
    SAME = "same"  # nothing but the record is brought up to date
    FILE_GONE = "file-gone"  # offered: write it again, or delete the document
    DOCUMENT_GONE = "document-gone"  # the file stays as it is
    WAITING = "waiting"  # the text of an earlier conflict, for a person to merge
    REFUSED = "refused"  # cannot be read; left alone


@dataclass(frozen=True)
class VaultFile:
    """A Markdown file: its path in the vault, a digest of its bytes and what it says.

    ``text_digest`` is the digest that a document of this title and body has; ``title`` and
    ``folder`` are what the file says or is called. ``trouble`` tells why it cannot be read.
    """

    path: str
    digest: str
    id: str = ""
    title: str = ""
    folder: str = ""
    base: str = ""
    text_digest: str = ""
    is_conflict: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class VaultDocument:
    """A document as the plan needs it."""

    id: str
    title: str
    folder: str
    digest: str


@dataclass(frozen=True)
class VaultRecord:
    """What the last sync left: where the file was, and the digests of both sides."""

    id: str
    path: str
    title: str
    folder: str
    digest: str
    file: str


@dataclass(frozen=True)
class VaultStep:
    """One step: what is done with which file and document, and why.

    ``path`` is where the file is or comes to be; ``before`` where it was if it moves.
    """

    action: VaultAction
    path: str
    document_id: str = ""
    title: str = ""
    why: str = ""
    before: str = ""


@dataclass
class _Names:
    """Paths that are taken, so that no two documents meet in one file."""

    taken: set[str] = field(default_factory=set)

    def take(self, folder: str, title: str) -> str:
        inside = {
            key.removesuffix(".md").rpartition("/")[2]
            for key in self.taken
            if key.rpartition("/")[0] == name_key(folder)
        }
        path = _join(folder, f"{unique_name(title, inside)}.md")
        self.taken.add(name_key(path))
        return path


def plan_sync(
    files: Sequence[VaultFile],
    documents: Sequence[VaultDocument],
    records: Iterable[VaultRecord],
    deleted: frozenset[str] = frozenset(),
) -> tuple[VaultStep, ...]:
    """The steps of a sync, ordered by path. ``deleted`` are ids of documents that were deleted."""
    known = {record.id: record for record in records}
    ours = {document.id for document in documents}
    by_id = _files_by_id(files, known)
    _adopt(files, documents, known, by_id)
    names = _Names({name_key(file.path) for file in files})
    steps = [
        _step_of(document, by_id.get(document.id), known.get(document.id), names)
        for document in sorted(documents, key=lambda each: each.id)
    ]
    used = {file.path for id_, file in by_id.items() if id_ in ours}
    steps += [_step_of_file(file, ours, known, deleted) for file in files if file.path not in used]
    return tuple(sorted(steps, key=lambda step: (step.path, step.document_id)))


def _files_by_id(
    files: Sequence[VaultFile], known: Mapping[str, VaultRecord]
) -> dict[str, VaultFile]:
    """The file of each document; of several with one id (copies) the one that was there before."""
    found: dict[str, VaultFile] = {}
    for file in files:
        if not file.id or file.is_conflict or file.trouble:
            continue
        record = known.get(file.id)
        if file.id not in found or (record is not None and record.path == file.path):
            found[file.id] = file
    return found


def _adopt(
    files: Sequence[VaultFile],
    documents: Sequence[VaultDocument],
    known: Mapping[str, VaultRecord],
    by_id: dict[str, VaultFile],
) -> None:
    """Give a document without a file the file without an id that says exactly the same.

    So a sync that was interrupted after it made a document does not make it again.
    """
    waiting = {
        (document.digest, document.folder): document.id
        for document in documents
        if document.id not in by_id and document.id not in known
    }
    for file in files:
        if not (file.id or file.is_conflict or file.trouble):
            id_ = waiting.pop((file.text_digest, file.folder), None)
            if id_ is not None:
                by_id[id_] = file


def _step_of(
    document: VaultDocument, file: VaultFile | None, record: VaultRecord | None, names: _Names
) -> VaultStep:
    if file is None and record is not None:
        why = "its file is gone; the document is kept"
        return _step(VaultAction.FILE_GONE, record.path, document, why)
    if file is None:
        path = names.take(document.folder, document.title)
        return _step(VaultAction.WRITE, path, document, "it has no file yet")
    if file.text_digest == document.digest and file.folder == document.folder:
        return _step(VaultAction.SAME, file.path, document, "both say the same")
    is_doc_new, is_file_new = _moved(document, file, record)
    if is_doc_new and not is_file_new:
        path = _path_of(document, file, record, names)
        before = file.path if path != file.path else ""
        return _step(VaultAction.WRITE, path, document, "the document was changed", before)
    action, why = {
        (True, True): (VaultAction.CONFLICT, "both were changed"),
        (False, True): (VaultAction.READ, "the file was changed"),
        (False, False): (VaultAction.SAME, "neither was changed"),
    }[is_doc_new, is_file_new]
    return _step(action, file.path, document, why)


def _moved(
    document: VaultDocument, file: VaultFile, record: VaultRecord | None
) -> tuple[bool, bool]:
    """Whether the document and whether the file was changed since both were equal.

    Without a record the file itself says which version it was made from.
    """
    if record is None:
        return document.digest != file.base, file.text_digest != file.base
    is_doc_new = (document.digest, document.folder) != (record.digest, record.folder)
    is_file_new = file.digest != record.file or file.path != record.path
    return is_doc_new, is_file_new and not _is_as_recorded(file, record)


def _is_as_recorded(file: VaultFile, record: VaultRecord) -> bool:
    """Whether the file says what it said, whatever else in it was touched."""
    return (file.text_digest, file.folder) == (record.digest, record.folder)


def _path_of(
    document: VaultDocument, file: VaultFile, record: VaultRecord | None, names: _Names
) -> str:
    """Where the document's file belongs; it moves only when title or folder did."""
    old = (record.title, record.folder) if record else (file.title, file.folder)
    if old == (document.title, document.folder):
        return file.path
    names.taken.discard(name_key(file.path))
    return names.take(document.folder, document.title)


def _step_of_file(
    file: VaultFile, ours: set[str], known: Mapping[str, VaultRecord], deleted: frozenset[str]
) -> VaultStep:
    """A file that is not the file of any document that there is."""
    if file.trouble:
        return VaultStep(VaultAction.REFUSED, file.path, why=file.trouble)
    if file.is_conflict:
        why = "merge it by hand, then delete it"
        return VaultStep(VaultAction.WAITING, file.path, title=file.title, why=why)
    if file.id in deleted or (file.id and file.id in known and file.id not in ours):
        why = "its document was deleted; the file is kept"
        return VaultStep(VaultAction.DOCUMENT_GONE, file.path, file.id, file.title, why)
    why = "it is new here"
    if file.id in ours:
        why = "it is a copy of another file"
    elif file.id:
        why = "its id belongs to no document here"
    return VaultStep(VaultAction.ADD, file.path, title=file.title, why=why)


def _step(
    action: VaultAction, path: str, document: VaultDocument, why: str, before: str = ""
) -> VaultStep:
    return VaultStep(action, path, document.id, document.title, why, before)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def summarize(steps: Iterable[VaultStep]) -> dict[str, int]:
    """How many steps of each action there are, in the order of the actions."""
    found: dict[str, int] = {action.value: 0 for action in VaultAction}
    for step in steps:
        found[step.action.value] += 1
    return found


def front_matter_of(
    values: Mapping[str, Any], extra: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Ours first, then what else the file said, which is kept."""
    yield from values.items()
    yield from ((key, value) for key, value in extra.items() if key not in values)

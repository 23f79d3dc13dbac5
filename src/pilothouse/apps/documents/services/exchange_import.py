"""Importing files: kept as handed in, shown before anything is stored, undone as a whole."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import signing
from django.db import transaction

from pilothouse.apps.documents.models import Document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    find_documents,
    get_document,
    parse_kind,
    remember_exchange,
    save_document,
    set_document_deleted,
)
from pilothouse.apps.documents.services.exchange_read import (
    MAX_BYTES,
    IncomingDocument,
    is_from,
    read_incoming,
)
from pilothouse.apps.documents.services.vault import list_all, name_documents
from pilothouse.apps.documents.services.versions import get_version
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.uploads import (
    find_upload,
    plain_file_name,
    save_upload,
)
from pilothouse.engines.documents.names import from_wikilinks
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import new_public_id

_SALT = "documents.import"
_PREFIX = "documents-"
MAX_AGE_S = 24 * 3600


@dataclass(frozen=True)
class PlannedImport:
    """What would become of one file: ``new``, ``update``, ``same``, ``conflict`` or ``refused``."""

    place: int
    action: str
    incoming: IncomingDocument
    document: DocumentView | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it is imported unless somebody decides otherwise."""
        return self.action in {"new", "update", "conflict"}


@dataclass(frozen=True)
class ImportResult:
    """What an import did; ``public_id`` undoes it."""

    public_id: str
    created: tuple[DocumentView, ...]
    updated: tuple[DocumentView, ...]


def stage_file(
    access: Access, product: ProductView, file_name: str, chunks: Iterable[bytes]
) -> str:
    """Keep a file that was handed in; the token says which one. Nothing is imported yet."""
    access.require(Role.EDITOR, to="importing documents")
    refusal = InvalidValueError(f"a file has at most {MAX_BYTES // 1024**2} MB.", value=file_name)
    kept, _ = save_upload(chunks, limit=MAX_BYTES, refusal=refusal)
    _forget_old(kept.parent)
    path = kept.rename(kept.with_name(f"{_PREFIX}{kept.name}"))
    name = plain_file_name(file_name, "document.md")
    try:
        read_incoming(name, path.read_bytes())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return signing.dumps([path.name, name, product.public_id, access.user_public_id], salt=_SALT)


def plan_import(access: Access, product: ProductView, token: str) -> list[PlannedImport]:
    """What the file of ``token`` would become."""
    access.require(Role.EDITOR, to="importing documents")
    name, data, _ = _open(access, product, token)
    return plan_documents(product, read_incoming(name, data))


def plan_documents(
    product: ProductView, incoming: Sequence[IncomingDocument]
) -> list[PlannedImport]:
    """Which of the files are new, which belong to documents, and which say something else."""
    known = find_documents(product, [each.document_id for each in incoming if each.document_id])
    return [
        PlannedImport(place, _action(each, known.get(each.document_id)), each,
                      known.get(each.document_id))
        for place, each in enumerate(incoming)
    ]  # fmt: skip


def _action(incoming: IncomingDocument, document: DocumentView | None) -> str:
    if incoming.trouble:
        return "refused"
    if document is None:
        return "new"
    if incoming.digest == document.digest:
        return "same"
    return "update" if is_from(incoming, document) else "conflict"


def run_import(
    access: Access,
    product: ProductView,
    token: str,
    *,
    places: Iterable[int] | None = None,
    kinds: Mapping[int, str] | None = None,
) -> ImportResult:
    """Import the file of ``token``: those of its documents at ``places``, None for all new ones.

    ``kinds`` chooses another kind for some. A conflict comes in as a document beside the other.
    """
    access.require(Role.EDITOR, to="importing documents")
    name, data, upload = _open(access, product, token)
    planned = plan_documents(product, read_incoming(name, data))
    wanted = set(places) if places is not None else {p.place for p in planned if p.is_taken}
    taken = [each for each in planned if each.place in wanted and each.is_taken]
    if not taken:
        raise InvalidValueError("nothing was chosen to be imported.", value=name)
    result = import_documents(access, product, taken, name, kinds or {})
    find_upload(upload, name).unlink(missing_ok=True)
    return result


def import_documents(
    access: Access,
    product: ProductView,
    taken: Sequence[PlannedImport],
    source: str,
    kinds: Mapping[int, str],
) -> ImportResult:
    """Store what was planned, in one transaction and under one id."""
    batch = _Batch(access, product, new_public_id(), source)
    created: list[DocumentView] = []
    updated: list[DocumentView] = []
    with transaction.atomic():
        for each in taken:
            if each.action == "update" and each.document is not None:
                updated.append(_update(batch, each))
            else:
                kind = parse_kind(kinds.get(each.place, each.incoming.kind))
                created.append(_create(batch, each, kind))
        created = _resolve_links(batch, created)
        facts = {"name": source, "created": len(created), "updated": len(updated)}
        record_act(
            access, "documents.imported", "document-import", batch.id, facts, product=product
        )
    return ImportResult(batch.id, tuple(created), tuple(updated))


@dataclass(frozen=True)
class _Batch:
    """One act of importing: who, where to, under which id and from which file."""

    access: Access
    product: ProductView
    id: str
    source: str

    def said(self, incoming: IncomingDocument, was: int) -> dict[str, Any]:
        """What a document remembers of it; ``was`` is the version before, 0 for none."""
        return {"id": self.id, "was": was, "file": incoming.path[:200]}

    def save(self, document: DocumentView, title: str, body: str, note: str) -> DocumentView:
        """A new version of a document that nobody changed meanwhile."""
        return save_document(
            self.access, self.product, document.public_id, title=title, body=body,
            base=document.digest, note=note[:200],
        )  # fmt: skip


def _create(batch: _Batch, planned: PlannedImport, kind: str) -> DocumentView:
    incoming, title = planned.incoming, planned.incoming.title
    if planned.action == "conflict":
        title = f"{title[:170]} (conflict {batch.product.now.date().isoformat()})"
    exchange = {"import": batch.said(incoming, 0)}
    draft = DocumentDraft(title, incoming.body, kind, incoming.folder, exchange=exchange)
    note = f"Imported from {batch.source}"[:200]
    return create_document(batch.access, batch.product, draft, note=note)


def _update(batch: _Batch, planned: PlannedImport) -> DocumentView:
    incoming, document = planned.incoming, planned.document
    assert document is not None
    note = f"Imported from {batch.source}"
    view = batch.save(document, incoming.title, incoming.body, note)
    exchange = {**view.exchange, "import": batch.said(incoming, document.version)}
    remember_exchange(batch.product, view.public_id, exchange)
    return view


def _resolve_links(batch: _Batch, created: Sequence[DocumentView]) -> list[DocumentView]:
    """Let ``[[NAME]]`` in new documents mention the documents that there are now."""
    if not any("[[" in document.body for document in created):
        return list(created)
    names = name_documents(list_all(batch.product), {}).to_documents
    return [
        batch.save(each, each.title, from_wikilinks(each.body, names), "Links of the import")
        for each in created
    ]


def undo_import(access: Access, product: ProductView, import_id: str) -> int:
    """Take an import back: new documents are deleted, changed ones say again what they said.

    How many documents. What was written since then stays in their versions.
    """
    access.require(Role.EDITOR, to="undoing an import")
    with transaction.atomic():
        rows = Document.objects.filter(product_id=product.id, exchange__import__id=import_id)
        documents = [(row.public_id, row.deleted_at, row.exchange) for row in rows]
        if not documents:
            raise NotFoundError("there is no such import of documents.", value=import_id)
        count = sum(
            _undo_one(access, product, public_id, exchange["import"]["was"])
            for public_id, deleted_at, exchange in documents
            if deleted_at is None
        )
        facts: dict[str, Any] = {"documents": count}
        record_act(access, "documents.import-undone", "document-import", import_id, facts,
                   product=product)  # fmt: skip
    return count


def _undo_one(access: Access, product: ProductView, public_id: str, was: int) -> int:
    if was == 0:
        set_document_deleted(access, product, public_id, is_deleted=True)
        return 1
    version = get_version(product, public_id, was)
    current = get_document(product, public_id)
    save_document(
        access, product, public_id, title=version.title, body=version.body,
        base=current.digest, note="Import undone",
    )  # fmt: skip
    return 1


def _open(access: Access, product: ProductView, token: str) -> tuple[str, bytes, str]:
    """The name and bytes of a staged file, and the name it is kept under.

    A token is good for a day, for its product and for whoever handed the file in.
    """
    try:
        upload, name, product_id, user_id = signing.loads(token, salt=_SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidValueError(
            "this file was handed in too long ago, or not here.", remedy="Choose it again."
        ) from error
    if (product_id, user_id) != (product.public_id, access.user_public_id):
        raise InvalidValueError("this file was handed in elsewhere.", remedy="Choose it again.")
    return name, find_upload(upload, name).read_bytes(), upload


def _forget_old(folder: Path) -> None:
    """Delete staged files that nobody imported for a day."""
    for path in folder.glob(f"{_PREFIX}*"):
        try:
            if time.time() - path.stat().st_mtime > MAX_AGE_S:
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue

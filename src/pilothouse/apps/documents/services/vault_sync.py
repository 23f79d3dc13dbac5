"""Syncing the documents of a product with a folder: plan, look, then do it step by step.

Each step stands by itself: a document is saved in one transaction, a file is moved into its place
whole. Whatever is interrupted is found again by the next sync, which compares texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pilothouse.apps.documents.models import DocumentKind
from pilothouse.apps.documents.services.details import update_document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    EditConflictError,
    create_document,
    get_document,
    remember_exchange,
    save_document,
    set_document_deleted,
)
from pilothouse.apps.documents.services.vault import (
    FileText,
    VaultNames,
    deleted_ids,
    list_all,
    name_documents,
    safe_folder,
    to_file_text,
    to_vault_file,
)
from pilothouse.apps.documents.services.vault_folder import FoundFile, VaultFolder
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.documents.frontmatter import join_front_matter
from pilothouse.engines.documents.names import from_wikilinks, is_safe_path, name_key
from pilothouse.engines.documents.vault import (
    CONFLICT_KEY,
    VaultAction,
    VaultDocument,
    VaultFile,
    VaultRecord,
    VaultStep,
    plan_sync,
    summarize,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError
from pilothouse.kernel.ids import digest

NOTE = "From the vault"


@dataclass(frozen=True)
class SyncOffers:
    """What a sync may do beyond following changes. Nothing of it happens unless asked for."""

    add: bool = True
    write_missing: bool = False
    delete_missing: bool = False


@dataclass
class VaultSync:
    """A sync that is planned: ``steps`` say what would happen, ``run`` makes it happen."""

    access: Access
    product: ProductView
    folder: VaultFolder
    steps: tuple[VaultStep, ...]
    documents: dict[str, DocumentView]
    files: dict[str, VaultFile]
    texts: dict[str, FileText]
    records: dict[str, VaultRecord]
    troubles: list[str] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)

    def run(self, today: date, offers: SyncOffers | None = None) -> dict[str, int]:
        """Do the steps; how many of each action were done. ``troubles`` says what was not."""
        self.access.require(Role.EDITOR, to="syncing documents with a folder")
        chosen = offers or SyncOffers()
        done: list[VaultStep] = []
        try:
            for step in self._in_order():
                try:
                    done += [step] if self._do(step, today, chosen) else []
                except (PilothouseError, OSError) as error:
                    self.troubles.append(f"{step.path}: {_told(error)}")
            self._link_added()
        finally:
            self.folder.write_records(self.product.public_id, self.records)
        counts = summarize(done)
        if any(counts[each] for each in ("write", "read", "add", "conflict")):
            record_act(self.access, "vault.synced", "product", self.product.public_id,
                       {"name": self.product.name, **counts}, product=self.product)  # fmt: skip
        return counts

    def _in_order(self) -> Iterator[VaultStep]:
        """Files come in before documents go out, and what is the same is looked at last.

        So every file is written when the names that it links to are final.
        """
        late = {VaultAction.ADD: 0, VaultAction.READ: 1, VaultAction.SAME: 3}
        yield from sorted(self.steps, key=lambda step: (late.get(step.action, 2), step.path))

    def _do(self, step: VaultStep, today: date, offers: SyncOffers) -> bool:
        if step.action == VaultAction.SAME:
            self._refresh(step)
        elif step.action == VaultAction.WRITE:
            self._write(step)
        elif step.action == VaultAction.READ:
            self._read(step)
        elif step.action == VaultAction.CONFLICT:
            self._set_aside(step, today)
        elif step.action == VaultAction.ADD and offers.add:
            self._add(step)
        elif step.action == VaultAction.FILE_GONE and offers.delete_missing:
            set_document_deleted(self.access, self.product, step.document_id, is_deleted=True)
            self.records.pop(step.document_id, None)
        elif step.action == VaultAction.FILE_GONE and offers.write_missing:
            self._write(step)
        else:
            return False
        return True

    def _write(self, step: VaultStep) -> None:
        """The document goes into its file, which moves where title or folder changed."""
        document = self.documents[step.document_id]
        text = to_file_text(self.product, document, self._names())
        old = self.files.get(step.before or step.path)
        there = old.digest if old else None
        if step.before and there and self.folder.is_same_file(step.before, step.path):
            # A disk that takes both names for one: the old name has to go first.
            self.folder.rename(step.before, step.path, before=there)
            written = self.folder.write(step.path, text, before=there)
        elif step.before and there:
            written = self.folder.write(step.path, text, before=None)
            self.folder.remove(step.before, before=there)
        else:
            written = self.folder.write(step.path, text, before=there)
        self._note(document.public_id, step.path, written)

    def _read(self, step: VaultStep) -> None:
        """The file goes into its document as a new version."""
        file, text, names = self.files[step.path], self.texts[step.path], self._names()
        before = self.documents[step.document_id]
        body = from_wikilinks(text.body, names.to_documents)
        document = save_document(
            self.access, self.product, step.document_id, title=file.title, body=body,
            base=before.digest, note=NOTE,
        )  # fmt: skip
        if file.folder != safe_folder(before.folder):
            changes = {"folder": file.folder}
            document = update_document(self.access, self.product, step.document_id, changes)
        self._keep_extra(document, text)
        self._rewrite(step, document.public_id)

    def _add(self, step: VaultStep) -> None:
        """A file becomes a document; its front matter says so from then on."""
        file, text = self.files[step.path], self.texts[step.path]
        kind = text.text("kind")
        draft = DocumentDraft(
            title=file.title,
            body=from_wikilinks(text.body, self._names().to_documents),
            kind=kind if kind in DocumentKind.values else DocumentKind.NOTE.value,
            folder=file.folder,
            exchange={"vault": {"extra": text.extra}} if text.extra else {},
        )
        document = create_document(self.access, self.product, draft, note=NOTE)
        self._rewrite(step, document.public_id)
        self.added[document.public_id] = step.path

    def _rewrite(self, step: VaultStep, document_id: str) -> None:
        """Bring the file's front matter in step with the document it became."""
        document = get_document(self.product, document_id)
        self.documents[document_id] = document
        before = self.files[step.path].digest
        # Until the file is written the record must tell that both say the same already.
        self._note(document_id, step.path, before)
        text = to_file_text(self.product, document, self._names())
        self._note(document_id, step.path, self.folder.write(step.path, text, before=before))

    def _set_aside(self, step: VaultStep, today: date) -> None:
        """Both were changed: the file's text goes beside it, the document's into it."""
        file, text = self.files[step.path], self.texts[step.path]
        beside = f"{step.path.removesuffix('.md')} (conflict {today.isoformat()}).md"
        front = {**text.extra, CONFLICT_KEY: step.document_id, "title": file.title}
        self.folder.write(
            self.folder.free_path(beside), join_front_matter(front, text.body), before=None
        )
        self._write(step)

    def _keep_extra(self, document: DocumentView, text: FileText) -> None:
        """Keep what the file's front matter says beyond what is ours."""
        kept: Mapping[str, Any] = document.exchange.get("vault") or {}
        if text.extra != kept.get("extra", {}):
            exchange = {**document.exchange, "vault": {"extra": text.extra}}
            remember_exchange(self.product, document.public_id, exchange)
            self.documents[document.public_id] = get_document(self.product, document.public_id)

    def _refresh(self, step: VaultStep) -> None:
        """Bring front matter and links up to date where the text itself is the same."""
        file, record = self.files[step.path], self.records.get(step.document_id)
        if record is None or file.digest != record.file:
            self._keep_extra(self.documents[step.document_id], self.texts[step.path])
        text = to_file_text(self.product, self.documents[step.document_id], self._names())
        written = file.digest
        if digest(text.encode()) != file.digest:
            written = self.folder.write(step.path, text, before=file.digest)
        self._note(step.document_id, step.path, written)

    def _link_added(self) -> None:
        """Let new documents mention each other, now that all of them are known."""
        names = self._names()
        for id_, path in self.added.items():
            before = self.documents[id_]
            body = from_wikilinks(before.body, names.to_documents)
            if body != before.body:
                self.documents[id_] = save_document(
                    self.access, self.product, id_, title=before.title, body=body,
                    base=before.digest, note="Links of the vault",
                )  # fmt: skip
                text = to_file_text(self.product, self.documents[id_], names)
                was = self.records[id_].file
                self._note(id_, path, self.folder.write(path, text, before=was))

    def _note(self, document_id: str, path: str, file_digest: str) -> None:
        document = self.documents[document_id]
        self.records[document_id] = VaultRecord(
            document_id, path, document.title, safe_folder(document.folder), document.digest,
            file_digest,
        )  # fmt: skip

    def _names(self) -> VaultNames:
        paths = {id_: record.path for id_, record in self.records.items()}
        paths |= {s.document_id: s.path for s in self.steps if s.action == VaultAction.WRITE}
        return name_documents(self.documents.values(), paths)


def plan_vault_sync(access: Access, product: ProductView, folder: VaultFolder) -> VaultSync:
    """Compare a folder with the documents of a product; nothing is written."""
    access.require(Role.EDITOR, to="syncing documents with a folder")
    records = folder.read_records(product.public_id)
    documents = {document.public_id: document for document in list_all(product)}
    recorded = {id_: record.path for id_, record in records.items()}
    names = name_documents(documents.values(), recorded)
    files, texts = _read_all(folder.read_files(), names, recorded)
    steps = plan_sync(
        list(files.values()),
        [_to_plan(document) for document in documents.values()],
        records.values(),
        deleted_ids(product),
    )
    return VaultSync(access, product, folder, steps, documents, files, texts, dict(records))


def _read_all(
    found: list[FoundFile], names: VaultNames, recorded: Mapping[str, str]
) -> tuple[dict[str, VaultFile], dict[str, FileText]]:
    files: dict[str, VaultFile] = {}
    texts: dict[str, FileText] = {}
    seen: set[str] = set()
    for each in found:
        trouble = each.trouble
        if not trouble and not is_safe_path(each.path):
            trouble = "its name or folder holds what some systems do not take; rename it"
        if not trouble and name_key(each.path) in seen:
            trouble = "another file has the same name but for capitals"
        if trouble:
            files[each.path] = VaultFile(each.path, "", trouble=trouble)
            continue
        seen.add(name_key(each.path))
        file, text = to_vault_file(each.path, each.data, names, recorded)
        files[each.path] = file
        if text is not None:
            texts[each.path] = text
    return files, texts


def _to_plan(document: DocumentView) -> VaultDocument:
    return VaultDocument(
        document.public_id, document.title, safe_folder(document.folder), document.digest
    )


def _told(error: Exception) -> str:
    if isinstance(error, EditConflictError):
        return "the document was changed meanwhile"
    if isinstance(error, ConflictError | InvalidValueError):
        return error.rule
    return str(error)

"""Documents: creating, saving versions, deleting with a way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from pilothouse.apps.documents.models import (
    Claim,
    Document,
    DocumentKind,
    DocumentStatus,
    Draft,
    Version,
)
from pilothouse.apps.documents.services.texts import (
    clean_body,
    clean_folder,
    clean_title,
    quoted_claims,
    text_digest,
    words_only,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_NOTE = 200


@dataclass(frozen=True)
class DocumentView:
    """A document as it is now. ``digest`` names the exact title and body."""

    id: int
    public_id: str
    kind: str
    title: str
    body: str
    status: str
    folder: str
    template: str
    version: int
    digest: str
    owner_name: str
    owner_id: str
    reviewer_name: str
    reviewer_id: str
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    exchange: Mapping[str, Any]
    url: str

    @property
    def kind_label(self) -> str:
        return str(DocumentKind(self.kind).label)

    @property
    def status_label(self) -> str:
        return str(DocumentStatus(self.status).label)


@dataclass(frozen=True)
class DocumentDraft:
    """What a person decides about a new document."""

    title: str
    body: str = ""
    kind: str = DocumentKind.NOTE.value
    folder: str = ""
    template: str = ""
    exchange: Mapping[str, Any] = field(default_factory=dict)

    def checked(self) -> DocumentDraft:
        """This draft with clean texts; raises ``InvalidValueError`` for the first bad part."""
        return DocumentDraft(
            clean_title(self.title),
            clean_body(self.body),
            parse_kind(self.kind),
            clean_folder(self.folder),
            self.template[:40],
            dict(self.exchange),
        )


class EditConflictError(ConflictError):
    """Somebody else saved meanwhile. ``current`` is what stands now; nothing was stored."""

    def __init__(self, current: DocumentView) -> None:
        self.current = current
        super().__init__(
            f"version {current.version} was saved meanwhile.",
            value=current.title,
            remedy="Compare both texts and choose; yours is kept as a draft.",
        )


def list_documents(
    product: ProductView,
    *,
    kind: str = "",
    status: str = "",
    folder: str | None = None,
    text: str = "",
    with_archived: bool = False,
    with_bodies: bool = True,
    limit: int = 500,
) -> list[DocumentView]:
    """The product's documents, the last changed first; bodies are empty if not asked for."""
    rows = _rows(product).order_by("-updated_at", "-pk")
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(status=status)
    elif not with_archived:
        rows = rows.exclude(status=DocumentStatus.ARCHIVED)
    if folder is not None:
        rows = rows.filter(Q(folder=folder) | Q(folder__startswith=f"{folder}/"))
    words = clean_text(text).strip()
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(body__icontains=words))
    if with_bodies:
        return [to_view(row, product) for row in rows[:limit]]
    return [to_view(row, product, body="") for row in rows.defer("body", "exchange")[:limit]]


def list_folders(product: ProductView) -> list[str]:
    """The folders that hold a document, by name."""
    rows = Document.objects.filter(product_id=product.id, deleted_at=None).exclude(folder="")
    return sorted(set(rows.values_list("folder", flat=True)))


def get_document(
    product: ProductView, public_id: str, *, with_deleted: bool = False
) -> DocumentView:
    """A document of the product by its public id."""
    return to_view(get_row(product, public_id, with_deleted=with_deleted), product)


def find_documents(product: ProductView, public_ids: Sequence[str]) -> dict[str, DocumentView]:
    """Those of these documents that there are, by public id."""
    return {row.public_id: to_view(row, product) for row in _rows(product, public_ids)}


def create_document(
    access: Access, product: ProductView, draft: DocumentDraft, *, note: str = ""
) -> DocumentView:
    """A new document with its first version."""
    access.require(Role.EDITOR, to="writing a document")
    checked = draft.checked()
    with transaction.atomic():
        row = Document.objects.create(
            product_id=product.id,
            owner_id=access.user_id,
            created_at=product.now,
            updated_at=product.now,
            **{**checked.__dict__, "exchange": dict(checked.exchange)},
        )
        _add_version(access, product, row, note)
        view = get_document(product, row.public_id)
        facts = {"name": view.title, "kind": view.kind, **_version_facts(view)}
        if view.template:
            facts["template"] = view.template
        record_act(access, "document.created", "document", view.public_id, facts, product=product)
        _index(product, view)
    return view


def save_document(
    access: Access,
    product: ProductView,
    public_id: str,
    *,
    title: str,
    body: str,
    base: str | None,
    note: str = "",
) -> DocumentView:
    """Save a text as a new version.

    ``base`` is the digest of the version the text was begun on: if another is the newest by now,
    nothing is stored and ``EditConflictError`` carries the newest. None saves over anything. The
    same text again makes no version.
    """
    access.require(Role.EDITOR, to="changing a document")
    clean = clean_title(title), clean_body(body)
    with transaction.atomic():
        row = get_row(product, public_id, is_locked=True)
        if text_digest(*clean) == row.digest:
            _drop_draft(access, row)
            return to_view(row, product)
        if base is not None and base != row.digest:
            raise EditConflictError(to_view(row, product))
        row.title, row.body = clean
        row.updated_at = product.now
        _add_version(access, product, row, note)
        _drop_draft(access, row)
        view = to_view(row, product)
        facts = {"name": view.title, **_version_facts(view)}
        record_act(access, "document.changed", "document", public_id, facts, product=product)
        _index(product, view)
    return view


def remember_exchange(product: ProductView, public_id: str, exchange: Mapping[str, Any]) -> None:
    """Keep what an import or the vault must know of a document; no version, no act."""
    Document.objects.filter(product_id=product.id, public_id=public_id).update(
        exchange=dict(exchange)
    )


def set_document_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> DocumentView:
    """Delete a document, or bring it back."""
    access.require(Role.EDITOR, to="deleting a document")
    with transaction.atomic():
        row = get_row(product, public_id, with_deleted=True, is_locked=True)
        row.deleted_at = product.now if is_deleted else None
        row.save(update_fields=["deleted_at"])
        view = to_view(row, product)
        if is_deleted:
            remove_entry(product.workspace_id, "document", public_id)
        else:
            _index(product, view)
        kind = "document.deleted" if is_deleted else "document.restored"
        record_act(access, kind, "document", public_id, {"name": view.title}, product=product)
    return view


def to_document_json(view: DocumentView, *, with_body: bool = True) -> dict[str, Any]:
    """A document as the API and commands show it."""
    body = {"body": view.body} if with_body else {}
    return {
        "id": view.public_id,
        "kind": view.kind,
        "title": view.title,
        "status": view.status,
        "folder": view.folder,
        "template": view.template,
        "version": view.version,
        "digest": view.digest,
        "owner": view.owner_name,
        "reviewer": view.reviewer_name,
        "created_at": view.created_at,
        "updated_at": view.updated_at,
        "published_at": view.published_at,
        "url": view.url,
        **body,
    }


def get_row(
    product: ProductView, public_id: str, *, with_deleted: bool = False, is_locked: bool = False
) -> Document:
    """The row of a document, for the services of this app only."""
    rows = Document.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    # Nullable relations cannot be locked along: PostgreSQL refuses the outer side of a join.
    rows = rows.select_for_update() if is_locked else rows.select_related("owner", "reviewer")
    row = rows.first()
    if row is None:
        raise NotFoundError("there is no such document in this product.", value=public_id)
    return row


def to_view(row: Document, product: ProductView, *, body: str | None = None) -> DocumentView:
    """The row as the frozen value that crosses app borders; ``body`` for rows without one."""
    is_whole = body is None
    return DocumentView(
        id=row.pk,
        public_id=row.public_id,
        kind=row.kind,
        title=row.title,
        body=row.body if is_whole else body or "",
        status=row.status,
        folder=row.folder,
        template=row.template,
        version=row.version,
        digest=row.digest,
        owner_name=row.owner.name if row.owner else "",
        owner_id=row.owner.public_id if row.owner else "",
        reviewer_name=row.reviewer.name if row.reviewer else "",
        reviewer_id=row.reviewer.public_id if row.reviewer else "",
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        exchange=row.exchange if is_whole else {},
        url=document_url(product, row.public_id),
    )


def document_url(product: ProductView, public_id: str) -> str:
    """Where a document is read."""
    return f"/p/{product.public_id}/documents/{public_id}/"


def _rows(product: ProductView, public_ids: Sequence[str] | None = None) -> QuerySet[Document]:
    rows = Document.objects.filter(product_id=product.id, deleted_at=None)
    if public_ids is not None:
        rows = rows.filter(public_id__in=public_ids)
    return rows.select_related("owner", "reviewer")


def _add_version(access: Access, product: ProductView, row: Document, note: str) -> None:
    row.version += 1
    row.digest = text_digest(row.title, row.body)
    row.save()
    Version.objects.create(
        document=row,
        number=row.version,
        title=row.title,
        body=row.body,
        digest=row.digest,
        note=clean_text(note).strip()[:MAX_NOTE],
        user_id=access.user_id,
        at=product.now,
    )
    ids = list(quoted_claims(row.body))
    claims = Claim.objects.filter(document=row)
    claims.filter(is_quoted=True).exclude(public_id__in=ids).update(is_quoted=False)
    claims.filter(is_quoted=False, public_id__in=ids).update(is_quoted=True)


def _drop_draft(access: Access, row: Document) -> None:
    Draft.objects.filter(document=row, user_id=access.user_id).delete()


def _version_facts(view: DocumentView) -> dict[str, Any]:
    return {"version": view.version, "digest": view.digest, "characters": len(view.body)}


def parse_kind(text: str) -> str:
    """A kind of document; raises ``InvalidValueError``."""
    if text not in DocumentKind.values:
        raise InvalidValueError(
            f"a document is one of {', '.join(DocumentKind.values)}.", value=text
        )
    return text


def _index(product: ProductView, view: DocumentView) -> None:
    index_entry(
        product.workspace_id,
        kind="document",
        object_id=view.public_id,
        title=view.title,
        body=words_only(view.body),
        url=view.url,
        product_id=product.id,
    )

"""Comments on passages of a document, in threads that can be resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from pilothouse.apps.documents.models import Comment, Document
from pilothouse.apps.documents.services.documents import get_row
from pilothouse.apps.documents.services.texts import words_only
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_COMMENT = 5_000
MAX_QUOTE = 500


@dataclass(frozen=True)
class CommentView:
    """A remark. ``is_found`` tells whether its passage still stands in the text."""

    public_id: str
    document_id: str
    quote: str
    body: str
    user_name: str
    user_id: str
    version: int
    created_at: datetime
    is_resolved: bool
    is_found: bool = True
    answers: tuple[CommentView, ...] = field(default=())


def list_comments(product: ProductView, document_id: str) -> list[CommentView]:
    """The threads of a document: open ones first, then by when they began. Two queries."""
    document = get_row(product, document_id)
    rows = list(
        Comment.objects.filter(document=document, deleted_at=None)
        .select_related("user")
        .order_by("created_at", "pk")
    )
    answers: dict[int, list[CommentView]] = {}
    for row in rows:
        if row.parent_id is not None:
            answers.setdefault(row.parent_id, []).append(_to_view(row, document))
    threads = [
        _to_view(row, document, tuple(answers.get(row.pk, ())))
        for row in rows
        if row.parent_id is None
    ]
    return sorted(threads, key=lambda thread: thread.is_resolved)


def add_comment(
    access: Access,
    product: ProductView,
    document_id: str,
    *,
    body: str,
    quote: str = "",
    parent_id: str = "",
) -> CommentView:
    """Say something about a passage (``quote``), the whole document, or in a thread."""
    access.require(Role.COMMENTER, to="commenting")
    words = clean_text(body).strip()
    if not 1 <= len(words) <= MAX_COMMENT:
        raise InvalidValueError(f"a comment has 1 to {MAX_COMMENT:,} characters.", value=body)
    with transaction.atomic():
        document = get_row(product, document_id)
        parent = _get(product, parent_id) if parent_id else None
        if parent and parent.document_id != document.pk:
            raise NotFoundError("there is no such comment here.", value=parent_id)
        comment = Comment.objects.create(
            document=document,
            # Answers to answers stand in the same thread.
            parent_id=(parent.parent_id or parent.pk) if parent else None,
            quote="" if parent else " ".join(clean_text(quote).split())[:MAX_QUOTE],
            body=words,
            user_id=access.user_id,
            version=document.version,
            created_at=product.now,
        )
        facts = {"comment": comment.public_id, "version": document.version}
        record_act(
            access, "document.commented", "document", document_id, facts,
            product=product, personal=words,
        )  # fmt: skip
    return _to_view(comment, document)


def set_comment_resolved(
    access: Access, product: ProductView, comment_id: str, *, is_resolved: bool
) -> CommentView:
    """Close a thread, or open it again."""
    access.require(Role.COMMENTER, to="resolving a comment")
    with transaction.atomic():
        comment = _get(product, comment_id)
        comment.resolved_at = product.now if is_resolved else None
        comment.save(update_fields=["resolved_at"])
        kind = "document.comment-resolved" if is_resolved else "document.comment-reopened"
        facts = {"comment": comment_id}
        document_id = comment.document.public_id
        record_act(access, kind, "document", document_id, facts, product=product)
    return _to_view(comment, comment.document)


def set_comment_deleted(
    access: Access, product: ProductView, comment_id: str, *, is_deleted: bool
) -> CommentView:
    """Delete one's own comment (an editor: any), or bring it back."""
    access.require(Role.COMMENTER, to="deleting a comment")
    with transaction.atomic():
        comment = _get(product, comment_id, with_deleted=True)
        if comment.user_id != access.user_id and not access.may(Role.EDITOR):
            raise ForbiddenError("this comment is somebody else's.", remedy="Ask an editor.")
        comment.deleted_at = product.now if is_deleted else None
        comment.save(update_fields=["deleted_at"])
        kind = "document.comment-deleted" if is_deleted else "document.comment-restored"
        facts = {"comment": comment_id}
        document_id = comment.document.public_id
        record_act(access, kind, "document", document_id, facts, product=product)
    return _to_view(comment, comment.document)


def to_comment_json(comment: CommentView) -> dict[str, Any]:
    """A thread as the API and commands show it."""
    return {
        "id": comment.public_id,
        "quote": comment.quote,
        "body": comment.body,
        "by": comment.user_name,
        "version": comment.version,
        "at": comment.created_at,
        "is_resolved": comment.is_resolved,
        "is_found": comment.is_found,
        "answers": [to_comment_json(answer) for answer in comment.answers],
    }


def _get(product: ProductView, comment_id: str, *, with_deleted: bool = False) -> Comment:
    rows = Comment.objects.select_related("document", "user").filter(
        document__product_id=product.id,
        document__deleted_at=None,
        public_id=comment_id,
    )
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    comment = rows.first()
    if comment is None:
        raise NotFoundError("there is no such comment here.", value=comment_id)
    return comment


def _to_view(
    row: Comment, document: Document, answers: tuple[CommentView, ...] = ()
) -> CommentView:
    return CommentView(
        public_id=row.public_id,
        document_id=document.public_id,
        quote=row.quote,
        body=row.body,
        user_name=row.user.name if row.user else "",
        user_id=row.user.public_id if row.user else "",
        version=row.version,
        created_at=row.created_at,
        is_resolved=row.resolved_at is not None,
        is_found=_stands_in(row.quote, words_only(document.body)),
        answers=answers,
    )


def _stands_in(quote: str, text: str) -> bool:
    """Whether the passage is in the Markdown, line breaks and marks of emphasis put aside."""
    return _bare(quote) in _bare(text)


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())

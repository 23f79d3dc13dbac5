"""Drafts: what a member typed and has not saved. Autosaves land here, one a member a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pilothouse.apps.documents.models import Draft
from pilothouse.apps.documents.services.documents import get_row
from pilothouse.apps.documents.services.texts import MAX_TITLE, clean_body, text_digest
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.ids import clean_text


@dataclass(frozen=True)
class DraftView:
    """An unsaved text. ``base`` is the digest of the version it was begun on."""

    title: str
    body: str
    base: str
    at: datetime


def keep_draft(
    access: Access, product: ProductView, document_id: str, *, title: str, body: str, base: str
) -> DraftView | None:
    """Keep what was typed; None if it is what the document says anyway."""
    access.require(Role.EDITOR, to="writing in a document")
    row = get_row(product, document_id)
    words, text = " ".join(clean_text(title).split())[:MAX_TITLE], clean_body(body)
    if text_digest(words, text) == row.digest:
        drop_draft(access, product, document_id)
        return None
    draft, _ = Draft.objects.update_or_create(
        document=row,
        user_id=access.user_id,
        # Unsaved typing is no act in the product's world: the wall clock says when it was.
        defaults={"title": words, "body": text, "base": base[:64], "at": timezone.now()},
    )
    return _to_view(draft)


def get_draft(access: Access, product: ProductView, document_id: str) -> DraftView | None:
    """This member's draft, if there is one."""
    draft = Draft.objects.filter(
        document__product_id=product.id,
        document__public_id=document_id,
        user_id=access.user_id,
    ).first()
    return _to_view(draft) if draft else None


def drop_draft(access: Access, product: ProductView, document_id: str) -> None:
    """Throw this member's draft away."""
    row = get_row(product, document_id)
    Draft.objects.filter(document=row, user_id=access.user_id).delete()


def _to_view(draft: Draft) -> DraftView:
    return DraftView(draft.title, draft.body, draft.base, draft.at)

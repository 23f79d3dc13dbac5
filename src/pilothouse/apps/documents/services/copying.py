"""Copies of a document: its text and its claims, under new names."""

from __future__ import annotations

from django.db import transaction

from pilothouse.apps.documents.models import Claim
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    get_document,
)
from pilothouse.apps.documents.services.texts import MAX_TITLE, quoted_claims, rename_claims
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.ids import new_public_id

SUFFIX = " (copy)"


def copy_document(access: Access, product: ProductView, public_id: str) -> DocumentView:
    """A new draft with the same text; its numbers are claims of its own."""
    source = get_document(product, public_id)
    rows = list(
        Claim.objects.filter(
            document__product_id=product.id, public_id__in=list(quoted_claims(source.body))
        )
    )
    names = {row.public_id: new_public_id() for row in rows}
    draft = DocumentDraft(
        source.title[: MAX_TITLE - len(SUFFIX)] + SUFFIX,
        rename_claims(source.body, names),
        source.kind,
        source.folder,
        source.template,
    )
    with transaction.atomic():
        copy = create_document(access, product, draft, note=f"Copied from {source.title}")
        for row in rows:
            row.pk, row.public_id = None, names[row.public_id]
            row.document_id, row.user_id, row.created_at = copy.id, access.user_id, product.now
            row.is_quoted = True
        Claim.objects.bulk_create(rows)
    return copy

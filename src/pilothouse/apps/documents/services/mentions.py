"""Which documents mention a thing."""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.apps.documents.models import Document
from pilothouse.apps.documents.services.documents import document_url
from pilothouse.apps.workspace.services.access import ProductView

MAX_MENTIONS = 50


@dataclass(frozen=True)
class Mentioning:
    """A document that mentions something."""

    title: str
    url: str
    status: str


def list_mentioning(product: ProductView, kind: str, object_id: str) -> list[Mentioning]:
    """The documents whose text mentions this object now, the last changed first; one query."""
    rows = Document.objects.filter(
        product_id=product.id,
        deleted_at=None,
        body__contains=f"](mention:{kind}/{object_id})",
    ).order_by("-updated_at")
    return [
        Mentioning(title, document_url(product, public_id), status)
        for title, public_id, status in rows.values_list("title", "public_id", "status")[
            :MAX_MENTIONS
        ]
    ]

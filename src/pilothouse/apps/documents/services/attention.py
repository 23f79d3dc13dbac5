"""What documents want from a person today: stale numbers, texts to read, comments to answer."""

from __future__ import annotations

from collections import Counter
from datetime import date

from pilothouse.apps.documents.models import (
    Claim,
    ClaimState,
    Comment,
    Document,
    DocumentStatus,
)
from pilothouse.apps.documents.services.documents import document_url
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MAX_LINES = 10


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Stale or broken numbers, reviews asked of this member, open comments that name them.

    Three queries. ``today`` is the product's day; documents have no due dates of their own.
    """
    del today
    return [
        *_list_stale(product),
        *_list_reviews(access, product),
        *_list_calls(access, product),
    ]


def _list_stale(product: ProductView) -> list[Attention]:
    rows = Claim.objects.filter(
        document__product_id=product.id,
        document__deleted_at=None,
        is_quoted=True,
        state__in=[ClaimState.STALE, ClaimState.BROKEN],
    ).exclude(document__status=DocumentStatus.ARCHIVED)
    counts = Counter(rows.values_list("document__public_id", "document__title"))
    return [
        Attention("document", _say(title, number), document_url(product, key), is_warning=True)
        for (key, title), number in counts.most_common(MAX_LINES)
    ]


def _say(title: str, number: int) -> str:
    words = "1 number no longer holds" if number == 1 else f"{number} numbers no longer hold"
    return f"{title}: {words}"


def _list_reviews(access: Access, product: ProductView) -> list[Attention]:
    rows = Document.objects.filter(
        product_id=product.id,
        deleted_at=None,
        status=DocumentStatus.REVIEW,
        reviewer_id=access.user_id,
    ).order_by("updated_at")
    return [
        Attention(
            "document", f"{title}: your review is asked for", document_url(product, public_id)
        )
        for public_id, title in rows.values_list("public_id", "title")[:MAX_LINES]
    ]


def _list_calls(access: Access, product: ProductView) -> list[Attention]:
    """Open comments of others that call this member by name (``@Name``)."""
    rows = Comment.objects.filter(
        document__product_id=product.id,
        document__deleted_at=None,
        deleted_at=None,
        resolved_at=None,
        parent__resolved_at=None,
        parent__deleted_at=None,
        body__contains=f"@{access.user_name}",
    ).exclude(user_id=access.user_id)
    names = ("document__title", "document__public_id", "public_id", "parent__public_id")
    return [
        Attention(
            "document",
            f"{title}: a comment calls you",
            f"{document_url(product, document_id)}#comment-{thread_id or comment_id}",
        )
        for title, document_id, comment_id, thread_id in rows.order_by("created_at").values_list(
            *names
        )[:MAX_LINES]
    ]

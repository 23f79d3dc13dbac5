"""The worker's round over the claims of all products."""

from __future__ import annotations

import logging

from pilothouse.apps.documents.models import Claim, Document
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.workspace.services.access import Access, get_access, to_product_view
from pilothouse.kernel.errors import NotFoundError, PilothouseError

logger = logging.getLogger("pilothouse.documents")


def check_all() -> int:
    """Check the quoted claims of every product; how many were read.

    Each product is checked for an owner of one of its documents: an act needs somebody whose work
    it is about, and it says that the worker noticed. One product's trouble stops no other.
    """
    products = Claim.objects.filter(
        is_quoted=True, document__deleted_at=None, document__product__archived_at=None
    ).values_list("document__product_id", flat=True)
    return sum(_check_product(product_id) for product_id in sorted(set(products)))


def _check_product(product_id: int) -> int:
    rows = Document.objects.filter(product_id=product_id, deleted_at=None, owner__isnull=False)
    document = rows.select_related("product", "owner").order_by("pk").first()
    if document is None:
        return 0
    product = to_product_view(document.product)
    access = _access_of(document, product.workspace_id)
    if access is None:
        return 0
    try:
        return check_claims(access, product, noticed_by="worker").checked
    except (PilothouseError, OSError):
        logger.exception("the claims of product %s could not be checked", product.public_id)
        return 0


def _access_of(document: Document, workspace_id: int) -> Access | None:
    if document.owner is None:
        return None
    try:
        return get_access(document.owner, workspace_id)
    except NotFoundError:
        return None

"""Documents as plain files: one Markdown file each, and everything else in one JSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from pilothouse.apps.documents.models import Version
from pilothouse.apps.documents.services.claims import list_claims, to_claim_json
from pilothouse.apps.documents.services.comments import list_comments, to_comment_json
from pilothouse.apps.documents.services.documents import (
    DocumentView,
    list_documents,
    to_document_json,
)
from pilothouse.apps.workspace.services.access import ProductView

# Far more than anybody has; an export leaves nothing out.
ALL = 1_000_000


def write_documents(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``documents/PRODUCT/ID.md`` and ``documents.json`` beside them; how many documents."""
    return sum(_write_product(product, folder / "documents") for product in products)


def _write_product(product: ProductView, folder: Path) -> int:
    documents = list_documents(product, with_archived=True, limit=ALL)
    if not documents:
        return 0
    here = folder / product.public_id
    here.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (here / f"{document.public_id}.md").write_text(_to_file(product, document), "utf-8")
    claims = list_claims(product, with_unquoted=True)
    whole = {
        "simulated": product.is_simulated,
        "documents": [_with_history(product, document) for document in documents],
        "claims": [to_claim_json(claim) for claim in claims],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)
    (here / "documents.json").write_text(text, "utf-8")
    return len(documents)


def _to_file(product: ProductView, document: DocumentView) -> str:
    head = {
        "id": document.public_id,
        "title": document.title,
        "kind": document.kind,
        "status": document.status,
        "folder": document.folder,
        "version": document.version,
        "digest": document.digest,
        "simulated": product.is_simulated,
    }
    # JSON scalars are YAML scalars: no title can break out of its line.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    return "\n".join(["---", *lines, "---", document.body])


def _with_history(product: ProductView, document: DocumentView) -> dict[str, Any]:
    rows = Version.objects.filter(document_id=document.id).order_by("number")
    names = ("number", "title", "body", "digest", "note", "at")
    return {
        **to_document_json(document, with_body=False),
        "versions": list(rows.values(*names)),
        "comments": [
            to_comment_json(thread) for thread in list_comments(product, document.public_id)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else asdict(value)

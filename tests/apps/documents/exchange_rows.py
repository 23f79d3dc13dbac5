"""Rows for the pages and operations that check, import and export documents."""

from __future__ import annotations

import base64
from typing import Any

from pilothouse.apps.documents.services.exchange_import import import_documents, plan_documents
from pilothouse.apps.documents.services.exchange_read import read_incoming
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

DOCUMENTS = "/products/{product_id}/documents"
ONE = f"{DOCUMENTS}/{{document_id}}"
UNDO = f"{DOCUMENTS}/imports/{{document_import_id}}/undo"
FILE = {"name": "a.md", "content": base64.b64encode(b"# By program\n\nText.").decode()}

PAGES: dict[str, Page] = {
    "documents:checks": Page(VIEWER),
    "documents:lint": Page(VIEWER),
    # The file that all pages are given is a CSV, which is no document.
    "documents:import": Page(EDITOR, EDITOR, {"file": "a file"}, write_status=400),
    "documents:import-run": Page(writes=EDITOR, data={"token": "x"}, write_status=400),
    "documents:import-undo": Page(writes=EDITOR),
    "documents:vault": Page(VIEWER),
    "documents:export": Page(VIEWER, ids={"extension": "md"}),
}
OPERATIONS: dict[str, Operation] = {
    f"GET {DOCUMENTS}/checks/documents": Operation(VIEWER),
    f"POST {DOCUMENTS}/checks/text": Operation(VIEWER, {"body": "R1: A text.", "kind": "prd"}),
    f"POST {DOCUMENTS}/imports/file": Operation(EDITOR, FILE),
    f"POST {UNDO}": Operation(EDITOR),
    f"GET {DOCUMENTS}/vault/zip": Operation(VIEWER),
    f"GET {ONE}/lint": Operation(VIEWER),
    f"GET {ONE}/export": Operation(VIEWER),
}
FORMS: dict[str, dict[str, Any]] = {
    "documents:import-run": {"token": "x", "take": "0", "kind-0": "prd"},
}
HAS_NO_TEXT: set[str] = {"documents:import", "documents:import-undo"}
QUERIES: dict[str, dict[str, Any]] = {
    "documents:checks": {"show": "open"},
    "documents:import": {"file": "x"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {DOCUMENTS}/checks/text": ("body", "kind"),
    f"POST {DOCUMENTS}/imports/file": ("name", "content", "dry_run"),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {DOCUMENTS}/checks/text": {"facts": {}},
    f"POST {DOCUMENTS}/imports/file": {"product_id": 2, "status": "published"},
}
COUNTS: dict[str, int] = {"/p/{id}/documents/checks/": 10}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """An import that can be undone, with ``mark`` in its texts."""
    incoming = read_incoming("a.md", f"# {mark} imported\n\nR1: {mark} text".encode())
    planned = plan_documents(product, incoming)
    result = import_documents(access, product, planned, f"{mark}.md", {})
    return {"document_import_id": result.public_id}

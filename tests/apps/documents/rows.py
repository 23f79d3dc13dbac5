"""What the tests of all pages need to know of documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.documents.services.claims import create_claim
from pilothouse.apps.documents.services.comments import add_comment
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    save_document,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.documents import exchange_rows
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

FUNNEL_FORM = {"source": "funnel", "step": ["opened", "opened"], "window": "1h", "last": "30"}
TEXT = {"title": "Renamed", "body": "Another text.", "base": "x", "note": "why"}
TREND = {"kind": "trend", "definition": {"event": "opened"}, "part": {"period": "latest"}}
CLAIM = {"kind": "question", "definition": TREND, "tolerance": "relative", "amount": 0.2}
DOCUMENT = {"title": "By program", "body": "Text.", "kind": "prd", "folder": "plans"}
DOCUMENTS = "/products/{product_id}/documents"
ONE = f"{DOCUMENTS}/{{document_id}}"
CLAIMS = f"{DOCUMENTS}/claims"
COMMENTS = f"{DOCUMENTS}/comments"

PAGES: dict[str, Page] = {
    "documents:home": Page(VIEWER),
    "documents:new": Page(EDITOR, EDITOR, {"title": "New", "template": "prd"}),
    "documents:render": Page(writes=VIEWER, data={"body": "*a*"}, write_status=200),
    "documents:claims": Page(VIEWER),
    "documents:claims-check": Page(writes=VIEWER),
    "documents:claim-preview": Page(VIEWER, query=FUNNEL_FORM),
    "documents:claim-act": Page(
        writes=EDITOR, data={"tolerance": "relative", "amount": "50"}, ids={"act": "tolerance"}
    ),
    "documents:document": Page(VIEWER),
    "documents:edit": Page(EDITOR, EDITOR, {**TEXT, "preview": "yes"}, write_status=200),
    "documents:draft": Page(writes=EDITOR, data=TEXT, write_status=200),
    "documents:print": Page(VIEWER),
    "documents:check": Page(writes=VIEWER),
    "documents:status": Page(writes=EDITOR, data={"status": "published"}),
    "documents:details": Page(writes=EDITOR, data={"kind": "prd", "folder": "plans"}),
    "documents:claim-new": Page(EDITOR, EDITOR, FUNNEL_FORM, write_status=200),
    "documents:comment-add": Page(writes=COMMENTER, data={"comment": "Why?"}),
    "documents:comment-act": Page(writes=COMMENTER, ids={"act": "resolve"}),
    "documents:versions": Page(VIEWER, query={"from": "1", "to": "2"}),
    "documents:version": Page(VIEWER, ids={"number": "version_number"}),
    "documents:version-restore": Page(writes=EDITOR, ids={"number": "version_number"}),
    "documents:act": Page(writes=EDITOR, ids={"act": "copy"}),
    **exchange_rows.PAGES,
}
OPERATIONS: dict[str, Operation] = {
    f"GET {DOCUMENTS}/": Operation(VIEWER),
    f"POST {DOCUMENTS}/": Operation(EDITOR, DOCUMENT),
    f"POST {DOCUMENTS}/render": Operation(VIEWER, {"body": "*a*"}),
    f"GET {CLAIMS}": Operation(VIEWER),
    f"POST {CLAIMS}/check": Operation(VIEWER),
    f"POST {CLAIMS}/{{claim_id}}/accept": Operation(EDITOR),
    f"POST {CLAIMS}/{{claim_id}}/keep": Operation(EDITOR, {"reason": "It holds for new people."}),
    f"PUT {CLAIMS}/{{claim_id}}/tolerance": Operation(
        EDITOR, {"tolerance": "relative", "amount": 0.5}
    ),
    f"POST {COMMENTS}/{{comment_id}}/resolve": Operation(COMMENTER),
    f"DELETE {COMMENTS}/{{comment_id}}": Operation(EDITOR),
    f"GET {ONE}": Operation(VIEWER),
    f"PUT {ONE}": Operation(EDITOR, {"title": "Renamed", "body": "Another text."}),
    f"PATCH {ONE}": Operation(EDITOR, {"kind": "prd", "folder": "plans"}),
    f"DELETE {ONE}": Operation(EDITOR),
    f"POST {ONE}/status": Operation(EDITOR, {"status": "review"}),
    f"GET {ONE}/versions": Operation(VIEWER),
    f"GET {ONE}/versions/{{version_number}}": Operation(VIEWER),
    f"POST {ONE}/versions/{{version_number}}/restore": Operation(EDITOR),
    f"GET {ONE}/comments": Operation(VIEWER),
    f"POST {ONE}/comments": Operation(COMMENTER, {"body": "Why?"}),
    f"POST {ONE}/claims": Operation(EDITOR, CLAIM),
    **exchange_rows.OPERATIONS,
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "documents:new": {"title": "N", "folder": "a/b", "template": "prd", "capture": ""},
    "documents:render": {"body": "# a"},
    "documents:edit": {**TEXT, "preview": ""},
    "documents:draft": TEXT,
    "documents:status": {"status": "review", "reviewer": ""},
    "documents:details": {"kind": "prd", "folder": "a", "owner": ""},
    "documents:claim-new": {**FUNNEL_FORM, "start": "opened", "return": "", "period": "week",
                            "measure": "actors", "column": "1", "tolerance": "relative",
                            "amount": "10"},
    "documents:claim-act": {"tolerance": "relative", "amount": "10", "reason": "r", "back": ""},
    "documents:comment-add": {"comment": "c", "quote": "q", "parent": ""},
    **exchange_rows.FORMS,
}  # fmt: skip
HAS_NO_TEXT: set[str] = {
    "documents:claims-check", "documents:check", "documents:comment-act",
    "documents:version-restore", "documents:act", *exchange_rows.HAS_NO_TEXT,
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "documents:home": {"q": "a", "kind": "", "status": "", "folder": "", "stale": "", "page": "1"},
    "documents:new": {"template": "prd", "capture": "", "title": "a", "folder": "b"},
    "documents:claims": {"state": ""},
    "documents:claim-preview": {**FUNNEL_FORM, "start": "opened", "return": "", "period": "week",
                                "measure": "actors", "column": "1"},
    "documents:claim-new": {"source": "funnel"},
    "documents:versions": {"from": "1", "to": "2"},
    **exchange_rows.QUERIES,
}  # fmt: skip
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {DOCUMENTS}/": ("title", "body", "kind", "folder"),
    f"POST {DOCUMENTS}/render": ("body",),
    f"POST {CLAIMS}/{{claim_id}}/keep": ("reason",),
    f"PUT {CLAIMS}/{{claim_id}}/tolerance": ("tolerance", "amount"),
    f"PUT {ONE}": ("title", "body", "base", "note"),
    f"PATCH {ONE}": ("kind", "folder", "owner"),
    f"POST {ONE}/status": ("status", "reviewer"),
    f"POST {ONE}/comments": ("body", "quote", "parent"),
    f"POST {ONE}/claims": ("kind", "definition", "tolerance", "amount"),
    **exchange_rows.FIELDS,
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {DOCUMENTS}/": {"status": "published", "owner_id": 2, "deleted_at": None},
    f"POST {DOCUMENTS}/render": {"html": "x"},
    f"POST {CLAIMS}/{{claim_id}}/keep": {"value": 1},
    f"PUT {CLAIMS}/{{claim_id}}/tolerance": {"state": "fresh"},
    f"PUT {ONE}": {"version": 9, "digest": "x"},
    f"PATCH {ONE}": {"status": "published", "product_id": 2},
    f"POST {ONE}/status": {"published_at": "2020-01-01"},
    f"POST {ONE}/comments": {"user_id": 2},
    f"POST {ONE}/claims": {"quoted_value": 1, "state": "fresh"},
    **exchange_rows.EXTRA,
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/p/{id}/documents/": 8,
    "/p/{id}/documents/claims/": 6,
    **exchange_rows.COUNTS,
}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    draft = DocumentDraft(f"{mark} document", f"{mark} text", "prd", f"{mark} folder")
    document = create_document(access, product, draft)
    claim = create_claim(
        access, product, document.public_id, kind="question", definition=TREND,
        tolerance="relative", amount=0.1,
    )  # fmt: skip
    body = f"{mark} text quotes {claim.markdown}.\n\n> {mark}"
    save_document(access, product, document.public_id, title=document.title, body=body, base=None)
    comment = add_comment(access, product, document.public_id, body=f"{mark} says", quote=mark)
    return {
        "document_id": document.public_id,
        "claim_id": claim.public_id,
        "comment_id": comment.public_id,
        "version_number": "1",
        **exchange_rows.make(access, product, mark),
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    document = create_document(access, product, DocumentDraft(f"Document {number}", "Text"))
    claim = create_claim(
        access, product, document.public_id, kind="question", definition=TREND,
        tolerance="relative", amount=0.1,
    )  # fmt: skip
    save_document(access, product, document.public_id, title="T", body=claim.markdown, base=None)
    add_comment(access, product, document.public_id, body=f"Comment {number}")

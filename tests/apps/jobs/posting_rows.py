"""What the tests of all pages need to know of postings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
NEW = {"text": "Product manager wanted for our shop.", "title": "PM", "company": "Acme",
       "place": "Leeds", "url": "https://acme.example/jobs/1"}  # fmt: skip
NEW_FORM = {**NEW, "source": "paste"}
TARGET = {"role": "pm", "industry": "technology"}
CHANGE = {"title": "PM", "company": "Acme", "place": "Leeds", "url": "", "notes": "Ask Ann."}
TARGET_BODY = {"role": "pm", "industry": "technology"}
PAGES: dict[str, Page] = {
    "jobs:home": Page(VIEWER),
    "jobs:posting-new": Page(VIEWER, VIEWER, NEW_FORM),
    "jobs:bookmarklet": Page(VIEWER),
    "jobs:pivots": Page(VIEWER),
    "jobs:posting-target": Page(writes=VIEWER, data=TARGET, is_own=True),
    "jobs:posting": Page(VIEWER, VIEWER, CHANGE, is_own=True),
    "jobs:posting-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
}
BASE = "/jobs/postings"
ONE = f"{BASE}/{{posting_id}}"
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}": Operation(VIEWER),
    f"POST {BASE}": Operation(COMMENTER, NEW),
    # The page is fetched from an inner network in no case: tests see that it is refused.
    f"POST {BASE}/fetch": Operation(COMMENTER, {"url": "http://127.0.0.1/"}, status=400),
    "GET /jobs/pivots": Operation(VIEWER),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, CHANGE, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/restore": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/target": Operation(COMMENTER, TARGET_BODY, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "jobs:posting-new": {**NEW_FORM, "do": ""},
    "jobs:posting": CHANGE,
    "jobs:posting-target": TARGET,
}
HAS_NO_TEXT: set[str] = {"jobs:posting-act"}
QUERIES: dict[str, dict[str, Any]] = {"jobs:home": {"q": "a", "page": "1"}}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}": tuple(NEW),
    f"PUT {ONE}": tuple(CHANGE),
    f"POST {BASE}/fetch": ("url",),
    f"POST {ONE}/target": tuple(TARGET_BODY),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}": {"source": "address", "user_id": 2},
    f"PUT {ONE}": {"text": "x", "digest": "x"},
    f"POST {BASE}/fetch": {"text": "x"},
    f"POST {ONE}/target": {"posting": "x"},
}
COUNTS: dict[str, int] = {"/jobs/": 7, "/jobs/pivots/": 5}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """A posting with ``mark`` in every text."""
    del product, folder
    text = f"{mark} looks for a product manager with a roadmap."
    saved = save_posting(access, PostingDraft(text, f"{mark} posting", f"{mark} Ltd"))
    return {"posting_id": saved.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more posting."""
    del product
    save_posting(access, PostingDraft(f"Product manager wanted, number {number}."))

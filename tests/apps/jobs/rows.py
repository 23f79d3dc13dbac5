"""What the tests of all pages need to know of jobs; each part adds its own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.jobs import application_rows, interview_rows, offer_rows, posting_rows, resume_rows
from tests.apps.matrix import Operation, Page

PARTS = (posting_rows, application_rows, offer_rows, resume_rows, interview_rows)
PAGES: dict[str, Page] = {}
OPERATIONS: dict[str, Operation] = {}
FORMS: dict[str, dict[str, Any]] = {}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {}
FIELDS: dict[str, tuple[str, ...]] = {}
EXTRA: dict[str, dict[str, Any]] = {}
COUNTS: dict[str, int] = {}
for part in PARTS:
    PAGES |= part.PAGES
    OPERATIONS |= part.OPERATIONS
    FORMS |= part.FORMS
    HAS_NO_TEXT |= part.HAS_NO_TEXT
    QUERIES |= part.QUERIES
    FIELDS |= part.FIELDS
    EXTRA |= part.EXTRA
    COUNTS |= part.COUNTS


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    ids: dict[str, str] = {}
    for part in PARTS:
        ids |= part.make(access, product, folder, mark)
    return ids


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    for part in PARTS:
        part.fill(access, product, number)

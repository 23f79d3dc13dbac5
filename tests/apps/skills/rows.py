"""What the tests of all pages need to know of skills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page
from tests.apps.skills import cards_rows, exercise_rows, guide_rows, learn_rows

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
PARTS = (learn_rows, cards_rows, exercise_rows, guide_rows)

PAGES: dict[str, Page] = {
    "skills:home": Page(VIEWER),
}
OPERATIONS: dict[str, Operation] = {}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {}
EXTRA: dict[str, dict[str, Any]] = {}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
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
    del folder
    ids: dict[str, str] = {}
    for part in PARTS:
        ids |= part.make(access, product, mark)
    return ids


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    for part in PARTS:
        part.fill(access, product, number)

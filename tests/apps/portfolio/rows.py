"""What the tests of all pages need to know of portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

PAGES: dict[str, Page] = {
    "portfolio:home": Page(VIEWER),
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


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del access, product, folder, mark
    return {}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del access, product, number

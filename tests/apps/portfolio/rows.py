"""What the tests of all pages need to know of portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page
from tests.apps.portfolio import credential_rows

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

PAGES: dict[str, Page] = {
    "portfolio:home": Page(VIEWER),
    **credential_rows.PAGES,
}
OPERATIONS: dict[str, Operation] = {**credential_rows.OPERATIONS}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {**credential_rows.FORMS}
HAS_NO_TEXT: set[str] = {*credential_rows.HAS_NO_TEXT}
QUERIES: dict[str, dict[str, Any]] = {**credential_rows.QUERIES}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {**credential_rows.FIELDS}
EXTRA: dict[str, dict[str, Any]] = {**credential_rows.EXTRA}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {**credential_rows.COUNTS}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    return {**credential_rows.make(access, product, mark)}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    credential_rows.fill(access, product, number)

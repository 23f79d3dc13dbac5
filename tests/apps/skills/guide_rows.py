"""What the tests of all pages need to know of the role guide, the FAQ, fit and the industries."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

PAGES: dict[str, Page] = {}
OPERATIONS: dict[str, Operation] = {}
FORMS: dict[str, dict[str, Any]] = {}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {}
FIELDS: dict[str, tuple[str, ...]] = {}
EXTRA: dict[str, dict[str, Any]] = {}
COUNTS: dict[str, int] = {}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del access, product, mark
    return {}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del access, product, number

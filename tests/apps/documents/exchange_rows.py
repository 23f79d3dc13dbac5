"""Rows for the pages and operations that check, import and export documents."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.workspace.models import Role
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

PAGES: dict[str, Page] = {}
OPERATIONS: dict[str, Operation] = {}
FORMS: dict[str, dict[str, Any]] = {}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {}
FIELDS: dict[str, tuple[str, ...]] = {}
EXTRA: dict[str, dict[str, Any]] = {}
COUNTS: dict[str, int] = {}

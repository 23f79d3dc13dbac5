"""What the tests of all pages need to know of the backlog's files."""

from __future__ import annotations

import base64
from typing import Any

from pilothouse.apps.backlog.exchange_models import ItemImport, ItemImportState
from pilothouse.apps.backlog.services.imports import receive_file
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, EDITOR = Role.VIEWER, Role.EDITOR
TABLE = b"Title,Status,Area\nOne,open,north\nTwo,done,\n"
BACKLOG = "/products/{product_id}/backlog"
FILE = {"name": "items.csv", "content": base64.b64encode(TABLE).decode(), "start": False}
READING = {"columns": {"title": [0]}, "fields": [2], "is_day_first": True, "kinds": {},
           "statuses": {"open": "ready"}}  # fmt: skip

PAGES: dict[str, Page] = {
    "backlog:imports": Page(VIEWER, EDITOR, {"file": "a file"}),
    "backlog:import": Page(
        VIEWER, EDITOR, {"has_columns": "yes", "column-title": "0"},
    ),
    "backlog:import-act": Page(
        writes=EDITOR, ids={"act": "start"}
    ),
    "backlog:export": Page(VIEWER, ids={"format_name": "jira"}),
}  # fmt: skip
OPERATIONS: dict[str, Operation] = {
    f"GET {BACKLOG}/imports": Operation(VIEWER),
    f"POST {BACKLOG}/imports": Operation(EDITOR, FILE),
    f"GET {BACKLOG}/imports/{{item_import_id}}": Operation(VIEWER),
    f"PUT {BACKLOG}/imports/{{item_import_id}}/reading": Operation(EDITOR, READING),
    f"POST {BACKLOG}/imports/{{item_import_id}}/start": Operation(EDITOR),
    f"POST {BACKLOG}/imports/{{item_import_id}}/undo": Operation(
        EDITOR, ids={"item_import_id": "done_item_import_id"}
    ),
    f"GET {BACKLOG}/export/{{format_name}}": Operation(VIEWER),
}
FORMS: dict[str, dict[str, Any]] = {
    "backlog:import": {
        "has_columns": "yes", "column-title": "0", "column-status": "1", "field": "2",
        "order": "day", "kind_word": "", "kind_ours": "idea", "status_word": "open",
        "status_ours": "ready",
    },
}  # fmt: skip
HAS_NO_TEXT: set[str] = {"backlog:imports", "backlog:import-act"}
QUERIES: dict[str, dict[str, Any]] = {}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BACKLOG}/imports": ("name", "content", "start"),
    f"PUT {BACKLOG}/imports/{{item_import_id}}/reading": tuple(READING),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BACKLOG}/imports": {"state": "done", "product_id": 2},
    f"PUT {BACKLOG}/imports/{{item_import_id}}/reading": {"source": "jira", "upload": "x"},
}
COUNTS: dict[str, int] = {"/p/{id}/backlog/imports/": 8}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """An import that waits and one that is done."""
    waiting, done = (
        receive_file(access, product, f"{mark} items.csv", [TABLE.replace(b"One", mark.encode())])
        for _ in range(2)
    )
    ItemImport.objects.filter(public_id=done.public_id).update(state=ItemImportState.DONE)
    return {
        "item_import_id": waiting.public_id,
        "done_item_import_id": done.public_id,
        "format_name": "jira",
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more import."""
    receive_file(access, product, f"items {number}.csv", [TABLE])

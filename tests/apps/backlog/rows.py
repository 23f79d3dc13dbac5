"""What the tests of all pages need to know of backlog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.batches import list_batches
from pilothouse.apps.backlog.services.fields import save_field
from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_item,
    set_item_deleted,
    update_item,
)
from pilothouse.apps.backlog.services.saved_views import save_view
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.backlog import exchange_rows, scoring_rows
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
PARTS = (exchange_rows, scoring_rows)
# Forms name it before it is made.
CHOSEN = "chsn22222222"

ITEM = {"title": "N", "body": "b", "kind": "idea", "status": "new", "owner": "", "parent": "",
        "estimate": "3", "due": "2026-12-01", "tags": "a, b", "field-segment": "Small"}  # fmt: skip
BULK = {"item": CHOSEN, "status": "ready", "kind": "", "owner": "", "parent": "", "add_tags": "new",
        "remove_tags": "", "field": "", "field_value": "", "matching": "q=a",
        "next": "/"}  # fmt: skip
FILTER = {"q": "a", "kind": "idea", "status": "new", "tag": "a", "owner": "none",
          "parent": "none", "due": "soon", "estimate": "none", "page": "1",
          "view": "x"}  # fmt: skip

PAGES: dict[str, Page] = {
    "backlog:home": Page(VIEWER),
    "backlog:board": Page(VIEWER),
    "backlog:column": Page(VIEWER, ids={"status": "new"}, query={"from": "0"}),
    "backlog:table": Page(VIEWER),
    "backlog:new": Page(VIEWER, EDITOR, {"title": "By hand"}),
    "backlog:item": Page(VIEWER, EDITOR, {"title": "Renamed"}),
    "backlog:item-move": Page(writes=EDITOR, data={"status": "ready"}),
    "backlog:item-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "backlog:bulk": Page(writes=EDITOR, data={"item": CHOSEN, "status": "ready"}),
    "backlog:changes": Page(VIEWER),
    "backlog:undo": Page(writes=EDITOR),
    "backlog:view-save": Page(writes=EDITOR, data={"name": "V", "layout": "board", "query": ""}),
    "backlog:view-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "backlog:fields": Page(VIEWER, EDITOR, {"name": "Size", "kind": "number"}),
    "backlog:field": Page(VIEWER, EDITOR, {"name": "Renamed", "options": "Small"}),
    "backlog:field-act": Page(writes=EDITOR, ids={"act": "delete"}),
}
BASE = "/products/{product_id}/backlog"
ONE = f"{BASE}/items/{{item_id}}"
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/items": Operation(VIEWER, query="?q=a&status=any"),
    f"POST {BASE}/items": Operation(EDITOR, {"title": "By program"}),
    f"GET {ONE}": Operation(VIEWER),
    f"PATCH {ONE}": Operation(EDITOR, {"title": "Renamed"}),
    f"DELETE {ONE}": Operation(EDITOR),
    f"POST {ONE}/restore": Operation(EDITOR, ids={"item_id": "deleted_item_id"}),
    f"POST {ONE}/move": Operation(EDITOR, {"status": "ready"}),
    f"GET {ONE}/history": Operation(VIEWER),
    f"POST {BASE}/bulk": Operation(EDITOR, {"ids": [CHOSEN], "values": {"status": "ready"}}),
    f"GET {BASE}/changes": Operation(VIEWER),
    f"POST {BASE}/changes/{{change_id}}/undo": Operation(EDITOR),
    f"GET {BASE}/views": Operation(VIEWER),
    f"POST {BASE}/views": Operation(EDITOR, {"name": "By program"}),
    f"DELETE {BASE}/views/{{view_id}}": Operation(EDITOR),
    f"GET {BASE}/fields": Operation(VIEWER),
    f"POST {BASE}/fields": Operation(EDITOR, {"name": "By program"}),
    f"PUT {BASE}/fields/{{field_id}}": Operation(EDITOR, {"name": "N", "options": ["Small"]}),
    f"DELETE {BASE}/fields/{{field_id}}": Operation(EDITOR),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "backlog:new": ITEM | {"capture": "", "after": "", "parent_id": "", "next": "/"},
    "backlog:item": ITEM | {"version": "1", "next": "/"},
    "backlog:item-move": {"before": "", "after": "", "parent": "", "status": "ready",
                          "from": "new", "next": "/"},
    "backlog:item-act": {"within": "parent", "next": "/"},
    "backlog:bulk": BULK,
    "backlog:undo": {"next": "/"},
    "backlog:view-save": {"name": "V", "layout": "board", "query": "q=a", "default": "on"},
    "backlog:view-act": {"next": "/"},
    "backlog:fields": {"name": "Size", "kind": "choice", "options": "a"},
    "backlog:field": {"name": "Size", "kind": "choice", "options": "a"},
}  # fmt: skip
HAS_NO_TEXT: set[str] = {"backlog:field-act"}
QUERIES: dict[str, dict[str, Any]] = {
    "backlog:home": FILTER,
    "backlog:board": FILTER,
    "backlog:column": FILTER | {"from": "50"},
    "backlog:table": FILTER | {"sort": "due", "column": "due"},
    "backlog:new": {"capture": "", "title": "a", "parent": "#1"},
}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/items": (
        "title", "kind", "body", "status", "parent_id", "tags", "owner_id", "estimate", "due",
        "fields", "after_id"),
    f"PATCH {ONE}": (
        "title", "kind", "body", "status", "parent_id", "tags", "owner_id", "estimate", "due",
        "fields", "version"),
    f"POST {ONE}/move": ("before_id", "after_id", "parent_id", "status", "from_status"),
    f"POST {BASE}/bulk": ("ids", "values", "add_tags", "remove_tags", "delete"),
    f"POST {BASE}/views": ("name", "layout", "query"),
    f"POST {BASE}/fields": ("name", "kind", "options"),
    f"PUT {BASE}/fields/{{field_id}}": ("name", "kind", "options"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/items": {"number": 7, "position": 1, "created_at": "2020-01-01"},
    f"PATCH {ONE}": {"done_at": "2020-01-01", "product_id": 2, "deleted_at": None},
    f"POST {ONE}/move": {"position": 1},
    f"POST {BASE}/bulk": {"title": "x", "kind": "import"},
    f"POST {BASE}/views": {"is_default": True, "user_id": 2},
    f"POST {BASE}/fields": {"key": "x", "position": 0},
    f"PUT {BASE}/fields/{{field_id}}": {"key": "x", "id": "y"},
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/p/{id}/backlog/": 14,
    "/p/{id}/backlog/?q=thing": 14,
    "/p/{id}/backlog/board/": 18,
    "/p/{id}/backlog/table/": 14,
    "/p/{id}/backlog/changes/": 6,
    "/p/{id}/backlog/fields/": 6,
}
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
    field = save_field(access, product, f"{mark} segment", "choice", ["Small", mark])
    # The forms know it by this key.
    plain = save_field(access, product, "Segment", "choice", ["Small", "Large"])
    parent = create_item(access, product, ItemDraft(f"{mark} parent", kind="opportunity"))
    draft = ItemDraft(
        f"{mark} item", body=f"{mark} *words*", tags=[mark], due="2026-12-01", estimate=3,
        parent_id=parent.public_id, owner_id=access.user_public_id,
        fields={field.key: mark, plain.key: "Small"},
    )  # fmt: skip
    item = create_item(access, product, draft)
    update_item(access, product, item.public_id, {"title": f"{mark} item again"})
    batch = list_batches(product)[0]
    gone = create_item(access, product, ItemDraft(f"{mark} gone"))
    set_item_deleted(access, product, gone.public_id, is_deleted=True)
    chosen = create_item(access, product, ItemDraft(f"{mark} chosen"))
    Item.objects.filter(pk=chosen.id).update(public_id=CHOSEN)
    ids = {
        "item_id": item.public_id,
        "deleted_item_id": gone.public_id,
        "change_id": batch.public_id,
        "field_id": field.public_id,
        "view_id": save_view(access, product, f"{mark} view", "table", f"q={mark}").public_id,
    }
    ids |= exchange_rows.make(access, product, mark)
    del folder
    return ids | scoring_rows.make(access, product, mark)


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    name = f"Item thing {number}"
    parent = create_item(access, product, ItemDraft(name, owner_id=access.user_public_id))
    create_item(
        access, product,
        ItemDraft(f"Child {number}", parent_id=parent.public_id, tags=[f"t{number}"]),
    )  # fmt: skip
    save_view(access, product, f"View {number}", "table", "")
    save_field(access, product, f"Field {number}")
    for part in PARTS:
        part.fill(access, product, number)

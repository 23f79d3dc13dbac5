"""What the tests of all pages need to know of the role guide, the FAQ, fit and the industries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pilothouse.apps.skills.services.fit import add_reflection, get_fit, list_fit_items, save_fit
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, EDITOR = Role.VIEWER, Role.EDITOR

ANSWERS = {item.key: "3" for item in list_fit_items()}
HOURS = {"on": "yes", "first_hour": "8", "last_hour": "18", "zone": "UTC", "with_weekends": "yes"}
START = {"name": "Begun", "description": "", "zone": "UTC", "currency": "EUR", "outcomes": "on"}

PAGES: dict[str, Page] = {
    "skills:guide": Page(VIEWER),
    "skills:guide-pivots": Page(VIEWER),
    "skills:guide-page": Page(VIEWER, ids={"kind": "day"}),
    "skills:faq": Page(VIEWER, query={"q": "code"}),
    "skills:industries": Page(VIEWER),
    "skills:industry": Page(VIEWER, query={"q": "rate"}, ids={"kind": "healthcare"}),
    "skills:industry-start": Page(VIEWER, EDITOR, START, ids={"kind": "education"}),
    "skills:fit": Page(VIEWER),
    "skills:fit-settings": Page(writes=VIEWER, data=HOURS),
    # Fit is off for everybody who has not switched it on: the form is shown again.
    "skills:fit-reflect": Page(writes=VIEWER, data={"switching": "9"}, write_status=400),
    "skills:fit-forget": Page(writes=VIEWER, data={"sure": "yes"}),
    "skills:fit-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
}

HERE = "/skills"
BODY = {"industry": "technology", "name": "By program", "with_metrics": False, "with_items": False}
OPERATIONS: dict[str, Operation] = {
    f"GET {HERE}/guide": Operation(VIEWER),
    f"GET {HERE}/guide/page": Operation(VIEWER, query="?key=steps"),
    f"GET {HERE}/faq": Operation(VIEWER, query="?q=degree"),
    f"GET {HERE}/industries": Operation(VIEWER),
    f"GET {HERE}/industries/pack": Operation(VIEWER, query="?key=consumer"),
    f"POST {HERE}/industries/products": Operation(EDITOR, BODY),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "skills:industry-start": START,
    "skills:fit-settings": HOURS,
    "skills:fit-reflect": {**ANSWERS, "gave": "a", "took": "b"},
    "skills:fit-forget": {"sure": "yes"},
}
HAS_NO_TEXT: set[str] = {"skills:fit-act"}
QUERIES: dict[str, dict[str, Any]] = {
    "skills:faq": {"q": "a", "topic": "Skills"},
    "skills:industry": {"q": "a"},
}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {HERE}/industries/products": (
        "industry", "name", "description", "zone", "currency", "with_outcomes"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {HERE}/industries/products": {"world": "simulated", "clock": "2020-01-01T00:00:00Z"},
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/skills/guide/": 5,
    "/skills/guide/day/": 6,
    "/skills/guide/from/": 6,
    "/skills/faq/": 12,
    "/skills/industries/": 5,
    "/skills/industries/ecommerce/": 5,
    "/skills/fit/": 9,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """One reflection, with ``mark`` in its words."""
    del product
    save_fit(access, replace(get_fit(access), is_on=True))
    reflection = add_reflection(access, {"switching": 4}, gave=f"{mark} gave", took=f"{mark} took")
    return {"reflection_id": reflection.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more reflection."""
    del product
    save_fit(access, replace(get_fit(access), is_on=True))
    add_reflection(access, {"switching": number % 5 + 1}, gave=f"thing {number}")

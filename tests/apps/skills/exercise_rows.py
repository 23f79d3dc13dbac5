"""What the tests of all pages need to know of exercises."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.skills.services.exercises import check_answers
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
KIND = {"kind": "missing-cases"}
FORM = {
    "seed": "7", "difficulty": "1", "began": "1700000000", "answer-r1": ["error", "empty"],
}  # fmt: skip
BODY = {"kind": "missing-cases", "seed": 8, "difficulty": 1, "answers": {"r1": "error"}}

PAGES: dict[str, Page] = {
    "skills:exercises": Page(VIEWER, query={"competency": "C10"}),
    "skills:exercise-next": Page(VIEWER, query={"competency": "C10"}, read_status=302),
    "skills:exercise-history": Page(VIEWER, query={"kind": "missing-cases"}),
    "skills:exercise-export": Page(VIEWER),
    "skills:exercise-attempt": Page(VIEWER, is_own=True),
    "skills:exercise": Page(VIEWER, VIEWER, FORM, ids=KIND),
}
API = "/skills/exercises"
OPERATIONS: dict[str, Operation] = {
    f"GET {API}": Operation(VIEWER, query="?competency=C10"),
    f"GET {API}/attempts": Operation(VIEWER, query="?kind=missing-cases"),
    f"GET {API}/attempts/{{attempt_id}}": Operation(VIEWER, is_own=True),
    f"GET {API}/variant": Operation(VIEWER, query="?kind=missing-cases&difficulty=2"),
    f"POST {API}/attempts": Operation(COMMENTER, BODY),
}
FORMS: dict[str, dict[str, Any]] = {"skills:exercise": FORM}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {
    "skills:exercises": {"competency": "C10"},
    "skills:exercise-next": {"competency": "C10"},
    "skills:exercise-history": {"kind": "missing-cases", "page": "1"},
    "skills:exercise": {"seed": "3", "difficulty": "2", "after": "4"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {API}/attempts": ("kind", "seed", "difficulty", "answers", "seconds"),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {API}/attempts": {"is_right": True, "user": 1},
}
COUNTS: dict[str, int] = {
    "/skills/exercises/": 6,
    "/skills/exercises/history/": 7,
    "/skills/exercises/missing-cases/": 6,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """An attempt with ``mark`` in the text that nothing judges."""
    del product
    answers = {"good": "A", "rewrite": mark}
    view = check_answers(access, "leading-question", 1, 1, answers)
    return {"attempt_id": view.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more attempt."""
    del product
    check_answers(access, "missing-cases", 1000 + number, 1, {"r1": "error"})

"""What the tests of all pages need to know of the best plan and the roadmap's files."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.roadmap.services.bets import BetDraft, create_bet
from pilothouse.apps.roadmap.services.planning import PlanDraft, run_plan, start_plan
from pilothouse.apps.roadmap.services.quarters import quarter_start, today_of
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, EDITOR = Role.VIEWER, Role.EDITOR
PLAN = {"quarters": "4", "seconds": "1"}
FILE = {"kind": "board", "extension": "csv"}

PAGES: dict[str, Page] = {
    "roadmap:plan": Page(VIEWER, EDITOR, PLAN),
    "roadmap:plan-detail": Page(VIEWER),
    "roadmap:plan-take": Page(writes=EDITOR),
    "roadmap:exports": Page(VIEWER, query={"audience": "sales", "kind": "timeline"}),
    "roadmap:export": Page(VIEWER, ids=FILE, query={"audience": "sales"}),
}

ROADMAP = "/products/{product_id}/roadmap"
BODY = {"quarters": 4, "seconds": 1}
OPERATIONS: dict[str, Operation] = {
    f"GET {ROADMAP}/plan": Operation(VIEWER),
    f"POST {ROADMAP}/plan": Operation(EDITOR, BODY),
    f"GET {ROADMAP}/plan/{{plan_id}}": Operation(VIEWER),
    f"POST {ROADMAP}/plan/{{plan_id}}/take": Operation(EDITOR),
    f"GET {ROADMAP}/exports/{{kind}}.{{extension}}": Operation(VIEWER, ids=FILE),
}

FORMS: dict[str, dict[str, Any]] = {"roadmap:plan": PLAN | {"keep": ""}}
HAS_NO_TEXT: set[str] = {"roadmap:plan-take"}
QUERIES: dict[str, dict[str, Any]] = {
    "roadmap:exports": {"audience": "sales", "kind": "timeline"},
    "roadmap:export": {"audience": "sales", "show": "yes"},
}
FIELDS: dict[str, tuple[str, ...]] = {f"POST {ROADMAP}/plan": ("quarters", "seconds", "keep")}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {ROADMAP}/plan": {"product_id": 2, "public_id": "222222222222", "result": {}}
}
COUNTS: dict[str, int] = {
    "/p/{id}/roadmap/plan/": 15,
    "/p/{id}/roadmap/exports/": 7,
    "/p/{id}/roadmap/exports/timeline.svg?audience=sales": 8,
}


class _Quiet:
    """The context of a job that nobody watches."""

    job_id, attempt, is_cancel_wanted = "made", 1, False

    def __init__(self, plan_id: str) -> None:
        self.arguments = {"plan": plan_id}

    def progress(self, done: int, total: int, *, unit: str = "", message: str = "") -> None:
        """Nobody listens."""


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """A plan that was found."""
    place_bet(access, product, f"{mark} planned")
    plan = start_plan(access, product, PlanDraft(2, 1))
    run_plan(_Quiet(plan.public_id))
    return {"plan_id": plan.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more bet to plan, and a plan."""
    place_bet(access, product, f"Planned {number}")
    plan = start_plan(access, product, PlanDraft(2, 1))
    if number in (0, 11):  # the first and the last that are asked for
        run_plan(_Quiet(plan.public_id))


def place_bet(access: Access, product: ProductView, title: str) -> None:
    """A bet with all that planning needs, and a team for it."""
    quarter = quarter_start(today_of(product))
    team = save_team(access, product, f"{title} team")
    set_capacity(access, product, {team.public_id: {quarter: 5.0}})
    draft = BetDraft(title, quarter=quarter, value=2.0, efforts={team.public_id: 3.0})
    create_bet(access, product, draft)

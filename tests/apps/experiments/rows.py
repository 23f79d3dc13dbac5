"""What the tests of all pages need to know of experiments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pilothouse.apps.experiments.services.brief import Arm, Metric
from pilothouse.apps.experiments.services.counts import enter_counts
from pilothouse.apps.experiments.services.experiments import cancel, save_brief, seal, stop
from pilothouse.apps.experiments.services.looks import look_at_result
from pilothouse.apps.experiments.services.readouts import save_readout
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.experiments.makers import BY_HAND, hand_counts, make_running
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

BRIEF = {
    "name": "Templates", "hypothesis": "They help", "owner": "Ann", "source": "events",
    "exposure_event": "seen", "arm_property": "variant", "arm_name": ["Control", "New"],
    "arm_value": ["old", "new"], "arm_weight": ["1", "1"], "arm_about": ["", "a template"],
    "primary_name": "First project", "primary_kind": "conversion", "primary_event": "made",
    "primary_property": "", "primary_window": "7d", "primary_direction": "up",
    "primary_margin": "", "guardrail_name": ["Left"], "guardrail_kind": ["conversion"],
    "guardrail_event": ["left"], "guardrail_property": [""], "guardrail_window": ["1d"],
    "guardrail_direction": ["down"], "guardrail_margin": ["5"], "secondary_name": [""],
    "secondary_kind": ["conversion"], "secondary_event": [""], "secondary_property": [""],
    "secondary_window": ["7d"], "secondary_direction": ["up"], "secondary_margin": [""],
    "baseline": "20 %", "deviation": "", "mde": "10", "alpha": "5", "power": "80",
    "traffic": "400", "rule": "size", "planned_units": "", "ends_on": "", "decision_rule": "Ship",
    "do": "seal",
}  # fmt: skip
ENTERED = {"units": ["2000", "2000"], "primary_conversions": ["400", "500"],
          "guardrail-1_conversions": ["", ""], "note": "from the export"}  # fmt: skip

PAGES: dict[str, Page] = {
    "experiments:home": Page(VIEWER, query={"status": "running"}),
    "experiments:new": Page(VIEWER, EDITOR, BRIEF),
    "experiments:size": Page(VIEWER, query=BRIEF),
    "experiments:experiment": Page(VIEWER),
    "experiments:edit": Page(VIEWER, EDITOR, BRIEF, ids={"experiment_id": "draft_experiment_id"}),
    "experiments:start": Page(writes=EDITOR, data={"day": ""}, ids={"experiment_id": "sealed_id"}),
    "experiments:stop": Page(
        writes=EDITOR, data={"reason": "early", "day": ""}, ids={"experiment_id": "running_id"}
    ),
    "experiments:look": Page(
        writes=COMMENTER, data={"why": "asked"}, ids={"experiment_id": "running_id"},
        write_status=200,
    ),
    "experiments:counts": Page(writes=EDITOR, data=ENTERED, ids={"experiment_id": "running_id"}),
    "experiments:cancel": Page(
        writes=EDITOR, data={"reason": "no time"}, ids={"experiment_id": "draft_experiment_id"}
    ),
    "experiments:readout-new": Page(writes=EDITOR, data={"learned": "more"}),
    "experiments:readout": Page(VIEWER, ids={"number": "readout_number"}),
    "experiments:readout-file": Page(VIEWER, ids={"number": "readout_number"}),
    "experiments:act": Page(writes=EDITOR, ids={"act": "delete"}),
}  # fmt: skip

HERE = "/products/{product_id}/experiments"
ONE = f"{HERE}/records/{{experiment_id}}"
API_BRIEF = {
    "name": "By program", "hypothesis": "It helps", "source": "hand",
    "arms": [{"name": "A"}, {"name": "B"}], "primary": {"name": "Sales"}, "baseline": 0.1,
    "mde": 0.1, "decision_rule": "Ship", "owner": "Ann",
}  # fmt: skip
RUNS = {"experiment_id": "running_id"}
OPERATIONS: dict[str, Operation] = {
    f"GET {HERE}/records": Operation(VIEWER),
    f"POST {HERE}/records": Operation(EDITOR, API_BRIEF),
    f"POST {HERE}/sizes": Operation(VIEWER, API_BRIEF),
    f"GET {ONE}": Operation(VIEWER),
    f"PUT {ONE}": Operation(EDITOR, API_BRIEF, ids={"experiment_id": "draft_experiment_id"}),
    f"DELETE {ONE}": Operation(EDITOR),
    f"POST {ONE}/seals": Operation(EDITOR, ids={"experiment_id": "draft_experiment_id"}),
    f"POST {ONE}/starts": Operation(
        EDITOR, {"first_day": None}, ids={"experiment_id": "sealed_id"}
    ),
    f"DELETE {ONE}/starts": Operation(EDITOR, ids={"experiment_id": "fresh_id"}),
    f"POST {ONE}/stops": Operation(EDITOR, {"reason": "early"}, ids=RUNS),
    f"DELETE {ONE}/stops": Operation(EDITOR, ids={"experiment_id": "stopped_id"}),
    f"POST {ONE}/cancellations": Operation(EDITOR, {"reason": "no time"}, ids=RUNS),
    f"DELETE {ONE}/cancellations": Operation(EDITOR, ids={"experiment_id": "cancelled_id"}),
    f"POST {ONE}/looks": Operation(COMMENTER, {"why": "asked"}, ids=RUNS),
    f"POST {ONE}/counts": Operation(EDITOR, {"units": [10, 10]}, ids=RUNS),
    f"POST {ONE}/readouts": Operation(EDITOR, {"learned": "more"}),
    f"GET {ONE}/readouts/{{number}}": Operation(VIEWER, ids={"number": "readout_number"}),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "experiments:new": {**BRIEF, "item": "", "capture": ""},
    # The other fields are read and shown as on the page before.
    "experiments:edit": {"name": "Templates", "arm_name": ["A", "B"], "arm_weight": ["1", "1"],
                         "primary_window": "7d", "baseline": "20", "mde": "10", "alpha": "5",
                         "power": "80", "planned_units": "100", "ends_on": "2026-12-31",
                         "reason": "", "do": "seal"},
    "experiments:start": {"day": ""},
    "experiments:stop": {"reason": "early", "day": ""},
    "experiments:look": {"why": "asked"},
    "experiments:counts": ENTERED,
    "experiments:cancel": {"reason": "no time"},
    "experiments:readout-new": {"learned": "more"},
}  # fmt: skip
HAS_NO_TEXT: set[str] = {"experiments:act"}
QUERIES: dict[str, dict[str, Any]] = {
    "experiments:home": {"status": "running", "page": "1"},
    "experiments:new": {"item": "x", "capture": ""},
    "experiments:size": BRIEF,
}
# Every field of every body of the API, and fields that it must refuse.
BRIEF_FIELDS = (
    "name", "hypothesis", "source", "exposure_event", "arm_property", "arms", "primary",
    "guardrails", "secondary", "baseline", "deviation", "mde", "alpha", "power", "traffic", "rule",
    "planned_units", "ends_on", "decision_rule", "owner", "reason",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {HERE}/records": BRIEF_FIELDS,
    f"POST {HERE}/sizes": BRIEF_FIELDS,
    f"PUT {ONE}": ("name", "arms", "primary", "mde", "reason"),
    f"POST {ONE}/starts": ("first_day",),
    f"POST {ONE}/stops": ("reason", "day"),
    f"POST {ONE}/cancellations": ("reason",),
    f"POST {ONE}/looks": ("why",),
    f"POST {ONE}/counts": ("units", "metrics", "note"),
    f"POST {ONE}/readouts": ("learned",),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {HERE}/records": {"status": "running", "sealed_at": "2020-01-01", "number": 7},
    f"POST {HERE}/sizes": {"size": 1},
    f"PUT {ONE}": {"status": "running", "sealed_digest": "x", "created_at": "2020-01-01"},
    f"POST {ONE}/starts": {"started_at": "2020-01-01", "sealed_at": "2020-01-01"},
    f"POST {ONE}/stops": {"stopped_at": "2020-01-01", "by_rule": True},
    f"POST {ONE}/cancellations": {"status": "draft"},
    f"POST {ONE}/looks": {"by_rule": True, "at": "2020-01-01"},
    f"POST {ONE}/counts": {"at": "2020-01-01", "user": 2},
    f"POST {ONE}/readouts": {"digest": "x", "verdict": "win", "by_rule": True},
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {"/p/{id}/experiments/": 12, "/p/{id}/experiments/new/": 14}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One in each state, with ``mark`` in every text; ids by their names in addresses."""
    del folder
    brief = replace(
        BY_HAND, name=f"{mark} experiment", hypothesis=f"{mark} belief", owner=f"{mark} owner",
        arms=(Arm(f"{mark} control"), Arm(f"{mark} arm", about=f"{mark} words")),
        primary=Metric(f"{mark} metric"), decision_rule=f"{mark} rule",
    )  # fmt: skip
    running = make_running(access, product, brief).public_id
    enter_counts(access, product, running, hand_counts((100, 10), (100, 12)))
    sealed = save_brief(access, product, brief).public_id
    seal(access, product, sealed)
    stopped = make_running(access, product, brief).public_id
    enter_counts(access, product, stopped, hand_counts((100, 10), (100, 12)))
    stop(access, product, stopped, reason=f"{mark} reason")
    read = make_running(access, product, brief).public_id
    enter_counts(access, product, read, hand_counts((2000, 400), (2000, 500)))
    look_at_result(access, product, read, f"{mark} look")
    stop(access, product, read, reason=f"{mark} reason")
    save_readout(access, product, read, learned=f"{mark} lesson")
    cancelled = save_brief(access, product, brief).public_id
    cancel(access, product, cancelled, f"{mark} reason")
    return {
        "experiment_id": read,
        "draft_experiment_id": save_brief(access, product, brief).public_id,
        "sealed_id": sealed,
        "fresh_id": make_running(access, product, brief).public_id,
        "running_id": running,
        "stopped_id": stopped,
        "cancelled_id": cancelled,
        "readout_number": "1",
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more, read out and looked into."""
    view = make_running(access, product, replace(BY_HAND, name=f"Experiment {number}"))
    enter_counts(access, product, view.public_id, hand_counts((200, 20), (200, 30)))
    look_at_result(access, product, view.public_id)
    start_again = stop(access, product, view.public_id, reason="enough")
    save_readout(access, product, start_again.public_id)
    save_brief(access, product, replace(BY_HAND, name=f"Draft {number}"))

"""What the tests of all pages need to know of forecasts, flow, negotiations and promises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from pilothouse.apps.backlog.services.items import ItemDraft, create_items
from pilothouse.apps.roadmap.services.negotiation_sheets import (
    AgreedPromise,
    Agreement,
    agree,
)
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    StakeholderView,
    save_negotiation,
)
from pilothouse.apps.roadmap.services.promises import PromiseDraft, make_promise
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, EDITOR = Role.VIEWER, Role.EDITOR
FORECAST = {"scope": "number", "items": "12", "by": "2027-03-01", "window": "12", "kind": "story",
            "start": "1", "capacity": "90", "split": "10", "urgent": "bug",
            "method": "throughput"}  # fmt: skip
# Near enough to be computed quickly; the world of these tests lives by the wall clock.
SOON = (timezone.now() + timedelta(weeks=6)).date().isoformat()
TERMS: dict[str, Any] = {
    "title": "N", "due": SOON, "note": "n", "extra_items": "5", "window_weeks": "12",
    "confidence": "85", "team_size": "5", "joins_after": "2", "ramp_up_weeks": "8",
    "early_share": "25", "drag": "50", "later_share": "90", "delay_cost": "1000",
    "person_cost": "2000", "kind": "story", "item": "", "add": "", "move": "", "s-name": "Dana",
    "s-role": "sales", "s-wants": "w", "s-alternative": "a", "s-interest": "high",
    "s-influence": "low",
}  # fmt: skip
AGREEMENT = {"deal": "date", "text": "t", "p-what": "W", "p-to": "Dana", "p-role": "r",
             "p-due": SOON, "p-items": "3"}  # fmt: skip
PROMISE = {"what": "W", "to": "Dana", "role": "r", "due": "2027-03-01", "probability": "80"}
CHANGE = {"what": "Another", "due": "2027-04-01", "reason": "because"}

PAGES: dict[str, Page] = {
    "roadmap:forecast": Page(VIEWER, query=FORECAST),
    "roadmap:forecast-file": Page(VIEWER, ids={"extension": "csv"}, query=FORECAST),
    "roadmap:flow": Page(VIEWER, query={"window": "6", "kind": "story"}),
    "roadmap:negotiations": Page(VIEWER, EDITOR, {"title": "N", "due": "2027-03-01"}),
    "roadmap:negotiation": Page(VIEWER, EDITOR, TERMS),
    "roadmap:negotiation-live": Page(writes=VIEWER, data=TERMS, write_status=200),
    "roadmap:negotiation-agree": Page(writes=EDITOR, data=AGREEMENT),
    "roadmap:negotiation-sheet": Page(VIEWER),
    "roadmap:negotiation-file": Page(VIEWER),
    "roadmap:negotiation-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "roadmap:promises": Page(VIEWER, EDITOR, PROMISE),
    "roadmap:promise": Page(VIEWER, EDITOR, CHANGE),
    "roadmap:promise-act": Page(writes=EDITOR, ids={"act": "keep"}),
}

ROADMAP = "/products/{product_id}/roadmap"
SHEET = {"title": "N", "due": SOON, "extra_items": 3}
MADE = {"what": "W", "to": "Dana", "due": SOON}
OPERATIONS: dict[str, Operation] = {
    f"POST {ROADMAP}/forecast": Operation(VIEWER, {"scope": "number", "items": 3}),
    f"GET {ROADMAP}/flow": Operation(VIEWER),
    f"GET {ROADMAP}/negotiations": Operation(VIEWER),
    f"POST {ROADMAP}/negotiations": Operation(EDITOR, SHEET),
    f"GET {ROADMAP}/negotiations/{{negotiation_id}}": Operation(VIEWER),
    f"PUT {ROADMAP}/negotiations/{{negotiation_id}}": Operation(EDITOR, SHEET),
    f"DELETE {ROADMAP}/negotiations/{{negotiation_id}}": Operation(EDITOR),
    f"POST {ROADMAP}/negotiations/{{negotiation_id}}/agreement": Operation(
        EDITOR, {"deal": "date", "promises": [MADE]}
    ),
    f"GET {ROADMAP}/promises": Operation(VIEWER),
    f"POST {ROADMAP}/promises": Operation(EDITOR, MADE),
    f"GET {ROADMAP}/promises/{{promise_id}}": Operation(VIEWER),
    f"POST {ROADMAP}/promises/{{promise_id}}/changes": Operation(EDITOR, {"state": "kept"}),
    f"DELETE {ROADMAP}/promises/{{promise_id}}": Operation(EDITOR),
}

FORMS: dict[str, dict[str, Any]] = {
    "roadmap:negotiations": {"title": "N", "due": "2027-03-01", "with_ready": "on"},
    "roadmap:negotiation": TERMS,
    # It reads the same fields in the same way as the sheet itself.
    "roadmap:negotiation-live": {"title": "N", "due": SOON, "confidence": "85"},
    "roadmap:negotiation-agree": AGREEMENT,
    "roadmap:promises": PROMISE,
    "roadmap:promise": CHANGE,
    "roadmap:promise-act": {"on": "2026-11-01", "reason": "r"},
}
HAS_NO_TEXT: set[str] = {"roadmap:negotiation-act"}
QUERIES: dict[str, dict[str, Any]] = {
    "roadmap:forecast": FORECAST,
    "roadmap:flow": {"window": "6", "kind": "story"},
    "roadmap:promises": {"by": "person"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {ROADMAP}/forecast": (
        "kinds", "window_weeks", "scope", "items", "by", "start_weeks", "capacity", "split_rate",
        "urgent", "method"),
    f"POST {ROADMAP}/negotiations": (
        "title", "due", "note", "item_ids", "extra_items", "kinds", "window_weeks", "confidence",
        "team_size", "joins_after", "ramp_up_weeks", "early_share", "drag", "later_share",
        "delay_cost", "person_cost", "stakeholders"),
    f"PUT {ROADMAP}/negotiations/{{negotiation_id}}": ("title", "due", "item_ids"),
    f"POST {ROADMAP}/negotiations/{{negotiation_id}}/agreement": ("deal", "text", "promises"),
    f"POST {ROADMAP}/promises": ("what", "to", "due", "role", "probability"),
    f"POST {ROADMAP}/promises/{{promise_id}}/changes": ("state", "on", "what", "due", "reason"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {ROADMAP}/forecast": {"seed": 1, "history": [1, 2]},
    f"POST {ROADMAP}/negotiations": {"agreed_at": "2020-01-01", "product_id": 2, "public_id": "x"},
    f"PUT {ROADMAP}/negotiations/{{negotiation_id}}": {"agreed_deal": "date", "deleted_at": None},
    f"POST {ROADMAP}/negotiations/{{negotiation_id}}/agreement": {"agreed_facts": {}, "p": 1},
    f"POST {ROADMAP}/promises": {"first_due": "2020-01-01", "state": "kept", "user_id": 2},
    f"POST {ROADMAP}/promises/{{promise_id}}/changes": {"first_due": "2020-01-01", "at": "x"},
}
COUNTS: dict[str, int] = {
    "/p/{id}/roadmap/forecast/": 8,
    "/p/{id}/roadmap/flow/": 8,
    "/p/{id}/roadmap/negotiations/": 10,
    "/p/{id}/roadmap/promises/": 8,
    "/p/{id}/roadmap/promises/?by=person": 8,
}


def make_history(access: Access, product: ProductView, counts: tuple[int, ...]) -> None:
    """``counts[-1]`` stories finished last week, those before in the weeks before."""
    now = product.now
    monday = now - timedelta(days=now.weekday(), hours=now.hour)
    drafts = []
    for back, count in zip(range(len(counts), 0, -1), counts, strict=True):
        done = monday - timedelta(weeks=back) + timedelta(days=2, hours=9)
        drafts += [
            ItemDraft(
                f"Done {back}.{n}", kind="story", status="done",
                created_at=done - timedelta(days=6), started_at=done - timedelta(days=n),
                done_at=done,
            )
            for n in range(count)
        ]  # fmt: skip
    create_items(access, product, drafts)


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """An open sheet and an open promise, with ``mark`` in every text."""
    make_history(access, product, (3, 5, 2, 0, 4, 6))
    people = (StakeholderView(f"{mark} D", f"{mark} role", f"{mark} wants", f"{mark} without"),)
    draft = NegotiationDraft(
        f"{mark} sheet",
        date.fromisoformat(SOON),
        f"{mark} note",
        extra_items=4,
        stakeholders=people,
    )
    sheet = save_negotiation(access, product, draft)
    promise = make_promise(
        access, product, PromiseDraft(f"{mark} promise", f"{mark} D", date(2199, 1, 1), mark)
    )
    return {"negotiation_id": sheet.public_id, "promise_id": promise.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    due = today_of(product) + timedelta(days=number)
    draft = NegotiationDraft(
        f"Sheet {number}", due + timedelta(weeks=9), extra_items=2,
        stakeholders=(StakeholderView("Dana"), StakeholderView("Omar")),
    )  # fmt: skip
    view = save_negotiation(access, product, draft)
    if number == 0:
        make_history(access, product, (2, 1, 3, 2, 2, 1))
    if number % 2:
        promise = AgreedPromise(f"Thing {number}", f"Person {number}", due)
        agree(access, product, view.public_id, Agreement("date", "yes", (promise,)))
    make_promise(access, product, PromiseDraft(f"Thing {number}", "Dana", due))

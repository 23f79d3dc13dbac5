"""What the tests of all pages need to know of the learning plan and the library."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from pilothouse.apps.skills.models import Feed, FeedItem
from pilothouse.apps.skills.services.learning_feeds import add_feed
from pilothouse.apps.skills.services.library_own import EntryDraft, add_entry
from pilothouse.apps.skills.services.plans_goals import add_goal
from pilothouse.apps.skills.services.plans_proofs import add_proof
from pilothouse.apps.skills.services.plans_steps import add_step
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft
from pilothouse.apps.skills.services.reading import ReadingView, save_reading
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
AT = datetime(2026, 11, 2, 9, tzinfo=timezone.utc)

GOAL = {"competency": "C11", "level": "2", "why": "A role", "due_on": "2027-03-01"}
STEP = {
    "title": "A book", "kind": "course", "goal": "", "entry_id": "inspired", "provider": "P",
    "url": "https://a.example/", "cost": "9 EUR", "starts_on": "2026-12-01",
    "due_on": "2027-01-31", "hours": "10", "hours_done": "2,5", "expires_on": "2029-01-31",
    "act": "decide", "next_act": "Write it down",
}  # fmt: skip
ENTRY = {
    "title": "My book", "type": "book", "authors": "Ann, Bo", "year": "2020", "publisher": "P",
    "isbn": "978-0-306-40615-7", "url": "https://a.example/", "cost": "paid", "licence": "",
    "topics": "pricing", "competency": ["C05", ""], "level": ["2", "1"], "act": "decide",
    "next_act": "Write it down",
}  # fmt: skip
READING = {"state": "done", "started_on": "2026-11-01", "ended_on": "2026-11-20", "rating": "4",
           "notes": "Good"}  # fmt: skip
FEED = {"url": "https://b.example/feed", "title": "B", "folder": "F", "is_on": ""}
BIBTEX = "@book{a, title = {A title}, author = {Doe, Ann}, year = 2020}"

PAGES: dict[str, Page] = {
    "skills:learn": Page(VIEWER, VIEWER, {"hours": "4"}),
    "skills:learn-export": Page(VIEWER),
    "skills:learning-goal-new": Page(writes=VIEWER, data=GOAL),
    "skills:learning-goal": Page(VIEWER, VIEWER, GOAL, is_own=True),
    "skills:learning-goal-act": Page(writes=VIEWER, ids={"act": "reach"}, is_own=True),
    "skills:step-new": Page(VIEWER, VIEWER, STEP, {"entry": "inspired"}),
    "skills:step": Page(VIEWER, VIEWER, STEP, is_own=True),
    # What is sent here is a table, which is no proof: the page says so.
    "skills:proof-new": Page(writes=VIEWER, data={"file": "f"}, write_status=400, is_own=True),
    "skills:step-act": Page(writes=VIEWER, ids={"act": "begin"}, is_own=True),
    "skills:proof": Page(VIEWER, is_own=True),
    "skills:proof-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "skills:library": Page(VIEWER, query={"competency": "C11", "level": "2"}),
    "skills:library-new": Page(VIEWER, VIEWER, ENTRY),
    "skills:library-import": Page(VIEWER, VIEWER, {"text": BIBTEX}),
    "skills:library-export": Page(VIEWER, ids={"extension": "bib"}),
    "skills:feeds": Page(VIEWER, VIEWER, FEED, {"show": "all"}),
    "skills:feeds-import": Page(writes=VIEWER, data={"file": "f"}, write_status=400),
    "skills:feeds-export": Page(VIEWER),
    "skills:feeds-read": Page(writes=VIEWER),
    "skills:feed-act": Page(writes=VIEWER, ids={"act": "on"}, is_own=True),
    "skills:feed-item-act": Page(writes=VIEWER, ids={"act": "seen"}, is_own=True),
    "skills:library-entry": Page(VIEWER, VIEWER, READING, is_own=True),
    "skills:library-edit": Page(VIEWER, VIEWER, ENTRY, is_own=True),
    "skills:library-act": Page(writes=VIEWER, ids={"act": "want"}, is_own=True),
}

HERE = "/skills"
API_ENTRY = {"title": "By program", "aims": ["C05.2"], "isbn": "0306406152"}
API_READING = {"state": "reading", "rating": 3}
API_STEP = {"title": "By program", "hours": 4.5, "due_on": "2027-01-31", "act": "decide"}
API_GOAL = {"competency": "C05", "level": 2}
ENTRY_PATH = f"{HERE}/library/{{library_entry_id}}"
STEP_PATH = f"{HERE}/plan/steps/{{learning_step_id}}"
GOAL_PATH = f"{HERE}/plan/goals/{{learning_goal_id}}"
OPERATIONS: dict[str, Operation] = {
    f"GET {HERE}/library": Operation(VIEWER, query="?competency=C11"),
    f"POST {HERE}/library": Operation(COMMENTER, API_ENTRY),
    f"POST {HERE}/library/imports": Operation(COMMENTER, {"text": BIBTEX}),
    f"GET {ENTRY_PATH}": Operation(VIEWER, is_own=True),
    f"PUT {ENTRY_PATH}": Operation(COMMENTER, API_ENTRY, is_own=True),
    f"DELETE {ENTRY_PATH}": Operation(COMMENTER, is_own=True),
    f"PUT {ENTRY_PATH}/reading": Operation(COMMENTER, API_READING, is_own=True),
    f"GET {HERE}/plan": Operation(VIEWER),
    f"PUT {HERE}/plan": Operation(COMMENTER, {"weekly_hours": 6}),
    f"POST {HERE}/plan/goals": Operation(COMMENTER, API_GOAL),
    f"PUT {GOAL_PATH}/state": Operation(COMMENTER, {"state": "reached"}, is_own=True),
    f"DELETE {GOAL_PATH}": Operation(COMMENTER, is_own=True),
    f"POST {HERE}/plan/steps": Operation(COMMENTER, API_STEP),
    f"GET {STEP_PATH}": Operation(VIEWER, is_own=True),
    f"PUT {STEP_PATH}": Operation(COMMENTER, API_STEP, is_own=True),
    f"PUT {STEP_PATH}/state": Operation(COMMENTER, {"state": "done"}, is_own=True),
    f"DELETE {STEP_PATH}": Operation(COMMENTER, is_own=True),
    f"GET {HERE}/feeds": Operation(VIEWER),
    f"POST {HERE}/feeds": Operation(COMMENTER, {"url": "https://c.example/feed"}),
    f"POST {HERE}/feeds/readings": Operation(COMMENTER),
    f"GET {HERE}/feeds/texts": Operation(VIEWER, query="?only_new=true"),
    f"PUT {HERE}/feeds/texts/{{feed_item_id}}": Operation(
        COMMENTER, {"is_read": True}, is_own=True
    ),
    f"PUT {HERE}/feeds/{{feed_id}}/reading": Operation(COMMENTER, {"is_read": False}, is_own=True),
    f"DELETE {HERE}/feeds/{{feed_id}}": Operation(COMMENTER, is_own=True),
}

FORMS: dict[str, dict[str, Any]] = {
    "skills:learn": {"hours": "4"},
    "skills:learning-goal-new": GOAL,
    "skills:learning-goal": GOAL,
    "skills:step-new": STEP,
    # The other fields are read as on the page before.
    "skills:step": {"title": "A book", "kind": "course", "goal": "", "hours": "10", "act": ""},
    "skills:library-new": ENTRY,
    "skills:library-edit": {"title": "My book", "type": "book", "cost": "paid", "year": "2020"},
    "skills:library-import": {"text": BIBTEX},
    # Reading stays off: a test asks no other machine.
    "skills:feeds": FEED,
    "skills:library-entry": READING,
}
HAS_NO_TEXT: set[str] = {
    "skills:learning-goal-act", "skills:proof-new", "skills:step-act", "skills:proof-act",
    "skills:feeds-import", "skills:feeds-read", "skills:feed-act", "skills:feed-item-act",
    "skills:library-act",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "skills:learn": {"competency": "C01", "level": "2"},
    "skills:step-new": {"goal": "", "entry": "inspired"},
    "skills:library": {"q": "a", "type": "book", "competency": "C01", "level": "2", "cost": "free",
                       "state": "none", "own": "yes", "page": "2"},
    "skills:library-new": {"title": "t", "isbn": "i", "url": "u"},
    "skills:feeds": {"feed": "", "show": "all", "page": "2", "title": "t"},
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {HERE}/library": ("title", "type", "authors", "year", "publisher", "topics", "aims",
                             "cost", "licence", "isbn", "url", "act", "next_act"),
    f"POST {HERE}/library/imports": ("text",),
    f"PUT {ENTRY_PATH}": ("title", "aims"),
    f"PUT {ENTRY_PATH}/reading": ("state", "started_on", "ended_on", "rating", "notes"),
    f"PUT {HERE}/plan": ("weekly_hours",),
    f"POST {HERE}/plan/goals": ("competency", "level", "why", "due_on"),
    f"PUT {GOAL_PATH}/state": ("state",),
    f"POST {HERE}/plan/steps": (
        "title", "kind", "goal", "entry_id", "provider", "url", "cost", "starts_on", "due_on",
        "hours", "hours_done", "expires_on", "act", "next_act"),
    f"PUT {STEP_PATH}": ("title", "hours"),
    f"PUT {STEP_PATH}/state": ("state",),
    f"POST {HERE}/feeds": ("url", "title", "folder"),
    f"PUT {HERE}/feeds/texts/{{feed_item_id}}": ("is_read",),
    f"PUT {HERE}/feeds/{{feed_id}}/reading": ("is_read",),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {HERE}/library": {"is_own": False, "user_id": 2},
    f"POST {HERE}/library/imports": {"form": "bib"},
    f"PUT {ENTRY_PATH}": {"entry_id": "x"},
    f"PUT {ENTRY_PATH}/reading": {"is_recorded": True},
    f"PUT {HERE}/plan": {"user_id": 2},
    f"POST {HERE}/plan/goals": {"state": "reached"},
    f"PUT {GOAL_PATH}/state": {"level": 4},
    f"POST {HERE}/plan/steps": {"state": "done", "act_sequence": 1},
    f"PUT {STEP_PATH}": {"act_sequence": 1, "is_recorded": True},
    f"PUT {STEP_PATH}/state": {"act_sequence": 1},
    f"POST {HERE}/feeds": {"is_read": True},
    f"PUT {HERE}/feeds/texts/{{feed_item_id}}": {"title": "x"},
    f"PUT {HERE}/feeds/{{feed_id}}/reading": {"url": "x"},
}
COUNTS: dict[str, int] = {
    "/skills/learn/": 17,
    "/skills/learn/steps/new/?entry=inspired": 5,
    "/skills/library/": 6,
    "/skills/library/inspired/": 7,
    "/skills/library/feeds/?show=all": 6,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del product
    own = add_entry(access, EntryDraft(f"{mark} book", authors=(f"{mark} author",), act="decide"))
    save_reading(access, own.entry_id, ReadingView("reading", notes=f"{mark} notes"))
    goal = add_goal(access, GoalDraft("C11", 2, why=f"{mark} reason"))
    step = add_step(
        access,
        StepDraft(f"{mark} step", goal=goal.public_id, act="decide", next_act=f"{mark} act"),
    )
    proof = add_proof(access, step.public_id, f"{mark}.pdf", [b"%PDF-1.7 " + mark.encode()])
    feed = add_feed(access, f"https://{mark.lower()}.example/feed", f"{mark} feed")
    return {
        "library_entry_id": own.entry_id,
        "learning_goal_id": goal.public_id,
        "learning_step_id": step.public_id,
        "proof_id": proof.public_id,
        "feed_id": feed.public_id,
        "feed_item_id": _add_text(feed.public_id, f"{mark} text", "1"),
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del product
    own = add_entry(access, EntryDraft(f"Book {number}"))
    save_reading(access, own.entry_id, ReadingView("done", rating=3))
    goal = add_goal(access, GoalDraft("C05", 2))
    add_step(access, StepDraft(f"Step {number}", goal=goal.public_id, hours=3, act="survey"))
    add_step(access, StepDraft(f"Loose {number}", entry_id="inspired"))
    feed = add_feed(access, f"https://f{number}.example/feed")
    _add_text(feed.public_id, f"Text {number}", str(number))


def _add_text(feed_id: str, title: str, key: str) -> str:
    feed = Feed.objects.get(public_id=feed_id)
    return FeedItem.objects.create(feed=feed, key=key, title=title, published_at=AT).public_id

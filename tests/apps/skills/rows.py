"""What the tests of all pages need to know of skills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft, save_decision
from pilothouse.apps.skills.services.act_reviews import ReviewDraft
from pilothouse.apps.skills.services.asking import ask_rating, ask_review, give_review
from pilothouse.apps.skills.services.endorsements import LinkDraft, Said, create_link, use_link
from pilothouse.apps.skills.services.ratings import rate_self
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.models import Role, User
from pilothouse.apps.workspace.services.access import Access, ProductView, get_access
from pilothouse.apps.workspace.services.ledger import iter_acts, list_acts
from pilothouse.apps.workspace.services.members import list_members
from tests.apps.matrix import Operation, Page
from tests.apps.skills import cards_rows, exercise_rows, guide_rows, learn_rows
from tests.builders import make_capture

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
PARTS = (learn_rows, cards_rows, exercise_rows, guide_rows)

ACT = {"member": "nobody", "kind": "rating", "message": "m", "sequence": "1", "competency": "C03"}
LEVELS = {f"C{number:02}": "2" for number in range(1, 17)}
LINK = {"label": "for", "competency": "C03", "act": "1", "ask": "please", "days": "30"}
TARGET = {"role": "pm", "industry": "technology", "name": "N", "posting": "a roadmap"}

PAGES: dict[str, Page] = {
    "skills:home": Page(VIEWER),
    "skills:map": Page(VIEWER),
    "skills:competency": Page(VIEWER, VIEWER, {"level": "2"}, ids={"kind": "C03"}),
    "skills:gap": Page(VIEWER, VIEWER, {"role": "pm", "industry": "technology"}),
    "skills:target": Page(VIEWER, VIEWER, {"C03": "2"}, is_own=True),
    "skills:target-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    # Alone in the data of the form nobody is named: the page is shown again.
    "skills:ask": Page(VIEWER, VIEWER, ACT, write_status=400),
    "skills:request": Page(VIEWER, VIEWER, {"C03": "2"}, is_own=True),
    "skills:request-withdraw": Page(writes=VIEWER, is_own=True),
    "skills:endorsements": Page(VIEWER, VIEWER, {"label": "x"}, write_status=400),
    "skills:endorsement-act": Page(writes=VIEWER, ids={"act": "revoke"}, is_own=True),
    "skills:export": Page(VIEWER, ids={"kind": "record.json"}),
}
BASE = "/skills"
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/competencies": Operation(VIEWER),
    f"GET {BASE}/levels": Operation(VIEWER),
    f"GET {BASE}/evidence": Operation(VIEWER, query="?competency=C03"),
    f"GET {BASE}/path": Operation(VIEWER),
    f"GET {BASE}/ratings": Operation(VIEWER),
    f"POST {BASE}/ratings": Operation(COMMENTER, {"competency": "C03", "level": 2}),
    f"GET {BASE}/targets": Operation(VIEWER),
    f"POST {BASE}/targets": Operation(COMMENTER, {"role": "pm", "industry": "technology"}),
    f"GET {BASE}/targets/{{target_id}}": Operation(VIEWER, is_own=True),
    f"PUT {BASE}/targets/{{target_id}}": Operation(
        COMMENTER, {"required": {"C03": 2}}, is_own=True
    ),
    f"DELETE {BASE}/targets/{{target_id}}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/endorsements": Operation(VIEWER),
    f"GET {BASE}/requests": Operation(VIEWER),
    f"GET {BASE}/exports/case": Operation(VIEWER),
    f"GET {BASE}/exports/xapi": Operation(VIEWER),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "skills:competency": {"level": "2", "note": "n"},
    "skills:gap": TARGET,
    "skills:target": {"name": "N", **LEVELS},
    "skills:ask": ACT,
    "skills:request": {"note": "n", **LEVELS},
    "skills:endorsements": LINK,
}
HAS_NO_TEXT: set[str] = {
    "skills:target-act", "skills:request-withdraw", "skills:endorsement-act",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {"skills:endorsements": {"competency": "C03", "act": "1"}}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/ratings": ("competency", "level", "note"),
    f"POST {BASE}/targets": ("role", "industry", "name", "posting"),
    f"PUT {BASE}/targets/{{target_id}}": ("name", "required"),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/ratings": {"rater_id": 2, "at": "2020-01-01", "user_id": 3},
    f"POST {BASE}/targets": {"required": {"C01": 1}, "public_id": "222222222222"},
    f"PUT {BASE}/targets/{{target_id}}": {"posting": "x", "emphasis": {"C01": 9}},
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/skills/": 17,
    "/skills/map/": 12,
    "/skills/map/C03/": 18,
    "/skills/gap/": 12,
    "/skills/ask/": 12,
    "/skills/endorsements/": 14,
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
    del folder
    bob = _other(access)
    rate_self(access, "C03", 2, f"{mark} note")
    target = save_target(access, TargetDraft(name=f"{mark} target", posting=f"{mark} roadmap"))
    own = next(iter_acts(access, user_id=access.user_public_id))
    asked = ask_rating(bob, access.user_public_id, f"{mark} message")
    mine = ask_review(access, bob.user_public_id, own.sequence, "C03", f"{mark} please")
    draft = LinkDraft(f"{mark} label", "C03", (own.sequence,), f"{mark} ask")
    link, _ = create_link(access, draft)
    ids: dict[str, str] = {
        "target_id": target.public_id,
        "request_id": asked.public_id,
        "asked_request_id": mine.public_id,
        "endorsement_link_id": link.public_id,
    }
    for part in PARTS:
        ids |= part.make(access, product, mark)
    return ids


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    bob = _other(access)
    draft = DecisionDraft(
        title=f"Decision {number}", options=(OptionDraft("a", is_chosen=True), OptionDraft("b"))
    )
    save_decision(access, product, draft)
    sequence = list_acts(access, limit=1)[0].sequence
    rate_self(access, "C03", number % 5, f"note {number}")
    save_target(access, TargetDraft(name=f"Target {number}"))
    asked = ask_review(access, bob.user_public_id, sequence, "C03")
    words = "It shows the behaviour in what it says."
    give_review(bob, asked.public_id, ReviewDraft("C03.L1.b1", is_shown=True, note=words))
    other = make_capture(bob, f"thought {number}")
    del other
    his = list_acts(bob, limit=1)[0].sequence
    ask_review(bob, access.user_public_id, his, "C03")
    link, token = create_link(access, LinkDraft(f"label {number}", "C03", (sequence,)))
    del link
    use_link(token, Said(f"Name {number}", "user", words, (sequence,), is_sincere=True))
    for part in PARTS:
        part.fill(access, product, number)


def _other(access: Access) -> Access:
    """Bob's access to the same workspace."""
    member = next(
        each for each in list_members(access) if each.user_public_id != access.user_public_id
    )
    return get_access(User.objects.get(public_id=member.user_public_id), access.workspace_id)

"""What the tests of all pages need to know of roadmap."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pilothouse.apps.backlog.services.items import ItemDraft, create_item
from pilothouse.apps.roadmap.services.audiences import WordingDraft, save_wording
from pilothouse.apps.roadmap.services.bets import BetDraft, create_bet
from pilothouse.apps.roadmap.services.dependencies import add_dependency
from pilothouse.apps.roadmap.services.moves import move_bet
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.quarters import list_quarters, today_of
from pilothouse.apps.roadmap.services.releases import ReleaseDraft, save_release
from pilothouse.apps.roadmap.services.shares import ShareDraft, create_share
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page
from tests.apps.roadmap import delivery_rows, plan_rows

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
BET = {"title": "N", "note": "n", "item": "", "outcome": "", "release": "", "horizon": "next",
       "quarter": "2027-Q1", "value": "5", "confidence": "60", "status": "planned"}  # fmt: skip
OUTCOME = {"title": "N", "why": "w", "metric": "", "target": "0.5", "target_text": "half",
           "due": "2027-03-01"}  # fmt: skip
RELEASE = {"name": "N", "planned_on": "2027-03-01", "notes": "n"}
SHARE = {"name": "N", "audience": "customers", "days": "30", "shows_quarters": "on"}

PAGES: dict[str, Page] = {
    "roadmap:home": Page(VIEWER, query={"outcome": ""}),
    "roadmap:timeline": Page(VIEWER, query={"group": "team", "from": "2026-Q4"}),
    "roadmap:moves-undo": Page(writes=EDITOR),
    "roadmap:bet-new": Page(EDITOR, EDITOR, BET),
    "roadmap:bet": Page(VIEWER),
    "roadmap:bet-edit": Page(EDITOR, EDITOR, BET),
    "roadmap:bet-move": Page(writes=EDITOR, data={"horizon": "later"}),
    "roadmap:bet-wording": Page(writes=EDITOR, data={"audience": "sales", "title": "N"}),
    "roadmap:bet-act": Page(writes=EDITOR, data={"status": "doing"}, ids={"act": "status"}),
    "roadmap:outcomes": Page(VIEWER),
    "roadmap:outcome-new": Page(EDITOR, EDITOR, OUTCOME),
    "roadmap:outcome": Page(VIEWER),
    "roadmap:outcome-edit": Page(EDITOR, EDITOR, OUTCOME),
    "roadmap:outcome-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "roadmap:teams": Page(VIEWER, EDITOR, {"name": "N"}),
    "roadmap:team-act": Page(writes=EDITOR, data={"name": "N"}, ids={"act": "rename"}),
    "roadmap:releases": Page(VIEWER),
    "roadmap:release-new": Page(EDITOR, EDITOR, RELEASE),
    "roadmap:release": Page(VIEWER),
    "roadmap:release-edit": Page(EDITOR, EDITOR, RELEASE),
    "roadmap:release-act": Page(
        writes=EDITOR, data={"released_on": "2026-11-01"}, ids={"act": "release"}
    ),
    "roadmap:audience": Page(VIEWER),
    "roadmap:shares": Page(VIEWER, OWNER, SHARE, write_status=200),
    "roadmap:share-revoke": Page(writes=OWNER),
}

ROADMAP = "/products/{product_id}/roadmap"
BET_BODY = {"title": "By program", "horizon": "next", "confidence": 0.5}
OUTCOME_BODY = {"title": "By program", "target": 0.5}
RELEASE_BODY = {"name": "By program", "planned_on": "2027-03-01"}
OPERATIONS: dict[str, Operation] = {
    f"GET {ROADMAP}/": Operation(VIEWER),
    f"POST {ROADMAP}/bets": Operation(EDITOR, BET_BODY),
    f"GET {ROADMAP}/bets/{{bet_id}}": Operation(VIEWER),
    f"PUT {ROADMAP}/bets/{{bet_id}}": Operation(EDITOR, BET_BODY),
    f"DELETE {ROADMAP}/bets/{{bet_id}}": Operation(EDITOR),
    f"PUT {ROADMAP}/bets/{{bet_id}}/needs/{{needs_id}}": Operation(EDITOR),
    f"DELETE {ROADMAP}/bets/{{bet_id}}/needs/{{needs_id}}": Operation(EDITOR),
    f"POST {ROADMAP}/moves": Operation(EDITOR, {"quarters": {}, "label": "By program"}),
    f"POST {ROADMAP}/moves/{{batch_id}}/undo": Operation(EDITOR),
    f"POST {ROADMAP}/outcomes": Operation(EDITOR, OUTCOME_BODY),
    f"PUT {ROADMAP}/outcomes/{{outcome_id}}": Operation(EDITOR, OUTCOME_BODY),
    f"DELETE {ROADMAP}/outcomes/{{outcome_id}}": Operation(EDITOR),
    f"POST {ROADMAP}/teams": Operation(EDITOR, {"name": "By program"}),
    f"PUT {ROADMAP}/teams/{{team_id}}/capacity": Operation(EDITOR, {"quarters": {"2027-Q1": 9}}),
    f"PUT {ROADMAP}/teams/{{team_id}}": Operation(EDITOR, {"name": "By program"}),
    f"DELETE {ROADMAP}/teams/{{team_id}}": Operation(EDITOR),
    f"GET {ROADMAP}/outcomes": Operation(VIEWER),
    f"GET {ROADMAP}/audiences/{{audience}}": Operation(VIEWER),
    f"PUT {ROADMAP}/bets/{{bet_id}}/wordings/{{audience}}": Operation(EDITOR, {"title": "N"}),
    f"GET {ROADMAP}/shares": Operation(VIEWER),
    f"POST {ROADMAP}/shares": Operation(OWNER, {"name": "By program"}),
    f"DELETE {ROADMAP}/shares/{{share_id}}": Operation(OWNER),
    f"POST {ROADMAP}/releases": Operation(EDITOR, RELEASE_BODY),
    f"PUT {ROADMAP}/releases/{{release_id}}": Operation(EDITOR, RELEASE_BODY),
    f"PUT {ROADMAP}/releases/{{release_id}}/released": Operation(
        EDITOR, {"released_on": "2026-11-01"}
    ),
    f"DELETE {ROADMAP}/releases/{{release_id}}": Operation(EDITOR),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "roadmap:bet-new": BET | {"next": "/"},
    "roadmap:bet-edit": {"title": "N", "horizon": "next", "quarter": "2027-Q1"},
    "roadmap:bet-move": {"horizon": "later", "quarter": "", "before": "", "next": "/"},
    "roadmap:bet-wording": {"audience": "sales", "title": "N", "text": "t"},
    "roadmap:bet-act": {"status": "doing"},
    "roadmap:outcome-new": OUTCOME,
    "roadmap:outcome-edit": {"title": "N", "target": "0.5"},
    "roadmap:teams": {"name": "N", "capacity-222222222222-2027-01-01": "4"},
    "roadmap:team-act": {"name": "N"},
    "roadmap:release-new": RELEASE,
    "roadmap:release-edit": {"name": "N"},
    "roadmap:release-act": {"released_on": "2026-11-01"},
    "roadmap:shares": SHARE | {"shows_efforts": "on", "shows_values": "on"},
}
HAS_NO_TEXT: set[str] = {"roadmap:moves-undo", "roadmap:outcome-act", "roadmap:share-revoke"}
QUERIES: dict[str, dict[str, Any]] = {
    "roadmap:home": {"outcome": ""},
    "roadmap:timeline": {"group": "team", "from": "2026-Q4"},
    "roadmap:bet-new": {"item": "", "horizon": "now", "quarter": "", "outcome": "", "release": "",
                        "title": "", "next": "/"},
}  # fmt: skip
# Every field of every body of the API, and fields that it must refuse.
_BET = ("title", "note", "item_id", "outcome_id", "release_id", "horizon", "quarter", "efforts",
        "value", "confidence", "status")  # fmt: skip
_OUTCOME = ("title", "why", "metric_id", "target", "target_text", "due")
_RELEASE = ("name", "planned_on", "notes")
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {ROADMAP}/bets": _BET,
    f"PUT {ROADMAP}/bets/{{bet_id}}": ("title", "quarter", "efforts"),
    f"POST {ROADMAP}/moves": ("quarters", "label"),
    f"POST {ROADMAP}/outcomes": _OUTCOME,
    f"PUT {ROADMAP}/outcomes/{{outcome_id}}": ("title", "target"),
    f"POST {ROADMAP}/teams": ("name",),
    f"PUT {ROADMAP}/teams/{{team_id}}/capacity": ("quarters",),
    f"PUT {ROADMAP}/teams/{{team_id}}": ("name",),
    f"PUT {ROADMAP}/bets/{{bet_id}}/wordings/{{audience}}": ("title", "text"),
    f"POST {ROADMAP}/shares": ("name", "audience", "days", "shows_quarters", "shows_values"),
    f"POST {ROADMAP}/releases": _RELEASE,
    f"PUT {ROADMAP}/releases/{{release_id}}": ("name",),
    f"PUT {ROADMAP}/releases/{{release_id}}/released": ("released_on",),
}
_NOT_OFFERED = {"product_id": 2, "public_id": "222222222222", "deleted_at": None}
EXTRA: dict[str, dict[str, Any]] = {
    operation: _NOT_OFFERED | {"position": 9, "created_at": "2020-01-01"} for operation in FIELDS
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/p/{id}/roadmap/": 11,
    "/p/{id}/roadmap/timeline/": 11,
    "/p/{id}/roadmap/timeline/?group=team": 11,
    "/p/{id}/roadmap/outcomes/": 9,
    "/p/{id}/roadmap/teams/": 9,
    "/p/{id}/roadmap/releases/": 8,
    "/p/{id}/roadmap/bets/new/": 10,
    "/p/{id}/roadmap/audiences/customers/": 9,
    "/p/{id}/roadmap/shares/": 6,
}

for rows in (delivery_rows, plan_rows):
    PAGES |= rows.PAGES
    OPERATIONS |= rows.OPERATIONS
    FORMS |= rows.FORMS
    HAS_NO_TEXT |= rows.HAS_NO_TEXT
    QUERIES |= rows.QUERIES
    FIELDS |= rows.FIELDS
    EXTRA |= rows.EXTRA
    COUNTS |= rows.COUNTS


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    quarter = list_quarters(today_of(product), 2)[1]
    team = save_team(access, product, f"{mark} team")
    set_capacity(access, product, {team.public_id: {quarter: 10.0}})
    outcome = save_outcome(access, product, OutcomeDraft(f"{mark} outcome", f"{mark} why"))
    release = save_release(
        access, product, ReleaseDraft(f"{mark} release", date(2027, 3, 1), f"{mark} notes")
    )
    bet = create_bet(
        access,
        product,
        BetDraft(
            f"{mark} bet",
            note=f"{mark} note",
            outcome_id=outcome.public_id,
            release_id=release.public_id,
            quarter=quarter,
            efforts={team.public_id: 4.0},
            confidence=0.6,
        ),
    )
    needs = create_bet(access, product, BetDraft(f"{mark} needed"))
    save_wording(access, product, bet.public_id, WordingDraft("sales", f"{mark} words"))
    batch = move_bet(access, product, needs.public_id, horizon="next")
    share, _ = create_share(access, product, ShareDraft(f"{mark} share"))
    return {
        "bet_id": bet.public_id,
        "needs_id": needs.public_id,
        "batch_id": batch.public_id,
        "outcome_id": outcome.public_id,
        "team_id": team.public_id,
        "release_id": release.public_id,
        "share_id": share.public_id,
        "audience": "sales",
        **delivery_rows.make(access, product, mark),
        **plan_rows.make(access, product, mark),
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    quarter = list_quarters(today_of(product), 2)[1]
    team = save_team(access, product, f"Team {number}")
    set_capacity(access, product, {team.public_id: {quarter: 1.0}})
    outcome = save_outcome(access, product, OutcomeDraft(f"Outcome {number}"))
    release = save_release(access, product, ReleaseDraft(f"Release {number}"))
    item = create_item(access, product, ItemDraft(title=f"Item of bet {number}"))
    bets = [
        create_bet(
            access,
            product,
            BetDraft(
                f"Bet {number}",
                item_id=item.public_id,
                outcome_id=outcome.public_id,
                release_id=release.public_id,
                quarter=quarter,
                efforts={team.public_id: 4.0},
            ),
        )
        for _ in range(2)
    ]
    add_dependency(access, product, bets[0].public_id, bets[1].public_id)
    move_bet(access, product, bets[1].public_id, horizon="later")
    save_wording(access, product, bets[0].public_id, WordingDraft("customers", "Words"))
    create_share(access, product, ShareDraft(f"Share {number}"))
    delivery_rows.fill(access, product, number)
    plan_rows.fill(access, product, number)

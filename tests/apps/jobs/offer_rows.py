"""What the tests of all pages need to know of offers and letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilothouse.apps.jobs.services.applications import ApplicationDraft, begin_application
from pilothouse.apps.jobs.services.letters import begin_letter
from pilothouse.apps.jobs.services.offer_sheets import AskDraft, SheetDraft, save_sheet
from pilothouse.apps.jobs.services.offers import Criteria, OfferDraft, save_criteria, save_offer
from pilothouse.apps.roadmap.services.negotiations import StakeholderView
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
OFFER = {
    "name": "Acme", "application_id": "", "currency": "EUR", "base-low": "60000",
    "base-high": "70000", "bonus-low": "", "bonus-high": "", "equity-low": "0", "equity-high": "",
    "benefits-low": "", "benefits-high": "", "once-low": "", "once-high": "", "costs-low": "",
    "costs-high": "", "bonus_chance": "80", "equity_chance": "30", "vest_years": "4",
    "score-0-low": "3", "score-0-high": "7", "decide_by": "2026-12-01", "notes": "",
}  # fmt: skip
CRITERIA = {"criterion": ["Time"], "weight": ["3"], "point_price": "1000", "years": "3"}
SHEET = {
    "ask": ["Base"], "worth": ["4000"], "chance": ["50"], "walk_away": "60000",
    "confidence": "80", "s-name": ["Bo"], "s-role": [""], "s-wants": [""],
    "s-alternative": [""], "s-interest": ["high"], "s-influence": ["high"], "agreed_text": "",
    "do": "",
}  # fmt: skip
LETTER = {"title": "Letter", "text": "I would like to work with you.", "base": "0"}
PAGES: dict[str, Page] = {
    "jobs:offers": Page(VIEWER, VIEWER, CRITERIA),
    "jobs:offer-new": Page(VIEWER, VIEWER, OFFER),
    "jobs:offer": Page(VIEWER, VIEWER, OFFER, is_own=True),
    "jobs:offer-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "jobs:offer-negotiation": Page(VIEWER, VIEWER, SHEET, is_own=True),
    "jobs:letter-new": Page(writes=VIEWER, ids={"application_id": "letter_of"}, is_own=True),
    "jobs:letter": Page(VIEWER, VIEWER, LETTER, ids={"application_id": "letter_of"}, is_own=True),
    "jobs:letter-act": Page(
        writes=VIEWER, ids={"application_id": "letter_of", "act": "sent"}, is_own=True
    ),
}
BASE = "/jobs/offers"
ONE = f"{BASE}/{{offer_id}}"
LETTERS = "/jobs/applications/{application_id}/letters"
LETTER_OF = f"{LETTERS}/{{letter_id}}"
OF = {"application_id": "letter_of"}
BODY = {"name": "Acme", "currency": "EUR", "money": {"base": [60000, 70000]}}
WEIGHTS = {"weights": {"Time": 3}, "point_price": 1000, "years": 3}
ASKS = {"asks": [{"what": "Base", "worth": 4000}], "walk_away": 60000}
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}": Operation(VIEWER),
    f"POST {BASE}": Operation(COMMENTER, BODY),
    f"GET {BASE}/comparison": Operation(VIEWER),
    f"PUT {BASE}/criteria": Operation(COMMENTER, WEIGHTS),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, BODY, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/restore": Operation(COMMENTER, is_own=True),
    f"PUT {ONE}/agreed": Operation(COMMENTER, {"text": "72,000"}, is_own=True),
    f"GET {ONE}/negotiation": Operation(VIEWER, is_own=True),
    f"PUT {ONE}/negotiation": Operation(COMMENTER, ASKS, is_own=True),
    f"GET {LETTERS}": Operation(VIEWER, ids=OF, is_own=True),
    f"POST {LETTERS}/{{letter_id}}/sent": Operation(COMMENTER, ids=OF, is_own=True),
    f"DELETE {LETTERS}/{{letter_id}}": Operation(COMMENTER, ids=OF, is_own=True),
    f"POST {LETTERS}": Operation(COMMENTER, {"text": "Dear Bo"}, ids=OF, is_own=True),
    f"PUT {LETTERS}/{{letter_id}}": Operation(
        COMMENTER, {"title": "Letter", "text": "Dear Bo"}, ids=OF, is_own=True
    ),
    f"GET {LETTER_OF}": Operation(VIEWER, ids=OF, is_own=True),
    f"POST {LETTER_OF}/restore": Operation(COMMENTER, ids=OF, is_own=True),
    f"GET {LETTER_OF}/check": Operation(VIEWER, ids=OF, is_own=True),
    f"GET {LETTER_OF}/text": Operation(VIEWER, ids=OF, is_own=True),
    f"GET {LETTER_OF}/versions": Operation(VIEWER, ids=OF, is_own=True),
    f"POST {LETTER_OF}/versions/{{version}}": Operation(
        COMMENTER, ids={**OF, "version": "1"}, is_own=True
    ),
}
FORMS: dict[str, dict[str, Any]] = {
    "jobs:offers": CRITERIA, "jobs:offer-new": OFFER, "jobs:offer": OFFER,
    "jobs:offer-negotiation": SHEET, "jobs:letter": LETTER,
}  # fmt: skip
HAS_NO_TEXT: set[str] = {"jobs:offer-act", "jobs:letter-new", "jobs:letter-act"}
QUERIES: dict[str, dict[str, Any]] = {"jobs:offer-new": {"application_id": "x"}}
FIELDS: dict[str, tuple[str, ...]] = {
    f"PUT {ONE}/agreed": ("text",),
    f"POST {BASE}": (
        "name", "currency", "money", "bonus_chance", "equity_chance", "vest_years", "scores",
        "application_id", "decide_by", "notes",
    ),
    f"PUT {ONE}": (
        "name", "currency", "money", "bonus_chance", "equity_chance", "vest_years", "scores",
        "application_id", "decide_by", "notes",
    ),
    f"PUT {BASE}/criteria": ("weights", "point_price", "years"),
    f"PUT {ONE}/negotiation": ("asks", "people", "walk_away", "confidence"),
    f"POST {LETTERS}": ("title", "text", "base"),
    f"PUT {LETTERS}/{{letter_id}}": ("title", "text", "base"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"PUT {ONE}/agreed": {"agreed_at": "2020-01-01"},
    f"POST {BASE}": {"agreed_at": "2020-01-01"},
    f"PUT {ONE}": {"user_id": 2},
    f"PUT {BASE}/criteria": {"user_id": 2},
    f"PUT {ONE}/negotiation": {"agreed_text": "x"},
    f"POST {LETTERS}": {"version": 7},
    f"PUT {LETTERS}/{{letter_id}}": {"version": 7},
}
COUNTS: dict[str, int] = {"/jobs/offers/": 7}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """An offer with its sheet and a letter, ``mark`` in every text."""
    del product, folder
    save_criteria(access, Criteria({f"{mark} time": 2.0}, 1000.0))
    money = {"base": (60_000.0, 70_000.0)}
    offer = save_offer(access, OfferDraft(f"{mark} Ltd", "EUR", money, notes=mark))
    asks = (AskDraft(f"{mark} base", 4_000.0),)
    people = (StakeholderView(f"{mark} Bo"),)
    save_sheet(access, offer.public_id, SheetDraft(asks, people, 65_000.0))
    application = begin_application(access, ApplicationDraft(f"{mark} PM", f"{mark} Ltd"))
    letter = begin_letter(access, application.public_id, f"{mark} letter", f"Dear {mark}")
    return {
        "offer_id": offer.public_id,
        "letter_of": application.public_id,
        "letter_id": letter.public_id,
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more offer."""
    del product
    save_offer(access, OfferDraft(f"Offer {number}", "EUR", {"base": (60_000.0, 70_000.0)}))

"""What the tests of all pages need to know of study cards."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from pilothouse.apps.skills.services.cards import CardDraft, create_card
from pilothouse.apps.skills.services.cards_imports import receive_cards
from pilothouse.apps.skills.services.reviews import rate_card
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
OURS = "c11-peeking"
CARD = {"deck": "C11", "question": "What?", "answer": "That.", "why": "", "tags": "a b"}
HABITS = {"new_per_day": "10", "retention": "90", "backlog_limit": "50", "zone": "UTC"}
RATING = {"card": OURS, "rating": "3", "reps": "0", "seconds": "2.5", "deck": "C11"}

PAGES: dict[str, Page] = {
    "skills:cards": Page(VIEWER),
    "skills:cards-study": Page(VIEWER, VIEWER, RATING, {"deck": "C11"}),
    "skills:cards-undo": Page(writes=VIEWER, data={"deck": ""}),
    "skills:cards-habits": Page(writes=VIEWER, data=HABITS),
    "skills:cards-figures": Page(VIEWER, query={"days": "90"}),
    "skills:cards-all": Page(VIEWER, query={"deck": "C11", "state": "new", "q": "test"}),
    "skills:card-new": Page(VIEWER, VIEWER, CARD),
    # The file that is tried has no questions: the page says so.
    "skills:cards-files": Page(VIEWER, VIEWER, {"file": "a file", "deck": "d"}, write_status=400),
    "skills:cards-export": Page(VIEWER, ids={"extension": "csv"}),
    "skills:cards-file": Page(VIEWER, is_own=True),
    "skills:cards-file-act": Page(writes=VIEWER, ids={"act": "start"}, is_own=True),
    "skills:card": Page(VIEWER, VIEWER, CARD, is_own=True),
    "skills:card-act": Page(writes=VIEWER, ids={"act": "bury"}, is_own=True),
}
API_CARD = {"deck": "C11", "question": "What?", "answer": "That."}
ONE = "/skills/cards/one/{card_key}"
OPERATIONS: dict[str, Operation] = {
    "GET /skills/cards": Operation(VIEWER, query="?deck=C11&limit=5"),
    "POST /skills/cards": Operation(COMMENTER, API_CARD),
    "GET /skills/cards/decks": Operation(VIEWER),
    "GET /skills/cards/due": Operation(VIEWER),
    "GET /skills/cards/figures": Operation(VIEWER),
    "DELETE /skills/cards/last-rating": Operation(COMMENTER),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, API_CARD, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/ratings": Operation(COMMENTER, {"rating": 3}, is_own=True),
    f"POST {ONE}/aside": Operation(COMMENTER, {"act": "bury"}, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "skills:cards-study": RATING,
    "skills:cards-undo": {"deck": "C11"},
    "skills:cards-habits": HABITS,
    "skills:card-new": CARD,
    "skills:cards-files": {"deck": "d"},
    "skills:cards-file-act": {"memory": "yes"},
    "skills:card": CARD,
    "skills:card-act": {"next": "/skills/cards/"},
}
HAS_NO_TEXT: set[str] = set()
QUERIES: dict[str, dict[str, Any]] = {
    "skills:cards-study": {"deck": "C11"},
    "skills:cards-figures": {"days": "30"},
    "skills:cards-all": {"deck": "C11", "state": "new", "q": "a", "page": "2"},
    "skills:card-new": {"deck": "C11"},
    "skills:cards-export": {"deck": "C11", "only": "own"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    "POST /skills/cards": ("deck", "question", "answer", "why", "tags"),
    f"PUT {ONE}": ("deck", "question", "answer", "why", "tags"),
    f"POST {ONE}/ratings": ("rating", "reps", "seconds"),
    f"POST {ONE}/aside": ("act",),
}
EXTRA: dict[str, dict[str, Any]] = {
    "POST /skills/cards": {"guid": "x", "user": 1},
    f"PUT {ONE}": {"key": "x"},
    f"POST {ONE}/ratings": {"at": "2020-01-01"},
    f"POST {ONE}/aside": {"day": "2020-01-01"},
}
COUNTS: dict[str, int] = {
    "/skills/cards/": 12,
    "/skills/cards/study/": 9,
    "/skills/cards/figures/": 9,
    "/skills/cards/all/": 7,
    "/skills/cards/files/": 5,
    "/skills/cards/new/": 5,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del product
    draft = CardDraft(f"{mark} deck", f"{mark} question", f"{mark} answer", f"{mark} why")
    card = create_card(access, draft)
    rate_card(access, card.text.key, 3, now=timezone.now())
    body = f"question,answer\n{mark} asked,{mark} told\n".encode()
    row = receive_cards(access, f"{mark}.csv", [body], deck=mark, now=timezone.now())
    return {"card_key": card.text.key, "card_import_id": row.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del product
    card = create_card(access, CardDraft("mine", f"question {number}", "answer"))
    rate_card(access, card.text.key, 3, now=timezone.now())
    body = f"question,answer\nasked {number},told\n".encode()
    receive_cards(access, f"{number}.csv", [body], deck="d", now=timezone.now())

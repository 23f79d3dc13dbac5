"""What the tests of all pages need to know of applications."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from pilothouse.apps.jobs.services.application_imports import (
    receive_sheet,
    start_application_import,
)
from pilothouse.apps.jobs.services.applications import ApplicationDraft, begin_application
from pilothouse.apps.jobs.services.moves import move_application
from pilothouse.apps.jobs.services.sent_files import SentDraft, add_sent
from pilothouse.apps.jobs.services.timeline import add_person, write_note
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
NEW = {"title": "PM", "company": "Acme", "source": "referral", "referrer": "Ann",
       "posting_id": "", "stage": "applied", "on": "2026-03-02"}  # fmt: skip
CHANGE = {"title": "PM", "company": "Acme", "source": "board", "referrer": "",
          "next_action": "Ask Ann", "next_on": "2026-12-01", "ghost_days": "20"}  # fmt: skip
MOVE = {"stage": "screen", "on": "2026-03-09", "note": "Called."}
NOTE = {"kind": "heard", "text": "Next week.", "on": "2026-03-10"}
PERSON = {"part": "recruiter", "name": "Bo", "contact_id": ""}
FILE = {"version": "", "kind": "resume", "label": "B", "sent_on": "2026-03-02", "file": "a file"}
SETTINGS = {"ghost_days": "30", "expected_talks": "10", "expected_offers": "20"}
DELETE = {"act": "delete"}
CSV = b"Company,Title,Applied\nMarked,PM,2026-03-02\n"
PERSON_BODY = {"part": "recruiter", "name": "Bo", "contact": ""}
FILE_BODY = {"built": "", "name": "resume.pdf", "content": "JVBERg==", "kind": "resume",
             "version": "B", "sent_on": "2026-03-02"}  # fmt: skip
TAKEN = {"application_import_id": "taken_sheet_id"}
UNDO = {**TAKEN, "act": "undo"}
SHEET = {"column-company": "0", "column-title": "1", "column-applied": "2", "order": "day"}
SHEET_BODY = {"name": "kept.csv", "content": base64.b64encode(CSV).decode(), "start": False}
READING_BODY = {"columns": {"company": 0, "title": 1}, "stages": {}, "is_day_first": True,
                "fallback": "2026-03-02", "keeps_rest": True}  # fmt: skip
PAGES: dict[str, Page] = {
    "jobs:applications": Page(VIEWER),
    "jobs:application-list": Page(VIEWER, query={"q": "a", "stage": "applied"}),
    "jobs:application-new": Page(VIEWER, VIEWER, NEW),
    "jobs:application": Page(VIEWER, VIEWER, CHANGE, is_own=True),
    "jobs:application-act": Page(writes=VIEWER, ids=DELETE, is_own=True),
    "jobs:application-move": Page(writes=VIEWER, data=MOVE, is_own=True),
    "jobs:move": Page(VIEWER, VIEWER, MOVE, ids={"number": "1"}, is_own=True),
    "jobs:move-act": Page(writes=VIEWER, ids={"number": "1", "act": "remove"}, is_own=True),
    "jobs:application-note": Page(writes=VIEWER, data=NOTE, is_own=True),
    "jobs:note-act": Page(writes=VIEWER, ids=DELETE, is_own=True),
    "jobs:application-person": Page(writes=VIEWER, data=PERSON, is_own=True),
    "jobs:person-act": Page(writes=VIEWER, ids=DELETE, is_own=True),
    "jobs:sent-new": Page(writes=VIEWER, data=FILE, is_own=True),
    "jobs:sent-file": Page(VIEWER, is_own=True),
    "jobs:sent-act": Page(writes=VIEWER, ids=DELETE, is_own=True),
    "jobs:application-imports": Page(VIEWER, VIEWER, {"file": "a file"}),
    "jobs:application-import": Page(VIEWER, VIEWER, SHEET, is_own=True),
    "jobs:application-import-act": Page(writes=VIEWER, ids=UNDO, is_own=True),
    "jobs:funnel": Page(VIEWER, VIEWER, SETTINGS),
    "jobs:history": Page(VIEWER),
    "jobs:history-file": Page(VIEWER, ids={"kind": "csv"}),
}
BASE = "/jobs"
ONE = f"{BASE}/applications/{{application_id}}"
ONE_IMPORT = f"{BASE}/imports/{{application_import_id}}"
WISHES = {"ghost_days": 30, "expected_talks": 0.1, "expected_offers": 0.2}
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/applications": Operation(VIEWER),
    f"POST {BASE}/applications": Operation(COMMENTER, NEW),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, CHANGE, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/moves": Operation(COMMENTER, MOVE, is_own=True),
    f"PUT {ONE}/moves/{{number}}": Operation(
        COMMENTER, MOVE, ids={"number": "move_number"}, is_own=True
    ),
    f"DELETE {ONE}/moves/{{number}}": Operation(
        COMMENTER, ids={"number": "move_number"}, is_own=True
    ),
    f"POST {ONE}/notes": Operation(COMMENTER, NOTE, is_own=True),
    f"GET {ONE}/whole": Operation(VIEWER, is_own=True),
    f"POST {ONE}/restore": Operation(COMMENTER, is_own=True),
    f"DELETE {ONE}/notes/{{note_id}}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/people": Operation(COMMENTER, PERSON_BODY, is_own=True),
    f"DELETE {ONE}/people/{{person_id}}": Operation(COMMENTER, is_own=True),
    f"POST {ONE}/files": Operation(COMMENTER, FILE_BODY, is_own=True),
    f"GET {ONE}/files/{{file_id}}": Operation(VIEWER, is_own=True),
    f"DELETE {ONE}/files/{{file_id}}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/history": Operation(VIEWER, query="?first=2026-03-01"),
    f"GET {BASE}/calendar.ics": Operation(VIEWER),
    f"GET {BASE}/imports": Operation(VIEWER),
    f"POST {BASE}/imports": Operation(COMMENTER, SHEET_BODY),
    f"GET {ONE_IMPORT}": Operation(VIEWER, is_own=True),
    f"PUT {ONE_IMPORT}/reading": Operation(COMMENTER, READING_BODY, is_own=True),
    f"POST {ONE_IMPORT}/start": Operation(COMMENTER, is_own=True),
    f"POST {ONE_IMPORT}/undo": Operation(COMMENTER, ids=TAKEN, is_own=True),
    # A file that is gone stays gone for the next test.
    f"DELETE {ONE_IMPORT}": Operation(
        COMMENTER, ids={"application_import_id": "spare_sheet_id"}, is_own=True
    ),
    f"GET {BASE}/funnel": Operation(VIEWER),
    f"PUT {BASE}/settings": Operation(COMMENTER, WISHES),
}
FORMS: dict[str, dict[str, Any]] = {
    "jobs:application-new": NEW,
    "jobs:application": CHANGE,
    "jobs:application-move": {**MOVE, "next": "/"},
    "jobs:move": MOVE,
    "jobs:application-note": NOTE,
    "jobs:application-person": PERSON,
    "jobs:sent-new": {"version": "", "kind": "resume", "label": "B", "sent_on": "2026-03-02"},
    "jobs:application-import": {**SHEET, "fallback": "2026-03-02", "word": "x", "stage": "saved"},
    "jobs:funnel": SETTINGS,
}
HAS_NO_TEXT: set[str] = {
    "jobs:application-act", "jobs:application-imports", "jobs:application-import-act",
    "jobs:move-act", "jobs:note-act", "jobs:person-act", "jobs:sent-act",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "jobs:application": {"part": "sent"},
    "jobs:application-list": {
        "q": "a",
        "part": "applied",
        "stage": "applied",
        "source": "board",
        "page": "1",
    },
    "jobs:history": {"from": "2026-03-01", "to": "2026-03-31", "page": "1", "all": "1"},
    "jobs:history-file": {"from": "2026-03-01", "to": "2026-03-31"},
    "jobs:application-new": {"title": "a", "company": "a", "stage": "saved", "on": ""},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/applications": tuple(NEW),
    f"PUT {ONE}": tuple(CHANGE),
    f"POST {ONE}/moves": tuple(MOVE),
    f"PUT {ONE}/moves/{{number}}": tuple(MOVE),
    f"POST {ONE}/notes": tuple(NOTE),
    f"POST {ONE}/people": tuple(PERSON_BODY),
    f"POST {ONE}/files": tuple(FILE_BODY),
    f"POST {BASE}/imports": tuple(SHEET_BODY),
    f"PUT {ONE_IMPORT}/reading": tuple(READING_BODY),
    f"PUT {BASE}/settings": tuple(WISHES),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/applications": {"user_id": 2, "created_at": "2020-01-01"},
    f"PUT {ONE}": {"stage": "offer"},
    f"POST {ONE}/moves": {"number": 1},
    f"PUT {ONE}/moves/{{number}}": {"earlier": []},
    f"POST {ONE}/notes": {"written_at": "2020-01-01"},
    f"POST {ONE}/people": {"deleted_at": None},
    f"POST {ONE}/files": {"digest": "x"},
    f"POST {BASE}/imports": {"user_id": 2},
    f"PUT {ONE_IMPORT}/reading": {"source": "csv"},
    f"PUT {BASE}/settings": {"user_id": 2},
}
COUNTS: dict[str, int] = {
    "/jobs/applications/": 9,
    "/jobs/applications/imports/": 5,
    "/jobs/applications/list/": 15,
    "/jobs/funnel/": 10,
    "/jobs/history/": 15,
}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """An application with everything on its page, ``mark`` in every text."""
    del product, folder
    draft = ApplicationDraft(f"{mark} manager", f"{mark} Ltd", referrer=mark, stage="applied")
    made = begin_application(access, draft)
    view, number = move_application(access, made.public_id, "screen", note=f"{mark} called")
    file = SentDraft(f"{mark}.pdf", [mark.encode()], label=f"{mark} version")
    done = receive_sheet(access, f"{mark} done.csv", [CSV.replace(b"Marked", mark.encode())])
    start_application_import(access, done.public_id)
    return {
        "application_id": view.public_id,
        "application_import_id": receive_sheet(access, f"{mark}.csv", [CSV]).public_id,
        "taken_sheet_id": done.public_id,
        "spare_sheet_id": receive_sheet(access, f"{mark} spare.csv", [CSV]).public_id,
        "move_number": str(number),
        "note_id": write_note(access, view.public_id, "note", f"{mark} said").public_id,
        "person_id": add_person(access, view.public_id, "recruiter", f"{mark} Bo").public_id,
        "file_id": add_sent(access, view.public_id, file).public_id,
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more application with a move."""
    del product
    made = begin_application(access, ApplicationDraft("PM", f"Company {number}", stage="applied"))
    move_application(access, made.public_id, "screen")

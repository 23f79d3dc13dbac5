"""What the tests of the API need to know of files, events, pitches, posts, and acts upon them."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.workspace.models import Role
from tests.apps.matrix import Operation

VIEWER, COMMENTER, EDITOR = Role.VIEWER, Role.COMMENTER, Role.EDITOR
BASE = "/people"
FILE, MERGE = f"{BASE}/imports/{{book_import_id}}", f"{BASE}/merges/{{merge_id}}"
EVENT, PITCH = f"{BASE}/events/{{event_id}}", f"{BASE}/pitches/{{pitch_id}}"
POST, MAIL = f"{BASE}/posts/{{post_id}}", f"{BASE}/messages/{{message_id}}"
TALK, FAVOUR = f"{BASE}/talks/{{talk_id}}", f"{BASE}/favours/{{favour_id}}"
TIME = f"{EVENT}/times/{{slot}}"
AT = {"slot": "2026-05-07T18:30:00"}
TEXT = "First Name,Last Name,Company\nTom,Berg,Acme\n"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261124T100000Z\r\n"
    "SUMMARY:One\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ONE_EVENT = {"title": "ProductTank", "day": "2026-05-07", "at": "18:30"}
ONE_PITCH = {"audience": "a recruiter", "text": "I am"}

LINKS = f"{BASE}/contacts/{{contact_id}}/links"
ITS_LINK = {"link_id": "contact_link_id"}
ONE_LINK = {"target": "https://b.example", "relation": "relates", "title": "t"}

OPERATIONS: dict[str, Operation] = {
    f"GET {LINKS}": Operation(VIEWER, is_own=True),
    f"POST {LINKS}": Operation(EDITOR, ONE_LINK, is_own=True),
    f"DELETE {LINKS}/{{link_id}}": Operation(EDITOR, ids=ITS_LINK, is_own=True),
    f"POST {LINKS}/{{link_id}}/restore": Operation(EDITOR, ids=ITS_LINK, is_own=True),
    f"GET {BASE}/imports": Operation(VIEWER),
    f"POST {BASE}/imports": Operation(COMMENTER, {"name": "Connections.csv", "text": TEXT}),
    f"GET {FILE}": Operation(VIEWER, is_own=True),
    f"POST {FILE}/start": Operation(COMMENTER, {"group": "g"}, is_own=True),
    # It was not taken in yet.
    f"POST {FILE}/undo": Operation(COMMENTER, status=409, is_own=True),
    f"DELETE {FILE}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/duplicates": Operation(VIEWER),
    f"GET {BASE}/merges": Operation(VIEWER),
    f"POST {BASE}/merges": Operation(
        COMMENTER, {"kept": "222222222222", "gone": "333333333333"}, status=404
    ),
    f"POST {MERGE}/undo": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/contacts.vcf": Operation(VIEWER, query="?version=4.0"),
    f"GET {BASE}/people.json": Operation(VIEWER),
    f"DELETE {TALK}": Operation(COMMENTER, is_own=True),
    f"PUT {TALK}/follow-up": Operation(COMMENTER, {"done": True}, is_own=True),
    f"GET {BASE}/favours": Operation(VIEWER, query="?unthanked=true"),
    f"PUT {FAVOUR}/state": Operation(COMMENTER, {"state": "declined"}, is_own=True),
    f"DELETE {FAVOUR}": Operation(COMMENTER, is_own=True),
    f"DELETE {FAVOUR}/thanks": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/balance": Operation(VIEWER),
    f"GET {BASE}/former": Operation(VIEWER),
    f"GET {BASE}/messages": Operation(VIEWER),
    # It was not sent yet.
    f"PUT {MAIL}/answered": Operation(COMMENTER, {"done": True}, status=409, is_own=True),
    f"DELETE {MAIL}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/events": Operation(VIEWER, query="?days=60&past=60"),
    f"POST {BASE}/events": Operation(COMMENTER, ONE_EVENT),
    f"GET {EVENT}": Operation(VIEWER, is_own=True),
    f"PUT {EVENT}": Operation(COMMENTER, ONE_EVENT, is_own=True),
    f"DELETE {EVENT}": Operation(COMMENTER, is_own=True),
    f"PUT {TIME}/goals": Operation(COMMENTER, {"goals": "g"}, ids=AT, is_own=True),
    f"PUT {TIME}/visit": Operation(COMMENTER, {"went": True}, ids=AT, is_own=True),
    f"POST {TIME}/met": Operation(COMMENTER, {"name": "Tom Berg"}, ids=AT, is_own=True),
    f"GET {BASE}/calendars": Operation(VIEWER),
    f"POST {BASE}/calendars": Operation(COMMENTER, {"source": "a.ics", "text": CALENDAR}),
    f"GET {BASE}/calendar.ics": Operation(VIEWER),
    f"GET {BASE}/pitches": Operation(VIEWER),
    f"POST {BASE}/pitches": Operation(COMMENTER, ONE_PITCH),
    f"GET {PITCH}": Operation(VIEWER, is_own=True),
    f"PUT {PITCH}": Operation(COMMENTER, ONE_PITCH, is_own=True),
    f"DELETE {PITCH}": Operation(COMMENTER, is_own=True),
    f"POST {PITCH}/tries": Operation(COMMENTER, {"seconds": 50}, is_own=True),
    f"GET {BASE}/posts": Operation(VIEWER),
    f"POST {BASE}/posts": Operation(COMMENTER, {"title": "A post"}),
    f"GET {POST}": Operation(VIEWER, is_own=True),
    f"PUT {POST}": Operation(COMMENTER, {"title": "A post"}, is_own=True),
    f"DELETE {POST}": Operation(COMMENTER, is_own=True),
    f"POST {POST}/published": Operation(COMMENTER, {"url": "https://a.example"}, is_own=True),
    f"PUT {POST}/state": Operation(COMMENTER, {"state": "dropped"}, is_own=True),
}
_OF_EVENT = ("title", "day", "at", "minutes", "zone", "rule", "place", "url")
_OF_POST = ("title", "kind", "text", "audience", "evidence", "planned_on", "url")
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {LINKS}": tuple(ONE_LINK),
    f"POST {BASE}/imports": ("name", "text"),
    f"POST {FILE}/start": ("group",),
    f"POST {BASE}/merges": ("kept", "gone"),
    f"PUT {TALK}/follow-up": ("done",),
    f"PUT {FAVOUR}/state": ("state",),
    f"PUT {MAIL}/answered": ("done",),
    f"POST {BASE}/events": _OF_EVENT,
    f"PUT {EVENT}": _OF_EVENT,
    f"PUT {TIME}/goals": ("goals",),
    f"PUT {TIME}/visit": ("went", "learned"),
    f"POST {TIME}/met": ("contact_id", "name", "text"),
    f"POST {BASE}/calendars": ("source", "text"),
    f"POST {BASE}/pitches": ("audience", "text", "seconds"),
    f"PUT {PITCH}": ("audience", "text", "seconds"),
    f"POST {PITCH}/tries": ("seconds",),
    f"POST {BASE}/posts": _OF_POST,
    f"PUT {POST}": _OF_POST,
    f"POST {POST}/published": ("url", "on"),
    f"PUT {POST}/state": ("state",),
}
EXTRA: dict[str, dict[str, Any]] = {
    operation: {"user_id": 2, "public_id": "222222222222"} for operation in FIELDS
}

"""What the tests of all pages need to know of talks, favours, messages, events and posts."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilothouse.apps.people.services.events import EventDraft, create_event, plan_visit
from pilothouse.apps.people.services.favours import FavourDraft, write_favour
from pilothouse.apps.people.services.outreach import OutreachDraft, begin_outreach
from pilothouse.apps.people.services.pitches import PitchDraft, create_pitch
from pilothouse.apps.people.services.posts import PostDraft, create_post
from pilothouse.apps.people.services.talks import TalkDraft, log_talk
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
TALK = {"text": "We spoke", "channel": "call", "on": "2026-05-04", "learned": "l",
        "follow_up": "send it", "follow_up_on": "2026-05-05", "next": "/people/"}  # fmt: skip
FAVOUR = {"what": "An introduction", "direction": "given", "kind": "advice", "state": "done",
          "favour_on": "2026-05-04", "about": "", "company": "", "about_name": "",
          "at": "Northwind"}  # fmt: skip
MESSAGE = {"purpose": "offer", "subject": "s", "text": "Hello Ana", "channel": "mail",
           "evidence": ""}  # fmt: skip
EVENT = {"title": "ProductTank", "day": "2026-05-07", "at": "18:30", "minutes": "120",
         "zone": "Europe/Berlin", "rule": "FREQ=MONTHLY;BYDAY=1TH", "place": "p",
         "url": "https://e.example", "goals": "g", "notes": "n"}  # fmt: skip
SLOT = "2026-05-07T18:30:00"
VISIT = {"slot": SLOT, "goals": "g", "went": "yes", "learned": "l", "contact": "", "name": "Tom",
         "text": "t"}  # fmt: skip
PITCH = {"audience": "a recruiter", "seconds": "60", "text": "I am"}
POST = {"title": "T", "kind": "post", "text": "t", "audience": "a", "planned_on": "2026-05-07",
        "url": "", "evidence": ""}  # fmt: skip

PAGES: dict[str, Page] = {
    "people:next": Page(VIEWER),
    "people:ask": Page(VIEWER, query={"about": "nothing", "company": "nowhere"}),
    "people:grid": Page(VIEWER),
    "people:talk-new": Page(writes=VIEWER, data=TALK, is_own=True),
    "people:talk-act": Page(writes=VIEWER, ids={"act": "done"}, is_own=True),
    "people:favour-new": Page(writes=VIEWER, data=FAVOUR, is_own=True),
    "people:favour-act": Page(writes=VIEWER, ids={"act": "thank"}, is_own=True),
    "people:message-new": Page(VIEWER, VIEWER, {"purpose": "offer", "channel": "mail"},
                               is_own=True),
    "people:message": Page(VIEWER, VIEWER, {**MESSAGE, "evidence": []}, is_own=True),
    "people:message-act": Page(writes=VIEWER, ids={"act": "sent"}, is_own=True),
    "people:events": Page(VIEWER, VIEWER, EVENT),
    # A calendar to take out that never came is told in a message.
    "people:calendar": Page(VIEWER, VIEWER, {"remove": "x"}),
    "people:event": Page(VIEWER, VIEWER, EVENT, is_own=True),
    "people:event-act": Page(writes=VIEWER, data=VISIT, ids={"act": "meet"}, is_own=True),
    "people:pitches": Page(VIEWER, VIEWER, PITCH),
    "people:pitch": Page(VIEWER, VIEWER, PITCH, is_own=True),
    "people:pitch-act": Page(writes=VIEWER, data={"seconds": "50"}, ids={"act": "try"},
                             is_own=True),
    "people:posts": Page(VIEWER, VIEWER, {**POST, "evidence": []}),
    "people:post": Page(VIEWER, VIEWER, {**POST, "evidence": []}, is_own=True),
    "people:post-act": Page(writes=VIEWER, ids={"act": "publish"}, is_own=True),
}  # fmt: skip
BASE = "/people"
OF_ONE, MAIL = f"{BASE}/contacts/{{contact_id}}", f"{BASE}/messages/{{message_id}}"
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/next": Operation(VIEWER),
    f"GET {BASE}/knowing": Operation(VIEWER, query="?about=nothing"),
    f"GET {BASE}/grid": Operation(VIEWER),
    f"GET {OF_ONE}/talks": Operation(VIEWER, is_own=True),
    f"POST {OF_ONE}/talks": Operation(COMMENTER, {"text": "We spoke"}, is_own=True),
    f"POST {OF_ONE}/favours": Operation(COMMENTER, {"text": "Advice"}, is_own=True),
    f"POST {BASE}/favours/{{favour_id}}/thanks": Operation(COMMENTER, is_own=True),
    f"POST {OF_ONE}/messages": Operation(COMMENTER, {"purpose": "offer"}, is_own=True),
    f"GET {MAIL}": Operation(VIEWER, is_own=True),
    f"PUT {MAIL}": Operation(COMMENTER, {"text": "Hello"}, is_own=True),
    f"POST {MAIL}/sent": Operation(COMMENTER, {"on": None}, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "people:talk-new": TALK,
    "people:talk-act": {"next": "/people/"},
    "people:favour-new": FAVOUR,
    "people:favour-act": {"next": "/people/"},
    "people:message-new": MESSAGE,
    "people:message": MESSAGE,
    "people:message-act": {"on": "2026-11-20", "next": "/people/"},
    "people:events": EVENT,
    "people:calendar": {"address": "", "remove": "r"},
    "people:event": EVENT,
    "people:event-act": VISIT,
    "people:pitches": PITCH,
    "people:pitch": PITCH,
    "people:pitch-act": {"seconds": "50"},
    "people:posts": POST,
    "people:post": POST,
    "people:post-act": {"url": "https://a.example", "on": "2026-05-07"},
}
QUERIES: dict[str, dict[str, Any]] = {
    "people:ask": {"about": "a", "company": "c"},
    "people:grid": {"product": "p"},
    "people:message-new": {"q": "a", "purpose": "thanks"},
    "people:event": {"at": SLOT},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {OF_ONE}/talks": (
        "text", "channel", "on", "learned", "follow_up", "follow_up_on",
    ),
    f"POST {OF_ONE}/favours": (
        "text", "direction", "kind", "state", "on", "about_id", "company_id", "about", "at",
    ),
    f"POST {OF_ONE}/messages": ("purpose", "subject", "text", "evidence", "channel"),
    f"PUT {MAIL}": ("purpose", "text", "evidence"),
    f"POST {MAIL}/sent": ("on",),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {OF_ONE}/talks": {"written_at": "2020-01-01"},
    f"POST {OF_ONE}/favours": {"thanked_on": "2020-01-01"},
    f"POST {OF_ONE}/messages": {"state": "sent"},
    f"PUT {MAIL}": {"sent_on": "2020-01-01"},
    f"POST {MAIL}/sent": {"state": "answered"},
}
COUNTS: dict[str, int] = {
    "/people/next/": 18,
    "/people/ask/?about=person&company=firm": 26,
    "/people/grid/": 10,
    "/people/events/": 12,
    "/people/pitches/": 8,
    "/people/posts/": 8,
}


def make(access: Access, product: ProductView, contact_id: str, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del product
    talk = log_talk(access, contact_id, TalkDraft(f"{mark} talk", follow_up=f"{mark} promise"))
    got = FavourDraft(f"{mark} favour", "received", "advice")
    favour = write_favour(access, contact_id, got)
    message = begin_outreach(access, contact_id, OutreachDraft(text=f"{mark} message"))
    draft = EventDraft(
        f"{mark} event", date(2026, 5, 7), "18:30", rule="FREQ=MONTHLY;BYDAY=1TH",
        zone="Europe/Berlin", goals=f"{mark} goals",
    )  # fmt: skip
    event = create_event(access, draft)
    plan_visit(access, event.public_id, SLOT, goals=f"{mark} goals")
    return {
        "talk_id": talk.public_id,
        "favour_id": favour.public_id,
        "message_id": message.public_id,
        "event_id": event.public_id,
        "pitch_id": create_pitch(access, PitchDraft(f"{mark} one", f"{mark} text")).public_id,
        "post_id": create_post(access, PostDraft(f"{mark} post", text=f"{mark} text")).public_id,
    }


def fill(access: Access, product: ProductView, contact_id: str, number: int) -> None:
    """One more of everything."""
    del product
    log_talk(access, contact_id, TalkDraft(f"talk {number}", follow_up="send it"))
    write_favour(access, contact_id, FavourDraft(f"favour {number}", "received", "advice"))
    begin_outreach(access, contact_id, OutreachDraft(text=f"message {number}"))
    event = create_event(
        access, EventDraft(f"event {number}", date(2026, 5, 7), "18:30", rule="FREQ=WEEKLY")
    )
    plan_visit(access, event.public_id, SLOT, goals="g")
    create_pitch(access, PitchDraft(f"somebody {number}", "I am"))
    create_post(access, PostDraft(f"post {number}"))

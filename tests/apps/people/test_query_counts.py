"""Pages of one thing ask the database the same number of times, however much is written there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.events import EventDraft, create_event, meet
from pilothouse.apps.people.services.favours import FavourDraft, write_favour
from pilothouse.apps.people.services.outreach import OutreachDraft, begin_outreach
from pilothouse.apps.people.services.pitches import PitchDraft, add_try, change_pitch, create_pitch
from pilothouse.apps.people.services.talks import TalkDraft, log_talk
from tests.apps.makers import browser_of

SLOT = "2024-05-07T18:30:00"


@pytest.fixture
def pages(people) -> dict[str, str]:
    """A contact, its company, an event, a pitch and a message: their pages."""
    ana = create_contact(people.alice, ContactDraft("Ana Ruiz", company="Acme", topics=("a",)))
    draft = EventDraft("Tank", date(2024, 5, 7), "18:30", rule="FREQ=WEEKLY")
    event = create_event(people.alice, draft)
    pitch = create_pitch(people.alice, PitchDraft("a recruiter", "I am"))
    message = begin_outreach(people.alice, ana.public_id, OutreachDraft(text="Hello"))
    fill(people, ana.public_id, event.public_id, pitch.public_id, 0)
    return {
        "contact": ana.url, "company": f"/people/companies/{ana.line.company_id}/",
        "event": f"{event.page_url}?at={SLOT}", "pitch": pitch.url, "message": message.url,
        "ids": f"{ana.public_id} {event.public_id} {pitch.public_id}",
    }  # fmt: skip


def fill(people, contact_id: str, event_id: str, pitch_id: str, number: int) -> None:
    """One more of everything."""
    alice = people.alice
    eve = create_contact(alice, ContactDraft(f"Eve {number}", company="Acme Group"))
    log_talk(alice, contact_id, TalkDraft(f"talk {number}", follow_up="send it"))
    write_favour(alice, contact_id, FavourDraft("x", about_id=eve.public_id, at=f"Firm {number}"))
    begin_outreach(alice, contact_id, OutreachDraft(text=f"message {number}"))
    meet(alice, event_id, SLOT, contact_id=eve.public_id, text="")
    meet(alice, event_id, SLOT, contact_id=contact_id, text="")
    change_pitch(alice, pitch_id, PitchDraft("a recruiter", f"I am {number}"))
    add_try(alice, pitch_id, 50 + number)


def count(browser: Client, pages: dict[str, str]) -> Iterator[tuple[str, int]]:
    for name, url in pages.items():
        if name == "ids":
            continue
        assert browser.get(url).status_code == 200, name
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        yield name, len(asked)


def test_more_of_everything_asks_no_more(people, pages):
    browser = browser_of(people.alice)
    few = dict(count(browser, pages))
    for number in range(1, 8):
        fill(people, *pages["ids"].split(), number)
    assert dict(count(browser, pages)) == few
    assert max(few.values()) < 40

"""Events: entered, read from calendars, visited; whom one met; out again as a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import icalendar
import pytest
import time_machine

from pilothouse.apps.people.models import Event
from pilothouse.apps.people.services.calendars import (
    export_ics,
    list_sources,
    remove_source,
    take_in_ics,
)
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.events import (
    EventDraft,
    close_visit,
    create_event,
    find_meeting,
    list_meetings,
    list_met,
    list_past,
    meet,
    plan_visit,
    thin_out,
)
from pilothouse.apps.people.services.feeds import read_calendar
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.talks import list_follow_ups
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
TODAY = NOW.date()
ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
BEGIN:VEVENT\r
UID:tank@example.org\r
DTSTAMP:20260101T000000Z\r
DTSTART;TZID=Europe/Berlin:20261001T183000\r
DTEND;TZID=Europe/Berlin:20261001T203000\r
RRULE:FREQ=MONTHLY;BYDAY=1TH\r
EXDATE;TZID=Europe/Berlin:20270107T183000\r
SUMMARY:ProductTank\\, with a comma\r
LOCATION:Hall 1\r
DESCRIPTION:A long line that is folded because it has more than seventy-fi\r
 ve characters\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:tank@example.org\r
RECURRENCE-ID;TZID=Europe/Berlin:20261203T183000\r
DTSTART;TZID=Europe/Berlin:20261204T190000\r
DTEND;TZID=Europe/Berlin:20261204T210000\r
SUMMARY:ProductTank moved\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:day@example.org\r
DTSTART;VALUE=DATE:20261224\r
SUMMARY:Holiday\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:odd@example.org\r
DTSTART:20261124T100000Z\r
DURATION:PT45M\r
RRULE:FREQ=SECONDLY\r
SUMMARY:Odd\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:windows@example.org\r
DTSTART;TZID=W. Europe Standard Time:20261125T090000\r
DTEND;TZID=W. Europe Standard Time:20261125T100000\r
SUMMARY:From Outlook\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


def whens(access, days: int = 120) -> list[str]:
    return [f"{m.start:%Y-%m-%d %H:%M} {m.title}" for m in list_meetings(access, TODAY, days=days)]


def test_a_calendar_comes_in_with_its_exceptions_and_says_what_it_cannot_keep(people):
    read = take_in_ics(people.alice, ICS, "tank.ics")
    assert (read.created, read.changed, read.same) == (4, 0, 0)
    assert [problem for problem in read.problems if "Odd" in problem and "SECONDLY" in problem]
    assert whens(people.alice) == [
        "2026-11-24 10:00 Odd", "2026-11-25 09:00 From Outlook",
        "2026-12-04 19:00 ProductTank moved", "2026-12-24 00:00 Holiday",
        "2027-02-04 18:30 ProductTank, with a comma", "2027-03-04 18:30 ProductTank, with a comma",
    ]  # fmt: skip
    again = take_in_ics(people.alice, ICS, "tank.ics")
    assert (again.created, again.changed, again.same) == (0, 0, 4)
    changed = take_in_ics(people.alice, ICS.replace(b"Hall 1", b"Hall 2"), "tank.ics")
    assert (changed.created, changed.changed, changed.same) == (0, 1, 3)
    assert whens(people.bob) == []
    assert search(people.bob, "producttank") == []
    assert [hit.title for hit in search(people.alice, "producttank")] != []
    assert list_sources(people.alice) == [("tank.ics", 4)]
    assert remove_source(people.alice, "tank.ics") == 4
    assert whens(people.alice) == []
    with pytest.raises(ConflictError):
        remove_source(people.alice, "tank.ics")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(people, body):
    with pytest.raises(InvalidValueError):
        take_in_ics(people.alice, body, "x.ics")
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        b"DTSTART:99991231T000000Z", b"DTSTART;VALUE=DATE:00010101", b"DTSTART:nonsense",
        b"SUMMARY:no start", b"DTSTART;TZID=Nowhere/Else:20261124T100000",
        b"DTSTART:20261124T100000Z\r\nDURATION:P9999D", b"DTSTART:20261124T100000Z\r\nRRULE:FREQ=X",
        b"DTSTART:20261124T100000Z\r\nDTEND:20261123T100000Z",
    ],
)  # fmt: skip
def test_an_event_that_makes_no_sense_is_named_or_stands_once(people, line):
    event = b"BEGIN:VEVENT\r\nUID:1\r\n" + line + b"\r\nEND:VEVENT\r\n"
    good = b"BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261124T100000Z\r\nEND:VEVENT\r\n"
    body = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event + good + b"END:VCALENDAR\r\n"
    read = take_in_ics(people.alice, body, "x.ics")
    assert read.created >= 1
    assert read.created == 2 or read.problems
    assert len(whens(people.alice)) >= 1


def test_what_is_exported_is_read_by_another_program_and_comes_back(people):
    import warnings

    import recurring_ical_events

    take_in_ics(people.alice, ICS, "tank.ics")
    create_event(people.alice, EventDraft("Own", date(2026, 11, 26), "09:00", zone="Asia/Tokyo"))
    body = export_ics(people.alice, NOW)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = icalendar.Calendar.from_ical(body)
        found = recurring_ical_events.of(calendar).between(TODAY, TODAY + timedelta(days=121))
    theirs = sorted(
        f"{e.start:%Y-%m-%d %H:%M} {e['SUMMARY']}"
        if isinstance(e.start, datetime)
        else f"{e.start} 00:00 {e['SUMMARY']}"
        for e in found
    )
    assert theirs == sorted(whens(people.alice))
    create_contact(people.alice, ContactDraft("Due", cadence_days=7))
    todo = icalendar.Calendar.from_ical(export_ics(people.alice, NOW)).walk("VTODO")[0]
    assert (todo["summary"], todo["due"].dt) == ("Due: get in touch", TODAY + timedelta(days=7))
    take_in_ics(people.bob, body, "alice.ics")
    assert whens(people.bob) == whens(people.alice)


def test_whom_one_met_is_to_hear_from_one_within_a_day(people):
    draft = EventDraft("ProductTank", date(2026, 11, 5), "18:30", 180, "Europe/Berlin",
                       rule="FREQ=MONTHLY;BYDAY=1TH", goals="Two who test prices")  # fmt: skip
    event = create_event(people.alice, draft)
    slot = "2026-11-05T18:30:00"
    plan_visit(people.alice, event.public_id, slot, goals="One at least")
    assert find_meeting(people.alice, event.public_id, slot).goals == "One at least"
    meet(people.alice, event.public_id, slot, name="Tom Berg", text="Tests prices by region")
    create_contact(people.alice, ContactDraft("Ana Ruiz"))
    meet(people.alice, event.public_id, slot, name=" ana  RUIZ", text="")
    assert list_contacts(people.alice, Wanted()).total == 2
    assert [name for name, _, _ in list_met(people.alice, event.public_id, slot)] == [
        "Tom Berg", "Ana Ruiz",
    ]  # fmt: skip
    assert {each.due_on for each in list_follow_ups(people.alice, TODAY)} == {date(2026, 11, 6)}
    (tom,) = list_contacts(people.alice, Wanted(text="tom")).lines
    assert (tom.relation, tom.last_contact_on) == ("event", date(2026, 11, 5))
    close_visit(people.alice, event.public_id, slot, went=True, learned="Prices differ")
    assert list_acts(people.alice, limit=1)[0].facts == {"goals": True, "met": 2, "learned": True}
    meeting = find_meeting(people.alice, event.public_id, slot)
    assert (meeting.went, meeting.met, meeting.when) == (
        True, 2, "Thu 5 Nov 2026, 18:30 (Europe/Berlin)",
    )  # fmt: skip
    for bad in ("2026-11-06T18:30:00", "soon", "2026-11-05T18:30:00+01:00", "9999-01-01"):
        with pytest.raises(NotFoundError):
            find_meeting(people.alice, event.public_id, bad)
    with pytest.raises(NotFoundError):
        find_meeting(people.bob, event.public_id, slot)


def test_what_was_is_still_there_to_write_down_whom_one_met(people):
    draft = EventDraft("Tank", date(2026, 11, 10), "18:30", rule="FREQ=WEEKLY")
    event = create_event(people.alice, draft)
    create_event(people.alice, EventDraft("Once", date(2026, 11, 20)))
    past = list_past(people.alice, TODAY)
    assert [(m.title, m.start.day, m.is_untold) for m in past] == [
        ("Once", 20, True), ("Tank", 17, True), ("Tank", 10, True),
    ]  # fmt: skip
    meet(people.alice, event.public_id, past[1].slot, name="Tom Berg", text="")
    close_visit(people.alice, event.public_id, past[2].slot, went=False)
    assert [m.is_untold for m in list_past(people.alice, TODAY)] == [True, False, False]
    assert list_past(people.bob, TODAY) == []
    coming = list_meetings(people.alice, TODAY)
    assert len(coming) > 10
    assert [m.start.day for m in thin_out(coming)] == [24, 1, 8]


def test_the_pages_lead_to_the_times_that_were(people):
    from tests.apps.makers import browser_of

    event = create_event(
        people.alice, EventDraft("Tank", date(2026, 11, 22), "18:30", rule="FREQ=WEEKLY")
    )
    browser = browser_of(people.alice)
    slot = "2026-11-22T18:30:00"
    for path in ("/people/events/", "/people/next/", event.page_url):
        assert f"{event.page_url}?at={slot}" in browser.get(path).content.decode(), path
    browser.post(f"{event.page_url}meet/", {"slot": slot, "name": "Tom Berg"})
    assert "Whom did you meet?" not in browser.get("/people/next/").content.decode()
    assert "met 1" in browser.get("/people/events/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""}, {"at": "25:00"}, {"zone": "Nowhere"}, {"rule": "FREQ=SOMETIMES"},
        {"minutes": -1}, {"day": date(1, 1, 1)}, {"url": "javascript:alert(1)"},
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_refused(people, changes):
    draft = {"title": "T", "day": TODAY, **changes}
    with pytest.raises(InvalidValueError):
        create_event(people.alice, EventDraft(**draft))


def test_a_calendar_at_an_address_is_read_when_asked(people):
    class Answer:
        body = ICS

    class Fetcher:
        asked: list[str] = []  # noqa: RUF012

        def fetch(self, url: str) -> Answer:
            self.asked.append(url)
            return Answer()

    read = read_calendar(people.alice, "webcal://a.example/tank.ics", fetcher=Fetcher())
    assert (read.created, Fetcher.asked) == (4, ["https://a.example/tank.ics"])
    for address in ("file:///etc/passwd", "http://127.0.0.1/x.ics", "ftp://a.example"):
        with pytest.raises(InvalidValueError):
            read_calendar(people.alice, address)

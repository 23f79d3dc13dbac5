"""Next actions as a calendar file: an all-day entry each, with an alarm at nine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pilothouse.apps.jobs.services.briefs import Brief

_DOMAIN = "jobs.pilothouse"


def write_calendar(applications: Sequence[Brief], now: datetime) -> bytes:
    """An iCalendar file (RFC 5545) of the next actions that have a day."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Pilothouse//Jobs//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Job search")
    for each in applications:
        if each.next_on is not None:
            _add(calendar, each, now)
    data: bytes = calendar.to_ical()
    return data


def _add(calendar: object, application: Brief, now: datetime) -> None:
    from icalendar import Alarm, Event

    assert application.next_on is not None
    event = Event()
    # The same id each time: a calendar that reads the file again changes the entry.
    event.add("uid", f"{application.public_id}@{_DOMAIN}")
    event.add("dtstamp", now)
    event.add("dtstart", application.next_on)
    event.add("dtend", application.next_on + timedelta(days=1))
    event.add("summary", f"{application.next_action}: {application.company}")
    event.add("description", f"{application.title}, {application.stage_name}")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", application.next_action)
    alarm.add("trigger", timedelta(hours=9))
    event.add_component(alarm)
    calendar.add_component(event)  # type: ignore[attr-defined]

"""Events, visits and calendars for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from pilothouse.apps.http import download
from pilothouse.apps.people.bodies import Strict, reader, writer
from pilothouse.apps.people.services import calendars, events
from pilothouse.apps.people.services.book import get_habits

router = Router()


class EventIn(Strict):
    """``at`` is HH:MM by the clock of ``zone``, empty for a whole day; ``rule`` an RRULE."""

    title: str
    day: date
    at: str = ""
    minutes: int = 60
    zone: str = "UTC"
    place: str = ""
    url: str = ""
    notes: str = ""
    goals: str = ""
    rule: str = ""

    def to_draft(self) -> events.EventDraft:
        return events.EventDraft(**self.dict())


class GoalsIn(Strict):
    goals: str


class VisitIn(Strict):
    went: bool
    learned: str = ""


class MetIn(Strict):
    """Somebody of the book by ``contact_id``, or by ``name``: new unless one is called so."""

    contact_id: str = ""
    name: str = ""
    text: str = ""


class CalendarIn(Strict):
    """A calendar as text (iCalendar); what came from the same ``source`` is set as it says."""

    source: str
    text: str


class MeetingsQuery(Schema):
    """``past`` days back, ``days`` ahead."""

    days: int = Field(30, ge=1, le=366)
    past: int = Field(0, ge=0, le=366)


@router.get("events", summary="What takes place in the coming days, and took place in the last")
def get_events(request: HttpRequest, asked: Query[MeetingsQuery]) -> dict[str, Any]:
    access = reader(request)
    today = get_habits(access).today(timezone.now())
    found = events.list_meetings(access, today, days=asked.days)
    past = events.list_past(access, today, days=asked.past) if asked.past else []
    return {
        "meetings": [events.to_meeting_json(each) for each in found],
        "past": [events.to_meeting_json(each) for each in past],
    }


@router.post("events", summary="Enter an event")
def post_event(request: HttpRequest, payload: EventIn) -> dict[str, Any]:
    return events.to_event_json(events.create_event(writer(request), payload.to_draft()))


@router.get("events/{event_id}", summary="An event with its times of the coming year")
def get_event(request: HttpRequest, event_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    view = events.get_event(access, event_id)
    today = get_habits(access).today(timezone.now())
    times = events.list_times(access, event_id, today, days=366)
    return {**events.to_event_json(view), "times": [events.to_meeting_json(t) for t in times]}


@router.put("events/{event_id}", summary="Change an event")
def put_event(request: HttpRequest, event_id: Path[str], payload: EventIn) -> dict[str, Any]:
    changed = events.change_event(writer(request), event_id, payload.to_draft())
    return events.to_event_json(changed)


@router.delete("events/{event_id}", summary="Take an event out (pages can restore it)")
def delete_event(request: HttpRequest, event_id: Path[str]) -> dict[str, Any]:
    events.set_event_deleted(writer(request), event_id, is_deleted=True)
    return {"deleted": event_id}


@router.put("events/{event_id}/times/{slot}/goals", summary="What one wants from one time of it")
def put_goals(
    request: HttpRequest, event_id: Path[str], slot: Path[str], payload: GoalsIn
) -> dict[str, Any]:
    access = writer(request)
    events.plan_visit(access, event_id, slot, goals=payload.goals)
    return events.to_meeting_json(events.find_meeting(access, event_id, slot))


@router.put("events/{event_id}/times/{slot}/visit", summary="Whether one went, what came of it")
def put_visit(
    request: HttpRequest, event_id: Path[str], slot: Path[str], payload: VisitIn
) -> dict[str, Any]:
    access = writer(request)
    events.close_visit(access, event_id, slot, went=payload.went, learned=payload.learned)
    return events.to_meeting_json(events.find_meeting(access, event_id, slot))


@router.post("events/{event_id}/times/{slot}/met", summary="Somebody met there")
def post_met(
    request: HttpRequest, event_id: Path[str], slot: Path[str], payload: MetIn
) -> dict[str, Any]:
    return asdict(events.meet(writer(request), event_id, slot, **payload.dict()))


@router.get("calendars", summary="The calendars that events came from")
def get_calendars(request: HttpRequest) -> dict[str, Any]:
    found = calendars.list_sources(reader(request))
    return {"calendars": [{"source": source, "events": count} for source, count in found]}


@router.post("calendars", summary="Take a calendar in")
def post_calendar(request: HttpRequest, payload: CalendarIn) -> dict[str, Any]:
    body = payload.text.encode("utf-8", "replace")
    return asdict(calendars.take_in_ics(writer(request), body, payload.source))


@router.get("calendar.ics", summary="Events, promises and who is due, as iCalendar")
def get_calendar(request: HttpRequest) -> HttpResponse:
    body = calendars.export_ics(reader(request), timezone.now())
    return download("people.ics", body, "text/calendar")

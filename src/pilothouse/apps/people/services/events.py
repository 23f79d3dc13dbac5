"""Events where people meet: entered or read from calendars, with goals, and whom one met there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.models import Channel, Event, EventVisit, Talk
from pilothouse.apps.people.services.book import find_row, get_contact_row, own, write
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.listing import find_by_name
from pilothouse.apps.people.services.talks import (
    FOLLOW_UP_WITHIN,
    TalkDraft,
    TalkView,
    log_talk,
)
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import Entry, index_entries, remove_entries
from pilothouse.engines.people.recurrence import (
    Change,
    Occurrence,
    Series,
    expand,
    parse_rule,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import new_public_id
from pilothouse.kernel.times import EARLIEST, LATEST, parse_zone

MAX_EVENTS = 5_000
HORIZON_DAYS = 120
LOOK_BACK_DAYS = 30
REPEATS_SHOWN = 3


@dataclass(frozen=True)
class EventDraft:
    """An event as it is entered. ``rule`` is the text of an RRULE, or empty."""

    title: str
    day: date
    at: str = ""  # HH:MM; empty: a whole day
    minutes: int = 60
    zone: str = "UTC"
    place: str = ""
    url: str = ""
    notes: str = ""
    goals: str = ""
    rule: str = ""


@dataclass(frozen=True)
class EventView:
    """An event of the book."""

    id: int
    public_id: str
    title: str
    place: str
    url: str
    notes: str
    goals: str
    rule: str
    source: str
    series: Series
    is_deleted: bool

    @property
    def page_url(self) -> str:
        return reverse("people:event", args=[self.public_id])


@dataclass(frozen=True)
class Meeting:
    """One time that an event takes place. ``slot`` names it within its event."""

    event_id: str
    title: str
    place: str
    slot: str
    start: datetime
    end: datetime
    zone: str
    is_all_day: bool
    goals: str = ""
    went: bool | None = None
    learned: str = ""
    met: int = 0

    @property
    def url(self) -> str:
        return f"{reverse('people:event', args=[self.event_id])}?at={self.slot}"

    @property
    def is_untold(self) -> bool:
        """Whether nothing is written down yet of how it was."""
        return self.went is None and not self.met

    @property
    def when(self) -> str:
        """Day and hour in words, by the wall clock where it takes place."""
        day = f"{self.start:%a} {self.start.day} {self.start:%b %Y}"
        if self.is_all_day:
            return day
        zone = f" ({self.zone})" if self.zone else ""
        return f"{day}, {self.start:%H:%M}{zone}"


def create_event(access: Access, draft: EventDraft) -> EventView:
    """Enter an event."""
    write(access)
    with transaction.atomic():
        refuse_many(access, 1)
        row = Event(**own(access), uid=f"{new_public_id()}@pilothouse")
        _fill(row, draft)
        row.save()
        _index(access, row)
    return to_event(row)


def change_event(access: Access, public_id: str, draft: EventDraft) -> EventView:
    """Change an event; exceptions of a series stay where their times still occur."""
    write(access)
    with transaction.atomic():
        row: Event = find_row(Event, access, public_id, "event", deleted_at=None)
        _fill(row, draft)
        row.save()
        _index(access, row)
    return to_event(row)


def get_event(access: Access, public_id: str) -> EventView:
    """One event of the person's."""
    return to_event(find_row(Event, access, public_id, "event", deleted_at=None))


def set_event_deleted(access: Access, public_id: str, *, is_deleted: bool) -> EventView:
    """Take an event out, or back in; talks that were had there stay."""
    write(access)
    with transaction.atomic():
        row: Event = find_row(Event, access, public_id, "event")
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        if is_deleted:
            remove_entries(access.workspace_id, "event", [public_id])
        else:
            _index(access, row)
    return to_event(row)


def list_meetings(
    access: Access, first: date, *, days: int = HORIZON_DAYS, with_visits: bool = True
) -> list[Meeting]:
    """What takes place in the days from ``first`` on, in order; three queries, or one without what
    one wants there and whom one met."""
    last = first + timedelta(days=days)
    return _meetings(access, None, first, last, with_visits=with_visits)


def list_past(access: Access, today: date, *, days: int = LOOK_BACK_DAYS) -> list[Meeting]:
    """What took place in the last days, the latest first: whom one met there is still fresh."""
    first, last = today - timedelta(days=days), today - timedelta(days=1)
    return _meetings(access, None, first, last)[::-1]


def thin_out(meetings: Sequence[Meeting], most: int = REPEATS_SHOWN) -> list[Meeting]:
    """The same with the first ``most`` times of each event: what repeats must not hide the rest."""
    seen: Counter[str] = Counter()
    kept = []
    for meeting in meetings:
        seen[meeting.event_id] += 1
        if seen[meeting.event_id] <= most:
            kept.append(meeting)
    return kept


def list_times(access: Access, public_id: str, first: date, *, days: int) -> list[Meeting]:
    """The times of one event."""
    get_event(access, public_id)
    return _meetings(access, public_id, first, first + timedelta(days=days))


def find_meeting(access: Access, public_id: str, slot: str) -> Meeting:
    """One time of an event by its name; ``NotFoundError`` where it does not take place."""
    event = get_event(access, public_id)
    at = _read_slot(slot)
    change = event.series.changed.get(at)
    day = (change.start if change else at).date()
    for meeting in _meetings(access, public_id, day, day):
        if meeting.slot == slot:
            return meeting
    raise NotFoundError("the event does not take place then.", value=slot)


def plan_visit(access: Access, public_id: str, slot: str, *, goals: str) -> None:
    """Say what one wants from one time of an event."""
    write(access)
    find_meeting(access, public_id, slot)
    text = check_body("goals", goals, 5000)
    row: Event = find_row(Event, access, public_id, "event", deleted_at=None)
    EventVisit.objects.update_or_create(event=row, at=slot, defaults={"goals": text})


def close_visit(
    access: Access, public_id: str, slot: str, *, went: bool, learned: str = ""
) -> None:
    """Say whether one went, and what came of it."""
    write(access)
    find_meeting(access, public_id, slot)
    text = check_body("what you learned", learned, 5000)
    with transaction.atomic():
        row: Event = find_row(Event, access, public_id, "event", deleted_at=None)
        visit, _ = EventVisit.objects.get_or_create(event=row, at=slot)
        visit.went, visit.learned = went, text
        visit.save()
        if went:
            met = Talk.objects.filter(visit=visit, deleted_at=None).count()
            facts = {"goals": bool(visit.goals or row.goals), "met": met, "learned": bool(text)}
            record_act(access, "event.attended", "event", public_id, facts)


def meet(
    access: Access, public_id: str, slot: str, *, contact_id: str = "", name: str = "", text: str
) -> TalkView:
    """Write down somebody met at an event: known, or new by name. To hear from one within a day."""
    write(access)
    meeting = find_meeting(access, public_id, slot)
    day = meeting.start.date()
    with transaction.atomic():
        row: Event = find_row(Event, access, public_id, "event", deleted_at=None)
        visit, _ = EventVisit.objects.get_or_create(event=row, at=slot)
        known = None if contact_id else find_by_name(access, name)
        contact_id = contact_id or (known.public_id if known else "")
        if not contact_id:
            draft = ContactDraft(name=name, relation="event", how_met=row.title, met_on=day)
            contact_id = create_contact(access, draft).public_id
        get_contact_row(access, contact_id)
        due = meeting.end.date() + FOLLOW_UP_WITHIN
        talk = TalkDraft(
            text=text.strip() or f"Met at {row.title}.", channel=Channel.EVENT.value, on=day,
            follow_up="Say that it was good to meet", follow_up_on=due,
        )  # fmt: skip
        return log_talk(access, contact_id, talk, visit_id=visit.pk)


def list_met(access: Access, public_id: str, slot: str) -> list[tuple[str, str, str]]:
    """Whom one met at one time of an event: (name, address, what was said)."""
    rows = Talk.objects.filter(
        **own(access), visit__event__public_id=public_id, visit__at=slot, deleted_at=None,
        contact__deleted_at=None,
    )  # fmt: skip
    return [
        (row.contact.name, reverse("people:contact", args=[row.contact.public_id]), row.text)
        for row in rows.select_related("contact").order_by("pk")
    ]


def to_event(row: Event) -> EventView:
    """A row as others see it."""
    return EventView(
        id=row.pk, public_id=row.public_id, title=row.title, place=row.place, url=row.url,
        notes=row.notes, goals=row.goals, rule=row.rule, source=row.source, series=_series(row),
        is_deleted=row.deleted_at is not None,
    )  # fmt: skip


def to_event_json(view: EventView) -> dict[str, Any]:
    """An event for programs."""
    start, zone = view.series.start, view.series.zone
    return {
        "id": view.public_id, "title": view.title, "place": view.place, "address": view.url,
        "notes": view.notes, "goals": view.goals, "rule": view.rule, "source": view.source,
        "day": start.date().isoformat(),
        "at": "" if view.series.is_all_day else f"{start:%H:%M}",
        "minutes": int(view.series.length.total_seconds() // 60),
        "zone": zone.key if zone else "", "url": view.page_url,
    }  # fmt: skip


def list_event_jsons(access: Access) -> list[dict[str, Any]]:
    """All events with what one wanted from their times and what came of it; two queries."""
    rows = Event.objects.filter(**own(access), deleted_at=None).prefetch_related("visits")
    return [
        {
            **to_event_json(to_event(row)),
            "visits": [
                {"at": v.at, "goals": v.goals, "went": v.went, "learned": v.learned}
                for v in row.visits.all()
            ],
        }
        for row in rows.order_by("pk")
    ]


def to_meeting_json(meeting: Meeting) -> dict[str, Any]:
    """One time of an event for programs."""
    return {
        "event": meeting.event_id, "title": meeting.title, "place": meeting.place,
        "slot": meeting.slot, "start": meeting.start.isoformat(), "end": meeting.end.isoformat(),
        "zone": meeting.zone, "all_day": meeting.is_all_day, "goals": meeting.goals,
        "went": meeting.went, "met": meeting.met,
    }  # fmt: skip


def _meetings(
    access: Access, public_id: str | None, first: date, last: date, *, with_visits: bool = True
) -> list[Meeting]:
    rows = Event.objects.filter(**own(access), deleted_at=None)
    if public_id:
        rows = rows.filter(public_id=public_id)
    events = [to_event(row) for row in rows.order_by("pk")[:MAX_EVENTS]]
    visits, met = _visits(events) if with_visits else ({}, {})
    found = [
        _to_meeting(event, each, visits, met)
        for event in events
        for each in expand(event.series, first, last)
    ]
    return sorted(found, key=lambda each: (each.start, each.title))


def _visits(
    events: Sequence[EventView],
) -> tuple[dict[tuple[int, str], EventVisit], dict[int, int]]:
    """Visits by event and slot, and how many people were met at each."""
    rows = EventVisit.objects.filter(event_id__in=[event.id for event in events])
    visits = {(visit.event_id, visit.at): visit for visit in rows}
    keys = [visit.pk for visit in visits.values()]
    talks = Talk.objects.filter(visit_id__in=keys, deleted_at=None)
    return visits, Counter(pk for pk in talks.values_list("visit_id", flat=True) if pk)


def _to_meeting(
    event: EventView, each: Occurrence, visits: Mapping[Any, EventVisit], met: Mapping[int, int]
) -> Meeting:
    slot = slot_of(each.slot, is_all_day=event.series.is_all_day)
    visit = visits.get((event.id, slot))
    return Meeting(
        event_id=event.public_id, title=each.title or event.title,
        place=each.place or event.place, slot=slot, start=each.start, end=each.end,
        zone=event.series.zone.key if event.series.zone else "",
        is_all_day=event.series.is_all_day,
        goals=(visit.goals if visit else "") or event.goals,
        went=visit.went if visit else None, learned=visit.learned if visit else "",
        met=met.get(visit.pk, 0) if visit else 0,
    )  # fmt: skip


def slot_of(moment: datetime, *, is_all_day: bool) -> str:
    return moment.date().isoformat() if is_all_day else moment.isoformat(timespec="seconds")


def _read_slot(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotFoundError("the event does not take place then.", value=text)
    if moment.tzinfo is not None or not EARLIEST.year <= moment.year < LATEST.year:
        raise NotFoundError("the event does not take place then.", value=text)
    return moment


def _fill(row: Event, draft: EventDraft) -> None:
    zone = parse_zone(draft.zone)
    if not EARLIEST.date() < draft.day < LATEST.date():
        raise InvalidValueError(
            f"a day lies between {EARLIEST.year} and {LATEST.year}.", value=draft.day
        )
    if not 0 <= draft.minutes <= 366 * 1440:
        raise InvalidValueError("an event takes from nothing to a year.", value=draft.minutes)
    rule = " ".join(draft.rule.split()).upper().removeprefix("RRULE:")
    if rule:
        parse_rule(rule, zone)
    row.title = check_line("a title", draft.title, 200, least=1)
    row.place = check_line("a place", draft.place, 300)
    row.url = check_address("an address", draft.url) if draft.url.strip() else ""
    row.notes = check_body("notes", draft.notes)
    row.goals = check_body("goals", draft.goals, 5000)
    row.is_all_day = not draft.at.strip()
    row.zone = "" if row.is_all_day else draft.zone
    row.begins = draft.day.isoformat() if row.is_all_day else _wall(draft.day, draft.at)
    row.minutes = max(1440, draft.minutes // 1440 * 1440) if row.is_all_day else draft.minutes
    row.rule = check_line("a rule", rule, 500)


def _wall(day: date, at: str) -> str:
    try:
        moment = datetime.combine(day, time.fromisoformat(at.strip()))
    except ValueError:
        raise InvalidValueError("an hour is written as 18:30.", value=at)
    return moment.replace(tzinfo=None, microsecond=0).isoformat(timespec="seconds")


def _series(row: Event) -> Series:
    zone = parse_zone(row.zone) if row.zone else None
    return Series(
        start=datetime.fromisoformat(row.begins),
        length=timedelta(minutes=row.minutes),
        zone=zone,
        is_all_day=row.is_all_day,
        rule=parse_rule(row.rule, zone) if row.rule else None,
        excluded=frozenset(datetime.fromisoformat(each) for each in row.excluded),
        added=frozenset(datetime.fromisoformat(each) for each in row.added),
        changed={
            datetime.fromisoformat(each["at"]): Change(
                datetime.fromisoformat(each["begins"]), timedelta(minutes=each["minutes"]),
                each.get("title", ""), each.get("place", ""),
            )
            for each in row.changed
        },
    )  # fmt: skip


def refuse_many(access: Access, more: int) -> None:
    if Event.objects.filter(**own(access)).count() + more > MAX_EVENTS:
        raise ConflictError(f"a book has at most {MAX_EVENTS:,} events.")


def _index(access: Access, row: Event) -> None:
    index_entries(access.workspace_id, [entry_of(access, row)])


def entry_of(access: Access, row: Event) -> Entry:
    return Entry(
        kind="event",
        object_id=row.public_id,
        title=row.title,
        body="\n".join(text for text in (row.place, row.goals, row.notes) if text),
        url=f"/people/events/{row.public_id}/",
        owner_id=access.user_id,
    )

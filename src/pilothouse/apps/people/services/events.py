"""Events where people meet: entered or read from calendars, with goals, and whom one met there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.formats.ics import IcsEvent, read_ics, write_ics
from pilothouse.apps.people.models import Channel, Contact, Event, EventVisit, Talk
from pilothouse.apps.people.services.book import find_row, get_contact_row, get_habits, own, write
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.talks import (
    FOLLOW_UP_WITHIN,
    FollowUp,
    TalkDraft,
    TalkView,
    list_follow_ups,
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
MAX_FILE_BYTES = 5 * 1024**2
HORIZON_DAYS = 120


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
    def when(self) -> str:
        """Day and hour in words, by the wall clock where it takes place."""
        day = f"{self.start:%a} {self.start.day} {self.start:%b %Y}"
        if self.is_all_day:
            return day
        zone = f" ({self.zone})" if self.zone else ""
        return f"{day}, {self.start:%H:%M}{zone}"


@dataclass(frozen=True)
class IcsResult:
    """What reading a calendar did."""

    created: int
    changed: int
    same: int
    problems: tuple[str, ...]


def create_event(access: Access, draft: EventDraft) -> EventView:
    """Enter an event."""
    write(access)
    with transaction.atomic():
        _refuse_many(access, 1)
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


def list_meetings(access: Access, first: date, *, days: int = HORIZON_DAYS) -> list[Meeting]:
    """What takes place in the days from ``first`` on, in order; three queries."""
    return _meetings(access, None, first, first + timedelta(days=days))


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


def take_in_ics(access: Access, body: bytes, source: str) -> IcsResult:
    """Read a calendar; an event that is here by its id is changed to what the file says."""
    write(access)
    if len(body) > MAX_FILE_BYTES:
        raise InvalidValueError("a calendar has at most 5 MB.")
    habits = get_habits(access)
    read = read_ics(body, parse_zone(habits.zone))
    created = changed = same = 0
    with transaction.atomic():
        rows = {row.uid: row for row in Event.objects.filter(**own(access))}
        _refuse_many(access, sum(event.uid not in rows for event in read.events))
        entries = []
        for event in read.events:
            row = rows.get(event.uid) or Event(**own(access), uid=event.uid)
            is_new = row.pk is None
            before = None if is_new else _state(row)
            _fill_from(row, event, source)
            if is_new or _state(row) != before:
                row.save()
                entries.append(_entry(access, row))
                created, changed = created + is_new, changed + (not is_new)
            else:
                same += 1
        index_entries(access.workspace_id, entries)
        facts = {"created": created, "changed": changed}
        record_act(access, "calendar.read", "calendar", access.user_public_id, facts)
    told = tuple(problem.sentence for problem in read.problems)
    return IcsResult(created, changed, same, told)


def remove_source(access: Access, source: str) -> int:
    """Take out all events that a calendar brought; how many."""
    write(access)
    with transaction.atomic():
        rows = Event.objects.filter(**own(access), source=source, deleted_at=None)
        ids = list(rows.values_list("public_id", flat=True))
        if not source or not ids:
            raise ConflictError("no event came from there.", value=source)
        remove_entries(access.workspace_id, "event", ids)
        rows.delete()
    return len(ids)


def list_sources(access: Access) -> list[tuple[str, int]]:
    """The calendars that events came from, with how many."""
    from django.db.models import Count

    rows = Event.objects.filter(**own(access), deleted_at=None).exclude(source="")
    return list(rows.values_list("source").annotate(Count("pk")).order_by("source"))


def export_ics(access: Access, now: datetime) -> bytes:
    """All events with their exceptions, what was promised in talks, and whom to get in touch with
    within a month, as iCalendar."""
    rows = Event.objects.filter(**own(access), deleted_at=None).order_by("pk")
    events = [_to_ics(to_event(row), row.uid) for row in rows]
    today = get_habits(access).today(now)
    return write_ics(events, now, [*list_follow_ups(access, today), *_coming_due(access, today)])


def _coming_due(access: Access, today: date) -> list[FollowUp]:
    """Contacts due within a month, as things to do."""
    rows = Contact.objects.filter(
        **own(access), deleted_at=None, is_resting=False, due_on__lte=today + timedelta(days=31)
    ).order_by("due_on", "pk")[:200]
    return [
        FollowUp(
            talk_id=f"due-{row.public_id}", contact_id=row.public_id, name=row.name,
            text="get in touch", due_on=max(row.due_on or today, row.snoozed_until or today),
            late=0, url="",
        )
        for row in rows
    ]  # fmt: skip


def to_event(row: Event) -> EventView:
    """A row as others see it."""
    return EventView(
        id=row.pk, public_id=row.public_id, title=row.title, place=row.place, url=row.url,
        notes=row.notes, goals=row.goals, rule=row.rule, source=row.source, series=_series(row),
        is_deleted=row.deleted_at is not None,
    )  # fmt: skip


def to_meeting_json(meeting: Meeting) -> dict[str, Any]:
    """One time of an event for programs."""
    return {
        "event": meeting.event_id, "title": meeting.title, "place": meeting.place,
        "slot": meeting.slot, "start": meeting.start.isoformat(), "end": meeting.end.isoformat(),
        "zone": meeting.zone, "all_day": meeting.is_all_day, "goals": meeting.goals,
        "went": meeting.went, "met": meeting.met,
    }  # fmt: skip


def _meetings(access: Access, public_id: str | None, first: date, last: date) -> list[Meeting]:
    rows = Event.objects.filter(**own(access), deleted_at=None)
    if public_id:
        rows = rows.filter(public_id=public_id)
    events = [to_event(row) for row in rows.order_by("pk")[:MAX_EVENTS]]
    visits = {
        (visit.event_id, visit.at): visit
        for visit in EventVisit.objects.filter(event_id__in=[event.id for event in events])
    }
    met: dict[int, int] = {}
    for pk in Talk.objects.filter(
        visit_id__in=[visit.pk for visit in visits.values()], deleted_at=None
    ).values_list("visit_id", flat=True):
        met[pk or 0] = met.get(pk or 0, 0) + 1
    found = [
        _to_meeting(event, each, visits, met)
        for event in events
        for each in expand(event.series, first, last)
    ]
    return sorted(found, key=lambda each: (each.start, each.title))


def _to_meeting(
    event: EventView, each: Occurrence, visits: Mapping[Any, EventVisit], met: Mapping[int, int]
) -> Meeting:
    slot = _slot(each.slot, is_all_day=event.series.is_all_day)
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


def _slot(moment: datetime, *, is_all_day: bool) -> str:
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


def _fill_from(row: Event, event: IcsEvent, source: str) -> None:
    series = event.series
    row.title, row.place, row.notes = event.title, event.place, event.notes
    row.url = event.url if event.url.startswith(("http://", "https://")) else ""
    row.is_all_day, row.zone = series.is_all_day, series.zone.key if series.zone else ""
    row.begins = _slot(series.start, is_all_day=series.is_all_day)
    row.minutes = int(series.length.total_seconds() // 60)
    row.rule, row.source, row.deleted_at = event.rule[:500], source[:200], None
    row.excluded = sorted(moment.isoformat() for moment in series.excluded)[:2000]
    row.added = sorted(moment.isoformat() for moment in series.added)[:2000]
    row.changed = [
        {
            "at": slot.isoformat(), "begins": change.start.isoformat(),
            "minutes": int(change.length.total_seconds() // 60), "title": change.title,
            "place": change.place,
        }
        for slot, change in sorted(series.changed.items())[:2000]
    ]  # fmt: skip


def _state(row: Event) -> tuple[Any, ...]:
    names = ("title", "place", "notes", "url", "begins", "minutes", "zone", "rule", "source",
             "deleted_at")  # fmt: skip
    lists = (str(row.excluded), str(row.added), str(row.changed))
    return (*(getattr(row, name) for name in names), *lists)


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


def _to_ics(event: EventView, uid: str) -> IcsEvent:
    notes = "\n\n".join(text for text in (event.notes, event.goals) if text)
    return replace(
        IcsEvent(uid, event.title, event.series), place=event.place, url=event.url,
        notes=notes, rule=event.rule,
    )  # fmt: skip


def _refuse_many(access: Access, more: int) -> None:
    if Event.objects.filter(**own(access)).count() + more > MAX_EVENTS:
        raise ConflictError(f"a book has at most {MAX_EVENTS:,} events.")


def _index(access: Access, row: Event) -> None:
    index_entries(access.workspace_id, [_entry(access, row)])


def _entry(access: Access, row: Event) -> Entry:
    return Entry(
        kind="event",
        object_id=row.public_id,
        title=row.title,
        body="\n".join(text for text in (row.place, row.goals, row.notes) if text),
        url=f"/people/events/{row.public_id}/",
        owner_id=access.user_id,
    )

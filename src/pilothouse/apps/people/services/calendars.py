"""Calendars in and out: events read from a file or an address, and all of them written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from pilothouse.apps.people.formats.ics import IcsEvent, read_ics, write_ics
from pilothouse.apps.people.models import Contact, Event
from pilothouse.apps.people.services.book import get_habits, own, write
from pilothouse.apps.people.services.events import (
    EventView,
    entry_of,
    refuse_many,
    slot_of,
    to_event,
)
from pilothouse.apps.people.services.talks import FollowUp, list_follow_ups
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entries, remove_entries
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.ids import canonical_json
from pilothouse.kernel.times import parse_zone

MAX_FILE_BYTES = 5 * 1024**2


@dataclass(frozen=True)
class IcsResult:
    """What reading a calendar did."""

    created: int
    changed: int
    same: int
    problems: tuple[str, ...]


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
        refuse_many(access, sum(event.uid not in rows for event in read.events))
        entries = []
        for event in read.events:
            row = rows.get(event.uid) or Event(**own(access), uid=event.uid)
            is_new = row.pk is None
            before = None if is_new else _state(row)
            _fill_from(row, event, source)
            if is_new or _state(row) != before:
                row.save()
                entries.append(entry_of(access, row))
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


def _fill_from(row: Event, event: IcsEvent, source: str) -> None:
    series = event.series
    row.title, row.place, row.notes = event.title, event.place, event.notes
    row.url = event.url if event.url.startswith(("http://", "https://")) else ""
    row.is_all_day, row.zone = series.is_all_day, series.zone.key if series.zone else ""
    row.begins = slot_of(series.start, is_all_day=series.is_all_day)
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
    # The database may give the parts of a change in another order.
    lists = (*row.excluded, *row.added, canonical_json(row.changed))
    return (*(getattr(row, name) for name in names), *lists)


def _to_ics(event: EventView, uid: str) -> IcsEvent:
    notes = "\n\n".join(text for text in (event.notes, event.goals) if text)
    return replace(
        IcsEvent(uid, event.title, event.series), place=event.place, url=event.url,
        notes=notes, rule=event.rule,
    )  # fmt: skip

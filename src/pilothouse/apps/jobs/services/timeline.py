"""The timeline of an application: moves, lines beside them, what was sent, who was involved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.models import (
    Application,
    ApplicationNote,
    ApplicationPerson,
    NoteKind,
    PersonPart,
)
from pilothouse.apps.jobs.services.applications import ApplicationView, MoveView
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS, PartRows
from pilothouse.apps.jobs.services.sent_files import SentView, list_sent
from pilothouse.apps.jobs.services.texts import check_choice, read_past_day
from pilothouse.apps.people.services.contacts import get_contact
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError

MAX_NOTES, MAX_PEOPLE = 1_000, 100
NOTES = PartRows(ApplicationNote, "line")
PEOPLE = PartRows(ApplicationPerson, "person")


@dataclass(frozen=True)
class NoteView:
    """A line of the timeline that is no move."""

    public_id: str
    kind: str
    on: date
    text: str

    @property
    def kind_name(self) -> str:
        return NoteKind(self.kind).label


@dataclass(frozen=True)
class PersonView:
    """Somebody who has to do with an application."""

    public_id: str
    part: str
    name: str
    contact_id: str

    @property
    def part_name(self) -> str:
        return PersonPart(self.part).label


@dataclass(frozen=True)
class TimelineLine:
    """One line: exactly one of the three is there. ``days`` are those in the stage, of a move."""

    on: date
    move: MoveView | None = None
    note: NoteView | None = None
    sent: SentView | None = None
    days: int | None = None
    is_back: bool = False


def read_timeline(application: ApplicationView) -> list[TimelineLine]:
    """Everything of an application by day, the newest first."""
    spans = {span.move.number: span for span in application.history.spans}
    lines = [
        TimelineLine(
            move.on, move=move,
            days=spans[move.number].days if move.number in spans else None,
            is_back=move.number in spans and spans[move.number].is_back,
        )
        for move in application.moves
    ]  # fmt: skip
    lines += [TimelineLine(note.on, note=note) for note in list_notes(application)]
    lines += [TimelineLine(sent.sent_on, sent=sent) for sent in list_sent(application)]
    return sorted(lines, key=_place, reverse=True)


def list_notes(application: ApplicationView) -> list[NoteView]:
    """The lines beside the moves, as they were written."""
    rows = ApplicationNote.objects.filter(application_id=application.id, deleted_at=None)
    return [_to_note(row) for row in rows.order_by("pk")[:MAX_NOTES]]


def write_note(access: Access, public_id: str, kind: str, text: str, on: str = "") -> NoteView:
    """Write a line. A sign of life ("heard") starts the days of silence anew."""
    checked = check_choice("a line's kind", kind, NoteKind.values)
    words = check_body("a line", text, 5_000, least=0 if kind != NoteKind.NOTE else 1)
    day = read_past_day("the day of a line", on)
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        if row.notes.filter(deleted_at=None).count() >= MAX_NOTES:
            raise ConflictError(f"an application has at most {MAX_NOTES:,} lines.")
        note = ApplicationNote.objects.create(
            application=row, kind=checked, on=day, text=words, written_at=timezone.now()
        )
        record_act(access, "application.noted", "application", public_id, {"of": kind})
    return _to_note(note)


def set_note_deleted(access: Access, public_id: str, note_id: str, *, is_deleted: bool) -> NoteView:
    """Throw a line away, or bring it back."""
    return _to_note(NOTES.set_deleted(access, public_id, note_id, is_deleted=is_deleted))


def list_people(application: ApplicationView) -> list[PersonView]:
    """Who has to do with it."""
    rows = ApplicationPerson.objects.filter(application_id=application.id, deleted_at=None)
    return [_to_person(row) for row in rows.order_by("pk")[:MAX_PEOPLE]]


def add_person(
    access: Access, public_id: str, part: str, name: str, contact_id: str = ""
) -> PersonView:
    """Say who has to do with it. Names go into no act of the ledger."""
    values = {
        "part": check_choice("a part", part, PersonPart.values),
        "name": check_line("a name", name, 200, least=1),
        "contact_id": get_contact(access, contact_id).public_id if contact_id else "",
    }
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        if row.people.filter(deleted_at=None).count() >= MAX_PEOPLE:
            raise ConflictError(f"an application has at most {MAX_PEOPLE} people.")
        person = ApplicationPerson.objects.create(application=row, **values)
        _name_referrer(row, person)
        record_act(access, "application.person-added", "application", public_id, {"of": part})
    return _to_person(person)


def set_person_deleted(
    access: Access, public_id: str, person_id: str, *, is_deleted: bool
) -> PersonView:
    """Take somebody out, or back."""
    with transaction.atomic():
        person = PEOPLE.set_deleted(access, public_id, person_id, is_deleted=is_deleted)
        _name_referrer(person.application, person)
    return _to_person(person)


def _name_referrer(row: Application, person: ApplicationPerson) -> None:
    """The funnel compares referred applications with others by the name kept at the application:
    whoever is marked as referrer stands there, unless another name was written by hand."""
    if person.part != PersonPart.REFERRER or row.referrer not in {"", person.name}:
        return
    row.referrer = "" if person.deleted_at else person.name
    row.save(update_fields=["referrer"])


def _place(line: TimelineLine) -> tuple[date, int, int]:
    number = line.move.number if line.move else 0
    return line.on, 1 if line.move else 0, number


def _to_note(row: ApplicationNote) -> NoteView:
    return NoteView(row.public_id, row.kind, row.on, row.text)


def _to_person(row: ApplicationPerson) -> PersonView:
    return PersonView(row.public_id, row.part, row.name, row.contact_id)

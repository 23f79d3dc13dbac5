"""The journal of a side project: problems, mistakes, failures, talks; and looking back.

A line is written once; correcting it is another line. What the ledger holds of it is when it was
written, for which day, and its digest, so that nobody can say later that it was invented.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.decisions.services.decisions import get_decision
from pilothouse.apps.portfolio.models import JournalKind
from pilothouse.apps.portfolio.project_models import JournalEntry, Project, Retrospective
from pilothouse.apps.portfolio.services.projects import ProjectView, get_row, to_view
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.times import parse_zone

_FAILURES = (JournalKind.MISTAKE, JournalKind.FAILURE)
MAX_SHOWN = 500


@dataclass(frozen=True)
class EntryDraft:
    """A line as it is written."""

    text: str
    kind: str = JournalKind.NOTE.value
    lesson: str = ""
    who: str = ""
    happened_on: date | None = None
    decision_id: str = ""
    corrects: str = ""


@dataclass(frozen=True)
class EntryView:
    """A line of the journal."""

    public_id: str
    kind: str
    text: str
    lesson: str
    who: str
    happened_on: date
    written_at: datetime
    decision_id: str
    corrects: str
    act_sequence: int | None

    @property
    def kind_name(self) -> str:
        return JournalKind(self.kind).label

    @property
    def days_after(self) -> int:
        """How many days later than it happened it was written, by the day."""
        return max(0, (self.written_at.date() - self.happened_on).days)

    @property
    def is_failure(self) -> bool:
        return self.kind in _FAILURES


@dataclass(frozen=True)
class RetroDraft:
    """A look back."""

    went_well: str
    went_badly: str
    change: str
    surprised: str = ""


@dataclass(frozen=True)
class RetroView:
    """A retrospective that was held."""

    public_id: str
    went_well: str
    went_badly: str
    surprised: str
    change: str
    held_at: datetime


def write_entry(access: Access, public_id: str, draft: EntryDraft) -> EntryView:
    """Write a line; a mistake or failure is an act of its own kind."""
    if draft.kind not in JournalKind.values:
        raise InvalidValueError(
            f"a line is one of {', '.join(JournalKind.values)}.", value=draft.kind
        )
    text = check_body("a line of the journal", draft.text, 5000, least=3)
    lesson = check_body("what was learned", draft.lesson, 2000)
    who = check_line("a name", draft.who, 100)
    with transaction.atomic():
        row = get_row(access, public_id)
        project = to_view(row)
        if draft.decision_id:
            get_decision(project.product, draft.decision_id)
        now = timezone.now()
        entry = JournalEntry(
            project=row, kind=draft.kind, text=text, lesson=lesson, who=who,
            happened_on=_check_day(draft.happened_on, project, now), written_at=now,
            decision_id=draft.decision_id, corrects=_find_corrected(row, draft.corrects),
        )  # fmt: skip
        facts = _facts(entry)
        act = record_act(
            access, _act_kind(draft.kind), "journal-entry", entry.public_id, facts,
            product=project.product,
        )  # fmt: skip
        entry.act_sequence = act.sequence
        entry.save()
    return _to_view(entry)


def list_entries(
    access: Access, project: ProjectView, *, kinds: Collection[str] = ()
) -> list[EntryView]:
    """The lines of a project, the newest first."""
    del access  # who has the project may read its journal
    rows = JournalEntry.objects.select_related("corrects").filter(
        project_id=project.id, deleted_at=None
    )
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return [_to_view(row) for row in rows.order_by("-written_at", "-pk")[:MAX_SHOWN]]


def set_entry_deleted(
    access: Access, public_id: str, entry_id: str, *, is_deleted: bool
) -> EntryView:
    """Take a line out of the journal, or bring it back; that it was written stays in the ledger."""
    with transaction.atomic():
        row = get_row(access, public_id)
        entry = row.entries.select_related("corrects").filter(public_id=entry_id).first()
        if entry is None:
            raise NotFoundError("there is no such line in this journal.", value=entry_id)
        entry.deleted_at = timezone.now() if is_deleted else None
        entry.save(update_fields=["deleted_at"])
        kind = "journal.deleted" if is_deleted else "journal.restored"
        product = to_view(row).product
        record_act(access, kind, "journal-entry", entry_id, {}, product=product)
    return _to_view(entry)


def hold_retrospective(access: Access, public_id: str, draft: RetroDraft) -> RetroView:
    """Look back; the change that follows is demanded, or it was no retrospective."""
    words = {
        "went_well": check_body("what went well", draft.went_well, 5000, least=3),
        "went_badly": check_body("what went badly", draft.went_badly, 5000, least=3),
        "surprised": check_body("what surprised", draft.surprised, 5000),
        "change": check_body("what changes now", draft.change, 5000, least=3),
    }
    with transaction.atomic():
        row = get_row(access, public_id)
        project = to_view(row)
        retro = Retrospective.objects.create(project=row, held_at=timezone.now(), **words)
        facts = {
            "stage": row.stage,
            "failures": row.entries.filter(kind__in=_FAILURES, deleted_at=None).count(),
            "digest": digest(canonical_json(words | {"id": retro.public_id})),
        }
        record_act(
            access, "retrospective.held", "retrospective", retro.public_id, facts,
            product=project.product,
        )  # fmt: skip
    return _to_retro(retro)


def list_retrospectives(access: Access, project: ProjectView) -> list[RetroView]:
    """Retrospectives of a project, the newest first."""
    del access
    rows = Retrospective.objects.filter(project_id=project.id).order_by("-held_at", "-pk")
    return [_to_retro(row) for row in rows[:MAX_SHOWN]]


def _act_kind(kind: str) -> str:
    if kind in _FAILURES:
        return "failure.documented"
    return "stakeholder.logged" if kind == JournalKind.STAKEHOLDER else "journal.written"


def _facts(entry: JournalEntry) -> dict[str, object]:
    """What the ledger keeps: no word of the text, but what proves it later."""
    body = {
        "id": entry.public_id, "text": entry.text, "lesson": entry.lesson,
        "happened_on": entry.happened_on.isoformat(),
    }  # fmt: skip
    return {
        "kind": entry.kind,
        "happened_on": entry.happened_on.isoformat(),
        "days_after": max(0, (entry.written_at.date() - entry.happened_on).days),
        "has_lesson": bool(entry.lesson),
        "decision": entry.decision_id,
        "digest": digest(canonical_json(body)),
    }


def _check_day(day: date | None, project: ProjectView, now: datetime) -> date:
    today = now.astimezone(parse_zone(project.product.zone)).date()
    if day is not None and not date(1990, 1, 1) <= day <= today:
        raise InvalidValueError("the day it happened is not in the future.", value=day.isoformat())
    return day or today


def _find_corrected(row: Project, public_id: str) -> JournalEntry | None:
    if not public_id:
        return None
    found: JournalEntry | None = row.entries.filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("there is no such line in this journal.", value=public_id)
    return found


def _to_view(row: JournalEntry) -> EntryView:
    return EntryView(
        public_id=row.public_id,
        kind=row.kind,
        text=row.text,
        lesson=row.lesson,
        who=row.who,
        happened_on=row.happened_on,
        written_at=row.written_at,
        decision_id=row.decision_id,
        corrects=row.corrects.public_id if row.corrects else "",
        act_sequence=row.act_sequence,
    )


def _to_retro(row: Retrospective) -> RetroView:
    return RetroView(
        row.public_id, row.went_well, row.went_badly, row.surprised, row.change, row.held_at
    )

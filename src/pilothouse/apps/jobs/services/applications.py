"""Applications: one job each, with a history of stages. Private to their person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.models import (
    Application,
    ApplicationMove,
    ApplicationNote,
    ApplicationSource,
    NoteKind,
)
from pilothouse.apps.jobs.services import postings
from pilothouse.apps.jobs.services.briefs import (
    MAX_APPLICATIONS,
    Brief,
    read_histories,
    read_versions,
)
from pilothouse.apps.jobs.services.finding import index_application, index_letters_of
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS
from pilothouse.apps.jobs.services.texts import (
    check_choice,
    read_coming_day,
    read_past_day,
    today,
)
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs import NO_VERSION, STAGES
from pilothouse.kernel.errors import ConflictError, InvalidValueError

MAX_GHOST_DAYS = 365


@dataclass(frozen=True)
class ApplicationDraft:
    """What a person says when beginning. With a posting, empty fields are taken from it."""

    title: str = ""
    company: str = ""
    source: str = ApplicationSource.BOARD.value
    referrer: str = ""
    posting_id: str = ""
    stage: str = "saved"
    on: str = ""


@dataclass(frozen=True)
class ApplicationChange:
    """What a person may change later. ``ghost_days`` empty: as the settings say; 0: never."""

    title: str
    company: str
    source: str
    referrer: str = ""
    next_action: str = ""
    next_on: str = ""
    ghost_days: str = ""


@dataclass(frozen=True)
class MoveView:
    """A move as its person sees it; ``earlier`` is what it said before each change."""

    number: int
    stage: str
    on: date
    note: str
    entered_at: datetime
    earlier: tuple[dict[str, str], ...]
    is_removed: bool

    @property
    def stage_name(self) -> str:
        return STAGES[self.stage].name


@dataclass(frozen=True)
class ApplicationView(Brief):
    """An application with everything that its moves said."""

    ghost_days: int | None
    version: str
    moves: tuple[MoveView, ...]
    created_at: datetime
    is_deleted: bool = False


def list_applications(access: Access) -> list[ApplicationView]:
    """One's applications with all that their moves said, the newest first; six queries."""
    rows = APPLICATIONS.kept_of(access).select_related("posting").order_by("-pk")
    return to_views(access, list(rows[:MAX_APPLICATIONS]))


def list_these(access: Access, briefs: Sequence[Brief]) -> list[ApplicationView]:
    """The same of those that a page shows, in their order."""
    keys = [each.id for each in briefs]
    rows = APPLICATIONS.kept_of(access).select_related("posting").filter(pk__in=keys)
    views = {each.id: each for each in to_views(access, list(rows))}
    return [views[key] for key in keys if key in views]


def list_for_posting(access: Access, posting_id: str) -> list[ApplicationView]:
    """One's applications for a posting, the newest first."""
    rows = APPLICATIONS.kept_of(access).select_related("posting")
    return to_views(access, list(rows.filter(posting__public_id=posting_id).order_by("-pk")))


def get_application(access: Access, public_id: str) -> ApplicationView:
    """One of one's applications; 404 for everybody else's."""
    return to_views(access, [APPLICATIONS.get(access, public_id)])[0]


def begin_application(access: Access, draft: ApplicationDraft) -> ApplicationView:
    """Begin one with its first stage, which may lie in the past."""
    posting = postings.ROWS.get(access, draft.posting_id) if draft.posting_id else None
    values = {
        "title": check_line("a title", draft.title or (posting.title if posting else ""), 200,
                            least=1),
        "company": check_line("a company", draft.company or (posting.company if posting else ""),
                              200, least=1),
        "source": check_choice("a source", draft.source, ApplicationSource.values),
        "referrer": check_line("who referred you", draft.referrer, 200),
    }  # fmt: skip
    stage = check_choice("a stage", draft.stage, list(STAGES))
    on = read_past_day("the day of a stage", draft.on)
    if APPLICATIONS.kept_of(access).count() >= MAX_APPLICATIONS:
        raise ConflictError(f"at most {MAX_APPLICATIONS:,} applications.")
    with transaction.atomic():
        row = Application.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, posting=posting, **values
        )
        ApplicationMove.objects.create(
            application=row, number=1, stage=stage, on=on, entered_at=timezone.now()
        )
        index_application(row)
        facts = {"stage": stage, "on": on.isoformat(), "source": draft.source}
        record_act(access, "application.begun", "application", row.public_id, facts)
    return get_application(access, row.public_id)


def change_application(
    access: Access, public_id: str, change: ApplicationChange
) -> ApplicationView:
    """Change all but the history."""
    values: dict[str, Any] = {
        "title": check_line("a title", change.title, 200, least=1),
        "company": check_line("a company", change.company, 200, least=1),
        "source": check_choice("a source", change.source, ApplicationSource.values),
        "referrer": check_line("who referred you", change.referrer, 200),
        "next_action": check_line("a next action", change.next_action, 200),
        "next_on": read_coming_day("the day of a next action", change.next_on),
        "ghost_days": _read_ghost_days(change.ghost_days),
    }
    if values["next_on"] and not values["next_action"]:
        raise InvalidValueError("a day needs a next action.", value=change.next_on,
                                remedy="Say what is to be done then.")  # fmt: skip
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        index_application(row)
        record_act(access, "application.changed", "application", public_id, {})
    return get_application(access, public_id)


def finish_next_action(access: Access, public_id: str) -> ApplicationView:
    """The next action was done; it becomes a line of the timeline."""
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        if not row.next_action:
            raise ConflictError("there is no next action.", value=row.title)
        ApplicationNote.objects.create(
            application=row, kind=NoteKind.NOTE, on=today(), written_at=timezone.now(),
            text=f"Done: {row.next_action}",
        )  # fmt: skip
        row.next_action, row.next_on = "", None
        row.save(update_fields=["next_action", "next_on"])
        index_application(row)
        record_act(access, "application.action-done", "application", public_id, {})
    return get_application(access, public_id)


def set_application_deleted(access: Access, public_id: str, *, is_deleted: bool) -> ApplicationView:
    """Throw an application away, or bring it back with everything."""

    def index(_access: Access, row: Application) -> None:
        index_application(row)

    with transaction.atomic():
        row = APPLICATIONS.set_deleted(access, public_id, is_deleted=is_deleted, index=index)
        index_letters_of(row)
    return to_views(access, [row])[0]


def to_views(access: Access, rows: Sequence[Application]) -> list[ApplicationView]:
    """Rows with their histories; five queries for any number of them."""
    ids = [row.pk for row in rows]
    moves: dict[int, list[MoveView]] = {key: [] for key in ids}
    for move in ApplicationMove.objects.filter(application__in=ids).order_by("number"):
        moves[move.application_id].append(to_move_view(move))
    histories = read_histories(access, {row.pk: row.ghost_days for row in rows}, ids)
    versions = read_versions(ids)
    return [
        ApplicationView(
            id=row.pk,
            public_id=row.public_id,
            title=row.title,
            company=row.company,
            source=row.source,
            referrer=row.referrer,
            next_action=row.next_action,
            next_on=row.next_on,
            posting_id=row.posting.public_id if row.posting else "",
            history=histories[row.pk],
            ghost_days=row.ghost_days,
            version=versions.get(row.pk, NO_VERSION),
            moves=tuple(moves[row.pk]),
            created_at=row.created_at,
            is_deleted=row.deleted_at is not None,
        )
        for row in rows
    ]


def to_move_view(row: ApplicationMove) -> MoveView:
    """A move's row as the frozen value that screens show."""
    return MoveView(
        row.number, row.stage, row.on, row.note, row.entered_at, tuple(row.earlier),
        row.removed_at is not None,
    )  # fmt: skip


def _read_ghost_days(text: str) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 3):
        raise InvalidValueError(f"days are 0 to {MAX_GHOST_DAYS}.", value=text)
    days = int(typed)
    if days > MAX_GHOST_DAYS:
        raise InvalidValueError(f"days are 0 to {MAX_GHOST_DAYS}.", value=text)
    return days

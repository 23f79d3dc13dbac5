"""Applications: one job each, with a history of stages. Private to their person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import (
    Application,
    ApplicationMove,
    ApplicationNote,
    ApplicationSource,
    NoteKind,
    SentFile,
    SentKind,
)
from pilothouse.apps.jobs.services import postings
from pilothouse.apps.jobs.services.finding import index_application
from pilothouse.apps.jobs.services.search_settings import read_settings
from pilothouse.apps.jobs.services.texts import (
    check_choice,
    read_coming_day,
    read_past_day,
    today,
)
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs import STAGES, Move, StageHistory, Standing, read_history
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MAX_APPLICATIONS = 5_000
MAX_GHOST_DAYS = 365
NO_VERSION = "No resume kept"


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
class ApplicationView:
    """An application with its history, read by the rule of silence."""

    id: int
    public_id: str
    title: str
    company: str
    source: str
    referrer: str
    next_action: str
    next_on: date | None
    ghost_days: int | None
    posting_id: str
    version: str
    moves: tuple[MoveView, ...]
    history: StageHistory
    created_at: datetime
    is_deleted: bool = False

    @property
    def standing(self) -> Standing:
        return self.history.standing

    @property
    def stage_name(self) -> str:
        return STAGES[self.standing.stage].name

    @property
    def source_name(self) -> str:
        return ApplicationSource(self.source).label

    @property
    def is_due(self) -> bool:
        """Whether its next action is due today or late."""
        return self.next_on is not None and self.next_on <= self.history.today

    @property
    def url(self) -> str:
        return reverse("jobs:application", args=[self.public_id])


def list_applications(access: Access) -> list[ApplicationView]:
    """One's applications, the newest first; five queries."""
    rows = own(access).filter(deleted_at=None).select_related("posting").order_by("-pk")
    return to_views(access, list(rows[:MAX_APPLICATIONS]))


def get_application(access: Access, public_id: str) -> ApplicationView:
    """One of one's applications; 404 for everybody else's."""
    return to_views(access, [get_row(access, public_id)])[0]


def begin_application(access: Access, draft: ApplicationDraft) -> ApplicationView:
    """Begin one with its first stage, which may lie in the past."""
    posting = postings.get_row(access, draft.posting_id) if draft.posting_id else None
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
    if own(access).filter(deleted_at=None).count() >= MAX_APPLICATIONS:
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
        row = get_row(access, public_id, lock=True)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        index_application(row)
        record_act(access, "application.changed", "application", public_id, {})
    return get_application(access, public_id)


def finish_next_action(access: Access, public_id: str) -> ApplicationView:
    """The next action was done; it becomes a line of the timeline."""
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
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
    with transaction.atomic():
        row = get_row(access, public_id, with_deleted=True, lock=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        index_application(row)
        kind = "application.deleted" if is_deleted else "application.restored"
        record_act(access, kind, "application", public_id, {})
    return to_views(access, [row])[0]


def own(access: Access) -> Any:
    """The rows of one's applications."""
    return Application.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def get_row(
    access: Access, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Application:
    """The row of one of one's applications."""
    rows = own(access).select_for_update() if lock else own(access).select_related("posting")
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    row: Application | None = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such application of yours.", value=public_id)
    return row


def to_views(access: Access, rows: Sequence[Application]) -> list[ApplicationView]:
    """Rows with their histories; four queries for any number of them."""
    ids = [row.pk for row in rows]
    moves = _group(ApplicationMove.objects.filter(application__in=ids).order_by("number"))
    signs = _group(
        ApplicationNote.objects.filter(application__in=ids, deleted_at=None, kind=NoteKind.HEARD)
    )
    files = SentFile.objects.filter(
        application__in=ids, deleted_at=None, kind=SentKind.RESUME
    ).order_by("sent_on", "pk")
    versions = dict(files.values_list("application_id", "label"))
    silence = read_settings(access).ghost_days
    return [
        _to_view(
            row, moves[row.pk], [note.on for note in signs.get(row.pk, ())],
            versions.get(row.pk, NO_VERSION), silence,
        )
        for row in rows
    ]  # fmt: skip


def _group(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.application_id, []).append(row)
    return groups


def _to_view(
    row: Application,
    moves: Sequence[ApplicationMove],
    heard_on: Sequence[date],
    version: str,
    silence: int,
) -> ApplicationView:
    days = silence if row.ghost_days is None else row.ghost_days
    counted = [Move(each.stage, each.on, each.number) for each in moves if not each.removed_at]
    return ApplicationView(
        id=row.pk,
        public_id=row.public_id,
        title=row.title,
        company=row.company,
        source=row.source,
        referrer=row.referrer,
        next_action=row.next_action,
        next_on=row.next_on,
        ghost_days=row.ghost_days,
        posting_id=row.posting.public_id if row.posting else "",
        version=version,
        moves=tuple(to_move_view(each) for each in moves),
        history=read_history(counted, today(), heard_on=heard_on, ghost_days=days or None),
        created_at=row.created_at,
        is_deleted=row.deleted_at is not None,
    )


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

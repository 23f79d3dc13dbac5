"""Spreadsheets of applications: looked at, taken in, taken out again.

The file stays on this machine and goes with the import's line. All of it happens at once and in
the person's own request: a job would be seen by other members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import (
    Application,
    ApplicationImport,
    ApplicationImportState,
    ApplicationMove,
    ApplicationNote,
    ApplicationPerson,
    ApplicationSource,
    Letter,
    NoteKind,
    Offer,
    SentFile,
)
from pilothouse.apps.jobs.services.briefs import MAX_APPLICATIONS, list_briefs
from pilothouse.apps.jobs.services.finding import index_applications
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS, OwnRows
from pilothouse.apps.jobs.services.texts import read_past_day, today
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import remove_entries
from pilothouse.apps.workspace.services.uploads import find_upload, plain_file_name, save_upload
from pilothouse.engines.jobs import (
    Sheet,
    SheetApplication,
    SheetContents,
    SheetProblem,
    SheetReading,
    count_words,
    guess_reading,
    has_open_days,
    is_own,
    open_sheet,
    read_applications,
    with_words,
)
from pilothouse.engines.jobs.sheets import check_reading
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.times import parse_date

MAX_BYTES = 5 * 1024**2
PROBLEMS_KEPT, AT_ONCE = 200, 500
ROWS = OwnRows(ApplicationImport, "import")
_LABELS = {label.casefold(): key for key, label in ApplicationSource.choices}


@dataclass(frozen=True)
class ApplicationImportView:
    """An import of applications as its pages show it."""

    public_id: str
    file_name: str
    state: ApplicationImportState
    reading: SheetReading
    created: int
    known: int
    problems: tuple[SheetProblem, ...]
    at: datetime

    @property
    def may_start(self) -> bool:
        return self.state != ApplicationImportState.DONE

    @property
    def url(self) -> str:
        return reverse("jobs:application-import", args=[self.public_id])


@dataclass(frozen=True)
class SheetLook:
    """What a file would become as it is read now."""

    sheet: Sheet
    words: Mapping[str, int]
    contents: SheetContents
    fresh: tuple[SheetApplication, ...]
    has_open_days: bool
    is_own: bool

    @property
    def known(self) -> int:
        """How many are here already, or stand in the file twice."""
        return len(self.contents.applications) - len(self.fresh)


def receive_sheet(access: Access, file_name: str, chunks: Iterable[bytes]) -> ApplicationImportView:
    """Take a file in and guess how to read it; nothing is imported yet."""
    name = plain_file_name(file_name, "applications")
    refusal = InvalidValueError("a file of applications has at most 5 MB.", remedy="Split it.")
    path, _ = save_upload(chunks, limit=MAX_BYTES, refusal=refusal)
    try:
        reading = guess_reading(open_sheet(path.read_bytes()))
    except Exception:
        path.unlink(missing_ok=True)
        raise
    row = ApplicationImport.objects.create(
        workspace_id=access.workspace_id, user_id=access.user_id, file_name=name,
        upload=path.name, reading=to_reading_json(reading), at=timezone.now(),
    )  # fmt: skip
    return _to_view(row)


def list_sheets_taken(access: Access) -> list[ApplicationImportView]:
    """One's imports, the latest first."""
    return [_to_view(row) for row in ROWS.all_of(access).order_by("-pk")[:50]]


def get_application_import(access: Access, public_id: str) -> ApplicationImportView:
    """One of one's imports; 404 for everybody else's."""
    return _to_view(_get(access, public_id))


def look_at_sheet(access: Access, public_id: str) -> SheetLook:
    """What the file would become as one's applications are now."""
    return _look(access, _get(access, public_id))


def set_sheet_reading(
    access: Access, public_id: str, given: Mapping[str, Any]
) -> ApplicationImportView:
    """Say what columns and words mean; shown in the next look."""
    with transaction.atomic():
        row = _get_startable(access, public_id)
        sheet = _open(row)
        reading = check_reading(sheet, read_reading_json(given))
        # Another column of stages brings other words.
        row.reading = to_reading_json(with_words(sheet, reading))
        row.save(update_fields=["reading"])
    return _to_view(row)


def start_application_import(access: Access, public_id: str) -> ApplicationImportView:
    """Take the applications in that are not here yet."""
    with transaction.atomic():
        row = _get_startable(access, public_id)
        look = _look(access, row)
        if not look.fresh:
            raise InvalidValueError(
                "nothing of this file would be new.", remedy="See below what was left out and why."
            )
        if APPLICATIONS.kept_of(access).count() + len(look.fresh) > MAX_APPLICATIONS:
            raise ConflictError(f"at most {MAX_APPLICATIONS:,} applications.")
        _create(access, row, look.fresh)
        row.state, row.at = ApplicationImportState.DONE, timezone.now()
        row.created, row.known = len(look.fresh), look.known
        row.problems = [asdict(each) for each in look.contents.problems[:PROBLEMS_KEPT]]
        row.save()
        facts = {"created": row.created, "known": row.known}
        record_act(access, "application.imported", "application-import", public_id, facts)
    return _to_view(row)


def undo_application_import(access: Access, public_id: str) -> tuple[ApplicationImportView, int]:
    """Throw away what a file brought; how many stay, because something was entered since.

    What is thrown away can be brought back one by one, as any application.
    """
    with transaction.atomic():
        row = _get(access, public_id, lock=True)
        if row.state != ApplicationImportState.DONE:
            raise ConflictError("only an import that is done can be undone.", value=row.file_name)
        brought = APPLICATIONS.kept_of(access).filter(batch=row)
        kept = brought.filter(_was_touched(row.at)).count()
        gone = dict(brought.exclude(_was_touched(row.at)).values_list("pk", "public_id"))
        for some in _in_parts(list(gone)):
            Application.objects.filter(pk__in=some).update(deleted_at=timezone.now())
            remove_entries(access.workspace_id, "application", [gone[pk] for pk in some])
        row.state = ApplicationImportState.UNDONE
        row.save(update_fields=["state"])
        facts = {"removed": len(gone), "kept": kept}
        record_act(access, "application.import-undone", "application-import", public_id, facts)
    return _to_view(row), kept


def discard_application_import(access: Access, public_id: str) -> None:
    """Throw the file away, with its line here; what it brought stays."""
    row = _get(access, public_id)
    with suppress(NotFoundError):  # the file may be gone already
        find_upload(row.upload, row.file_name).unlink(missing_ok=True)
    row.delete()


def to_reading_json(reading: SheetReading) -> dict[str, Any]:
    """A reading as it is kept and as the API shows it."""
    fallback = reading.fallback.isoformat() if reading.fallback else ""
    return {
        "columns": dict(reading.columns), "stages": dict(reading.stages),
        "is_day_first": reading.is_day_first, "fallback": fallback,
        "keeps_rest": reading.keeps_rest,
    }  # fmt: skip


def read_reading_json(given: Mapping[str, Any]) -> SheetReading:
    """A kept or handed-in reading; ``InvalidValueError`` names the part that is wrong."""
    columns, stages = given.get("columns", {}), given.get("stages", {})
    if not isinstance(columns, dict) or not all(
        isinstance(place, int) and not isinstance(place, bool) for place in columns.values()
    ):
        raise InvalidValueError("columns are given by their places, from 0.", value=columns)
    if not isinstance(stages, dict) or not all(isinstance(key, str) for key in stages.values()):
        raise InvalidValueError("stages are given by the words of the file.", value=stages)
    text = str(given.get("fallback") or "").strip()
    return SheetReading(
        columns=columns,
        stages={str(word).casefold(): key for word, key in stages.items() if key},
        is_day_first=bool(given.get("is_day_first", True)),
        fallback=read_past_day("the day of rows without one", text) if text else None,
        keeps_rest=bool(given.get("keeps_rest", True)),
    )


def _look(access: Access, row: ApplicationImport) -> SheetLook:
    sheet, reading = _open(row), _reading_of(row)
    contents = read_applications(sheet, reading, today(), _LABELS)
    seen = {_key_of(each) for each in list_briefs(access)}
    fresh = []
    for each in contents.applications:
        if each.key not in seen:
            seen.add(each.key)
            fresh.append(each)
    return SheetLook(
        sheet, count_words(sheet, reading), contents, tuple(fresh),
        has_open_days(sheet, reading) and not is_own(sheet), is_own(sheet),
    )  # fmt: skip


def _key_of(brief: Any) -> tuple[str, str, Any]:
    return brief.company.casefold(), brief.title.casefold(), brief.history.moves[0].on


def _create(access: Access, batch: ApplicationImport, found: Sequence[SheetApplication]) -> None:
    now = timezone.now()
    for some in _in_parts(found):
        rows = [
            Application(
                workspace_id=access.workspace_id, user_id=access.user_id, company=each.company,
                title=each.title, source=each.source, referrer=each.referrer,
                next_action=each.next_action, next_on=each.next_on, batch=batch,
            )
            for each in some
        ]  # fmt: skip
        Application.objects.bulk_create(rows)
        pairs = list(zip(rows, some, strict=True))
        ApplicationMove.objects.bulk_create(
            ApplicationMove(application=row, number=number, stage=move.stage, on=move.on,
                            note=move.note, entered_at=now)
            for row, each in pairs
            for number, move in enumerate(each.moves, 1)
        )  # fmt: skip
        ApplicationNote.objects.bulk_create(
            ApplicationNote(application=row, kind=NoteKind.NOTE, on=each.moves[-1].on, text=text,
                            written_at=now)
            for row, each in pairs
            for text in each.notes
        )  # fmt: skip
        index_applications(rows)


def _was_touched(at: datetime) -> Q:
    """Whether anything was entered at an application after it came."""
    here = OuterRef("pk")
    later = (
        ApplicationMove.objects.filter(application=here).filter(
            Q(entered_at__gt=at) | ~Q(earlier=[]) | ~Q(removed_at=None)
        ),
        ApplicationNote.objects.filter(application=here, written_at__gt=at),
        ApplicationPerson.objects.filter(application=here),
        SentFile.objects.filter(application=here),
        Letter.objects.filter(application=here),
        Offer.objects.filter(application=here),
    )
    touched = Q()
    for rows in later:
        touched |= Q(Exists(rows))
    return touched


def _in_parts(found: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))


def _get(access: Access, public_id: str, *, lock: bool = False) -> ApplicationImport:
    """One of one's imports: they are thrown away for good, so there are no deleted ones."""
    return ROWS.get(access, public_id, with_deleted=True, lock=lock)


def _open(row: ApplicationImport) -> Sheet:
    return open_sheet(find_upload(row.upload, row.file_name).read_bytes())


def _get_startable(access: Access, public_id: str) -> ApplicationImport:
    row = _get(access, public_id, lock=True)
    if row.state == ApplicationImportState.DONE:
        raise ConflictError("this file is imported already.", value=row.file_name)
    return row


def _reading_of(row: ApplicationImport) -> SheetReading:
    kept = row.reading
    return SheetReading(
        kept["columns"], kept["stages"], kept["is_day_first"],
        parse_date(kept["fallback"]) if kept["fallback"] else None, kept["keeps_rest"],
    )  # fmt: skip


def _to_view(row: ApplicationImport) -> ApplicationImportView:
    return ApplicationImportView(
        public_id=row.public_id,
        file_name=row.file_name,
        state=ApplicationImportState(row.state),
        reading=_reading_of(row),
        created=row.created,
        known=row.known,
        problems=tuple(SheetProblem(each["line"], each["sentence"]) for each in row.problems),
        at=row.at,
    )

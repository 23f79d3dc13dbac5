"""Imports: a file of another tool becomes items in one job, with preview and exact undo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.backlog.background import IMPORT_KIND
from pilothouse.apps.backlog.exchange_models import ItemImport, ItemImportState
from pilothouse.apps.backlog.formats.meanings import TARGETS
from pilothouse.apps.backlog.formats.reading import (
    Opened,
    first_reading,
    open_file,
    read_file,
    with_words,
)
from pilothouse.apps.backlog.formats.records import SOURCES, Problem, Reading, WorkFile
from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services.batches import undo_batch
from pilothouse.apps.backlog.services.drafting import Drafts, plan_drafts
from pilothouse.apps.backlog.services.fields import list_fields
from pilothouse.apps.backlog.services.storing import find_known, store_drafts
from pilothouse.apps.workspace.models import JobState, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import (
    JobCancelledError,
    JobContext,
    JobView,
    LeaseLostError,
    WorkerStoppingError,
    enqueue,
    who_asked,
)
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.apps.workspace.services.uploads import find_upload, plain_file_name, save_upload
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.times import parse_zone

MAX_UPLOAD_BYTES = 200 * 1024**2
PROBLEMS_KEPT = 500
STARTABLE = {
    ItemImportState.WAITING,
    ItemImportState.FAILED,
    ItemImportState.CANCELLED,
    ItemImportState.UNDONE,
}


@dataclass(frozen=True)
class ItemImportView:
    """An import of items as its pages show it."""

    public_id: str
    file_name: str
    source: str
    state: ItemImportState
    reading: Reading
    created: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]
    created_at: datetime
    ended_at: datetime | None
    job_id: str
    message: str

    @property
    def source_name(self) -> str:
        """The tool in words."""
        return SOURCES.get(self.source, self.source)

    @property
    def may_start(self) -> bool:
        """Whether it can be started, again or for the first time."""
        return self.state in STARTABLE


@dataclass(frozen=True)
class Look:
    """What a file would become: everything as drafts, and how many items it changes."""

    file: WorkFile
    drafts: Drafts
    known: int


def receive_file(
    access: Access, product: ProductView, file_name: str, chunks: Iterable[bytes]
) -> ItemImportView:
    """Take a file in and find out how to read it; nothing is imported yet."""
    access.require(Role.EDITOR, to="importing items")
    name = plain_file_name(file_name, "items")
    refusal = InvalidValueError(
        "a file of work items has at most 200 MB.", remedy="Export fewer items at a time."
    )
    path, file_digest = save_upload(chunks, limit=MAX_UPLOAD_BYTES, refusal=refusal)
    try:
        reading = first_reading(open_file(path.read_bytes()), parse_zone(product.zone))
    except Exception:
        path.unlink(missing_ok=True)
        raise
    row = ItemImport.objects.create(
        product_id=product.id,
        user_id=access.user_id,
        file_name=name,
        file_digest=file_digest,
        upload=path.name,
        source=reading.source,
        reading=to_reading_json(reading),
    )
    return _to_view(row)


def list_imports(product: ProductView) -> list[ItemImportView]:
    """The product's imports of items, the newest first."""
    rows = ItemImport.objects.filter(product_id=product.id).select_related("job")
    return [_to_view(row) for row in rows.order_by("-pk")[:200]]


def get_import(product: ProductView, public_id: str) -> ItemImportView:
    """One import of the product."""
    return _to_view(_get(product, public_id))


def look_at_import(access: Access, product: ProductView, public_id: str) -> Look:
    """What the file would become as it is read now."""
    row = _get(product, public_id)
    reading = read_reading_json(row.reading)
    file = _read(product, row, reading)
    drafts = _plan(access, product, file, reading)
    known = find_known(product, drafts.drafts, reading.source)
    return Look(file, drafts, len(known))


def set_reading(
    access: Access, product: ProductView, public_id: str, given: dict[str, Any]
) -> ItemImportView:
    """Say what columns and words mean; checked, kept, shown in the next preview."""
    access.require(Role.EDITOR, to="importing items")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        reading = read_reading_json({**given, "source": row.source})
        # Other columns may bring other words.
        row.reading = to_reading_json(with_words(reading, _read(product, row, reading)))
        row.save(update_fields=["reading"])
    return _to_view(row)


def discard_import(access: Access, product: ProductView, public_id: str) -> None:
    """Forget a file that was looked at and never imported."""
    access.require(Role.EDITOR, to="importing items")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        upload = row.upload
        row.delete()
    find_upload(upload, row.file_name).unlink(missing_ok=True)


def start_import(access: Access, product: ProductView, public_id: str) -> JobView:
    """Queue the import."""
    access.require(Role.EDITOR, to="importing items")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        title = f"Import {row.file_name}"
        job = enqueue(access, IMPORT_KIND, title, {"import": row.pk}, product=product)
        row.job_id, row.state, row.ended_at = job.id, ItemImportState.RUNNING, None
        row.user_id = access.user_id
        row.save(update_fields=["job", "state", "ended_at", "user"])
        facts = {"name": row.file_name, "sha256": row.file_digest, "source": row.source}
        record_act(access, "import.started", "item-import", public_id, facts, product=product)
    return job


def run_import(job: JobContext) -> dict[str, Any]:
    """The job: read, plan, and store everything in one transaction."""
    access, product = who_asked(job)
    row = ItemImport.objects.get(pk=job.arguments["import"])
    if row.state == ItemImportState.DONE:
        return _result(row)  # a crash came between the commit and the job's own end
    ItemImport.objects.filter(pk=row.pk).update(state=ItemImportState.RUNNING)
    try:
        _import(job, access, product, row)
    except (LeaseLostError, WorkerStoppingError):
        raise  # nothing was stored; whoever has the job now begins anew
    except BaseException as error:
        is_cancelled = isinstance(error, JobCancelledError)
        state = ItemImportState.CANCELLED if is_cancelled else ItemImportState.FAILED
        ItemImport.objects.filter(pk=row.pk).update(state=state, ended_at=timezone.now())
        raise
    row.refresh_from_db()
    return _result(row)


def undo_import(access: Access, product: ProductView, public_id: str) -> ItemImportView:
    """Take out what an import brought and put back what it changed; the file stays."""
    access.require(Role.EDITOR, to="undoing an import")
    with transaction.atomic():
        row = _get(product, public_id)
        if row.state != ItemImportState.DONE:
            raise ConflictError("only a finished import can be undone.", value=row.state)
        for batch_id in reversed(row.batches):
            _undo_if_done(access, product, batch_id)
        row.state = ItemImportState.UNDONE
        row.save(update_fields=["state"])
        facts = {"name": row.file_name, "created": row.created, "changed": row.changed}
        record_act(access, "import.undone", "item-import", public_id, facts, product=product)
    return _to_view(row)


def to_reading_json(reading: Reading) -> dict[str, Any]:
    """A reading as it is kept and as the API shows it."""
    body = asdict(reading)
    body["columns"] = {name: list(places) for name, places in reading.columns.items()}
    return {**body, "fields": list(reading.fields)}


def read_reading_json(given: dict[str, Any]) -> Reading:
    """A kept or handed-in reading; ``InvalidValueError`` names the part that is wrong."""
    if not isinstance(given, dict):
        raise InvalidValueError("how a file is read is an object.", value=given)
    source = given.get("source", "csv")
    if source not in SOURCES:
        raise InvalidValueError(f"a source is one of {', '.join(SOURCES)}.", value=source)
    columns = _mapping(given, "columns")
    for target in columns:
        if target not in TARGETS:
            raise InvalidValueError(
                f"a column is mapped to one of {', '.join(TARGETS)}.", value=target
            )
    return Reading(
        source=source,
        columns={target: _places(places) for target, places in columns.items() if places},
        fields=_places(given.get("fields", [])),
        is_day_first=bool(given.get("is_day_first", True)),
        kinds=_words(given, "kinds", ItemKind.values),
        statuses=_words(given, "statuses", ItemStatus.values),
    )


def _import(job: JobContext, access: Access, product: ProductView, row: ItemImport) -> None:
    job.progress(0, 3, message="Reading the file")
    reading = read_reading_json(row.reading)
    file = _read(product, row, reading)
    job.progress(1, 3, message=f"Planning {len(file.items):,} items")
    drafts = _plan(access, product, file, reading)
    job.progress(2, 3, message=f"Storing {len(drafts.drafts):,} items")
    with transaction.atomic():
        title = f"Imported {row.file_name}"
        stored = store_drafts(access, product, drafts, reading, title)
        problems = [asdict(problem) for problem in drafts.problems[:PROBLEMS_KEPT]]
        ItemImport.objects.filter(pk=row.pk).update(
            state=ItemImportState.DONE,
            ended_at=timezone.now(),
            created=stored.created,
            changed=stored.changed,
            unchanged=stored.unchanged,
            problems=problems,
            batches=list(stored.batches),
        )


def _plan(access: Access, product: ProductView, file: WorkFile, reading: Reading) -> Drafts:
    people: dict[str, str] = {}
    for member in list_members(access):
        names = (member.name.casefold(), member.email.casefold())
        people |= dict.fromkeys(names, member.user_public_id)
    return plan_drafts(file, reading, list_fields(product), people)


def _open(row: ItemImport) -> Opened:
    path: Path = find_upload(row.upload, row.file_name)
    return open_file(path.read_bytes())


def _read(product: ProductView, row: ItemImport, reading: Reading) -> WorkFile:
    opened = _open(row)
    width = len(opened.table.header) if opened.table else 0
    places = {place for each in reading.columns.values() for place in each} | set(reading.fields)
    if places and max(places) >= width:
        raise InvalidValueError("the file has no such column.", value=max(places))
    return read_file(opened, reading, parse_zone(product.zone))


def _undo_if_done(access: Access, product: ProductView, batch_id: str) -> None:
    try:
        undo_batch(access, product, batch_id)
    except ConflictError:
        return  # somebody undid this part by itself already


def _mapping(given: dict[str, Any], part: str) -> dict[str, Any]:
    value = given.get(part, {})
    if not isinstance(value, dict):
        raise InvalidValueError(f"{part} are an object.", value=value)
    return value


def _places(given: Any) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or not all(
        isinstance(each, int) and not isinstance(each, bool) and 0 <= each < 100_000
        for each in given
    ):
        raise InvalidValueError("columns are given by their places, from 0.", value=given)
    return tuple(given)


def _words(given: dict[str, Any], part: str, allowed: list[str]) -> dict[str, str]:
    words = _mapping(given, part)
    for ours in words.values():
        if ours not in allowed:
            raise InvalidValueError(
                f"{part} are mapped to one of {', '.join(allowed)}.", value=ours
            )
    return {str(word).lower(): ours for word, ours in words.items()}


def _get(product: ProductView, public_id: str) -> ItemImport:
    rows = ItemImport.objects.select_related("job")
    row = rows.filter(product_id=product.id, public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such import in this product.", value=public_id)
    return row


def _get_startable(product: ProductView, public_id: str) -> ItemImport:
    row = _get(product, public_id)
    if _state_of(row) not in STARTABLE:
        raise ConflictError("this import is running or done.", value=row.state)
    return row


def _state_of(row: ItemImport) -> ItemImportState:
    """Where an import stands; a job that ended before its handler began has ended it too."""
    ended = {
        JobState.CANCELLED: ItemImportState.CANCELLED,
        JobState.FAILED: ItemImportState.FAILED,
    }
    if row.state == ItemImportState.RUNNING and row.job:
        return ended.get(JobState(row.job.state), ItemImportState.RUNNING)
    return ItemImportState(row.state)


def _result(row: ItemImport) -> dict[str, Any]:
    return {
        "import": row.public_id,
        "created": row.created,
        "changed": row.changed,
        "unchanged": row.unchanged,
        "problems": len(row.problems),
    }


def _to_view(row: ItemImport) -> ItemImportView:
    return ItemImportView(
        public_id=row.public_id,
        file_name=row.file_name,
        source=row.source,
        state=_state_of(row),
        reading=read_reading_json(row.reading),
        created=row.created,
        changed=row.changed,
        unchanged=row.unchanged,
        problems=tuple(Problem(each["line"], each["sentence"]) for each in row.problems),
        created_at=row.created_at,
        ended_at=row.ended_at,
        job_id=row.job.public_id if row.job else "",
        message=row.job.message if row.job else "",
    )

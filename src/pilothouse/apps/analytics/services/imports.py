"""Imports: a file becomes events in one job, with preview, progress, cancel and exact undo.

The segments of an import go live together, in the transaction that ends it; until then no question
sees them. A job that dies leaves segments that are not live, which the next attempt sweeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.background import IMPORT_KIND
from pilothouse.apps.analytics.models import EventImport, ImportState, Segment
from pilothouse.apps.analytics.services.bulk import sweep_load
from pilothouse.apps.analytics.services.importing import import_file
from pilothouse.apps.analytics.services.packing import leave_files, touch_stream
from pilothouse.apps.analytics.services.store import to_segment_infos
from pilothouse.apps.analytics.services.streams import get_stream, lock_stream
from pilothouse.apps.workspace.models import JobState, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import (
    JobCancelledError,
    JobContext,
    JobView,
    LeaseLostError,
    WorkerStoppingError,
    enqueue,
    get_job,
)
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.uploads import find_upload, plain_file_name, save_upload
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.stores.files import FileGuess, Preview, detect, from_json, guess_mapping, to_json
from pilothouse.stores.files import preview as preview_file

MAX_UPLOAD_BYTES = 2 * 1024**3
STARTABLE = {
    ImportState.WAITING,
    ImportState.FAILED,
    ImportState.CANCELLED,
    ImportState.UNDONE,
}


@dataclass(frozen=True)
class ImportView:
    """An import as its pages show it."""

    public_id: str
    file_name: str
    state: ImportState
    mapping: dict[str, Any]
    rows: int
    accepted: int
    duplicates: int
    refused: int
    refusals: list[dict[str, Any]]
    created_at: datetime
    ended_at: datetime | None
    job_id: str

    @property
    def may_start(self) -> bool:
        """Whether it can be started, again or for the first time."""
        return self.state in STARTABLE


def receive_file(
    access: Access, product: ProductView, file_name: str, chunks: Iterable[bytes]
) -> ImportView:
    """Take a file in, look at it and guess what its columns mean; nothing is imported yet."""
    access.require(Role.EDITOR, to="importing events")
    if product.is_simulated:
        raise ConflictError(
            "a simulated product gets its events from its world only.",
            value=product.name,
            remedy="Create a real product and import there.",
        )
    name = plain_file_name(file_name, "events")
    path, file_digest = save_upload(
        chunks,
        limit=MAX_UPLOAD_BYTES,
        refusal=InvalidValueError(
            "a file to import has at most 2 GB.", remedy="Split it, or import it as Parquet."
        ),
    )
    try:
        mapping = guess_mapping(detect(path), zone=product.zone)
    except Exception:
        path.unlink(missing_ok=True)
        raise
    return _to_view(
        EventImport.objects.create(
            stream=get_stream(product),
            user_id=access.user_id,
            file_name=name,
            file_digest=file_digest,
            upload=path.name,
            mapping=to_json(mapping),
        )
    )


def list_imports(product: ProductView) -> list[ImportView]:
    """The product's imports, the newest first."""
    imports = EventImport.objects.filter(stream__product_id=product.id).select_related("job")
    return [_to_view(each) for each in imports.order_by("-pk")[:200]]


def get_import(product: ProductView, public_id: str) -> ImportView:
    """One import of the product."""
    return _to_view(_get(product, public_id))


def look_at_import(product: ProductView, public_id: str) -> tuple[FileGuess, Preview]:
    """What the file looks like and how its first rows would be stored."""
    row = _get(product, public_id)
    path = _upload_path(row)
    return detect(path), preview_file(path, from_json(row.mapping))


def set_mapping(
    access: Access, product: ProductView, public_id: str, mapping: dict[str, Any]
) -> ImportView:
    """Say what the columns mean; checked, kept, shown in the next preview."""
    access.require(Role.EDITOR, to="importing events")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        row.mapping = to_json(from_json(mapping))
        row.save(update_fields=["mapping"])
    return _to_view(row)


def discard_import(access: Access, product: ProductView, public_id: str) -> None:
    """Forget a file that was looked at and never imported."""
    access.require(Role.EDITOR, to="importing events")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        path = settings.CONFIGURATION.uploads_dir / row.upload
        row.delete()
    path.unlink(missing_ok=True)


def start_import(access: Access, product: ProductView, public_id: str) -> JobView:
    """Queue the import."""
    access.require(Role.EDITOR, to="importing events")
    with transaction.atomic():
        row = _get_startable(product, public_id)
        job = enqueue(
            access,
            IMPORT_KIND,
            f"Import {row.file_name}"[:200],
            {"import": row.pk},
            product=product,
        )
        row.job_id = job.id
        row.state = ImportState.RUNNING
        row.ended_at = None
        row.save(update_fields=["job", "state", "ended_at"])
        facts = {"name": row.file_name, "sha256": row.file_digest, "mapping": row.mapping}
        record_act(access, "import.started", "import", row.public_id, facts, product=product)
    return get_job(access, job.public_id)


def run_import(job: JobContext) -> dict[str, Any]:
    """The job: read, drop what is known, store, and make all of it live at once."""
    row = EventImport.objects.select_related("stream").get(pk=job.arguments["import"])
    if row.state == ImportState.DONE:
        return _result(row)  # a crash came between the commit and the job's own end
    EventImport.objects.filter(pk=row.pk).update(state=ImportState.RUNNING)
    sweep_load(row.stream_id, row.pk)
    try:
        import_file(row, _upload_path(row), job)
    except LeaseLostError:
        raise  # the rows belong to whoever has taken the job up by now
    except WorkerStoppingError:
        sweep_load(row.stream_id, row.pk)
        raise  # the job goes back into the queue and begins anew
    except BaseException as error:
        sweep_load(row.stream_id, row.pk)
        is_cancelled = isinstance(error, JobCancelledError)
        state = ImportState.CANCELLED if is_cancelled else ImportState.FAILED
        EventImport.objects.filter(pk=row.pk).update(state=state, ended_at=timezone.now())
        raise
    row.refresh_from_db()
    return _result(row)


def undo_import(access: Access, product: ProductView, public_id: str) -> ImportView:
    """Take an import's events out again, exactly; the file stays, so it can be run again."""
    access.require(Role.EDITOR, to="undoing an import")
    with transaction.atomic():
        row = _get(product, public_id)
        stream = lock_stream(row.stream_id)
        if row.state != ImportState.DONE:
            raise ConflictError("only a finished import can be undone.", value=row.state)
        segments = list(Segment.objects.filter(source=row))
        Segment.objects.filter(source=row).delete()
        row.state = ImportState.UNDONE
        row.undone_at = timezone.now()
        row.save(update_fields=["state", "undone_at"])
        touch_stream(stream)
        facts = {"name": row.file_name, "events": row.accepted}
        record_act(access, "import.undone", "import", row.public_id, facts, product=product)
    leave_files(row.stream_id, to_segment_infos(segments))
    return _to_view(row)


def _upload_path(row: EventImport) -> Path:
    return find_upload(row.upload, row.file_name)


def _get(product: ProductView, public_id: str) -> EventImport:
    row = (
        EventImport.objects.select_related("job")
        .filter(stream__product_id=product.id, public_id=public_id)
        .first()
    )
    if row is None:
        raise NotFoundError("there is no such import in this product.", value=public_id)
    return row


def _get_startable(product: ProductView, public_id: str) -> EventImport:
    row = _get(product, public_id)
    lock_stream(row.stream_id)
    row.refresh_from_db()
    if _state_of(row) not in STARTABLE:
        raise ConflictError("this import is running or done.", value=row.state)
    return row


def _state_of(row: EventImport) -> ImportState:
    """Where an import stands; a job that ended before its handler began has ended it too."""
    ended = {JobState.CANCELLED: ImportState.CANCELLED, JobState.FAILED: ImportState.FAILED}
    if row.state == ImportState.RUNNING and row.job:
        return ended.get(JobState(row.job.state), ImportState.RUNNING)
    return ImportState(row.state)


def _result(row: EventImport) -> dict[str, Any]:
    return {
        "import": row.public_id,
        "rows": row.rows,
        "accepted": row.accepted,
        "duplicates": row.duplicates,
        "refused": row.refused,
    }


def _to_view(row: EventImport) -> ImportView:
    return ImportView(
        public_id=row.public_id,
        file_name=row.file_name,
        state=_state_of(row),
        mapping=row.mapping,
        rows=row.rows,
        accepted=row.accepted,
        duplicates=row.duplicates,
        refused=row.refused,
        refusals=row.refusals,
        created_at=row.created_at,
        ended_at=row.ended_at,
        job_id=row.job.public_id if row.job else "",
    )

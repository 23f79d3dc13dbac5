"""Restoring a backup into an empty data folder: whole, or not at all."""

from __future__ import annotations

import hmac
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from django.db import DataError, IntegrityError, connection, transaction

from pilothouse.apps.workspace.models import Workspace
from pilothouse.apps.workspace.services.ledger import verify_ledger
from pilothouse.apps.workspace.services.manifest import (
    Manifest,
    Member,
    iter_lines,
    iter_pieces,
    read_manifest,
    segment_member,
)
from pilothouse.apps.workspace.services.search import rebuild
from pilothouse.apps.workspace.services.tables import (
    decode_row,
    find_table,
    insert_rows,
    iter_rows,
    list_tables,
    reset_sequences,
)
from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    InvalidValueError,
    UnavailableError,
)

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.archive import ArchiveInfo

RESERVE_BYTES = 100 * 1024 * 1024
Report = Callable[[int, int], None]


def restore_archive(
    path: Path, *, data_dir: Path, on_progress: Report | None = None
) -> ArchiveInfo:
    """Fill the empty database and ``data_dir`` from a backup; progress is told in bytes.

    Raises ``ConflictError`` when something is there already, ``InvalidValueError`` when the file is
    no archive of this format, ``DamagedError`` when it is not what was written.
    """
    from pilothouse.apps.workspace.services.archive import ArchiveInfo

    staging = data_dir / f".restore-{secrets.token_hex(4)}"
    try:
        with ZipFile(path) as archive:
            manifest = read_manifest(archive)
            _refuse_if_too_large(manifest, data_dir)
            _restore(archive, manifest, staging, data_dir / "events", on_progress)
    except BadZipFile as error:
        raise InvalidValueError("this is not a whole zip file.", value=str(path)) from error
    except FileNotFoundError as error:
        raise InvalidValueError("there is no such file.", value=str(error.filename)) from error
    except (IntegrityError, DataError, OverflowError) as error:
        raise DamagedError("the rows of this archive do not fit each other.") from error
    except OSError as error:
        raise UnavailableError(f"the disk cannot take the backup: {error.strerror}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    segments = sum(member.segment is not None for member in manifest.members)
    size = path.stat().st_size
    return ArchiveInfo(path, manifest.created, manifest.app_version, manifest.rows, segments, size)


def refuse_if_not_empty(data_dir: Path) -> None:
    """Raise ``ConflictError`` naming what the database or the folder holds already."""
    there = [
        f"{count:,} x {model._meta.label}"
        for model in list_tables()
        if (count := model._default_manager.count())
    ]
    events = data_dir / "events"
    if events.is_dir() and any(file.is_file() for file in events.rglob("*")):
        there.append(f"files in {events}")
    if there:
        raise ConflictError(
            f"a backup is restored into an empty workspace only; there are {', '.join(there)}.",
            value=str(data_dir),
            remedy="Choose another data folder with --data.",
        )


def _refuse_if_too_large(manifest: Manifest, data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    # Rows need about twice their size in the database: the table and its indexes.
    needed = manifest.total_bytes * 2 + RESERVE_BYTES
    if needed > free:
        raise UnavailableError(
            f"needs {needed / 1e6:,.0f} MB of free disk; there are {free / 1e6:,.0f} MB.",
            value=str(data_dir),
        )


def _restore(
    archive: ZipFile, manifest: Manifest, staging: Path, events: Path, report: Report | None
) -> None:
    is_moved_in = False
    try:
        with transaction.atomic():
            refuse_if_not_empty(events.parent)
            _fill(archive, manifest, staging, report)
            _move_in(staging, events)
            is_moved_in = True
    except BaseException:
        # Only a commit that fails gets here with the files in their place.
        if is_moved_in:
            shutil.rmtree(events, ignore_errors=True)
        raise


def _fill(archive: ZipFile, manifest: Manifest, staging: Path, report: Report | None) -> None:
    done = 0
    for member in _in_order(manifest):
        if member.table:
            _restore_table(archive, member)
        else:
            _restore_segment(archive, member, staging)
        done += member.bytes
        if report is not None:
            report(done, manifest.total_bytes)
    connection.check_constraints()
    reset_sequences()
    rebuild()
    _verify(manifest)


def _in_order(manifest: Manifest) -> list[Member]:
    """Segments first, then tables so that each comes after those it points to."""
    tables = {member.table: member for member in manifest.members if member.table}
    labels = [model._meta.label for model in list_tables()]
    for unknown in tables.keys() - set(labels):
        raise DamagedError("this version has no such table.", value=unknown)
    segments = [member for member in manifest.members if member.segment]
    return segments + [tables[label] for label in labels if label in tables]


def _restore_table(archive: ZipFile, member: Member) -> None:
    model = find_table(member.table)
    if model is None:
        return
    with closing(iter_lines(archive, member)) as lines:
        insert_rows(model, (decode_row(model, line) for line in lines))


def _restore_segment(archive: ZipFile, member: Member, staging: Path) -> None:
    if member.segment is None:
        return
    stream_id, name = member.segment
    folder = staging / str(stream_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / name).open("xb") as file:
        with closing(iter_pieces(archive, member)) as pieces:
            file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


def _verify(manifest: Manifest) -> None:
    """The chain of every workspace holds, and the catalogue names exactly the files that came."""
    for workspace in Workspace.objects.order_by("pk"):
        outcome = verify_ledger(workspace.pk)
        if not outcome.is_whole:
            raise DamagedError(
                f"the ledger is broken at act {outcome.broken_at}: {outcome.reason}.",
                value=workspace.name,
            )
    held = {member.name: member.sha256 for member in manifest.members if member.segment}
    table = find_table("analytics.Segment")
    for row in iter_rows(table) if table else ():
        name = segment_member(row["stream_id"], row["name"])
        if not hmac.compare_digest(held.pop(name, ""), row["sha256"]):
            raise DamagedError("the catalogue names a segment that is not here.", value=name)
    if held:
        raise DamagedError("no catalogue names this segment.", value=next(iter(held)))


def _move_in(staging: Path, events: Path) -> None:
    """The last step before the commit. Files without a catalogue are swept later: no harm."""
    if not staging.exists():
        return
    if events.exists():
        shutil.rmtree(events)  # empty folders only: it was checked
    os.replace(staging, events)

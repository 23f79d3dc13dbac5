"""The backup: a verified copy of all workspaces and all events of a data folder in one file.

The tables are read in one snapshot while work goes on; the segments of that moment are held by hard
links and copied after it. Login links, sessions and the secret key stay behind. The file gets its
name only after it was read back and every digest was right.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db import connection, transaction
from django.utils import timezone

from pilothouse import __version__
from pilothouse.apps.workspace.services.manifest import (
    MANIFEST,
    PIECE_BYTES,
    Manifest,
    Member,
    iter_lines,
    iter_pieces,
    read_manifest,
    segment_member,
    table_member,
)
from pilothouse.apps.workspace.services.restore import restore_archive
from pilothouse.apps.workspace.services.tables import (
    Table,
    encode_row,
    find_table,
    iter_rows,
    list_tables,
)
from pilothouse.kernel.errors import ConflictError, DamagedError, UnavailableError

__all__ = [
    "ArchiveInfo",
    "SegmentFile",
    "find_damaged_segments",
    "find_segments",
    "restore_archive",
    "verify_archive",
    "write_archive",
]

SEGMENT_TABLE = "analytics.Segment"
MAX_TRIES = 3
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class ArchiveInfo:
    """A good archive. ``rows`` counts all tables, ``bytes`` is the size of the file."""

    path: Path
    created: datetime
    app_version: str
    rows: int
    segments: int
    bytes: int


@dataclass(frozen=True)
class SegmentFile:
    """A line of the catalogue and the file it stands for."""

    stream_id: int
    name: str
    sha256: str
    path: Path


class _SegmentGoneError(Exception):
    """A segment was merged away between the snapshot and the reading of its file."""


def write_archive(
    path: Path, *, events_dir: Path, on_progress: Report | None = None
) -> ArchiveInfo:
    """Write a backup to ``path``, which must not exist; progress is told in bytes of segments.

    Raises ``ConflictError`` when the file exists, ``DamagedError`` when a segment is not what the
    catalogue says, ``UnavailableError`` when the disk cannot take the file.
    """
    if path.exists():
        raise ConflictError("there is a file of this name already.", value=str(path))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(temporary, events_dir, on_progress or _ignore)
        info = verify_archive(temporary)
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            f"the backup could not be written: {error.strerror or error}.", value=str(path)
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return ArchiveInfo(path, info.created, info.app_version, info.rows, info.segments, info.bytes)


def verify_archive(path: Path) -> ArchiveInfo:
    """Read an archive to its end and compare every digest; raises ``DamagedError``."""
    with ZipFile(path) as archive:
        manifest = read_manifest(archive)
        for member in manifest.members:
            read = iter_lines if member.table else iter_pieces
            for _ in read(archive, member):
                pass
    segments = sum(member.segment is not None for member in manifest.members)
    size = path.stat().st_size
    return ArchiveInfo(path, manifest.created, manifest.app_version, manifest.rows, segments, size)


def find_segments(events_dir: Path, **conditions: object) -> Iterator[SegmentFile]:
    """The catalogued segments, with where their files are to be."""
    table = find_table(SEGMENT_TABLE)
    for row in iter_rows(table, **conditions) if table else ():
        path = events_dir / str(row["stream_id"]) / row["name"]
        yield SegmentFile(row["stream_id"], row["name"], row["sha256"], path)


def find_damaged_segments(events_dir: Path) -> tuple[int, list[str]]:
    """How many segments the catalogue names, and which of their files are missing or changed."""
    segments = list(find_segments(events_dir))
    damaged = [
        str(each.path) for each in segments if _digest_file(each.path) not in ("", each.sha256)
    ]
    missing = {str(each.path) for each in segments if not each.path.is_file()}
    # What is missing may have been merged away since: only what is still catalogued counts.
    still = {str(each.path) for each in find_segments(events_dir)}
    return len(segments), sorted({*damaged, *(missing & still)})


def _digest_file(path: Path) -> str:
    """SHA-256 of a file, "" when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _write_whole(temporary: Path, events_dir: Path, report: Report) -> None:
    for attempt in range(1, MAX_TRIES + 1):
        held = events_dir.parent / f".backup-{secrets.token_hex(4)}"
        try:
            with temporary.open("wb") as file:
                os.chmod(temporary, 0o600)
                _write(file, events_dir, held, report)
                file.flush()
                os.fsync(file.fileno())
        except _SegmentGoneError as error:
            # Merging segments takes files away that our snapshot still names: look again.
            if attempt == MAX_TRIES:
                raise DamagedError(
                    "this segment of the catalogue has no file.", value=str(error)
                ) from error
        else:
            return
        finally:
            shutil.rmtree(held, ignore_errors=True)


def _write(file: IO[bytes], events_dir: Path, held: Path, report: Report) -> None:
    with ZipFile(file, "w", compression=ZIP_DEFLATED, compresslevel=3) as archive:
        with _snapshot():
            segments = [_hold(segment, held) for segment in find_segments(events_dir)]
            members = [_write_table(archive, table) for table in list_tables()]
        # Outside the snapshot: whoever watches may write to the database.
        counter = _Counter(report, sum(segment.path.stat().st_size for segment in segments))
        members += [_write_segment(archive, segment, counter) for segment in segments]
        manifest = Manifest(__version__, timezone.now(), tuple(members))
        archive.writestr(_entry(MANIFEST), manifest.to_json(), ZIP_DEFLATED)


def _hold(segment: SegmentFile, held: Path) -> SegmentFile:
    """The same content under a name of ours, which stays when the segment is merged away."""
    ours = held / str(segment.stream_id) / segment.name
    ours.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(segment.path, ours)
    except FileNotFoundError as error:
        raise _SegmentGoneError(str(segment.path)) from error
    except OSError:
        # A file system without hard links.
        shutil.copyfile(segment.path, ours)
    return replace(segment, path=ours)


@contextmanager
def _snapshot() -> Iterator[None]:
    """One consistent view of all tables that holds up no writer."""
    if connection.in_atomic_block:
        raise ConflictError("a backup takes its own snapshot and cannot run inside a transaction.")
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # IMMEDIATE would take the write lock for as long as the backup runs; reading needs none.
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]


class _Counter:
    """Bytes read so far, told to whoever watches."""

    def __init__(self, report: Report, total: int) -> None:
        self.report, self.total, self.done = report, total, 0
        report(0, total)

    def add(self, count: int) -> None:
        self.done += count
        self.report(self.done, self.total)


def _write_segment(archive: ZipFile, segment: SegmentFile, counter: _Counter) -> Member:
    member_name = segment_member(segment.stream_id, segment.name)
    sha, size = hashlib.sha256(), 0
    # Parquet is packed already.
    entry = _entry(member_name)
    entry.compress_type = ZIP_STORED
    with (
        segment.path.open("rb") as source,
        archive.open(entry, "w", force_zip64=True) as target,
    ):
        while piece := source.read(PIECE_BYTES):
            sha.update(piece)
            size += len(piece)
            target.write(piece)
            counter.add(len(piece))
    if sha.hexdigest() != segment.sha256:
        raise DamagedError("this segment is not what the catalogue says.", value=segment.name)
    return Member(member_name, size, segment.sha256)


def _write_table(archive: ZipFile, table: Table) -> Member:
    member_name, sha, size, rows = table_member(table._meta.label), hashlib.sha256(), 0, 0
    with archive.open(_entry(member_name), "w", force_zip64=True) as target:
        for row in iter_rows(table):
            line = encode_row(row)
            sha.update(line)
            size += len(line)
            rows += 1
            target.write(line)
    return Member(member_name, size, sha.hexdigest(), rows)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=timezone.now().timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o100600 << 16
    return entry


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can (not on Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ignore(done: int, total: int) -> None:
    """Nobody watches."""

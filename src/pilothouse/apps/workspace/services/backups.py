"""Backups kept in the data folder, made by a job and verified before they are called good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pilothouse.apps.workspace.models import Member, Role, Workspace
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.jobs import JobContext, JobView, enqueue
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ForbiddenError, NotFoundError

JOB_KIND = "backup"


@dataclass(frozen=True)
class BackupView:
    """A backup file."""

    name: str
    bytes: int
    made_at: datetime


def backups_dir() -> Path:
    """Where backups are kept."""
    folder: Path = settings.CONFIGURATION.data / "backups"
    return folder


def start_backup(access: Access) -> JobView:
    """Queue a backup of the whole workspace."""
    _require_all(access, to="making a backup")
    with transaction.atomic():
        record_act(access, "backup.started", "workspace", str(access.workspace_id), {})
        return enqueue(access, JOB_KIND, "Back up the workspace", {})


def run_backup(job: JobContext) -> dict[str, Any]:
    """The job: write an archive, verified, into the backups folder."""
    from pilothouse.apps.workspace.services.archive import write_archive

    folder = backups_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.now(tz=timezone.utc).strftime("%Y%m%d-%H%M%S")
    path = folder / f"pilothouse-{stamp}-{job.job_id[:6]}.zip"
    write_archive(
        path,
        events_dir=settings.CONFIGURATION.events_dir,
        on_progress=partial(job.progress, unit="bytes", message="Writing the archive"),
    )
    return {"name": path.name, "bytes": path.stat().st_size}


def list_backups(access: Access) -> list[BackupView]:
    """The backups there are, the newest first."""
    _require_all(access, to="seeing backups")
    files = sorted(backups_dir().glob("pilothouse-*.zip"), reverse=True)
    return [
        BackupView(
            path.name,
            path.stat().st_size,
            datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.utc),
        )
        for path in files
    ]


def find_backup(access: Access, name: str) -> Path:
    """The file of a backup; only names that are listed exist."""
    access.require(Role.OWNER, to="taking a backup")
    if not _owns_all(access) or name not in {backup.name for backup in list_backups(access)}:
        raise NotFoundError("there is no such backup.", value=name)
    return backups_dir() / name


def _require_all(access: Access, *, to: str) -> None:
    """A backup holds every workspace of the data folder: only who owns them all may have it."""
    access.require(Role.OWNER, to=to)
    if not _owns_all(access):
        raise ForbiddenError(
            "a backup holds every workspace of this data folder, and not all of them are yours.",
            value=to,
            remedy="Whoever runs the server can use: pilothouse workspace backup",
        )


def _owns_all(access: Access) -> bool:
    owned = Member.objects.filter(user_id=access.user_id, role=Role.OWNER)
    return owned.count() == Workspace.objects.count()

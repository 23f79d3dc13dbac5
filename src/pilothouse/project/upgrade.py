"""Bring the database to this version: a copy first, and back to it when a migration fails.

Needs Django set up. A database that a newer version wrote is refused and left as it is.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from pilothouse import __version__
from pilothouse.cli.django import list_unknown, load_migrations
from pilothouse.kernel.errors import ConflictError, DamagedError, UnavailableError

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

COPIES_NAME = "before-upgrade"
KEPT_COPIES = 3
VERSION_NAME = "version"


def upgrade_database(data: Path) -> bool:
    """Migrate to this version; whether there was anything to do.

    Raises ``ConflictError`` for a newer version's database, ``UnavailableError`` when there is no
    room for the copy and ``DamagedError`` when a migration failed (the copy is back by then).
    """
    from django.db import connection

    loader = load_migrations()
    refuse_newer(loader, data)
    if not loader.disk_migrations.keys() - loader.applied_migrations.keys():
        return False
    copy = None
    if connection.vendor == "sqlite" and loader.applied_migrations:
        copy = copy_database(Path(str(connection.settings_dict["NAME"])), data / COPIES_NAME)
    _migrate(copy)
    (data / VERSION_NAME).write_text(__version__ + "\n")
    return True


def refuse_newer(loader: MigrationLoader, data: Path) -> None:
    """Raise ``ConflictError`` for migrations that this version does not know."""
    unknown = list_unknown(loader)
    if unknown:
        version = data / VERSION_NAME
        writer = version.read_text().strip()[:40] if version.is_file() else "a newer version"
        raise ConflictError(
            f"this data folder belongs to Pilothouse {writer}, which is newer than {__version__}: "
            f"it has {unknown[0]}. Nothing was changed.",
            value=str(data),
            remedy="Start that version, or choose another folder with --data DIR.",
        )


def copy_database(database: Path, folder: Path) -> Path:
    """A consistent copy of an SQLite file beside the others; the oldest beyond three go."""
    folder.mkdir(exist_ok=True, mode=0o700)
    if shutil.disk_usage(folder).free < 2 * database.stat().st_size:
        raise UnavailableError(
            "there is no room for the copy that is made before an upgrade.",
            value=f"{database.stat().st_size / 1e6:,.0f} MB",
            remedy="Free some space, then start again. Nothing was changed.",
        )
    now = datetime.now(timezone.utc)
    target = folder / f"workspace-{now:%Y%m%d-%H%M%S-%f}.sqlite3"
    unfinished = target.with_suffix(".part")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as copy:
        # In one go: step by step it would start anew with every write of somebody else.
        source.backup(copy, pages=-1)
    unfinished.chmod(0o600)
    unfinished.replace(target)
    for old in sorted(folder.glob("workspace-*.sqlite3"))[:-KEPT_COPIES]:
        old.unlink()
    return target


def restore_database(copy: Path, database: Path) -> None:
    """Put a copy in the place of the database; the copy stays."""
    unfinished = database.with_suffix(".restoring")
    shutil.copyfile(copy, unfinished)
    unfinished.chmod(0o600)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    # A log of the file that goes must never be applied to the one that comes.
    for suffix in ("-wal", "-shm", "-journal"):
        Path(str(database) + suffix).unlink(missing_ok=True)
    unfinished.replace(database)


def _migrate(copy: Path | None) -> None:
    from django.db import connection

    from pilothouse.apps.workspace.services.database import migrate_database

    try:
        migrate_database()
    except Exception as error:
        connection.close()
        after = "Nothing is lost: every step that failed was undone."
        if copy is not None:
            restore_database(copy, Path(str(connection.settings_dict["NAME"])))
            after = f"The database is as it was before; the copy is {copy}."
        raise DamagedError(
            f"the upgrade to Pilothouse {__version__} failed: {error}", remedy=after
        ) from error

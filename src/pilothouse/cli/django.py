"""Setting Django up for the commands that need the workspace's database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pilothouse.kernel.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

START = "Start ./pilothouse once: it copies the database aside and migrates it."


def start_django(data: Path | None) -> None:
    """Set Django up on a data folder (None: the usual one) whose database fits this version.

    Raises ``NotFoundError`` when there is none, ``ConflictError`` when its tables are older or
    newer than this version's.
    """
    if data is not None and not data.is_dir():
        raise NotFoundError("there is no such data folder.", value=str(data))
    set_up(data)
    refuse_missing_database()
    refuse_other_version()


def start_empty(data: Path | None) -> None:
    """Set Django up on a data folder that may be new; tables are made where there are none."""
    set_up(data)
    if not load_migrations().applied_migrations:
        from pilothouse.apps.workspace.services.database import migrate_database

        migrate_database()
    refuse_other_version()


def set_up(data: Path | None) -> None:
    """``django.setup()`` with ``data`` as the data folder."""
    import django
    from django.apps import apps

    if data is not None and not apps.ready:
        os.environ["PILOTHOUSE_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")
    if not apps.ready:
        django.setup()
    used = data_dir()
    if data is not None and used != data.resolve():
        raise ConflictError("this process works on another data folder.", value=str(used))


def data_dir() -> Path:
    """The data folder in use; Django must be set up."""
    from django.conf import settings

    folder: Path = settings.CONFIGURATION.data
    return folder


def refuse_missing_database() -> None:
    """Raise ``NotFoundError`` for an SQLite file that is not there; connecting would make it."""
    from django.db import connection

    name = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and name.is_absolute() and not name.is_file():
        raise NotFoundError(
            "there is no workspace here yet.",
            value=str(data_dir()),
            remedy="Start ./pilothouse once, or restore a backup.",
        )


def refuse_other_version() -> None:
    """Raise ``ConflictError`` unless the database has exactly this version's tables."""
    loader = load_migrations()
    unknown = list_unknown(loader)
    if unknown:
        raise ConflictError(
            "the database was written by a newer version of Pilothouse.",
            value=", ".join(unknown),
            remedy="Use that version, or a backup made before.",
        )
    missing = loader.disk_migrations.keys() - loader.applied_migrations.keys()
    if missing:
        raise ConflictError(
            f"the database has not been migrated to this version ({len(missing)} steps missing).",
            remedy=START,
        )


def list_unknown(loader: MigrationLoader) -> list[str]:
    """Applied migrations of our apps that this version does not know, as ``app.name``."""
    ours = {app for app, _ in loader.disk_migrations}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )


def load_migrations() -> MigrationLoader:
    """What is applied to the database and what this version has."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection)

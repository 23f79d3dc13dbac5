"""A migrated database at once: to migrate takes each process of a run ten seconds.

On SQLite it has the tables that each new database of the product has; what they lack is migrated
as ever. On PostgreSQL a migrated one is kept and copied, and made anew when a migration, Django or
the database changes. Kept in the cache of pytest: ``pytest --cache-clear`` forgets it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import django
import pytest

from tests.postgres import dump_database, load_database

_APPS = Path(__file__).resolve().parent.parent / "src" / "pilothouse" / "apps"


@pytest.fixture(scope="session")
def kept_database(pytestconfig: pytest.Config) -> Path:
    """Where the migrated database of PostgreSQL is, or will be."""
    from django.db import connection

    assert pytestconfig.cache is not None, "a migrated database is kept in the cache of pytest"
    folder = pytestconfig.cache.mkdir("migrated")
    return folder / f"{connection.vendor}-{_digest_migrations()}"


def _digest_migrations() -> str:
    digest = hashlib.sha256(f"{django.VERSION}".encode())
    for path in sorted(_APPS.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What lies there is taken as it is; it goes with the folder, or the server, of the run."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, kept_database: Path, django_db_blocker: Any
) -> None:
    """Lay a migrated one where Django will look for the database of the tests."""
    from django.db import connection

    from pilothouse.apps.workspace.services.database import make_tables

    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as database:
            make_tables(database)
    elif kept_database.exists():
        load_database(_url_of(connection), name, kept_database)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, kept_database: Path, django_db_blocker: Any
) -> Iterator[None]:
    """Keep what was migrated, for the next process."""
    from django.db import connection, connections

    with django_db_blocker.unblock():
        if connection.vendor != "sqlite" and not kept_database.exists():
            _keep(connection, kept_database)
        yield
        connections.close_all()


def _keep(connection: Any, kept: Path) -> None:
    # Another process may be at it: whole files only change places.
    mine = kept.with_suffix(f".{os.getpid()}")
    dump_database(_url_of(connection), connection.settings_dict["NAME"], mine)
    mine.replace(kept)
    for old in kept.parent.glob(f"{connection.vendor}-*"):
        if old.stem != kept.stem:
            old.unlink(missing_ok=True)


def _url_of(connection: Any) -> str:
    given = connection.settings_dict
    return f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}"

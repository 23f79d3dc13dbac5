"""Bring a database to this version: the tables of a new one are known, the rest is migrated.

To migrate an empty database takes ten seconds of work, nearly all of it Django thinking about the
models in between. ``tables.sql`` holds what comes of it on SQLite, written by ``./run tables``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

NEW_TABLES = Path(__file__).resolve().parent.parent / "tables.sql"


def migrate_database() -> None:
    """Make or change the tables until they are this version's; raises what Django raises."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        make_tables(connection.connection)
    loader = MigrationLoader(connection)
    # A migration may be newer than the file: it runs as ever, on what the file made.
    if loader.disk_migrations.keys() - loader.applied_migrations.keys():
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def make_tables(connection: sqlite3.Connection) -> None:
    """Give a database that is empty its tables, all or none; any other is left as it is."""
    script = NEW_TABLES.read_text(encoding="utf-8")
    with closing(connection.cursor()) as cursor:
        # Whoever else starts now waits here, and then finds the tables.
        cursor.execute("BEGIN IMMEDIATE")
        try:
            if not cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in split_script(script):
                    cursor.execute(statement)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def split_script(script: str) -> list[str]:
    """The statements of a script; a trigger holds several and is one."""
    found, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found

"""The tables that a new database gets at once are those that the migrations make step by step."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pilothouse.apps.workspace.services import database
from pilothouse.apps.workspace.services.database import NEW_TABLES, make_tables
from tools.tables import digest_migrations, migrated_script, script_of, written_digest

WRITE_ANEW = "a migration changed: write the tables anew with ./run tables"
MIGRATE = """
import sys
from pathlib import Path

import django

django.setup()
from pilothouse.apps.workspace.services import database

database.NEW_TABLES = Path(sys.argv[1])
database.migrate_database()
"""


def test_the_file_was_written_of_these_migrations():
    assert written_digest() == digest_migrations(), WRITE_ANEW


@pytest.mark.slow
def test_the_file_says_what_the_migrations_make():
    assert migrated_script() == NEW_TABLES.read_text(encoding="utf-8"), WRITE_ANEW


def test_a_new_database_gets_what_the_file_says(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as new:
        make_tables(new)
        assert script_of(new) == NEW_TABLES.read_text(encoding="utf-8")
        assert not new.in_transaction
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []
        assert new.execute("SELECT max(seq) FROM sqlite_sequence").fetchone()[0] > 100


def test_a_database_with_something_in_it_is_left_as_it_is(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "used.sqlite3")) as used:
        used.execute("CREATE TABLE note (text)")
        make_tables(used)
        assert used.execute("SELECT name FROM sqlite_master").fetchall() == [("note",)]


def test_all_tables_come_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = tmp_path / "broken.sql"
    broken.write_text("CREATE TABLE note (text);\nCREATE TABLE note (text);\n")
    monkeypatch.setattr(database, "NEW_TABLES", broken)
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as new:
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            make_tables(new)
        assert new.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.slow
def test_what_a_file_lacks_is_migrated(tmp_path: Path):
    """As if the file had been forgotten when the app of today got its tables."""
    now = NEW_TABLES.read_text(encoding="utf-8")
    lacks = r""".* (TABLE|ON) "today_.*\n|.*\(\d+, 'today', '0001_initial'.*\n"""
    older = tmp_path / "older.sql"
    older.write_text(re.sub(lacks, "", now), encoding="utf-8")
    assert "today_" not in older.read_text(encoding="utf-8")
    settings = {
        "PILOTHOUSE_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "pilothouse.project.settings",
    }
    usual = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run([sys.executable, "-c", MIGRATE, str(older)], env=usual | settings, check=True)
    with closing(sqlite3.connect(tmp_path / "workspace.sqlite3")) as made:
        assert script_of(made) == now

"""Upgrading: a copy first, back to it after a failure, hands off what is newer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from pilothouse.kernel.errors import ConflictError, UnavailableError
from pilothouse.project import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "workspace.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (text)")
        connection.execute("INSERT INTO note VALUES ('before')")
        connection.commit()
    return path


def notes(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def write(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO note VALUES (?)", (text,))
        connection.commit()


def test_a_copy_holds_what_is_still_in_the_log(database: Path, tmp_path: Path):
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("INSERT INTO note VALUES ('in the log')")
        writer.commit()
        assert Path(f"{database}-wal").stat().st_size > 0
        copy = upgrade.copy_database(database, tmp_path / "copies")
    assert notes(copy) == ["before", "in the log"]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_the_last_three_copies_are_kept(database: Path, tmp_path: Path):
    copies = [upgrade.copy_database(database, tmp_path / "copies") for _ in range(5)]
    assert sorted((tmp_path / "copies").iterdir()) == copies[-3:]


def test_a_restored_database_has_nothing_of_the_failed_one(database: Path, tmp_path: Path):
    copy = upgrade.copy_database(database, tmp_path / "copies")
    write(database, "half a migration")
    # A process that died leaves its log behind.
    Path(f"{database}-wal").write_bytes(b"stale")
    upgrade.restore_database(copy, database)
    assert notes(database) == ["before"]
    assert copy.exists()


def test_without_room_for_a_copy_nothing_begins(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    usage = type("Usage", (), {"free": 2 * database.stat().st_size - 1})
    monkeypatch.setattr(upgrade.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(UnavailableError, match="no room for the copy"):
        upgrade.copy_database(database, tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_failed_migration_is_told_and_undone(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from django.db import connection

    copy = upgrade.copy_database(database, tmp_path / "copies")

    def fail(*_words: object, **_options: object) -> None:
        write(database, "half a migration")
        raise ValueError("column exists")

    monkeypatch.setattr("pilothouse.apps.workspace.services.database.migrate_database", fail)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(database))
    with pytest.raises(upgrade.DamagedError, match="column exists") as caught:
        upgrade._migrate(copy)
    assert "as it was before" in caught.value.remedy
    assert notes(database) == ["before"]


def test_a_newer_database_is_refused_by_name(tmp_path: Path):
    loader = MigrationLoader(None)
    loader.applied_migrations = {("workspace", "0999_from_the_future"): None}
    (tmp_path / "version").write_text("9.9.0\n")
    with pytest.raises(ConflictError, match=r"Pilothouse 9\.9\.0.*0999_from_the_future") as caught:
        upgrade.refuse_newer(loader, tmp_path)
    assert "--data DIR" in caught.value.remedy


def test_what_a_former_app_left_behind_is_no_reason_to_refuse(tmp_path: Path):
    loader = MigrationLoader(None)
    loader.applied_migrations = {("plugin", "0001_initial"): None}
    upgrade.refuse_newer(loader, tmp_path)

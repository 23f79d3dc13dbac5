"""Write the tables of a new SQLite database, as the migrations make them: ``./run tables``."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from pilothouse.apps.workspace.services.database import NEW_TABLES

_ROOT = Path(__file__).resolve().parent.parent
_HEAD = """-- The tables of a new SQLite database, as all migrations make them one after the other.
-- Written by ./run tables; after a change of migrations write it anew.
-- Migrations: {digest}
"""
_MARK = "-- Migrations: "
_SETTINGS = "pilothouse.project.settings"
# The tables within a full-text index come with it.
_MADE = """
SELECT type, name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
  AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
ORDER BY type = 'trigger', type = 'index', name
"""
# When a migration ran differs from day to day, so each new database says it of itself.
_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def main() -> None:
    """Write the file of the product, or with ``--print`` only show what it would hold."""
    script = migrated_script()
    if "--print" in sys.argv:
        sys.stdout.write(script)
    else:
        NEW_TABLES.write_text(script, encoding="utf-8")


def migrated_script() -> str:
    """What the migrations make, tried out on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        usual = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-c", "from tools.tables import describe; describe()"],
            env=usual | {"PILOTHOUSE_DATA": folder, "DJANGO_SETTINGS_MODULE": _SETTINGS},
            cwd=_ROOT, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    script: str = json.loads(done.stdout)
    return script


def describe() -> None:
    """Migrate the empty database of the settings and print the script that makes the same."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(script_of(connection.connection)))


def script_of(connection: sqlite3.Connection) -> str:
    """The statements that make the tables of a database anew, and the rows in them."""
    made = connection.execute(_MADE).fetchall()
    parts = [f"{sql};\n" for _, _, sql in made]
    for kind, name, sql in made:
        if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
            parts += _rows_of(connection, name)
    return _HEAD.format(digest=digest_migrations()) + "".join(parts)


def _rows_of(connection: sqlite3.Connection, table: str) -> list[str]:
    found = connection.execute("SELECT name FROM pragma_table_info(?)", [table])
    columns = [name for (name,) in found]
    quoted = ", ".join(f'quote("{name}")' for name in columns)
    return [
        f'INSERT INTO "{table}" VALUES ({", ".join(map(partial(_value, table), columns, row))});\n'
        for row in connection.execute(f'SELECT {quoted} FROM "{table}" ORDER BY rowid')
    ]


def _value(table: str, column: str, literal: str) -> str:
    return _NOW if (table, column) == ("django_migrations", "applied") else literal


def digest_migrations() -> str:
    """What the migrations are, Django's among them, in a few letters; Django must be set up."""
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    digest = hashlib.sha256()
    for key in sorted(known):
        source = sys.modules[type(known[key]).__module__].__file__
        digest.update(repr(key).encode() + Path(str(source)).read_bytes())
    return digest.hexdigest()[:16]


def written_digest() -> str:
    """Of which migrations the file of the product was written."""
    lines = NEW_TABLES.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix(_MARK) for line in lines if line.startswith(_MARK))


if __name__ == "__main__":
    main()

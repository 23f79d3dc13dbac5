"""Choose a SQLite that is safe with several writers, before Django imports one.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two connections write and checkpoint at the same
moment (fixed in 3.51.3 and in the back-ports 3.50.7 and 3.44.6). We ship ``pysqlite3`` with a fixed
version; where it has no wheel, the system's version decides whether WAL may be used.
"""

from __future__ import annotations

import importlib
import sys

Version = tuple[int, ...]


def install_safe_sqlite() -> None:
    """Put ``pysqlite3`` in the place of ``sqlite3`` where it is installed."""
    try:
        sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    except ImportError:
        return


def is_wal_safe(version: Version) -> bool:
    """Whether this version of SQLite has the fix for the WAL-reset fault."""
    if version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def init_command(version: Version) -> str:
    """The pragmas of every connection. FULL: an acknowledged write survives a power cut."""
    journal = "WAL" if is_wal_safe(version) else "DELETE"
    return f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"

"""The product's settings on a data folder, and where asked a PostgreSQL, of this run alone.

``PILOTHOUSE_TEST_DATABASE=postgres`` runs the tests on PostgreSQL, else they run on SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
_KIND = os.environ.pop("PILOTHOUSE_TEST_DATABASE", "sqlite")
_undo = ExitStack()
atexit.register(_undo.close)


def _prepare() -> None:
    """What the processes of one run share is made by the first; each has a folder of its own."""
    if _WORKER:
        os.environ["PILOTHOUSE_DATA"] = str(Path(os.environ["PILOTHOUSE_DATA"]) / _WORKER)
        return
    folder = tempfile.mkdtemp(prefix="pilothouse-tests-")
    _undo.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PILOTHOUSE_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    if _KIND == "postgres":
        from tests.postgres import run_postgres

        os.environ["DATABASE_URL"] = _undo.enter_context(run_postgres())


_prepare()
# Programs that a test starts have the product's settings; other workers come by this file anew.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)

from pilothouse.project.settings import *  # noqa: E402, F403
from pilothouse.project.settings import CONFIGURATION, DATABASES  # noqa: E402

if not CONFIGURATION.database_url:
    # A file: in memory, SQLite locks whole tables between threads, which is not what users have.
    DATABASES["default"]["TEST"] = {"NAME": str(CONFIGURATION.data / "tests.sqlite3")}
    commands = DATABASES["default"]["OPTIONS"]["init_command"]
    DATABASES["default"]["OPTIONS"]["init_command"] = commands.replace("FULL", "OFF")
# Else each client of a test reads through all static files anew; the product's server does it once.
WHITENOISE_AUTOREFRESH = True

"""A PostgreSQL of our own for a run of tests: started on a free port, gone afterwards.

``initdb`` refuses root, so root hands the work to the user ``postgres``. ``fsync`` is off: these
tests ask what is answered, not what survives a power cut.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = "/usr/lib/postgresql/*/bin"
_OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
_MORE = "-c synchronous_commit=off -c max_connections=60"


def find_binaries() -> Path | None:
    """The folder with ``initdb`` of the newest PostgreSQL here, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [path for path in Path("/").glob(_PLACES.lstrip("/")) if (path / "initdb").exists()]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def run_postgres() -> Iterator[str]:
    """The URL of an empty database; the server ends with the block."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("PostgreSQL is not installed: apt install postgresql-15")
    folder = Path(tempfile.mkdtemp(prefix="pilothouse-postgres-"))
    user = _server_user()
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    start = f"-p {port} -c unix_socket_directories={folder} {_OPTIONS} {_MORE}"
    try:
        _run(user, binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        _run(
            user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", start, "start"
        )
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def dump_database(server: str, name: str, target: Path) -> None:
    """Write a database as the commands that make it anew."""
    tool = _tool("pg_dump")
    _run("", tool, "--no-owner", "--no-sync", "-f", target, f"{server}/{name}")


def load_database(server: str, name: str, source: Path) -> None:
    """Make a database from what ``dump_database`` wrote."""
    psql = (_tool("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1")
    _run("", *psql, "-c", f'CREATE DATABASE "{name}"', f"{server}/postgres")
    _run("", *psql, "-1", "-f", source, f"{server}/{name}")


def _tool(name: str) -> Path:
    binaries = find_binaries()
    assert binaries is not None, "a PostgreSQL runs, and its programs are not there"
    return binaries / name


def _server_user() -> str:
    """Whom root becomes for the server; nobody else when not root."""
    if os.geteuid() != 0:
        return ""
    return pwd.getpwnam("postgres").pw_name


def _run(user: str, *words: object) -> None:
    command = [str(word) for word in words]
    if user:
        command = ["runuser", "-u", user, "--", *command]
    # The server keeps what it inherits: without files of its own it would hold our pipes open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {output.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

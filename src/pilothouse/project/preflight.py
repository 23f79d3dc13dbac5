"""What must hold before a server starts, each said in words; nothing here needs Django."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from pilothouse.kernel.errors import ConflictError, UnavailableError

OLDEST_PYTHON = (3, 11)
DISK_RESERVE_BYTES = 200 * 1000 * 1000
HOST = "127.0.0.1"
LOCK_NAME = "server.lock"


def check_python() -> None:
    """Raise ``UnavailableError`` on a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise UnavailableError(
            "Pilothouse needs Python 3.11 or newer.", value=".".join(map(str, sys.version_info[:3]))
        )


def prepare_data_folder(folder: Path) -> None:
    """Make the data folder, for its owner's eyes only, and write in it once."""
    remedy = "Choose another with --data DIR, or mend its permissions."
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"")
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        raise UnavailableError(
            "this is a file, not a folder for data.", value=str(folder), remedy=remedy
        )
    except PermissionError:
        raise UnavailableError(
            "the data folder cannot be written to.", value=str(folder), remedy=remedy
        )
    except OSError as error:
        raise UnavailableError(
            f"the data folder cannot be used ({error.strerror}).", value=str(folder), remedy=remedy
        )


def check_disk(folder: Path) -> None:
    """Raise ``UnavailableError`` below the reserve: better not to start than to stop midway."""
    free = shutil.disk_usage(folder).free
    if free < DISK_RESERVE_BYTES:
        raise UnavailableError(
            f"the disk of the data folder has {free / 1e6:,.0f} MB left and Pilothouse wants "
            f"{DISK_RESERVE_BYTES / 1e6:,.0f} MB.",
            value=str(folder),
            remedy="Free some space, or choose another disk with --data DIR.",
        )


def take_port(port: int) -> socket.socket:
    """A socket that listens on ``port`` of this computer alone.

    Raises ``UnavailableError`` when something else has it, and says when that is Pilothouse.
    """
    taken = socket.socket()
    if os.name == "posix":
        # Else a port rests for a minute after a stop. On Windows it would share the port.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen(1024)
    except OSError:
        taken.close()
        raise _refuse_port(port)
    return taken


def _refuse_port(port: int) -> UnavailableError:
    if is_pilothouse(port):
        return UnavailableError(
            f"Pilothouse is running already at http://{HOST}:{port}/",
            remedy="Get a login link with: ./pilothouse workspace login-link. "
            f"For a second one choose another port: ./pilothouse --port {_next_port(port)}",
        )
    return UnavailableError(
        "another program has this port.",
        value=f"port {port}",
        remedy=f"Choose another: ./pilothouse --port {_next_port(port)}",
    )


def is_pilothouse(port: int) -> bool:
    """Whether it is Pilothouse that answers on ``port``."""
    # No proxy: this never leaves the computer.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with closing(opener.open(f"http://{HOST}:{port}/health/", timeout=2)) as answer:
            return bool(json.loads(answer.read(1000)).get("name") == "pilothouse")
    except (OSError, ValueError, AttributeError):
        return False


def _next_port(port: int) -> int:
    """The first free port after ``port``."""
    for candidate in range(port + 1, min(port + 100, 65536)):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, candidate)):
                return candidate
    return 1024 if port >= 65000 else port + 100


@contextmanager
def hold_data_folder(folder: Path, port: int) -> Iterator[None]:
    """Keep a second server off the folder while the block runs.

    The system lets go of the lock when the process ends, however it ends.
    """
    with (folder / LOCK_NAME).open("a+") as file:
        if not _lock(file):
            file.seek(0)
            raise ConflictError(
                "another Pilothouse is working on this data folder"
                f"{_shown_address(file.read(20))}.",
                value=str(folder),
                remedy="Stop that one first, or choose another folder with --data DIR.",
            )
        file.truncate(0)
        file.write(str(port))
        file.flush()
        yield


def _shown_address(port: str) -> str:
    return f" at http://{HOST}:{port}/" if port.isdecimal() else ""


def _lock(file: IO[str]) -> bool:
    """Take the lock if it is free."""
    if sys.platform == "win32":
        import msvcrt

        try:
            # Far behind the text, which others may then still read.
            file.seek(1000)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

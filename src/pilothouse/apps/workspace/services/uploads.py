"""Files that people hand in: kept under a random name in the data folder until they are used."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from pilothouse.kernel.errors import (
    InvalidValueError,
    NotFoundError,
    PilothouseError,
    UnavailableError,
)
from pilothouse.kernel.ids import clean_text, new_public_id

DISK_RESERVE_BYTES = 200 * 1024**2


def save_upload(
    chunks: Iterable[bytes], *, limit: int, refusal: PilothouseError
) -> tuple[Path, str]:
    """Write ``chunks`` into the uploads folder: the path and the SHA-256 of all of it.

    Raises ``refusal`` beyond ``limit`` bytes and ``UnavailableError`` when the disk is nearly
    full; nothing is left behind then.
    """
    folder: Path = settings.CONFIGURATION.uploads_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / new_public_id()
    hasher, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise refusal
                _check_room(folder)
                hasher.update(chunk)
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, hasher.hexdigest()


def read_within(chunks: Iterable[bytes], most_bytes: int, noun: str, *, remedy: str = "") -> bytes:
    """All of a small file that is kept in one piece; ``InvalidValueError`` beyond its limit."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise InvalidValueError(
                f"a {noun} has at most {most_bytes // 1024**2} MB.", remedy=remedy
            )
    return bytes(body)


def find_upload(name: str, file_name: str) -> Path:
    """The path of an upload; ``NotFoundError`` when the file is gone."""
    folder: Path = settings.CONFIGURATION.uploads_dir
    path = folder / name
    if not path.exists():
        raise NotFoundError(
            "the file of this import is gone.", value=file_name, remedy="Choose it again."
        )
    return path


def plain_file_name(name: str, otherwise: str) -> str:
    """A file's name without its folders, short enough to be kept."""
    return clean_text(Path(name.replace("\\", "/")).name).strip()[:200] or otherwise


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < DISK_RESERVE_BYTES:
        raise UnavailableError(
            "the disk is nearly full.", remedy="Free some space, then try again."
        )

"""The archive's table of contents, and what an archive must be before one byte of it is believed.

An archive is a zip file: ``manifest.json``, ``tables/APP.Model.jsonl`` and ``events/STREAM/NAME``.
Members are read by the names in the manifest only; nothing is ever extracted by its own name.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zlib
from collections.abc import Generator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from pilothouse.kernel.errors import DamagedError, InvalidValueError

FORMAT = "pilothouse-archive"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MAX_MEMBERS = 200_000
MAX_MANIFEST_BYTES = 64 * 1024 * 1024
# Rows of JSON shrink to a tenth or twentieth; zip bombs to a thousandth.
MAX_RATIO = 200
FREE_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024 * 1024
PIECE_BYTES = 1024 * 1024

_TABLE = re.compile(r"tables/([a-z]+\.[A-Za-z]+)\.jsonl")
_SEGMENT = re.compile(r"events/(\d{1,18})/([A-Za-z0-9][A-Za-z0-9._-]{0,99})")

_UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True)
class Member:
    """A file in an archive. ``rows`` counts the lines of a table."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None

    @property
    def table(self) -> str:
        """The table's label, or "" for a segment."""
        match = _TABLE.fullmatch(self.name)
        return match[1] if match else ""

    @property
    def segment(self) -> tuple[int, str] | None:
        """Stream and file name of a segment, or None for a table."""
        match = _SEGMENT.fullmatch(self.name)
        return (int(match[1]), match[2]) if match else None


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and who wrote it."""

    app_version: str
    created: datetime
    members: tuple[Member, ...]

    @property
    def rows(self) -> int:
        return sum(member.rows or 0 for member in self.members)

    @property
    def total_bytes(self) -> int:
        return sum(member.bytes for member in self.members)

    def to_json(self) -> bytes:
        body = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "app_version": self.app_version,
            "created": self.created.isoformat(),
            "members": [asdict(member) for member in self.members],
        }
        return json.dumps(body, indent=1).encode()


def table_member(label: str) -> str:
    """The name of a table in the archive."""
    return f"tables/{label}.jsonl"


def segment_member(stream_id: int, name: str) -> str:
    """The name of a segment in the archive; raises ``DamagedError`` for one it cannot have."""
    path = f"events/{stream_id}/{name}"
    if not _SEGMENT.fullmatch(path):
        raise DamagedError("is not the name of a segment.", value=name)
    return path


def read_manifest(archive: ZipFile) -> Manifest:
    """The manifest of an archive whose members were checked against it."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise DamagedError(f"an archive has at most {MAX_MEMBERS:,} files.", value=len(infos))
    by_name = {info.filename: info for info in infos}
    if len(by_name) != len(infos):
        raise DamagedError("two files of this archive have one name.")
    if MANIFEST not in by_name or by_name[MANIFEST].file_size > MAX_MANIFEST_BYTES:
        raise InvalidValueError("this is not a Pilothouse archive: it has no manifest.")
    _refuse_bomb(by_name[MANIFEST])
    try:
        manifest = _parse(json.loads(archive.read(MANIFEST)))
    except (KeyError, TypeError, ValueError, RecursionError, BadZipFile, zlib.error):
        raise DamagedError("the archive's manifest cannot be read.")
    _compare(manifest, by_name)
    return manifest


def iter_pieces(archive: ZipFile, member: Member) -> Generator[bytes]:
    """The bytes of a member, checked: raises ``DamagedError`` after the last if they differ."""
    sha, count = hashlib.sha256(), 0
    try:
        with archive.open(member.name) as file:
            while piece := file.read(PIECE_BYTES):
                sha.update(piece)
                count += len(piece)
                yield piece
    except (*_UNREADABLE, RuntimeError, ValueError) as error:
        raise DamagedError("this file of the archive cannot be read.", value=member.name) from error
    if count != member.bytes or sha.hexdigest() != member.sha256:
        raise DamagedError("this file of the archive is not what was written.", value=member.name)


def iter_lines(archive: ZipFile, member: Member) -> Generator[bytes]:
    """The lines of a table, checked like its bytes; as many as the manifest says."""
    rest, count = b"", 0
    for piece in iter_pieces(archive, member):
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise DamagedError("a row of this table is too long.", value=member.name)
        count += len(lines)
        yield from lines
    if rest or count != member.rows:
        raise DamagedError("this table has not the rows that were written.", value=member.name)


def _parse(body: Any) -> Manifest:
    if body["format"] != FORMAT:
        raise InvalidValueError("this is not a Pilothouse archive.", value=str(body["format"]))
    if body["version"] != FORMAT_VERSION:
        raise InvalidValueError(
            f"this version reads archives of format {FORMAT_VERSION}.",
            value=f"format {body['version']}, written by {body['app_version']}",
            remedy="Restore it with the version that wrote it, or a newer one.",
        )
    return Manifest(
        app_version=str(body["app_version"]),
        created=datetime.fromisoformat(body["created"]),
        members=tuple(_parse_member(each) for each in body["members"]),
    )


def _parse_member(body: dict[str, Any]) -> Member:
    rows = body["rows"]
    member = Member(
        name=str(body["name"]),
        bytes=int(body["bytes"]),
        sha256=str(body["sha256"]),
        rows=None if rows is None else int(rows),
    )
    is_table = bool(member.table) and member.rows is not None
    if not is_table and (member.segment is None or member.rows is not None):
        raise DamagedError("an archive holds no file of this name.", value=member.name)
    return member


def _compare(manifest: Manifest, by_name: dict[str, ZipInfo]) -> None:
    """Refuse files that the manifest does not name, and what is no plain file of its size."""
    named = [member.name for member in manifest.members]
    if len(set(named)) != len(named) or {*named, MANIFEST} != set(by_name):
        raise DamagedError("the files of this archive are not those of its manifest.")
    for member in manifest.members:
        info = by_name[member.name]
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir() or kind not in (0, stat.S_IFREG) or info.flag_bits & 0x1:
            raise DamagedError("this is not a plain file.", value=member.name)
        if info.file_size != member.bytes:
            raise DamagedError("this file has not the size that was written.", value=member.name)
        _refuse_bomb(info)


def _refuse_bomb(info: ZipInfo) -> None:
    if info.file_size > FREE_BYTES and info.file_size > info.compress_size * MAX_RATIO:
        raise DamagedError("this file unpacks to too many times its size.", value=info.filename)

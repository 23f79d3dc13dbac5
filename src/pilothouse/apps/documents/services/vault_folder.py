"""The folder of a vault on this machine: reading it, and writing so that nothing can be lost.

Nothing outside of the folder is read or written: links to elsewhere are refused, wherever in a path
they stand. A file is written beside its place and moved over it, and only if it still says what it
said when the plan was made.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pilothouse.engines.documents.names import is_safe_path, name_key
from pilothouse.engines.documents.vault import VaultRecord
from pilothouse.kernel.errors import ConflictError, DamagedError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest, new_public_id

STATE = ".pilothouse/vault.json"
MAX_FILE_BYTES = 4 * 1024**2
MAX_FILES = 20_000
_VERSION = 1


@dataclass(frozen=True)
class FoundFile:
    """A Markdown file of the folder; ``trouble`` says why it is left alone."""

    path: str
    data: bytes = b""
    trouble: str = ""


class VaultFolder:
    """A folder that is a vault of one product."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotFoundError(
                "there is no such folder.", value=str(folder), remedy="Make it first."
            )
        self.folder = folder.resolve()

    def read_files(self) -> list[FoundFile]:
        """All Markdown files by path; hidden folders and everything else are left alone."""
        found = sorted(self._walk(""), key=lambda file: file.path)
        if len(found) > MAX_FILES:
            raise InvalidValueError(
                f"a vault holds at most {MAX_FILES:,} Markdown files.", value=len(found)
            )
        return found

    def _walk(self, inside: str) -> Iterator[FoundFile]:
        with os.scandir(self.folder / inside) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            path = f"{inside}/{entry.name}" if inside else entry.name
            is_text = entry.name.casefold().endswith(".md")
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                if is_text or entry.is_dir():
                    yield FoundFile(path, trouble="it is a link to elsewhere")
            elif entry.is_dir(follow_symlinks=False):
                yield from self._walk(path)
            elif is_text:
                yield self._read(path)

    def _read(self, path: str) -> FoundFile:
        try:
            data = read_plain_file(self.folder / path)
            path.encode("utf-8")
        except (OSError, InvalidValueError, UnicodeEncodeError) as error:
            reason = error.rule if isinstance(error, InvalidValueError) else "it cannot be read"
            shown = path.encode("utf-8", "replace").decode("utf-8")
            return FoundFile(shown, trouble=reason)
        return FoundFile(path, data)

    def write(self, path: str, text: str, *, before: str | None) -> str:
        """Put a file in its place; the digest of its bytes.

        ``before`` is the digest that the file there must have, None if there must be none;
        ``ConflictError`` if it is another by now.
        """
        target = self._place(path)
        if self.digest_of(path) != before:
            raise ConflictError("this file was changed meanwhile.", value=path)
        data = text.encode("utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".pilothouse-{new_public_id()}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        return digest(data)

    def remove(self, path: str, *, before: str) -> None:
        """Take a file away whose text stands elsewhere by now, and folders left empty by it."""
        target = self._place(path)
        if self.digest_of(path) != before:
            raise ConflictError("this file was changed meanwhile.", value=path)
        target.unlink()
        for parent in target.parents:
            if parent == self.folder:
                break
            with contextlib.suppress(OSError):
                parent.rmdir()

    def rename(self, path: str, to: str, *, before: str) -> None:
        """Give a file another spelling of its name."""
        source, target = self._place(path), self._place(to)
        if self.digest_of(path) != before:
            raise ConflictError("this file was changed meanwhile.", value=path)
        os.replace(source, target)

    def digest_of(self, path: str) -> str | None:
        """The digest of the file at ``path``, None where there is none."""
        try:
            return digest(read_plain_file(self._place(path)))
        except FileNotFoundError:
            return None

    def is_same_file(self, first: str, second: str) -> bool:
        """Whether two paths are one file here, as ``Plan.md`` and ``plan.md`` are on some disks."""
        try:
            return name_key(first) == name_key(second) and os.path.samefile(
                self._place(first), self._place(second)
            )
        except FileNotFoundError:
            return False

    def free_path(self, path: str) -> str:
        """``path``, or the same with a number, where there is no file."""
        base, number = path.removesuffix(".md"), 1
        while self.digest_of(path) is not None:
            number += 1
            path = f"{base} {number}.md"
        return path

    def read_records(self, product_id: str) -> dict[str, VaultRecord]:
        """What the last sync left, by document; ``ConflictError`` for another product's vault."""
        try:
            data = json.loads(read_plain_file(self._place(STATE)))
            if data["product"] != product_id:
                raise ConflictError(
                    "this folder is the vault of another product.",
                    value=str(self.folder),
                    remedy="Choose another folder for this one.",
                )
            records = [VaultRecord(**each) for each in data["documents"]]
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, InvalidValueError) as error:
            raise DamagedError(
                "the record of the last sync cannot be read.",
                value=str(self.folder / STATE),
                remedy="Move it away: the next sync compares texts instead.",
            ) from error
        return {record.id: record for record in records if is_safe_path(record.path)}

    def write_records(self, product_id: str, records: Mapping[str, VaultRecord]) -> None:
        """Keep what this sync left; not written when nothing changed."""
        listed = [asdict(records[id_]) for id_ in sorted(records)]
        whole = {"version": _VERSION, "product": product_id, "documents": listed}
        text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        before = self.digest_of(STATE)
        if before != digest(text.encode()):
            self.write(STATE, text, before=before)

    def _place(self, path: str) -> Path:
        """The place of a path inside the folder; ``InvalidValueError`` for any way out of it."""
        if path != STATE and not is_safe_path(path):
            raise InvalidValueError(
                "this path leaves the vault, or no system takes it.", value=path
            )
        target = self.folder / path
        for part in (target, *target.parents):
            if part == self.folder:
                return target
            if part.is_symlink():
                raise InvalidValueError("a part of this path is a link to elsewhere.", value=path)
        raise InvalidValueError("this path leaves the vault.", value=path)


def read_plain_file(path: Path) -> bytes:
    """The bytes of a file that is a file, no link and no device, and not too large."""
    names = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # not every system has all of them
    flags = os.O_RDONLY
    for name in names:
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise InvalidValueError("it is no plain file", value=path.name)
        if found.st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise InvalidValueError(f"it has more than {limit} MB", value=path.name)
        return file.read()

"""Voice recordings: files in ``recordings/`` of the data folder that only its owner reads.

No backup, export or model sees them. Deleting one deletes its file at once and for good: that is
what a person expects of their own voice.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import PracticeAnswer, Recording
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.uploads import read_within
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, UnavailableError

MAX_BYTES = 25 * 1024**2
KEPT_FOR = timedelta(days=7)
_STARTS = (
    (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "audio/mp4"),
)
MEDIA_TYPES = tuple(media_type for _, _, media_type in _STARTS)


@dataclass(frozen=True)
class NewRecording:
    """What the browser sends: its bytes in pieces."""

    chunks: Iterable[bytes]


@dataclass(frozen=True)
class RecordingView:
    """A recording as its person sees it."""

    public_id: str
    media_type: str
    size: int
    digest: str
    made_at: datetime

    @property
    def file_name(self) -> str:
        """What it is called outside of the data folder."""
        return f"answer-{self.public_id}.{self.media_type.partition('/')[2]}"


def keep_recording(answer: PracticeAnswer, new: NewRecording) -> RecordingView:
    """Write a recording of an answer; ``InvalidValueError`` for what is none or too large."""
    body = read_sound(new)
    media_type = _media_type(body)
    row = Recording(
        answer=answer, media_type=media_type, size=len(body),
        digest=hashlib.sha256(body).hexdigest(), made_at=timezone.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    path = path_of(row.public_id)
    _write_private(path, body)
    return to_recording(row)


def read_sound(new: NewRecording) -> bytes:
    """All bytes of a recording; ``InvalidValueError`` for what is too large."""
    return read_within(
        new.chunks, MAX_BYTES, "recording",
        remedy="Record a shorter answer; ten minutes are about 5 MB.",
    )  # fmt: skip


def read_recording(access: Access, public_id: str) -> tuple[RecordingView, bytes]:
    """A recording of the person with its bytes; 404 for everybody else's."""
    row = _get(access, public_id)
    try:
        return to_recording(row), path_of(public_id).read_bytes()
    except OSError as error:
        raise UnavailableError(
            "the file of this recording is not on this machine.",
            value=public_id,
            remedy="Recordings are in no backup; they stay where they were made.",
        ) from error


def delete_recording(access: Access, public_id: str) -> str:
    """Delete a recording and its file for good; the id of its answer."""
    row = _get(access, public_id)
    answer_id: str = row.answer.public_id
    with transaction.atomic():
        row.delete()
        # Only once the row is gone for sure: a row without its file would be a broken promise.
        transaction.on_commit(lambda: _unlink([public_id]))
    return answer_id


def purge_recordings(now: datetime) -> int:
    """Delete for good what belongs to answers that were thrown away a week ago or longer; how many
    recordings. Called when answers are given or deleted."""
    gone = Recording.objects.filter(answer__deleted_at__lt=now - KEPT_FOR)
    names = list(gone.values_list("public_id", flat=True)[:500])
    with transaction.atomic():
        Recording.objects.filter(public_id__in=names).delete()
        transaction.on_commit(lambda: _unlink(names))
    return len(names)


def path_of(public_id: str) -> Path:
    """Where the file of a recording lies."""
    folder: Path = settings.CONFIGURATION.data / "recordings"
    return folder / public_id


def to_recording(row: Recording) -> RecordingView:
    """The row as the frozen value that screens show."""
    return RecordingView(row.public_id, row.media_type, row.size, row.digest, row.made_at)


def _unlink(names: Iterable[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def _get(access: Access, public_id: str) -> Recording:
    row = Recording.objects.select_related("answer").filter(
        public_id=public_id,
        answer__deleted_at=None,
        answer__workspace_id=access.workspace_id,
        answer__user_id=access.user_id,
    )  # fmt: skip
    found = row.first()
    if found is None:
        raise NotFoundError("there is no such recording of yours.", value=public_id)
    return found


def _media_type(body: bytes) -> str:
    for place, mark, media_type in _STARTS:
        if body[place : place + len(mark)] == mark:
            return media_type
    raise InvalidValueError("a recording is WebM, Ogg or MP4 audio, as browsers make it.")


def _write_private(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Never readable by others, not even between creating and changing its mode.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(body)

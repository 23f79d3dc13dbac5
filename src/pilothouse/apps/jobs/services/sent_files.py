"""What was sent with an application: the very file, with its digest, never changed.

Files are given back as downloads only and are never opened here: whatever they hold stays inert.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import SentFile, SentKind
from pilothouse.apps.jobs.services.applications import ApplicationView
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS, PartRows
from pilothouse.apps.jobs.services.resume_versions import read_file
from pilothouse.apps.jobs.services.texts import check_choice, read_past_day
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.uploads import read_within
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.ids import digest

MAX_BYTES = 5 * 1024**2
MAX_FILES = 50
ROWS = PartRows(SentFile, "file")


@dataclass(frozen=True)
class SentDraft:
    """A file that was sent. ``label`` names its version; empty takes the file's name."""

    name: str
    chunks: Iterable[bytes]
    kind: str = SentKind.RESUME.value
    label: str = ""
    sent_on: str = ""
    version_id: str = ""


@dataclass(frozen=True)
class SentView:
    """What was sent, without its bytes."""

    public_id: str
    application_id: str
    kind: str
    label: str
    name: str
    size: int
    digest: str
    sent_on: date
    version_id: str

    @property
    def kind_name(self) -> str:
        return SentKind(self.kind).label

    @property
    def url(self) -> str:
        return reverse("jobs:sent-file", args=[self.application_id, self.public_id])


def add_sent(access: Access, public_id: str, draft: SentDraft) -> SentView:
    """Keep a file with an application, as it is."""
    name = check_line("a file's name", draft.name.replace("/", "_"), 200, least=1)
    values = {
        "kind": check_choice("what was sent", draft.kind, SentKind.values),
        "label": check_line("a version's name", draft.label, 200) or name,
        "sent_on": read_past_day("the day of sending", draft.sent_on),
        "version_id": check_line("a version", draft.version_id, 12),
    }
    data = read_within(draft.chunks, MAX_BYTES, "file")
    if not data:
        raise InvalidValueError("the file is empty.")
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        if row.files.filter(deleted_at=None).count() >= MAX_FILES:
            raise ConflictError(f"an application has at most {MAX_FILES} files.", value=row.title)
        sent = SentFile.objects.create(
            application=row, name=name, data=data, size=len(data), digest=digest(data),
            added_at=timezone.now(), **values,
        )  # fmt: skip
        facts = {"of": draft.kind, "file_digest": sent.digest, "size": sent.size}
        # Resumes have a kind of their own: the path counts them.
        kind = "resume-kept" if draft.kind == SentKind.RESUME else "file-kept"
        record_act(access, f"application.{kind}", "application", public_id, facts)
    return _to_view(sent, public_id)


def add_version(
    access: Access, public_id: str, version_id: str, *, form: str = "pdf", sent_on: str = ""
) -> SentView:
    """Keep a version of a resume that was built here, byte for byte."""
    version, made, data = read_file(access, version_id, form)
    name = f"{version.name}.{made.extension}"
    draft = SentDraft(
        name, [data], SentKind.RESUME.value, version.label, sent_on, version.public_id
    )
    return add_sent(access, public_id, draft)


def list_sent(application: ApplicationView) -> list[SentView]:
    """What was sent, as it was added."""
    rows = SentFile.objects.filter(application_id=application.id, deleted_at=None)
    return [_to_view(row, application.public_id) for row in rows.defer("data").order_by("pk")]


def read_sent(access: Access, public_id: str, file_id: str) -> tuple[SentView, bytes]:
    """The very bytes that were sent."""
    row = ROWS.get(access, public_id, file_id)
    return _to_view(row, public_id), bytes(row.data)


def set_sent_deleted(access: Access, public_id: str, file_id: str, *, is_deleted: bool) -> SentView:
    """Take a file out, or back."""
    return _to_view(ROWS.set_deleted(access, public_id, file_id, is_deleted=is_deleted), public_id)


def _to_view(row: SentFile, application_id: str) -> SentView:
    return SentView(
        row.public_id, application_id, row.kind, row.label, row.name, row.size, row.digest,
        row.sent_on, row.version_id,
    )  # fmt: skip

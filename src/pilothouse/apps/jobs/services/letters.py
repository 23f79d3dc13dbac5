"""Letters: versions that are kept, and numbers held against acts, as in case studies.

A sentence rests on an act when it ends with its sign, {act:412}; the signs are taken out of what is
sent. The same rules and the same engine check them; what does not hold is not kept as sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import Letter, LetterVersion, SentKind
from pilothouse.apps.jobs.services.applications import ApplicationView
from pilothouse.apps.jobs.services.finding import index_letter, without_signs
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS, PartRows
from pilothouse.apps.jobs.services.sent_files import SentDraft, SentView, add_sent
from pilothouse.apps.portfolio.services.evidence import to_evidence
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.portfolio import REFERENCE, Compilation, Section, compile_study
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest

MAX_LETTERS = 20
ROWS = PartRows(Letter, "letter")


@dataclass(frozen=True)
class LetterView:
    """A letter as its person sees it."""

    id: int
    public_id: str
    application_id: str
    title: str
    text: str
    version: int
    updated_at: datetime

    @property
    def url(self) -> str:
        return reverse("jobs:letter", args=[self.application_id, self.public_id])

    @property
    def as_sent(self) -> str:
        """The text without the signs of its evidence."""
        return without_signs(self.text)

    @property
    def file_name(self) -> str:
        """What it is called as a file."""
        return f"{self.title.replace('/', '_')}.txt"


@dataclass(frozen=True)
class LetterVersionView:
    """What a letter said once."""

    number: int
    at: datetime
    title: str
    text: str
    digest: str

    @property
    def act(self) -> str:
        """What has the letter say this again."""
        return f"version-{self.number}"


def find_letter(access: Access, letter_id: str) -> LetterView:
    """A letter by its id alone, of whichever of one's applications."""
    row = (
        Letter.objects.filter(
            application__in=APPLICATIONS.kept_of(access), public_id=letter_id, deleted_at=None
        )
        .select_related("application")
        .first()
    )
    if row is None:
        raise NotFoundError("there is no such letter of yours.", value=letter_id)
    return _to_view(row, row.application.public_id)


def list_letters(application: ApplicationView) -> list[LetterView]:
    """The letters of an application."""
    rows = Letter.objects.filter(application_id=application.id, deleted_at=None).order_by("pk")
    return [_to_view(row, application.public_id) for row in rows]


def get_letter(access: Access, application_id: str, letter_id: str) -> LetterView:
    """A letter of one of one's applications."""
    return _to_view(ROWS.get(access, application_id, letter_id), application_id)


def begin_letter(
    access: Access, application_id: str, title: str = "", text: str = ""
) -> LetterView:
    """Begin a letter."""
    words = check_body("a letter", text, 20_000)
    with transaction.atomic():
        application = APPLICATIONS.get(access, application_id, lock=True)
        name = check_line("a title", title or f"Letter to {application.company}", 200, least=1)
        if application.letters.filter(deleted_at=None).count() >= MAX_LETTERS:
            raise ConflictError(f"an application has at most {MAX_LETTERS} letters.")
        now = timezone.now()
        row = Letter.objects.create(
            application=application, title=name, text=words, created_at=now, updated_at=now
        )
        _keep_version(row)
        index_letter(row)
        record_act(access, "letter.begun", "letter", row.public_id, {})
    return _to_view(row, application_id)


@dataclass(frozen=True)
class LetterDraft:
    """What a person writes. ``base`` is the version being edited; 0 asks for no check."""

    title: str
    text: str
    base: int = 0


def save_letter(
    access: Access, application_id: str, letter_id: str, draft: LetterDraft
) -> LetterView:
    """Write a letter anew; what it said before is kept as a version."""
    name = check_line("a title", draft.title, 200, least=1)
    words = check_body("a letter", draft.text, 20_000)
    base = draft.base
    with transaction.atomic():
        row = ROWS.get(access, application_id, letter_id, lock=True)
        if base and base != row.version:
            raise ConflictError(
                f"it was changed elsewhere meanwhile: this began from version {base}, "
                f"now it is version {row.version}.",
                remedy="Your text is still below; compare, then save.",
            )
        if (row.title, row.text) != (name, words):
            row.title, row.text, row.version = name, words, row.version + 1
            row.updated_at = timezone.now()
            row.save()
            _keep_version(row)
            index_letter(row)
    return _to_view(row, application_id)


def list_letter_versions(
    access: Access, application_id: str, letter_id: str
) -> list[LetterVersionView]:
    """All versions of a letter, the newest first."""
    row = ROWS.get(access, application_id, letter_id)
    return [
        LetterVersionView(each.number, each.at, each.title, each.text, each.digest)
        for each in row.versions.order_by("-number")[:200]
    ]


def get_letter_version(
    access: Access, application_id: str, letter_id: str, number: int
) -> LetterVersionView:
    """What a letter said in one version."""
    versions = list_letter_versions(access, application_id, letter_id)
    found = next((each for each in versions if each.number == number), None)
    if found is None:
        raise NotFoundError("there is no such version.", value=number)
    return found


def restore_letter_version(
    access: Access, application_id: str, letter_id: str, number: int
) -> LetterView:
    """Have a letter say again what it said in a version; that is a new version."""
    found = get_letter_version(access, application_id, letter_id, number)
    return save_letter(access, application_id, letter_id, LetterDraft(found.title, found.text))


def check_letter(access: Access, letter: LetterView) -> Compilation:
    """Hold every claim of a letter against the acts that it names."""
    keys = REFERENCE.findall(letter.text)
    numbers = {int(key) for kind, key in keys if kind == "act" and key.isdecimal()}
    acts = sorted(number for number in numbers if 0 < number < 2**62)[:200]
    sections = [Section("title", "Title", letter.title), Section("text", "Letter", letter.text)]
    return compile_study(sections, to_evidence(access, acts))


def keep_as_sent(access: Access, application_id: str, letter_id: str, on: str = "") -> SentView:
    """Keep the letter as it stands among what was sent; refused while a claim has no evidence."""
    letter = get_letter(access, application_id, letter_id)
    gaps = check_letter(access, letter).gaps
    if gaps:
        more = f" {len(gaps) - 1} more of its kind." if len(gaps) > 1 else ""
        raise InvalidValueError(
            f"{gaps[0].sentence}{more}",
            remedy="Name an act that says so, or take the claim out.",
        )
    draft = SentDraft(
        letter.file_name, [letter.as_sent.encode()], SentKind.LETTER.value,
        f"{letter.title}, version {letter.version}"[:200], on, letter.public_id,
    )  # fmt: skip
    return add_sent(access, application_id, draft)


def set_letter_deleted(
    access: Access, application_id: str, letter_id: str, *, is_deleted: bool
) -> LetterView:
    """Throw a letter away, or bring it back."""
    with transaction.atomic():
        row = ROWS.set_deleted(access, application_id, letter_id, is_deleted=is_deleted)
        index_letter(row)
    return _to_view(row, application_id)


def _keep_version(row: Letter) -> None:
    LetterVersion.objects.create(
        letter=row, number=row.version, at=row.updated_at, title=row.title, text=row.text,
        digest=digest(f"{row.title}\n{row.text}".encode()),
    )  # fmt: skip


def _to_view(row: Letter, application_id: str) -> LetterView:
    return LetterView(
        row.pk, row.public_id, application_id, row.title, row.text, row.version, row.updated_at
    )

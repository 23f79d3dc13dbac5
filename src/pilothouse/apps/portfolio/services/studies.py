"""Studies: writing them, their versions, choosing their evidence. Private to their person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.portfolio.models import Confidentiality, Study, StudyKind, StudyVersion
from pilothouse.apps.portfolio.services.evidence import check_sequences
from pilothouse.apps.portfolio.services.kinds import Form, FormSection, get_form
from pilothouse.apps.portfolio.services.texts import (
    check_address,
    check_body,
    check_line,
    read_day,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import remove_entry
from pilothouse.engines.portfolio import Redaction
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import canonical_json, digest

MAX_STUDIES = 500
MAX_REDACTIONS = 100


@dataclass(frozen=True)
class Source:
    """Something read outside, with the day on which it was read."""

    url: str
    title: str
    seen_on: str


@dataclass(frozen=True)
class StudyDraft:
    """What a person writes of a study."""

    title: str
    summary: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    confidentiality: str = Confidentiality.UNDECIDED.value


@dataclass(frozen=True)
class StudyView:
    """A study as its person sees it."""

    id: int
    public_id: str
    kind: str
    title: str
    summary: str
    sections: Mapping[str, str]
    acts: tuple[int, ...]
    sources: tuple[Source, ...]
    redactions: tuple[Redaction, ...]
    confidentiality: str
    version: int
    slug: str
    published_version: int | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    is_deleted: bool = False

    @property
    def form(self) -> Form:
        return get_form(self.kind)

    @property
    def parts(self) -> tuple[tuple[FormSection, str], ...]:
        """The sections of the form with their texts."""
        return tuple((part, self.sections.get(part.key, "")) for part in self.form.sections)

    @property
    def is_published(self) -> bool:
        return self.published_version is not None

    @property
    def is_ahead(self) -> bool:
        """Whether it was changed since it was published."""
        return self.published_version is not None and self.version > self.published_version

    @property
    def confidentiality_label(self) -> str:
        return Confidentiality(self.confidentiality).label

    @property
    def url(self) -> str:
        return reverse("portfolio:study", args=[self.public_id])


@dataclass(frozen=True)
class VersionView:
    """What a study said once."""

    number: int
    at: datetime
    digest: str
    compiled_at: datetime | None
    is_published: bool
    content: Mapping[str, Any]

    @property
    def form_sections(self) -> tuple[tuple[str, str], ...]:
        """Keys and texts of its sections."""
        return tuple(self.content["sections"].items())


def list_studies(access: Access, *, kind: str = "") -> list[StudyView]:
    """The person's own studies, those changed last first."""
    rows = _own(access).filter(deleted_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    return [to_view(row) for row in rows.order_by("-updated_at", "-pk")[:MAX_STUDIES]]


def get_study(access: Access, public_id: str, *, with_deleted: bool = False) -> StudyView:
    """One of the person's own studies; 404 for everybody else's."""
    return to_view(get_row(access, public_id, with_deleted=with_deleted))


def create_study(
    access: Access, kind: str, draft: StudyDraft, *, acts: Sequence[int] = ()
) -> StudyView:
    """Begin a study."""
    form = get_form(kind)
    checked = _check(form, draft)
    chosen = check_sequences(access, acts)
    if _own(access).filter(deleted_at=None).count() >= MAX_STUDIES:
        raise ConflictError(f"a portfolio has at most {MAX_STUDIES} pieces.")
    with transaction.atomic():
        row = Study.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, kind=kind,
            acts=chosen, updated_at=timezone.now(), **checked,
        )  # fmt: skip
        _keep_version(row)
        facts = {"kind": kind, "acts": len(chosen)}
        record_act(access, "case-study.begun", "case-study", row.public_id, facts)
    return to_view(row)


def save_study(access: Access, public_id: str, draft: StudyDraft, *, base: int = 0) -> StudyView:
    """Write a study anew; what it said before is kept as a version.

    ``base`` is the version that was being edited; 0 asks for no check.
    """
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        if base and base != row.version:
            raise ConflictError(
                f"it was changed elsewhere meanwhile: this began from version {base}, "
                f"now it is version {row.version}.",
                remedy="Your text is still below; compare it with the newer version, then save.",
            )
        checked = _check(get_form(row.kind), draft)
        changed = {key: value for key, value in checked.items() if getattr(row, key) != value}
        if changed:
            _change(row, changed)
    return to_view(row)


def choose_acts(
    access: Access, public_id: str, *, add: Sequence[int] = (), remove: Sequence[int] = ()
) -> StudyView:
    """Take acts among the evidence of a study, or out of it."""
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        if not get_form(row.kind).takes_acts and add:
            raise ConflictError("this form rests on sources and not on acts.", value=row.title)
        wanted = [each for each in [*row.acts, *add] if each not in set(remove)]
        chosen = check_sequences(access, wanted)
        if chosen != row.acts:
            _change(row, {"acts": chosen})
    return to_view(row)


def set_redactions(access: Access, public_id: str, redactions: Sequence[Redaction]) -> StudyView:
    """Say which words must not leave and what stands in their place; the text itself stays."""
    kept = [_check_redaction(each) for each in redactions]
    unique = {each.words.casefold(): each for each in kept}
    if len(unique) > MAX_REDACTIONS:
        raise InvalidValueError(f"at most {MAX_REDACTIONS} words are hidden.", value=len(unique))
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        row.redactions = [asdict(each) for each in unique.values()]
        row.save(update_fields=["redactions"])
    return to_view(row)


def set_study_deleted(access: Access, public_id: str, *, is_deleted: bool) -> StudyView:
    """Throw a study away, or bring it back. A published one must be unpublished first."""
    with transaction.atomic():
        row = get_row(access, public_id, with_deleted=True, lock=True)
        if is_deleted and row.published_version is not None:
            raise ConflictError(
                "a published study is not deleted.", value=row.title, remedy="Unpublish it first."
            )
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        if is_deleted:
            remove_entry(access.workspace_id, "case-study", public_id)
        kind = "case-study.deleted" if is_deleted else "case-study.restored"
        record_act(access, kind, "case-study", public_id, {})
    return to_view(row)


def list_versions(access: Access, public_id: str) -> list[VersionView]:
    """All versions, the newest first."""
    row = get_row(access, public_id)
    return [_to_version(each, row) for each in row.versions.order_by("-number")[:200]]


def get_version(access: Access, public_id: str, number: int) -> VersionView:
    """What a study said in a version."""
    row = get_row(access, public_id)
    version = row.versions.filter(number=number).first() if number < 2**31 else None
    if version is None:
        raise NotFoundError("there is no such version.", value=number)
    return _to_version(version, row)


def restore_version(access: Access, public_id: str, number: int) -> StudyView:
    """Have a study say again what it said in a version; that is a new version."""
    content = get_version(access, public_id, number).content
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        names = ("title", "summary", "sections", "acts", "sources")
        changed = {name: content[name] for name in names if getattr(row, name) != content[name]}
        if changed:
            _change(row, changed)
    return to_view(row)


def get_row(
    access: Access, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Study:
    """The row of one of the person's own studies."""
    rows = _own(access)
    if lock:
        rows = rows.select_for_update()
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    row: Study | None = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such piece in your portfolio.", value=public_id)
    return row


def content_of(row: Study) -> dict[str, Any]:
    """What a version keeps."""
    return {
        "kind": row.kind, "title": row.title, "summary": row.summary, "sections": row.sections,
        "acts": row.acts, "sources": row.sources,
    }  # fmt: skip


def to_view(row: Study) -> StudyView:
    """The row as the frozen value that screens show."""
    return StudyView(
        id=row.pk,
        public_id=row.public_id,
        kind=row.kind,
        title=row.title,
        summary=row.summary,
        sections=row.sections,
        acts=tuple(row.acts),
        sources=tuple(Source(**each) for each in row.sources),
        redactions=tuple(Redaction(**each) for each in row.redactions),
        confidentiality=row.confidentiality,
        version=row.version,
        slug=row.slug,
        published_version=row.published_version,
        published_at=row.published_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        is_deleted=row.deleted_at is not None,
    )


def _own(access: Access) -> Any:
    return Study.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _change(row: Study, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        setattr(row, name, value)
    row.updated_at = timezone.now()
    is_text = set(changed) - {"confidentiality"}
    row.version += bool(is_text)
    row.save()
    if is_text:
        _keep_version(row)


def _keep_version(row: Study) -> None:
    content = content_of(row)
    StudyVersion.objects.create(
        study=row, number=row.version, at=row.updated_at, content=content,
        digest=digest(canonical_json(content)),
    )  # fmt: skip


def _check(form: Form, draft: StudyDraft) -> dict[str, Any]:
    unknown = set(draft.sections) - {part.key for part in form.sections}
    if unknown:
        raise InvalidValueError("this form has no such section.", value=sorted(unknown)[0])
    if draft.confidentiality not in Confidentiality.values:
        raise InvalidValueError(
            f"confidentiality is one of {', '.join(Confidentiality.values)}.",
            value=draft.confidentiality,
        )
    sections = {
        part.key: check_body(part.title, draft.sections.get(part.key, "")) for part in form.sections
    }
    return {
        "title": check_line("a title", draft.title, 200, least=1),
        "summary": check_line("a summary", draft.summary, 500),
        "sections": {key: text for key, text in sections.items() if text},
        "sources": [asdict(_check_source(each)) for each in draft.sources[:101]],
        "confidentiality": draft.confidentiality,
    }


def _check_source(source: Source) -> Source:
    url = check_address("a source", source.url)
    title = check_line("a source's title", source.title, 200) or url[:200]
    return Source(url, title, read_day("the day a source was read", source.seen_on).isoformat())


def _check_redaction(redaction: Redaction) -> Redaction:
    words = check_line("words to hide", redaction.words, 100, least=2)
    instead = check_line("what stands in their place", redaction.instead, 100, least=1)
    if words.casefold() in instead.casefold():
        raise InvalidValueError(
            "what stands in their place must not say the words again.", value=instead
        )
    return Redaction(words, instead)


def _to_version(version: StudyVersion, row: Study) -> VersionView:
    return VersionView(
        number=version.number,
        at=version.at,
        digest=version.digest,
        compiled_at=version.compiled_at,
        is_published=row.published_version == version.number,
        content=version.content,
    )


KINDS = StudyKind.choices

"""Resumes as they are being written: bases, versions for postings, and every earlier state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.resume_models import Paper, Resume, ResumeRevision, ResumeTemplate
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.engines.jobs import resume_tailor
from pilothouse.engines.jobs.resume_json import from_content, to_content
from pilothouse.engines.jobs.resume_types import Entry, empty_resume
from pilothouse.engines.jobs.resume_types import Resume as ResumeText
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import new_public_id

MAX_RESUMES = 300


@dataclass(frozen=True)
class ResumeView:
    """A resume as its person sees it. ``base_id`` is set where it is a version of another."""

    id: int
    public_id: str
    base_id: str
    base_name: str
    name: str
    content: Mapping[str, Any]
    template: str
    paper: str
    posting_id: str
    posting_title: str
    posting_text: str
    posting_digest: str
    version: int
    updated_at: datetime
    builds: int = 0
    is_deleted: bool = False

    @property
    def is_tailored(self) -> bool:
        return bool(self.base_id)

    @property
    def template_label(self) -> str:
        return str(ResumeTemplate(self.template).label).partition(":")[0]

    @property
    def url(self) -> str:
        return reverse("jobs:resume", args=[self.public_id])


@dataclass(frozen=True)
class RevisionView:
    """An earlier state."""

    number: int
    at: datetime
    is_now: bool


def list_resumes(access: Access) -> list[ResumeView]:
    """The person's resumes, each base followed by its versions, those changed last first."""
    from django.db.models import Count

    rows = _own(access).filter(deleted_at=None).select_related("base")
    counted = rows.annotate(built=Count("builds")).order_by("-updated_at", "-pk")[:MAX_RESUMES]
    views = [to_view(row, builds=row.built) for row in counted]
    bases = [view for view in views if not view.is_tailored]
    return [
        view
        for base in bases
        for view in (base, *(each for each in views if each.base_id == base.public_id))
    ]


def get_resume(access: Access, public_id: str, *, with_deleted: bool = False) -> ResumeView:
    """One of the person's own resumes; 404 for everybody else's."""
    return to_view(get_row(access, public_id, with_deleted=with_deleted))


def get_base(access: Access, public_id: str) -> ResumeView:
    """One of the person's own bases; a version takes its entries from there."""
    view = get_resume(access, public_id)
    if view.is_tailored:
        raise ConflictError(
            "a version takes its entries from its base.",
            value=view.name,
            remedy=f"Change “{view.base_name}”.",
        )
    return view


def begin_resume(access: Access, name: str, text: ResumeText | None = None) -> ResumeView:
    """A new base: from ``text``, else from what the portfolio says about its person."""
    content = to_content(text or _from_profile(access))
    return _create(access, name, content, {})


def create_version(
    access: Access,
    base: ResumeView,
    name: str,
    content: Mapping[str, Any],
    posting: Mapping[str, str],
) -> ResumeView:
    """A version of ``base`` for a posting; ``posting`` are the fields about it."""
    row = get_row(access, base.public_id)
    more = {"base": row, "template": row.template, "paper": row.paper, **posting}
    return _create(access, name, content, more)


def save_content(
    access: Access, public_id: str, content: Mapping[str, Any], *, base: int = 0
) -> ResumeView:
    """Write a resume anew; what it said before is kept.

    ``base`` is the version that was being edited; 0 asks for no check.
    """
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        if base and base != row.version:
            raise ConflictError(
                f"it was changed elsewhere meanwhile: this began from state {base}, "
                f"now it is state {row.version}.",
                remedy="What you typed is still below; compare it with the newer state, then save.",
            )
        if row.content != dict(content):
            _change(row, dict(content))
    return to_view(row)


def set_look(access: Access, public_id: str, name: str, template: str, paper: str) -> ResumeView:
    """Name, template and paper; the text stays."""
    checked = check_line("a name", name, 120, least=1)
    if template not in ResumeTemplate.values:
        known = ", ".join(ResumeTemplate.values)
        raise InvalidValueError(f"a template is one of {known}.", value=template)
    if paper not in Paper.values:
        raise InvalidValueError(f"a paper is one of {', '.join(Paper.values)}.", value=paper)
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        row.name, row.template, row.paper = checked, template, paper
        row.save(update_fields=["name", "template", "paper"])
        _index(row)
    return to_view(row)


def set_resume_deleted(access: Access, public_id: str, *, is_deleted: bool) -> ResumeView:
    """Throw a resume away, or bring it back. What was built stays: it may have been sent."""
    with transaction.atomic():
        row = get_row(access, public_id, with_deleted=True, lock=True)
        if is_deleted and row.tailored.filter(deleted_at=None).exists():
            raise ConflictError(
                "versions for postings rest on it.", value=row.name, remedy="Delete those first."
            )
        if not is_deleted and row.base and row.base.deleted_at:
            raise ConflictError(
                "its base is deleted.", value=row.base.name, remedy="Restore the base first."
            )
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        if is_deleted:
            remove_entry(access.workspace_id, "resume", public_id)
        else:
            _index(row)
        kind = "resume.deleted" if is_deleted else "resume.restored"
        record_act(access, kind, "resume", public_id, {})
    return to_view(row)


def list_revisions(access: Access, public_id: str) -> list[RevisionView]:
    """Earlier states, the newest first."""
    row = get_row(access, public_id)
    found = row.revisions.order_by("-number")[:200]
    return [RevisionView(each.number, each.at, each.number == row.version) for each in found]


def restore_revision(access: Access, public_id: str, number: int) -> ResumeView:
    """Have a resume say again what it said; that is a new state."""
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        found = row.revisions.filter(number=number).first() if number < 2**31 else None
        if found is None:
            raise NotFoundError("there is no such state.", value=number)
        if row.content != found.content:
            _change(row, found.content)
    return to_view(row)


def read_text(access: Access, view: ResumeView) -> ResumeText:
    """The words of a resume: its own, or what it takes of its base."""
    if not view.is_tailored:
        return from_content(view.content)
    base = from_content(get_row(access, view.base_id, with_deleted=True).content)
    return resume_tailor.tailor(base, resume_tailor.from_json(view.content))


def read_base(access: Access, view: ResumeView) -> ResumeText:
    """All that a resume may choose from."""
    if not view.is_tailored:
        return from_content(view.content)
    return from_content(get_row(access, view.base_id, with_deleted=True).content)


def get_row(
    access: Access, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Resume:
    """The row of one of the person's own resumes."""
    rows = _own(access).select_for_update(of=("self",)) if lock else _own(access)
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    row: Resume | None = rows.select_related("base").filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such resume of yours.", value=public_id)
    return row


def to_view(row: Resume, *, builds: int = 0) -> ResumeView:
    """The row as the frozen value that screens show."""
    names = (
        "public_id", "name", "content", "template", "paper", "posting_id", "posting_title",
        "posting_text", "posting_digest", "version", "updated_at",
    )  # fmt: skip
    parts = {name: getattr(row, name) for name in names}
    base = row.base
    return ResumeView(
        id=row.pk,
        base_id=base.public_id if base else "",
        base_name=base.name if base else "",
        builds=builds,
        is_deleted=row.deleted_at is not None,
        **parts,
    )


def _create(
    access: Access, name: str, content: Mapping[str, Any], more: Mapping[str, Any]
) -> ResumeView:
    checked, now = check_line("a name", name, 120, least=1), timezone.now()
    if _own(access).filter(deleted_at=None).count() >= MAX_RESUMES:
        raise ConflictError(f"at most {MAX_RESUMES} resumes.", remedy="Delete some first.")
    with transaction.atomic():
        row = Resume.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, name=checked,
            content=dict(content), created_at=now, updated_at=now, **more,
        )  # fmt: skip
        ResumeRevision.objects.create(resume=row, number=1, at=now, content=row.content)
        _index(row)
        facts = {"tailored": row.base is not None}
        record_act(access, "resume.begun", "resume", row.public_id, facts)
    return to_view(row)


def _own(access: Access) -> Any:
    return Resume.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _change(row: Resume, content: dict[str, Any]) -> None:
    row.content, row.updated_at = content, timezone.now()
    row.version += 1
    row.save(update_fields=["content", "updated_at", "version"])
    ResumeRevision.objects.create(
        resume=row, number=row.version, at=row.updated_at, content=content
    )
    _index(row)


def _index(row: Resume) -> None:
    """Findable by its words, by its person alone; what a version chose is found at its base."""
    if row.base is None:
        text = from_content(row.content)
        fields = [text.basics.get("label"), text.basics.get("summary")]
        words = [*fields, *(e.name for e in text.entries), *(b.shown for b in text.bullets)]
    else:
        words = [row.posting_title, row.content["label"], row.content["summary"]]
    index_entry(
        row.workspace_id,
        kind="resume",
        object_id=row.public_id,
        title=row.name,
        body="\n".join(word for word in words if word),
        url=reverse("jobs:resume", args=[row.public_id]),
        owner_id=row.user_id,
    )


def _from_profile(access: Access) -> ResumeText:
    profile = get_profile(access)
    fields = {"name": profile.name, "label": profile.headline, "url": profile.base_url}
    basics = Entry("basics", "basics", {key: text for key, text in fields.items() if text})
    profiles = tuple(
        Entry(new_public_id(), "profiles", {"network": link.title[:50], "url": link.url})
        for link in profile.links
    )
    return replace(empty_resume(), basics=basics, profiles=profiles)

"""Building a resume, and the versions that were built: exactly what was sent, to the byte.

``list_versions`` and ``get_version`` are what applications link by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.resume_models import ResumeBuild, ResumeFile, ResumeTemplate
from pilothouse.apps.jobs.services.resume_checking import CheckedResume, check, refuse_gaps
from pilothouse.apps.jobs.services.resume_pdf import Look, read_pdf, write_pdf
from pilothouse.apps.jobs.services.resume_proofs import read_proofs
from pilothouse.apps.jobs.services.resume_records import get_row, to_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs.resume_ats import AtsCheck, Outcome, check_ats
from pilothouse.engines.jobs.resume_docx import write_docx
from pilothouse.engines.jobs.resume_evidence import Proof
from pilothouse.engines.jobs.resume_json import read_json_resume, write_json_resume
from pilothouse.engines.jobs.resume_linkedin import write_profile_text
from pilothouse.engines.jobs.resume_roundtrip import compare
from pilothouse.engines.jobs.resume_text import write_markdown, write_text
from pilothouse.kernel.errors import NotFoundError
from pilothouse.kernel.ids import canonical_json, digest, new_public_id

MAX_VERSIONS = 1000


@dataclass(frozen=True)
class FileForm:
    """A form in which a version can be had."""

    key: str
    label: str
    extension: str
    media_type: str


FORMS: Mapping[str, FileForm] = {
    form.key: form
    for form in (
        FileForm("pdf", "PDF", "pdf", "application/pdf"),
        FileForm(
            "docx", "Word", "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        FileForm("text", "Plain text", "txt", "text/plain; charset=utf-8"),
        FileForm("markdown", "Markdown", "md", "text/markdown; charset=utf-8"),
        FileForm("json", "JSON Resume", "json", "application/json"),
        FileForm("linkedin", "LinkedIn profile text", "linkedin.txt", "text/plain; charset=utf-8"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class ResumeVersion:
    """A built version. ``digest`` binds its words and every file; ``posting_id`` may be None."""

    public_id: str
    name: str
    built_at: datetime
    digest: str
    posting_id: str | None
    number: int
    resume_id: str
    template: str
    posting_title: str = ""

    @property
    def url(self) -> str:
        return reverse("jobs:resume-version", args=[self.public_id])

    @property
    def label(self) -> str:
        """What tells it apart from its neighbours."""
        return f"{self.name}, version {self.number}"

    @property
    def template_label(self) -> str:
        return str(ResumeTemplate(self.template).label).partition(":")[0]


@dataclass(frozen=True)
class VersionPage:
    """A version with what was found when it was built."""

    version: ResumeVersion
    checks: tuple[AtsCheck, ...]
    files: tuple[tuple[FileForm, str, int], ...]  # form, digest, bytes
    content: Mapping[str, Any]
    proofs: tuple[Proof, ...]  # what it rests on, as it stands now


def build_version(access: Access, resume_id: str) -> ResumeVersion:
    """Build a resume in all its forms and keep them.

    ``InvalidValueError`` names the first bullet and number without evidence.
    """
    with transaction.atomic():
        row = get_row(access, resume_id, lock=True)
        found = check(access, to_view(row))
        refuse_gaps(found.checked)
        now = timezone.now().replace(microsecond=0)
        made = make_files(found, now)
        content = write_json_resume(found.text, with_evidence=True)
        hashes = {form: digest(data) for form, data in made.items()}
        last = row.builds.order_by("-number").first()
        build = ResumeBuild.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, resume=row, name=row.name,
            number=last.number + 1 if last else 1, template=row.template,
            posting_id=row.posting_id, posting_title=row.posting_title,
            posting_digest=row.posting_digest, content=content, built_at=now,
            report=[_to_json(each) for each in report_on(found, made["pdf"])],
            digest=digest(canonical_json({"content": content, "files": hashes})),
        )  # fmt: skip
        ResumeFile.objects.bulk_create(
            ResumeFile(build=build, form=form, data=data, digest=hashes[form])
            for form, data in made.items()
        )
        record_act(access, "resume.built", "resume", row.public_id, _facts(found, build))
    return _to_version(build)


def make_files(found: CheckedResume, at: datetime) -> dict[str, bytes]:
    """All forms of a resume, by the keys of ``FORMS``."""
    blocks, name = found.blocks, found.text.basics.get("name")
    document = write_json_resume(found.text, with_evidence=True)
    return {
        "pdf": write_pdf(blocks, Look(found.view.template, found.view.paper), at),
        "docx": write_docx(
            blocks, title=f"Resume of {name}", author=name, at=at, paper=found.view.paper
        ),
        "text": write_text(blocks).encode(),
        "markdown": write_markdown(blocks).encode(),
        "json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "linkedin": write_profile_text(found.text).encode(),
    }


def report_on(found: CheckedResume, pdf: bytes) -> tuple[AtsCheck, ...]:
    """What parsers need, held against the PDF as a reader that is not ours reads it."""
    facts = read_pdf(pdf)
    trip = compare(found.blocks, facts.text, Look(found.view.template).mark)
    return check_ats(found.blocks, facts, trip)


def list_versions(access: Access, *, resume_id: str = "") -> list[ResumeVersion]:
    """What the person built, the newest first; of one resume where asked. One query."""
    rows = _own(access).select_related("resume").order_by("-pk")
    if resume_id:
        rows = rows.filter(resume__public_id=resume_id)
    return [_to_version(row) for row in rows.defer("content", "report")[:MAX_VERSIONS]]


def get_version(access: Access, public_id: str) -> ResumeVersion:
    """One built version of the person's own; 404 for everybody else's."""
    return _to_version(_get_row(access, public_id))


def get_version_page(access: Access, public_id: str) -> VersionPage:
    """A version with its files and what the checks said."""
    row = _get_row(access, public_id)
    kept = {each.form: each for each in row.files.all()}
    found = tuple(
        (form, kept[key].digest, len(kept[key].data)) for key, form in FORMS.items() if key in kept
    )
    checks = tuple(AtsCheck(**{**each, "outcome": Outcome(each["outcome"])}) for each in row.report)
    proofs = tuple(read_proofs(access, read_json_resume(row.content, new_public_id)))
    return VersionPage(_to_version(row), checks, found, row.content, proofs)


def read_file(access: Access, public_id: str, form: str) -> tuple[ResumeVersion, FileForm, bytes]:
    """One form of a version as it was built."""
    row = _get_row(access, public_id)
    kept = row.files.filter(form=form).first()
    if kept is None or form not in FORMS:
        known = ", ".join(FORMS)
        raise NotFoundError(f"a version has the forms {known}.", value=form)
    return _to_version(row), FORMS[form], bytes(kept.data)


def _own(access: Access) -> Any:
    return ResumeBuild.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _get_row(access: Access, public_id: str) -> ResumeBuild:
    row: ResumeBuild | None = (
        _own(access).select_related("resume").filter(public_id=public_id).first()
    )
    if row is None:
        raise NotFoundError("there is no such version of a resume of yours.", value=public_id)
    return row


def _to_version(row: ResumeBuild) -> ResumeVersion:
    return ResumeVersion(
        public_id=row.public_id, name=row.name, built_at=row.built_at, digest=row.digest,
        posting_id=row.posting_id or None, number=row.number, resume_id=row.resume.public_id,
        template=row.template, posting_title=row.posting_title,
    )  # fmt: skip


def _to_json(each: AtsCheck) -> dict[str, Any]:
    return {**asdict(each), "outcome": each.outcome.value}


def _facts(found: CheckedResume, build: ResumeBuild) -> dict[str, Any]:
    """What the ledger says of a build: no words of the person, who may share the workspace."""
    checked = found.checked
    numbers = [key.partition(":")[2] for key in checked.used if key.startswith("act:")]
    return {
        "version": build.number, "digest": build.digest, "bullets": len(checked.bullets),
        "with_evidence": checked.with_evidence, "figures": checked.figures,
        "acts": [int(number) for number in numbers], "simulated": len(checked.simulated),
        "tailored": found.view.is_tailored,
    }  # fmt: skip

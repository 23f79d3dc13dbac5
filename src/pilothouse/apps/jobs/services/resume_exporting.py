"""Resumes as plain files in the export of a workspace whose only member their person is."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.resume_models import Resume, ResumeBuild, ResumeFact
from pilothouse.apps.workspace.services.access import Access


def read_everything(access: Access) -> dict[str, list[dict[str, Any]]]:
    """One's resumes with their words, statements, and built versions without their files."""
    whose = {"workspace_id": access.workspace_id, "user_id": access.user_id}
    rows = Resume.objects.filter(deleted_at=None, **whose).order_by("pk")
    builds = ResumeBuild.objects.filter(**whose).order_by("pk")
    facts = ResumeFact.objects.filter(**whose).order_by("pk")
    return {
        "resumes": [_resume(row) for row in rows.select_related("base")],
        "resume_versions": [_build(row) for row in builds.select_related("resume")],
        "resume_statements": [
            {
                "text": row.text, "source": row.source, "context": row.context,
                "act": row.act_sequence, "stated_at": row.stated_at.isoformat(),
            }
            for row in facts
        ],
    }  # fmt: skip


def _resume(row: Resume) -> dict[str, Any]:
    names = ("public_id", "name", "template", "paper", "posting_title", "posting_text", "content")
    return {name: getattr(row, name) for name in names} | {
        "base": row.base.public_id if row.base else None,
        "updated_at": row.updated_at.isoformat(),
    }


def _build(row: ResumeBuild) -> dict[str, Any]:
    names = ("public_id", "name", "number", "template", "posting_title", "content", "digest")
    return {name: getattr(row, name) for name in names} | {
        "resume": row.resume.public_id, "built_at": row.built_at.isoformat(),
    }  # fmt: skip

"""Portfolios as plain files.

What is private stays with its person: where a workspace has several members, its export holds what
they published and nothing else of their portfolios. Alone, a person gets everything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from pilothouse.apps.portfolio.models import Study, StudyVersion
from pilothouse.apps.portfolio.project_models import JournalEntry, Project, Retrospective
from pilothouse.apps.portfolio.services.jsons import to_project_json, to_study_json
from pilothouse.apps.portfolio.services.projects import to_view as to_project
from pilothouse.apps.portfolio.services.studies import to_view as to_study
from pilothouse.apps.workspace.services.access import ProductView


def write_portfolio(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``portfolio.json``; how many pieces and projects it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    bodies: list[dict[str, Any]] = []
    for workspace_id in sorted({product.workspace_id for product in products}):
        users = get_user_model().objects.filter(memberships__workspace_id=workspace_id)
        body = _published(workspace_id) if users.count() > 1 else _everything(workspace_id)
        count += sum(len(each) for each in body.values())
        bodies.append(body)
    text = json.dumps(bodies, ensure_ascii=False, indent=1)
    (folder / "portfolio.json").write_text(text + "\n", encoding="utf-8")
    return count


def _published(workspace_id: int) -> dict[str, Any]:
    rows = StudyVersion.objects.filter(
        study__workspace_id=workspace_id, study__deleted_at=None, published__isnull=False
    ).order_by("pk")
    wanted = rows.values_list("number", "study__published_version", "published")
    return {"published": [content for number, now, content in wanted if number == now]}


def _everything(workspace_id: int) -> dict[str, Any]:
    studies = Study.objects.filter(workspace_id=workspace_id, deleted_at=None).order_by("pk")
    projects = Project.objects.select_related("product").filter(workspace_id=workspace_id)
    inside = {"project__workspace_id": workspace_id}
    entries = JournalEntry.objects.filter(deleted_at=None, **inside).order_by("pk")
    fields = ("kind", "text", "lesson", "who", "happened_on", "written_at", "project__public_id")
    retros = Retrospective.objects.filter(**inside).order_by("pk")
    words = ("went_well", "went_badly", "surprised", "change", "held_at", "project__public_id")
    return {
        "studies": [to_study_json(to_study(row)) for row in studies],
        "projects": [
            {**to_project_json(to_project(row)), "people": row.collaborators}
            for row in projects.order_by("pk")
        ],
        "journal": [_plain(row) for row in entries.values(*fields)],
        "retrospectives": [_plain(row) for row in retros.values(*words)],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key.replace("__public_id", ""): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
    }

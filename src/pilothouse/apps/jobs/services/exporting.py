"""A job search as plain files.

It is private: where a workspace has several members, its export holds nothing of it; each person
exports their own from the page. Alone, a person gets everything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from pilothouse.apps.jobs.models import Posting
from pilothouse.apps.jobs.services.jsons import to_posting_json
from pilothouse.apps.jobs.services.postings import to_view
from pilothouse.apps.workspace.services.access import ProductView


def write_jobs(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``jobs.json``; how many postings and applications it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies = [
        _everything(workspace_id)
        for workspace_id in sorted({product.workspace_id for product in products})
        if get_user_model().objects.filter(memberships__workspace_id=workspace_id).count() == 1
    ]
    text = json.dumps(bodies, ensure_ascii=False, indent=1)
    (folder / "jobs.json").write_text(text + "\n", encoding="utf-8")
    return sum(len(each) for body in bodies for each in body.values())


def _everything(workspace_id: int) -> dict[str, Any]:
    rows = Posting.objects.filter(workspace_id=workspace_id, deleted_at=None).order_by("pk")
    return {"postings": [to_posting_json(to_view(row)) for row in rows]}
